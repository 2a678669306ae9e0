"""What stands in a calendar that other programs read, and which calendars has somebody? (R41, R43)

A calendar is looked up as its person, with what they may see on that day. In safety mode nothing that a finding says
is in it: a reference, what is owed, by whom and when.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, literal, select, union_all

from clm_tracker.db import tables, visible
from clm_tracker.db.tables import FeedRow
from clm_tracker.db.units import Reading
from clm_tracker.delivery.calendar_files import Calendar, Entry
from clm_tracker.domain import feeds as law
from clm_tracker.domain import names
from clm_tracker.domain.feeds import Scope
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.kernel.speech import _, language
from clm_tracker.queries import owes, views, wording
from clm_tracker.queries.ahead import asked
from clm_tracker.queries.findings import Filters, Sort, listing
from clm_tracker.queries.live import TICKING, live

_F, _O, _C = tables.FindingRow, tables.ObligationRow, FeedRow
_FROM = "clm-tracker"
_SHOWN = (
    _O.id,
    _O.finding_id,
    _O.kind,
    _O.owed_by,
    _O.duty_bearer_id,
    _O.ladder_id,
    _O.stage,
    _O.due_on,
    _O.next_step_at,
    _O.start_at,
    _O.stage_entered_at,
    _O.version,
)
_PAST, _DUE, _STEP = range(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One calendar of somebody's own, without its word."""

    id: UUID
    name: str
    created_at: datetime
    read_at: datetime | None


def mine(look: Reading) -> tuple[Given, ...]:
    """The actor's calendars that may be read, the newest first."""
    rows = look.session.scalars(
        select(_C)
        .where(_C.programme_id == look.programme_id, _C.person_id == look.actor.id, _C.revoked_at.is_(None))
        .order_by(_C.id.desc())
    ).all()
    seen = {v.id: v.said for v in views.saved(look)} if any(r.scope == Scope.VIEW for r in rows) else {}
    return tuple(
        Given(
            id=r.id,
            name=called(look, Scope(r.scope), r.about, seen.get(r.about) if r.about else None),
            created_at=r.created_at,
            read_at=r.read_at,
        )
        for r in rows
    )


def called(look: Reading, scope: Scope, about: UUID | None, view: str | None = None) -> str:
    """What a calendar is called; `view` is the name of its view."""
    match scope:
        case Scope.MINE:
            return _("What I owe")
        case Scope.ADVOCATES:
            return _("What the advocates owe")
        case Scope.COMMITTEE:
            return _("What the committee owes")
        case Scope.POST:
            assert about is not None
            return look.rules.posts[about].said
        case Scope.VIEW:
            return _("View: {name}").format(name=view) if view else _("a view that is gone")


def view(look: Reading, view_id: UUID | None) -> views.Saved | None:
    """The view of a calendar, as long as its person may open it."""
    try:
        return views.one(look, view_id) if view_id else None
    except NotFound:
        return None


def content(
    look: Reading, scope: Scope, about: UUID | None, base_url: str, *, view: str | None, filters: Filters
) -> Calendar:
    """Due days, the days on which stages would begin, and meetings; what is near comes first when there is too much.

    `filters` are those of the view. Raises Invalid for one that can be asked for no more.
    """
    today = look.today
    first, last = today - law.BEFORE, today + law.AFTER
    forums = [
        _meeting(look, r)
        for r in look.session.execute(
            select(tables.ForumRow.id, tables.ForumRow.name, tables.ForumRow.names, tables.ForumRow.held_on)
            .where(
                tables.ForumRow.programme_id == look.programme_id,
                tables.ForumRow.held_on >= first,
                tables.ForumRow.held_on <= last,
            )
            .order_by(tables.ForumRow.held_on, tables.ForumRow.id)
            .limit(law.MOST)
        )
    ]
    entries = [*forums, *_owed(look, _asked(look, scope, about, filters), base_url)]
    entries.sort(key=lambda e: (e.on < today, abs((e.on - today).days), e.uid))
    name = called(look, scope, about, view)
    return Calendar(
        name=_("{programme}: {name}").format(programme=look.programme.said, name=name),
        about=_(
            "Due days, the days on which stages begin or are proposed to the committee if nothing is done, and meetings."
        ),
        language=language(),
        entries=tuple(entries[: law.MOST]),
    )


