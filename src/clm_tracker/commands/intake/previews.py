"""How is a file looked at first and taken in afterwards, from the pages? (decision 0004)"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from clm_tracker.commands import intake
from clm_tracker.db import changes
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import ImportRow
from clm_tracker.db.typed import plain
from clm_tracker.db.units import Store, Writing
from clm_tracker.domain.policy import Act, Actor
from clm_tracker.intake import mapping_files
from clm_tracker.intake.files import PLAIN, Table, read_table
from clm_tracker.intake.mapping import FileMapping
from clm_tracker.intake.records import Import
from clm_tracker.kernel.refusals import Invalid, NotFound, NotNow, Refusal, invalid
from clm_tracker.kernel.sayings import saying
from clm_tracker.kernel.speech import _

MOST_REFUSED = 1_000  # as many refused rows as are kept with a report


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What was sent: a file of one kind, and its mapping by name or as TOML (none: columns are called as fields)."""

    kind: Import
    name: str
    content: bytes
    mapping_name: str = ""
    mapping: str | None = None


def try_(store: Store, file: File, now: datetime, actor: Actor) -> intake.Report:
    """What taking the file in would do; nothing of it is kept. Raises Invalid when it cannot be used at all."""
    assert actor.programme_id is not None, "A coordinator belongs to a programme."
    with _opened(file) as (table, mapping):
        return intake.run(
            store,
            table,
            mapping,
            now=now,
            actor=actor,
            programme_id=actor.programme_id,
            dry_run=True,
        )


def keep(unit: Writing, file: File, report: intake.Report) -> UUID:
    """Keep the file and what was found out about it, until it is taken in or its time is over."""
    unit.require(Act.IMPORT)
    row = ImportRow(
        id=new_id(),
        programme_id=unit.programme_id,
        person_id=unit.actor.id,
        kind=file.kind,
        name=file.name[:200],
        mapping_name=file.mapping_name,
        mapping=file.mapping,
        content=file.content,
        report=_kept(report),
        created_at=unit.now,
    )
    unit.session.add(row)
    return row.id


def take_in(unit: Writing, import_id: UUID) -> intake.Report:
    """Take in a file that was looked at, whole or not at all. Raises NotNow when that was done already."""
    unit.require(Act.IMPORT)
    query = select(ImportRow).where(ImportRow.id == import_id, ImportRow.programme_id == unit.programme_id)
    row = unit.session.scalar(query.with_for_update())
    if row is None:
        raise NotFound("import")
    if row.done_at is not None:
        raise NotNow("taken_in", _("This file was taken in already."))
    assert row.content is not None, "A file that was not taken in is still here."
    kind = Import(row.kind)
    file = File(
        kind=kind, name=row.name, content=row.content, mapping_name=row.mapping_name, mapping=row.mapping
    )
    with _opened(file) as (table, mapping):
        report = intake.take_in(unit, table, mapping)
    row.content, row.report, row.done_at = None, _kept(report), unit.now
    after = {"kind": row.kind, "counts": row.report["counts"], "refused": len(report.refused)}
    changes.record(
        unit, Act.IMPORT, "import", row.id, saying("took in the file {name}", name=row.name), {}, after
    )
    return report


@contextmanager
def _opened(file: File) -> Iterator[tuple[Table, FileMapping]]:
    suffix = Path(file.name).suffix[:10]
    with tempfile.NamedTemporaryFile(suffix=suffix if suffix[1:].isalnum() else "") as kept:
        kept.write(file.content)
        kept.flush()
        said = _mapping(file)
        try:
            table = read_table(Path(kept.name), said.reading if said else PLAIN, name=file.name)
            yield table, said or intake.plain(file.kind, table.columns)
        except Refusal as no:
            if no.code == "unreadable_file" or isinstance(no, Invalid):
                raise invalid("file", _whole(no)) from None
            raise


def _mapping(file: File) -> FileMapping | None:
    try:
        if file.mapping is not None:
            return intake.for_kind(file.kind, mapping_files.parse(file.mapping), file.mapping_name)
        if not file.mapping_name:
            return None
        said = mapping_files.shipped_mapping(file.mapping_name)
        if said is None:
            raise invalid("mapping", _("Choose one of the mappings."))
        return intake.for_kind(file.kind, said, file.mapping_name)
    except Refusal as no:
        raise invalid("mapping_file" if file.mapping is not None else "mapping", _whole(no)) from None


def _whole(no: Refusal) -> str:
    """Everything that is wrong, in one text: these errors name columns and keys of a file, not fields of a form."""
    if not isinstance(no, Invalid) or len(no.errors) == 1:
        return no.sentence
    return " ".join(
        f"{error.field}: {error.message}" if error.field else error.message for error in no.errors
    )


def _kept(report: intake.Report) -> dict[str, object]:
    kept: dict[str, object] = plain(report)
    return {**kept, "refused": kept["refused"][:MOST_REFUSED], "refused_in_all": len(report.refused)}  # type: ignore[index]  # a list
