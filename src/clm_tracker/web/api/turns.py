"""What can a program do with a whole finding, from opening it to telling the community? (R1 to R8, R18, R19)"""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import Body, Response
from pydantic import Discriminator, Field, Tag

from clm_tracker.commands import findings
from clm_tracker.db.units import Writing
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import ClosedAs
from clm_tracker.queries import findings as questions
from clm_tracker.queries.findings import FindingDetail
from clm_tracker.web.access import Router, may
from clm_tracker.web.api.holding import WHICHEVER, AddsTo, IfMatch, same_finding, tell_version
from clm_tracker.web.api.shapes import (
    ACTING,
    ANSWER,
    ASK,
    CHANGING,
    Bool,
    Id,
    Reason,
    Ref,
    Sent,
    same_ref,
    told_by,
)
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import Line, Note, Story

router = Router(prefix="/api/v1/findings/{ref}", tags=["findings"])


class Opened(Sent):
    """Routing names the duty bearer, or a person does, with a reason."""

    duty_bearer_id: Id | None = None
    reason: Note = ""


class Routed(Sent):
    """The duty bearer of a finding that nobody matched."""

    duty_bearer_id: Id
    reason: Reason


class Noted(Sent):
    """A note that goes with it."""

    note: Note = ""


class Said(Sent):
    """What was done or found."""

    note: Reason


class Refused(Sent):
    """Why not; `outside_power` when the post could not do it if it would."""

    reason: Reason
    outside_power: Bool = False


class Elsewhere(Sent):
    """The duty bearer says whose it is; `to` is null when they do not know, and the post above is asked."""

    to: Id | None
    reason: Reason


class TransferAnswer(Sent):
    """The community accepts the transfer, or declines it with a reason."""

    answer: Literal["accept", "decline"]
    reason: Note = ""


class Closed(Sent):
    """How it ends without a resolution; `merged_into` is the earlier finding's reference."""

    closed_as: ClosedAs
    reason: Reason
    merged_into: Line | None = None


class Reopened(Sent):
    """Why it is not fixed after all."""

    reason: Reason


class Sustained(Sent):
    """Whether it is still fixed one round later."""

    still_fixed: Bool
    note: Reason


class Replied(Sent):
    """The duty bearer's reply, which stands beside the claim."""

    text: Annotated[Story, Field(min_length=1)]


Transfer = Annotated[
    Annotated[Elsewhere, Tag(ASK)] | Annotated[TransferAnswer, Tag(ANSWER)],
    Discriminator(told_by("answer")),
    Body(),
]


@router.post("/open", access=may(Act.OPEN_FINDING), responses=CHANGING)
def open_(
    desk: AtDesk,
    ref: Ref,
    response: Response,
    sent: Opened = Opened(),  # noqa: B008 - an empty body
    if_match: IfMatch = None,
) -> FindingDetail:
    """Open a draft: from here on somebody owes an answer."""
    return _done(
        desk,
        ref,
        if_match,
        response,
        lambda unit: findings.open_(unit, ref, duty_bearer_id=sent.duty_bearer_id, reason=sent.reason),
    )


@router.post("/route", access=may(Act.ROUTE_FINDING), responses=CHANGING)
def route(
    desk: AtDesk, ref: Ref, sent: Routed, response: Response, if_match: IfMatch = None
) -> FindingDetail:
    """Name the duty bearer of a finding that nobody matched."""
    return _done(
        desk,
        ref,
        if_match,
        response,
        lambda unit: findings.name_duty_bearer(
            unit, ref, duty_bearer_id=sent.duty_bearer_id, reason=sent.reason
        ),
    )


@router.post("/acknowledge", access=may(Act.ACKNOWLEDGE), responses=ACTING)
def acknowledge(
    desk: AtDesk,
    ref: Ref,
    response: Response,
    sent: Noted = Noted(),  # noqa: B008 - an empty body
    if_match: AddsTo = WHICHEVER,
) -> FindingDetail:
    """The duty bearer has received it."""
    return _done(desk, ref, if_match, response, lambda unit: findings.acknowledge(unit, ref, note=sent.note))


@router.post("/refuse", access=may(Act.REFUSE), responses=CHANGING)
def refuse(
    desk: AtDesk, ref: Ref, sent: Refused, response: Response, if_match: IfMatch = None
) -> FindingDetail:
    """The duty bearer refuses: the next stage is due now."""
    return _done(
        desk,
        ref,
        if_match,
        response,
        lambda unit: findings.refuse(unit, ref, reason=sent.reason, outside_power=sent.outside_power),
    )


