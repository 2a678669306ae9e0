"""Does the database still say what the ledger says? (R37)"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from clm_tracker.db import load
from clm_tracker.db.tables import FindingRow
from clm_tracker.db.tables.cases import TABLES
from clm_tracker.domain.cases import ROWS, Case


@dataclass(frozen=True, slots=True)
class Wrong:
    """The first difference found in one finding."""

    ref: str
    what: str


def differences(session: Session) -> Iterator[Wrong | None]:
    """For each finding, oldest first: None when replaying its ledger gives its rows, else the first difference."""
    found = session.execute(
        select(FindingRow.id, FindingRow.ref).order_by(FindingRow.logged_at, FindingRow.id)
    )
    for finding_id, ref in found.all():
        told = load.replayed(session, finding_id)
        what = "the ledger has no line that made it" if told is None else _difference(session, told)
        yield None if what is None else Wrong(ref, what)


def _difference(session: Session, told: Case) -> str | None:
    finding_id = told.finding.id
    for name in ROWS:
        table = TABLES[name]
        key = table.c.id if name == "finding" else table.c.finding_id
        kept = {row.id: row for row in load.rows(session, name, key == finding_id)}
        replayed = {row_id: told.get(name, row_id) for row_id in _ids(told, name)}
        for row_id in sorted(kept.keys() | replayed.keys()):
            if row_id not in kept:
                return f"the {name} {row_id} is missing"
            if row_id not in replayed:
                return f"the {name} {row_id} was put in without a ledger line"
            for field in ROWS[name].__dataclass_fields__:
                says, is_ = getattr(replayed[row_id], field), getattr(kept[row_id], field)
                if says != is_:
                    return f"the {name} {row_id} has {field} {is_!s}, the ledger says {says!s}"
    return None


def _ids(told: Case, name: str) -> tuple[UUID, ...]:
    of = {
        "finding": {told.finding.id: told.finding},
        "obligation": told.obligations,
        "action": told.actions,
        "evidence": told.evidence,
        "proposal": told.proposals,
    }[name]
    return tuple(of)
