"""Does a whole file fit together: identifiers once, parents present, points in the right country?"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from clm_tracker.intake import rows
from clm_tracker.intake.files import RefusedRow, Table, table
from clm_tracker.intake.mapping import Bounds, FileMapping, columns_of
from clm_tracker.intake.records import (
    AreaRecord,
    Batch,
    DutyBearerRecord,
    FindingRecord,
    Import,
    Known,
    Record,
    SiteRecord,
)
from clm_tracker.kernel import cldr
from clm_tracker.kernel.speech import _

R = TypeVar("R", AreaRecord, SiteRecord, DutyBearerRecord, FindingRecord)
NOTHING = Known()
_NAMED = 10  # how many lines a warning names


def check(
    found: Table, mapping: FileMapping, *, now: datetime, known: Known = NOTHING, bounds: Bounds | None = None
) -> Batch:
    """The file as records, with every row that was refused and why.

    `known` are the source identifiers that the programme has already; `bounds` is the box of the places it has, for
    mappings that state none. Raises Refusal when columns are missing.
    """
    missing = mapping.columns() - set(found.columns)
    if missing:
        has = ", ".join(column for column in found.columns if column)
        raise table.unreadable(
            found.name,
            _("The mapping needs columns the file does not have: {columns}. It has {has}.").format(
                columns=", ".join(sorted(missing)), has=has
            ),
        )
    return _Check(mapping, known, now, mapping.bounds or bounds or Bounds()).batch(found)


@dataclass
class _Check:
    """What is gathered while the rows go by."""

    mapping: FileMapping
    known: Known
    now: datetime
    bounds: Bounds
    records: dict[str, Record] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    areas: dict[str, AreaRecord] = field(default_factory=dict)
    posts: dict[str, DutyBearerRecord] = field(default_factory=dict)
    refused: list[RefusedRow] = field(default_factory=list)
    refused_ids: set[str] = field(default_factory=set)
    points: dict[int, tuple[float, float]] = field(default_factory=dict)
    unlike: dict[str, int] = field(default_factory=dict)
    skipped: int = 0

    def batch(self, found: Table) -> Batch:
        for row in found:
            if isinstance(row, RefusedRow):
                self.refused.append(row)
            elif any(
                row.values.get(column, "").strip() in texts for column, texts in self.mapping.skip.items()
            ):
                self.skipped += 1
            else:
                self.take(row)
        self.sort_out()
        warnings = [
            *found.warnings,
            *self.columns_warnings(),
            *self.points_warnings(),
            *self.posts_warnings(),
        ]
        findings = tuple(self.of(FindingRecord).values())
        return Batch(
            kind=self.mapping.kind,
            source=self.mapping.source,
            areas=tuple({**self.areas, **self.of(AreaRecord)}.values()),
            sites=tuple(self.of(SiteRecord).values()),
            duty_bearers=tuple({**self.posts, **self.of(DutyBearerRecord)}.values()),
            themes=tuple(sorted({f.theme for f in findings if f.theme})) if self.mapping.new_themes else (),
            findings=findings,
            refused=tuple(sorted(self.refused, key=lambda one: one.line)),
            warnings=tuple(warnings),
            skipped=self.skipped,
            unit=found.unit,
            lines={key: line for key, line in self.lines.items() if key in self.records},
        )

    def take(self, row: table.Row) -> None:
        place = rows.point(row, self.mapping)
        if place:
            self.points[row.line] = place
        made = rows.make(row, self.mapping, self.now)
        if not isinstance(made, rows.Made):
            self.refused += made
            cell = self.mapping.cells["source_id"]
            self.refused_ids.add(", ".join(row.values.get(column, "").strip() for column in cell.columns))
            return
        record = made.record
        if found_at := self.lines.get(record.source_id):
            reason = _("This identifier stands on {found_at} already.").format(found_at=found_at)
            self.refused.append(RefusedRow(row.line, "source_id", reason, record.source_id))
            return
        self.lines[record.source_id] = row.line
        self.records[record.source_id] = record
        for area in made.areas:
            self.areas.setdefault(area.source_id, area)
        post = made.duty_bearer
        if post and self.posts.setdefault(post.source_id, post) != post:
            self.unlike.setdefault(post.source_id, row.line)

    def sort_out(self) -> None:
        """Leave the records that stand after every reference was looked up; those above come before those below."""
        own = self.mapping.kind
        if own is Import.AREAS:
            self.hang(AreaRecord, lambda area: area.parent, "parent", self.known.areas)
        self.look_up("area", {*self.areas, *self.of(AreaRecord), *self.known.areas})
        self.look_up("site", set(self.known.sites))
        self.look_up("duty_bearer", {*self.posts, *self.known.duty_bearers})
        if own is Import.FINDINGS and not self.mapping.new_themes:
            self.look_up("theme", set(self.known.themes))
        if own is Import.DUTY_BEARERS:
            self.hang(DutyBearerRecord, lambda post: post.superior, "superior", self.known.duty_bearers)

    def of(self, kind: type[R]) -> dict[str, R]:
        return {key: record for key, record in self.records.items() if isinstance(record, kind)}

    def look_up(self, name: str, there: set[str]) -> None:
        """Refuse the records whose field names something that is neither in the file nor in the programme."""
        for key, record in list(self.records.items()):
            wanted = getattr(record, name, None)
            if wanted and wanted not in there:
                self.drop(
                    key, name, _("There is no such {field}.").format(field=name.replace("_", " ")), wanted
                )

    def hang(self, kind: type[R], above: Callable[[R], str | None], name: str, known: frozenset[str]) -> None:
        """Put those above first; refuse what hangs on something missing or on itself."""
        waiting = self.of(kind)
        placed: dict[str, R] = {}
        ready = waiting
        while ready:
            ready = {
                key: record
                for key, record in waiting.items()
                if (up := above(record)) is None or up in placed or (up in known and up not in waiting)
            }
            placed |= ready
            waiting = {key: record for key, record in waiting.items() if key not in ready}
        for key, record in waiting.items():
            up = above(record)
            if up in waiting:
                reason = _("What is above it, by {name}, was refused or leads back to itself.").format(
                    name=name
                )
            elif up in self.refused_ids:
                reason = _("The row of its {name} was refused.").format(name=name)
            else:
                reason = _("There is no {up} in the file or the programme.").format(up=up)
            self.drop(key, name, reason, up or "")
        self.records = dict(placed)

    def drop(self, key: str, name: str, reason: str, value: str) -> None:
        self.refused.append(RefusedRow(self.lines[key], name, reason, value))
        self.refused_ids.add(key)
        del self.records[key]

    def columns_warnings(self) -> list[str]:
        """A column with another name than its field is not missed by anybody, who has not read the others' names."""
        if not self.mapping.unknown:
            return []
        needed, besides = columns_of(self.mapping.kind)
        return [
            _("These columns are not read: {columns}. The fields are called {fields}.").format(
                columns=", ".join(self.mapping.unknown), fields=", ".join((*needed, *besides))
            )
        ]

    def points_warnings(self) -> list[str]:
        """Points outside the box are left out of their records; most of them fitting when exchanged says why."""
        outside = {line: spot for line, spot in self.points.items() if not self.bounds.hold(*spot)}
        if not outside:
            return []
        exchanged = [line for line, (lat, long) in outside.items() if self.bounds.hold(long, lat)]
        for key, record in self.records.items():
            if isinstance(record, (AreaRecord, SiteRecord)) and self.lines[key] in outside:
                self.records[key] = replace(record, lat=None, long=None)
        box = self.bounds
        where = _("{south} to {north} north, {west} to {east} east").format(
            south=f"{box.south:g}", north=f"{box.north:g}", west=f"{box.west:g}", east=f"{box.east:g}"
        )
        if len(exchanged) * 2 > len(self.points):
            cure = (
                _('Take `swap = ["lat", "long"]` out of the mapping.')
                if self.mapping.swap
                else _('Add `swap = ["lat", "long"]` to the mapping.')
            )
            seen = _(
                "{outside} of {points} points lie outside {where}, and {exchanged} of them inside when latitude and longitude are exchanged."
            ).format(
                outside=cldr.number(len(outside)),
                points=cldr.number(len(self.points)),
                where=where,
                exchanged=cldr.number(len(exchanged)),
            )
            return [_("{seen} {cure} These points were left out.").format(seen=seen, cure=cure)]
        stand = {self.lines[key] for key in self.records}  # a row that is refused is told of already
        taken = sorted(outside.keys() & stand)
        at = ", ".join(map(str, taken[:_NAMED]))
        said = (
            _("Points outside {where} were left out, at {at} and {more} more.")
            if len(taken) > _NAMED
            else _("Points outside {where} were left out, at {at}.")
        )
        return [said.format(where=where, at=at, more=cldr.number(len(taken) - _NAMED))] if taken else []

    def posts_warnings(self) -> list[str]:
        return [
            _(
                "The duty bearer {key} is written in more than one way, first on {line}; the first way was taken."
            ).format(key=key, line=line)
            for key, line in self.unlike.items()
        ]
