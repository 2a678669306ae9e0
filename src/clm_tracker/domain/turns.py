"""What does one turn of the engine make of one obligation? The same for the sweep and the simulator. (R22, R24, R34)"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from clm_tracker.domain import escalation, obligations
from clm_tracker.domain.cases import ROWS, Change, Obligation, Told, difference, with_change
from clm_tracker.domain.rules import Rules

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """What was decided, what it told, and when each obligation it touched is looked at next (None: never by itself)."""

    decision: escalation.Decision
    told: tuple[Told, ...]
    next_check: Mapping[UUID, datetime | None]


def take(o: Obligation, rules: Rules, where: escalation.Where, now: datetime) -> Turn:
    """Decide about `o` and say what follows. Raises what corrupt data make the law raise (KeyError, ValueError)."""
    return carry_out(o, escalation.decide(o, rules, now), rules, where, now)


def carry_out(
    o: Obligation, decision: escalation.Decision, rules: Rules, where: escalation.Where, now: datetime
) -> Turn:
    """What follows from a decision made at `now`."""
    if isinstance(decision, escalation.Rest):
        return Turn(decision, (), {o.id: _after(now, decision.until)})
    told = _told(o, decision, rules, where, now)
    checks = {}
    for change in (change for one in told for change in one.changes if change.row == "obligation"):
        if change.id == o.id and isinstance(decision, escalation.Enter):
            wake = change.after.get("next_step_at", o.next_step_at)  # who climbs is not reminded any more
        else:
            wake = escalation.wake(applied(change, o), rules, now)
        checks[change.id] = _after(now, wake)
    return Turn(decision, tuple(told), checks)


def _told(
    o: Obligation,
    decision: escalation.Remind | escalation.Enter | escalation.Propose | escalation.EndPause,
    rules: Rules,
    where: escalation.Where,
    now: datetime,
) -> list[Told]:
    match decision:
        case escalation.Remind():
            return escalation.remind(o, decision, rules)
        case escalation.Enter():
            return escalation.enter(o, decision, rules, where, now)
        case escalation.Propose():
            return escalation.propose(o, decision, rules, where, now)
        case escalation.EndPause(at):
            event, running = obligations.end_pause(o, rules, at, by_itself=True)
            change = difference(o, running)
            return [Told(event, () if change is None else (change,), o.id)]


def applied(change: Change, o: Obligation) -> Obligation:
    """The obligation after the change: `o` with its new values, or one that the change opens."""
    if change.id == o.id:
        return with_change(o, change)
    made = ROWS[change.row](**change.after)
    assert isinstance(made, Obligation)
    return made


def _after(now: datetime, wake: datetime | None) -> datetime | None:
    """Never at or before this turn: so nothing takes two turns in one sweep, even where a wait is zero (R22)."""
    return None if wake is None else max(wake, now + _INSTANT)
