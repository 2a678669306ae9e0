"""What falls due and which stages would begin on each day of the coming weeks, if nobody does anything? (R34)

What falls due, and the next step of each obligation, are read by index. What would come after that step is foretold by the
simulator while there are few enough to do it at once; `Ahead.foretold` says whether it was.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, or_, select

from clm_tracker.db import tables, visible
from clm_tracker.db.units import Reading
from clm_tracker.domain import events
from clm_tracker.domain.ladders import Mode
from clm_tracker.domain.words import Kind, ObligationState, Party, Role
from clm_tracker.kernel.refusals import invalid
from clm_tracker.queries import foretold, rounds, simulate, wording
from clm_tracker.queries.findings.listing import inside
from clm_tracker.queries.live import TICKING, live

_F, _O = tables.FindingRow, tables.ObligationRow
WEEKS = 5
FARTHEST = timedelta(days=366)
FEW = 400  # running obligations whose whole future is foretold at once
_OF_ROLE = {
    Role.ADVOCATE: Party.ADVOCATES,
    Role.COMMITTEE: Party.COMMITTEE,
    Role.COORDINATOR: Party.COORDINATOR,
}


class What(StrEnum):
    """What a day brings."""

    DUE = "due"
    BEGINS = "begins"
    PROPOSED = "proposed"
    RUNS = "runs"


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrows what is shown: to what the actor's posts or roles owe, to an area, to a theme."""

    mine: bool = False
    area: UUID | None = None
    theme: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """One thing on one day. `stage` is what would begin or be proposed, of `stages`; `who` owes it."""

    what: What
    ref: str
    title: str
    kind: Kind
    who: str
    stage: int
    stages: int
    stage_name: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day: some of what it brings, how much of each there is, and why it is no ordinary day."""

    on: date
    items: tuple[Coming, ...]
    counts: dict[What, int]
    closed: str | None
    forums: tuple[str, ...]
    begun: tuple[str, ...]
    ended: tuple[str, ...]

    @property
    def left(self) -> int:
        """How many are not among the items."""
        return sum(self.counts.values()) - len(self.items)


@dataclass(frozen=True, slots=True)
class Ahead:
    """Whole weeks from a Monday. `foretold`: also what follows on the next step of each is there."""

    days: tuple[Day, ...]
    foretold: bool


def ahead(
    look: Reading, filters: Filters, start: date | None = None, *, weeks: int = WEEKS, shown: int = 3
) -> Ahead:
    """The weeks from the one of `start` (today's without it), at most `shown` things a day. Raises Invalid for a day out of reach."""
    first = start or look.today
    if not look.today - timedelta(days=7) < first <= look.today + FARTHEST:
        raise invalid("from", "Choose a week from this one to a year from now.")
    monday = first - timedelta(days=first.weekday())
    return _days(look, filters, monday, monday + timedelta(days=7 * weeks - 1), shown)


def day(look: Reading, filters: Filters, on: date, *, shown: int = 200) -> Day:
    """One day with much more of what it brings. Raises Invalid for a day out of reach."""
    if not look.today <= on <= look.today + FARTHEST:
        raise invalid("day", "Choose a day from today to a year from now.")
    return _days(look, filters, on, on, shown).days[0]


def _days(look: Reading, filters: Filters, first: date, last: date, shown: int) -> Ahead:
    found: dict[date, list[Coming]] = defaultdict(list)
    counts: dict[date, dict[What, int]] = defaultdict(lambda: defaultdict(int))
    _due(look, filters, first, last, shown, found, counts)
    query = _owed(look, filters).where(_O.state == ObligationState.RUNNING)
    few = [r.id for r in look.session.execute(query.with_only_columns(_O.id).limit(FEW + 1))]
    if len(few) <= FEW:
        _foretold(look, few, first, last, found, counts)
    else:
        _next_steps(look, filters, first, last, shown, found, counts)
    rules, forums = look.rules, rounds.forums(look)
    days = []
    for n in range((last - first).days + 1):
        on = first + timedelta(days=n)
        begun = [r.name for r in rules.rounds if on == r.first_on]
        ended = [r.name for r in rules.rounds if on == r.last_on]
        days.append(
            Day(
                on,
                tuple(found[on][:shown]),
                dict(counts[on]),
                rules.calendar.why_closed(on),
                tuple(f.name for f in forums if f.held_on == on),
                tuple(begun),
                tuple(ended),
            )
        )
    return Ahead(tuple(days), len(few) <= FEW)


def _owed(look: Reading, filters: Filters) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = [_O.programme_id == look.programme_id, live(_O)]
    if filters.theme is not None:
        conditions.append(_F.theme_id == filters.theme)
    if filters.area is not None:
        conditions.append(inside(look, filters.area))
    if filters.mine:
        parties = sorted({_OF_ROLE[role] for role in look.actor.roles() if role in _OF_ROLE})
        posts = sorted(look.actor.posts)
        conditions.append(
            or_(
                false(),
                *([_O.owed_by.in_(parties)] if parties else []),
                *([_O.duty_bearer_id.in_(posts)] if posts else []),
            )
        )
    return visible.visible(look).join(_O, _O.finding_id == _F.id).where(*conditions)


def _due(
    look: Reading,
    filters: Filters,
    first: date,
    last: date,
    shown: int,
    found: dict[date, list[Coming]],
    counts: dict[date, dict[What, int]],
) -> None:
    """What falls due on each day: some of it and how much, in one statement."""
    calendar = look.rules.calendar
    query = _owed(look, filters).where(
        _O.state.in_(TICKING),
        _O.due_at > max(look.now, calendar.start_of(first)),
        _O.due_at <= calendar.midnight_after(last),
        _O.due_on <= last,
    )
    for r in _some_of_each(look, query, _O.due_on, shown):
        counts[r.place][What.DUE] = r.all
        found[r.place].append(_coming(look, What.DUE, r, r.stage))


def _next_steps(
    look: Reading,
    filters: Filters,
    first: date,
    last: date,
    shown: int,
    found: dict[date, list[Coming]],
    counts: dict[date, dict[What, int]],
) -> None:
    """The next step of each obligation, counted by moment, stage and ladder; what is due already begins today."""
    calendar, rules = look.rules.calendar, look.rules
    query = _owed(look, filters).where(
        _O.state == ObligationState.RUNNING, _O.next_step_at < calendar.midnight_after(last)
    )
    if first > look.today:
        query = query.where(_O.next_step_at >= calendar.start_of(first))
    for r in look.session.execute(
        query.with_only_columns(_O.next_step_at, _O.stage, _O.ladder_id, func.count().label("n")).group_by(
            _O.next_step_at, _O.stage, _O.ladder_id
        )
    ):
        above = rules.ladders[r.ladder_id].stage(r.stage + 1)
        what = What.PROPOSED if above and above.mode is Mode.APPROVAL else What.BEGINS
        counts[max(calendar.local_date(r.next_step_at), look.today)][what] += r.n
    for r in _some_of_each(look, query, _O.next_step_at, shown):
        above = rules.ladders[r.ladder_id].stage(r.stage + 1)
        what = What.PROPOSED if above and above.mode is Mode.APPROVAL else What.BEGINS
        on = max(calendar.local_date(r.place), look.today)
        found[on].append(_coming(look, what, r, r.stage + 1))


def _some_of_each(look: Reading, query: Select[Any], by: Any, shown: int) -> Iterable[Any]:  # noqa: ANN401 - a column
    """The first few of each value of `by`, with how many there are of it."""
    numbered = query.with_only_columns(
        by.label("place"),
        _F.ref,
        _F.title,
        _O.id,
        _O.kind,
        _O.owed_by,
        _O.duty_bearer_id,
        _O.stage,
        _O.ladder_id,
        func.row_number().over(partition_by=by, order_by=(_O.due_at, _O.id)).label("nth"),
        func.count().over(partition_by=by).label("all"),
    ).subquery()
    return look.session.execute(
        select(numbered)
        .where(numbered.c.nth <= shown)
        .order_by(numbered.c.place, numbered.c.nth)
        .limit(simulate.MOST)
    )


def _foretold(
    look: Reading,
    among: list[UUID],
    first: date,
    last: date,
    found: dict[date, list[Coming]],
    counts: dict[date, dict[What, int]],
) -> None:
    """What the simulator foretells of these obligations, the same as the engine would do (R34)."""
    if not among:
        return
    rules = look.rules
    days = (last - look.today).days + 1
    heads = {
        r.id: r
        for r in look.session.execute(
            visible.visible(look)
            .join(_O, _O.finding_id == _F.id)
            .with_only_columns(_O.id, _F.ref, _F.title, _O.kind, _O.owed_by, _O.duty_bearer_id, _O.ladder_id)
            .where(_O.id.in_(among))
        )
    }
    happenings = foretold.foretell(look, days=max(days, 1), among=among)
    for h in islice(happenings, simulate.MOST):
        on = rules.calendar.local_date(h.at)
        what = _what(h.told.event)
        head = heads.get(h.obligation_id)
        if what is None or head is None or not first <= on <= last:
            continue
        counts[on][what] += 1
        found[on].append(_coming(look, what, head, getattr(h.told.event, "stage", 0)))


def _what(event: events.Event) -> What | None:
    match event:
        case events.StageEntered():
            return What.BEGINS
        case events.StageProposed():
            return What.PROPOSED
        case events.PauseEnded():
            return What.RUNS
    return None


def _coming(look: Reading, what: What, r: Any, stage: int) -> Coming:  # noqa: ANN401 - a row of the queries above
    ladder = look.rules.ladders[r.ladder_id]
    named = ladder.stage(stage)
    post = look.rules.posts.get(r.duty_bearer_id)
    return Coming(
        what=what,
        ref=r.ref,
        title=r.title,
        kind=r.kind,
        who=post.name if post else wording.PARTIES[r.owed_by],
        stage=stage,
        stages=ladder.last,
        stage_name=named.name if named else "",
    )
