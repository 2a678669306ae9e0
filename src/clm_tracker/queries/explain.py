"""Why this date, why this stage, and what happens next? (R12, R24)"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clm_tracker.db import load
from clm_tracker.db.units import Reading
from clm_tracker.domain import deadlines, escalation
from clm_tracker.domain.cases import Case, Obligation
from clm_tracker.domain.deadlines import Day, Stop
from clm_tracker.domain.rules import DATE, FORUM, ROUND, UNPLANNED, Rules
from clm_tracker.domain.words import Kind, ObligationState, PauseReason
from clm_tracker.queries import owes, wording
from clm_tracker.queries.findings.detail import FindingDetail, Owed, of_case, owed
from clm_tracker.queries.staircase import Staircase, staircase

CHECKED = "being checked"


@dataclass(frozen=True, slots=True)
class DueDate:
    """Why something is due when it is: a sentence, and each day where days were counted."""

    sentence: str
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """One live obligation: its date, its ladder, and what the engine decides about it at this moment."""

    obligation: Owed
    due: DueDate
    ladder: Staircase
    decision: str
    sentence: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole answer for one finding."""

    finding: FindingDetail
    obligations: tuple[Explained, ...]


def explain(look: Reading, ref: str | UUID) -> Explanation:
    """Everything the dates and stages of a finding rest on. Raises NotFound where the actor may not see it."""
    case = load.case(look, ref, lock=False)
    detail = of_case(look, case)
    return Explanation(detail, tuple(explained(o, case, look) for o in case.live()))


def explained(o: Obligation, case: Case, look: Reading) -> Explained:
    """One live obligation, explained at this moment."""
    decision = escalation.decide(o, look.rules, look.now)
    sentence, at = _decided(o, decision, look)
    return Explained(
        owed(o, look),
        due_date(o, case, look.rules, look.now),
        staircase(o, {}, look.rules),
        type(decision).__name__,
        sentence,
        at,
    )


def _decided(o: Obligation, decision: escalation.Decision, look: Reading) -> tuple[str, datetime | None]:
    match decision:
        case escalation.Remind(reminded=n):
            return f"Reminder {n} of the due date goes out now.", look.now
        case escalation.Enter(stage=stage):
            return f"Stage {stage.number}, {stage.name}, begins now.", look.now
        case escalation.Propose(stage=stage):
            return f"Stage {stage.number}, {stage.name}, is proposed to the steering committee now.", look.now
        case escalation.EndPause():
            return "The pause is over: the clock runs again now.", look.now
        case escalation.Rest(until=until):
            then, at = owes.follows(o, look.rules, look.now)
            if until is not None and o.state is ObligationState.RUNNING and until != at:
                reminder = f"A reminder goes out on {wording.day_of(until, look.rules, look.now)}. "
                return f"Nothing happens now. {reminder}{then}", until
            return f"Nothing happens now. {then}", until


def due_date(o: Obligation, case: Case, rules: Rules, now: datetime) -> DueDate:
    """Why an obligation of this case is due on its day."""
    today = rules.calendar.local_date(now)
    on = wording.day(o.due_on, today)
    moved = "" if o.due_on == o.first_due_on else f" The first date was {wording.day(o.first_due_on, today)}."
    if o.window == DATE:
        return DueDate(f"Due {on}, the day that was agreed.{moved}", ())
    if o.window in {ROUND, FORUM}:
        return _tied(o, rules, on, moved)
    for window, start_at, says in _starts(o, case, rules):
        if days := _days(o, window, rules, start_at):
            start = wording.day_of(start_at, rules, now)
            return DueDate(f"Due {on}: {_window(window)} from {says}, {start}.{moved}", days)
    return DueDate(f"Due {on}, a date that was set later than its window of {_window(o.window)}.{moved}", ())


def _starts(o: Obligation, case: Case, rules: Rules) -> list[tuple[str, datetime, str]]:
    """From what the window may have been counted: an answer is owed by the later of two (R9)."""
    if o.kind is not Kind.AGREE:
        return [(o.window, o.start_at, "its beginning")]
    received = [
        k for k in case.obligations.values() if k.kind is Kind.ACKNOWLEDGE and k.start_at <= o.start_at
    ]
    asked_at = max((k.start_at for k in received), default=o.start_at)
    acknowledge = rules.windows[case.finding.severity].acknowledge
    return [
        (o.window, asked_at, "the day it was addressed"),
        (acknowledge, o.start_at, "the acknowledgement"),
        (o.window, o.start_at, "its beginning"),
    ]


def _tied(o: Obligation, rules: Rules, on: str, moved: str) -> DueDate:
    if o.window == ROUND and any(r.last_on == o.first_due_on for r in rules.rounds):
        name = next(r.name for r in rules.rounds if r.last_on == o.first_due_on)
        return DueDate(
            f"Due {on}.{moved} That is the end of {name}." if moved else f"Due {on}, the end of {name}.", ()
        )
    if o.window == FORUM and o.first_due_on in rules.forums:
        return DueDate(f"Due {on}, the day of the next forum.{moved}", ())
    days = _days(o, UNPLANNED, rules, o.start_at)
    word = "round" if o.window == ROUND else "forum"
    sentence = f"Due {on}: no {word} was planned, so {_window(UNPLANNED)} hold until one is.{moved}"
    return DueDate(sentence if days else f"Due {on}, the date of the {word} planned later.{moved}", days)


def _days(o: Obligation, window: str, rules: Rules, start_at: datetime) -> tuple[Day, ...]:
    """Each day on the way, or none where the date does not follow from the window alone (R9, R13)."""
    stops = [Stop(start, end, reason(why)) for start, end, why in o.stops]
    if o.paused_at is not None:
        stops.append(Stop(o.paused_at, None, reason(str(o.pause_reason)) if o.pause_reason else CHECKED))
    days = deadlines.explain(start_at, deadlines.parse_window(window), rules.calendar, stops)
    return days if days and days[-1].date == o.due_on else ()


def reason(kept: str) -> str:
    """Why a clock stood still, in words."""
    return wording.PAUSES[PauseReason(kept)] if kept in set(PauseReason) else kept


def _window(window: str) -> str:
    length = deadlines.parse_window(window)
    noun = {
        deadlines.Unit.WORKING_DAYS: "working day",
        deadlines.Unit.DAYS: "day",
        deadlines.Unit.HOURS: "hour",
    }[length.unit]
    return f"{length.amount} {noun}" + ("" if length.amount == 1 else "s")
