"""What can happen? Every event as a frozen dataclass with a permanent `kind`.

An event carries the facts its sentence needs. What it sets in the rows stands beside it in the ledger line
(`cases.Change`), so an old event stays readable whatever its class becomes later. Classes are never changed in
meaning; a new meaning is a new kind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, TypeVar, dataclass_transform
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `SENTENCE` is its English sentence; names in braces are its fields."""

    kind: ClassVar[str] = ""
    SENTENCE: ClassVar[str] = ""


KINDS: dict[str, type[Event]] = {}
E = TypeVar("E", bound=Event)


@dataclass_transform(frozen_default=True)
def _event(kind: str, sentence: str) -> Callable[[type[E]], type[E]]:
    def register(cls: type[E]) -> type[E]:
        if kind in KINDS:
            raise TypeError(f"Two events are called {kind}.")
        cls.kind, cls.SENTENCE = kind, sentence
        KINDS[kind] = made = dataclass(frozen=True, slots=True)(cls)
        return made

    return register


@_event("finding_drafted", "wrote a draft: {title}")
class FindingDrafted(Event):
    title: str


@_event("finding_edited", "changed {what}")
class FindingEdited(Event):
    what: str


@_event("finding_opened", "opened the finding")
class FindingOpened(Event):
    duty_bearer: str | None
    how: str
    reason: str | None = None


@_event("duty_bearer_named", "named {duty_bearer} as the duty bearer: {reason}")
class DutyBearerNamed(Event):
    duty_bearer: str
    reason: str


@_event("transfer_proposed", "said that this belongs to {to}: {reason}")
class TransferProposed(Event):
    to: str
    reason: str
    on_behalf_of: str | None = None


@_event("transfer_accepted", "accepted the transfer to {to}")
class TransferAccepted(Event):
    to: str
    common_superior: bool


@_event("transfer_declined", "declined the transfer: {reason}")
class TransferDeclined(Event):
    reason: str


@_event("acknowledged", "acknowledged the finding")
class Acknowledged(Event):
    note: str | None = None
    on_behalf_of: str | None = None


@_event("refused", "refused to act: {reason}")
class Refused(Event):
    reason: str
    outside_power: bool
    on_behalf_of: str | None = None


@_event("resolution_proposed", "proposed to call the finding resolved; a second person confirms")
class ResolutionProposed(Event):
    note: str


@_event("finding_resolved", "resolved the finding")
class FindingResolved(Event):
    note: str


@_event("finding_closed", "closed the finding as {closed_as}: {reason}")
class FindingClosed(Event):
    closed_as: str
    reason: str
    merged_into: str | None = None


@_event("finding_reopened", "reopened the finding at stage {stage}: {reason}")
class FindingReopened(Event):
    stage: int
    reason: str


@_event("community_told", "told the community: {note}")
class CommunityTold(Event):
    note: str


@_event("sustain_checked", "checked whether it is still fixed: {note}")
class SustainChecked(Event):
    still_fixed: bool
    note: str


@_event("obligation_opened", "is owed by {owed_by} by {due_on}")
class ObligationOpened(Event):
    obligation: str
    owed_by: str
    due_on: date


@_event("obligation_met", "has been met")
class ObligationMet(Event):
    obligation: str


@_event("obligation_voided", "is no longer owed: {reason}")
class ObligationVoided(Event):
    obligation: str
    reason: str


@_event("obligation_suspended", "is suspended while the community checks")
class ObligationSuspended(Event):
    obligation: str


@_event("obligation_returned", "runs again, due {due_on}")
class ObligationReturned(Event):
    obligation: str
    due_on: date


@_event("due_moved", "is now due {due_on}: {reason}")
class DueMoved(Event):
    obligation: str
    was: date
    due_on: date
    reason: str


@_event("ladder_followed", "moved {obligation} to version {version} of {ladder}: {reason}")
class LadderFollowed(Event):
    obligation: str
    ladder: str
    version: int
    was: datetime | None
    next_step_at: datetime | None
    reason: str


