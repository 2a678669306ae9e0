"""What happens when a finding reached the wrong duty bearer? (R4)"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from clm_tracker.domain import duty_bearers, events, findings, obligations, possible
from clm_tracker.domain.cases import Case, Story
from clm_tracker.domain.names import must_say
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import ActionState, Kind
from clm_tracker.kernel import sayings
from clm_tracker.kernel.refusals import NotNow, each, invalid
from clm_tracker.kernel.sayings import saying
from clm_tracker.kernel.speech import _


def propose(
    case: Case, to: UUID | None, reason: str, rules: Rules, now: datetime, *, on_behalf_of: str | None = None
) -> Story:
    """The duty bearer says whose it is and why; the clock runs on until the community accepts (R4).

    Who does not know whose it is (None) puts it to the post above, which knows its own.
    """
    findings.must_be_open(case)
    if why := possible.why_not_transfer(case):
        raise NotNow("no_duty_bearer", why)
    whose, _reason = each(
        lambda: _whose(case, to, rules),
        lambda: must_say("reason", reason, _("Say why it belongs there.")),
    )
    story = Story(case, now)
    asked = replace(case.finding, transfer_to=whose, transfer_reason=reason)
    is_known = to is not None
    story.tell(events.TransferProposed(rules.posts[whose].name, reason, on_behalf_of, is_known), asked)
    return story


def _whose(case: Case, to: UUID | None, rules: Rules) -> UUID:
    to = to or post_above(case, rules)
    if to is None:
        raise invalid("to", _("No post stands above the one that was asked. Say whose it is."))
    rules.directory.must_exist(to)
    if to == case.finding.duty_bearer_id:
        raise invalid("to", _("It is addressed to this duty bearer already."))
    return to


def post_above(case: Case, rules: Rules) -> UUID | None:
    """The nearest post above the duty bearer that there is today."""
    asked = case.finding.duty_bearer_id
    chain = duty_bearers.superiors(asked, rules.posts) if asked else ()
    return next((p for p in chain if rules.posts[p].exists_on(rules.directory.day)), None)


def accept(case: Case, rules: Rules, now: datetime) -> Story:
    """The new duty bearer gets the full acknowledgement window; the second transfer goes to the common superior (R4)."""
    f = case.finding
    findings.must_be_open(case)
    if f.transfer_to is None or f.duty_bearer_id is None:
        raise NotNow("no_transfer", possible.no_transfer())
    to, common = f.transfer_to, False
    if f.transfers >= 1:
        above = duty_bearers.common_superior(f.duty_bearer_id, f.transfer_to, rules.posts)
        to, common = (above, True) if above is not None else (to, False)
    story = Story(case, now)
    moved = replace(
        findings.unproposed(f),
        duty_bearer_id=to,
        transfers=f.transfers + 1,
        transfer_to=None,
        transfer_reason=None,
    )
    story.tell(events.TransferAccepted(rules.posts[to].name, common), moved)
    obligations.void(
        story, saying("the finding was transferred"), Kind.ACKNOWLEDGE, Kind.AGREE, Kind.ACT, Kind.VERIFY
    )
    for action in story.case.actions.values():
        if action.state not in (ActionState.VERIFIED, ActionState.DROPPED):
            reason = saying("the finding was transferred")
            gone = replace(action, state=ActionState.DROPPED, drop_reason=sayings.pack(reason))
            story.tell(events.ActionDropped(action.what, reason), gone)
    obligations.open_(story, Kind.ACKNOWLEDGE, rules)
    return story


def decline(case: Case, reason: str, now: datetime) -> Story:
    """The finding stays where it is."""
    if why := possible.why_not_answer_transfer(case):
        raise NotNow("no_transfer", why)
    must_say("reason", reason, _("Say why it stays."))
    story = Story(case, now)
    story.tell(events.TransferDeclined(reason), replace(case.finding, transfer_to=None, transfer_reason=None))
    return story
