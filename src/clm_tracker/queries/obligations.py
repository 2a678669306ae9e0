"""Who owes what, soonest first, across all findings that this actor may see?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement

from clm_tracker.db import load, tables, visible
from clm_tracker.db.units import Reading
from clm_tracker.domain.words import Kind, Party
from clm_tracker.queries import paging
from clm_tracker.queries.findings.detail import Owed, owed
from clm_tracker.queries.live import TICKING, live
from clm_tracker.queries.paging import Count

_F, _O = tables.FindingRow, tables.ObligationRow


@dataclass(frozen=True, slots=True)
class OwedRow:
    """One live obligation and the finding it is about."""

    ref: str
    title: str
    obligation: Owed


@dataclass(frozen=True, slots=True)
class ObligationsPage:
    """One page; `next` is the cursor of the page after it."""

    items: tuple[OwedRow, ...]
    next: str | None
    count: Count


def page(
    look: Reading,
    *,
    owed_by: Party | None = None,
    duty_bearer: UUID | None = None,
    kind: Kind | None = None,
    overdue: bool | None = None,
    due_before: datetime | None = None,
    after: str | None = None,
    limit: int = 25,
) -> ObligationsPage:
    """What is owed now. Raises Invalid for a wrong cursor or limit."""
    limit = paging.checked(limit)
    key = paging.place("obligations", after, (datetime, UUID))
    conditions: list[ColumnElement[bool]] = [_O.programme_id == look.programme_id, live(_O)]
    if owed_by is not None:
        conditions.append(_O.owed_by == owed_by)
    if duty_bearer is not None:
        conditions.append(_O.duty_bearer_id == duty_bearer)
    if kind is not None:
        conditions.append(_O.kind == kind)
    if overdue is not None:
        late = (_O.due_at <= look.now) & _O.state.in_(TICKING)
        conditions.append(late if overdue else ~late)
    if due_before is not None:
        conditions.append(_O.due_at < due_before)
    query = (
        visible.visible(look)
        .with_only_columns(_O.id, _O.due_at, _F.ref, _F.title)
        .join(_O, _O.finding_id == _F.id)
        .where(*conditions)
    )
    asked = query if key is None else query.where(paging.after((_O.due_at, _O.id), key, descending=False))
    rows = look.session.execute(asked.order_by(_O.due_at, _O.id).limit(limit + 1)).all()
    kept = rows[:limit]
    found = {o.id: o for o in load.rows(look.session, "obligation", _O.id.in_([r.id for r in kept]))}
    return ObligationsPage(
        tuple(OwedRow(r.ref, r.title, owed(found[r.id], look)) for r in kept),
        paging.cursor("obligations", (kept[-1].due_at, kept[-1].id)) if len(rows) > limit else None,
        paging.count(look.session, query),
    )
