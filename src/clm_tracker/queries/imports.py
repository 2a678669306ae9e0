"""Which files were looked at and taken in, and what came of them?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from clm_tracker.db.tables import ImportRow, PersonRow, SourceRow
from clm_tracker.db.units import Reading
from clm_tracker.kernel.refusals import NotFound

SHOWN = 25
_COLUMNS = (
    ImportRow.id,
    ImportRow.kind,
    ImportRow.name,
    ImportRow.report,
    ImportRow.created_at,
    ImportRow.done_at,
    PersonRow.name.label("by"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One file: by whom, when, and its report."""

    id: UUID
    kind: str
    name: str
    by: str
    created_at: datetime
    done_at: datetime | None
    counts: Mapping[str, Mapping[str, int]]
    refused: Sequence[Mapping[str, Any]]
    refused_in_all: int
    warnings: Sequence[str]
    skipped: int
    unit: str
    first: Sequence[Mapping[str, Any]]  # while it is only looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is here from one source, and when something of it last changed."""

    kind: str
    source: str
    n: int
    last_at: datetime


def latest(look: Reading) -> tuple[Looked, ...]:
    """The newest files that were looked at."""
    query = (
        select(*_COLUMNS)
        .join(PersonRow, PersonRow.id == ImportRow.person_id)
        .where(ImportRow.programme_id == look.programme_id)
        .order_by(ImportRow.created_at.desc(), ImportRow.id.desc())
        .limit(SHOWN)
    )
    return tuple(_looked(row) for row in look.session.execute(query))


def one(look: Reading, import_id: UUID) -> Looked:
    """One file and its report. Raises NotFound."""
    query = (
        select(*_COLUMNS)
        .join(PersonRow, PersonRow.id == ImportRow.person_id)
        .where(ImportRow.id == import_id, ImportRow.programme_id == look.programme_id)
    )
    row = look.session.execute(query).first()
    if row is None:
        raise NotFound("import")
    return _looked(row)


def sources(look: Reading) -> tuple[Source, ...]:
    """Where what is here came from."""
    by = (SourceRow.kind, SourceRow.source)
    query = (
        select(*by, func.count().label("n"), func.max(SourceRow.imported_at).label("last_at"))
        .where(SourceRow.programme_id == look.programme_id)
        .group_by(*by)
        .order_by(*by)
    )
    return tuple(
        Source(kind=row.kind, source=row.source, n=row.n, last_at=row.last_at)
        for row in look.session.execute(query)
    )


def _looked(row: Any) -> Looked:  # noqa: ANN401 - a row of _COLUMNS
    report = row.report
    return Looked(
        id=row.id,
        kind=row.kind,
        name=row.name,
        by=row.by,
        created_at=row.created_at,
        done_at=row.done_at,
        counts=report["counts"],
        refused=report["refused"],
        refused_in_all=report["refused_in_all"],
        warnings=report["warnings"],
        skipped=report["skipped"],
        unit=report["unit"],
        first=report.get("first", ()),
    )
