"""Which obligations have something to say now, and what follows? (R22 to R26, R31, R32)

Rows come in batches, the most overdue first; each is decided in Python and all of a batch is written in sets, in one
transaction. Any number of sweeps may run at the same time: a row belongs to the one that locked it, and after its turn
it is not due any more.
"""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy.exc import DataError, IntegrityError

from clm_tracker.db import actors, changes, sweep
from clm_tracker.db.mint import new_id
from clm_tracker.db.sweep import Due
from clm_tracker.db.units import Reading, Store, Writing
from clm_tracker.domain import escalation, events, turns
from clm_tracker.domain.policy import Act
from clm_tracker.domain.turns import Turn
from clm_tracker.jobs import heartbeats
from clm_tracker.jobs.patience import patiently
from clm_tracker.kernel.sayings import saying

NAME = "sweep"
EVERY = timedelta(seconds=60)
BATCH = 1_000
BUDGET = 50.0  # seconds; what is left then waits for the next sweep
PARK = timedelta(hours=1)
ALARM_AFTER = 3  # times parked
BRAKE_FROM = 50  # more steps than this in one sweep,
BRAKE_SHARE = 5  # and more than a fifth of what runs
JUMP = timedelta(days=7)
LISTED = 500  # steps that a report names


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was (or would be) done."""

    ref: str
    kind: str
    what: str
    stage: int | None = None


@dataclass(slots=True)
class SweepReport:
    """What one sweep did.

    `held` steps wait for a coordinator, `released` ones were let go since the last sweep, `busy` ones belong to a
    finding that somebody is working on; `left` is 1 when the time ran out before the rows.
    """

    reminded: int = 0
    entered: int = 0
    proposed: int = 0
    resumed: int = 0
    rested: int = 0
    parked: int = 0
    held: int = 0
    released: int = 0
    busy: int = 0
    brakes: int = 0
    batches: int = 0
    left: int = 0
    steps: list[Step] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add(self, turn: Turn, ref: str, kind: str) -> None:
        """Count a turn, and name it while there is room."""
        match turn.decision:
            case escalation.Remind():
                self.reminded += 1
                self._name(Step(ref, kind, "reminded"))
            case escalation.Enter(stage, _):
                self.entered += 1
                self._name(Step(ref, kind, "entered", stage.number))
            case escalation.Propose(stage, _):
                self.proposed += 1
                self._name(Step(ref, kind, "proposed", stage.number))
            case escalation.EndPause():
                self.resumed += 1
                self._name(Step(ref, kind, "resumed"))
            case escalation.Rest():
                self.rested += 1

    def add_held(self, ref: str, kind: str, stage: int) -> None:
        """Count a step that waits for a coordinator."""
        self.held += 1
        self._name(Step(ref, kind, "held", stage))

    def add_parked(self, due: Due, why: str) -> None:
        """Count a row that could not be decided."""
        self.parked += 1
        self.problems.append(f"{due.where.ref if due.where else due.id}: {why}")

    def merge(self, other: "SweepReport") -> None:
        """Add what one batch did."""
        for f in fields(self):
            ours, theirs = getattr(self, f.name), getattr(other, f.name)
            setattr(self, f.name, (ours + theirs)[:LISTED] if isinstance(ours, list) else ours + theirs)

    def _name(self, step: Step) -> None:
        if len(self.steps) < LISTED:
            self.steps.append(step)

    def outcome(self) -> dict[str, object]:
        """The numbers, for the heartbeat and for programs."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in {"steps", "problems"}}


@dataclass(slots=True)
class _Run:
    """One sweep on its way: one moment for all of it, so that nothing takes two turns."""

    store: Store
    now: datetime
    ends: float
    batch: int
    keep_going: Callable[[], bool]
    report: SweepReport = field(default_factory=SweepReport)

    def out_of_time(self) -> bool:
        if time.perf_counter() < self.ends and self.keep_going():
            return False
        self.report.left = 1
        return True


