"""Which areas, sites and posts have this in their name?

What is typed is found in the folded names of places, kept with them by everything that names a place. A finding is found
by the terms of them: their names are few beside the findings and seldom change, so one process keeps their terms under the programme's version,
as it keeps the rules (`db.rules`).
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain
from threading import Lock
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Uuid, bindparam, column, select, table, update
from sqlalchemy.orm import Session

from clm_tracker.db.base import PLAIN_JSON
from clm_tracker.db.tables import AreaRow, ProgrammeRow, SiteRow
from clm_tracker.domain.names import folded
from clm_tracker.domain.rules import Rules
from clm_tracker.kernel import grams
from clm_tracker.kernel.grams import Term

FEW = (
    20  # of those that share a word more than this, only the ones count that have most of the other words too
)
MOST = 100  # when still more than this are left, the word names nothing
INSIDE = 1_000  # areas that may lie inside the ones named
# Named here and not taken from the code's tables: a migration comes by when those may have other columns.
_PLACES = {
    "area": table(
        "areas", column("id", Uuid()), column("name"), column("names", PLAIN_JSON), column("folded")
    ),
    "site": table(
        "sites", column("id", Uuid()), column("name"), column("names", PLAIN_JSON), column("folded")
    ),
}
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Names:
    """The terms of each name, with what has it; of an area also the others inside it.

    All terms are one text, a line for each name, in which each begins at its place: among 20,000 names one is found there in
    a fraction of a millisecond, name by name it took three.
    """

    text: str
    begins: tuple[int, ...]
    ids: tuple[UUID, ...]
    inside: dict[UUID, tuple[UUID, ...]]

    @classmethod
    def of(cls, named: Iterable[tuple[str, UUID]], inside: Mapping[UUID, Iterable[UUID]]) -> "Names":
        """Of what has which terms, and the areas inside each area."""
        known = tuple(named)
        lines = [f" {kept} \n" for kept, _id in known]
        begins = tuple(accumulate(map(len, lines), initial=0))
        return cls(
            "".join(lines),
            begins,
            tuple(id for _kept, id in known),
            {id: tuple(areas) for id, areas in inside.items()},
        )

    def having(self, asked: Sequence[Term]) -> list[frozenset[UUID]]:
        """For each term: what has it in its name, or lies in an area that has.

        What too many share (a "District" of two hundred) is told apart by the other terms, else it names nothing.
        """
        named = [set(self._with(term.spaced)) for term in asked]
        weight = Counter(chain.from_iterable(named))
        return [self._with_inside(_the_best(ids, weight)) for ids in named]

    def _with(self, terms: str) -> Iterator[UUID]:
        at = self.text.find(terms)
        while at >= 0:
            n = bisect_right(self.begins, at)
            yield self.ids[n - 1]
            at = self.text.find(terms, self.begins[n])

    def _with_inside(self, ids: set[UUID]) -> frozenset[UUID]:
        found = frozenset(chain.from_iterable(self.inside.get(id, (id,)) for id in ids))
        return found if len(found) <= INSIDE else frozenset()


def _the_best(ids: set[UUID], weight: Mapping[UUID, int]) -> set[UUID]:
    if len(ids) <= FEW:
        return ids
    most = max(weight[id] for id in ids)
    best = {id for id in ids if weight[id] == most}
    return best if len(best) <= MOST else set()


@dataclass(slots=True)
class KeptNames:
    """The names of each programme as one process last read them."""

    _found: dict[UUID, tuple[int, Names]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, programme: ProgrammeRow, read: Callable[[], Names]) -> Names:
        """The names at this version of the programme, `read` when it is not the one kept."""
        found = self._found.get(programme.id)
        if found is None or found[0] != programme.version:
            found = (programme.version, read())
            with self._lock:
                self._found[programme.id] = found
        return found[1]


def load(session: Session, programme_id: UUID, rules: Rules) -> Names:
    """The names as they stand now, in every language they are known in."""
    inside: dict[UUID, list[UUID]] = {}
    for area in rules.areas.values():
        for outer in area.path.strip("/").split("/"):
            inside.setdefault(UUID(outer), []).append(area.id)
    named = ((grams.kept(*names), id) for id, names in _named(session, programme_id, rules))
    return Names.of(named, inside)


def keep_folded(connection: Connection, kind: str, ids: Sequence[UUID]) -> None:
    """Keep all names of these areas ("area") or sites ("site") as what is typed is compared with them, one a line."""
    places = _PLACES[kind]
    for start in range(0, len(ids), _BATCH):
        some = places.c.id.in_(ids[start : start + _BATCH])
        _fold(
            connection,
            kind,
            connection.execute(select(places.c.id, places.c.name, places.c.names).where(some)),
        )


def fold_all(connection: Connection) -> None:
    """The same for every place there is."""
    for kind, places in _PLACES.items():
        _fold(connection, kind, connection.execute(select(places.c.id, places.c.name, places.c.names)))


def _fold(connection: Connection, kind: str, rows: Iterable[Any]) -> None:
    given = [
        {"at_id": id, "new_folded": "\n".join(dict.fromkeys(map(folded, (name, *names.values()))))}
        for id, name, names in rows
    ]
    if given:
        places = _PLACES[kind]
        at = update(places).where(places.c.id == bindparam("at_id"))
        connection.execute(at.values(folded=bindparam("new_folded")), given)


def _named(session: Session, programme_id: UUID, rules: Rules) -> Iterator[tuple[UUID, tuple[str, ...]]]:
    for row in (AreaRow, SiteRow):
        of = session.execute(select(row.id, row.name, row.names).where(row.programme_id == programme_id))
        yield from ((r.id, (r.name, *map(str, r.names.values()))) for r in of)
    for post in rules.posts.values():
        yield post.id, (post.title, post.institution, *post.titles.values(), *post.institutions.values())
