"""Is this the moment for this act? One sentence when it is not; who may act at all is `policy`'s question. (R1 to R8, R26)

The functions that change a case refuse with these same sentences, and the buttons are greyed out by them. What needs
more than the moment (a person, a date, a piece of evidence) has its `why_not_*` beside the act itself.
"""

from datetime import date
from uuid import UUID

from clm_tracker.domain.cases import Action, Case, Obligation, Proposal
from clm_tracker.domain.words import (
    ActionState,
    FindingStatus,
    Kind,
    ObligationState,
    Party,
    ProposalState,
)

ALREADY_ESCALATED = "This was already escalated: it stands at stage {stage} now."
NO_TRANSFER = "No transfer is proposed."
NO_EXTENSION = "No more time has been asked for."
NOBODY_TO_ACT = "No duty bearer is named yet, so nobody could carry this out."
UNDECIDED = frozenset({ProposalState.WAITING, ProposalState.DEFERRED})
WAITS = {
    Kind.ROUTE: "naming the duty bearer",
    Kind.ACKNOWLEDGE: "an acknowledgement",
    Kind.AGREE: "a corrective action agreed with the community",
    Kind.ACT: "the agreed corrective action",
    Kind.VERIFY: "the community's own check",
    Kind.DECIDE: "a decision of the steering committee",
    Kind.TELL_COMMUNITY: "telling the community what came of it",
    Kind.SUSTAIN: "checking that it is still fixed",
    Kind.REVIEW: "a review by the steering committee",
}


def why_not_owed(case: Case, kind: Kind, action_id: UUID | None = None) -> str | None:
    """Why an obligation of this kind (of this action, when given) cannot be met now, or None when one is live."""
    if any(action_id in {None, o.action_id} for o in case.live(kind)):
        return None
    return f"Nobody owes {WAITS[kind]} at present."


def why_not_open(case: Case) -> str | None:
    """Why the finding cannot be opened any more, or None for a draft. What is still missing is `findings.missing`."""
    status = case.finding.status
    return None if status is FindingStatus.DRAFT else f"This finding is {status} already."


def why_not_edit(case: Case) -> str | None:
    """Why the finding's text cannot change now, or None."""
    status = case.finding.status
    if status in (FindingStatus.CLOSED, FindingStatus.RESOLVED):
        return f"A {status} finding is not edited; reopen it first."
    return None


def why_not_work(case: Case) -> str | None:
    """Why nothing is asked of anybody about this finding, or None while it is open."""
    status = case.finding.status
    return None if status is FindingStatus.OPEN else f"This finding is {status}."


def why_not_name_duty_bearer(case: Case) -> str | None:
    """Why no duty bearer can be named now (R3), or None."""
    if case.finding.duty_bearer_id is not None:
        return "A duty bearer is named already; a wrong address is put right by a transfer."
    return None


def why_not_refuse(case: Case) -> str | None:
    """Why there is nothing to refuse (R19), or None."""
    return None if refusable(case) else "Nothing is asked of the duty bearer at present."


def refusable(case: Case) -> tuple[Obligation, ...]:
    """What presses on the duty bearer at this moment, soonest first."""
    return tuple(
        o for o in case.live() if o.owed_by is Party.DUTY_BEARER and o.state is ObligationState.RUNNING
    )


def why_not_transfer(case: Case) -> str | None:
    """Why nobody can say whose it is instead (R4), or None."""
    return "No duty bearer is named yet." if case.finding.duty_bearer_id is None else None


def why_not_answer_transfer(case: Case) -> str | None:
    """Why there is no transfer to answer (R4), or None."""
    return NO_TRANSFER if case.finding.transfer_to is None else None


def why_not_close(case: Case) -> str | None:
    """Why the finding cannot be closed now (R1), or None."""
    status = case.finding.status
    if status in (FindingStatus.DRAFT, FindingStatus.OPEN):
        return None
    return f"A {status} finding cannot be closed."


def why_not_reopen(case: Case) -> str | None:
    """Why the finding cannot be reopened now (R8), or None."""
    if case.finding.status is FindingStatus.RESOLVED:
        return None
    return "Only a resolved finding can be reopened."


def why_not_attach(case: Case) -> str | None:
    """Why evidence cannot be added now, or None."""
    if case.finding.status is FindingStatus.CLOSED:
        return "Evidence is not added to a closed finding."
    return None


def why_not_propose(case: Case) -> str | None:
    """Why no corrective action can be proposed now (R14), or None."""
    if case.finding.duty_bearer_id is None:
        return NOBODY_TO_ACT
    return None


def why_not_change(action: Action) -> str | None:
    """Why the proposed text and date cannot be answered with others (R14), or None."""
    return _unless(action, ActionState.PROPOSED, "Only a proposal that is not agreed yet can be changed.")


def why_not_keep(action: Action, today: date) -> str | None:
    """Why the proposed date can no longer be promised (R14), or None."""
    return "The proposed date has passed; propose another one." if action.due_on < today else None


def why_not_impose(action: Action) -> str | None:
    """Why the action cannot be set without agreement (R14), or None."""
    return _unless(action, ActionState.PROPOSED, "Only a proposal can be set without agreement.")


def why_not_drop(action: Action) -> str | None:
    """Why the action cannot be dropped any more, or None."""
    if action.state in (ActionState.VERIFIED, ActionState.DROPPED):
        return f"This action is {action.state}."
    return None


def why_not_report_done(action: Action) -> str | None:
    """Why the action cannot be reported done now (R17), or None."""
    sentence = f"Only an agreed action can be reported done; this one is {action.state}."
    return _unless(action, ActionState.AGREED, sentence)


def why_not_answer_extension(action: Action) -> str | None:
    """Why there is no request for more time to answer (R15), or None."""
    if action.extension_asked_on is None or action.state is not ActionState.AGREED:
        return NO_EXTENSION
    return None


def why_not_resume(o: Obligation) -> str | None:
    """Why this clock cannot be started again by hand (R16), or None."""
    return None if o.state is ObligationState.PAUSED else "This clock is not paused."


def why_not_escalate(o: Obligation, last: int) -> str | None:
    """Why this cannot climb early (R28), or None. `last` is the highest stage of its ladder."""
    if o.state is ObligationState.AWAITING_DECISION:
        return ALREADY_ESCALATED.format(stage=o.stage)
    if o.state is not ObligationState.RUNNING:
        return "Only a running obligation can be escalated."
    if o.stage >= last:
        return "This is the last stage of the ladder; the committee reviews it regularly."
    return None


def why_not_decide(proposal: Proposal) -> str | None:
    """Why nothing is to be decided about this stage (R26), or None."""
    return None if proposal.state in UNDECIDED else f"This proposal is {proposal.state} already."


def _unless(action: Action, state: ActionState, sentence: str) -> str | None:
    return None if action.state is state else sentence
