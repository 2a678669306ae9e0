"""What has to happen to this obligation now, and when could that answer next change? (R20 to R30)"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from clm_tracker.domain import deadlines, events
from clm_tracker.domain.cases import Obligation, Proposal, Told, difference, setting
from clm_tracker.domain.ladders import Ladder, Mode, Stage, begins
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import OWED_BY, Kind, ObligationState, Party, Severity
from clm_tracker.kernel.ids import child_id

T = TypeVar("T")
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing to do before `until` (None: not until something happens)."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Remind:
    """Remind the owner of the due date; `reminded` is the count after it."""

    reminded: int


@dataclass(frozen=True, slots=True)
class Enter:
    """Enter this stage. `missed_at` is when it was due."""

    stage: Stage
    missed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Propose:
    """Propose this stage to the committee."""

    stage: Stage
    missed_at: datetime | None


@dataclass(frozen=True, slots=True)
class EndPause:
    """The pause is over since `at`."""

    at: datetime


Decision = Rest | Remind | Enter | Propose | EndPause


def decide(o: Obligation, rules: Rules, now: datetime) -> Decision:
    """What happens to this obligation at `now`: at most one thing, and never a second time (R22, R24).

    A paused, suspended, met, void or undecided obligation never climbs; nothing happens before its stated moment.
    """
    if o.state is ObligationState.PAUSED:
        if o.pause_until is not None and now >= o.pause_until:
            return EndPause(o.pause_until)
        return Rest(o.pause_until)
    if o.state is not ObligationState.RUNNING:
        return Rest(None)
    if o.next_step_at is not None and now >= o.next_step_at:
        return climb(o, rules.ladders[o.ladder_id], o.next_step_at)
    coming = reminder_moments(o, rules)
    passed = sum(at <= now for at in coming)
    if passed > o.reminded and now < o.due_at:
        return Remind(passed)
    return Rest(wake(o, rules, now))


def climb(o: Obligation, ladder: Ladder, missed_at: datetime | None) -> Enter | Propose | Rest:
    """The step above the present stage: entered, or proposed when it needs approval (R26)."""
    stage = ladder.stage(o.stage + 1)
    if stage is None:
        return Rest(None)
    return Enter(stage, missed_at) if stage.mode is Mode.AUTOMATIC else Propose(stage, missed_at)


def wake(o: Obligation, rules: Rules, now: datetime) -> datetime | None:
    """The earliest moment, from now on, at which `decide` has something to say; stored as `next_check_at` (R24)."""
    if o.state is ObligationState.PAUSED:
        return o.pause_until
    if o.state is not ObligationState.RUNNING:
        return None
    moments = [] if o.next_step_at is None else [o.next_step_at]
    # A reminder whose moment passed before anything could send it is not sent late: it only counts while it is coming.
    moments += [at for at in reminder_moments(o, rules)[o.reminded :] if at < o.due_at and now < o.due_at]
    return min(moments, default=None)


def reminder_moments(o: Obligation, rules: Rules) -> tuple[datetime, ...]:
    """When to remind before the due date, oldest first; only before the first stage and after the start (R25)."""
    if o.stage > 0 or rules.unit(o.window) is deadlines.Unit.HOURS:
        return ()
    started = rules.calendar.local_date(o.start_at)
    days = (rules.calendar.subtract_working_days(o.due_on, n) for n in sorted(rules.reminders, reverse=True))
    return tuple(rules.calendar.start_of(day) for day in days if day > started)


def first_step(ladder: Ladder, due_at: datetime, rules: Rules) -> datetime | None:
    """When stage 1 begins: its wait counted from the due day; never before the due moment."""
    return step_after_due(ladder, 0, due_at, rules)


def step_after_due(ladder: Ladder, stage: int, due_at: datetime, rules: Rules) -> datetime | None:
    """When the stage after `stage` begins if its wait is counted from the due day."""
    above = ladder.stage(stage + 1)
    if above is None:
        return None
    window = deadlines.parse_window(above.wait)
    # `due_at` is the first late instant, already the next day; the due day itself is the start day, which does not count.
    start = due_at if window.amount == 0 or window.unit is deadlines.Unit.HOURS else due_at - _INSTANT
    return max(due_at, begins(start, above.wait, rules.calendar))


def next_step(ladder: Ladder, stage: int, entered_at: datetime, rules: Rules) -> datetime | None:
    """When the stage above `stage` begins, counted from the real entry (R22)."""
    above = ladder.stage(stage + 1)
    return None if above is None else begins(entered_at, above.wait, rules.calendar)


@dataclass(frozen=True, slots=True)
class Where:
    """What of its finding an obligation needs to climb."""

    ref: str
    area_id: UUID | None
    severity: Severity


def remind(o: Obligation, decision: Remind, rules: Rules) -> list[Told]:
    """The reminder, addressed to whoever holds the post now."""
    to = rules.directory.address("owner", o.duty_bearer_id, None)
    return [_told(events.Reminded(str(o.kind), o.due_on, to.posts), o, reminded=decision.reminded)]


def enter(
    o: Obligation,
    decision: Enter | Propose,
    rules: Rules,
    where: Where,
    now: datetime,
    reason: str | None = None,
) -> list[Told]:
    """Enter the stage now; its addressees are the posts valid today (R29). The last stage opens the review (R9)."""
    stage, ladder = decision.stage, rules.ladders[o.ladder_id]
    to = rules.directory.address(stage.addresses, o.duty_bearer_id, where.area_id)
    also = [rules.directory.address(word, o.duty_bearer_id, where.area_id) for word in stage.tells]
    event = events.StageEntered(
        obligation=str(o.kind),
        stage=stage.number,
        name=stage.name,
        due_version=o.due_version,
        missed_at=decision.missed_at,
        addressed=_once(to.posts, *(a.posts for a in also)),
        addressed_names=_once(to.names, *(a.names for a in also)),
        told_roles=_once(_roles(to.roles, o.owed_by), *(_roles(a.roles, o.owed_by) for a in also)),
        fell_through=to.fell_through,
        reason=reason,
        public=stage.public,
        ladder_id=ladder.id,
    )
    told = [
        _told(
            event,
            o,
            state=ObligationState.RUNNING,
            stage=stage.number,
            stage_entered_at=now,
            stage_missed_at=decision.missed_at,
            next_step_at=next_step(ladder, stage.number, now, rules),
        )
    ]
    if stage.number == ladder.last and o.owed_by is Party.DUTY_BEARER:
        review = opened(
            child_id(o.id, "review", o.due_version),
            o,
            Kind.REVIEW,
            rules.due(now, rules.review),
            rules,
            where,
            now,
        )
        told.append(_opening(review))
    return told


def propose(
    o: Obligation, decision: Propose, rules: Rules, where: Where, now: datetime, reason: str | None = None
) -> list[Told]:
    """Put the stage before the committee (R26). For a public one the duty bearer is invited to reply (R27)."""
    stage, number = decision.stage, o.proposals + 1
    proposal_id = child_id(o.id, "proposal", number)
    due = rules.due(now, rules.decide)
    if stage.public:
        # The decision may not fall due before the right of reply has run.
        due = max(due, rules.due(now, f"{rules.reply_days + 5}wd"), key=lambda d: d.at)
    duty = replace(
        opened(child_id(o.id, "decide", number), o, Kind.DECIDE, due, rules, where, now),
        proposal_id=proposal_id,
    )
    proposal = Proposal(
        id=proposal_id,
        programme_id=o.programme_id,
        finding_id=o.finding_id,
        obligation_id=o.id,
        decide_id=duty.id,
        stage=stage.number,
        missed_at=decision.missed_at,
        proposed_at=now,
        approvals_needed=stage.approvals,
        public=stage.public,
        reply_invited_at=now if stage.public else None,
    )
    invited = rules.directory.address("owner", o.duty_bearer_id, where.area_id).posts if stage.public else ()
    event = events.StageProposed(
        str(o.kind),
        stage.number,
        stage.name,
        decision.missed_at,
        stage.public,
        reason,
        invited,
        ladder_id=o.ladder_id,
    )
    change = difference(None, proposal)
    first = _told(event, o, state=ObligationState.AWAITING_DECISION, next_step_at=None, proposals=number)
    return [Told(event, (*first.changes, *([change] if change else [])), o.id), _opening(duty)]


def opened(
    id: UUID, about: Obligation, kind: Kind, due: deadlines.Due, rules: Rules, where: Where, now: datetime
) -> Obligation:
    """An obligation of the committee that follows from another obligation."""
    ladder = rules.ladder_for(OWED_BY[kind], where.severity)
    return Obligation(
        id=id,
        programme_id=about.programme_id,
        finding_id=about.finding_id,
        kind=kind,
        owed_by=OWED_BY[kind],
        ladder_id=ladder.id,
        window=rules.window(kind, where.severity),
        start_at=now,
        due_at=due.at,
        due_on=due.on,
        first_due_at=due.at,
        first_due_on=due.on,
        next_step_at=first_step(ladder, due.at, rules),
    )


def _told(event: events.Event, o: Obligation, **values: Any) -> Told:
    change = setting(o, **values)
    return Told(event, () if change is None else (change,), o.id)


def _opening(o: Obligation) -> Told:
    change = difference(None, o)
    event = events.ObligationOpened(str(o.kind), str(o.owed_by), o.due_on)
    return Told(event, () if change is None else (change,), o.id)


def _roles(roles: tuple[str, ...], owner: Party) -> tuple[str, ...]:
    return tuple(str(owner) if role == "owner" else role for role in roles)


def _once(*groups: tuple[T, ...]) -> tuple[T, ...]:
    if len(groups) == 1:
        return groups[0]
    return tuple(dict.fromkeys(item for group in groups for item in group))
