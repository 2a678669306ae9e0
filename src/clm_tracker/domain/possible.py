"""Is this the moment for this act? One sentence when it is not; who may act at all is `policy`'s question. (R1 to R8, R26)

The functions that change a case refuse with these same sentences, and the buttons are greyed out by them. What needs
more than the moment (a person, a date, a piece of evidence) has its `why_not_*` beside the act itself.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from clm_tracker.domain.cases import Action, Case, Obligation, Proposal
from clm_tracker.domain.words import (
    ActionState,
    AgreedWhere,
    FindingStatus,
    Kind,
    ObligationState,
    Party,
    ProposalState,
    Side,
)
from clm_tracker.kernel.speech import N_, Labels, _

UNDECIDED = frozenset({ProposalState.WAITING, ProposalState.DEFERRED})
WAITS: Mapping[Kind, str] = Labels(
    {
        Kind.ROUTE: N_("naming the duty bearer"),
        Kind.ACKNOWLEDGE: N_("an acknowledgement"),
        Kind.AGREE: N_("a corrective action agreed with the community"),
        Kind.ACT: N_("the agreed corrective action"),
        Kind.VERIFY: N_("the community's own check"),
        Kind.DECIDE: N_("a decision of the steering committee"),
        Kind.TELL_COMMUNITY: N_("telling the community what came of it"),
        Kind.SUSTAIN: N_("checking that it is still fixed"),
        Kind.REVIEW: N_("a review by the steering committee"),
    }
)
_NOBODY_OWES = Labels(
    {
        Kind.ROUTE: N_("Nobody owes naming the duty bearer at present."),
        Kind.ACKNOWLEDGE: N_("Nobody owes an acknowledgement at present."),
        Kind.AGREE: N_("Nobody owes a corrective action agreed with the community at present."),
        Kind.ACT: N_("Nobody owes the agreed corrective action at present."),
        Kind.VERIFY: N_("Nobody owes the community's own check at present."),
        Kind.DECIDE: N_("Nobody owes a decision of the steering committee at present."),
        Kind.TELL_COMMUNITY: N_("Nobody owes telling the community what came of it at present."),
        Kind.SUSTAIN: N_("Nobody owes checking that it is still fixed at present."),
        Kind.REVIEW: N_("Nobody owes a review by the steering committee at present."),
    }
)
IS = Labels(
    {
        FindingStatus.DRAFT: N_("This finding is a draft."),
        FindingStatus.OPEN: N_("This finding is open."),
        FindingStatus.RESOLVED: N_("This finding is resolved."),
        FindingStatus.CLOSED: N_("This finding is closed."),
    }
)
_IS_ALREADY = Labels(
    {
        FindingStatus.OPEN: N_("This finding is open already."),
        FindingStatus.RESOLVED: N_("This finding is resolved already."),
        FindingStatus.CLOSED: N_("This finding is closed already."),
    }
)
_NOT_EDITED = Labels(
    {
        FindingStatus.RESOLVED: N_("A resolved finding is not edited; reopen it first."),
        FindingStatus.CLOSED: N_("A closed finding is not edited; reopen it first."),
    }
)
_NOT_CLOSED = Labels(
    {
        FindingStatus.RESOLVED: N_("A resolved finding cannot be closed."),
        FindingStatus.CLOSED: N_("A closed finding cannot be closed."),
    }
)
ACTION_IS = Labels(
    {
        ActionState.PROPOSED: N_("This action is proposed."),
        ActionState.AGREED: N_("This action is agreed."),
        ActionState.REPORTED: N_("This action is reported done."),
        ActionState.VERIFIED: N_("This action is verified."),
        ActionState.DROPPED: N_("This action is dropped."),
    }
)
ACTION_IS_ALREADY = Labels(
    {
        ActionState.AGREED: N_("This action is agreed already."),
        ActionState.REPORTED: N_("This action is reported done already."),
        ActionState.VERIFIED: N_("This action is verified already."),
        ActionState.DROPPED: N_("This action is dropped already."),
    }
)
_NOT_REPORTED = Labels(
    {
        ActionState.PROPOSED: N_("Only an agreed action can be reported done; this one is proposed."),
        ActionState.REPORTED: N_("Only an agreed action can be reported done; this one is reported already."),
        ActionState.VERIFIED: N_("Only an agreed action can be reported done; this one is verified."),
        ActionState.DROPPED: N_("Only an agreed action can be reported done; this one is dropped."),
    }
)
_PROPOSAL_IS = Labels(
    {
        ProposalState.WAITING: N_("This proposal is waiting already."),
        ProposalState.DEFERRED: N_("This proposal is deferred already."),
        ProposalState.APPROVED: N_("This proposal is approved already."),
        ProposalState.REFUSED: N_("This proposal is refused already."),
        ProposalState.SUPERSEDED: N_("This proposal is superseded already."),
    }
)
_HAS_ENDED = Labels(
    {
        ObligationState.MET: N_("This was done; nothing is owed here any more."),
        ObligationState.VOID: N_("This is not asked any more."),
    }
)
NOT_EXTENDED = Labels(
    {
        ActionState.PROPOSED: N_(
            "More time is asked for while an action is agreed and open; this one is proposed."
        ),
        ActionState.REPORTED: N_(
            "More time is asked for while an action is agreed and open; this one is reported done."
        ),
        ActionState.VERIFIED: N_(
            "More time is asked for while an action is agreed and open; this one is verified."
        ),
        ActionState.DROPPED: N_(
            "More time is asked for while an action is agreed and open; this one is dropped."
        ),
    }
)


def already_escalated(o: Obligation) -> str:
    """Somebody else was faster (R28)."""
    return _("This was already escalated: it stands at stage {stage} now.").format(stage=o.stage)


def no_transfer() -> str:
    """There is none to answer (R4)."""
    return _("No transfer is proposed.")


def no_extension() -> str:
    """There is none to answer (R15)."""
    return _("No more time has been asked for.")


def nobody_to_act() -> str:
    """An action needs somebody to carry it out (R14)."""
    return _("No duty bearer is named yet, so nobody could carry this out.")


def why_not_owed(case: Case, kind: Kind, action_id: UUID | None = None) -> str | None:
    """Why an obligation of this kind (of this action, when given) cannot be met now, or None when one is live."""
    if any(action_id in {None, o.action_id} for o in case.live(kind)):
        return None
    return _NOBODY_OWES[kind]


def why_not_open(case: Case) -> str | None:
    """Why the finding cannot be opened any more, or None for a draft. What is still missing is `findings.missing`."""
    status = case.finding.status
    return None if status is FindingStatus.DRAFT else _IS_ALREADY[status]


def why_not_edit(case: Case) -> str | None:
    """Why the finding's text cannot change now, or None."""
    status = case.finding.status
    if status in (FindingStatus.CLOSED, FindingStatus.RESOLVED):
        return _NOT_EDITED[status]
    return None


