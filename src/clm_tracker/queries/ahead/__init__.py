"""What falls due and which stages would begin on each day of the coming weeks, if nobody does anything? (R34)

What falls due, and the next step of each obligation, are read by index. What would come after that step is foretold by the
simulator while there are few enough to do it at once; `Ahead.foretold` says whether it was.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any
from uuid import UUID

from clm_tracker.db import tables, visible
from clm_tracker.db.base import POSTGRESQL
from clm_tracker.db.units import Reading
from clm_tracker.domain import events
from clm_tracker.domain.ladders import Mode
from clm_tracker.domain.words import Kind
from clm_tracker.kernel.refusals import invalid
from clm_tracker.queries import foretold, rounds, simulate, wording
from clm_tracker.queries.ahead.asked import (
    FEW,
    Asked,
    Filters,
    due_by_day,
    few_of_each,
    some_running,
    steps_by_day,
)

_F, _O = tables.FindingRow, tables.ObligationRow
WEEKS = 5
_EVER = datetime(1970, 1, 1, tzinfo=UTC)  # from when on a step that is due already may have waited
FARTHEST = timedelta(days=366)


class What(StrEnum):
    """What a day brings."""

    DUE = "due"
    BEGINS = "begins"
    PROPOSED = "proposed"
    RUNS = "runs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """One thing on one day. `stage` is what would begin or be proposed, of `stages`; `who` owes it."""

    what: What
    obligation_id: UUID
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
    asked, begin = Asked.of(look, filters), max(first, look.today)
    _due(look, asked, begin, last, shown, found, counts)
    few = [r.id for r in look.ask(some_running(asked), {})]
    if len(few) <= FEW:
        _foretold(look, few, first, last, found, counts)
    else:
        _next_steps(look, asked, begin, last, shown, found, counts)
    rules, forums = look.rules, rounds.forums(look)
    days = []
    for n in range((last - first).days + 1):
        on = first + timedelta(days=n)
        begun = [r.said for r in rules.rounds if on == r.first_on]
        ended = [r.said for r in rules.rounds if on == r.last_on]
        days.append(
            Day(
                on,
                tuple(found[on][:shown]),
                dict(counts[on]),
                rules.calendar.why_closed(on),
                tuple(f.said for f in forums if f.held_on == on),
                tuple(begun),
                tuple(ended),
            )
        )
    return Ahead(tuple(days), len(few) <= FEW)


def _due(
    look: Reading,
    asked: Asked,
    first: date,
    last: date,
    shown: int,
    found: dict[date, list[Coming]],
    counts: dict[date, dict[What, int]],
) -> None:
    """What falls due on each day: some of it and how much."""
    given = {"first": first, "last": last, "now": look.now}
    of_day: dict[date, dict[str, object]] = {}
    for r in look.ask(due_by_day(asked), given):
        counts[r.due_on][What.DUE] = r.n
        of_day[r.due_on] = {"on": r.due_on}
    for on, r in _few_of_each(look, asked, "due_at", of_day, shown):
        found[on].append(_coming(look, What.DUE, r, r.stage))


def _next_steps(
    look: Reading,
    asked: Asked,
    first: date,
    last: date,
    shown: int,
    found: dict[date, list[Coming]],
    counts: dict[date, dict[What, int]],
) -> None:
    """The next step of each obligation, counted by day, stage and ladder; what is due already begins today."""
    calendar = look.rules.calendar
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    ends = [calendar.midnight_after(on) for on in days]
    begins = [_EVER if first == look.today else calendar.start_of(first), *ends]
    on_postgresql = look.session.get_bind().dialect.name == POSTGRESQL
    given: dict[str, object] = {"begin": begins[0], "end": ends[-1]}
    given |= {"ends": ends} if on_postgresql else {f"end_{n}": end for n, end in enumerate(ends)}
    for r in look.ask(steps_by_day(asked, len(days), on_postgresql=on_postgresql), given):
        counts[days[r.place]][_step(look, r)] += r.n
    of_day = {
        on: {"first": begin, "end": end}
        for on, begin, end in zip(days, begins, ends, strict=False)
        if any(counts.get(on, {}).get(what) for what in (What.BEGINS, What.PROPOSED))
    }
    for on, r in _few_of_each(look, asked, "next_step_at", of_day, shown):
        found[on].append(_coming(look, _step(look, r), r, r.stage + 1))


def _step(look: Reading, r: Any) -> What:  # noqa: ANN401 - a row with a ladder and a stage on it
    above = look.rules.ladders[r.ladder_id].stage(r.stage + 1)
    return What.PROPOSED if above and above.mode is Mode.APPROVAL else What.BEGINS


def _few_of_each(
    look: Reading, asked: Asked, by: str, of_day: Mapping[date, Mapping[str, object]], shown: int
) -> Iterator[tuple[date, Any]]:
    """The first few of each day with that day, each by index, in one statement."""
    days = sorted(of_day)
    given: dict[str, object] = {"now": look.now}
    for n, on in enumerate(days):
        given |= {f"{name}_{n}": value for name, value in of_day[on].items()}
    found = look.ask(few_of_each(asked, by, len(days), shown), given) if days else ()
    return ((days[r.place], r) for r in found)


def _foretold(
    look: Reading,
    among: Sequence[UUID],
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
        obligation_id=r.id,
        ref=r.ref,
        title=r.title,
        kind=r.kind,
        who=post.said if post else wording.PARTIES[r.owed_by],
        stage=stage,
        stages=ladder.last,
        stage_name=named.said if named else "",
    )
