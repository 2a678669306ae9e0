"""What becomes of a foreign file: areas, sites, duty bearers or findings, all in one transaction? (decision 0004)"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, union_all

from clm_tracker.commands.intake.duty_bearers import post_references, site_references, take_duty_bearers
from clm_tracker.commands.intake.findings import take_findings, take_themes, themes
from clm_tracker.commands.intake.first import FirstRow, first_rows
from clm_tracker.commands.intake.places import area_references, take_areas, take_sites
from clm_tracker.commands.intake.work import Count, Progress, Work
from clm_tracker.db.tables import AreaRow, SiteRow
from clm_tracker.db.units import Store, Writing
from clm_tracker.domain.policy import Act, Actor
from clm_tracker.intake import mapping as mappings
from clm_tracker.intake.check import check
from clm_tracker.intake.files import RefusedRow, Table
from clm_tracker.intake.mapping import Bounds, FileMapping
from clm_tracker.intake.records import Import, Known
from clm_tracker.kernel.refusals import Refusal
from clm_tracker.kernel.speech import _

__all__ = ["PLAIN_SOURCE", "Count", "Progress", "Report", "for_kind", "plain", "run", "take_in"]

PLAIN_SOURCE = "files"  # the source of files whose columns are called as the fields are
_PLACED = 10  # so many places with a position say where a programme is
_AROUND = 1.0  # degrees


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one import did. `counts` are by kind: what the file holds, and what its columns imply."""

    kind: Import
    source: str
    counts: Mapping[str, Count]
    refused: tuple[RefusedRow, ...]
    warnings: tuple[str, ...]
    skipped: int
    unit: str  # what the number of a refused row counts: line, row or item
    first: tuple[FirstRow, ...] = ()  # of a file that is only looked at

    @property
    def done(self) -> bool:
        """Whether nothing was refused and something was there to take in."""
        asked = self.counts.get(self.kind.one, Count())
        return not self.refused and asked.imported + asked.changed + asked.unchanged > 0


class _OnlyTried(Exception):
    """Everything was done as it would be; now nothing of it is kept."""


def plain(kind: Import, columns: Iterable[str]) -> FileMapping:
    """The mapping of a file without one. Raises Refusal when a required column is missing."""
    return mappings.plain(kind, columns, PLAIN_SOURCE)


def for_kind(kind: Import, mapping: FileMapping, name: str) -> FileMapping:
    """The mapping, when it is for what was asked. Raises Refusal."""
    if mapping.kind is not kind:
        said = _("The mapping {name} is for {kind}, not for {wanted}.").format(
            name=name, kind=mapping.kind, wanted=kind
        )
        raise Refusal(
            "other_kind", _("{said} Run: clm-tracker import {kind}").format(said=said, kind=mapping.kind)
        )
    return mapping


def run(
    store: Store,
    found: Table,
    mapping: FileMapping,
    *,
    now: datetime,
    actor: Actor,
    programme_id: UUID,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Take in one file, whole or not at all; with `dry_run` the same is done and nothing of it is kept.

    Raises NotAllowed for all but coordinators, and Refusal when the file as a whole cannot be used.
    """
    report: Report | None = None
    try:
        with store.writing(now=now, actor=actor, programme_id=programme_id) as unit:
            report = take_in(unit, found, mapping, progress=progress, only_tried=dry_run)
            if dry_run:
                raise _OnlyTried  # noqa: TRY301 - what a unit raises is what undoes it
    except _OnlyTried:
        pass
    assert report is not None, "A unit that ends well has a report."
    return report


def take_in(
    unit: Writing,
    found: Table,
    mapping: FileMapping,
    *,
    progress: Progress | None = None,
    only_tried: bool = False,
) -> Report:
    """Take in one file within a unit: what is new, and what changed since it was last taken in, by source and identifier.

    Where that is `only_tried`, the report has the first rows as they became.
    """
    unit.require(Act.IMPORT)
    mapping = mapping.in_zone(ZoneInfo(unit.programme.timezone))
    batch = check(found, mapping, now=unit.now, known=_known(unit, mapping), bounds=_bounds(unit))
    work = Work(unit, batch, progress or _silent)
    take_areas(work)
    take_sites(work)
    take_duty_bearers(work)
    if batch.kind is Import.FINDINGS:
        take_themes(work)
        take_findings(work, mapping.dates.zone or ZoneInfo("UTC"))
    return Report(
        kind=batch.kind,
        source=batch.source,
        counts=work.counts,
        refused=tuple(sorted((*batch.refused, *work.refused), key=lambda one: one.line)),
        warnings=batch.warnings,
        skipped=batch.skipped,
        unit=batch.unit,
        first=first_rows(work) if only_tried else (),
    )


def _known(unit: Writing, mapping: FileMapping) -> Known:
    """What the file may refer to without holding it."""
    return Known(
        areas=frozenset(area_references(unit, mapping.source)),
        sites=frozenset(site_references(unit, mapping.source)),
        duty_bearers=frozenset(post_references(unit, mapping.source)),
        themes=frozenset(themes(unit)),
    )


def _bounds(unit: Writing) -> Bounds | None:
    """The box of the places the programme has, and a little around; None while it has few."""
    points = union_all(
        *(
            select(table.latitude.label("lat"), table.longitude.label("long")).where(
                table.programme_id == unit.programme_id,
                table.latitude.is_not(None),
                table.longitude.is_not(None),
            )
            for table in (AreaRow, SiteRow)
        )
    ).subquery()
    lat, long = points.c.lat, points.c.long
    row = unit.session.execute(
        select(func.count(), func.min(lat), func.min(long), func.max(lat), func.max(long)).select_from(points)
    ).one()
    placed, south, west, north, east = row
    if placed < _PLACED:
        return None
    return Bounds(south - _AROUND, west - _AROUND, north + _AROUND, east + _AROUND)


def _silent(what: str, done: int, of: int) -> None:
    del what, done, of
