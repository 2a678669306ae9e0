"""How does a sweep read and write many obligations at once? For the engine alone. (R23, R24, R31, R32)

The only raw SQL beside units: rows come and go in sets, in the driver's own values, however many there are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, func, or_, select, text, update

from clm_tracker.db import bulk, ledger, load, outbox
from clm_tracker.db.base import POSTGRESQL, JsonOf, inserting, table_of
from clm_tracker.db.tables import BrakeRow, FindingRow, LedgerRow, NoticeRow, ObligationRow
from clm_tracker.db.tables.cases import TABLES
from clm_tracker.db.tables.obligations import HELD
from clm_tracker.db.units import Reading, Writing
from clm_tracker.domain.cases import Finding, Obligation
from clm_tracker.domain.escalation import EndPause, Where
from clm_tracker.domain.policy import Act
from clm_tracker.domain.turns import Turn
from clm_tracker.domain.words import ObligationState
from clm_tracker.kernel import sayings
from clm_tracker.kernel.sayings import Text

Place = tuple[datetime, UUID]  # where a batch ended: the moment and identifier of its last row
_FIELDS = tuple(f.name for f in fields(Obligation))
_OBLIGATIONS, _FINDINGS = table_of(ObligationRow), table_of(FindingRow)
_OWN = len(_FIELDS)
_READ = (
    *(_OBLIGATIONS.c[name] for name in _FIELDS),
    _OBLIGATIONS.c.park_count,
    _OBLIGATIONS.c.next_check_at,
    _FINDINGS.c.ref,
    _FINDINGS.c.area_id,
    _FINDINGS.c.severity,
)


@dataclass(frozen=True, slots=True)
class Due:
    """A row with something to say. `obligation` and `where` are None where the row cannot be read: see `problem`."""

    id: UUID
    finding_id: UUID
    park_count: int
    obligation: Obligation | None
    where: Where | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in one programme: rows to look at, steps a brake held, and the brake that is set now."""

    programme_id: UUID
    due: bool
    held: bool
    braked: bool


def backlogs(connection: Connection, now: datetime) -> list[Backlog]:
    """The programmes in which a sweep at `now` has something to do."""
    # One row of each is enough to know; EXISTS would let PostgreSQL hash all of them instead.
    found = connection.execute(
        text(
            "SELECT id, due, held, braked FROM (SELECT p.id AS id,"  # noqa: S608 - our own names
            " (SELECT 1 FROM obligations WHERE programme_id = p.id AND next_check_at <= :now LIMIT 1) AS due,"
            f" (SELECT 1 FROM obligations WHERE programme_id = p.id AND {HELD} LIMIT 1) AS held,"
            " (SELECT 1 FROM brakes WHERE programme_id = p.id AND released_at IS NULL LIMIT 1) AS braked"
            " FROM programmes p) AS waiting"
            " WHERE due IS NOT NULL OR (braked IS NULL AND held IS NOT NULL) ORDER BY id"
        ).columns(id=_OBLIGATIONS.c.id.type),
        {"now": bulk.bound(connection, now)},
    )
    return [Backlog(row.id, bool(row.due), bool(row.held), bool(row.braked)) for row in found]


def gather(unit: Reading, limit: int, after: Place | None) -> tuple[list[Due], Place | None]:
    """Up to `limit` rows that are due at the unit's moment, most overdue first, and the place to go on from.

    In a `Writing` they are locked; a row that somebody else has locked is left for the next sweep. The place is None
    when nothing is left.
    """
    connection = unit.session.connection()
    mark = bulk.mark(connection)
    on_postgresql = connection.dialect.name == POSTGRESQL
    statement = (
        f"SELECT {_columns(as_text='::text' if on_postgresql else '')}"  # noqa: S608 - our own names
        " FROM obligations o JOIN findings f ON f.id = o.finding_id"
        f" WHERE o.programme_id = {mark} AND o.next_check_at <= {mark}"
        f"{f' AND (o.next_check_at, o.id) > ({mark}, {mark})' if after else ''}"
        f" ORDER BY o.next_check_at, o.id LIMIT {mark}"
    )
    if isinstance(unit, Writing) and on_postgresql:
        statement += " FOR UPDATE OF o SKIP LOCKED"
    values = (unit.programme_id, unit.now, *(after or ()), limit)
    rows = connection.exec_driver_sql(statement, tuple(bulk.bound(connection, v) for v in values)).all()
    read = bulk.readers(connection.dialect, _READ)
    due = _all_due(rows, read)
    place = None
    if len(rows) == limit:
        check = dict(read).get(_OWN + 1, _same)(rows[-1][_OWN + 1])
        place = (check, due[-1].id)
    return due, place


