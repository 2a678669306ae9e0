"""Which words does the program use for states, kinds and parties? The glossary as types, the same in code, database and API."""

from datetime import date
from enum import StrEnum

from clm_tracker.kernel import cldr
from clm_tracker.kernel.speech import N_


class FindingStatus(StrEnum):
    """R1: anything finer is computed from obligations."""

    DRAFT = "draft"
    OPEN = "open"
    RESOLVED = "resolved"
    CLOSED = "closed"


class ClosedAs(StrEnum):
    """Why a finding was closed without being resolved (R1, R7)."""

    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    UNRESOLVABLE = "unresolvable"


class Severity(StrEnum):
    """R5: chooses the windows and the ladder."""

    CRITICAL = "critical"
    HIGH = "high"
    STANDARD = "standard"
    SYSTEMIC = "systemic"


class Track(StrEnum):
    """R6: counted apart, never mixed."""

    INDIVIDUAL = "individual"
    SYSTEMIC = "systemic"


class Dimension(StrEnum):
    """Which side of the right to health the problem is about."""

    AVAILABILITY = "availability"
    ACCESSIBILITY = "accessibility"
    ACCEPTABILITY = "acceptability"
    AFFORDABILITY = "affordability"
    QUALITY = "quality"


class Kind(StrEnum):
    """R9: what an obligation asks for."""

    ROUTE = "route"
    ACKNOWLEDGE = "acknowledge"
    AGREE = "agree"
    ACT = "act"
    VERIFY = "verify"
    DECIDE = "decide"
    TELL_COMMUNITY = "tell_community"
    SUSTAIN = "sustain"
    REVIEW = "review"


class Party(StrEnum):
    """Who owes an obligation; for `duty_bearer` the post is named beside it."""

    DUTY_BEARER = "duty_bearer"
    ADVOCATES = "advocates"
    COMMITTEE = "committee"
    COORDINATOR = "coordinator"


OWED_BY = {
    Kind.ROUTE: Party.COORDINATOR,
    Kind.ACKNOWLEDGE: Party.DUTY_BEARER,
    Kind.AGREE: Party.DUTY_BEARER,
    Kind.ACT: Party.DUTY_BEARER,
    Kind.VERIFY: Party.ADVOCATES,
    Kind.DECIDE: Party.COMMITTEE,
    Kind.TELL_COMMUNITY: Party.ADVOCATES,
    Kind.SUSTAIN: Party.ADVOCATES,
    Kind.REVIEW: Party.COMMITTEE,
}


class ObligationState(StrEnum):
    """Where an obligation stands; the first four are live."""

    RUNNING = "running"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    AWAITING_DECISION = "awaiting_decision"
    MET = "met"
    VOID = "void"


LIVE = frozenset(
    {
        ObligationState.RUNNING,
        ObligationState.PAUSED,
        ObligationState.SUSPENDED,
        ObligationState.AWAITING_DECISION,
    }
)
# An obligation that still presses on somebody, now or when its pause ends: what R2 asks an open finding to have.
PRESSING = frozenset({ObligationState.RUNNING, ObligationState.PAUSED})


class PauseReason(StrEnum):
    """R16: why a clock stands still."""

    SAFETY = "safety"
    WAITING_FOR_US = "waiting_for_us"
    FORCE_MAJEURE = "force_majeure"
    AGREED = "agreed"


class ActionState(StrEnum):
    """Where a corrective action stands."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    REPORTED = "reported"
    VERIFIED = "verified"
    DROPPED = "dropped"


class Agreement(StrEnum):
    """R14: how the action came about."""

    PROPOSED_ONLY = "proposed_only"
    AGREED = "agreed"
    IMPOSED = "imposed"


class AgreedWhere(StrEnum):
    """R14: where it was agreed."""

    MEETING = "meeting"
    LETTER = "letter"
    CALL = "call"
    HERE = "here"


class Verdict(StrEnum):
    """R17: what the community's own check found."""

    FIXED = "fixed"
    PARTLY = "partly"
    NOT_FIXED = "not_fixed"


class Side(StrEnum):
    """Who speaks: the community and its committee, or the post that owes."""

    COMMUNITY = "community"
    DUTY_BEARER = "duty_bearer"


class EvidenceKind(StrEnum):
    """What a piece of evidence is."""

    FILE = "file"
    LINK = "link"
    STATEMENT = "statement"


class Purpose(StrEnum):
    """What a piece of evidence is meant to show."""

    PROBLEM = "problem"
    COMPLETION = "completion"
    VERIFICATION = "verification"
    RESOLUTION = "resolution"
    REPLY = "reply"
    LETTER = "letter"  # the signed copy of a letter of a stage: it shows what was sent, and proves nothing


class ProposalState(StrEnum):
    """R26: a stage that waits for the committee."""

    WAITING = "waiting"
    DEFERRED = "deferred"
    APPROVED = "approved"
    REFUSED = "refused"
    SUPERSEDED = "superseded"


class NoticeState(StrEnum):
    """A notice waits, was sent, is told by the letter of the week, or lapsed because it is no longer true (R25, R45)."""

    WAITING = "waiting"
    SENT = "sent"
    LAPSED = "lapsed"
    WEEKLY = "weekly"


class Channel(StrEnum):
    """The way a letter goes to its reader."""

    MAIL = "mail"
    SMS = "sms"
    WEBHOOK = "webhook"
    INBOX = "inbox"  # read on the pages alone
    PRINT = "print"  # for whoever has no address


class LetterState(StrEnum):
    """A letter waits for its moment, was sent, lapsed because nothing in it was true any more, or cannot be delivered."""

    WAITING = "waiting"
    SENT = "sent"
    LAPSED = "lapsed"
    DEAD = "dead"


class Outcome(StrEnum):
    """What a server made of a letter: took it, may take it later, or never will."""

    SENT = "sent"
    LATER = "later"
    NEVER = "never"


class Effect(StrEnum):
    """What became of a message that came by mail."""

    FILED = "filed"  # an answer, which stands on the record now
    AUTOMATIC = "automatic"
    LIST = "list"
    EMPTY = "empty"
    BOUNCED = "bounced"  # a letter came back for good
    DELAYED = "delayed"  # a server still tries
    STRANGER = "stranger"  # an answer from an address that is not the reader's
    ENDED = "ended"  # an answer to an address that is no longer good
    REFUSED = "refused"  # forged
    NOT_FILED = "not_filed"  # an answer that could not be put on the record
    UNKNOWN = "unknown"  # to no address of ours
    DUPLICATE = "duplicate"  # seen before; nothing is kept of it


class Role(StrEnum):
    """R39, and the programme's own machinery as actors with a name."""

    ADVOCATE = "advocate"
    DUTY_BEARER = "duty_bearer"
    COMMITTEE = "committee"
    COORDINATOR = "coordinator"
    OBSERVER = "observer"
    ENGINE = "engine"


ROLE_NAMES = {
    Role.ADVOCATE: N_("advocate"),
    Role.DUTY_BEARER: N_("duty bearer"),
    Role.COMMITTEE: N_("committee member"),
    Role.COORDINATOR: N_("coordinator"),
    Role.OBSERVER: N_("observer"),
    Role.ENGINE: N_("engine"),
}
COMMUNITY_ROLES = frozenset({Role.ADVOCATE, Role.COMMITTEE, Role.COORDINATOR})


def said(day: date) -> str:
    """A day as a sentence says it: "Fri 16 October 2026"."""
    return cldr.dated(day)
