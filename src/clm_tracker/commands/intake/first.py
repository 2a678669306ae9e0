"""What are the first rows of a file, as they would be taken in?"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from uuid import UUID

from sqlalchemy import Table

from clm_tracker.commands.intake.duty_bearers import site_references
from clm_tracker.commands.intake.findings import THEMES, themes
from clm_tracker.commands.intake.places import AREAS, SITES, area_references
from clm_tracker.commands.intake.work import Work, rows_of
from clm_tracker.domain.names import said, said_post
from clm_tracker.intake.records import AreaRecord, DutyBearerRecord, FindingRecord, Record, SiteRecord

FIRST = 5  # enough to see whether each column was taken for what it is


@dataclass(frozen=True, slots=True)
class FirstRow:
    """One row. `came` is the count that it is in; `says` what the list of its kind shows of it, by field."""

    came: str
    says: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Called:
    """What the things are called that these rows name, by the text that names them."""

    areas: Mapping[str, str]
    sites: Mapping[str, str]
    themes: Mapping[str, str]


def first_rows(work: Work) -> tuple[FirstRow, ...]:
    """The first of those that were not refused, in the order of the file. They name what is new as what was here."""
    batch, out = work.batch, {row.line for row in work.refused}
    lines = {key: line for key, line in batch.lines.items() if line not in out}
    records = nsmallest(
        FIRST, (r for r in batch.records if r.source_id in lines), key=lambda r: lines[r.source_id]
    )
    called = _Called(
        areas=_names(work, AREAS, area_references, (_area(r) for r in records)),
        sites=_names(work, SITES, site_references, (getattr(r, "site", None) for r in records)),
        themes=_names(
            work, THEMES, lambda unit, _source: themes(unit), (getattr(r, "theme", None) for r in records)
        ),
    )
    kind = batch.kind.one
    return tuple(FirstRow(work.came.get((kind, r.source_id), "unchanged"), _says(r, called)) for r in records)


def _area(record: Record) -> str | None:
    return record.parent if isinstance(record, AreaRecord) else record.area


def _names(
    work: Work,
    table: Table,
    references: Callable[..., Mapping[str, UUID]],
    texts: Iterable[str | None],
) -> dict[str, str]:
    wanted = {text for text in texts if text}
    if not wanted:
        return {}
    # A text that meant one thing before may mean two now: by the code of a row that this file brought.
    meant = {text: id for text, id in references(work.unit, work.batch.source).items() if text in wanted}
    rows = rows_of(work.unit, table, list(meant.values()))
    names = {text: said(rows[id]["name"], rows[id]["names"]) for text, id in meant.items()}
    return {text: names.get(text, text) for text in wanted}


def _says(record: Record, called: _Called) -> dict[str, str]:
    area = called.areas.get(_area(record) or "", "")
    match record:
        case AreaRecord():
            return {"name": _name(record.names), "level": record.level, "code": record.code, "parent": area}
        case SiteRecord():
            return {
                "name": _name(record.names),
                "area": area,
                "kind": record.kind,
                "level": record.level,
                "code": record.code,
                "closed": "closed" if record.closed else "",
            }
        case DutyBearerRecord():
            post = said_post(record.title, record.institution, record.titles, record.institutions)
            place = called.sites.get(record.site or "", area)
            return {"post": post, "place": place, "level": record.level, "holder": record.holder}
        case FindingRecord():
            return {
                "title": record.title,
                "place": called.sites.get(record.site or "", area),
                "observed_on": record.observed_on.isoformat(),
                "severity": record.severity,
                "theme": called.themes.get(record.theme, ""),
            }


def _name(names: Mapping[str, str]) -> str:
    return said(next(iter(names.values())), names)
