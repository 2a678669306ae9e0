"""Who must be told of this event? (R25, R29, R45: notices go to posts and roles; letters to whoever holds the post when sent)"""

from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar
from uuid import UUID

from clm_tracker.domain import events as e
from clm_tracker.domain.cases import Change, Finding, Told
from clm_tracker.domain.words import OWED_BY, Kind, Party, Side

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell to one post, role or person."""

    kind: str
    duty_bearer_id: UUID | None = None
    role: str | None = None
    person_id: UUID | None = None
    stage: int | None = None  # of the ladder, where the event is about one
    due_on: date | None = None  # the day that was said


# Events that tell somebody, and whom: parties, and words that `_addressees` understands. What is not here is in QUIET.
TELLS: dict[type[e.Event], tuple[str, ...]] = {
    e.FindingOpened: ("post",),
    e.DutyBearerNamed: ("post",),
    e.TransferProposed: ("advocates",),
    e.TransferAccepted: ("post",),
    e.TransferDeclined: ("post",),
    e.Refused: ("advocates", "coordinator"),
    e.Reminded: ("owner",),
    e.StageEntered: ("addressed",),
    e.StageProposed: ("committee", "invited"),
    e.ProposalApproved: ("advocates",),
    e.ProposalDeferred: ("advocates",),
    e.ProposalRefused: ("advocates",),
    e.Replied: ("advocates",),
    e.ActionProposed: ("other side",),
    e.ActionChanged: ("other side",),
    e.ActionAgreed: ("post",),
    e.ActionImposed: ("post",),
    e.ActionDropped: ("post",),
    e.ExtensionAsked: ("advocates",),
    e.ExtensionGranted: ("post",),
    e.ExtensionRefused: ("post",),
    e.ActionReported: ("advocates",),
    e.ActionVerified: ("post",),
    e.Paused: ("post",),
    e.PauseEnded: ("post",),
    e.DueMoved: ("owner",),
    e.FindingResolved: ("post", "logger"),
    e.FindingClosed: ("post", "logger"),
    e.FindingReopened: ("post",),
    e.BrakeSet: ("coordinator",),
    e.Parked: ("coordinator",),
    e.LetterUndeliverable: ("coordinator",),
    e.NoticesParked: ("coordinator",),
    e.WebhookTurnedOff: ("coordinator",),
    e.LinkReturned: ("coordinator",),
    e.LinkAskedAgain: ("asker",),
}
QUIET: dict[type[e.Event], str] = {
    e.FindingDrafted: "a draft is its author's own",
    e.FindingBegun: "a draft is its author's own",
    e.FindingEdited: "the page shows it; a changed word is no letter",
    e.Acknowledged: "the desk shows it; nothing is asked of anybody",
    e.ResolutionProposed: "the obligation to verify stays on the desk of the second person",
    e.CommunityTold: "the community was told in person",
    e.SustainChecked: "when it is not fixed, the reopening tells",
    e.ObligationOpened: "the event that opened it tells",
    e.ObligationMet: "the event that met it tells",
    e.ObligationVoided: "the event that voided it tells",
    e.ObligationSuspended: "the report tells",
    e.ObligationReturned: "the verdict tells",
    e.LadderFollowed: "no date that was promised moves; the desk shows the next step",
    e.ReviewDone: "the committee did it itself",
    e.RiskChecked: "the committee did it itself",
    e.EvidenceAttached: "the desk shows it",
    e.EvidenceCaptioned: "a draft is its author's own",
    e.EvidenceTakenOff: "a draft is its author's own",
    e.BrakeReleased: "a coordinator did it",
    e.LetterSentAgain: "a coordinator did it, and the letter is on its way",
    e.LetterHandedOver: "a coordinator did it, and the reader has it",
    e.LinkRevoked: "what is owed stays owed; the next letter brings another link",
    e.ReporterKept: "who reported it is known to nobody else (R41)",
    e.ReporterChanged: "who reported it is known to nobody else (R41)",
    e.ReporterRead: "who reported it is known to nobody else (R41)",
    e.ReporterForgotten: "who reported it is known to nobody else (R41)",
    e.ReporterExpired: "who reported it is known to nobody else (R41)",
    e.Recorded: "set-up is no letter",
}


def notices_for(told: Told, finding: Finding | None) -> tuple[Notice, ...]:
    """The notices of one event. `finding` may be None where the event names its addressees itself."""
    found: dict[Notice, None] = {}
    for word in TELLS.get(type(told.event), ()):
        for notice in _addressees(word, told, finding):
            found[
                replace(
                    notice, stage=_said(told.event, "stage", int), due_on=_said(told.event, "due_on", date)
                )
            ] = None
    return tuple(found)


def _said(event: e.Event, name: str, of: type[V]) -> V | None:
    value = getattr(event, name, None)
    return value if isinstance(value, of) else None


def _addressees(word: str, told: Told, finding: Finding | None) -> list[Notice]:
    event = told.event
    kind = event.kind
    match word:
        case "post":
            post = _set_post(told.changes) or (finding.duty_bearer_id if finding else None)
            return [Notice(kind, duty_bearer_id=post)] if post else []
        case "logger":
            return [Notice(kind, person_id=finding.logged_by)] if finding and finding.logged_by else []
        case "addressed" if isinstance(event, e.StageEntered):
            return [Notice(kind, duty_bearer_id=p) for p in event.addressed] + [
                Notice(kind, role=r) for r in event.told_roles
            ]
        case "other side":
            # What only one side wrote waits for the other; what was put on record for a post the post is shown too.
            behalf = getattr(event, "on_behalf_of", None)
            sides = tuple(Side) if behalf else _waiting(told)
            return [
                notice
                for side in sides
                for notice in _addressees("post" if side is Side.DUTY_BEARER else "advocates", told, finding)
            ]
        case "asker" if isinstance(event, e.LinkAskedAgain):
            return [Notice(kind, duty_bearer_id=event.post)]
        case "invited" if isinstance(event, e.StageProposed):
            return [Notice(kind, duty_bearer_id=p) for p in event.invited]
        case "owner" if isinstance(event, e.Reminded | e.DueMoved):
            if isinstance(event, e.Reminded) and event.to:
                return [Notice(kind, duty_bearer_id=p) for p in event.to]
            party = OWED_BY[Kind(event.obligation)]
            if party is not Party.DUTY_BEARER:
                return [Notice(kind, role=str(party))]
            return (
                [Notice(kind, duty_bearer_id=finding.duty_bearer_id)]
                if finding and finding.duty_bearer_id
                else []
            )
        case _:
            return [Notice(kind, role=str(Party(word)))]


def _set_post(changes: tuple[Change, ...]) -> UUID | None:
    """The duty bearer that this very event names."""
    for change in changes:
        if change.row == "finding" and (post := change.after.get("duty_bearer_id")):
            return UUID(str(post))
    return None


def _waiting(told: Told) -> tuple[Side, ...]:
    """The sides that a proposed action waits for: not the one that wrote it; both where the line does not say which it was."""
    new = next((c.after["proposed_side"] for c in told.changes if "proposed_side" in c.after), None)
    wrote = getattr(told.event, "side", None) or new
    return tuple(side for side in Side if wrote is None or side is not Side(str(wrote)))
