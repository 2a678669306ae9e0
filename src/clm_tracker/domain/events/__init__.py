"""What can happen? Every event as a frozen dataclass with a permanent `kind`.

An event carries the facts its sentence needs. What it sets in the rows stands beside it in the ledger line
(`cases.Change`), so an old event stays readable whatever its class becomes later. Classes are never changed in
meaning; a new meaning is a new kind.
"""

from datetime import date, datetime
from uuid import UUID

from clm_tracker.domain.events.actions import (
    ActionAgreed,
    ActionChanged,
    ActionDropped,
    ActionImposed,
    ActionProposed,
    ActionReported,
    ActionVerified,
    ExtensionAsked,
    ExtensionGranted,
    ExtensionRefused,
)
from clm_tracker.domain.events.kinds import KINDS, Event, event
from clm_tracker.domain.events.letters import (
    LetterHandedOver,
    LetterSentAgain,
    LetterUndeliverable,
    LinkAskedAgain,
    LinkReturned,
    LinkRevoked,
    NoticesParked,
    WebhookTurnedOff,
)
from clm_tracker.domain.events.reporters import (
    ReporterChanged,
    ReporterExpired,
    ReporterForgotten,
    ReporterKept,
    ReporterRead,
)
from clm_tracker.kernel.sayings import Text
from clm_tracker.kernel.speech import N_

__all__ = [
    "KINDS",
    "ActionAgreed",
    "ActionChanged",
    "ActionDropped",
    "ActionImposed",
    "ActionProposed",
    "ActionReported",
    "ActionVerified",
    "Event",
    "ExtensionAsked",
    "ExtensionGranted",
    "ExtensionRefused",
    "LetterHandedOver",
    "LetterSentAgain",
    "LetterUndeliverable",
    "LinkAskedAgain",
    "LinkReturned",
    "LinkRevoked",
    "NoticesParked",
    "ReporterChanged",
    "ReporterExpired",
    "ReporterForgotten",
    "ReporterKept",
    "ReporterRead",
    "WebhookTurnedOff",
]  # what comes from the modules beside; every event below is as public


@event("finding_drafted", N_("{who} wrote a draft: {title}"))
class FindingDrafted(Event):
    title: str


@event("finding_begun", N_("{who} began a draft"))
class FindingBegun(Event):
    """A draft without a title: somebody answered another question first."""


@event("finding_edited", N_("{who} changed {what}"))
class FindingEdited(Event):
    what: str


@event("finding_opened", N_("{who} opened the finding"))
class FindingOpened(Event):
    duty_bearer: str | None
    how: str
    reason: Text | None = None


@event("duty_bearer_named", N_("{who} named {duty_bearer} as the duty bearer: {reason}"))
class DutyBearerNamed(Event):
    duty_bearer: str
    reason: str


@event(
    "transfer_proposed",
    N_("{who} said that this belongs to {to}: {reason}"),
    N_("{who} put on record that, as {on_behalf_of} says, this belongs to {to}: {reason}"),
)
class TransferProposed(Event):
    """`known`: whether they know whose it is; if not, it is put to the post above."""

    to: str
    reason: str
    on_behalf_of: str | None = None
    known: bool = True


@event("transfer_accepted", N_("{who} accepted the transfer to {to}"))
class TransferAccepted(Event):
    to: str
    common_superior: bool


@event("transfer_declined", N_("{who} declined the transfer: {reason}"))
class TransferDeclined(Event):
    reason: str


@event(
    "acknowledged",
    N_("{who} acknowledged the finding"),
    N_("{who} put on record that {on_behalf_of} acknowledged the finding"),
)
class Acknowledged(Event):
    note: str | None = None
    on_behalf_of: str | None = None


@event(
    "refused",
    N_("{who} refused to act: {reason}"),
    N_("{who} put on record that {on_behalf_of} refused to act: {reason}"),
)
class Refused(Event):
    reason: str
    outside_power: bool
    on_behalf_of: str | None = None


@event("resolution_proposed", N_("{who} proposed to call the finding resolved; a second person confirms"))
class ResolutionProposed(Event):
    note: str


@event("finding_resolved", N_("{who} resolved the finding"))
class FindingResolved(Event):
    note: str


@event("finding_closed", N_("{who} closed the finding as {closed_as}: {reason}"))
class FindingClosed(Event):
    closed_as: str
    reason: str
    merged_into: str | None = None


@event("finding_reopened", N_("{who} reopened the finding at stage {stage}: {reason}"))
class FindingReopened(Event):
    stage: int
    reason: str


@event("community_told", N_("{who} told the community: {note}"))
class CommunityTold(Event):
    note: str


