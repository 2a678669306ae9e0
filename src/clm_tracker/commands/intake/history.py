"""How is the life that a finding had elsewhere told as if it had been lived here? Pure, like the law it follows.

The finding, its obligations and its evidence carry the source's moments; the ledger's own moment is when it was taken
in. What is told: a draft, its opening, an action imposed by the target (R14), a resolution with a statement that names
the source as its evidence (R18).
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from clm_tracker.domain import deadlines, events, evidence, findings, obligations
from clm_tracker.domain.cases import Action, Case, Finding, Story
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import (
    ActionState,
    Agreement,
    EvidenceKind,
    FindingStatus,
    Kind,
    Purpose,
    Side,
    Verdict,
)
from clm_tracker.kernel.ids import child_id
from clm_tracker.kernel.sayings import saying

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Telling:
    """Who tells it, from which source, whose local times are in `zone`."""

    by: UUID
    source: str
    zone: ZoneInfo
    rules: Rules
    now: datetime


def due(target: datetime, telling: Telling) -> deadlines.Due:
    """The due moment of a source's target.

    What is done at the very moment of a target with a time of day is on time, so the first late instant is the next
    one. A target at local midnight is the end of a day, and midnight itself is late already (R11).
    """
    ends_day = target.astimezone(telling.zone).time() == time.min
    on = telling.rules.calendar.local_date(target - _INSTANT if ends_day else target)
    return deadlines.Due(on, target if ends_day else target + _INSTANT)


def opened(draft: Finding, at: datetime, post: UUID | None, *, named: bool, telling: Telling) -> Story:
    """The finding from its draft to its opening at `at`; `named`: the source says which post answers for it.

    Raises Invalid when a text is too long.
    """
    story = Story(Case(draft), at)
    story.told += findings.draft(draft)
    name = telling.rules.posts[post].name if post else None
    how = "unmatched" if post is None else "by_hand" if named else "routing"
    reason = saying("as {source} says", source=telling.source) if named else None
    story.tell(
        events.FindingOpened(name, how, reason),
        replace(draft, status=FindingStatus.OPEN, opened_at=at, duty_bearer_id=post),
    )
    return story


def promised(story: Story, target: datetime, telling: Telling) -> None:
    """The source's target: an action that was imposed, and owed by the target."""
    finding = story.case.finding
    assert finding.duty_bearer_id is not None, "A target needs a duty bearer."
    when = due(target, telling)
    action = Action(
        id=imported_action(finding.id),
        programme_id=finding.programme_id,
        finding_id=finding.id,
        duty_bearer_id=finding.duty_bearer_id,
        state=ActionState.AGREED,
        what=finding.title,
        due_on=when.on,
        first_due_on=when.on,
        agreement=Agreement.IMPOSED,
        agreed_on=telling.rules.calendar.local_date(story.now),
        proposed_by=telling.by,
        proposed_side=Side.COMMUNITY,
        proposed_at=story.now,
    )
    story.tell(
        events.ActionImposed(action.what, when.on, saying("the target in {source}", source=telling.source)),
        action,
    )
    obligations.void(story, saying("an action was set"), Kind.ACKNOWLEDGE, Kind.AGREE)
    obligations.open_(story, Kind.ACT, telling.rules, due=when, action_id=action.id)


def asked(story: Story, telling: Telling) -> None:
    """Without a target: the duty bearer owes an acknowledgement since the opening, or nobody was matched (R3)."""
    kind = Kind.ACKNOWLEDGE if story.case.finding.duty_bearer_id else Kind.ROUTE
    obligations.open_(story, kind, telling.rules)


def taken_up(story: Story, telling: Telling) -> None:
    """A step whose moment passed elsewhere is due from the moment the finding is known here: nobody here missed it."""
    for owed in story.case.live():
        if owed.next_step_at is not None and owed.next_step_at < telling.now:
            what = saying(
                "took up the ladder here; its date had passed before it came from {source}",
                source=telling.source,
            )
            story.tell(events.Recorded(what), replace(owed, next_step_at=telling.now), about=owed.id)


def moved(story: Story, target: datetime, telling: Telling) -> None:
    """The source's target became later."""
    owed = obligations.the(story.case, Kind.ACT, imported_action(story.case.finding.id))
    when = due(target, telling)
    reason = saying("the target in {source}", source=telling.source)
    action = story.case.actions[imported_action(story.case.finding.id)]
    story.tell(events.ActionChanged(action.what, when.on), replace(action, due_on=when.on))
    obligations.move_due(story, owed, when, telling.rules, reason, slip=True)


def resolved(story: Story, at: datetime, note: str, telling: Telling) -> Story:
    """The story so far, and the source's resolution at `at`. Its action counts as verified on the source's word."""
    local = at.astimezone(telling.zone)
    said = f"{telling.source} gives this as resolved on {local:%Y-%m-%d} at {local:%H:%M} ({telling.zone})."
    text = f"{said} It says: {note}" if note else said
    shown = evidence.attach(
        story.case,
        at,
        kind=EvidenceKind.STATEMENT,
        purpose=Purpose.RESOLUTION,
        side=Side.COMMUNITY,
        given_by=telling.by,
        captured_on=telling.rules.calendar.local_date(at),
        text=text,
    )
    ending = Story(shown.case, at)
    ending.told = [*story.told, *shown.told]
    for action in shown.case.actions.values():
        if action.state is ActionState.AGREED:
            action = replace(action, state=ActionState.REPORTED, reported_at=at, report_note=said)  # noqa: PLW2901
            ending.tell(events.ActionReported(action.what, said), action)
        if action.state is ActionState.REPORTED:
            checked = replace(
                ending.case.actions[action.id],
                state=ActionState.VERIFIED,
                verdict=Verdict.FIXED,
                verified_by=telling.by,
                verified_at=at,
            )
            ending.tell(events.ActionVerified(action.what, str(Verdict.FIXED), said), checked)
            obligations.meet(ending, Kind.VERIFY, Kind.ACT, action_id=action.id)
    ended = replace(
        ending.case.finding,
        status=FindingStatus.RESOLVED,
        resolved_at=at,
        reached_stage=findings.reached_stage(ending.case),
    )
    ending.tell(events.FindingResolved(text), ended)
    obligations.void(ending, saying("the finding is resolved"))
    if telling.rules.due(at, telling.rules.tell_community).at > telling.now:
        # What follows a resolution is asked of one that is new, not of years that are past.
        obligations.open_(ending, Kind.TELL_COMMUNITY, telling.rules)
        obligations.open_(ending, Kind.SUSTAIN, telling.rules)
    return ending


def imported_action(finding_id: UUID) -> UUID:
    """The identifier of the action that stands for a source's target: always the finding's first."""
    return child_id(finding_id, "action", 1)
