"""What was promised, by when, and was it kept? Corrective actions from proposal to verification. (R14, R15, R17)"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from clm_tracker.domain import deadlines, events, findings, obligations, possible
from clm_tracker.domain.cases import Action, Case, Story
from clm_tracker.domain.names import must_say
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import (
    ActionState,
    AgreedWhere,
    Agreement,
    Kind,
    Purpose,
    Side,
    Verdict,
    said,
)
from clm_tracker.kernel import cldr
from clm_tracker.kernel.ids import child_id
from clm_tracker.kernel.refusals import NotFound, NotNow, each, invalid
from clm_tracker.kernel.sayings import saying
from clm_tracker.kernel.speech import _


def get(case: Case, action_id: UUID) -> Action:
    """One action of the case, or NotFound."""
    if action_id not in case.actions:
        raise NotFound("corrective action")
    return case.actions[action_id]


def propose(
    case: Case,
    person: UUID,
    side: Side,
    rules: Rules,
    now: datetime,
    *,
    what: str,
    due_on: date,
    expected: str = "",
    how_checked: str = "",
    on_behalf_of: str | None = None,
) -> Story:
    """One side proposes an action; the other side accepts the same text and date (R14). A duty bearer's proposal acknowledges."""
    finding = case.finding
    if why := possible.why_not_work(case):
        raise NotNow("not_open", why)
    if finding.duty_bearer_id is None:
        raise NotNow("no_duty_bearer", possible.nobody_to_act())
    _check(what, due_on, rules, now)
    story = Story(case, now)
    if side is Side.DUTY_BEARER and case.live(Kind.ACKNOWLEDGE):
        findings.acknowledge_within(story, rules, on_behalf_of=on_behalf_of)
    action = Action(
        id=child_id(finding.id, "action", len(case.actions) + 1),
        programme_id=finding.programme_id,
        finding_id=finding.id,
        duty_bearer_id=finding.duty_bearer_id,
        what=what.strip(),
        expected=expected.strip(),
        how_checked=how_checked.strip(),
        due_on=due_on,
        proposed_by=person,
        proposed_side=side,
        proposed_at=now,
    )
    besides = {"expected": action.expected or None, "how_checked": action.how_checked or None}
    story.tell(events.ActionProposed(action.what, due_on, on_behalf_of, **besides), action)
    return story


def change(
    case: Case,
    action: Action,
    person: UUID,
    side: Side,
    rules: Rules,
    now: datetime,
    *,
    what: str,
    due_on: date,
    expected: str | None = None,
    how_checked: str | None = None,
) -> Story:
    """Answer a proposal with another text or date, result or check (None: as it stands); now the other side has to accept.

    A duty bearer who answers has acknowledged.
    """
    findings.must_be_open(case)
    if why := possible.why_not_change(action):
        raise NotNow("not_proposed", why)
    _check(what, due_on, rules, now)
    story = Story(case, now)
    expected = action.expected if expected is None else expected.strip()
    how = action.how_checked if how_checked is None else how_checked.strip()
    other = replace(action, what=what.strip(), due_on=due_on, expected=expected, how_checked=how)
    if other == action:
        raise NotNow(
            "nothing_changed", _("Nothing is changed in it. Whoever agrees accepts it as it stands.")
        )
    if side is Side.DUTY_BEARER and case.live(Kind.ACKNOWLEDGE):
        findings.acknowledge_within(story, rules)
    other = replace(other, proposed_by=person, proposed_side=side, proposed_at=now)
    result = other.expected if other.expected != action.expected else None
    check = other.how_checked if other.how_checked != action.how_checked else None
    event = events.ActionChanged(other.what, due_on, expected=result, how_checked=check, side=str(side))
    story.tell(event, other)
    return story


def accept(
    case: Case,
    action: Action,
    side: Side,
    rules: Rules,
    now: datetime,
    *,
    where: AgreedWhere = AgreedWhere.HERE,
    agreed_on: date | None = None,
    on_behalf_of: str | None = None,
) -> Story:
    """Both sides accept the same text and date: the action is agreed and owed by its date (R14)."""
    findings.must_be_open(case)
    if why := possible.why_not_accept(action, side, where):
        raise NotNow("cannot_accept", why)
    today = rules.calendar.local_date(now)
    if agreed_on is not None and agreed_on > today:
        raise invalid("agreed_on", _("The day it was agreed cannot lie in the future."))
    if why := possible.why_not_keep(action, today):
        raise NotNow("date_passed", why)
    story = Story(case, now)
    if side is Side.DUTY_BEARER and case.live(Kind.ACKNOWLEDGE):
        findings.acknowledge_within(story, rules, on_behalf_of=on_behalf_of)
    agreed = replace(
        action,
        state=ActionState.AGREED,
        agreement=Agreement.AGREED,
        agreed_where=where,
        agreed_on=agreed_on or today,
        first_due_on=action.due_on,
    )
    asked_again = findings.unproposed(story.case.finding)
    story.tell(events.ActionAgreed(action.what, action.due_on, str(where), on_behalf_of), agreed, asked_again)
    _owe(story, agreed, rules)
    return story


