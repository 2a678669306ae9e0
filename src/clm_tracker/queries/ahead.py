"""What falls due and which stages would begin on each day of the coming weeks, if nobody does anything? (R34)

What falls due, and the next step of each obligation, are read by index. What would come after that step is foretold by the
simulator while there are few enough to do it at once; `Ahead.foretold` says whether it was.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    bindparam,
    case,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from clm_tracker.db import tables, visible
from clm_tracker.db.base import POSTGRESQL, UTCDateTime
from clm_tracker.db.units import Reading
from clm_tracker.db.visible import Sight
from clm_tracker.domain import events
from clm_tracker.domain.ladders import Mode
from clm_tracker.domain.words import Kind, ObligationState, Party, Role
from clm_tracker.kernel.refusals import invalid
from clm_tracker.queries import foretold, rounds, simulate, wording
from clm_tracker.queries.findings.within import Within
from clm_tracker.queries.live import NOW, TICKING, is_word, live

_F, _O = tables.FindingRow, tables.ObligationRow
WEEKS = 5
FARTHEST = timedelta(days=366)
FEW = 400  # running obligations whose whole future is foretold at once
_COMING = (
    _O.id,
    _O.finding_id,
    _O.kind,
    _O.owed_by,
    _O.duty_bearer_id,
    _O.stage,
    _O.ladder_id,
    _O.due_at,
    _O.next_step_at,
)
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
    _due(look, filters, first, last, shown, found, counts)
    query = owed(look, filters).where(running())
    few = [r.id for r in look.session.execute(query.with_only_columns(_O.id).limit(FEW + 1))]
    if len(few) <= FEW:
        _foretold(look, few, first, last, found, counts)
    else:
        _next_steps(look, filters, first, last, shown, found, counts)
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


_EVER = datetime(1970, 1, 1, tzinfo=UTC)  # from when on a step that is due already may have waited
_MOMENT = UTCDateTime()
# By which moment the few of a day are chosen, and how the day with the number n is told.
_OF_DAY: dict[str, Callable[[int], tuple[ColumnElement[bool], ...]]] = {
    "due_at": lambda n: (
        _O.state.in_(TICKING),
        _O.due_on == bindparam(f"on_{n}", type_=Date()),
        _O.due_at > NOW,
    ),
    "next_step_at": lambda n: (
        running(),
        _O.next_step_at >= bindparam(f"first_{n}", type_=_MOMENT),
        _O.next_step_at < bindparam(f"end_{n}", type_=_MOMENT),
    ),
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What all who see alike ask by these filters, while the area of those lies where it does."""

    sight: Sight
    filters: Filters
    within: Within | None

    @classmethod
    def of(cls, look: Reading, filters: Filters) -> "_Asked":
        """As the actor asks it in this look. Raises Invalid for an area that is not there."""
        sight = replace(Sight.of(look), drafts_of=None)  # a draft owes nothing: so all advocates ask alike
        return cls(sight, filters, None if filters.area is None else Within.of(look, filters.area))

    @property
    def owed(self) -> Select[Any]:
        """Every live obligation that the filters leave."""
        conditions: list[ColumnElement[bool]] = [live(_O)]
        if self.filters.theme is not None:
            conditions.append(_F.theme_id == self.filters.theme)
        if self.within is not None:
            conditions.append(self.within.condition)
        if self.filters.mine:
            parties = sorted({_OF_ROLE[role] for role in self.sight.roles if role in _OF_ROLE})
            posts = sorted(self.sight.posts)
            theirs = [_O.owed_by.in_(parties)] if parties else []
            theirs += [_O.duty_bearer_id.in_(posts)] if posts else []
            conditions.append(or_(false(), *theirs))
        by_finding = self.filters.theme is not None or self.within is not None
        return self.sight.owed(by_finding=by_finding).where(*conditions)


def owed(look: Reading, filters: Filters) -> Select[Any]:
    """Every live obligation that the filters leave to the actor."""
    return _Asked.of(look, filters).owed


def running() -> ColumnElement[bool]:
    """As literal text, so that the database can match it with its partial index."""
    return is_word(_O.state, ObligationState.RUNNING)


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
    # By the day itself, so that one index holds all that is asked; what is late already is left out of today.
    query = owed(look, filters).where(_O.state.in_(TICKING))
    within = query.where(_O.due_on >= max(first, look.today), _O.due_on <= last, _O.due_at > look.now)
    for r in look.session.execute(
        within.with_only_columns(_O.due_on, func.count().label("n")).group_by(_O.due_on)
    ):
        counts[r.due_on][What.DUE] = r.n
    of_day = {on: {"on": on} for on in counts if counts[on].get(What.DUE)}
    for r in _few_of_each(look, filters, "due_at", of_day, shown):
        found[date.fromordinal(r.place)].append(_coming(look, What.DUE, r, r.stage))


