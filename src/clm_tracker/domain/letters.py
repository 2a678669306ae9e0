"""When does a letter leave, when is it tried again, and is what it says still true? (R25, R45)

All moments are instants; hours are of the reader's own day.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from clm_tracker.domain import events as e
from clm_tracker.domain.words import OWED_BY, Channel, FindingStatus, Kind, ObligationState, Party, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads a letter, and by which channel: exactly one of the four."""

    channel: Channel
    person_id: UUID | None = None
    holder_id: UUID | None = None
    webhook_id: UUID | None = None
    duty_bearer_id: UUID | None = None

    @property
    def one(self) -> UUID | None:
        """Who it is, by whatever channel."""
        return self.person_id or self.holder_id or self.webhook_id or self.duty_bearer_id

    @property
    def key(self) -> str:
        """Channel and reader in one word."""
        return f"{self.channel}:{self.one}"


class Pace(StrEnum):
    """A notice goes at once, gathers until the reader's hour, or is told by the letter of the week."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A reader's day: zone, the hour at which the day's letter is written, and the quiet hours from one evening to the next morning."""

    timezone: str
    letter_at: int = 8
    quiet_from: int = 20
    quiet_until: int = 7

    def is_quiet(self, hour: int) -> bool:
        """Is this an hour in which nothing arrives? From and until the same hour means never."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= hour < self.quiet_until
        return hour >= self.quiet_from or hour < self.quiet_until


# What somebody has to hear of today, however many letters they have had.
_URGENT = frozenset(
    {
        e.BrakeSet.kind,
        e.Parked.kind,
        e.LetterUndeliverable.kind,
        e.NoticesParked.kind,
        e.WebhookTurnedOff.kind,
        e.LinkAskedAgain.kind,
    }
)
# What is asked of a duty bearer about a finding that puts people in danger now.
_URGENT_WHEN_CRITICAL = frozenset(
    {
        e.FindingOpened.kind,
        e.DutyBearerNamed.kind,
        e.TransferAccepted.kind,
        e.StageEntered.kind,
        e.Refused.kind,
    }
)
# Growing, and three days in all: a server that is down over a weekend is no reason to give up.
RETRIES: Final = tuple(timedelta(minutes=m) for m in (1, 4, 15, 40, 60, 120, 240, 480, 720, 720, 960, 960))
# What the community side decided or ended: those who were not there read of it in the letter of the week.
_TO_KNOW = frozenset(
    {e.ProposalApproved.kind, e.ProposalDeferred.kind, e.ProposalRefused.kind, e.FindingClosed.kind}
)
_LONGEST_HOLIDAY: Final = 14  # days; after that a letter goes whatever day it is
LEASE: Final = timedelta(minutes=5)  # longer than a server may take over one batch


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTo:
    """To whom a notice goes: a post, a role of the community side, or a person (neither).

    Of a stage: `owed_by` is who owes what it is about, and `addresses` whom the stage itself is addressed to.
    """

    post: bool = False
    role: str | None = None
    owed_by: Party | None = None
    addresses: str | None = None


def pace(kind: str, severity: Severity | None, to: ToldTo) -> Pace:
    """How soon is this told? What puts people in danger or stops the engine at once; what asks for something, and what a
    post is told, within the day; what the community side has only to know in the letter of the week.
    """
    critical = severity is Severity.CRITICAL
    if is_to_know(kind, to):
        return Pace.DAILY if critical else Pace.WEEKLY
    return Pace.AT_ONCE if kind in _URGENT or (critical and kind in _URGENT_WHEN_CRITICAL) else Pace.DAILY


def is_to_know(kind: str, to: ToldTo) -> bool:
    """Is nothing asked of those who are told? A post is always asked to take note: its dates and its name are in it."""
    if to.post:
        return False
    if kind == e.StageEntered.kind:
        # Whoever owes, and whom the stage addresses, is asked; and a coordinator hears that posts are vacant.
        return to.role not in {to.owed_by, to.addresses, Party.COORDINATOR}
    return kind in _TO_KNOW


def send_at(
    how: Pace, now: datetime, hours: Hours, works: Callable[[date], bool] = lambda _day: True
) -> datetime:
    """The first moment at which a letter may leave: now or after the quiet hours, or at the hour of letters of a day on which the programme `works`."""
    local = now.astimezone(ZoneInfo(hours.timezone))
    if how is Pace.AT_ONCE:
        if not hours.is_quiet(local.hour):
            return now
        return _at(local, hours.quiet_until, later=local.hour >= hours.quiet_until)
    at = _at(local, hours.letter_at, later=local.hour >= hours.letter_at)
    for _ in range(_LONGEST_HOLIDAY):
        if works(at.astimezone(ZoneInfo(hours.timezone)).date()):
            break
        at = _at(at.astimezone(ZoneInfo(hours.timezone)), hours.letter_at, later=True)
    return at


def retry_at(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many attempts; None when it is time to say that it cannot be delivered."""
    return now + RETRIES[attempts - 1] if attempts <= len(RETRIES) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """How that which a notice tells of stands now. `stage` is the obligation's; None where there is none.

    `proposed`: the action stands as it was proposed then, and nobody has answered yet.
    """

    finding: FindingStatus | None = None
    obligation: ObligationState | None = None
    stage: int | None = None
    proposed: bool = False


