"""What falls due and which stages would begin on each day of the coming weeks, if nobody does anything? (R34)

What falls due, and the next step of each obligation, are read by index. What would come after that step is foretold by the
simulator while there are few enough to do it at once; `Ahead.foretold` says whether it was.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
from clm_tracker.kernel.speech import _
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
        raise invalid("from", _("Choose a week from this one to a year from now."))
    monday = first - timedelta(days=first.weekday())
    return _days(look, filters, monday, monday + timedelta(days=7 * weeks - 1), shown)


def day(look: Reading, filters: Filters, on: date, *, shown: int = 200) -> Day:
    """One day with much more of what it brings. Raises Invalid for a day out of reach."""
    if not look.today <= on <= look.today + FARTHEST:
        raise invalid("day", _("Choose a day from today to a year from now."))
    return _days(look, filters, on, on, shown).days[0]


def _days(look: Reading, filters: Filters, first: date, last: date, shown: int) -> Ahead:
    found = _Found(look, Asked.of(look, filters), max(first, look.today), last, shown)
    found.due()
    few = [r.id for r in look.ask(some_running(found.asked), {})]
    if len(few) <= FEW:
        found.foretell(few)
    else:
        found.next_steps()
    rules, forums = look.rules, rounds.forums(look)
    days = []
    for n in range((last - first).days + 1):
        on = first + timedelta(days=n)
        begun = [r.said for r in rules.rounds if on == r.first_on]
        ended = [r.said for r in rules.rounds if on == r.last_on]
        days.append(
            Day(
                on,
                tuple(found.items[on][:shown]),
                dict(found.counts[on]),
                rules.calendar.why_closed(on),
                tuple(f.said for f in forums if f.held_on == on),
                tuple(begun),
                tuple(ended),
            )
        )
    return Ahead(tuple(days), len(few) <= FEW)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the days from the first to the last bring, as it is found: `shown` of each day at least, and how much of it."""

    look: Reading
    asked: Asked
    first: date
    last: date
    shown: int
    items: dict[date, list[Coming]] = field(default_factory=lambda: defaultdict(list))
    counts: dict[date, dict[What, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))

    def due(self) -> None:
        """What falls due on each day."""
        given = {"first": self.first, "last": self.last, "now": self.look.now}
        of_day: dict[date, dict[str, object]] = {}
        for r in self.look.ask(due_by_day(self.asked), given):
            self.counts[r.due_on][What.DUE] = r.n
            of_day[r.due_on] = {"on": r.due_on}
        for on, r in self._few_of_each("due_at", of_day):
            self.items[on].append(_coming(self.look, What.DUE, r, r.stage))

    def next_steps(self) -> None:
        """The next step of each obligation, counted by day, stage and ladder; what is due already begins today."""
        look = self.look
        calendar = look.rules.calendar
        days = [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]
        ends = [calendar.midnight_after(on) for on in days]
        begins = [_EVER if self.first == look.today else calendar.start_of(self.first), *ends]
        on_postgresql = look.dialect == POSTGRESQL
        given: dict[str, object] = {"begin": begins[0], "end": ends[-1]}
        given |= {"ends": ends} if on_postgresql else {f"end_{n}": end for n, end in enumerate(ends)}
        for r in look.ask(steps_by_day(self.asked, len(days), on_postgresql=on_postgresql), given):
            self.counts[days[r.place]][_step(look, r)] += r.n
        of_day = {
            on: {"first": begin, "end": end}
            for on, begin, end in zip(days, begins, ends, strict=False)
            if any(self.counts.get(on, {}).get(what) for what in (What.BEGINS, What.PROPOSED))
        }
        for on, r in self._few_of_each("next_step_at", of_day):
            self.items[on].append(_coming(look, _step(look, r), r, r.stage + 1))

    def foretell(self, among: Sequence[UUID]) -> None:
        """What the simulator foretells of these obligations, the same as the engine would do (R34)."""
        if not among:
            return
        look, rules = self.look, self.look.rules
        days = (self.last - look.today).days + 1
        heads = {
            r.id: r
            for r in look.session.execute(
                visible.visible(look)
                .join(_O, _O.finding_id == _F.id)
                .with_only_columns(
                    _O.id, _F.ref, _F.title, _O.kind, _O.owed_by, _O.duty_bearer_id, _O.ladder_id
                )
                .where(_O.id.in_(among))
            )
        }
        happenings = foretold.foretell(look, days=max(days, 1), among=among)
        for h in islice(happenings, simulate.MOST):
            on = rules.calendar.local_date(h.at)
            what = _what(h.told.event)
            head = heads.get(h.obligation_id)
            if what is None or head is None or not self.first <= on <= self.last:
                continue
            self.counts[on][what] += 1
            self.items[on].append(_coming(look, what, head, getattr(h.told.event, "stage", 0)))

    def _few_of_each(
        self, by: str, of_day: Mapping[date, Mapping[str, object]]
    ) -> Iterator[tuple[date, Any]]:
        """The first few of each day with that day, each by index, in one statement."""
        days = sorted(of_day)
        given: dict[str, object] = {"now": self.look.now}
        for n, on in enumerate(days):
            given |= {f"{name}_{n}": value for name, value in of_day[on].items()}
        few = self.look.ask(few_of_each(self.asked, by, len(days), self.shown), given) if days else ()
        return ((days[r.place], r) for r in few)


def _step(look: Reading, r: Any) -> What:  # noqa: ANN401 - a row with a ladder and a stage on it
    above = look.rules.ladders[r.ladder_id].stage(r.stage + 1)
    return What.PROPOSED if above and above.mode is Mode.APPROVAL else What.BEGINS


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
