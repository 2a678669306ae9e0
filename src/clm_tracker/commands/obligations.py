"""How do people stop and start a clock, and climb early? (R16, R28)"""

from datetime import datetime
from uuid import UUID

from clm_tracker.commands import holding
from clm_tracker.db import load
from clm_tracker.db.units import Writing
from clm_tracker.domain import obligations as law
from clm_tracker.domain.cases import Case, Obligation
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import PauseReason


def pause(
    unit: Writing,
    obligation_id: UUID,
    *,
    reason: PauseReason,
    until: datetime | None = None,
    note: str = "",
) -> Obligation:
    """Stop a clock until a moment; a safety freeze has no end until somebody lifts it (R16)."""
    case, owed = _take(unit, Act.PAUSE, obligation_id)
    story = law.pause(case, owed, reason, until, note, unit.rules, unit.now)
    return holding.put(unit, Act.PAUSE, case, story).obligations[obligation_id]


def resume(unit: Writing, obligation_id: UUID) -> Obligation:
    """Start a paused clock again; the working time it had left is kept (R16)."""
    case, owed = _take(unit, Act.RESUME, obligation_id)
    story = law.resume(case, owed, unit.rules, unit.now)
    return holding.put(unit, Act.RESUME, case, story).obligations[obligation_id]


def escalate(unit: Writing, obligation_id: UUID, *, from_stage: int, reason: str) -> Obligation:
    """Climb to the next stage early; `from_stage` is the stage the person saw (R28)."""
    case, owed = _take(unit, Act.ESCALATE, obligation_id)
    story = law.escalate(case, owed, from_stage, reason, unit.rules, unit.now)
    return holding.put(unit, Act.ESCALATE, case, story).obligations[obligation_id]


def _take(unit: Writing, act: Act, obligation_id: UUID) -> tuple[Case, Obligation]:
    case = load.case_of(unit, "obligation", obligation_id)
    unit.require(act, case)
    return case, law.get(case, obligation_id)
