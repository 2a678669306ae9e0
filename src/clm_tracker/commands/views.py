"""How does somebody save a view of the list for themselves, or a coordinator one for everybody? (decision 0013)"""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clm_tracker.commands import set_up
from clm_tracker.db import changes
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import ViewRow
from clm_tracker.db.units import Writing
from clm_tracker.domain.names import folded
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import NotFound, NotNow, Stale, invalid
from clm_tracker.kernel.sayings import Text, saying
from clm_tracker.kernel.speech import _

MOST, LONGEST_NAME, LONGEST_QUERY = 20, 60, 1_000


def save(
    unit: Writing,
    *,
    name: str,
    names: Mapping[str, str] | None = None,
    query: str,
    shared: bool = False,
    taken: Collection[str] = (),
) -> UUID:
    """Keep the filters of an address under a name, after those that are there; `taken` are names that no shared one has.

    `names` are by language.
    """
    _take_turn(unit, None if shared else unit.actor.id)
    called = set_up.called(name, names, most=LONGEST_NAME)
    if len(query) > LONGEST_QUERY:
        raise invalid("name", _("These filters are too long to be kept. Shorten the words of the search."))
    beside = _beside(unit, None if shared else unit.actor.id)
    if len(beside) >= MOST:
        raise NotNow("too_many", _("There are {n} views already. Remove one first.").format(n=len(beside)))
    row = ViewRow(
        id=new_id(),
        programme_id=unit.programme_id,
        person_id=None if shared else unit.actor.id,
        query=query,
        position=max((v.position for v in beside), default=0) + 1,
        created_at=unit.now,
        version=1,
        **called,
    )
    _check_free(called, beside, taken if shared else ())
    unit.session.add(row)
    what = saying("put up the view {name} for everybody", name=row.name)
    _record(unit, row, what, after={**called, "query": query})
    return row.id


def rename(
    unit: Writing,
    view_id: UUID,
    *,
    name: str,
    names: Mapping[str, str] | None = None,
    version: int,
    taken: Collection[str] = (),
) -> None:
    """Call a view something else; `names` and `taken` as in `save`. Raises Stale when it is no longer as it was seen."""
    row = _own(unit, view_id)
    _check_seen(row, version)
    called = set_up.called(name, names, most=LONGEST_NAME)
    before = {"name": row.name, "names": row.names}
    if called == before:
        return
    others = [v for v in _beside(unit, row.person_id) if v.id != view_id]
    _check_free(called, others, taken if row.person_id is None else ())
    row.name, row.names = called["name"], called["names"]
    row.version += 1
    if row.name == before["name"]:
        what = saying("changed the names of the view {name} in other languages", name=row.name)
    else:
        what = saying("renamed the view {before} to {name}", before=before["name"], name=row.name)
    _record(unit, row, what, before=before, after=called)


def move_up(unit: Writing, view_id: UUID) -> None:
    """Show a view one place further to the front; the first one stays."""
    row = _own(unit, view_id)
    beside = _beside(unit, row.person_id)
    at = [v.id for v in beside].index(view_id)
    if at == 0:
        raise NotNow("first", _("This view is the first already."))
    above, before = beside[at - 1], row.position
    row.position, above.position = above.position, row.position
    _record(
        unit,
        row,
        saying("moved the view {name} before {other}", name=row.name, other=above.name),
        before={"position": before},
        after={"position": row.position},
    )


def remove(unit: Writing, view_id: UUID, *, version: int | None = None) -> None:
    """The view is gone; the list it showed is still to be had at its address. Raises Stale as `rename` does (None: not asked)."""
    row = _own(unit, view_id)
    if version is not None:
        _check_seen(row, version)
    unit.session.delete(row)
    _record(
        unit,
        row,
        saying("removed the view {name}", name=row.name),
        before={"name": row.name, "names": row.names, "query": row.query},
    )


def _own(unit: Writing, view_id: UUID) -> ViewRow:
    """A view of one's own, or a shared one for whoever may change those. Another's own view is nobody else's to know."""
    row = unit.session.get(ViewRow, view_id)
    if row is None or row.programme_id != unit.programme_id or row.person_id not in {None, unit.actor.id}:
        raise NotFound("view")
    _take_turn(unit, row.person_id)
    # As it is now that it is our turn; somebody may have been first.
    row = unit.session.get(ViewRow, view_id, populate_existing=True)
    if row is None:
        raise NotFound("view")
    return row


def _check_seen(row: ViewRow, version: int) -> None:
    if row.version != version:
        raise Stale(_("Somebody changed this view in the meantime. Look at it again."), version=row.version)


def _take_turn(unit: Writing, person_id: UUID | None) -> None:
    """Wait until no other window of this person, or no other coordinator, changes the views beside this one."""
    unit.require(Act.OWN_ACCOUNT if person_id else Act.SET_UP)
    unit.take_turn()


def _beside(unit: Writing, person_id: UUID | None) -> list[ViewRow]:
    query = select(ViewRow).where(ViewRow.programme_id == unit.programme_id, ViewRow.person_id == person_id)
    return list(unit.session.scalars(query.order_by(ViewRow.position, ViewRow.id)))


def _check_free(called: Mapping[str, Any], beside: Collection[ViewRow], taken: Collection[str]) -> None:
    """Raises Invalid where another view is called so in any language: a row of them would say the same twice."""
    others = {folded(name) for v in beside for name in (v.name, *v.names.values())}
    others.update(map(folded, taken))
    for field, name in (("name", called["name"]), *((f"name_{t}", n) for t, n in called["names"].items())):
        if folded(name) in others:
            raise invalid(field, _("There is a view of this name already."))


def _record(
    unit: Writing,
    row: ViewRow,
    what: Text,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """A line for a shared view; of one's own only that there was a change, for what somebody looks at is theirs."""
    if row.person_id is None:
        set_up.put(unit, "view", row.id, what, before=before, after=after)
    else:
        changes.record(unit, Act.OWN_ACCOUNT, "view", row.id, saying("changed a view of their own"), {}, {})
