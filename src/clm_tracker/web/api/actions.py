"""What can a program do with a corrective action? (R14 to R17)"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Response
from pydantic import Discriminator, Field, Tag

from clm_tracker.commands import actions
from clm_tracker.db import load
from clm_tracker.domain import cases
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import AgreedWhere, Verdict
from clm_tracker.web.access import Router, may
from clm_tracker.web.api.holding import IfMatch, same_row, tell_version
from clm_tracker.web.api.shapes import (
    ACTING,
    ANSWER,
    ASK,
    CHANGING,
    ONE,
    Bool,
    Changes,
    Day,
    Reason,
    Ref,
    Sent,
    left_out,
    same_ref,
    told_by,
)
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.forms import Note

router = Router(prefix="/api/v1", tags=["actions"])


class Proposed(Sent):
    """What will be done by when. `for_duty_bearer`: the community records what the duty bearer proposed."""

    what: Reason
    due_on: Day
    expected: Note = ""
    how_checked: Note = ""
    for_duty_bearer: Bool = False


class Changed(Changes):
    """Another text or date, result or check; now the other side has to accept."""

    what: Reason = Field(default_factory=left_out)
    due_on: Day = Field(default_factory=left_out)
    expected: Note = Field(default_factory=left_out)
    how_checked: Note = Field(default_factory=left_out)


class Accepted(Sent):
    """Where and when it was agreed; here and today unless said."""

    where: AgreedWhere = AgreedWhere.HERE
    agreed_on: Day | None = None


class Imposed(Sent):
    """Why it is set without agreement."""

    reason: Reason


class Dropped(Sent):
    """Why the community no longer asks for it."""

    reason: Reason


class Done(Sent):
    """What was done."""

    note: Reason


class Checked(Sent):
    """What the community's own check found; `statement`, what was seen, becomes evidence of it."""

    verdict: Verdict
    note: Reason
    statement: Note = ""


class MoreTime(Sent):
    """The duty bearer asks for a later date."""

    due_on: Day
    reason: Reason


class TimeAnswer(Sent):
    """The community grants or refuses it; a refusal says why."""

    grant: Bool
    reason: Note = ""


Extension = Annotated[
    Annotated[MoreTime, Tag(ASK)] | Annotated[TimeAnswer, Tag(ANSWER)],
    Discriminator(told_by("grant")),
    Body(),
]


@router.post("/findings/{ref}/actions", access=may(Act.PROPOSE_ACTION), status_code=201, responses=ACTING)
def propose(desk: AtDesk, ref: Ref, sent: Proposed, response: Response) -> cases.Action:
    """Propose a corrective action."""
    with desk.writing() as unit:
        made = actions.propose(unit, same_ref(ref), **sent.model_dump())
    response.headers["Location"] = f"/api/v1/actions/{made.id}"
    return _told(made, response)


@router.get("/actions/{action_id}", access=may(Act.SEE_FINDINGS), responses=ONE)
def one(desk: AtDesk, action_id: UUID, response: Response) -> cases.Action:
    """One corrective action."""
    with desk.reading() as look:
        found = load.case_of(look, "action", action_id).actions[action_id]
    return _told(found, response)


@router.patch("/actions/{action_id}", access=may(Act.PROPOSE_ACTION), responses=CHANGING)
def change(
    desk: AtDesk, action_id: UUID, sent: Changed, response: Response, if_match: IfMatch = None
) -> cases.Action:
    """Answer a proposal with another text or date, result or check."""
    with desk.writing() as unit:
        seen = same_row(unit, cases.Action, action_id, if_match)
        kept: dict[str, Any] = {"what": seen.what, "due_on": seen.due_on}
        changed = actions.change(unit, action_id, **(kept | sent.model_dump(exclude_unset=True)))
    return _told(changed, response)


@router.post("/actions/{action_id}/accept", access=may(Act.ACCEPT_ACTION), responses=CHANGING)
def accept(
    desk: AtDesk,
    action_id: UUID,
    response: Response,
    sent: Accepted = Accepted(),  # noqa: B008 - frozen by use: an empty body
    if_match: IfMatch = None,
) -> cases.Action:
    """Accept the other side's text and date, or record where and when both sides agreed."""
    with desk.writing() as unit:
        same_row(unit, cases.Action, action_id, if_match)
        changed = actions.accept(unit, action_id, where=sent.where, agreed_on=sent.agreed_on)
    return _told(changed, response)


@router.post("/actions/{action_id}/impose", access=may(Act.IMPOSE_ACTION), responses=CHANGING)
def impose(
    desk: AtDesk, action_id: UUID, sent: Imposed, response: Response, if_match: IfMatch = None
) -> cases.Action:
    """Set the action and its date without agreement."""
    with desk.writing() as unit:
        same_row(unit, cases.Action, action_id, if_match)
        changed = actions.impose(unit, action_id, reason=sent.reason)
    return _told(changed, response)


@router.post("/actions/{action_id}/report-done", access=may(Act.REPORT_DONE), responses=CHANGING)
def report_done(
    desk: AtDesk, action_id: UUID, sent: Done, response: Response, if_match: IfMatch = None
) -> cases.Action:
    """Say that it is done: the clock stops and the community checks."""
    with desk.writing() as unit:
        same_row(unit, cases.Action, action_id, if_match)
        changed = actions.report_done(unit, action_id, note=sent.note)
    return _told(changed, response)


@router.post("/actions/{action_id}/verify", access=may(Act.VERIFY), responses=CHANGING)
def verify(
    desk: AtDesk, action_id: UUID, sent: Checked, response: Response, if_match: IfMatch = None
) -> cases.Action:
    """The community's own check of a report."""
    with desk.writing() as unit:
        same_row(unit, cases.Action, action_id, if_match)
        changed = actions.verify(
            unit, action_id, verdict=sent.verdict, note=sent.note, statement=sent.statement
        )
    return _told(changed, response)


@router.post(
    "/actions/{action_id}/extension", access=may(Act.ASK_EXTENSION, Act.ANSWER_EXTENSION), responses=CHANGING
)
def extension(
    desk: AtDesk, action_id: UUID, sent: Extension, response: Response, if_match: IfMatch = None
) -> cases.Action:
    """Ask for more time (`due_on`, `reason`), or answer that (`grant`)."""
    with desk.writing() as unit:
        same_row(unit, cases.Action, action_id, if_match)
        if isinstance(sent, MoreTime):
            changed = actions.ask_extension(unit, action_id, due_on=sent.due_on, reason=sent.reason)
        else:
            changed = actions.answer_extension(unit, action_id, grant=sent.grant, reason=sent.reason)
    return _told(changed, response)


@router.post("/actions/{action_id}/drop", access=may(Act.DROP_ACTION), responses=CHANGING)
def drop(
    desk: AtDesk, action_id: UUID, sent: Dropped, response: Response, if_match: IfMatch = None
) -> cases.Action:
    """The community no longer asks for this action."""
    with desk.writing() as unit:
        same_row(unit, cases.Action, action_id, if_match)
        changed = actions.drop(unit, action_id, reason=sent.reason)
    return _told(changed, response)


def _told(action: cases.Action, response: Response) -> cases.Action:
    tell_version(response, action.version)
    return action
