"""How does anything change? The one door: rows, ledger line and notices together, for an act that was cleared."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError

from clm_tracker.db import ledger, names, outbox, search
from clm_tracker.db.tables import ProgrammeRow
from clm_tracker.db.tables.cases import TABLES
from clm_tracker.db.units import Writing
from clm_tracker.domain.cases import Case, Change, Finding, Obligation, Told
from clm_tracker.domain.escalation import wake
from clm_tracker.domain.events import Event, Recorded
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import Stale
from clm_tracker.kernel.sayings import Text
from clm_tracker.kernel.speech import N_, _

_STALE = N_("Somebody changed this in the meantime. Look at it again, then decide.")
SECRETS = frozenset({"password_hash", "hash", "password", "token"})


@dataclass(frozen=True, slots=True)
class SetUp:
    """One change of reference data, as `record` takes it."""

    subject: str
    subject_id: UUID
    what: Text
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(slots=True)
class _Writes:
    """Rows to insert by table, rows to update by table and the columns they set, and findings with other terms."""

    inserts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    updates: dict[tuple[str, tuple[str, ...]], list[dict[str, Any]]] = field(default_factory=dict)
    searched: list[Finding] = field(default_factory=list)


def apply(unit: Writing, act: Act, case_before: Case | None, told: Sequence[Told]) -> None:
    """Carry out what was told about one case; `case_before` is the case it was told of, None for a new finding.

    Raises AssertionError when nobody was cleared for `act` on this finding in this unit, and Stale when a row is no
    longer at the version it was read at, or when a stage was already entered.
    """
    apply_many(unit, act, [(case_before, told)])


def apply_many(
    unit: Writing,
    act: Act,
    cases: Sequence[tuple[Case | None, Sequence[Told]]],
    *,
    telling: bool = True,
) -> None:
    """`apply` for many cases, in as many statements as for one. A case may hold only the rows that were told of.

    Not `telling`: nobody gets a notice, because what is told happened elsewhere and long ago.
    """
    writes = _Writes()
    lines: list[ledger.Line] = []
    notices: list[dict[str, Any]] = []
    for before, told in cases:
        if not told:
            continue
        merged = _merge(told)
        finding = _finding(before, merged)
        if not unit.is_cleared(act, finding.id if before else None):
            raise AssertionError(f"Nobody was cleared for {act} on {finding.ref} in this unit.")
        if finding.programme_id != unit.programme_id:
            raise AssertionError(f"{finding.ref} belongs to another programme than this unit.")
        _collect(writes, merged, before, finding, unit)
        lines += ledger.of_case(unit, act, finding.id, told)
        if telling:
            notices += outbox.of(unit, told, finding)
    with _taken_is_stale():
        _write(unit, writes)
        ledger.append(unit, lines)
        outbox.put(unit, notices)


def announce(unit: Writing, act: Act, event: Event, subject: str, subject_id: UUID) -> None:
    """Something happened that concerns the programme and changes no case, such as a brake: a line and its notices."""
    _require_cleared(unit, act)
    told = Told(event)
    ledger.append(unit, [ledger.of_programme(unit, act, told, subject, subject_id)])
    outbox.put(unit, outbox.of(unit, [told], None))


def record(
    unit: Writing,
    act: Act,
    subject: str,
    subject_id: UUID,
    what: Text,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """Reference data was changed in this unit's session: its ledger line, and a new version of the programme.

    What is one's own (views, tokens, calendars, how one is called and written to) makes no new version: nothing of it is
    in what a process keeps under that.

    `what` is the rest of the sentence after the actor's name ("added the site Kampot"); `before` and `after` hold the
    values that changed, never a secret.
    """
    record_many(unit, act, [SetUp(subject, subject_id, what, before, after)])


def record_many(unit: Writing, act: Act, changed: Sequence[SetUp]) -> None:
    """`record` for many rows, in as many statements as for one."""
    _require_cleared(unit, act)
    if not changed:
        return
    lines = []
    for one in changed:
        if kept := SECRETS & {*one.before, *one.after}:
            raise AssertionError(f"{', '.join(sorted(kept))} must not be kept in the ledger.")
        what = Recorded(one.what)
        lines.append(ledger.of_set_up(unit, act, what, one.subject, one.subject_id, one.before, one.after))
    unit.session.flush()
    for place in ("area", "site"):
        named = [c.subject_id for c in changed if c.subject == place and c.after.keys() & {"name", "names"}]
        names.keep_folded(unit.session.connection(), place, named)
    if act is not Act.OWN_ACCOUNT:
        unit.session.execute(
            update(ProgrammeRow)
            .where(ProgrammeRow.id == unit.programme_id)
            .values(version=ProgrammeRow.version + 1)
            .execution_options(synchronize_session=False)
        )
        unit.set_up_changed()
    ledger.append(unit, lines)


def _require_cleared(unit: Writing, act: Act) -> None:
    if not unit.is_cleared(act, None):
        raise AssertionError(f"Nobody was cleared for {act} in this unit.")


def _merge(told: Sequence[Told]) -> dict[tuple[str, UUID], Change]:
    """What all events together set in each row: the first `before`, the last `after`."""
    merged: dict[tuple[str, UUID], Change] = {}
    for one in told:
        for change in one.changes:
            key = (change.row, change.id)
            first = merged.get(key)
            merged[key] = (
                change
                if first is None
                else Change(change.row, change.id, first.before, {**first.after, **change.after})
            )
    return merged


def _finding(before: Case | None, merged: Mapping[tuple[str, UUID], Change]) -> Finding:
    """The finding as it is afterwards."""
    if before is not None:
        change = merged.get(("finding", before.finding.id))
        return before.finding if change is None else replace(before.finding, **change.after)
    new = next((change for (row, _), change in merged.items() if row == "finding"), None)
    assert new is not None, "Without a case before, the first thing told is a new finding."
    return Finding(**new.after)


def _collect(
    writes: _Writes,
    merged: Mapping[tuple[str, UUID], Change],
    before: Case | None,
    finding: Finding,
    unit: Writing,
) -> None:
    for (row, row_id), change in merged.items():
        values = dict(change.after)
        if row == "finding" and search.SEARCHED & values.keys():
            writes.searched.append(finding)
        if row == "obligation":
            old = before.obligations.get(row_id) if before else None
            new = replace(old, **change.after) if old else Obligation(**change.after)
            # Whatever kept the engine from deciding, the obligation is another one now.
            values |= {
                "next_check_at": wake(new, unit.rules, unit.now),
                "parked_until": None,
                "park_count": 0,
                "problem": None,
            }
        if change.before:
            key = (row, tuple(sorted(values)))
            old_version = change.before["version"]
            writes.updates.setdefault(key, []).append(
                {**{f"new_{n}": v for n, v in values.items()}, "at_id": row_id, "at_version": old_version}
            )
        else:
            writes.inserts.setdefault(row, []).append(values)


def _write(unit: Writing, writes: _Writes) -> None:
    for name, table in TABLES.items():
        if rows := writes.inserts.get(name):
            unit.session.execute(insert(table), rows)
    for (name, columns), rows in sorted(writes.updates.items(), key=lambda item: item[0]):
        table = TABLES[name]
        statement = (
            update(table)
            .where(table.c.id == bindparam("at_id"), table.c.version == bindparam("at_version"))
            .values({column: bindparam(f"new_{column}") for column in columns})
        )
        result = unit.session.connection().execute(statement, rows)
        assert isinstance(result, CursorResult)
        if result.rowcount != len(rows):
            raise Stale(_(_STALE))
    search.put(unit.session.connection(), writes.searched)


@contextmanager
def _taken_is_stale() -> Iterator[None]:
    """Somebody else wrote the same thing first: the same stage, or the next child of the same case."""
    try:
        yield
    except IntegrityError as error:
        taken = getattr(error.orig, "sqlstate", None) == "23505" or "UNIQUE constraint" in str(error.orig)
        if not taken:
            raise
        if "dedup" in str(error.orig):
            raise Stale(_("This stage was already entered."), code="already_escalated") from error
        raise Stale(_(_STALE)) from error
