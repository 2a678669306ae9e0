"""How do the posts of a file, and the people who hold them, become rows?"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from clm_tracker.commands import links
from clm_tracker.commands.intake.places import SITE, area_references
from clm_tracker.commands.intake.work import Row, Wanted, Work, references, rows_of, without_loops
from clm_tracker.db import changes
from clm_tracker.db.base import table_of
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import DutyBearerRow, HolderRow, SiteRow
from clm_tracker.db.units import Writing
from clm_tracker.domain.policy import Act
from clm_tracker.intake.records import DutyBearerRecord
from clm_tracker.kernel.sayings import saying
from clm_tracker.kernel.speech import _

DUTY_BEARER = "duty_bearer"
_POSTS, _HOLDERS = table_of(DutyBearerRow), table_of(HolderRow)
_COLUMN = {"area": "area_id", "site": "site_id", "superior": "superior_id"}


def site_references(unit: Writing, source: str) -> dict[str, UUID]:
    """What a file of this source may call the sites of this programme."""
    codes = unit.session.execute(
        select(SiteRow.code, SiteRow.id).where(SiteRow.programme_id == unit.programme_id)
    )
    return references(unit, SITE, source, [(row.code, row.id) for row in codes])


def site_areas(unit: Writing) -> dict[UUID, UUID | None]:
    """The area of each site of the programme."""
    rows = unit.session.execute(
        select(SiteRow.id, SiteRow.area_id).where(SiteRow.programme_id == unit.programme_id)
    )
    return {row.id: row.area_id for row in rows}


def post_references(unit: Writing, source: str) -> dict[str, UUID]:
    """What a file of this source may call the posts of this programme."""
    return references(unit, DUTY_BEARER, source)


def take_duty_bearers(work: Work) -> None:
    """Posts, superiors first, and who holds them from today where the file names somebody else than before."""
    records = work.batch.duty_bearers
    if not records:
        return
    known, posts = work.known(DUTY_BEARER), post_references(work.unit, work.batch.source)
    areas, sites = (
        area_references(work.unit, work.batch.source),
        site_references(work.unit, work.batch.source),
    )
    lying = site_areas(work.unit)
    above = _superiors(work)
    ids: dict[str, UUID] = {}
    moved: dict[UUID, UUID | None] = {}
    for record in records:
        seen = known.get(record.source_id)
        ids[record.source_id] = posts[record.source_id] = id = seen[0] if seen else new_id()
        if seen is None or "superior" in work.changed(DUTY_BEARER, record):
            moved[id] = posts[record.superior] if record.superior else None
    final, back = without_loops(above, moved)
    before = _called(work, [seen[0] for seen in known.values()])
    wanted, appointed, gone = [], [], set[UUID]()
    for record in records:
        id, seen, changed = (
            ids[record.source_id],
            known.get(record.source_id),
            work.changed(DUTY_BEARER, record),
        )
        if seen and not changed:
            work.count(DUTY_BEARER).unchanged += 1
            continue
        site = sites[record.site] if record.site else None
        values: dict[str, Any] = {
            "title": record.title,
            "titles": dict(record.titles),
            "institution": record.institution,
            "institutions": dict(record.institutions),
            "level": record.level,
            "area_id": lying[site] if site else areas[record.area] if record.area else None,
            "site_id": site,
            "superior_id": final[id],
        }
        if seen:
            values = _differing(values, changed, before[id])
        over = id in before and (before[id]["to_on"] or work.unit.today) < work.unit.today
        if no := _why_not(work, record, values, loops=id in back, gone=final[id] in gone, over=over):
            work.refuse(record, *no)
            gone |= set() if seen else {id}
            continue
        wanted.append(Wanted(record, id, record.title, values, new=seen is None))
        if record.holder and changed & {"holder", "holder_email", "holder_phone"}:
            appointed.append((record, id))
    work.save(DUTY_BEARER, _POSTS, wanted)
    _appoint(work, appointed)


def _differing(values: Mapping[str, Any], changed: frozenset[str], before: Row) -> dict[str, Any]:
    """The columns of a known post that changed at the source."""
    kept = {_COLUMN.get(name, name) for name in changed} | ({"area_id"} if "site" in changed else set())
    found = {column: value for column, value in values.items() if column in kept}
    for column in {"titles", "institutions"} & found.keys():
        found[column] = {**before[column], **found[column]}  # what people added here stays
    return found


def _why_not(
    work: Work, record: DutyBearerRecord, values: Mapping[str, Any], *, loops: bool, gone: bool, over: bool
) -> tuple[str, str, str] | None:
    """The field, the reason and the text found, when the post cannot be as the file wants it."""
    if loops:
        reason = _("This post would stand above itself: it stands above the superior already.")
        return "superior", reason, record.superior or ""
    if gone:
        reason = _("The row of its {name} was refused.").format(name="superior")
        return "superior", reason, record.superior or ""
    if not over and (why := work.unit.rules.why_not_into(values.get("area_id"))):
        return ("site" if record.site else "area"), why, record.site or record.area or ""
    return None


def _appoint(work: Work, appointed: list[tuple[DutyBearerRecord, UUID]]) -> None:
    """Whoever held these posts did so until yesterday; the people whom the file names hold them from today."""
    today = work.unit.today
    before = _holding(work)
    ended: list[Row] = []
    new: list[Row] = []
    lines: list[changes.SetUp] = []
    for record, post in appointed:
        person = {
            "name": record.holder,
            "email": record.holder_email or None,
            "phone": record.holder_phone or None,
        }
        old = before.get(post)
        if old and (old["name"] == record.holder or old["from_on"] >= today):
            # The same person with other addresses, or somebody who never held it for a whole day.
            ended.append({**old, **person})
        else:
            if old:
                ended.append({**old, "to_on": today - timedelta(days=1)})
            person |= {"person_id": None}
            new.append({"id": new_id(), "duty_bearer_id": post, **person, "from_on": today, "to_on": None})
        if not old or old["name"] != record.holder:
            what = saying(
                "put {person} in the post {post}, as {source} says",
                person=record.holder,
                post=record.title,
                source=work.batch.source,
            )
            was = {"holder": old["name"]} if old else {}
            lines.append(
                changes.SetUp(DUTY_BEARER, post, what, was, {"holder": record.holder, "from_on": today})
            )
        else:
            what = saying(
                "changed the addresses of {person}, as {source} says",
                person=record.holder,
                source=work.batch.source,
            )
            lines.append(changes.SetUp(DUTY_BEARER, post, what, {}, {"holder": record.holder}))
    work.update(_HOLDERS, ended)
    last_on = today - timedelta(days=1)
    links.end_of_holding(work.unit, [old["id"] for old in ended if old["to_on"] == last_on], last_on)
    work.insert("holder", _HOLDERS, new)
    held = rows_of(work.unit, _POSTS, [post for _record, post in appointed])
    work.update(_POSTS, [{**row, "version": row["version"] + 1} for row in held.values()])
    changes.record_many(work.unit, Act.IMPORT, lines)


def _superiors(work: Work) -> dict[UUID, UUID | None]:
    rows = work.unit.session.execute(
        select(DutyBearerRow.id, DutyBearerRow.superior_id).where(
            DutyBearerRow.programme_id == work.unit.programme_id
        )
    )
    return {row.id: row.superior_id for row in rows}


def _called(work: Work, ids: list[UUID]) -> dict[UUID, Row]:
    """What these posts are called in each language."""
    return rows_of(work.unit, _POSTS, ids)


def _holding(work: Work) -> dict[UUID, Row]:
    """Who holds each post today."""
    today = work.unit.today
    rows = work.unit.session.execute(
        select(_HOLDERS)
        .join(_POSTS, _POSTS.c.id == _HOLDERS.c.duty_bearer_id)
        .where(_POSTS.c.programme_id == work.unit.programme_id, _HOLDERS.c.from_on <= today)
        .where(or_(_HOLDERS.c.to_on.is_(None), _HOLDERS.c.to_on >= today))
        .order_by(_HOLDERS.c.from_on, _HOLDERS.c.id)
    )
    return {row["duty_bearer_id"]: dict(row) for row in rows.mappings()}
