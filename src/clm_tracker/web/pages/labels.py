"""Which words do people read where the program keeps a state, a kind or a choice?"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from clm_tracker.domain.cases import Graded, said_severity
from clm_tracker.domain.words import (
    ActionState,
    AgreedWhere,
    Agreement,
    ClosedAs,
    Dimension,
    FindingStatus,
    Kind,
    NoticeState,
    ObligationState,
    Party,
    PauseReason,
    Purpose,
    Severity,
    Track,
    Verdict,
)
from clm_tracker.web.components import Option
from clm_tracker.web.words import N_, Labels, _

E = TypeVar("E", bound=StrEnum)

STATUS: Mapping[FindingStatus, str] = Labels(
    {
        FindingStatus.DRAFT: N_("Draft"),
        FindingStatus.OPEN: N_("Open"),
        FindingStatus.RESOLVED: N_("Resolved"),
        FindingStatus.CLOSED: N_("Closed"),
    }
)
CLOSED: Mapping[ClosedAs, str] = Labels(
    {
        ClosedAs.WITHDRAWN: N_("Withdrawn"),
        ClosedAs.MERGED: N_("Merged into an earlier finding"),
        ClosedAs.UNRESOLVABLE: N_("Closed as unresolvable"),
    }
)
SEVERITY: Mapping[Severity, str] = Labels(
    {
        Severity.CRITICAL: N_("Critical"),
        Severity.HIGH: N_("High"),
        Severity.STANDARD: N_("Standard"),
        Severity.SYSTEMIC: N_("Systemic"),
    }
)
SEVERITY_EXAMPLES: Mapping[Severity, str] = Labels(
    {
        Severity.CRITICAL: N_(
            "Somebody is in danger or turned away today: treatment refused, violence, a status disclosed."
        ),
        Severity.HIGH: N_(
            "Health suffers within weeks: medicines run out, results do not arrive, a clinic stays shut."
        ),
        Severity.STANDARD: N_(
            "The service is worse than it should be: long waits, unkind words, small fees."
        ),
        Severity.SYSTEMIC: N_("The same in many places, so a policy, a budget or a plan has to change."),
    }
)
DIMENSION: Mapping[Dimension, str] = Labels(
    {
        Dimension.AVAILABILITY: N_("Availability"),
        Dimension.ACCESSIBILITY: N_("Accessibility"),
        Dimension.ACCEPTABILITY: N_("Acceptability"),
        Dimension.AFFORDABILITY: N_("Affordability"),
        Dimension.QUALITY: N_("Quality"),
    }
)
DIMENSION_EXAMPLES: Mapping[Dimension, str] = Labels(
    {
        Dimension.AVAILABILITY: N_("It is not there: no medicine, no staff, no test."),
        Dimension.ACCESSIBILITY: N_("It is there but cannot be reached: too far, wrong hours, no papers."),
        Dimension.ACCEPTABILITY: N_("People are not treated with respect, or not in private."),
        Dimension.AFFORDABILITY: N_("It costs what people cannot pay."),
        Dimension.QUALITY: N_("It is given, but not well enough to help."),
    }
)
TRACK: Mapping[Track, str] = Labels(
    {
        Track.INDIVIDUAL: N_("Individual case"),
        Track.SYSTEMIC: N_("Systemic finding"),
    }
)
KIND: Mapping[Kind, str] = Labels(
    {
        Kind.ROUTE: N_("Name the duty bearer"),
        Kind.ACKNOWLEDGE: N_("Say that it was received"),
        Kind.AGREE: N_("Agree what will be done, and by when"),
        Kind.ACT: N_("A corrective action"),
        Kind.VERIFY: N_("Check that it is fixed"),
        Kind.DECIDE: N_("Decide about a stage"),
        Kind.TELL_COMMUNITY: N_("Tell the community what came of it"),
        Kind.SUSTAIN: N_("Check that it is still fixed"),
        Kind.REVIEW: N_("Review"),
    }
)
PARTY: Mapping[Party, str] = Labels(
    {
        Party.DUTY_BEARER: N_("The duty bearer"),
        Party.ADVOCATES: N_("The advocates"),
        Party.COMMITTEE: N_("The steering committee"),
        Party.COORDINATOR: N_("The coordinator"),
    }
)
OBLIGATION: Mapping[ObligationState, str] = Labels(
    {
        ObligationState.RUNNING: N_("Running"),
        ObligationState.PAUSED: N_("Paused"),
        ObligationState.SUSPENDED: N_("Stands still while the community checks"),
        ObligationState.AWAITING_DECISION: N_("Waits for the committee"),
        ObligationState.MET: N_("Met"),
        ObligationState.VOID: N_("No longer asked for"),
    }
)
ACTION: Mapping[ActionState, str] = Labels(
    {
        ActionState.PROPOSED: N_("Proposed, not agreed yet"),
        ActionState.AGREED: N_("Agreed"),
        ActionState.REPORTED: N_("Reported done, not verified yet"),
        ActionState.VERIFIED: N_("Verified"),
        ActionState.DROPPED: N_("Dropped"),
    }
)
NOTICE: Mapping[NoticeState, str] = Labels(
    {
        NoticeState.WAITING: N_("Waiting to be sent"),
        NoticeState.SENT: N_("Sent"),
        NoticeState.LAPSED: N_("Not sent: no longer true"),
        NoticeState.WEEKLY: N_("In the letter of the week"),
    }
)
AGREEMENT: Mapping[Agreement, str] = Labels(
    {
        Agreement.PROPOSED_ONLY: N_("Proposed only"),
        Agreement.AGREED: N_("Agreed by both sides"),
        Agreement.IMPOSED: N_("Set without agreement"),
    }
)
WHERE: Mapping[AgreedWhere, str] = Labels(
    {
        AgreedWhere.MEETING: N_("In a meeting"),
        AgreedWhere.LETTER: N_("By letter"),
        AgreedWhere.CALL: N_("By telephone"),
        AgreedWhere.HERE: N_("Here"),
    }
)
VERDICT: Mapping[Verdict, str] = Labels(
    {
        Verdict.FIXED: N_("Fixed"),
        Verdict.PARTLY: N_("Partly fixed"),
        Verdict.NOT_FIXED: N_("Not fixed"),
    }
)
PAUSE: Mapping[PauseReason, str] = Labels(
    {
        PauseReason.SAFETY: N_("Safety: somebody could be harmed"),
        PauseReason.WAITING_FOR_US: N_("Waiting for the community side"),
        PauseReason.FORCE_MAJEURE: N_("Beyond anybody's power: flood, strike, unrest"),
        PauseReason.AGREED: N_("Agreed by both sides"),
    }
)
PURPOSE: Mapping[Purpose, str] = Labels(
    {
        Purpose.PROBLEM: N_("The problem"),
        Purpose.COMPLETION: N_("What was done"),
        Purpose.VERIFICATION: N_("The community's own check"),
        Purpose.RESOLUTION: N_("That it is resolved"),
        Purpose.REPLY: N_("The duty bearer's reply"),
        Purpose.LETTER: N_("A signed letter"),
    }
)
LANGUAGES: Mapping[str, str] = {"en": "English", "km": "ភាសាខ្មែរ"}


def options(
    labels: Mapping[E, str],
    *,
    of: Iterable[E] | None = None,
    hints: Mapping[E, str] | None = None,
    chosen: E | None = None,
) -> tuple[Option, ...]:
    """The choices in their order; `hints` stand under a choice as its example."""
    return tuple(
        Option(str(one), labels[one], hints.get(one) if hints else None, chosen=one is chosen)
        for one in (of if of is not None else labels)
    )


def severity(of: Graded) -> str:
    """How serious it is; of a draft, perhaps that nobody said so yet."""
    said = said_severity(of)
    return SEVERITY[said] if said else _("Severity not chosen yet")
