"""Which themes does the programme monitor now, and which did it once?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from clm_tracker.db.units import Reading
from clm_tracker.domain import names


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

    @property
    def said(self) -> str:
        """Its name in the language of the moment."""
        return names.said(self.name, self.names)


def themes(look: Reading, *, retired: bool = False) -> tuple[Theme, ...]:
    """The themes by code; those that are over only when asked for, since old findings keep them."""
    found = (
        Theme(
            id=one.id,
            code=one.code,
            name=one.name,
            names=one.names,
            version=one.version,
            valid_from=one.valid_from,
            valid_to=one.valid_to,
            replaced_by=one.replaced_by,
            current=one.current_on(look.today),
        )
        for one in look.rules.themes
    )
    return tuple(theme for theme in found if retired or theme.current)
