"""Who owes what by when, and how does a clock start, stop, move and end? (R9 to R17)"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from clm_tracker.domain import deadlines, escalation, events, possible
from clm_tracker.domain.cases import ROWS, Case, Obligation, Proposal, Story, Told
from clm_tracker.domain.ladders import Ladder
from clm_tracker.domain.names import must_say
from clm_tracker.domain.rules import DATE, Rules
from clm_tracker.domain.words import (
    OWED_BY,
    FindingStatus,
    Kind,
    ObligationState,
    Party,
    PauseReason,
    ProposalState,
    said,
)
from clm_tracker.kernel import cldr
from clm_tracker.kernel.ids import child_id
from clm_tracker.kernel.refusals import NotFound, NotNow
from clm_tracker.kernel.sayings import Saying, Text
from clm_tracker.kernel.speech import N_, _

UNDECIDED = possible.UNDECIDED
WAITS = possible.WAITS
_LIMITED = frozenset(PauseReason) - {PauseReason.SAFETY}


def open_(
    story: Story,
    kind: Kind,
    rules: Rules,
    *,
    due: deadlines.Due | None = None,
    window: str | None = None,
    action_id: UUID | None = None,
    stage: int = 0,
) -> Obligation:
    """Open an obligation of this kind now; due by its window (R9) unless `due` is given. `stage` resumes a ladder (R8)."""
    finding = story.case.finding
    party = OWED_BY[kind]
    ladder = rules.ladder_for(party, finding.severity)
    window = window or (DATE if kind is Kind.ACT else rules.window(kind, finding.severity))
    due = due or rules.due(story.now, window)
    stage = min(stage, ladder.last)
    obligation = Obligation(
        id=child_id(finding.id, f"obligation:{kind}", story.case.count(kind) + 1),
        programme_id=finding.programme_id,
        finding_id=finding.id,
        action_id=action_id,
        kind=kind,
        owed_by=party,
        duty_bearer_id=finding.duty_bearer_id if party is Party.DUTY_BEARER else None,
        ladder_id=ladder.id,
        window=window,
        start_at=story.now,
        due_at=due.at,
        due_on=due.on,
        first_due_at=due.at,
        first_due_on=due.on,
        stage=stage,
        next_step_at=escalation.step_after_due(ladder, stage, due.at, rules),
    )
    story.tell(events.ObligationOpened(str(kind), str(party), due.on), obligation, about=obligation.id)
    if party is Party.DUTY_BEARER and stage == ladder.last and not story.case.live(Kind.REVIEW):
        # It resumes at the last stage, above which nothing comes by itself (R9).
        open_(story, Kind.REVIEW, rules)
    return obligation


def meet(story: Story, *kinds: Kind, action_id: UUID | None = None) -> None:
    """Every live obligation of these kinds (of this action, when given) has been met."""
    for o in _of(story.case, kinds, action_id):
        _end(story, o, ObligationState.MET, events.ObligationMet(str(o.kind)))


def void(story: Story, reason: Text, *kinds: Kind, action_id: UUID | None = None) -> None:
    """Every live obligation of these kinds (all kinds when none is given) is no longer owed."""
    for o in _of(story.case, kinds, action_id):
        _end(story, o, ObligationState.VOID, events.ObligationVoided(str(o.kind), reason))


def _of(case: Case, kinds: tuple[Kind, ...], action_id: UUID | None) -> tuple[Obligation, ...]:
    return tuple(o for o in case.live(*kinds) if action_id is None or o.action_id == action_id)


def _undecided(case: Case, o: Obligation) -> tuple[Proposal, ...]:
    return tuple(p for p in case.proposals.values() if p.obligation_id == o.id and p.state in UNDECIDED)


def _end(story: Story, o: Obligation, state: ObligationState, event: events.Event) -> None:
    # A decision about an obligation that has ended is no longer asked for.
    for p in _undecided(story.case, o):
        supersede(story, p.id)
    ended = replace(o, state=state, ended_at=story.now, next_step_at=None, paused_at=None, pause_until=None)
    story.tell(event, ended, about=o.id)


def supersede(story: Story, proposal_id: UUID) -> None:
    """What a proposal was about has ended: it and its decision are void."""
    proposal = story.case.proposals[proposal_id]
    decide = story.case.obligations[proposal.decide_id]
    reason = N_("what it was about has ended")
    gone = replace(decide, state=ObligationState.VOID, ended_at=story.now, next_step_at=None)
    superseded = replace(proposal, state=ProposalState.SUPERSEDED, reason=reason)
    story.tell(events.ObligationVoided(str(decide.kind), Saying(reason)), gone, superseded, about=decide.id)


def no_longer_asked(story: Story, o: Obligation) -> Obligation:
    """The obligation without a stage that waits for a decision: it runs again, and what follows gives its next step."""
    if o.state is not ObligationState.AWAITING_DECISION:
        return o
    for p in _undecided(story.case, o):
        supersede(story, p.id)
    return replace(o, state=ObligationState.RUNNING, next_step_at=o.due_at)


def suspend(story: Story, o: Obligation, rules: Rules) -> None:
    """Stop the clock while the community checks a report (R17). A pause ends, a stage that waits is no longer asked for."""
    if o.state is ObligationState.PAUSED:
        story.tell(*_end_pause_by(o, rules, story.now), about=o.id)
        o = story.case.obligations[o.id]
    for p in _undecided(story.case, o):
        supersede(story, p.id)
        # Should the report not hold, the same stage is due at once.
        o = replace(o, next_step_at=p.missed_at or p.proposed_at)
    stopped = replace(o, state=ObligationState.SUSPENDED, paused_at=story.now)
    story.tell(events.ObligationSuspended(str(o.kind)), stopped, about=o.id)


def return_(story: Story, o: Obligation, rules: Rules) -> None:
    """The report did not hold: the clock runs on at the same stage with the same remaining working time (R17)."""
    running = _run_on(o, rules, story.now, deadlines.CHECKED)
    story.tell(events.ObligationReturned(str(o.kind), running.due_on), running, about=o.id)


def why_not_pause(
    o: Obligation, reason: PauseReason, until: datetime | None, rules: Rules, now: datetime
) -> str | None:
    """Why this clock may not be paused now until then (R16), or None."""
    if why := possible.why_not_go_on(o):
        return why
    if o.state is not ObligationState.RUNNING:
        return _("Only a running clock can be paused.")
    if now >= o.due_at:
        return _("The due date, {day}, has passed: a pause cannot begin after it.").format(day=said(o.due_on))
    if reason is PauseReason.SAFETY:
        return None
    if until is None:
        return _("A pause needs an end, unless it is for safety.")
    if until <= now:
        return _("The pause has to end in the future.")
    # A check by the community stops the clock too, and is no pause.
    used = sum((end - start for start, end, why in o.stops if why in _LIMITED), timedelta())
    if o.pauses >= rules.max_pauses:
        return cldr.counted(
            rules.max_pauses,
            "This clock has been paused {n} time already, and that is the limit.",
            "This clock has been paused {n} times already, and that is the limit.",
        )
    left = timedelta(days=rules.max_pause_days) - used
    if until - now > left:
        return _("All pauses together last at most {most} days; {left} are left.").format(
            most=rules.max_pause_days, left=max(left.days, 0)
        )
    return None


def pause(
    case: Case,
    o: Obligation,
    reason: PauseReason,
    until: datetime | None,
    note: str,
    rules: Rules,
    now: datetime,
) -> Story:
    """Stop the clock until `until` (None: a safety freeze, which only the community side lifts)."""
    if why := why_not_pause(o, reason, until, rules, now):
        raise NotNow("cannot_pause", why)
    if reason is PauseReason.SAFETY:
        until = None
    story = Story(case, now)
    counted = o.pauses + (reason is not PauseReason.SAFETY)
    paused = replace(
        o, state=ObligationState.PAUSED, paused_at=now, pause_until=until, pause_reason=reason, pauses=counted
    )
    story.tell(events.Paused(str(o.kind), str(reason), until, note), paused, about=o.id)
    return story


def resume(case: Case, o: Obligation, rules: Rules, now: datetime) -> Story:
    """Start the clock again before the pause ends by itself."""
    if why := possible.why_not_resume(o):
        raise NotNow("not_paused", why)
    story = Story(case, now)
    story.tell(*_end_pause_by(o, rules, now), about=o.id)
    return story


def _end_pause_by(o: Obligation, rules: Rules, now: datetime) -> tuple[events.PauseEnded, Obligation]:
    """Somebody ends it, or finds it past its end before the engine did: it lasts no longer than it was given (R16)."""
    over = o.pause_until is not None and o.pause_until <= now
    return end_pause(o, rules, o.pause_until if over and o.pause_until else now, by_itself=over)


def end_pause(
    o: Obligation, rules: Rules, at: datetime, *, by_itself: bool
) -> tuple[events.PauseEnded, Obligation]:
    """The pause ended at `at`, which may lie a little in the past when it ended by itself."""
    running = _run_on(o, rules, at, str(o.pause_reason))
    return events.PauseEnded(str(o.kind), running.due_on, by_itself), running


def _run_on(o: Obligation, rules: Rules, at: datetime, reason: str) -> Obligation:
    started = o.paused_at
    if started is None:
        raise NotNow("not_paused", _("This clock is not stopped."))
    unit, calendar = rules.unit(o.window), rules.calendar
    due = deadlines.after_stop(deadlines.Due(o.due_on, o.due_at), unit, started, at, calendar)
    step = o.next_step_at
    if step is not None and step > started:
        ladder = rules.ladders[o.ladder_id]
        step = (
            escalation.first_step(ladder, due.at, rules)
            if o.stage == 0 and o.due_at > started
            else shift_step(step, ladder, o.stage, started, at, rules)
        )
    return replace(
        o,
        state=ObligationState.RUNNING,
        paused_at=None,
        pause_until=None,
        pause_reason=None,
        due_at=due.at,
        due_on=due.on,
        next_step_at=step,
        stops=(*o.stops, (started, at, reason)),
    )


def shift_step(
    step: datetime, ladder: Ladder, stage: int, started: datetime, at: datetime, rules: Rules
) -> datetime:
    """A coming stage's first instant, moved by the working time that the clock stood still."""
    above = ladder.stage(stage + 1)
    unit = deadlines.parse_window(above.wait).unit if above else deadlines.Unit.WORKING_DAYS
    if unit is deadlines.Unit.HOURS:
        return step + (at - started)
    days = deadlines.stopped_days(started, at, rules.calendar, unit)
    day = rules.calendar.local_date(step)
    if days == 0:
        return max(step, at)
    moved = (
        rules.calendar.add_working_days(day, days)
        if unit is deadlines.Unit.WORKING_DAYS
        else day + timedelta(days)
    )
    return max(rules.calendar.start_of(moved), at)