def impose(case: Case, action: Action, reason: str, rules: Rules, now: datetime) -> Story:
    """There was no agreement: the community sets the action and its date, and that is kept (R14)."""
    findings.must_be_open(case)
    if why := possible.why_not_impose(action):
        raise NotNow("not_proposed", why)
    must_say("reason", reason, _("Say why there was no agreement."))
    _check(action.what, action.due_on, rules, now)
    story = Story(case, now)
    today = rules.calendar.local_date(now)
    imposed = replace(
        action,
        state=ActionState.AGREED,
        agreement=Agreement.IMPOSED,
        agreed_on=today,
        first_due_on=action.due_on,
    )
    asked_again = findings.unproposed(story.case.finding)
    story.tell(events.ActionImposed(action.what, action.due_on, reason), imposed, asked_again)
    _owe(story, imposed, rules)
    return story


def _owe(story: Story, action: Action, rules: Rules) -> None:
    due = deadlines.due_on(action.due_on, rules.calendar)
    resumed = (
        max((o.stage for o in story.case.live(Kind.AGREE)), default=0) if story.case.finding.reopened else 0
    )
    if story.case.live(Kind.ACKNOWLEDGE):
        obligations.void(story, saying("an action was set"), Kind.ACKNOWLEDGE)
    obligations.meet(story, Kind.AGREE)
    if any(o.action_id is None for o in story.case.live(Kind.VERIFY)):
        # A confirmation asked for before this action existed is no longer the open question.
        obligations.void(story, saying("a further action was agreed"), Kind.VERIFY)
    obligations.open_(story, Kind.ACT, rules, due=due, action_id=action.id, stage=resumed)


def drop(case: Case, action: Action, reason: str, rules: Rules, now: datetime) -> Story:
    """The community no longer asks for this action, with a reason."""
    findings.must_be_open(case)
    if why := possible.why_not_drop(action):
        raise NotNow("cannot_drop", why)
    must_say("reason", reason, _("Say why the action is dropped."))
    story = Story(case, now)
    gone = replace(action, state=ActionState.DROPPED, drop_reason=reason)
    story.tell(events.ActionDropped(action.what, reason), gone)
    obligations.void(story, saying("the action was dropped"), Kind.ACT, Kind.VERIFY, action_id=action.id)
    _what_next(story, rules)
    return story


def why_not_extend(action: Action, rules: Rules, now: datetime, due_on: date | None = None) -> str | None:
    """Why more time cannot be asked for now (R15), or None. `due_on` is the day it is due, where the clock stood still."""
    if action.state is not ActionState.AGREED:
        return possible.NOT_EXTENDED[action.state]
    if action.extension_asked_on is not None:
        return _("More time has been asked for already; an answer is awaited.")
    if action.extensions >= rules.max_extensions:
        return cldr.counted(
            rules.max_extensions,
            "More time was granted {n} time already, and that is the limit.",
            "More time was granted {n} times already, and that is the limit.",
        )
    due_on = due_on or action.due_on
    if rules.calendar.local_date(now) > due_on:
        return _("More time has to be asked for before the due date, {day}.").format(day=said(due_on))
    return None


def owed_on(case: Case, action: Action) -> date:
    """The day the action is due: a stop of the clock moves it and not the promise (R16, R17)."""
    return max((o.due_on for o in case.live(Kind.ACT) if o.action_id == action.id), default=action.due_on)


def ask_extension(
    case: Case,
    action: Action,
    due_on: date,
    reason: str,
    rules: Rules,
    now: datetime,
    *,
    on_behalf_of: str | None = None,
) -> Story:
    """The duty bearer asks for a later date, before the due date and with a reason (R15)."""
    findings.must_be_open(case)
    if why := why_not_extend(action, rules, now, owed_on(case, action)):
        raise NotNow("cannot_extend", why)
    each(
        lambda: _check_later(due_on, owed_on(case, action), rules, now),
        lambda: must_say("reason", reason, _("Say why more time is needed.")),
    )
    story = Story(case, now)
    asked = replace(action, extension_asked_on=due_on, extension_reason=reason, extension_asked_at=now)
    story.tell(events.ExtensionAsked(action.due_on, due_on, reason, on_behalf_of), asked)
    return story


def answer_extension(
    case: Case, action: Action, grant: bool, reason: str, rules: Rules, now: datetime
) -> Story:
    """A community member grants or refuses it. The first promised date is kept for ever; the slip is counted (R15)."""
    asked = action.extension_asked_on
    if asked is None or action.state is not ActionState.AGREED:
        raise NotNow("no_extension", possible.no_extension())
    story = Story(case, now)
    cleared = replace(action, extension_asked_on=None, extension_reason=None, extension_asked_at=None)
    if not grant:
        must_say("reason", reason, _("Say why more time is not granted."))
        story.tell(events.ExtensionRefused(asked, reason), cleared)
        return story
    owed = obligations.the(case, Kind.ACT, action.id)
    if why := obligations.why_not_move(owed, asked):
        # The clock was stopped since, and what is left of its time reaches further than what was asked for.
        raise NotNow("no_later", _("{why} It is due on {day} now.").format(why=why, day=said(owed.due_on)))
    granted = replace(cleared, due_on=asked, extensions=action.extensions + 1)
    story.tell(events.ExtensionGranted(action.due_on, asked, granted.extensions), granted)
    owed = obligations.no_longer_asked(story, owed)
    due = deadlines.due_on(asked, rules.calendar)
    obligations.move_due(story, owed, due, rules, action.extension_reason or "", slip=True)
    return story


