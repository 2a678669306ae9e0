"""Which themes does the programme monitor now, and which did it once?"""

from dataclasses import dataclass, fields

from clm_tracker.db.units import Reading
from clm_tracker.domain import rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme(rules.Theme):
    """One version of a theme; `current` while findings may be logged under it."""

    current: bool


def themes(look: Reading, *, retired: bool = False) -> tuple[Theme, ...]:
    """The themes by code; those that are over only when asked for, since old findings keep them."""
    found = (
        Theme(**{f.name: getattr(one, f.name) for f in fields(one)}, current=one.current_on(look.today))
        for one in look.rules.themes
    )
    return tuple(theme for theme in found if retired or theme.current)