def move_due(
    story: Story, o: Obligation, due: deadlines.Due, rules: Rules, reason: Text, *, slip: bool = False
) -> None:
    """Give an obligation a later date. The first one is kept for ever (R15); each move is a new due version (R23)."""
    ladder = rules.ladders[o.ladder_id]
    step = escalation.step_after_due(ladder, o.stage, due.at, rules) if o.next_step_at is not None else None
    moved = replace(
        o,
        due_at=due.at,
        due_on=due.on,
        due_version=o.due_version + 1,
        slips=o.slips + slip,
        next_step_at=step,
        reminded=0,
    )
    story.tell(events.DueMoved(str(o.kind), o.due_on, due.on, reason), moved, about=o.id)


def why_not_move(o: Obligation, due: date) -> str | None:
    """Why an open due date may not become this one (R11, R13: only ever later), or None."""
    return None if due > o.due_on else _("A due date only ever moves later.")


def the(case: Case, kind: Kind, action_id: UUID | None = None) -> Obligation:
    """The live obligation of this kind. Raises NotNow when none is open."""
    if why := possible.why_not_owed(case, kind, action_id):
        raise NotNow("nothing_owed", why)
    return _of(case, (kind,), action_id)[0]


def get(case: Case, obligation_id: UUID) -> Obligation:
    """One obligation of the case, or NotFound."""
    if obligation_id not in case.obligations:
        raise NotFound("obligation")
    return case.obligations[obligation_id]