def run_sweep(
    store: Store,
    now: datetime,
    *,
    budget_seconds: float = BUDGET,
    batch: int = BATCH,
    every: timedelta = EVERY,
    dry_run: bool = False,
    keep_going: Callable[[], bool] = lambda: True,
) -> SweepReport:
    """One sweep at `now`. `keep_going` is asked before each batch, to renew a lease or to stop in good order.

    `every` is when the next sweep is meant to come; the heartbeat says so, and health knows when one is late.

    With `dry_run` nothing is written and the report says what would be done. Raises NotNow ("busy") when another unit
    holds what this one needs for longer than a few tries take.
    """
    run = _Run(store, now, time.perf_counter() + budget_seconds, batch, keep_going)
    with store.reading(now=now, actor=actors.ENGINE, programme_id=None) as reading:
        waiting = sweep.backlogs(reading.connection, now)
        last = heartbeats.last(reading.session, NAME)
    for backlog in waiting:
        if run.out_of_time():
            break
        try:
            (_try_programme if dry_run else _sweep_programme)(run, backlog, last)
        except (LookupError, TypeError, ValueError) as error:
            # Its set-up cannot be read: that is no reason to leave the other programmes waiting.
            run.report.problems.append(f"programme {backlog.programme_id}: {sweep.problem(error)}")
    if not dry_run:
        with store.writing(now=now, actor=actors.ENGINE, programme_id=None) as unit:
            heartbeats.beat(unit.session, NAME, now, every, run.report.outcome())
    return run.report


def _sweep_programme(run: _Run, backlog: sweep.Backlog, last: datetime | None) -> None:
    programme = backlog.programme_id
    if not backlog.braked:
        while patiently(partial(_let_go, run, programme)) == run.batch and not run.out_of_time():
            pass
        patiently(partial(_brake, run, programme, last))
    place: sweep.Place | None = None
    careful = 0  # rows still to be taken one by one, after a batch that the database refused
    while not run.out_of_time():
        limit = 1 if careful else run.batch
        try:
            place = patiently(partial(_batch, run, programme, limit, place))
        except (IntegrityError, DataError) as error:
            if limit > 1:
                careful = limit
                continue
            place = patiently(partial(_park_refused, run, programme, place, error))
        careful = max(0, careful - 1)
        if place is None:
            return


def _let_go(run: _Run, programme: UUID) -> int:
    """Let steps go on that a coordinator released, as many as a batch has; how many there were."""
    with _unit(run, programme) as unit:
        released = 0 if sweep.is_braked(unit) else sweep.let_go(unit, run.batch)
    run.report.released += released
    return released


def _brake(run: _Run, programme: UUID, last: datetime | None) -> None:
    """Hold all steps when there are suddenly too many of them (R31)."""
    with _unit(run, programme) as unit:
        brake = None if sweep.is_braked(unit) else why_brake(unit, last)
        if brake is None:
            return
        brake_id = new_id()
        first = sweep.set_brake(unit, brake_id, held=brake.held, running=brake.running, reason=brake.reason)
        if first:
            changes.announce(unit, Act.RUN_ENGINE, brake, "brake", brake_id)
    run.report.brakes += first


def why_brake(reading: Reading, last: datetime | None) -> events.BrakeSet | None:
    """Why automatic stages of the programme should wait for a coordinator (R31), or None.

    `last` is the last sweep's moment. Steps that a coordinator saw and released do not count again.
    """
    steps = sweep.steps_due(reading, sweep.last_release(reading))
    jumped = last is not None and reading.now - last > JUMP
    if steps == 0 or (steps <= BRAKE_FROM and not jumped):
        return None
    running = sweep.running(reading)
    if jumped and last is not None:
        days = (reading.now - last).days
        return events.BrakeSet(steps, running, saying("the engine had not looked for {days} days", days=days))
    if steps * BRAKE_SHARE > running:
        why = saying("{steps} of {running} running obligations are due at once", steps=steps, running=running)
        return events.BrakeSet(steps, running, why)
    return None


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Let Python look for cycles after the batch, when it is gone: it has none, and the looking takes 40 % of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@_collecting_later()
def _batch(run: _Run, programme: UUID, limit: int, place: sweep.Place | None) -> sweep.Place | None:
    """One batch in one transaction; where the next one begins, None at the end."""
    with _unit(run, programme) as unit:
        due, following = sweep.gather(unit, limit, place)
        batch = _decide(due, unit, braked=bool(due) and sweep.is_braked(unit))
        batch.leave_busy(unit)
        batch.count()
        sweep.carry_out(unit, batch.turns)
        if batch.held:
            sweep.hold(unit, batch.held)
        for one, why in batch.parked:
            _park(unit, one, why)
    batch.report.batches = 1 if due else 0
    run.report.merge(batch.report)
    return following


