"""What of a foreign source is here already, what of it changed, and what does this import write?"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any
from uuid import UUID

from sqlalchemy import Table, bindparam, insert, select, update

from clm_tracker.db import changes
from clm_tracker.db.base import table_of
from clm_tracker.db.tables import SourceRow
from clm_tracker.db.typed import plain
from clm_tracker.db.units import Writing
from clm_tracker.domain.policy import Act
from clm_tracker.intake.files import RefusedRow
from clm_tracker.intake.records import Batch, Record
from clm_tracker.kernel.sayings import saying
from clm_tracker.kernel.speech import N_

CHUNK = 1_000  # rows in one statement; after each the progress moves
Progress = Callable[[str, int, int], None]  # what is written, how many of it, of how many
Row = dict[str, Any]
_SOURCES = table_of(SourceRow)
_DIGEST = 12  # hex digits that tell two texts of one field apart
_IMPORTED = {
    "area": N_("imported the area {name} from {source}"),
    "site": N_("imported the site {name} from {source}"),
    "duty_bearer": N_("imported the duty bearer {name} from {source}"),
}
_CHANGED = {
    "area": N_("changed the area {name} from {source}"),
    "site": N_("changed the site {name} from {source}"),
    "duty_bearer": N_("changed the duty bearer {name} from {source}"),
}


@dataclass(slots=True)
class Count:
    """How many records of one kind were new, changed, or as they were."""

    imported: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row of reference data as the file wants it. `values` holds only what the file gives or changes."""

    record: Record
    id: UUID
    name: str
    values: Mapping[str, Any]
    new: bool


@dataclass(slots=True)
class Work:
    """One import at work, in one unit."""

    unit: Writing
    batch: Batch
    progress: Progress
    counts: dict[str, Count] = field(default_factory=dict)
    refused: list[RefusedRow] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)  # areas that rows imply, and why not
    came: dict[tuple[str, str], str] = field(default_factory=dict)  # the count of each that is not unchanged
    _known: dict[str, dict[str, tuple[UUID, str]]] = field(default_factory=dict)

    def count(self, kind: str) -> Count:
        """The count of this kind."""
        return self.counts.setdefault(kind, Count())

    def refuse(self, record: Record, name: str, reason: str, value: str = "") -> None:
        """Leave a record out, for the report."""
        self.refused.append(RefusedRow(self.batch.lines.get(record.source_id, 0), name, reason, value[:200]))

    def known(self, kind: str) -> Mapping[str, tuple[UUID, str]]:
        """What this source's identifiers became here, and the digests of what it said then."""
        if kind not in self._known:
            rows = self.unit.session.execute(
                select(SourceRow.source_id, SourceRow.target_id, SourceRow.content_hash).where(
                    SourceRow.programme_id == self.unit.programme_id,
                    SourceRow.kind == kind,
                    SourceRow.source == self.batch.source,
                )
            )
            self._known[kind] = {row.source_id: (row.target_id, row.content_hash) for row in rows}
        return self._known[kind]

    def changed(self, kind: str, record: Record) -> frozenset[str]:
        """The fields that say something else than last time; of a new record all that say something."""
        before = self.known(kind).get(record.source_id)
        old, new = _parts(before[1]) if before else {}, digests(record)
        return frozenset(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))

    def said(self, kind: str, record: Record) -> frozenset[str]:
        """The fields that said something last time."""
        before = self.known(kind).get(record.source_id)
        return frozenset(_parts(before[1])) if before else frozenset()

    def save(self, kind: str, table: Table, wanted: Sequence[Wanted]) -> None:
        """Write rows of reference data with a ledger line for each that is new or differs.

        Raises AssertionError when nobody was cleared to import.
        """
        if not wanted:
            return
        count, lines = self.count(kind), []
        new, differing = [], []
        present = rows_of(self.unit, table, [one.id for one in wanted if not one.new])
        for one in wanted:
            at = kind, one.record.source_id
            if one.new:
                self.came[at] = "imported"
                values = dict(one.values)
                new.append({"id": one.id, "programme_id": self.unit.programme_id, **values})
                lines.append(self._line(_IMPORTED, kind, one, {}, values))
                continue
            row = present[one.id]
            after = {name: value for name, value in one.values.items() if row[name] != value}
            if after:
                before = {name: row[name] for name in after}
                version = {"version": row["version"] + 1} if "version" in row else {}
                differing.append({**row, **after, **version})
                lines.append(self._line(_CHANGED, kind, one, before, after))
                count.changed += 1
                self.came[at] = "changed"
            else:
                count.unchanged += 1
        count.imported += len(new)
        self.insert(kind, table, new)
        self.update(table, differing)
        changes.record_many(self.unit, Act.IMPORT, lines)
        self.remember(kind, [(one.record, one.id) for one in wanted])

    def _line(
        self,
        says: Mapping[str, str],
        kind: str,
        one: Wanted,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
    ) -> changes.SetUp:
        what = saying(says[kind], name=one.name, source=self.batch.source)
        return changes.SetUp(kind, one.id, what, before, after)

    def insert(self, what: str, table: Table, rows: Sequence[Row]) -> None:
        """New rows, a thousand at a time."""
        for start in range(0, len(rows), CHUNK):
            self.unit.session.execute(insert(table), list(rows[start : start + CHUNK]))
            self.progress(what, min(start + CHUNK, len(rows)), len(rows))

    def update(self, table: Table, rows: Sequence[Row]) -> None:
        """Whole rows, by their identifier."""
        if not rows:
            return
        columns = [name for name in rows[0] if name != "id"]
        statement = (
            update(table)
            .where(table.c.id == bindparam("at_id"))
            .values({name: bindparam(f"new_{name}") for name in columns})
        )
        values = [{"at_id": row["id"], **{f"new_{name}": row[name] for name in columns}} for row in rows]
        self.unit.session.connection().execute(statement, values)

    def remember(self, kind: str, taken: Iterable[tuple[Record, UUID]]) -> None:
        """What the source said of each record, so that the same again changes nothing."""
        common = {
            "programme_id": self.unit.programme_id,
            "kind": kind,
            "source": self.batch.source,
        }
        new, again = [], []
        for record, target in taken:
            said = " ".join(f"{name}={digest}" for name, digest in digests(record).items())
            before = self.known(kind).get(record.source_id)
            if before is None:
                new.append(
                    common
                    | {
                        "source_id": record.source_id,
                        "target_id": target,
                        "content_hash": said,
                        "imported_at": self.unit.now,
                    }
                )
            elif before[1] != said:
                again.append(
                    {"at_id": record.source_id, "new_content_hash": said, "new_imported_at": self.unit.now}
                )
        for start in range(0, len(new), CHUNK):
            self.unit.session.execute(insert(_SOURCES), new[start : start + CHUNK])
        if again:
            statement = (
                update(_SOURCES)
                .where(*(_SOURCES.c[name] == value for name, value in common.items()))
                .where(_SOURCES.c.source_id == bindparam("at_id"))
                .values(content_hash=bindparam("new_content_hash"), imported_at=bindparam("new_imported_at"))
            )
            self.unit.session.connection().execute(statement, again)
        self._known.pop(kind, None)


