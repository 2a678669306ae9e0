"""What does the brake hold, why, and who let the last ones go? (R31)"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from clm_tracker.db import tables
from clm_tracker.db.units import Reading
from clm_tracker.kernel import sayings

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


def seen(look: Reading) -> tuple[Set | None, Released | None]:
    """The brake that holds stages at present, and the release before; None where there is none, or never was."""
    person = tables.PersonRow
    rows = look.session.execute(
        select(
            _B.set_at,
            _B.reason,
            _B.held,
            _B.running,
            _B.released_at,
            _B.release_reason,
            person.name,
        )
        .outerjoin(person, person.id == _B.released_by)
        .where(_B.programme_id == look.programme_id)
        .order_by(_B.released_at.is_(None).desc(), _B.released_at.desc())
        .limit(2)
    ).all()
    is_set = next(
        (
            Set(r.set_at, str(sayings.unpack(r.reason)), r.held, r.running)
            for r in rows
            if r.released_at is None
        ),
        None,
    )
    last = next(
        (
            Released(r.released_at, r.name or "", r.release_reason or "", r.held)
            for r in rows
            if r.released_at
        ),
        None,
    )
    return is_set, last
