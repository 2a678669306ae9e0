"""Which views of the list did this person save, and which were put up for everybody?"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, or_, select

from clm_tracker.db.tables import ViewRow
from clm_tracker.db.units import Reading
from clm_tracker.kernel.refusals import NotFound

# On every list, so it is put together once.
_SAVED = (
    select(ViewRow.id, ViewRow.name, ViewRow.query, ViewRow.person_id, ViewRow.version)
    .where(ViewRow.programme_id == bindparam("of"))
    .where(or_(ViewRow.person_id.is_(None), ViewRow.person_id == bindparam("me")))
    .order_by(ViewRow.position, ViewRow.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A view: its name and the filters of an address; `shared` by everybody."""

    id: UUID
    name: str
    query: str
    shared: bool
    version: int


def saved(look: Reading) -> tuple[Saved, ...]:
    """The shared views in their order, then this person's own."""
    rows = look.session.execute(_SAVED, {"of": look.programme_id, "me": look.actor.id})
    views = [
        Saved(id=r.id, name=r.name, query=r.query, shared=r.person_id is None, version=r.version)
        for r in rows
    ]
    return tuple(sorted(views, key=lambda v: not v.shared))


def one(look: Reading, view_id: UUID) -> Saved:
    """One of them. Raises NotFound for any other, and for another person's own."""
    for view in saved(look):
        if view.id == view_id:
            return view
    raise NotFound("view")
