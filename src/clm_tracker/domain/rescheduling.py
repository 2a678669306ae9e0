"""What moves when a day is closed, a round or forum is planned, or a ladder gets a new version? (R11, R13, R30)"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from clm_tracker.domain import deadlines, escalation, events, obligations
from clm_tracker.domain.cases import Case, Obligation, Story
from clm_tracker.domain.ladders import Ladder
from clm_tracker.domain.rules import DATE, FORUM, ROUND, Rules
from clm_tracker.domain.words import Kind, ObligationState, Party, ProposalState
from clm_tracker.kernel.sayings import Text

TIED = (ROUND, FORUM)
# What can come to follow another ladder; what waits for a decision stays until it is decided.
MOVING = (ObligationState.RUNNING, ObligationState.PAUSED, ObligationState.SUSPENDED)


def on_fallback(o: Obligation, rules: Rules) -> bool:
    """Does the date stand on the fallback, because the round or forum it is tied to is not planned yet? (R11)"""
    day = rules.calendar.local_date(o.start_at)
    if o.window == ROUND:
        return not any(r.first_on > day for r in rules.rounds)
    return o.window == FORUM and not any(held_on > day for held_on in rules.forums)


def planned(case: Case, before: Rules, after: Rules, now: datetime, reason: Text) -> Story:
    """A round or forum was planned: what stood on the fallback moves to it, only ever later (R11).

    A date that has passed stays missed.
    """
    story = Story(case, now)
    for o in _coming(case, now):
        # What is tied to a round but got its date otherwise, as an answer after the last forum may, keeps that date.
        if on_fallback(o, before) and not on_fallback(o, after) and _given_by(o, before).on == o.due_on:
            _move(story, o, _given_by(o, after), after, reason)
    return story


def replanned(case: Case, before: Rules, after: Rules, now: datetime, reason: Text) -> Story:
    """A round or forum got other days, or was planned: what stands on its date moves with it, only ever later (R11)."""
    story = Story(case, now)
    for o in _coming(case, now):
        if o.window in TIED and not on_fallback(o, after) and _given_by(o, before).on == o.due_on:
            _move(story, o, _given_by(o, after), after, reason)
    return story


def closed(
    case: Case, days: Collection[date], before: Rules, after: Rules, now: datetime, reason: Text
) -> Story:
    """Days that used to count are closed: dates counted in working days move later by as many (R13).

    An agreed date, a decision deferred to a day, and a date that has passed stay. A day on which the clock stood
    still anyway gives nothing.
    """
    story = Story(case, now)
    lost = [day for day in days if before.calendar.is_working(day) and not after.calendar.is_working(day)]
    for o in _coming(case, now):
        if lost and _counts_working_days(o, before) and not _on_stated_day(case, o):
            _move(story, o, _recounted(o, lost, before, after), after, reason)
    return story


def follow(case: Case, ladder: Ladder, rules: Rules, now: datetime, reason: Text) -> Story:
    """Running obligations leave older versions of this ladder for this one; pauses and stages are kept (R30).

    What waits for a decision stays until it is decided, and so does what stands higher than the new ladder reaches.
    A step that is due already stays due.
    """
    story = Story(case, now)
    for o in case.live():
        old = rules.ladders[o.ladder_id]
        if old.key != ladder.key or old.id == ladder.id or o.state not in MOVING or o.stage > ladder.last:
            continue
        step = step_on(o, ladder, rules, now)
        moved = replace(o, ladder_id=ladder.id, next_step_at=step)
        event = events.LadderFollowed(
            str(o.kind), ladder.name, ladder.version, o.next_step_at, step, reason, ladder_id=ladder.id
        )
        story.tell(event, moved, about=o.id)
        reviewed = bool(story.case.live(Kind.REVIEW))
        if o.owed_by is Party.DUTY_BEARER and o.stage == ladder.last and not reviewed:
            obligations.open_(story, Kind.REVIEW, rules)
    return story


def step_on(o: Obligation, ladder: Ladder, rules: Rules, now: datetime) -> datetime | None:
    """When the obligation would climb next if it followed this ladder now; a step that is due already stays due (R30)."""
    return o.next_step_at if o.next_step_at and o.next_step_at <= now else _next_step(o, ladder, rules)


def _recounted(o: Obligation, lost: Collection[date], before: Rules, after: Rules) -> deadlines.Due:
    """The date with the lost days not counted."""
    if _given_by(o, before).on == o.due_on:
        return _given_by(o, after)
    # The date began elsewhere, as that of an answer that is counted from the opening: each lost day gives one day.
    first = before.calendar.local_date(o.start_at)
    count = sum(first < day <= o.due_on and not _stood_still(o, day, before) for day in lost)
    day = after.calendar.add_working_days(o.due_on, count) if count else o.due_on
    return deadlines.due_on(day, after.calendar)


def _given_by(o: Obligation, rules: Rules) -> deadlines.Due:
    """The date that start and window give (for a round or forum: its end, or the fallback), with what stops gave back."""
    due = rules.due(o.start_at, o.window)
    for start, end, _ in o.stops:
        due = deadlines.after_stop(due, deadlines.Unit.WORKING_DAYS, start, end, rules.calendar)
    return due


def _coming(case: Case, now: datetime) -> tuple[Obligation, ...]:
    return tuple(o for o in case.live() if o.due_at > now)


def _counts_working_days(o: Obligation, rules: Rules) -> bool:
    if o.window == DATE:
        return False
    return on_fallback(o, rules) if o.window in TIED else rules.unit(o.window) is deadlines.Unit.WORKING_DAYS


def _on_stated_day(case: Case, o: Obligation) -> bool:
    proposal = case.proposals.get(o.proposal_id) if o.proposal_id else None
    return (
        proposal is not None
        and proposal.state is ProposalState.DEFERRED
        and proposal.deferred_until == o.due_on
    )


def _stood_still(o: Obligation, day: date, rules: Rules) -> bool:
    noon = rules.calendar.noon_of(day)
    return any(start <= noon < end for start, end, _ in o.stops)


def _move(story: Story, o: Obligation, due: deadlines.Due, rules: Rules, reason: Text) -> None:
    if obligations.why_not_move(o, due.on) is not None:
        return
    if o.stage_entered_at is None:
        obligations.move_due(story, o, due, rules, reason)
        return
    # It climbed early, so its next step is counted from the entry of its stage and not from the due date (R22).
    moved = replace(o, due_at=due.at, due_on=due.on, due_version=o.due_version + 1, reminded=0)
    story.tell(events.DueMoved(str(o.kind), o.due_on, due.on, reason), moved, about=o.id)


def _next_step(o: Obligation, ladder: Ladder, rules: Rules) -> datetime | None:
    """When the stage above is entered on this ladder: as if the obligation had been on it since its present stage."""
    if o.stage_entered_at is None:
        return escalation.step_after_due(ladder, o.stage, o.due_at, rules)
    step = escalation.next_step(ladder, o.stage, o.stage_entered_at, rules)
    for start, end, _ in o.stops:
        if step is not None and o.stage_entered_at <= start < step:
            step = obligations.shift_step(step, ladder, o.stage, start, end, rules)
    return step