@dataclass(slots=True)
class _Batch:
    turns: list[tuple[Due, Turn]] = field(default_factory=list)
    held: list[UUID] = field(default_factory=list)
    parked: list[tuple[Due, str]] = field(default_factory=list)
    report: SweepReport = field(default_factory=SweepReport)

    def leave_busy(self, unit: Writing) -> None:
        """Turns that open obligations need their finding; where somebody holds it, they wait for the next sweep."""
        needed = {due.finding_id for due, turn in self.turns if len(turn.told) > 1}
        free = sweep.claim_findings(unit, needed)
        busy = needed - free
        if busy:
            kept = [
                (due, turn) for due, turn in self.turns if len(turn.told) == 1 or due.finding_id not in busy
            ]
            self.report.busy = len(self.turns) - len(kept)
            self.turns = kept

    def count(self) -> None:
        for due, turn in self.turns:
            assert due.obligation is not None
            assert due.where is not None
            self.report.add(turn, due.where.ref, str(due.obligation.kind))


def _decide(due: list[Due], unit: Reading, *, braked: bool) -> _Batch:
    batch = _Batch()
    rules = unit.rules if due else None
    for one in due:
        o, where = one.obligation, one.where
        if o is None or where is None or rules is None:
            batch.parked.append((one, one.problem))
            continue
        try:
            decision = escalation.decide(o, rules, unit.now)
            if braked and isinstance(decision, escalation.Enter | escalation.Propose):
                batch.held.append(o.id)
                batch.report.add_held(where.ref, str(o.kind), decision.stage.number)
                continue
            batch.turns.append((one, turns.carry_out(o, decision, rules, where, unit.now)))
        except Exception as error:  # noqa: BLE001 - whatever one row raises, the others go on (R32)
            batch.parked.append((one, sweep.problem(error)))
    for one, why in batch.parked:
        batch.report.add_parked(one, why)
    return batch


def _park_refused(
    run: _Run, programme: UUID, place: sweep.Place | None, error: Exception
) -> sweep.Place | None:
    """Park the one row whose turn the database refused."""
    report = SweepReport()
    with _unit(run, programme) as unit:
        due, following = sweep.gather(unit, 1, place)
        for one in due:
            _park(unit, one, sweep.problem(error))
            report.add_parked(one, sweep.problem(error))
    run.report.merge(report)
    return following


def _park(unit: Writing, due: Due, why: str) -> None:
    times = sweep.park(unit, due, why, unit.now + PARK)
    if times == ALARM_AFTER:
        kind = str(due.obligation.kind) if due.obligation else "obligation"
        changes.announce(unit, Act.RUN_ENGINE, events.Parked(kind, why, times), "obligation", due.id)


@contextmanager
def _unit(run: _Run, programme: UUID) -> Iterator[Writing]:
    actor = actors.within(actors.ENGINE, programme)
    with run.store.writing(now=run.now, actor=actor, programme_id=programme) as unit:
        unit.require(Act.RUN_ENGINE)
        yield unit


def _try_programme(run: _Run, backlog: sweep.Backlog, last: datetime | None) -> None:
    """The same decisions, with nothing written."""
    programme = backlog.programme_id
    actor = actors.within(actors.ENGINE, programme)
    with run.store.reading(now=run.now, actor=actor, programme_id=programme) as reading:
        braked = backlog.braked
        if not braked and why_brake(reading, last) is not None:
            braked = True
            run.report.brakes += 1
        place: sweep.Place | None = None
        while not run.out_of_time():
            due, place = sweep.gather(reading, run.batch, place)
            batch = _decide(due, reading, braked=braked)
            batch.count()
            run.report.merge(batch.report)
            if place is None:
                return
