"""In which order are findings listed, and which obligation gives a finding its place in it?"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_, union_all
from sqlalchemy.orm import aliased

from clm_tracker.db import tables
from clm_tracker.db.base import as_text
from clm_tracker.domain.words import Severity
from clm_tracker.queries import paging
from clm_tracker.queries.live import NOW, live, ticking

_F = tables.FindingRow


class Sort(StrEnum):
    """In which order; `due` and `stage` list only findings about which something is owed."""

    NEWEST = "newest"
    OLDEST = "oldest"
    DUE = "due"
    STAGE = "stage"
    SEVERITY = "severity"


class Order(NamedTuple):
    """The columns of an order with their types."""

    columns: tuple[Any, ...]
    types: tuple[type[Any], ...]
    descending: bool
    by_obligation: bool = False

    @property
    def by(self) -> list[Any]:
        """The columns to order by."""
        return [c.desc() if self.descending else c.asc() for c in self.columns]


@dataclass(frozen=True, slots=True)
class _Lead:
    """The alias of obligations that a list by due date or stage is read from, and those it is compared with."""

    own: Any = field(default_factory=lambda: aliased(tables.ObligationRow))
    other: Any = field(default_factory=lambda: aliased(tables.ObligationRow))


_LEAD = _Lead()
ORDERS = {
    Sort.NEWEST: Order((_F.logged_at, _F.id), (datetime, UUID), descending=True),
    Sort.OLDEST: Order((_F.logged_at, _F.id), (datetime, UUID), descending=False),
    # The words stand in the order of their weight in the alphabet too; a test says so.
    Sort.SEVERITY: Order((_F.severity, _F.logged_at, _F.id), (Severity, datetime, UUID), descending=False),
    Sort.DUE: Order((_LEAD.own.due_at, _LEAD.own.id), (datetime, UUID), descending=False, by_obligation=True),
    Sort.STAGE: Order((_LEAD.own.stage, _LEAD.own.id), (int, UUID), descending=True, by_obligation=True),
}


def late(o: Any) -> ColumnElement[bool]:  # noqa: ANN401 - the table of obligations or an alias of it
    """What is late at the moment of the look."""
    return and_(live(o), ticking(o), o.due_at <= NOW)


def led(query: Select[Any], sort: Sort, which: Callable[[Any], ColumnElement[bool]]) -> Select[Any]:
    """One row a finding, read from its obligation that is due first or stands highest among those that count."""
    own = _LEAD.own
    query = query.join(own, own.finding_id == _F.id)
    return query.where(own.programme_id == _F.programme_id, *_leads(sort, which))


def _leads(
    sort: Sort, which: Callable[[Any], ColumnElement[bool]]
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    own, other = _LEAD.own, _LEAD.other
    if sort is Sort.DUE:
        ahead = tuple_(other.due_at, other.id) < tuple_(own.due_at, own.id)
    else:
        ahead = tuple_(other.stage, other.id) > tuple_(own.stage, own.id)
    # PRESSING would fit `due` better than LIVE but no index: what is suspended or undecided stays near its date anyway.
    better = exists().where(other.finding_id == own.finding_id, which(other), ahead)
    return which(own), ~better


def all_late(programme_id: UUID, *, most: int = paging.MOST, read: int = 1_500) -> Select[Any]:
    """The findings of a programme about which something is late, to be counted up to `most`.

    Those of the first to `read` that is late, each once: quick, and enough unless much is late about few. Then all are found
    the long way, by what is first about each.
    """
    own, order = _LEAD.own, ORDERS[Sort.DUE]
    is_late = (own.programme_id == programme_id, late(own))
    first = select(own.finding_id).where(*is_late).order_by(*order.by).limit(as_text(read)).subquery()
    each = select(first.c.finding_id, func.count().label("n")).group_by(first.c.finding_id).cte()
    are_all = select(func.coalesce(func.sum(each.c.n), 0) < as_text(read)).scalar_subquery()
    are_many = select(func.count() > as_text(most)).select_from(each).scalar_subquery()
    enough = or_(are_all, are_many)
    leads = select(own.finding_id).where(own.programme_id == programme_id, *_leads(Sort.DUE, late), ~enough)
    return select(union_all(select(each.c.finding_id).where(enough), leads).subquery())
