"""Does any evidence still refer to a stored file, while nobody else says that it does? (R17)"""

from sqlalchemy import exists, func, select

from clm_tracker.db.base import POSTGRESQL
from clm_tracker.db.tables import EvidenceRow, ProgrammeRow
from clm_tracker.db.units import Writing
from clm_tracker.domain.words import EvidenceKind


def hold(unit: Writing, digest: str) -> None:
    """Until the unit ends, nobody else attaches a file of this content or lets it go. SQLite has one writer anyway."""
    if unit.session.get_bind().dialect.name == POSTGRESQL:
        unit.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(digest, 0))))


def is_needed(unit: Writing, digest: str) -> bool:
    """Whether evidence of any programme refers to it that was not taken off again."""
    refers = exists().where(
        EvidenceRow.programme_id.in_(select(ProgrammeRow.id)),  # the index begins with it
        EvidenceRow.sha256 == digest,
        EvidenceRow.kind == EvidenceKind.FILE,
        EvidenceRow.taken_off_at.is_(None),
    )
    return bool(unit.session.scalar(select(refers)))
