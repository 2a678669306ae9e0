"""How do areas and sites of a file become rows: new, changed, or those that were here under the same name?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clm_tracker.commands.intake.work import Row, Wanted, Work, references, rows_of, without_loops
from clm_tracker.commands.places import bring_posts, called
from clm_tracker.db.base import table_of
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import AreaRow, SiteRow, path_below
from clm_tracker.db.units import Writing
from clm_tracker.domain.places import Beside, Called
from clm_tracker.domain.policy import Act
from clm_tracker.intake.records import AreaRecord, Import, SiteRecord
from clm_tracker.kernel.speech import _

AREA, SITE = "area", "site"
AREAS, SITES = table_of(AreaRow), table_of(SiteRow)


def area_references(unit: Writing, source: str) -> dict[str, UUID]:
    """What a file of this source may call the areas of this programme."""
    codes = unit.session.execute(
        select(AreaRow.code, AreaRow.id).where(AreaRow.programme_id == unit.programme_id)
    )
    return references(unit, AREA, source, [(row.code, row.id) for row in codes])


@dataclass(frozen=True, slots=True)
class _Plan:
    """One area as the file wants it. `row` is what is here, None for a new one."""

    record: AreaRecord
    id: UUID
    row: Row | None
    values: Mapping[str, Any]

    def called(self, parent_id: UUID | None) -> Called:
        return called({**(self.row or {}), **self.values, "parent_id": parent_id})


def take_areas(work: Work) -> None:
    """Areas, those above first. One that is here and like it is that area (`domain.places.Called.like`)."""
    if not work.batch.areas:
        return
    here = _areas(work)
    plans, final = _settled(work, here, _planned(work, here))
    paths = _paths(final)
    wanted = []
    for plan in plans:
        values = dict(plan.values)
        if "parent_id" in values:
            values["path"] = paths[plan.id]
        name = next(iter(plan.record.names.values()))
        wanted.append(Wanted(plan.record, plan.id, name, values, new=plan.row is None))
    work.save(AREA, AREAS, wanted)
    # What lies below an area that moved lies elsewhere now; its own ledger line is the area's.
    work.update(
        AREAS, [{**row, "path": paths[id]} for id, row in _areas(work).items() if row["path"] != paths[id]]
    )


def _planned(work: Work, here: Mapping[UUID, Row]) -> list[_Plan]:
    """What the file wants of each area that is new or differs."""
    known, targets = work.known(AREA), area_references(work.unit, work.batch.source)
    beside = Beside({id: called(row) for id, row in here.items()})
    implied = work.batch.kind is not Import.AREAS
    claimed = {target for target, _ in known.values()}
    plans, same = dict[UUID, _Plan](), list[tuple[AreaRecord, UUID]]()
    for record in work.batch.areas:
        parent = targets[record.parent] if record.parent else None
        seen, changed = known.get(record.source_id), work.changed(AREA, record)
        wants = Called.by(parent, record.level, record.names.values(), record.code)
        # Two rows of a list of areas are two areas; two ways of writing one in a list of sites are one.
        alike = (
            None if seen else next((id for id in beside.like(wants) if implied or id not in claimed), None)
        )
        id = targets[record.source_id] = seen[0] if seen else alike or new_id()
        claimed.add(id)
        row = here.get(id)
        if alike in plans:
            same.append((record, id))
        elif row is None or changed:
            values = _area_values(record, row, parent, changed, known=seen is not None)
            plans[id] = _Plan(record, id, row, values)
            if row is None:
                beside.put(id, wants)
            continue
        work.count(AREA).unchanged += 1
    work.remember(AREA, same)
    return list(plans.values())


def _settled(
    work: Work, here: Mapping[UUID, Row], plans: list[_Plan]
) -> tuple[list[_Plan], dict[UUID, UUID | None]]:
    """The plans that can be carried out all together, and what every area lies in then; the others are refused."""
    above = {id: row["parent_id"] for id, row in here.items()}
    before = {id: called(row) for id, row in here.items()}
    while True:
        moved = {plan.id: plan.values["parent_id"] for plan in plans if "parent_id" in plan.values}
        final, back = without_loops(above, moved)
        beside = Beside(before)
        for plan in plans:
            beside.put(plan.id, plan.called(final[plan.id]))
        kept = []
        for plan in reversed(plans):  # of two that are alike the first one stays
            if (no := _why_not(work, plan, final, back, beside)) is None:
                kept.append(plan)
                continue
            if work.batch.kind is Import.AREAS:
                work.refuse(plan.record, *no)
            else:  # the rows that need it are refused, each with its line
                work.left_out[plan.record.source_id] = no[1]
            beside.drop(plan.id)
            if plan.id in before:
                beside.put(plan.id, before[plan.id])
        if len(kept) == len(plans):
            return plans, final
        plans = kept[::-1]


def _why_not(
    work: Work, plan: _Plan, final: Mapping[UUID, UUID | None], back: set[UUID], beside: Beside
) -> tuple[str, str, str] | None:
    """The field, the reason and the text found, when the area cannot be as the file wants it."""
    record, row, parent = plan.record, plan.row, final[plan.id]
    above = record.parent or ""
    if plan.id in back:
        return "parent", _("This area would lie inside itself: the parent lies in it already."), above
    if parent is not None and parent not in final:
        reason = work.left_out.get(above) or _("The row of its {name} was refused.").format(name="parent")
        return "parent", reason, above
    comes = row is None or (row["parent_id"] != parent and row["closed_on"] is None)
    if comes and (why := work.unit.rules.why_not_into(parent)):
        return "parent", why, above
    name = next(iter(record.names.values()))
    if why := beside.why_not(plan.id, name):
        return "names", why, name
    return None


def take_sites(work: Work) -> None:
    """Sites, each in an area of the file or the programme; the posts of one that moved go with it."""
    records = work.batch.sites
    known, areas = work.known(SITE), area_references(work.unit, work.batch.source) if records else {}
    here = rows_of(work.unit, SITES, [id for id, _ in known.values()]) if records else {}
    posts = work.unit.rules.posts.values() if records else ()
    answered = {post.site_id for post in posts if not post.ended_before(work.unit.today)}
    wanted = []
    for record in records:
        seen, changed = known.get(record.source_id), work.changed(SITE, record)
        if seen and not changed:
            work.count(SITE).unchanged += 1
            continue
        if record.area in work.left_out:
            work.refuse(record, "area", work.left_out[record.area], record.area)
            continue
        values = _site_values(work, record, areas, None if seen is None else changed)
        becomes = {**(here[seen[0]] if seen else {}), **values}
        is_live = becomes["closed_on"] is None or (seen is not None and seen[0] in answered)
        if is_live and (why := work.unit.rules.why_not_into(becomes["area_id"])):
            work.refuse(record, "area", why, record.area or "")
            continue
        name = next(iter(record.names.values()))
        wanted.append(Wanted(record, seen[0] if seen else new_id(), name, values, new=seen is None))
    work.save(SITE, SITES, wanted)
    moved = {one.id: one.values["area_id"] for one in wanted if not one.new and "area_id" in one.values}
    bring_posts(work.unit, Act.IMPORT, moved)


def _areas(work: Work) -> dict[UUID, Row]:
    rows = work.unit.session.execute(select(AREAS).where(AREAS.c.programme_id == work.unit.programme_id))
    return {row["id"]: dict(row) for row in rows.mappings()}


def _area_values(
    record: AreaRecord,
    row: Row | None,
    parent: UUID | None,
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
        "parent": ("parent_id",),
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
