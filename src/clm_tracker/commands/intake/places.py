"""How do areas and sites of a file become rows: new, changed, or those that were here under the same name?"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clm_tracker.commands.intake.work import Row, Wanted, Work, references, without_loops
from clm_tracker.db.base import table_of
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import AreaRow, SiteRow, path_below
from clm_tracker.db.units import Writing
from clm_tracker.intake.records import AreaRecord, SiteRecord
from clm_tracker.kernel.speech import _

AREA, SITE = "area", "site"
_AREAS, _SITES = table_of(AreaRow), table_of(SiteRow)


def area_references(unit: Writing, source: str) -> dict[str, UUID]:
    """What a file of this source may call the areas of this programme."""
    codes = unit.session.execute(
        select(AreaRow.code, AreaRow.id).where(AreaRow.programme_id == unit.programme_id)
    )
    return references(unit, AREA, source, [(row.code, row.id) for row in codes])


def take_areas(work: Work) -> None:
    """Areas, those above first. One that is here under the same parent, level and name is that area."""
    records = work.batch.areas
    if not records:
        return
    here = _areas(work)
    known, targets = work.known(AREA), area_references(work.unit, work.batch.source)
    named = {(row["parent_id"], row["level"], name): id for id, row in here.items() for name in _names(row)}
    claimed = {target for target, _ in known.values()}
    ids: dict[str, UUID] = {}
    moved: dict[UUID, UUID | None] = {}
    for record in records:
        parent = targets[record.parent] if record.parent else None
        seen = known.get(record.source_id)
        same = (named.get((parent, record.level, name)) for name in record.names.values())
        found = seen[0] if seen else next((id for id in same if id and id not in claimed), None)
        ids[record.source_id] = targets[record.source_id] = id = found or new_id()
        claimed.add(id)
        if found is None or "parent" in work.changed(AREA, record):
            moved[id] = parent
    above = {id: row["parent_id"] for id, row in here.items()}
    final, back = without_loops(above, moved)
    paths = _paths(final)
    wanted = []
    for record in records:
        id = ids[record.source_id]
        if id in back:
            reason = _("This area would lie inside itself: the parent lies in it already.")
            work.refuse(record, "parent", reason, record.parent or "")
            continue
        row, changed = here.get(id), work.changed(AREA, record)
        if row is not None and not changed:
            work.count(AREA).unchanged += 1
            continue
        values = _area_values(record, row, final[id], paths[id], changed, known=record.source_id in known)
        name = next(iter(record.names.values()))
        wanted.append(Wanted(record, id, name, values, new=row is None))
    work.save(AREA, _AREAS, wanted)
    # What lies below an area that moved lies elsewhere now; its own ledger line is the area's.
    work.update(
        _AREAS, [{**row, "path": paths[id]} for id, row in _areas(work).items() if row["path"] != paths[id]]
    )


def take_sites(work: Work) -> None:
    """Sites, each in an area of the file or the programme."""
    records = work.batch.sites
    known, areas = work.known(SITE), area_references(work.unit, work.batch.source) if records else {}
    wanted = []
    for record in records:
        seen, changed = known.get(record.source_id), work.changed(SITE, record)
        if seen and not changed:
            work.count(SITE).unchanged += 1
            continue
        values = _site_values(work, record, areas, None if seen is None else changed)
        name = next(iter(record.names.values()))
        wanted.append(Wanted(record, seen[0] if seen else new_id(), name, values, new=seen is None))
    work.save(SITE, _SITES, wanted)


def _areas(work: Work) -> dict[UUID, Row]:
    rows = work.unit.session.execute(select(_AREAS).where(_AREAS.c.programme_id == work.unit.programme_id))
    return {row["id"]: dict(row) for row in rows.mappings()}


def _names(row: Mapping[str, Any]) -> set[str]:
    return {row["name"], *row["names"].values()}


def _area_values(
    record: AreaRecord,
    row: Row | None,
    parent: UUID | None,
    path: str,
    changed: frozenset[str],
    *,
    known: bool,
) -> dict[str, Any]:
    """The columns; of a known area those that changed; of one found here under its name those that were empty."""
    names = {**(row["names"] if row else {}), **record.names}
    values: dict[str, Any] = {
        "name": next(iter(record.names.values())),
        "names": names,
        "level": record.level,
        "code": record.code or None,
        "parent_id": parent,
        "path": path,
        "latitude": record.lat,
        "longitude": record.long,
    }
    if row is None:
        return values
    if not known:
        empty = {
            column: value for column, value in values.items() if row[column] is None or row[column] == ""
        }
        return empty | {"names": {**record.names, **row["names"]}}
    of = {
        "names": ("name", "names"),
        "parent": ("parent_id", "path"),
        "lat": ("latitude",),
        "long": ("longitude",),
    }
    kept = {column for one in changed for column in of.get(one, (one,))}
    return {column: value for column, value in values.items() if column in kept}


def _site_values(
    work: Work, record: SiteRecord, areas: Mapping[str, UUID], changed: frozenset[str] | None
) -> dict[str, Any]:
    """The columns; of a known site only those that changed."""
    values: dict[str, Any] = {
        "area_id": areas[record.area] if record.area else None,
        "name": next(iter(record.names.values())),
        "names": dict(record.names),
        "kind": record.kind,
        "level": record.level,
        "latitude": record.lat,
        "longitude": record.long,
        "code": record.code or None,
        # A list says that a site is closed, not since when: it is known to be closed from today.
        "closed_on": work.unit.today if record.closed else None,
    }
    if changed is None:
        return values
    of = {
        "names": ("name", "names"),
        "area": ("area_id",),
        "lat": ("latitude",),
        "long": ("longitude",),
        "closed": ("closed_on",),
    }
    kept = {column for one in changed for column in of.get(one, (one,))}
    return {column: value for column, value in values.items() if column in kept}


def _paths(above: Mapping[UUID, UUID | None]) -> dict[UUID, str]:
    """The path of every area, whatever its depth."""
    found: dict[UUID, str] = {}
    for start in above:
        waiting = [start]
        while waiting:
            id = waiting[-1]
            parent = above[id]
            if parent is None or parent in found:
                found[id] = path_below(found[parent] if parent else None, id)
                waiting.pop()
            else:
                waiting.append(parent)
    return found
