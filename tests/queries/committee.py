"""How does a stage come before the committee? Told by commands."""

from uuid import UUID

from clm_tracker.commands import escalation, obligations
from clm_tracker.db import load
from clm_tracker.domain.words import ProposalState, Severity
from clm_tracker.kernel.clock import FixedClock
from tests.cast import Cast


def proposed(
    cast: Cast, clock: FixedClock, stage: int = 5, *, title: str = "Nobody answers", by: str = "Dara"
) -> tuple[str, UUID]:
    """A finding of this advocate, pushed up until this stage waits for the committee; its reference and the proposal."""
    ref = cast.open_finding(clock.now(), by=by, title=title, severity=Severity.CRITICAL).ref
    waiting: UUID | None = None
    with cast.reading("Sokha", clock.now()) as look:
        owed = load.case(look, ref, lock=False).live()[0].id
    for below in range(stage):
        if waiting is not None:
            with cast.writing("Bopha", clock.now()) as unit:
                escalation.approve(unit, waiting)
        with cast.writing(by, clock.now()) as unit:
            obligations.escalate(unit, owed, from_stage=below, reason="People are waiting")
        with cast.reading("Sokha", clock.now()) as look:
            found = load.case(look, ref, lock=False).proposals.values()
        waiting = next((p.id for p in found if p.state is ProposalState.WAITING), None)
    assert waiting is not None
    return ref, waiting
