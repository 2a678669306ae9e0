"""What happens to a finding before somebody looks at it? Told by commands."""

from datetime import timedelta
from uuid import UUID

from clm_tracker.commands import actions, findings
from clm_tracker.domain.words import Verdict
from clm_tracker.kernel.clock import FixedClock
from tests.cast import Cast


def agree(cast: Cast, clock: FixedClock, ref: str, *, days: int = 10) -> UUID:
    """Sophea proposes an action and Dara accepts it."""
    due_on = clock.now().date() + timedelta(days=days)
    with cast.writing("Sophea", clock.now()) as unit:
        action = actions.propose(unit, ref, what="Order reagents", due_on=due_on)
    with cast.writing("Dara", clock.now()) as unit:
        actions.accept(unit, action.id)
    return action.id


def report(cast: Cast, clock: FixedClock, action_id: UUID) -> None:
    """Sophea says that it is done."""
    with cast.writing("Sophea", clock.now()) as unit:
        actions.report_done(unit, action_id, note="They came")


def verify(cast: Cast, clock: FixedClock, action_id: UUID) -> None:
    """Dara has seen that it is."""
    with cast.writing("Dara", clock.now()) as unit:
        actions.verify(
            unit, action_id, verdict=Verdict.FIXED, note="Seen", statement="Results are handed out"
        )


def resolve(cast: Cast, clock: FixedClock, ref: str) -> None:
    """From the first answer to the second person's confirmation, all on one day."""
    action_id = agree(cast, clock, ref)
    report(cast, clock, action_id)
    verify(cast, clock, action_id)
    for by in ("Dara", "Sokha"):
        with cast.writing(by, clock.now()) as unit:
            findings.resolve(unit, ref, note="Works again")
