"""How does a notice get into the outbox, in the transaction of what it tells? Used by `changes` alone."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from clm_tracker.db.base import table_of
from clm_tracker.db.ledger import once
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import NoticeRow
from clm_tracker.db.units import Writing
from clm_tracker.domain.cases import Finding, Told
from clm_tracker.domain.notices import notices_for
from clm_tracker.domain.words import NoticeState

_NOTICES = table_of(NoticeRow)


def of(
    unit: Writing, told: Sequence[Told], finding: Finding | None, finding_id: UUID | None = None
) -> list[dict[str, Any]]:
    """The notices of what was told, each to one post, role or person.

    `finding_id` may come without its finding where the events name their addressees themselves.
    """
    finding_id = finding.id if finding else finding_id
    rows = []
    for one in told:
        key = once(one)
        for notice in notices_for(one, finding):
            to: UUID | str | None = notice.duty_bearer_id or notice.person_id or notice.role
            rows.append(
                {
                    "id": new_id(),
                    "programme_id": unit.programme_id,
                    "finding_id": finding_id,
                    "obligation_id": one.obligation_id,
                    "kind": notice.kind,
                    "duty_bearer_id": notice.duty_bearer_id,
                    "role": notice.role,
                    "person_id": notice.person_id,
                    "stage": notice.stage,
                    "due_on": notice.due_on,
                    "created_at": unit.now,
                    "unit": unit.id,
                    "state": NoticeState.WAITING,
                    "dedup": None if key is None else f"{key}:{to}",
                }
            )
    return rows


def put(unit: Writing, rows: Sequence[dict[str, Any]]) -> None:
    """Write the notices in one statement."""
    if rows:
        unit.session.execute(insert(_NOTICES), list(rows))