def rows_of(unit: Writing, table: Table, ids: Sequence[UUID]) -> dict[UUID, Row]:
    """These rows of a table, by identifier."""
    found: dict[UUID, Row] = {}
    for start in range(0, len(ids), CHUNK):
        some = unit.session.execute(select(table).where(table.c.id.in_(ids[start : start + CHUNK])))
        found |= {row["id"]: dict(row) for row in some.mappings()}
    return found


def references(
    unit: Writing, kind: str, source: str, codes: Iterable[tuple[str | None, UUID]] = ()
) -> dict[str, UUID]:
    """What a file of this source may call things of this kind.

    By this source's own identifiers; besides, by another source's or by the programme's codes, where those mean one
    thing only.
    """
    rows = unit.session.execute(
        select(SourceRow.source, SourceRow.source_id, SourceRow.target_id).where(
            SourceRow.programme_id == unit.programme_id, SourceRow.kind == kind
        )
    ).all()
    others: dict[str, set[UUID]] = {}
    for text, target in (*((row.source_id, row.target_id) for row in rows), *codes):
        if text:
            others.setdefault(text, set()).add(target)
    alone = {text: next(iter(targets)) for text, targets in others.items() if len(targets) == 1}
    return alone | {row.source_id: row.target_id for row in rows if row.source == source}


def digests(record: Record) -> dict[str, str]:
    """A digest of each field that says something."""
    found = {}
    for one in fields(record):
        value = getattr(record, one.name)
        if one.name != "source_id" and value not in (None, "", False, {}):
            text = json.dumps(plain(value), ensure_ascii=False)
            found[one.name] = hashlib.sha256(text.encode()).hexdigest()[:_DIGEST]
    return found


def on_loops(above: Mapping[UUID, UUID | None]) -> set[UUID]:
    """Those that stand above themselves."""
    free: set[UUID] = set()
    caught: set[UUID] = set()
    for start in above:
        path: list[UUID] = []
        at: UUID | None = start
        while at is not None and at not in free and at not in caught and at not in path:
            path.append(at)
            at = above.get(at)
        if at in path:
            caught.update(path[path.index(at) :])
        free.update(one for one in path if one not in caught)
    return caught


def without_loops(
    above: Mapping[UUID, UUID | None], moved: Mapping[UUID, UUID | None]
) -> tuple[dict[UUID, UUID | None], set[UUID]]:
    """Who stands below whom when `moved` is laid over `above`, and which moves were left out because they close a circle.

    `above` itself has no circle; a move of something that is not in it is never left out.
    """
    final, back = {**above, **moved}, set[UUID]()
    while caught := on_loops(final):
        again = {one for one in caught if one in moved and one in above and one not in back}
        assert again, "The tree had a circle before."
        back |= again
        final |= {one: above[one] for one in again}
    return final, back


def _parts(said: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in said.split(" ") if "=" in part)