def _asked(look: Reading, scope: Scope, about: UUID | None, filters: Filters) -> Select[Any]:
    """The obligations of a calendar."""
    query = visible.owed(look).where(live(_O))
    match scope:
        case Scope.MINE:
            return asked.owed(look, asked.Filters(mine=True))
        case Scope.POST:
            return query.where(_O.duty_bearer_id == about)
        case Scope.VIEW:
            listed = (
                listing.ordered(look, replace(filters, sort=Sort.NEWEST))
                .order_by(None)
                .with_only_columns(_F.id)
            )
            return query.where(_O.finding_id.in_(listed))
        case _:
            return query.where(_O.owed_by == law.PARTY[scope])


def _owed(look: Reading, query: Select[Any], base_url: str) -> Iterator[Entry]:
    """Three short lists, each by an index, in one statement: what is late, what falls due, and the next steps."""
    calendar = look.rules.calendar
    first, last = calendar.start_of(look.today - law.BEFORE), calendar.midnight_after(look.today + law.AFTER)
    ticking = query.where(_O.state.in_(TICKING))
    lists = {
        _PAST: ticking.where(_O.due_at > first, _O.due_at <= look.now).order_by(_O.due_at.desc(), _O.id),
        _DUE: ticking.where(_O.due_at > look.now, _O.due_at <= last).order_by(_O.due_at, _O.id),
        _STEP: query.where(asked.running(), _O.next_step_at >= look.now, _O.next_step_at < last).order_by(
            _O.next_step_at, _O.id
        ),
    }
    parts = [
        select(q.with_only_columns(literal(n).label("which"), *_SHOWN).limit(law.MOST).subquery())
        for n, q in lists.items()
    ]
    few = union_all(*parts).subquery()
    heads = select(few, _F.ref, _F.title).join(_F, _F.id == few.c.finding_id)
    rows = look.session.execute(heads, listing.given(look))
    for r in rows:
        entry = _step(look, r, base_url) if r.which == _STEP else _due(look, r, base_url)
        if entry is not None:
            yield entry


def _due(look: Reading, r: Any, base_url: str) -> Entry:  # noqa: ANN401 - a row of `_owed`
    summary = _("{ref}: {what} is due").format(ref=r.ref, what=wording.what(r.kind))
    return Entry(
        uid=f"due-{r.id}@{_FROM}",
        on=r.due_on,
        summary=summary,
        description=_described(look, r),
        changed_at=_changed_at(r),
        sequence=r.version,
        url=f"{base_url}/findings/{r.ref}",
    )


def _step(look: Reading, r: Any, base_url: str) -> Entry | None:  # noqa: ANN401 - a row of `_owed`
    ladder = look.rules.ladders.get(r.ladder_id)
    above = ladder.stage(r.stage + 1) if ladder else None
    if above is None:
        return None
    summary = wording.coming(
        above,
        begins=_("{ref}: stage {n}, {name}, begins if nothing is done"),
        proposed=_("{ref}: stage {n}, {name}, is proposed to the committee if nothing is done"),
    )
    return Entry(
        uid=f"stage-{above.number}-{r.id}@{_FROM}",
        on=look.rules.calendar.local_date(r.next_step_at),
        summary=summary.format(ref=r.ref, n=above.number, name=owes.coming_name(r, above, look.rules)),
        description=_described(look, r),
        changed_at=_changed_at(r),
        sequence=r.version,
        url=f"{base_url}/findings/{r.ref}",
    )


def _described(look: Reading, r: Any) -> str:  # noqa: ANN401 - a row of `_owed`
    """What the finding is about, unless that may not leave, and who owes what."""
    post = look.rules.posts.get(r.duty_bearer_id) if r.duty_bearer_id else None
    owed = _("Who owes it: {who}").format(who=post.said if post else wording.PARTIES[r.owed_by])
    title = "" if look.programme.safety_mode else wording.titled(r.title)
    return "\n".join(line for line in (title, owed) if line)


def _changed_at(r: Any) -> datetime:  # noqa: ANN401 - a row of `_owed`
    at: datetime = r.start_at if r.stage_entered_at is None else max(r.start_at, r.stage_entered_at)
    return at.replace(microsecond=0)


def _meeting(look: Reading, r: Any) -> Entry:  # noqa: ANN401 - a row of forums
    return Entry(
        uid=f"meeting-{r.id}@{_FROM}",
        on=r.held_on,
        summary=names.said(r.name, r.names),
        description="",
        changed_at=look.programme.created_at.replace(microsecond=0),
        sequence=look.programme.version,
    )
