"""What can a program do with a stage that waits for the committee? (R26, R27)"""

from uuid import UUID

from fastapi import Response

from clm_tracker.commands import escalation
from clm_tracker.db.units import Writing
from clm_tracker.domain import cases
from clm_tracker.domain.policy import Act
from clm_tracker.web.access import Router, may
from clm_tracker.web.api.holding import IfMatch, same_row, tell_version
from clm_tracker.web.api.shapes import ACTING, Day, Nothing, Reason, Sent
from clm_tracker.web.desk import AtDesk

router = Router(prefix="/api/v1", tags=["proposals"])


class Deferred(Sent):
    """Decide on a stated day instead."""

    until: Day
    reason: Reason


class Refused(Sent):
    """Why the stage is not entered now."""

    reason: Reason


class Risk(Sent):
    """Who could be harmed, how it can be said safely, and who has the last word."""

    who: Reason
    how: Reason
    last_word: Reason


class Released(Sent):
    """Why the held stages may go on."""

    reason: Reason


class Held(Sent):
    """How many stage steps were let go."""

    released: int


@router.post("/proposals/{proposal_id}/approve", access=may(Act.DECIDE_STAGE), responses=ACTING)
def approve(
    desk: AtDesk,
    proposal_id: UUID,
    response: Response,
    sent: Nothing = Nothing(),  # noqa: B008 - an empty body
    if_match: IfMatch = None,
) -> cases.Proposal:
    """Approve; with the last approval that it needs, the stage is entered."""
    del sent
    with desk.writing() as unit:
        _same(unit, proposal_id, if_match)
        decided = escalation.approve(unit, proposal_id)
    return _told(decided, response)


@router.post("/proposals/{proposal_id}/defer", access=may(Act.DECIDE_STAGE), responses=ACTING)
def defer(
    desk: AtDesk, proposal_id: UUID, sent: Deferred, response: Response, if_match: IfMatch = None
) -> cases.Proposal:
    """Decide on a stated day instead, with a reason."""
    with desk.writing() as unit:
        _same(unit, proposal_id, if_match)
        decided = escalation.defer(unit, proposal_id, until=sent.until, reason=sent.reason)
    return _told(decided, response)


@router.post("/proposals/{proposal_id}/refuse", access=may(Act.DECIDE_STAGE), responses=ACTING)
def refuse(
    desk: AtDesk, proposal_id: UUID, sent: Refused, response: Response, if_match: IfMatch = None
) -> cases.Proposal:
    """Do not enter the stage now; it is proposed again after its wait."""
    with desk.writing() as unit:
        _same(unit, proposal_id, if_match)
        decided = escalation.refuse(unit, proposal_id, reason=sent.reason)
    return _told(decided, response)


@router.post("/proposals/{proposal_id}/check-risk", access=may(Act.CHECK_RISK), responses=ACTING)
def check_risk(
    desk: AtDesk, proposal_id: UUID, sent: Risk, response: Response, if_match: IfMatch = None
) -> cases.Proposal:
    """The check that a public stage needs before it is approved."""
    with desk.writing() as unit:
        _same(unit, proposal_id, if_match)
        checked = escalation.check_risk(
            unit, proposal_id, who=sent.who, how=sent.how, last_word=sent.last_word
        )
    return _told(checked, response)


@router.post("/brake/release", access=may(Act.RELEASE_BRAKE), responses=ACTING)
def release(desk: AtDesk, sent: Released) -> Held:
    """Let the stage steps go that a backlog holds (R31)."""
    with desk.writing() as unit:
        return Held(released=escalation.release_brake(unit, reason=sent.reason))


def _same(unit: Writing, proposal_id: UUID, if_match: str | None) -> None:
    same_row(unit, cases.Proposal, proposal_id, if_match)


def _told(proposal: cases.Proposal, response: Response) -> cases.Proposal:
    tell_version(response, proposal.version)
    return proposal
