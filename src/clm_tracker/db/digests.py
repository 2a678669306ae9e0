"""Does any evidence still refer to a stored file, while nobody else says that it does? (R17)"""

from sqlalchemy import exists, select

from clm_tracker.db.tables import EvidenceRow, ProgrammeRow
from clm_tracker.db.units import Writing
from clm_tracker.domain.words import EvidenceKind


def is_needed(unit: Writing, digest: str) -> bool:
    """Whether evidence of any programme refers to it that was not taken off again."""
    refers = exists().where(
        EvidenceRow.programme_id.in_(select(ProgrammeRow.id)),  # the index begins with it
        EvidenceRow.sha256 == digest,
        EvidenceRow.kind == EvidenceKind.FILE,
        EvidenceRow.taken_off_at.is_(None),
    )
    return bool(unit.session.scalar(select(refers)))
