"""Which views of the list did this person save, and which were put up for everybody?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select

from clm_tracker.db.tables import ViewRow
from clm_tracker.db.units import Reading
from clm_tracker.domain import names
from clm_tracker.kernel.refusals import NotFound

# On every list, so it is put together once.
SAVED = (
    select(
        ViewRow.id,
        ViewRow.name,
        ViewRow.names,
        ViewRow.query,
        ViewRow.person_id,
        ViewRow.position,
        ViewRow.version,
    )
    .where(ViewRow.programme_id == bindparam("of"))
    .where(or_(ViewRow.person_id.is_(None), ViewRow.person_id == bindparam("me")))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A view: its name and the filters of an address; `shared` by everybody."""

    id: UUID
    name: str
    names: Mapping[str, str]
    query: str
    shared: bool
    version: int

    @property
    def said(self) -> str:
        """Its name in the language of the moment."""
        return names.said(self.name, self.names)


def given(look: Reading) -> dict[str, object]:
    """What `SAVED` is asked with."""
    return {"of": look.programme_id, "me": look.actor.id}


def saved(look: Reading, found: Iterable[Any] | None = None) -> tuple[Saved, ...]:
    """The shared views in their order, then this person's own; asked for where they were not `found` with something else."""
    if found is None:
        found = look.session.execute(SAVED, given(look)).all()
    views = [
        Saved(
            id=r.id, name=r.name, names=r.names, query=r.query, shared=r.person_id is None, version=r.version
        )
        for r in sorted(found, key=attrgetter("position", "id"))
    ]
    return tuple(sorted(views, key=lambda v: not v.shared))


def one(look: Reading, view_id: UUID) -> Saved:
    """One of them. Raises NotFound for any other, and for another person's own."""
    for view in saved(look):
        if view.id == view_id:
            return view
    raise NotFound("view")
