"""Why this date, why this stage, and what happens next? (R12, R24)"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clm_tracker.db import load
from clm_tracker.db.units import Reading
from clm_tracker.domain import deadlines, escalation
from clm_tracker.domain.cases import Case, Obligation
from clm_tracker.domain.deadlines import CHECKED, Day, Stop
from clm_tracker.domain.rules import DATE, FORUM, ROUND, UNPLANNED, Rules
from clm_tracker.domain.words import Kind, ObligationState, PauseReason
from clm_tracker.kernel import cldr
from clm_tracker.kernel.speech import N_, _
from clm_tracker.queries import owes, wording
from clm_tracker.queries.findings.detail import FindingDetail, Owed, of_case, owed
from clm_tracker.queries.staircase import Staircase, staircase

BEING_CHECKED = N_("being checked")


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
            return _("Reminder {n} of the due date goes out now.").format(n=n), look.now
        case escalation.Enter(stage=stage):
            name = owes.coming_name(o, stage, look.rules)
            return _("Stage {n}, {name}, begins now.").format(n=stage.number, name=name), look.now
        case escalation.Propose(stage=stage):
            said = _("Stage {n}, {name}, is proposed to the steering committee now.")
            return said.format(n=stage.number, name=owes.coming_name(o, stage, look.rules)), look.now
        case escalation.EndPause():
            return _("The pause is over: the clock runs again now."), look.now
        case escalation.Rest(until=until):
            then, at = owes.follows(o, look.rules, look.now)
            if until is not None and o.state is ObligationState.RUNNING and until != at:
                day = wording.day_of(until, look.rules, look.now)
                said = _("Nothing happens now. A reminder goes out on {day}. {then}")
                return said.format(day=day, then=then), until
            return _("Nothing happens now. {then}").format(then=then), until


def due_date(o: Obligation, case: Case, rules: Rules, now: datetime) -> DueDate:
    """Why an obligation of this case is due on its day."""
    today = rules.calendar.local_date(now)
    on = wording.day(o.due_on, today)
    moved = (
        ""
        if o.due_on == o.first_due_on
        else _("The first date was {day}.").format(day=wording.day(o.first_due_on, today))
    )
    if o.window == DATE:
        agreed = case.actions[o.action_id].due_on if o.action_id and o.kind is Kind.ACT else o.due_on
        if agreed != o.due_on:
            said = _(
                "Due {day}: {agreed}, the day that was agreed, and the days on which the clock stood still."
            )
            first = moved if agreed != o.first_due_on else ""
            return _due(said.format(day=on, agreed=wording.day(agreed, today)), first)
        return _due(_("Due {day}, the day that was agreed.").format(day=on), moved)
    if o.window in {ROUND, FORUM}:
        return _tied(o, rules, on, moved)
    for window, start_at, says in _starts(o, case, rules):
        if days := _days(o, window, rules, start_at):
            start = wording.day_of(start_at, rules, now)
            return _due(says.format(day=on, window=length(window), start=start), moved, days)
    said = _("Due {day}, a date that was set later than its window: {window}.")
    return _due(said.format(day=on, window=length(o.window)), moved)


def _starts(o: Obligation, case: Case, rules: Rules) -> list[tuple[str, datetime, str]]:
    """From what the window may have been counted: an answer is owed by the later of two (R9)."""
    beginning = _("Due {day}: {window} from its beginning, {start}.")
    if o.kind is not Kind.AGREE:
        return [(o.window, o.start_at, beginning)]
    received = [
        k for k in case.obligations.values() if k.kind is Kind.ACKNOWLEDGE and k.start_at <= o.start_at
    ]
    asked_at = max((k.start_at for k in received), default=o.start_at)
    acknowledge = rules.windows[case.finding.severity].acknowledge
    return [
        (o.window, asked_at, _("Due {day}: {window} from the day it was addressed, {start}.")),
        (acknowledge, o.start_at, _("Due {day}: {window} from the acknowledgement, {start}.")),
        (o.window, o.start_at, beginning),
    ]


def _tied(o: Obligation, rules: Rules, on: str, moved: str) -> DueDate:
    if o.window == ROUND and any(r.last_on == o.first_due_on for r in rules.rounds):
        name = next(r.said for r in rules.rounds if r.last_on == o.first_due_on)
        if moved:
            said = _("Due {day}. {moved} That is the end of {name}.")
            return DueDate(said.format(day=on, moved=moved, name=name), ())
        return DueDate(_("Due {day}, the end of {name}.").format(day=on, name=name), ())
    if o.window == FORUM and o.first_due_on in rules.forums:
        return _due(_("Due {day}, the day of the next forum.").format(day=on), moved)
    days = _days(o, UNPLANNED, rules, o.start_at)
    of_round = o.window == ROUND
    if days:
        said = (
            _("Due {day}: no round was planned, so this holds until one is: {window}.")
            if of_round
            else _("Due {day}: no forum was planned, so this holds until one is: {window}.")
        )
        return _due(said.format(day=on, window=length(UNPLANNED)), moved, days)
    said = (
        _("Due {day}, the date of the round planned later.")
        if of_round
        else _("Due {day}, the date of the forum planned later.")
    )
    return _due(said.format(day=on), moved)


def _due(said: str, moved: str, days: tuple[Day, ...] = ()) -> DueDate:
    """With what the first date was, where it moved."""
    return DueDate(f"{said} {moved}" if moved else said, days)


def _days(o: Obligation, window: str, rules: Rules, start_at: datetime) -> tuple[Day, ...]:
    """Each day on the way, or none where the date does not follow from the window alone (R9, R13)."""
    stops = [Stop(start, end, reason(why)) for start, end, why in o.stops]
    if o.paused_at is not None:
        stops.append(
            Stop(o.paused_at, None, reason(str(o.pause_reason)) if o.pause_reason else _(BEING_CHECKED))
        )
    days = deadlines.explain(start_at, deadlines.parse_window(window), rules.calendar, stops)
    return days if days and days[-1].date == o.due_on else ()


def reason(kept: str) -> str:
    """Why a clock stood still, in words."""
    if kept in set(PauseReason):
        return wording.PAUSES[PauseReason(kept)]
    return _(kept) if kept in {CHECKED, BEING_CHECKED} else kept


def length(window: str) -> str:
    """ "10 working days": how long a window is, in words."""
    found = deadlines.parse_window(window)
    match found.unit:
        case deadlines.Unit.WORKING_DAYS:
            return cldr.counted(found.amount, "{n} working day", "{n} working days")
        case deadlines.Unit.DAYS:
            return cldr.counted(found.amount, "{n} day", "{n} days")
        case deadlines.Unit.HOURS:
            return cldr.counted(found.amount, "{n} hour", "{n} hours")
