"""Which area lies in which, and where is a site?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from clm_tracker.domain import names


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A unit of the administrative tree. `path` lists the identifiers from the top: "/a/b/"; `names` are by language."""

    id: UUID
    parent_id: UUID | None
    level: str
    name: str
    path: str
    names: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def said(self) -> str:
        """Its name in the language of the moment."""
        return names.said(self.name, self.names)


def upwards(area_id: UUID | None, areas: Mapping[UUID, Area]) -> tuple[UUID, ...]:
    """The area and those around it, nearest first. Ends at a missing or repeated parent."""
    found: list[UUID] = []
    while area_id is not None and area_id in areas and area_id not in found:
        found.append(area_id)
        area_id = areas[area_id].parent_id
    return tuple(found)


def from_the_top(areas: Mapping[UUID, Area]) -> tuple[tuple[Area, int], ...]:
    """Each area with how deep it lies, beside the areas around it and by name."""
    chains = {a: upwards(a, areas) for a in areas}

    def order(area_id: UUID) -> tuple[str, ...]:
        return tuple(areas[a].name for a in reversed(chains[area_id]))

    return tuple((areas[a], len(chains[a]) - 1) for a in sorted(areas, key=order))


def lies_in(area_id: UUID | None, outer: frozenset[UUID], areas: Mapping[UUID, Area]) -> bool:
    """Is the area one of these, or inside one of them?"""
    return any(a in outer for a in upwards(area_id, areas))