@router.post("/transfer", access=may(Act.PROPOSE_TRANSFER, Act.ANSWER_TRANSFER), responses=CHANGING)
def transfer(
    desk: AtDesk, ref: Ref, sent: Transfer, response: Response, if_match: IfMatch = None
) -> FindingDetail:
    """Say whose it is (`to`, `reason`), or answer that (`answer`)."""

    def act(unit: Writing) -> object:
        if isinstance(sent, Elsewhere):
            return findings.propose_transfer(unit, ref, to=sent.to, reason=sent.reason)
        if sent.answer == "accept":
            return findings.accept_transfer(unit, ref)
        return findings.decline_transfer(unit, ref, reason=sent.reason)

    return _done(desk, ref, if_match, response, act)


@router.post("/resolve", access=may(Act.RESOLVE), responses=CHANGING)
def resolve(
    desk: AtDesk, ref: Ref, sent: Said, response: Response, if_match: IfMatch = None
) -> FindingDetail:
    """Call it resolved; with four eyes a second person confirms."""
    return _done(desk, ref, if_match, response, lambda unit: findings.resolve(unit, ref, note=sent.note))


@router.post("/close", access=may(Act.CLOSE, Act.CLOSE_UNRESOLVABLE), responses=CHANGING)
def close(
    desk: AtDesk, ref: Ref, sent: Closed, response: Response, if_match: IfMatch = None
) -> FindingDetail:
    """Withdraw, merge into an earlier finding, or call unresolvable (a decision of the committee)."""
    return _done(
        desk,
        ref,
        if_match,
        response,
        lambda unit: findings.close(
            unit, ref, closed_as=sent.closed_as, reason=sent.reason, merged_into=sent.merged_into
        ),
    )


@router.post("/reopen", access=may(Act.REOPEN), responses=CHANGING)
def reopen(
    desk: AtDesk, ref: Ref, sent: Reopened, response: Response, if_match: IfMatch = None
) -> FindingDetail:
    """It is not fixed after all: the ladder resumes where it had stood."""
    return _done(desk, ref, if_match, response, lambda unit: findings.reopen(unit, ref, reason=sent.reason))


@router.post("/tell-community", access=may(Act.TELL_COMMUNITY), responses=ACTING)
def tell_community(
    desk: AtDesk, ref: Ref, sent: Said, response: Response, if_match: AddsTo = WHICHEVER
) -> FindingDetail:
    """The people who asked were told what came of it."""
    return _done(
        desk, ref, if_match, response, lambda unit: findings.tell_community(unit, ref, note=sent.note)
    )


@router.post("/sustained", access=may(Act.CHECK_SUSTAINED), responses=CHANGING)
def sustained(
    desk: AtDesk, ref: Ref, sent: Sustained, response: Response, if_match: IfMatch = None
) -> FindingDetail:
    """Is it still fixed? When it is not, the finding is open again."""
    return _done(
        desk,
        ref,
        if_match,
        response,
        lambda unit: findings.check_sustained(unit, ref, still_fixed=sent.still_fixed, note=sent.note),
    )


@router.post("/review", access=may(Act.REVIEW), responses=CHANGING)
def review(desk: AtDesk, ref: Ref, sent: Said, response: Response, if_match: IfMatch = None) -> FindingDetail:
    """The committee looked at a finding at its last stage."""
    return _done(desk, ref, if_match, response, lambda unit: findings.review(unit, ref, note=sent.note))


@router.post("/reply", access=may(Act.REPLY), responses=ACTING)
def reply(
    desk: AtDesk, ref: Ref, sent: Replied, response: Response, if_match: AddsTo = WHICHEVER
) -> FindingDetail:
    """The duty bearer's reply, which stands beside the claim wherever it is shown."""
    return _done(desk, ref, if_match, response, lambda unit: findings.reply(unit, ref, text=sent.text))


def _done(
    desk: Desk, ref: str, if_match: str | None, response: Response, act: Callable[[Writing], object]
) -> FindingDetail:
    """Do it, if the finding is what the sender saw, and show the finding as it is now."""
    with desk.writing() as unit:
        same_finding(unit, same_ref(ref), if_match)
        act(unit)
        now = questions.one(unit, ref)
    tell_version(response, now.version)
    return now
