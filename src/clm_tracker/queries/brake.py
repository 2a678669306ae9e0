"""What does the brake hold, why, and who let the last ones go? (R31)"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from clm_tracker.db import tables
from clm_tracker.db.units import Reading

_B = tables.BrakeRow


@dataclass(frozen=True, slots=True)
class Set:
    """A brake that is set: since when and why, and how many steps of how many running obligations it held then."""

    since: datetime
    reason: str
    held: int
    running: int


@dataclass(frozen=True, slots=True)
class Released:
    """The last one that was released: by whom, when and why."""

    at: datetime
    by: str
    reason: str
    held: int


def now_set(look: Reading) -> Set | None:
    """The brake that holds stages at present."""
    row = look.session.execute(
        select(_B.set_at, _B.reason, _B.held, _B.running).where(
            _B.programme_id == look.programme_id, _B.released_at.is_(None)
        )
    ).one_or_none()
    return None if row is None else Set(row.set_at, row.reason, row.held, row.running)


def last_released(look: Reading) -> Released | None:
    """The release before; None when there never was one."""
    person = tables.PersonRow
    row = look.session.execute(
        select(_B.released_at, _B.release_reason, _B.held, person.name)
        .outerjoin(person, person.id == _B.released_by)
        .where(_B.programme_id == look.programme_id, _B.released_at.is_not(None))
        .order_by(_B.released_at.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    assert row.released_at is not None
    return Released(row.released_at, row.name or "", row.release_reason or "", row.held)
