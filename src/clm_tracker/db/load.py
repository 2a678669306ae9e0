"""What is known about this finding now, or nothing, as far as this actor may know?"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session

from clm_tracker.db import subjects
from clm_tracker.db.tables import LedgerRow
from clm_tracker.db.tables.cases import TABLES
from clm_tracker.db.together import Together
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
# A question about the finding of an identifier, as somebody sees it.
Beside = Callable[[ColumnElement[UUID], Sight], Select[*tuple[Any, ...]]]
_NAMES = {name: tuple(f.name for f in fields(cls)) for name, cls in ROWS.items()}
# Every row of each table with what the domain knows of it, put together once and narrowed by whoever asks.
EVERY = {row: select(*(TABLES[row].c[name] for name in names)) for row, names in _NAMES.items()}
# What hangs on a finding.
_HANGING = {
    name: EVERY[name].where(table.c.finding_id == bindparam("of")).order_by(table.c.id)
    for name, table in TABLES.items()
    if name != "finding"
}


def case(unit: Reading, finding: str | UUID, *, lock: bool = True) -> Case:
    """The finding with this reference ("KH-2026-0042") or identifier, with everything that hangs on it.

    Raises NotFound when there is none or the actor may not see it. In a `Writing` on PostgreSQL its rows are locked
    until the unit ends, the finding first; SQLite has one writer at a time anyway.
    """
    by, which = _which(finding)
    if lock and isinstance(unit, Writing):
        return _locked(unit, by, which)
    return _made(unit, _whole(Sight.of(unit), by, ()).ask(unit, {"which": which}))


def _made(unit: Reading, found: Mapping[str, Sequence[Any]]) -> Case:
    one = _the_one(found["finding"])
    unit.know_told(one.id, (r.duty_bearer_id for r in found["told"]))
    return Case(
        one,
        _by_id(Obligation, found["obligation"]),
        _by_id(Action, found["action"]),
        _by_id(Evidence, found["evidence"]),
        _by_id(Proposal, found["proposal"]),
    )


def case_with(
    look: Reading, finding: str | UUID, beside: tuple[Beside, ...], given: Mapping[str, object]
) -> tuple[Case, dict[str, list[Any]]]:
    """The same, with the answers to what is asked `beside` it in the same statement, each by the name of its function."""
    by, which = _which(finding)
    found = _whole(Sight.of(look), by, beside).ask(look, {"which": which, **given})
    return _made(look, found), found


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
    query = EVERY[row].where(where).order_by(TABLES[row].c.id)
    return values(row, session.execute(query.with_for_update() if lock else query).all())


def values(row: str, found: Iterable[Any]) -> list[Any]:
    """What was found of one table, asked for as in `EVERY`, as the domain's own values."""
    cls: type[Row] = ROWS[row]
    names = _NAMES[row]
    return [cls(**dict(zip(names, one, strict=True))) for one in found]


def replayed(session: Session, finding_id: UUID) -> Case | None:
    """The case as the ledger alone tells it (R37); None when the ledger knows no such finding."""
    lines = session.scalars(
        select(LedgerRow.changes).where(LedgerRow.finding_id == finding_id).order_by(LedgerRow.seq)
    )
    return replay(load_change(kept) for line in lines for kept in line)


def _locked(unit: Writing, by: str, which: str | UUID) -> Case:
    """Table by table, for the database locks no rows of a statement on many."""
    query = _seen(Sight.of(unit), by).with_for_update(key_share=True, of=TABLES["finding"])
    one = _the_one(unit.session.execute(query, {"which": which}).all())

    def hanging(name: str, *, lock: bool = True) -> Sequence[Any]:
        query = _HANGING[name].with_for_update() if lock else _HANGING[name]
        return unit.session.execute(query, {"of": one.id}).all()

    return Case(
        one,
        _by_id(Obligation, hanging("obligation")),
        _by_id(Action, hanging("action")),
        _by_id(Evidence, hanging("evidence", lock=False)),
        _by_id(Proposal, hanging("proposal")),
    )


def _the_one(found: Sequence[Any]) -> Finding:
    if not found:
        raise NotFound("finding")
    one: Finding = values("finding", found)[0]
    return one


def _by_id(cls: type[R], found: Sequence[Any]) -> dict[UUID, R]:
    rows: list[R] = values(cls.__name__.lower(), found)
    return {one.id: one for one in sorted(rows, key=lambda one: one.id)}


@lru_cache(maxsize=256)
def _whole(sight: Sight, by: str, beside: tuple[Beside, ...]) -> Together:
    """The finding that has this with all that hangs on it, for who sees it, and who was told of it (`db.subjects`)."""
    # Not given a finding's identifier but where it is found: nothing is asked about one that is not seen.
    seen = _seen(sight, by).with_only_columns(TABLES["finding"].c.id).cte("seen")
    of = select(seen.c.id).scalar_subquery()
    hanging = {
        name: EVERY[name].where((table.c.id if name == "finding" else table.c.finding_id) == of)
        for name, table in TABLES.items()
    }
    told = select(subjects.told_of(of).subquery())
    return Together.of(
        kept=sight.plain, **hanging, told=told, **{ask.__name__: ask(of, sight) for ask in beside}
    )


@lru_cache(maxsize=256)
def _seen(sight: Sight, by: str) -> Select[Any]:
    """The finding that has this, for who sees it; put together once."""
    column = TABLES["finding"].c[by]
    return EVERY["finding"].where(column == bindparam("which", type_=column.type), sight.condition)


def _which(finding: str | UUID) -> tuple[str, str | UUID]:
    if isinstance(finding, UUID):
        return "id", finding
    if (ref := parse_reference(finding)) is not None:
        return "ref", ref
    try:
        return "id", UUID(finding)
    except ValueError:
        raise NotFound("finding") from None
