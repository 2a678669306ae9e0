"""What is known about one piece of evidence: who gave it, when it was captured, and what it is for? (R17, R18)"""

from dataclasses import dataclass
from uuid import UUID

from clm_tracker.db import load
from clm_tracker.db.units import Reading
from clm_tracker.domain.cases import Action, Case, Evidence
from clm_tracker.queries import timeline
from clm_tracker.queries.findings import around
from clm_tracker.queries.timeline import Entry


@dataclass(frozen=True, slots=True)
class EvidenceDetail:
    """One piece, the action it belongs to, by what name its giver is called, and its lines of the record."""

    case: Case
    evidence: Evidence
    action: Action | None
    given_by: str
    lines: tuple[Entry, ...]


def one(look: Reading, id: UUID) -> EvidenceDetail:
    """The evidence with this identifier. Raises NotFound where the actor may not see its finding."""
    case = load.case_of(look, "evidence", id, lock=False)
    e = case.evidence[id]
    rows = timeline.rows_of(look, case.finding.id, {id})
    return EvidenceDetail(
        case,
        e,
        case.actions.get(e.action_id) if e.action_id else None,
        around.of(look, case)[0].people.get(e.given_by, ""),
        tuple(timeline.entry(look, r) for r in reversed(rows)),
    )
