"""Which words do people read where the program keeps a state, a kind or a choice?"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

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
    PauseReason,
    Purpose,
    Severity,
    Track,
    Verdict,
)
from clm_tracker.web.components import Option
from clm_tracker.web.words import _

E = TypeVar("E", bound=StrEnum)

STATUS: Mapping[FindingStatus, str] = {
    FindingStatus.DRAFT: _("Draft"),
    FindingStatus.OPEN: _("Open"),
    FindingStatus.RESOLVED: _("Resolved"),
    FindingStatus.CLOSED: _("Closed"),
}
CLOSED: Mapping[ClosedAs, str] = {
    ClosedAs.WITHDRAWN: _("Withdrawn"),
    ClosedAs.MERGED: _("Merged into an earlier finding"),
    ClosedAs.UNRESOLVABLE: _("Closed as unresolvable"),
}
SEVERITY: Mapping[Severity, str] = {
    Severity.CRITICAL: _("Critical"),
    Severity.HIGH: _("High"),
    Severity.STANDARD: _("Standard"),
    Severity.SYSTEMIC: _("Systemic"),
}
SEVERITY_EXAMPLES: Mapping[Severity, str] = {
    Severity.CRITICAL: _(
        "Somebody is in danger or turned away today: treatment refused, violence, a status disclosed."
    ),
    Severity.HIGH: _(
        "Health suffers within weeks: medicines run out, results do not arrive, a clinic stays shut."
    ),
    Severity.STANDARD: _("The service is worse than it should be: long waits, unkind words, small fees."),
    Severity.SYSTEMIC: _("The same in many places, so a policy, a budget or a plan has to change."),
}
DIMENSION: Mapping[Dimension, str] = {
    Dimension.AVAILABILITY: _("Availability"),
    Dimension.ACCESSIBILITY: _("Accessibility"),
    Dimension.ACCEPTABILITY: _("Acceptability"),
    Dimension.AFFORDABILITY: _("Affordability"),
    Dimension.QUALITY: _("Quality"),
}
DIMENSION_EXAMPLES: Mapping[Dimension, str] = {
    Dimension.AVAILABILITY: _("It is not there: no medicine, no staff, no test."),
    Dimension.ACCESSIBILITY: _("It is there but cannot be reached: too far, wrong hours, no papers."),
    Dimension.ACCEPTABILITY: _("People are not treated with respect, or not in private."),
    Dimension.AFFORDABILITY: _("It costs what people cannot pay."),
    Dimension.QUALITY: _("It is given, but not well enough to help."),
}
TRACK: Mapping[Track, str] = {
    Track.INDIVIDUAL: _("Individual case"),
    Track.SYSTEMIC: _("Systemic finding"),
}
KIND: Mapping[Kind, str] = {
    Kind.ROUTE: _("Name the duty bearer"),
    Kind.ACKNOWLEDGE: _("Say that it was received"),
    Kind.AGREE: _("Agree what will be done, and by when"),
    Kind.ACT: _("A corrective action"),
    Kind.VERIFY: _("Check that it is fixed"),
    Kind.DECIDE: _("Decide about a stage"),
    Kind.TELL_COMMUNITY: _("Tell the community what came of it"),
    Kind.SUSTAIN: _("Check that it is still fixed"),
    Kind.REVIEW: _("Review"),
}
OBLIGATION: Mapping[ObligationState, str] = {
    ObligationState.RUNNING: _("Running"),
    ObligationState.PAUSED: _("Paused"),
    ObligationState.SUSPENDED: _("Stands still while the community checks"),
    ObligationState.AWAITING_DECISION: _("Waits for the committee"),
    ObligationState.MET: _("Met"),
    ObligationState.VOID: _("No longer asked for"),
}
ACTION: Mapping[ActionState, str] = {
    ActionState.PROPOSED: _("Proposed, not agreed yet"),
    ActionState.AGREED: _("Agreed"),
    ActionState.REPORTED: _("Reported done, not verified yet"),
    ActionState.VERIFIED: _("Verified"),
    ActionState.DROPPED: _("Dropped"),
}
NOTICE: Mapping[NoticeState, str] = {
    NoticeState.WAITING: _("Waiting to be sent"),
    NoticeState.SENT: _("Sent"),
    NoticeState.LAPSED: _("Not sent: no longer true"),
}
AGREEMENT: Mapping[Agreement, str] = {
    Agreement.PROPOSED_ONLY: _("Proposed only"),
    Agreement.AGREED: _("Agreed by both sides"),
    Agreement.IMPOSED: _("Set without agreement"),
}
WHERE: Mapping[AgreedWhere, str] = {
    AgreedWhere.MEETING: _("In a meeting"),
    AgreedWhere.LETTER: _("By letter"),
    AgreedWhere.CALL: _("By telephone"),
    AgreedWhere.HERE: _("Here"),
}
VERDICT: Mapping[Verdict, str] = {
    Verdict.FIXED: _("Fixed"),
    Verdict.PARTLY: _("Partly fixed"),
    Verdict.NOT_FIXED: _("Not fixed"),
}
PAUSE: Mapping[PauseReason, str] = {
    PauseReason.SAFETY: _("Safety: somebody could be harmed"),
    PauseReason.WAITING_FOR_US: _("Waiting for the community side"),
    PauseReason.FORCE_MAJEURE: _("Beyond anybody's power: flood, strike, unrest"),
    PauseReason.AGREED: _("Agreed by both sides"),
}
PURPOSE: Mapping[Purpose, str] = {
    Purpose.PROBLEM: _("The problem"),
    Purpose.COMPLETION: _("What was done"),
    Purpose.VERIFICATION: _("The community's own check"),
    Purpose.RESOLUTION: _("That it is resolved"),
    Purpose.REPLY: _("The duty bearer's reply"),
}
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
