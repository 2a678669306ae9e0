"""Which area lies in which, which two could nobody tell apart, and where is a site?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from clm_tracker.domain import names, words
from clm_tracker.domain.names import folded
from clm_tracker.kernel.speech import _

AROUND: Final = 3  # areas around one that tell it from others


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A unit of the administrative tree. `path` lists the identifiers from the top: "/a/b/"; `names` are by language.

    One that is closed (`closed_on`, never a day to come) takes nothing new.
    """

    id: UUID
    parent_id: UUID | None
    level: str
    name: str
    path: str
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    code: str | None = None
    closed_on: date | None = None

    @property
    def said(self) -> str:
        """Its name in the language of the moment."""
        return names.said(self.name, self.names)

    @property
    def why_not(self) -> str | None:
        """Why nothing new is put into it; None when it takes what comes."""
        if self.closed_on is None:
            return None
        return _("{area} is closed since {day}; choose another area.").format(
            area=self.said, day=words.said(self.closed_on)
        )


@dataclass(frozen=True, slots=True)
class Called:
    """What an area is told from others by: the area it lies in, its level, its names in every language, its code."""

    parent_id: UUID | None
    level: str
    names: frozenset[str]
    code: str | None

    @classmethod
    def by(cls, parent_id: UUID | None, level: str, names: Iterable[str], code: str | None) -> "Called":
        """Two that read the same are the same (`names.folded`)."""
        return cls(parent_id, folded(level), frozenset(map(folded, names)), folded(code or "") or None)

    def like(self, other: "Called") -> bool:
        """Could nobody tell the two apart? Real lists have two of one name side by side, told apart by their codes."""
        return (
            (self.parent_id, self.level) == (other.parent_id, other.level)
            and not self.names.isdisjoint(other.names)
            and (self.code is None or other.code is None or self.code == other.code)
        )


class Beside:
    """Areas as they are called: who is like whom, and may one be called so from now on?"""

    def __init__(self, before: Mapping[UUID, Called]) -> None:
        """`before` are those that are here already."""
        self._before = before
        self._now: dict[UUID, Called] = {}
        self._named: dict[tuple[UUID | None, str, str], dict[UUID, None]] = {}
        for id, called in before.items():
            self.put(id, called)

    def put(self, id: UUID, called: Called) -> None:
        """The area is called so from now on."""
        self.drop(id)
        self._now[id] = called
        for name in called.names:
            self._named.setdefault((called.parent_id, called.level, name), {})[id] = None

    def drop(self, id: UUID) -> None:
        """The area is not there."""
        if (called := self._now.pop(id, None)) is not None:
            for name in called.names:
                del self._named[called.parent_id, called.level, name][id]

    def like(self, called: Called) -> list[UUID]:
        """The areas that nobody could tell from one that is called so."""
        found = {
            id: None
            for name in sorted(called.names)
            for id in self._named.get((called.parent_id, called.level, name), ())
        }
        return [id for id in found if called.like(self._now[id])]

    def why_not(self, id: UUID, name: str) -> str | None:
        """Why the area may not be called as it now is: another is like it, and was not before."""
        was, now = self._before.get(id), self._now[id]
        for other in self.like(now):
            then = self._before.get(other)
            if other != id and not (was and then and was.like(then)):
                return _(
                    "There is an area called {name} of this level here already. Two of one name need a code each, and not the same one."
                ).format(name=name)
        return None


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


def signs(area_id: UUID | None, areas: Mapping[UUID, Area]) -> tuple[str, ...]:
    """What tells the area from others of its name (decision 0018): its level, the areas around it, nearest first, its code."""
    around = [areas[a].said for a in upwards(area_id, areas)[1 : 1 + AROUND]]
    here = areas.get(area_id) if area_id else None
    level, code = (names.word(here.level), here.code or "") if here else ("", "")
    return (level, *around, *[""] * (AROUND - len(around)), code)


def lies_in(area_id: UUID | None, outer: frozenset[UUID], areas: Mapping[UUID, Area]) -> bool:
    """Is the area one of these, or inside one of them?"""
    return any(a in outer for a in upwards(area_id, areas))
