"""What can a program see and do about what is owed? (R9, R16, R28)"""

from dataclasses import dataclass, fields
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from clm_tracker.commands import obligations
from clm_tracker.db.units import Writing
from clm_tracker.domain import cases
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Kind, Party, PauseReason
from clm_tracker.queries import obligations as questions
from clm_tracker.queries.findings.detail import Owed, owed
from clm_tracker.web.access import Router, may
from clm_tracker.web.api.holding import WHICHEVER, AddsTo, IfMatch, same_row, tell_version
from clm_tracker.web.api.shapes import (
    ACTING,
    CHANGING,
    LOOKING,
    Cursor,
    Id,
    Int,
    Limit,
    Moment,
    Nothing,
    Page,
    QueryBool,
    Reason,
    Sent,
)
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.forms import Note

router = Router(prefix="/api/v1", tags=["obligations"])


class Paused(Sent):
    """Why the clock stops and until when; only a safety freeze has no end."""

    reason: PauseReason
    until: Moment | None = None
    note: Note = ""


class Climb(Sent):
    """The stage that the person saw, and why the next one comes early."""

    from_stage: Int
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Owed):
    """An obligation and the finding it is about."""

    ref: str
    title: str


class Narrowed(Sent):
    """What the list is narrowed to, and where it begins."""

    owed_by: Party | None = None
    duty_bearer: Id | None = None
    kind: Kind | None = None
    overdue: QueryBool | None = None
    due_before: Moment | None = None
    after: Cursor | None = None
    limit: Limit = 25


@router.get("/obligations", access=may(Act.SEE_FINDINGS), responses=LOOKING)
def page(desk: AtDesk, narrowed: Annotated[Narrowed, Query()]) -> Page[Listed]:
    """What is owed now, soonest first."""
    with desk.reading() as look:
        found = questions.page(look, **narrowed.model_dump())
    return Page[Listed](
        items=[
            Listed(
                **{f.name: getattr(r.obligation, f.name) for f in fields(r.obligation)},
                ref=r.ref,
                title=r.title,
            )
            for r in found.items
        ],
        next=found.next,
    )


@router.post("/obligations/{obligation_id}/pause", access=may(Act.PAUSE), responses=CHANGING)
def pause(
    desk: AtDesk, obligation_id: UUID, sent: Paused, response: Response, if_match: IfMatch = None
) -> Owed:
    """Stop the clock; the working time left is kept."""
    with desk.writing() as unit:
        same_row(unit, cases.Obligation, obligation_id, if_match)
        now = obligations.pause(unit, obligation_id, reason=sent.reason, until=sent.until, note=sent.note)
        return _told(unit, now, response)


@router.post("/obligations/{obligation_id}/resume", access=may(Act.RESUME), responses=CHANGING)
def resume(
    desk: AtDesk,
    obligation_id: UUID,
    response: Response,
    sent: Nothing = Nothing(),  # noqa: B008 - an empty body
    if_match: IfMatch = None,
) -> Owed:
    """Let a paused clock run again."""
    del sent
    with desk.writing() as unit:
        same_row(unit, cases.Obligation, obligation_id, if_match)
        now = obligations.resume(unit, obligation_id)
        return _told(unit, now, response)


@router.post("/obligations/{obligation_id}/escalate", access=may(Act.ESCALATE), responses=ACTING)
def escalate(
    desk: AtDesk, obligation_id: UUID, sent: Climb, response: Response, if_match: AddsTo = WHICHEVER
) -> Owed:
    """Climb to the next stage early; 409 "already escalated" when it has moved meanwhile."""
    with desk.writing() as unit:
        same_row(unit, cases.Obligation, obligation_id, if_match)
        now = obligations.escalate(unit, obligation_id, from_stage=sent.from_stage, reason=sent.reason)
        return _told(unit, now, response)


def _told(unit: Writing, now: cases.Obligation, response: Response) -> Owed:
    tell_version(response, now.version)
    return owed(now, unit)