def escalate(case: Case, o: Obligation, from_stage: int, reason: str, rules: Rules, now: datetime) -> Story:
    """Climb to the next stage early (R28). `from_stage` is the stage that the person saw."""
    must_say("reason", reason, _("Say why this cannot wait for its date."))
    if o.stage != from_stage or o.state is ObligationState.AWAITING_DECISION:
        raise NotNow("already_escalated", possible.already_escalated(o))
    ladder = rules.ladders[o.ladder_id]
    if why := possible.why_not_escalate(o, ladder.last):
        raise NotNow("last_stage" if o.state is ObligationState.RUNNING else "not_running", why)
    story = Story(case, now)
    step = escalation.climb(o, ladder, o.next_step_at if o.next_step_at and o.next_step_at <= now else None)
    if isinstance(step, escalation.Enter):
        adopt(story, escalation.enter(o, step, rules, where(case), now, reason))
    elif isinstance(step, escalation.Propose):
        adopt(story, escalation.propose(o, step, rules, where(case), now, reason))
    return story


def where(case: Case) -> escalation.Where:
    """What of the finding an obligation needs to climb."""
    return escalation.Where(case.finding.ref, case.finding.area_id, case.finding.severity)


def adopt(story: Story, told: list[Told]) -> None:
    """Take over what the engine's functions told, so that later events of the same story build on it."""
    for one in told:
        for change in one.changes:
            before = story.case.get(change.row, change.id)
            story.case = story.case.with_row(
                replace(before, **dict(change.after)) if before else ROWS[change.row](**change.after)
            )
        story.told.append(one)


def check_limbo(case: Case) -> None:
    """R2: an open finding always has an obligation that presses on somebody."""
    if case.finding.status is FindingStatus.OPEN and not case.pressing:
        raise AssertionError(f"{case.finding.ref} is open and nobody owes anything.")
