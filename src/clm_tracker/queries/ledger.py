"""What happened in the whole programme, newest first? (R35)"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import case, func, or_, select

from clm_tracker.db import tables, visible
from clm_tracker.db.units import Reading
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import NotAllowed
from clm_tracker.queries import paging, timeline
from clm_tracker.queries.timeline import Entry

_L = tables.LedgerRow
# What was done with a finding's reporter hangs on no finding, so that the finding's own record does not tell of it (R41).
ABOUT = func.coalesce(_L.finding_id, case((_L.subject == "reporter", _L.subject_id)))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the record; `ref` is the finding it is about, where it is about one."""

    entry: Entry
    ref: str | None


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A stretch of the record; `next` is the cursor of the older lines."""

    items: tuple[Line, ...]
    next: str | None


def page(
    look: Reading,
    *,
    kind: str | None = None,
    actor_id: UUID | None = None,
    set_up: bool | None = None,
    until: date | None = None,
    after: str | None = None,
    limit: int = 50,
) -> LedgerPage:
    """Every line of the programme, but for those about findings that this person may not see. Raises NotAllowed.

    `set_up` narrows to changes of the set-up, or to findings; `until` is the last local day.
    """
    if why := look.why_not(Act.SEE_LEDGER, None):
        raise NotAllowed(why)
    limit = paging.checked(limit)
    key = paging.place("ledger", after, (int,))
    query = (
        select(*timeline.SHOWN, tables.FindingRow.ref)
        .outerjoin(tables.FindingRow, tables.FindingRow.id == ABOUT)
        .where(_L.programme_id == look.programme_id)
        .where(or_(ABOUT.is_(None), visible.condition(look)))
    )
    if kind is not None:
        query = query.where(_L.kind == kind)
    if actor_id is not None:
        query = query.where(_L.actor_id == actor_id)
    if set_up is not None:
        query = query.where(ABOUT.is_(None) if set_up else ABOUT.is_not(None))
    if until is not None:
        query = query.where(_L.at < look.rules.calendar.midnight_after(until))
    if key is not None:
        query = query.where(_L.seq < key[0])
    rows = look.session.execute(query.order_by(_L.seq.desc()).limit(limit + 1)).all()
    kept = rows[:limit]
    more = paging.cursor("ledger", (kept[-1].seq,)) if len(rows) > limit else None
    return LedgerPage(tuple(Line(timeline.entry(look, r), r.ref) for r in kept), more)
