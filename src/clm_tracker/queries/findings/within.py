"""Which findings lie in an area or in one inside it?"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select

from clm_tracker.db import tables
from clm_tracker.db.units import Reading
from clm_tracker.kernel.refusals import invalid
from clm_tracker.kernel.speech import _

_F = tables.FindingRow


@dataclass(frozen=True, slots=True)
class Within:
    """In an area or in one inside it; with the `path` of all that lie inside, unless there are none."""

    programme_id: UUID
    area: UUID
    path: str | None

    @classmethod
    def of(cls, look: Reading, area: UUID) -> "Within":
        """As the areas lie now. Raises Invalid for one that is not there."""
        outer = look.rules.areas.get(area)
        if outer is None:
            raise invalid("area", _("There is no such area in this programme."))
        alone = sum(one.path.startswith(outer.path) for one in look.rules.areas.values()) == 1
        return cls(look.programme_id, area, None if alone else outer.path)

    @property
    def condition(self) -> ColumnElement[bool]:
        """Of findings; of one area it is read from its index in the order of the list."""
        if self.path is None:
            return _F.area_id == self.area
        areas = tables.AreaRow
        inner = select(areas.id).where(
            areas.programme_id == self.programme_id, areas.path.startswith(self.path)
        )
        return _F.area_id.in_(inner)


def inside(look: Reading, area: UUID) -> ColumnElement[bool]:
    """In the area or in one inside it. Raises Invalid for an area that is not there."""
    return Within.of(look, area).condition
