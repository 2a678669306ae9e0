"""What can a program do with a stage that waits for the committee? (R26, R27)"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from clm_tracker.commands import escalation
from clm_tracker.db.units import Writing
from clm_tracker.domain import cases
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import ProposalState, Severity
from clm_tracker.queries import proposals as questions
from clm_tracker.web.access import Router, may
from clm_tracker.web.api.holding import IfMatch, same_row, tell_version
from clm_tracker.web.api.shapes import (
    ACTING,
    CHANGING,
    LOOKING,
    Cursor,
    Day,
    Limit,
    Nothing,
    Page,
    Reason,
    Sent,
)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(cases.Proposal):
    """A proposal and the finding it is about. `why_not` says why this person may not approve it now."""

    ref: str
    title: str
    severity: Severity
    duty_bearer: str | None
    stage_name: str
    decide_by: date
    opens_at: datetime | None
    why_not: str | None


class Narrowed(Sent):
    """In which states, and where the list begins."""

    state: tuple[ProposalState, ...] = questions.UNDECIDED
    after: Cursor | None = None
    limit: Limit = 25


@router.get("/proposals", access=may(Act.SEE_FINDINGS), responses=LOOKING)
def page(desk: AtDesk, narrowed: Annotated[Narrowed, Query()]) -> Page[Listed]:
    """Stages that wait for the committee, oldest first; decided ones when asked for by state."""
    with desk.reading() as look:
        found = questions.page(look, states=narrowed.state, after=narrowed.after, limit=narrowed.limit)
    return Page[Listed](items=[_listed(row) for row in found.items], next=found.next)


@router.post("/proposals/{proposal_id}/approve", access=may(Act.DECIDE_STAGE), responses=CHANGING)
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


@router.post("/proposals/{proposal_id}/defer", access=may(Act.DECIDE_STAGE), responses=CHANGING)
def defer(
    desk: AtDesk, proposal_id: UUID, sent: Deferred, response: Response, if_match: IfMatch = None
) -> cases.Proposal:
    """Decide on a stated day instead, with a reason."""
    with desk.writing() as unit:
        _same(unit, proposal_id, if_match)
        decided = escalation.defer(unit, proposal_id, until=sent.until, reason=sent.reason)
    return _told(decided, response)


@router.post("/proposals/{proposal_id}/refuse", access=may(Act.DECIDE_STAGE), responses=CHANGING)
def refuse(
    desk: AtDesk, proposal_id: UUID, sent: Refused, response: Response, if_match: IfMatch = None
) -> cases.Proposal:
    """Do not enter the stage now; it is proposed again after its wait."""
    with desk.writing() as unit:
        _same(unit, proposal_id, if_match)
        decided = escalation.refuse(unit, proposal_id, reason=sent.reason)
    return _told(decided, response)


@router.post("/proposals/{proposal_id}/check-risk", access=may(Act.CHECK_RISK), responses=CHANGING)
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


def _listed(row: questions.ProposalRow) -> Listed:
    return Listed(
        **{f.name: getattr(row.proposal, f.name) for f in fields(row.proposal)},
        **{f.name: getattr(row, f.name) for f in fields(row) if f.name != "proposal"},
    )


def _same(unit: Writing, proposal_id: UUID, if_match: str | None) -> None:
    same_row(unit, cases.Proposal, proposal_id, if_match)


def _told(proposal: cases.Proposal, response: Response) -> cases.Proposal:
    tell_version(response, proposal.version)
    return proposal
