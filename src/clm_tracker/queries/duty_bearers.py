"""Which posts are there, who holds them, what do they owe now, and did they keep their promises?"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from clm_tracker.db import load, tables, visible
from clm_tracker.db.units import Reading
from clm_tracker.domain.duty_bearers import Holder, Post, superiors
from clm_tracker.domain.words import ActionState, Agreement
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.queries import paging
from clm_tracker.queries.findings.detail import Owed, owed
from clm_tracker.queries.live import TICKING, live
from clm_tracker.queries.paging import Count

ENOUGH = 5
SHOWN = 25
_F, _O, _A = tables.FindingRow, tables.ObligationRow, tables.ActionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    """One post. `holder` is None while it is vacant."""

    id: UUID
    name: str
    title: str
    institution: str
    level: str
    area_id: UUID | None
    area: str | None
    site_id: UUID | None
    superior_id: UUID | None
    superior: str | None
    themes: frozenset[UUID]
    holder: str | None
    from_on: date | None
    to_on: date | None


@dataclass(frozen=True, slots=True)
class PromisesKept:
    """How many of the promises whose first date has passed were kept by it (R15); too few say nothing."""

    kept: int
    due: int

    @property
    def enough(self) -> bool:
        """Are there enough of them to say anything?"""
        return self.due >= ENOUGH


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDetail:
    """One post with its record, as far as this actor may see the findings behind it."""

    post: PostRow
    holders: tuple[Holder, ...]
    above: tuple[str, ...]
    below: tuple[PostRow, ...]
    owes: tuple[tuple[str, str, Owed], ...]
    owes_count: Count
    overdue_count: Count
    promises: PromisesKept


@dataclass(frozen=True, slots=True)
class PostsPage:
    """Posts by name; `next` is the cursor of the page after it."""

    items: tuple[PostRow, ...]
    next: str | None


def page(
    look: Reading,
    *,
    q: str = "",
    level: str | None = None,
    area: UUID | None = None,
    after: str | None = None,
    limit: int = 50,
) -> PostsPage:
    """The posts that exist today, by name. The programme's posts are in memory, so this asks the database nothing."""
    limit = paging.checked(limit)
    key = paging.place("duty_bearers", after, (str, UUID))
    wanted = q.strip().casefold()
    found = sorted(
        (
            p
            for p in look.rules.posts.values()
            if p.exists_on(look.rules.directory.day)
            and wanted in p.name.casefold()
            and level in {None, p.level}
            and area in {None, p.area_id}
        ),
        key=lambda p: (p.name, str(p.id)),
    )
    if key is not None:
        found = [p for p in found if (p.name, str(p.id)) > (key[0], str(key[1]))]
    kept = found[:limit]
    more = paging.cursor("duty_bearers", (kept[-1].name, kept[-1].id)) if len(found) > limit else None
    return PostsPage(tuple(row(look, p) for p in kept), more)


def row(look: Reading, p: Post) -> PostRow:
    """One post as it stands today."""
    rules = look.rules
    today = rules.directory.day
    area = rules.areas.get(p.area_id) if p.area_id else None
    above = rules.posts.get(p.superior_id) if p.superior_id else None
    return PostRow(
        id=p.id,
        name=p.name,
        title=p.title,
        institution=p.institution,
        level=p.level,
        area_id=p.area_id,
        area=area.name if area else None,
        site_id=p.site_id,
        superior_id=p.superior_id,
        superior=above.name if above else None,
        themes=p.themes,
        holder=next((h.name for h in p.holders if h.on(today)), None),
        from_on=p.from_on,
        to_on=p.to_on,
    )


def one(look: Reading, id: UUID) -> PostDetail:
    """One post with what it owes now, soonest first, and its record. Raises NotFound."""
    posts = look.rules.posts
    if id not in posts:
        raise NotFound("duty bearer")
    owing = (
        visible.visible(look)
        .with_only_columns(_O.id, _F.ref, _F.title)
        .join(_O, _O.finding_id == _F.id)
        .where(_O.programme_id == look.programme_id, _O.duty_bearer_id == id, live(_O))
    )
    late = owing.where(_O.state.in_(TICKING), _O.due_at <= look.now)
    rows = look.session.execute(owing.order_by(_O.due_at, _O.id).limit(SHOWN)).all()
    found = {o.id: o for o in load.rows(look.session, "obligation", _O.id.in_([r.id for r in rows]))}
    return PostDetail(
        post=row(look, posts[id]),
        holders=posts[id].holders,
        above=tuple(posts[p].name for p in superiors(id, posts)),
        below=tuple(
            row(look, p)
            for p in sorted(posts.values(), key=lambda p: (p.name, str(p.id)))
            if p.superior_id == id
        ),
        owes=tuple((r.ref, r.title, owed(found[r.id], look)) for r in rows),
        owes_count=paging.count(look.session, owing),
        overdue_count=paging.count(look.session, late),
        promises=_promises(look, id),
    )


def _promises(look: Reading, post: UUID) -> PromisesKept:
    """Agreed actions whose first date has passed: kept when they were reported by then and found fixed."""
    today = look.rules.calendar.local_date(look.now)
    rows = look.session.execute(
        select(_A.first_due_on, _A.state, _A.reported_at)
        .where(
            _A.programme_id == look.programme_id,
            _A.duty_bearer_id == post,
            _A.first_due_on < today,
            _A.state != ActionState.DROPPED,
            _A.agreement == Agreement.AGREED,
        )
        .where(_A.finding_id.in_(visible.visible(look).with_only_columns(_F.id)))
    )
    kept = due = 0
    for first, state, reported_at in rows:
        due += 1
        if state is ActionState.VERIFIED and reported_at is not None and first is not None:
            kept += look.rules.calendar.local_date(reported_at) <= first
    return PromisesKept(kept, due)
