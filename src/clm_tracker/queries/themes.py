"""Which themes does the programme monitor now, and which did it once?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from clm_tracker.db import tables
from clm_tracker.db.units import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One version of a theme; `current` while findings may be logged under it."""

    id: UUID
    code: str
    name: str
    names: Mapping[str, str]
    version: int
    valid_from: date | None
    valid_to: date | None
    replaced_by: UUID | None
    current: bool


def themes(look: Reading, *, retired: bool = False) -> tuple[Theme, ...]:
    """The themes by code; those that are over only when asked for, since old findings keep them."""
    t = tables.ThemeRow
    today = look.rules.calendar.local_date(look.now)
    rows = look.session.scalars(
        select(t).where(t.programme_id == look.programme_id).order_by(t.code, t.version.desc())
    )
    found = (
        Theme(
            id=r.id,
            code=r.code,
            name=r.name,
            names=r.names,
            version=r.version,
            valid_from=r.valid_from,
            valid_to=r.valid_to,
            replaced_by=r.replaced_by,
            current=_is_current(r, today),
        )
        for r in rows
    )
    return tuple(theme for theme in found if retired or theme.current)


def _is_current(r: tables.ThemeRow, today: date) -> bool:
    begun = r.valid_from is None or r.valid_from <= today
    return begun and r.replaced_by is None and (r.valid_to is None or today <= r.valid_to)