def _next_steps(
    look: Reading,
    filters: Filters,
    first: date,
    last: date,
    shown: int,
    found: dict[date, list[Coming]],
    counts: dict[date, dict[What, int]],
) -> None:
    """The next step of each obligation, counted by day, stage and ladder; what is due already begins today."""
    calendar = look.rules.calendar
    query = owed(look, filters).where(running())
    begin = max(first, look.today)
    within = query.where(_O.next_step_at < calendar.midnight_after(last))
    if begin > look.today:
        within = within.where(_O.next_step_at >= calendar.start_of(begin))
    # Moments are as many as obligations; the day of each is found where they lie, so that a row a day comes back.
    place = _place(look, _O.next_step_at, [calendar.midnight_after(on) for on in _each(begin, last)])
    counted = within.with_only_columns(
        place.label("place"), _O.stage, _O.ladder_id, func.count().label("n")
    ).group_by(place, _O.stage, _O.ladder_id)
    for r in look.session.execute(counted):
        counts[begin + timedelta(days=r.place)][_step(look, r)] += r.n
    of_day = {
        on: {
            "first": _EVER if on == look.today else calendar.start_of(on),
            "end": calendar.midnight_after(on),
        }
        for on, of in counts.items()
        if of.get(What.BEGINS) or of.get(What.PROPOSED)
    }
    for r in _few_of_each(look, filters, "next_step_at", of_day, shown):
        found[date.fromordinal(r.place)].append(_coming(look, _step(look, r), r, r.stage + 1))


def _step(look: Reading, r: Any) -> What:  # noqa: ANN401 - a row with a ladder and a stage on it
    above = look.rules.ladders[r.ladder_id].stage(r.stage + 1)
    return What.PROPOSED if above and above.mode is Mode.APPROVAL else What.BEGINS


def _few_of_each(
    look: Reading, filters: Filters, by: str, of_day: Mapping[date, Mapping[str, object]], shown: int
) -> Iterable[Any]:
    """The first few of each day, each by index, in one statement."""
    if not of_day:
        return ()
    given: dict[str, object] = {"now": look.now}
    for n, (on, values) in enumerate(sorted(of_day.items())):
        given[f"place_{n}"] = on.toordinal()
        given |= {f"{name}_{n}": value for name, value in values.items()}
    return look.session.execute(_few(_Asked.of(look, filters), by, len(of_day), shown), given)


@lru_cache(maxsize=16)
def _few(asked: _Asked, by: str, days: int, shown: int) -> Select[Any]:
    """Put together once for so many days: that takes as long as to answer it. Few are kept, for each weighs a megabyte or two."""
    query, moment = asked.owed, getattr(_O, by)
    parts = [
        select(
            query.where(*_OF_DAY[by](n))
            .with_only_columns(bindparam(f"place_{n}", type_=Integer()).label("place"), *_COMING)
            .order_by(moment, _O.id)
            .limit(shown)
            .subquery()
        )
        for n in range(days)
    ]
    few = union_all(*parts).subquery()
    # Which findings these are is asked once, of the few.
    return (
        select(few, _F.ref, _F.title)
        .join(_F, _F.id == few.c.finding_id)
        .order_by(few.c.place, few.c[by], few.c.id)
    )


def _place(look: Reading, moment: Any, ends: Sequence[datetime]) -> ColumnElement[int]:  # noqa: ANN401 - a column
    """Before the how-manieth of these ends a moment lies, counted from 0; PostgreSQL looks for it by halves."""
    if look.session.get_bind().dialect.name == POSTGRESQL:
        return func.width_bucket(moment, literal(list(ends), ARRAY(moment.type)))  # one value, made once
    return case(*((moment < end, n) for n, end in enumerate(ends)), else_=len(ends))


def _each(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


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
        obligation_id=r.id,
        ref=r.ref,
        title=r.title,
        kind=r.kind,
        who=post.said if post else wording.PARTIES[r.owed_by],
        stage=stage,
        stages=ladder.last,
        stage_name=named.said if named else "",
    )
