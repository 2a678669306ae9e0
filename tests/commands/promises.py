"""How far is a finding along? The steps that several tests begin with, made through commands."""

from datetime import date
from uuid import UUID

from clm_tracker.commands import actions, findings
from clm_tracker.db.units import Writing
from clm_tracker.domain.cases import Action
from clm_tracker.domain.words import Severity, Verdict
from clm_tracker.kernel.clock import FixedClock
from tests.cast import Cast

PROMISED = date(2026, 3, 20)


def proposed(cast: Cast, clock: FixedClock, *, severity: Severity = Severity.HIGH) -> tuple[str, UUID]:
    """A finding of Dara's at the health centre, and what Sophea proposed: its reference, the action."""
    ref = cast.open_finding(clock.now(), severity=severity).ref
    with cast.writing("Sophea", clock.now()) as unit:
        made = actions.propose(unit, ref, what="Courier on Tuesdays", due_on=PROMISED)
    return ref, made.id


def agreed(cast: Cast, clock: FixedClock, *, severity: Severity = Severity.HIGH) -> tuple[str, UUID]:
    """The same, accepted by Dara."""
    ref, action = proposed(cast, clock, severity=severity)
    with cast.writing("Dara", clock.now()) as unit:
        actions.accept(unit, action)
    return ref, action


def reported(cast: Cast, clock: FixedClock, *, severity: Severity = Severity.HIGH) -> tuple[str, UUID]:
    """The same, reported done by Sophea four days later."""
    ref, action = agreed(cast, clock, severity=severity)
    clock.advance(days=4)
    with cast.writing("Sophea", clock.now()) as unit:
        actions.report_done(unit, action, note="The courier comes on Tuesdays")
    return ref, action


def verified(cast: Cast, clock: FixedClock, *, severity: Severity = Severity.HIGH) -> tuple[str, UUID]:
    """The same, found fixed by Dara five days after."""
    ref, action = reported(cast, clock, severity=severity)
    clock.advance(days=5)
    with cast.writing("Dara", clock.now()) as unit:
        fixed(unit, action)
    return ref, action


def fixed(unit: Writing, action: UUID) -> Action:
    """The check that found it fixed, with what was seen."""
    return actions.verify(
        unit, action, verdict=Verdict.FIXED, note="Fixed", statement="Results of last week are there"
    )


def resolved(cast: Cast, clock: FixedClock, *, severity: Severity = Severity.HIGH) -> str:
    """A finding that Dara and Chan called resolved."""
    ref, _ = verified(cast, clock, severity=severity)
    for name in ("Dara", "Chan"):
        with cast.writing(name, clock.now()) as unit:
            findings.resolve(unit, ref, note="Results arrive within a week")
    return ref
