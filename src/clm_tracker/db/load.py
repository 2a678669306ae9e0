"""What is known about this finding now, or nothing, as far as this actor may know?"""

from dataclasses import fields
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Result, Select, bindparam, select
from sqlalchemy.orm import Session

from clm_tracker.db.tables import LedgerRow
from clm_tracker.db.tables.cases import TABLES
from clm_tracker.db.typed import load_change
from clm_tracker.db.units import Reading, Writing
from clm_tracker.db.visible import Sight
from clm_tracker.domain.cases import (
    ROWS,
    Action,
    Case,
    Evidence,
    Finding,
    Obligation,
    Proposal,
    Row,
    replay,
)
from clm_tracker.kernel.ids import parse_reference
from clm_tracker.kernel.refusals import NotFound

R = TypeVar("R", Obligation, Action, Evidence, Proposal)
_NAMES = {name: tuple(f.name for f in fields(cls)) for name, cls in ROWS.items()}
_COLUMNS = {row: [TABLES[row].c[name] for name in names] for row, names in _NAMES.items()}
# A finding and what hangs on it, asked for with every page of one and put together once.
_FINDING = select(*_COLUMNS["finding"])
_ROWS = {name: select(*_COLUMNS[name]).order_by(table.c.id) for name, table in TABLES.items()}
_HANGING = {
    name: select(*_COLUMNS[name]).where(table.c.finding_id == bindparam("of")).order_by(table.c.id)
    for name, table in TABLES.items()
    if name != "finding"
}


def case(unit: Reading, finding: str | UUID, *, lock: bool = True) -> Case:
    """The finding with this reference ("KH-2026-0042") or identifier, with everything that hangs on it.

    Raises NotFound when there is none or the actor may not see it. In a `Writing` on PostgreSQL its rows are locked
    until the unit ends, the finding first; SQLite has one writer at a time anyway.
    """
    table = TABLES["finding"]
    by, which = _which(finding)
    query = _seen(Sight.of(unit), by)
    locking = lock and isinstance(unit, Writing)
    if locking:
        query = query.with_for_update(key_share=True, of=table)
    rows_found = _typed("finding", unit.session.execute(query, {"which": which}))
    if not rows_found:
        raise NotFound("finding")
    found: Finding = rows_found[0]
    return Case(
        found,
        _children(unit.session, Obligation, found.id, lock=locking),
        _children(unit.session, Action, found.id, lock=locking),
        _children(unit.session, Evidence, found.id, lock=False),
        _children(unit.session, Proposal, found.id, lock=locking),
    )


def case_of(unit: Reading, row: str, row_id: UUID, *, lock: bool = True) -> Case:
    """The case that an "obligation", "action", "evidence" or "proposal" belongs to. Raises NotFound as `case` does."""
    table = TABLES[row]
    which = table.c.id == row_id
    if row == "evidence":
        which &= table.c.taken_off_at.is_(None)  # what was taken off a draft is nobody's to see
    finding_id = unit.session.scalar(select(table.c.finding_id).where(which))
    if finding_id is None:
        raise NotFound("evidence" if row == "evidence" else row)
    return case(unit, finding_id, lock=lock)


def rows(session: Session, row: str, where: ColumnElement[bool], *, lock: bool = False) -> list[Any]:
    """Rows of one table of `domain.cases.ROWS` as the domain's own values, by identifier."""
    query = _ROWS[row].where(where)
    return _typed(row, session.execute(query.with_for_update() if lock else query))


def replayed(session: Session, finding_id: UUID) -> Case | None:
    """The case as the ledger alone tells it (R37); None when the ledger knows no such finding."""
    lines = session.scalars(
        select(LedgerRow.changes).where(LedgerRow.finding_id == finding_id).order_by(LedgerRow.seq)
    )
    return replay(load_change(kept) for line in lines for kept in line)


def _children(session: Session, cls: type[R], finding_id: UUID, *, lock: bool) -> dict[UUID, R]:
    name = cls.__name__.lower()
    query = _HANGING[name].with_for_update() if lock else _HANGING[name]
    return {one.id: one for one in _typed(name, session.execute(query, {"of": finding_id}))}


def _typed(row: str, found: Result[Any]) -> list[Any]:
    cls: type[Row] = ROWS[row]
    names = _NAMES[row]
    return [cls(**dict(zip(names, one, strict=True))) for one in found.all()]


@lru_cache(maxsize=256)
def _seen(sight: Sight, by: str) -> Select[Any]:
    """The finding that has this, for who sees it; put together once."""
    column = TABLES["finding"].c[by]
    return _FINDING.where(column == bindparam("which", type_=column.type), sight.condition)


def _which(finding: str | UUID) -> tuple[str, str | UUID]:
    if isinstance(finding, UUID):
        return "id", finding
    if (ref := parse_reference(finding)) is not None:
        return "ref", ref
    try:
        return "id", UUID(finding)
    except ValueError:
        raise NotFound("finding") from None