def report_done(
    case: Case,
    action: Action,
    person: UUID,
    note: str,
    rules: Rules,
    now: datetime,
    *,
    on_behalf_of: str | None = None,
) -> Story:
    """The action is said to be done: its clock stops and the community checks (R17)."""
    findings.must_be_open(case)
    if why := possible.why_not_report_done(action):
        raise NotNow("not_agreed", why)
    must_say("note", note, _("Say in a few words what was done."))
    story = Story(case, now)
    reported = replace(
        action,
        state=ActionState.REPORTED,
        reported_by=person,
        reported_at=now,
        report_note=note,
        extension_asked_on=None,
        extension_reason=None,
        extension_asked_at=None,
    )
    story.tell(events.ActionReported(action.what, note, on_behalf_of), reported)
    obligations.suspend(story, obligations.the(story.case, Kind.ACT, action.id), rules)
    obligations.open_(story, Kind.VERIFY, rules, action_id=action.id)
    return story


def why_not_check(action: Action, person: UUID) -> str | None:
    """Why this person may not check this action now (R17), or None; the evidence of the check may come with it."""
    if action.state is not ActionState.REPORTED:
        return _("Nothing to verify yet: the action has not been reported done.")
    if action.reported_by == person:
        return _("You reported it done, so somebody else has to check it.")
    return None


def why_not_verify(case: Case, action: Action, person: UUID) -> str | None:
    """Why this person may not verify this action now (R17), or None."""
    if why := why_not_check(action, person):
        return why
    if not any(
        e.side is Side.COMMUNITY
        and e.purpose is Purpose.VERIFICATION
        and e.action_id in (None, action.id)
        and action.reported_at is not None
        and e.attached_at >= action.reported_at
        for e in case.pieces
    ):
        return _("Add at least one piece of evidence of the check that does not come from the duty bearer.")
    return None


def verify(
    case: Case, action: Action, person: UUID, verdict: Verdict, note: str, rules: Rules, now: datetime
) -> Story:
    """The community's verdict. Not fixed, or partly, returns the action with the time it had left (R17)."""
    findings.must_be_open(case)
    if why := why_not_verify(case, action, person):
        raise NotNow("cannot_verify", why)
    story = Story(case, now)
    fixed = verdict is Verdict.FIXED
    checked = replace(
        action,
        state=ActionState.VERIFIED if fixed else ActionState.AGREED,
        verdict=verdict,
        verified_by=person,
        verified_at=now,
        reported_by=action.reported_by if fixed else None,
        reported_at=action.reported_at if fixed else None,
    )
    story.tell(events.ActionVerified(action.what, str(verdict), note), checked)
    obligations.meet(story, Kind.VERIFY, action_id=action.id)
    if fixed:
        obligations.meet(story, Kind.ACT, action_id=action.id)
        _what_next(story, rules)
    else:
        obligations.return_(story, obligations.the(story.case, Kind.ACT, action.id), rules)
    return story


def _what_next(story: Story, rules: Rules) -> None:
    """R2 after the last open action: confirm the resolution, or agree on another action (decision 0005)."""
    # The committee's reviews go on beside whatever is owed (R9); they are nobody's next step.
    if any(o.kind is not Kind.REVIEW for o in story.case.pressing):
        return
    left = [a for a in story.case.actions.values() if a.state is not ActionState.DROPPED]
    if left and all(a.state is ActionState.VERIFIED for a in left):
        obligations.open_(story, Kind.VERIFY, rules)
    else:
        obligations.open_(story, Kind.AGREE, rules)


def _check(what: str, due_on: date, rules: Rules, now: datetime) -> None:
    each(lambda: _check_what(what), lambda: _check_date(due_on, rules, now))


def _check_what(what: str) -> None:
    must_say("what", what, _("Say what will be done."))
    if len(what) > 2_000:
        raise invalid("what", _("Shorten this to at most {n} characters.").format(n=cldr.number(2_000)))


def _check_later(due_on: date, present: date, rules: Rules, now: datetime) -> None:
    if due_on <= present:
        raise invalid("due_on", _("The new date has to be later than the present one."))
    _check_date(due_on, rules, now)


def _check_date(due_on: date, rules: Rules, now: datetime) -> None:
    today = rules.calendar.local_date(now)
    if due_on <= today:
        raise invalid("due_on", _("The date has to lie in the future."))
    if due_on > today + timedelta(days=rules.max_action_days):
        raise invalid(
            "due_on",
            cldr.counted(
                rules.max_action_days,
                "The date has to lie within {n} day.",
                "The date has to lie within {n} days.",
            ),
        )