@_event("paused", "paused the clock: {reason}")
class Paused(Event):
    obligation: str
    reason: str
    until: datetime | None
    note: str


@_event("pause_ended", "the clock runs again, due {due_on}")
class PauseEnded(Event):
    obligation: str
    due_on: date
    by_itself: bool


@_event("review_done", "reviewed the finding: {note}")
class ReviewDone(Event):
    note: str


@_event("reminded", "reminded of the due date, {due_on}")
class Reminded(Event):
    obligation: str
    due_on: date
    to: tuple[UUID, ...] = ()


@_event("stage_entered", "entered stage {stage}, {name}")
class StageEntered(Event):
    obligation: str
    stage: int
    name: str
    due_version: int
    missed_at: datetime | None
    addressed: tuple[UUID, ...] = ()
    addressed_names: tuple[str, ...] = ()
    told_roles: tuple[str, ...] = ()
    fell_through: str | None = None
    reason: str | None = None
    public: bool = False


@_event("stage_proposed", "proposed stage {stage}, {name}, to the committee")
class StageProposed(Event):
    obligation: str
    stage: int
    name: str
    missed_at: datetime | None
    public: bool
    reason: str | None = None
    invited: tuple[UUID, ...] = ()


@_event("proposal_approved", "approved stage {stage}, {name}")
class ProposalApproved(Event):
    stage: int
    name: str
    approvals: int
    needed: int


@_event("proposal_deferred", "deferred stage {stage} to {until}: {reason}")
class ProposalDeferred(Event):
    stage: int
    until: date
    reason: str


@_event("proposal_refused", "refused stage {stage}: {reason}")
class ProposalRefused(Event):
    stage: int
    reason: str


@_event("risk_checked", "completed the risk check of stage {stage}")
class RiskChecked(Event):
    stage: int


@_event("replied", "replied: {text}")
class Replied(Event):
    text: str
    stage: int | None = None
    on_behalf_of: str | None = None


@_event("action_proposed", "proposed: {what}, by {due_on}")
class ActionProposed(Event):
    what: str
    due_on: date
    on_behalf_of: str | None = None


@_event("action_changed", "changed the proposed action: {what}, by {due_on}")
class ActionChanged(Event):
    what: str
    due_on: date
    on_behalf_of: str | None = None


@_event("action_agreed", "agreed: {what}, by {due_on}")
class ActionAgreed(Event):
    what: str
    due_on: date
    where: str
    on_behalf_of: str | None = None


@_event("action_imposed", "set an action without agreement: {what}, by {due_on}")
class ActionImposed(Event):
    what: str
    due_on: date
    reason: str


@_event("action_dropped", "dropped the action {what}: {reason}")
class ActionDropped(Event):
    what: str
    reason: str


@_event("extension_asked", "asked for more time, to {due_on}: {reason}")
class ExtensionAsked(Event):
    was: date
    due_on: date
    reason: str
    on_behalf_of: str | None = None


@_event("extension_granted", "granted more time, to {due_on}")
class ExtensionGranted(Event):
    was: date
    due_on: date
    number: int


@_event("extension_refused", "refused more time: {reason}")
class ExtensionRefused(Event):
    due_on: date
    reason: str


@_event("action_reported", "reported done: {what}")
class ActionReported(Event):
    what: str
    note: str
    on_behalf_of: str | None = None


@_event("action_verified", "checked {what}: {verdict}")
class ActionVerified(Event):
    what: str
    verdict: str
    note: str


@_event("evidence_attached", "attached evidence: {caption}")
class EvidenceAttached(Event):
    evidence: str
    purpose: str
    caption: str
    sha256: str


@_event("parked", "could not be decided and waits an hour: {problem}")
class Parked(Event):
    obligation: str
    problem: str
    times: int


@_event("brake_set", "held {held} stage steps for a coordinator: {reason}")
class BrakeSet(Event):
    held: int
    running: int
    reason: str


@_event("brake_released", "released {held} held stage steps: {reason}")
class BrakeReleased(Event):
    held: int
    reason: str


@_event("recorded", "{what}")
class Recorded(Event):
    what: str
