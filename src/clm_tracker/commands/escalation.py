"""How does the committee decide about a stage, and who lets held stages go? (R26, R27, R31)"""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from clm_tracker.commands import holding
from clm_tracker.db import changes, load
from clm_tracker.db.tables import BrakeRow
from clm_tracker.db.units import Writing
from clm_tracker.domain import events
from clm_tracker.domain import proposals as law
from clm_tracker.domain.cases import Case, Proposal
from clm_tracker.domain.names import must_say
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import NotNow
from clm_tracker.kernel.speech import _


def approve(unit: Writing, proposal_id: UUID) -> Proposal:
    """Approve a stage; with the last approval it needs it is entered (R26, R27)."""
    case, proposal = _take(unit, Act.DECIDE_STAGE, proposal_id)
    story = law.approve(case, proposal, unit.actor.id, unit.rules, unit.now)
    return holding.put(unit, Act.DECIDE_STAGE, case, story).proposals[proposal_id]


def defer(unit: Writing, proposal_id: UUID, *, until: date, reason: str) -> Proposal:
    """Decide on a stated day instead, with a reason (R26)."""
    case, proposal = _take(unit, Act.DECIDE_STAGE, proposal_id)
    story = law.defer(case, proposal, until, reason, unit.rules, unit.now)
    return holding.put(unit, Act.DECIDE_STAGE, case, story).proposals[proposal_id]


def refuse(unit: Writing, proposal_id: UUID, *, reason: str) -> Proposal:
    """Do not enter the stage now; it is proposed again after its wait (R26)."""
    case, proposal = _take(unit, Act.DECIDE_STAGE, proposal_id)
    story = law.refuse(case, proposal, reason, unit.rules, unit.now)
    return holding.put(unit, Act.DECIDE_STAGE, case, story).proposals[proposal_id]


def check_risk(unit: Writing, proposal_id: UUID, *, who: str, how: str, last_word: str) -> Proposal:
    """Who could be harmed, can it be said with totals or behind closed doors, who has the last word (R27)."""
    case, proposal = _take(unit, Act.CHECK_RISK, proposal_id)
    story = law.check_risk(case, proposal, unit.actor.id, who, how, last_word, unit.now)
    return holding.put(unit, Act.CHECK_RISK, case, story).proposals[proposal_id]


def release_brake(unit: Writing, *, reason: str) -> int:
    """Let the stages go that a backlog holds, after looking at the list; how many there were (R31)."""
    unit.require(Act.RELEASE_BRAKE)
    must_say("reason", reason, _("Say why the held stages may go on."))
    brake = unit.session.scalar(
        select(BrakeRow)
        .where(BrakeRow.programme_id == unit.programme_id, BrakeRow.released_at.is_(None))
        .with_for_update()
    )
    if brake is None:
        raise NotNow("no_brake", _("No stages are held at present."))
    brake.released_at, brake.released_by, brake.release_reason = unit.now, unit.actor.id, reason
    unit.session.flush()
    changes.announce(unit, Act.RELEASE_BRAKE, events.BrakeReleased(brake.held, reason), "brake", brake.id)
    return brake.held


def _take(unit: Writing, act: Act, proposal_id: UUID) -> tuple[Case, Proposal]:
    case = load.case_of(unit, "proposal", proposal_id)
    unit.require(act, case)
    return case, law.get(case, proposal_id)
