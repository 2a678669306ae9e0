"""How is a line written into the append-only record? Used by `changes` alone."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from clm_tracker.db.base import table_of
from clm_tracker.db.tables import LedgerRow
from clm_tracker.db.typed import dump_change, dump_event, plain
from clm_tracker.db.units import Writing
from clm_tracker.domain.cases import Told
from clm_tracker.domain.events import Recorded, StageEntered
from clm_tracker.domain.policy import Act

Line = dict[str, Any]
_LEDGER = table_of(LedgerRow)


def of_case(
    unit: Writing, act: Act, finding_id: UUID, told: Sequence[Told], shared: Line | None = None
) -> list[Line]:
    """The lines of what was told about one finding, in order. `shared` is `common`, where it was asked for already."""
    shared = shared or common(unit, act)
    return [
        shared
        | {
            "finding_id": finding_id,
            "obligation_id": one.obligation_id,
            "kind": one.event.kind,
            "subject": "finding" if one.obligation_id is None else "obligation",
            "subject_id": one.obligation_id or finding_id,
            "facts": dump_event(one.event),
            "changes": [dump_change(change) for change in one.changes],
            "dedup": once(one),
        }
        for one in told
    ]


def of_programme(unit: Writing, act: Act, told: Told, subject: str, subject_id: UUID) -> Line:
    """The line of something that concerns the programme and no single finding."""
    return common(unit, act) | {
        "finding_id": None,
        "obligation_id": None,
        "kind": told.event.kind,
        "subject": subject,
        "subject_id": subject_id,
        "facts": dump_event(told.event),
        "changes": [],
        "dedup": None,
    }


def of_set_up(
    unit: Writing,
    act: Act,
    what: Recorded,
    subject: str,
    subject_id: UUID,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> Line:
    """The line of a change of reference data."""
    change = {"row": subject, "id": str(subject_id), "before": plain(before), "after": plain(after)}
    return of_programme(unit, act, Told(what), subject, subject_id) | {"changes": [change]}


def once(told: Told) -> str | None:
    """What may be in the ledger only one time: an obligation's stage for one version of its due date (R23)."""
    if isinstance(told.event, StageEntered):
        return f"{told.obligation_id}:{told.event.stage}:{told.event.due_version}"
    return None


def append(unit: Writing, lines: Sequence[Line]) -> None:
    """Write the lines, in order, in one statement."""
    if lines:
        unit.session.execute(insert(_LEDGER), list(lines))


def common(unit: Writing, act: Act) -> Line:
    """What all lines of one act in one unit share: who, when, where."""
    return {
        "programme_id": unit.programme_id,
        "at": unit.now,
        "unit": unit.id,
        "actor_id": unit.actor.id,
        "actor_name": unit.actor.name,
        "actor_role": unit.actor.role_names,
        "act": str(act),
        "link_id": unit.actor.link_id,
        "request": unit.request,
    }