@cache
def _columns(as_text: str) -> str:
    def written(column: Column[Any]) -> str:
        table = "f" if column.table is _FINDINGS else "o"
        return f'{table}."{column.name}"{as_text if isinstance(column.type, JsonOf) else ""}'

    return ", ".join(written(column) for column in _READ)


def _all_due(rows: Sequence[Sequence[Any]], read: Sequence[tuple[int, bulk.Convert]]) -> list[Due]:
    """The rows as the program knows them. Column by column, for most values are in many rows: each is read once."""
    if not rows:
        return []
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    try:
        for place, of in read:
            known = {kept: None if kept is None else of(kept) for kept in set(columns[place])}
            columns[place] = [known[kept] for kept in columns[place]]
        return [_due(values) for values in zip(*columns, strict=True)]
    except (LookupError, TypeError, ValueError):
        return [_due_or_problem(row, read) for row in rows]


def _due(values: Sequence[Any]) -> Due:
    obligation = Obligation(**dict(zip(_FIELDS, values, strict=False)))
    where = Where(values[_OWN + 2], values[_OWN + 3], values[_OWN + 4])
    return Due(obligation.id, obligation.finding_id, values[_OWN], obligation, where)


def _due_or_problem(row: Sequence[Any], read: Sequence[tuple[int, bulk.Convert]]) -> Due:
    """One row by itself, because one of its batch cannot be read."""
    values = list(row)
    try:
        for place, of in read:
            if values[place] is not None:
                values[place] = of(values[place])
        return _due(values)
    except (LookupError, TypeError, ValueError) as error:
        named = dict(read)
        own, finding = (named.get(n, _same)(row[n]) for n in map(_FIELDS.index, ("id", "finding_id")))
        return Due(own, finding, row[_OWN], None, None, problem(error))


def _same(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    return value


def problem(error: Exception) -> str:
    """What is wrong, for the health page: at most 500 characters."""
    return f"{type(error).__name__}: {error}"[:500]


def claim_findings(unit: Writing, finding_ids: Iterable[UUID]) -> set[UUID]:
    """Lock those of the findings that nobody else holds; which they are.

    A turn that opens obligations needs its finding: a person who closes it meanwhile would not see the new ones.
    """
    wanted = sorted(set(finding_ids))
    connection = unit.session.connection()
    if not wanted or connection.dialect.name != POSTGRESQL:
        return set(wanted)
    found = connection.exec_driver_sql(
        "SELECT id FROM findings WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED", (wanted,)
    )
    return set(found.scalars())


def carry_out(unit: Writing, turns: Sequence[tuple[Due, Turn]]) -> None:
    """Write what the turns of one batch say: rows, ledger lines, notices; as many statements as for one turn."""
    assert unit.is_cleared(Act.RUN_ENGINE, None), "Nobody was cleared to run the engine in this unit."
    writes = _Writes()
    shared = ledger.common(unit, Act.RUN_ENGINE)
    findings = _findings(unit, turns)
    for due, turn in turns:
        o = due.obligation
        assert o is not None, "What cannot be read has no turn."
        writes.rows(o, turn)
        if turn.told:
            writes.lines += ledger.of_case(unit, Act.RUN_ENGINE, o.finding_id, turn.told, shared)
            writes.notices += outbox.of(unit, turn.told, findings.get(o.finding_id), o.finding_id)
    connection = unit.session.connection()
    for columns, rows in writes.updates.items():
        bulk.update(connection, _OBLIGATIONS, columns, rows)
    bulk.insert_mappings(connection, _OBLIGATIONS, writes.obligations)
    bulk.insert_mappings(connection, TABLES["proposal"], writes.proposals)
    bulk.insert_mappings(connection, table_of(LedgerRow), writes.lines)
    bulk.insert_mappings(connection, table_of(NoticeRow), writes.notices)
    if recovered := [due.id for due, _ in turns if due.park_count]:
        _set(connection, recovered, parked_until=None, park_count=0, problem=None)


@dataclass(slots=True)
class _Writes:
    """What one batch writes; updates by the columns they set."""

    updates: dict[tuple[str, ...], list[tuple[Any, ...]]] = field(default_factory=dict)
    obligations: list[dict[str, Any]] = field(default_factory=list)
    proposals: list[dict[str, Any]] = field(default_factory=list)
    lines: list[ledger.Line] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)

    def rows(self, o: Obligation, turn: Turn) -> None:
        """What a turn of `o` sets: in its own row, and in new ones."""
        setting: dict[str, Any] = {}
        for change in (change for told in turn.told for change in told.changes):
            if change.id == o.id:
                setting |= change.after
            elif change.row == "obligation":
                self.obligations.append(
                    {**change.after, "next_check_at": turn.next_check[change.id], "park_count": 0}
                )
            else:
                self.proposals.append(dict(change.after))
        setting["next_check_at"] = turn.next_check[o.id]
        self.updates.setdefault(tuple(setting), []).append((o.id, o.version, *setting.values()))