# What asks the other side to accept a proposed action.
PROPOSALS: Final = frozenset({e.ActionProposed.kind, e.ActionChanged.kind})
_RUNNING = (ObligationState.RUNNING, ObligationState.AWAITING_DECISION)


def still_true(kind: str, stage: int | None, now: Situation) -> bool:
    """Is there still a reason to send it? What asks for something lapses with the asking; what happened stays true (R25)."""
    if kind == e.Reminded.kind:
        return now.finding is FindingStatus.OPEN and now.obligation in _RUNNING
    if kind in {e.StageEntered.kind, e.StageProposed.kind}:
        gone = now.obligation in {ObligationState.MET, ObligationState.VOID}
        return now.finding is FindingStatus.OPEN and not gone and (now.stage or 0) <= (stage or 0)
    if kind in {e.FindingOpened.kind, e.DutyBearerNamed.kind, e.TransferAccepted.kind, e.DueMoved.kind}:
        return now.finding is FindingStatus.OPEN
    if kind in PROPOSALS:
        return now.finding is FindingStatus.OPEN and now.proposed
    return True


# What a letter's chronology tells: what was asked of the post, what it answered, and what followed. What one side does for
# itself (drafts, pictures, reviews, checks before a stage, how letters travel) is no part of it.
CHRONOLOGY: Final = frozenset(
    one.kind
    for one in (
        e.FindingOpened,
        e.FindingEdited,
        e.DutyBearerNamed,
        e.TransferProposed,
        e.TransferAccepted,
        e.TransferDeclined,
        e.Acknowledged,
        e.Refused,
        e.Replied,
        e.ActionProposed,
        e.ActionChanged,
        e.ActionAgreed,
        e.ActionImposed,
        e.ActionDropped,
        e.ExtensionAsked,
        e.ExtensionGranted,
        e.ExtensionRefused,
        e.ActionReported,
        e.ActionVerified,
        e.ObligationOpened,
        e.ObligationReturned,
        e.DueMoved,
        e.Paused,
        e.PauseEnded,
        e.Reminded,
        e.StageEntered,
        e.StageProposed,
        e.ProposalApproved,
        e.ProposalDeferred,
        e.ProposalRefused,
        e.FindingResolved,
        e.FindingClosed,
        e.FindingReopened,
    )
)


def in_chronology(kind: str, obligation: str | None) -> bool:
    """Does a letter to a post tell of this line? Of what the community side owes only what concerns the post."""
    if kind not in CHRONOLOGY:
        return False
    return obligation not in set(Kind) or OWED_BY[Kind(obligation)] is Party.DUTY_BEARER


def _at(local: datetime, hour: int, *, later: bool) -> datetime:
    day = local.date() + timedelta(days=1) if later else local.date()
    return datetime.combine(day, time(hour), local.tzinfo).astimezone(UTC)