def why_not_work(case: Case) -> str | None:
    """Why nothing is asked of anybody about this finding, or None while it is open."""
    status = case.finding.status
    return None if status is FindingStatus.OPEN else IS[status]


def why_not_name_duty_bearer(case: Case) -> str | None:
    """Why no duty bearer can be named now (R3), or None."""
    if case.finding.duty_bearer_id is not None:
        return _("A duty bearer is named already; a wrong address is put right by a transfer.")
    return None


def why_not_refuse(case: Case) -> str | None:
    """Why there is nothing to refuse (R19), or None."""
    return None if refusable(case) else _("Nothing is asked of the duty bearer at present.")


def refusable(case: Case) -> tuple[Obligation, ...]:
    """What presses on the duty bearer at this moment, soonest first."""
    return tuple(
        o for o in case.live() if o.owed_by is Party.DUTY_BEARER and o.state is ObligationState.RUNNING
    )


def why_not_transfer(case: Case) -> str | None:
    """Why nobody can say whose it is instead (R4), or None."""
    return _("No duty bearer is named yet.") if case.finding.duty_bearer_id is None else None


def why_not_answer_transfer(case: Case) -> str | None:
    """Why there is no transfer to answer (R4), or None."""
    return no_transfer() if case.finding.transfer_to is None else None


def why_not_close(case: Case) -> str | None:
    """Why the finding cannot be closed now (R1), or None."""
    status = case.finding.status
    if status in (FindingStatus.DRAFT, FindingStatus.OPEN):
        return None
    return _NOT_CLOSED[status]