def _findings(unit: Writing, turns: Sequence[tuple[Due, Turn]]) -> dict[UUID, Finding]:
    """The findings of those turns whose events do not name their addressees themselves."""
    wanted = {
        due.obligation.finding_id
        for due, turn in turns
        if due.obligation is not None and isinstance(turn.decision, EndPause)
    }
    if not wanted:
        return {}
    return {one.id: one for one in load.rows(unit.session, "finding", _FINDINGS.c.id.in_(sorted(wanted)))}


def hold(unit: Writing, obligation_ids: Sequence[UUID]) -> None:
    """Take stage steps out of the sweep's sight until a coordinator lets them go (R31)."""
    _set(unit.session.connection(), obligation_ids, next_check_at=None)


def let_go(unit: Writing, limit: int) -> int:
    """Bring up to `limit` held steps of a programme without a brake back into sight; how many there were (R31)."""
    connection = unit.session.connection()
    mark = bulk.mark(connection)
    return connection.exec_driver_sql(
        "UPDATE obligations SET next_check_at = next_step_at WHERE id IN"  # noqa: S608 - our own names
        f" (SELECT id FROM obligations WHERE programme_id = {mark} AND {HELD} LIMIT {mark})",
        (bulk.bound(connection, unit.programme_id), limit),
    ).rowcount


def look_again(unit: Writing, *whose: ColumnElement[bool]) -> None:
    """Let the next sweep decide anew about what may still be reminded: the days before a date are others now (R24, R25).

    What the brake holds and what is parked stays so.
    """
    o = _OBLIGATIONS.c
    unit.session.connection().execute(
        update(_OBLIGATIONS)
        .where(
            o.programme_id == unit.programme_id,
            o.state == ObligationState.RUNNING,
            o.stage == 0,
            o.due_at > unit.now,
            o.parked_until.is_(None),
            or_(o.next_check_at > unit.now, o.next_step_at.is_(None)),
            *whose,
        )
        .values(next_check_at=unit.now)
    )


def park(unit: Writing, due: Due, why: str, until: datetime) -> int:
    """Look at this row again at `until`; how often it has been parked now (R32)."""
    times = due.park_count + 1
    _set(
        unit.session.connection(),
        [due.id],
        parked_until=until,
        next_check_at=until,
        park_count=times,
        problem=why,
    )
    return times


def _set(connection: Connection, obligation_ids: Sequence[UUID], **values: Any) -> None:
    connection.execute(update(_OBLIGATIONS).where(_OBLIGATIONS.c.id.in_(obligation_ids)).values(**values))


def steps_due(reading: Reading, since: datetime | None) -> int:
    """How many stage steps one sweep would take now; only those that became due after `since`, the last release (R31)."""
    newly = [] if since is None else [_OBLIGATIONS.c.next_step_at > since]
    found = reading.session.scalar(
        select(func.count())
        .select_from(_OBLIGATIONS)
        .where(
            _OBLIGATIONS.c.programme_id == reading.programme_id,
            _OBLIGATIONS.c.next_check_at <= reading.now,
            _OBLIGATIONS.c.state == ObligationState.RUNNING,
            _OBLIGATIONS.c.next_step_at <= reading.now,
            *newly,
        )
    )
    return found or 0


def running(reading: Reading) -> int:
    """How many obligations of the programme run."""
    found = reading.session.scalar(
        select(func.count())
        .select_from(_OBLIGATIONS)
        .where(
            _OBLIGATIONS.c.programme_id == reading.programme_id,
            _OBLIGATIONS.c.state == ObligationState.RUNNING,
        )
    )
    return found or 0


def is_braked(reading: Reading) -> bool:
    """Do automatic stages of the programme wait for a coordinator?"""
    open_brake = select(BrakeRow.id).where(
        BrakeRow.programme_id == reading.programme_id, BrakeRow.released_at.is_(None)
    )
    return reading.session.execute(open_brake).first() is not None


def last_release(reading: Reading) -> datetime | None:
    """When a coordinator last let held steps of the programme go."""
    return reading.session.scalar(
        select(func.max(BrakeRow.released_at)).where(BrakeRow.programme_id == reading.programme_id)
    )


def set_brake(unit: Writing, brake_id: UUID, *, held: int, running: int, reason: Text) -> bool:
    """Hold the programme's stage steps; False when somebody else did so at this very moment."""
    statement = inserting(unit.session)(BrakeRow).values(
        id=brake_id,
        programme_id=unit.programme_id,
        set_at=unit.now,
        reason=sayings.pack(reason),
        held=held,
        running=running,
        through=unit.now,
    )
    done = statement.on_conflict_do_nothing(
        index_elements=[BrakeRow.programme_id], index_where=BrakeRow.released_at.is_(None)
    )
    return unit.session.execute(done.returning(BrakeRow.id)).first() is not None