@event("sustain_checked", N_("{who} checked whether it is still fixed: {note}"))
class SustainChecked(Event):
    still_fixed: bool
    note: str


@event("obligation_opened", N_("{obligation} is owed by {owed_by} by {due_on}"))
class ObligationOpened(Event):
    obligation: str
    owed_by: str
    due_on: date


@event("obligation_met", N_("{obligation} has been met"))
class ObligationMet(Event):
    obligation: str


@event("obligation_voided", N_("{obligation} is no longer owed: {reason}"))
class ObligationVoided(Event):
    obligation: str
    reason: Text


@event("obligation_suspended", N_("{obligation} is suspended while the community checks"))
class ObligationSuspended(Event):
    obligation: str


@event("obligation_returned", N_("{obligation} runs again, due {due_on}"))
class ObligationReturned(Event):
    obligation: str
    due_on: date


@event("due_moved", N_("{obligation} is now due {due_on}: {reason}"))
class DueMoved(Event):
    obligation: str
    was: date
    due_on: date
    reason: Text


@event("ladder_followed", N_("{who} moved {obligation} to version {version} of {ladder}: {reason}"))
class LadderFollowed(Event):
    obligation: str
    ladder: str
    version: int
    was: datetime | None
    next_step_at: datetime | None
    reason: Text
    ladder_id: UUID | None = None


@event("paused", N_("{who} paused the clock: {reason} (for {obligation})"))
class Paused(Event):
    obligation: str
    reason: str
    until: datetime | None
    note: str


@event("pause_ended", N_("The clock for {obligation} runs again, due {due_on}"))
class PauseEnded(Event):
    obligation: str
    due_on: date
    by_itself: bool


@event("review_done", N_("{who} reviewed the finding: {note}"))
class ReviewDone(Event):
    note: str


@event("reminded", N_("{who} reminded of the due date, {due_on} (for {obligation})"))
class Reminded(Event):
    obligation: str
    due_on: date
    to: tuple[UUID, ...] = ()


@event("stage_entered", N_("{who} entered stage {stage}, {name}, for {obligation}"))
class StageEntered(Event):
    obligation: str
    stage: int
    name: str
    due_version: int
    missed_at: datetime | None
    addressed: tuple[UUID, ...] = ()
    addressed_names: tuple[str, ...] = ()
    told_roles: tuple[str, ...] = ()
    fell_through: Text | None = None
    reason: str | None = None
    public: bool = False
    ladder_id: UUID | None = None


@event("stage_proposed", N_("{who} proposed stage {stage}, {name}, to the committee, for {obligation}"))
class StageProposed(Event):
    obligation: str
    stage: int
    name: str
    missed_at: datetime | None
    public: bool
    reason: str | None = None
    invited: tuple[UUID, ...] = ()
    ladder_id: UUID | None = None


@event("proposal_approved", N_("{who} approved stage {stage}, {name}"))
class ProposalApproved(Event):
    stage: int
    name: str
    approvals: int
    needed: int
    ladder_id: UUID | None = None


@event("proposal_deferred", N_("{who} deferred stage {stage} to {until}: {reason}"))
class ProposalDeferred(Event):
    stage: int
    until: date
    reason: str


@event("proposal_refused", N_("{who} refused stage {stage}: {reason}"))
class ProposalRefused(Event):
    stage: int
    reason: str


@event("risk_checked", N_("{who} completed the risk check of stage {stage}"))
class RiskChecked(Event):
    stage: int


@event(
    "replied",
    N_("{who} replied: {text}"),
    N_("{who} put on record the reply of {on_behalf_of}: {text}"),
)
class Replied(Event):
    text: str
    stage: int | None = None
    on_behalf_of: str | None = None


@event("evidence_attached", N_("{who} attached evidence: {caption}"))
class EvidenceAttached(Event):
    evidence: str
    purpose: str
    caption: str
    sha256: str


@event("evidence_captioned", N_("{who} changed what evidence shows from “{before}” to “{caption}”"))
class EvidenceCaptioned(Event):
    caption: str
    before: str


@event("evidence_taken_off", N_("{who} took evidence off the draft: {caption}"))
class EvidenceTakenOff(Event):
    evidence: str
    caption: str
    sha256: str


@event("parked", N_("{obligation} could not be decided and waits an hour: {problem}"))
class Parked(Event):
    obligation: str
    problem: str
    times: int


@event("brake_set", N_("{who} held {held} stage steps for a coordinator: {reason}"))
class BrakeSet(Event):
    held: int
    running: int
    reason: Text


@event("brake_released", N_("{who} released {held} held stage steps: {reason}"))
class BrakeReleased(Event):
    held: int
    reason: str


@event("recorded", N_("{who} {what}"))
class Recorded(Event):
    what: Text