def why_not_reopen(case: Case) -> str | None:
    """Why the finding cannot be reopened now (R8), or None."""
    if case.finding.status is FindingStatus.RESOLVED:
        return None
    return _("Only a resolved finding can be reopened.")


def why_not_attach(case: Case) -> str | None:
    """Why evidence cannot be added now, or None."""
    if case.finding.status is FindingStatus.CLOSED:
        return _("Evidence is not added to a closed finding.")
    return None


def why_not_change_evidence(case: Case) -> str | None:
    """Why a piece of evidence can neither be taken off nor called otherwise, or None for a draft's."""
    if case.finding.status is FindingStatus.DRAFT:
        return None
    return _("Evidence is taken off or called otherwise only while the finding is a draft; now it stays.")


def why_not_propose(case: Case) -> str | None:
    """Why no corrective action can be proposed now (R14), or None."""
    if case.finding.duty_bearer_id is None:
        return nobody_to_act()
    return None


def why_not_change(action: Action) -> str | None:
    """Why the proposed text and date cannot be answered with others (R14), or None."""
    return _unless(action, ActionState.PROPOSED, _("Only a proposal that is not agreed yet can be changed."))


def why_not_keep(action: Action, today: date) -> str | None:
    """Why the proposed date can no longer be promised (R14), or None."""
    return _("The proposed date has passed; propose another one.") if action.due_on < today else None


def why_not_accept(action: Action, side: Side, where: AgreedWhere) -> str | None:
    """Why this side may not accept (R14), or None.

    An agreement made elsewhere is recorded by the other side or by the community, never by the duty bearer alone.
    """
    if action.state is not ActionState.PROPOSED:
        return ACTION_IS_ALREADY[action.state]
    if action.proposed_side is side and side is Side.DUTY_BEARER:
        return _("Your side proposed this; the community accepts it, or says where both sides agreed.")
    if action.proposed_side is side and where is AgreedWhere.HERE:
        return _("Your side proposed this; the other side accepts it. Or say where both sides agreed.")
    return None


def why_not_impose(action: Action) -> str | None:
    """Why the action cannot be set without agreement (R14), or None."""
    return _unless(action, ActionState.PROPOSED, _("Only a proposal can be set without agreement."))


def why_not_drop(action: Action) -> str | None:
    """Why the action cannot be dropped any more, or None."""
    if action.state in (ActionState.VERIFIED, ActionState.DROPPED):
        return ACTION_IS[action.state]
    return None


def why_not_report_done(action: Action) -> str | None:
    """Why the action cannot be reported done now (R17), or None."""
    return _unless(action, ActionState.AGREED, _NOT_REPORTED.get(action.state, ""))


def why_not_answer_extension(action: Action) -> str | None:
    """Why there is no request for more time to answer (R15), or None."""
    if action.extension_asked_on is None or action.state is not ActionState.AGREED:
        return no_extension()
    return None


def why_not_go_on(o: Obligation) -> str | None:
    """Why nothing can be done about an obligation that has ended, or None while it is owed."""
    return _HAS_ENDED.get(o.state)


def why_not_resume(o: Obligation) -> str | None:
    """Why this clock cannot be started again by hand (R16), or None."""
    if why := why_not_go_on(o):
        return why
    return None if o.state is ObligationState.PAUSED else _("This clock is not paused.")


def why_not_escalate(o: Obligation, last: int) -> str | None:
    """Why this cannot climb early (R28), or None. `last` is the highest stage of its ladder."""
    if why := why_not_go_on(o):
        return why
    if o.state is ObligationState.AWAITING_DECISION:
        return already_escalated(o)
    if o.state is not ObligationState.RUNNING:
        return _("Only a running obligation can be escalated.")
    if o.stage >= last:
        return _("This is the last stage of the ladder; the committee reviews it regularly.")
    return None


def why_not_decide(proposal: Proposal) -> str | None:
    """Why nothing is to be decided about this stage (R26), or None."""
    return None if proposal.state in UNDECIDED else _PROPOSAL_IS[proposal.state]


def _unless(action: Action, state: ActionState, sentence: str) -> str | None:
    return None if action.state is state else sentence
