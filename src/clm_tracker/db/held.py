"""What do two units never hold at once, though no row of theirs says so: the content of a file, somebody's address?"""

from sqlalchemy import func, select

from clm_tracker.db.base import POSTGRESQL
from clm_tracker.db.units import Writing


def hold(unit: Writing, word: str) -> None:
    """Until the unit ends, nobody else holds this word; who wants it waits. SQLite has one writer anyway."""
    if unit.dialect == POSTGRESQL:
        unit.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(word, 0))))
