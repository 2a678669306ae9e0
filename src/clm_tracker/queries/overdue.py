"""How much do duty bearers owe past its date, by stage and age, what is it, and what is not counted among it?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, case, func, literal, select

from clm_tracker.db import load, tables, visible
from clm_tracker.db.together import Together
from clm_tracker.db.units import Reading
from clm_tracker.domain.cases import Obligation
from clm_tracker.domain.words import Kind, ObligationState, Party
from clm_tracker.queries import paging
from clm_tracker.queries.findings.within import inside
from clm_tracker.queries.live import is_word, live, ticking
from clm_tracker.queries.paging import Count

_F, _O = tables.FindingRow, tables.ObligationRow
AGES = (5, 20, 60)  # working days late; each age goes up to its number, the last one has no end


class Aside(StrEnum):
    """What is not counted among it: a clock that stands still (R16, R17), a stage that is not certain (R32), a party that is another."""

    PAUSED = "paused"
    CHECKED = "checked"
    PARKED = "parked"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrows what is overdue: at a stage, of one age (0 is the youngest), in an area, under a theme; or what is set `aside`."""

    stage: int | None = None
    age: int | None = None
    area: UUID | None = None
    theme: UUID | None = None
    aside: Aside | None = None


@dataclass(frozen=True, slots=True)
class Late:
    """One obligation past its date, and its finding."""

    ref: str
    title: str
    obligation: Obligation


@dataclass(frozen=True, slots=True)
class LatePage:
    """One page; `next` is the cursor of the page after it."""

    items: tuple[Late, ...]
    next: str | None
    count: Count


@dataclass(frozen=True, slots=True)
class Table:
    """What is overdue, stage -> how many of each age, and how much is set aside."""

    late: Mapping[int, Sequence[int]]
    aside: Mapping[Aside, Count]


def table(look: Reading, filters: Filters) -> Table:
    """All of it in one statement, whatever there is."""
    beside = {aside: _query(look, replace(filters, aside=aside)).with_only_columns(_O.id) for aside in Aside}
    counts = select(*(paging.bounded(q).scalar_subquery().label(aside) for aside, q in beside.items()))
    found = Together.of(ages=_ages(look, filters), aside=counts).ask(look, {})
    (told,) = found["aside"]
    return Table(_in_ages(found["ages"]), dict(zip(Aside, map(paging.counted, told), strict=True)))


def _ages(look: Reading, filters: Filters) -> Select[Any]:
    first = _first_days(look)
    age = case(*((_O.due_on >= day, n) for n, day in enumerate(first)), else_=len(AGES))
    counted = _query(look, filters).with_only_columns(_O.stage, age.label("age"), func.count().label("n"))
    return counted.group_by(_O.stage, age)


def _in_ages(rows: Sequence[Any]) -> Mapping[int, Sequence[int]]:
    found: dict[int, list[int]] = {}
    for r in rows:
        found.setdefault(r.stage, [0] * (len(AGES) + 1))[r.age] = r.n
    return dict(sorted(found.items()))


def page(look: Reading, filters: Filters, *, after: str | None = None, limit: int = 25) -> LatePage:
    """The longest overdue first. Raises Invalid for a wrong cursor, limit or filter."""
    limit = paging.checked(limit)
    key = paging.place("overdue", after, (datetime, UUID))
    query = _query(look, filters, by_finding=True)
    asked = query if key is None else query.where(paging.after((_O.due_at, _O.id), key, descending=False))
    rows = look.session.execute(
        asked.with_only_columns(_O.id, _O.due_at, _F.ref, _F.title)
        .order_by(_O.due_at, _O.id)
        .limit(limit + 1)
    ).all()
    kept = rows[:limit]
    owed = {o.id: o for o in load.rows(look.session, "obligation", _O.id.in_([r.id for r in kept]))}
    return LatePage(
        tuple(Late(r.ref, r.title, owed[r.id]) for r in kept),
        paging.cursor("overdue", (kept[-1].due_at, kept[-1].id)) if len(rows) > limit else None,
        paging.count(look.session, _query(look, filters).with_only_columns(_O.id)),
    )


def _query(look: Reading, filters: Filters, *, by_finding: bool = False) -> Select[Any]:
    conditions = [_O.programme_id == look.programme_id, live(_O), *standing(look.now)[filters.aside]]
    if filters.stage is not None:
        conditions.append(_O.stage == filters.stage)
    if filters.age is not None:
        conditions.append(_of_age(look, filters.age))
    if filters.theme is not None:
        conditions.append(_F.theme_id == filters.theme)
    if filters.area is not None:
        conditions.append(inside(look, filters.area))
    by_finding = by_finding or (filters.theme, filters.area) != (None, None)
    return visible.owed(look, by_finding=by_finding).where(*conditions)


def standing(
    now: datetime | BindParameter[datetime],
) -> Mapping[Aside | None, tuple[ColumnElement[bool], ...]]:
    """Which live obligations are set aside, and, under None, which are overdue: wherever the committee counts them."""
    owed = is_word(_O.owed_by, Party.DUTY_BEARER)
    passed = owed, ticking(_O), _O.due_at <= now
    return {
        None: (*passed, _O.parked_until.is_(None)),
        Aside.PAUSED: (owed, is_word(_O.state, ObligationState.PAUSED)),
        Aside.CHECKED: (owed, is_word(_O.state, ObligationState.SUSPENDED)),
        Aside.PARKED: (*passed, _O.parked_until.is_not(None)),
        Aside.UNTOLD: (is_word(_O.owed_by, Party.ADVOCATES), is_word(_O.kind, Kind.TELL_COMMUNITY)),
    }


def _of_age(look: Reading, age: int) -> ColumnElement[bool]:
    first = _first_days(look)
    if not 0 <= age <= len(AGES):
        raise paging.wrong_place()
    young = _O.due_on >= first[age] if age < len(AGES) else literal(value=True)
    old = _O.due_on < first[age - 1] if age else literal(value=True)
    return young & old


def _first_days(look: Reading) -> list[date]:
    """For each of `AGES` the first due day that lies no more than so many working days back.

    It is the day on which the working day before them lies: from there to today as many are counted.
    """
    calendar = look.rules.calendar
    return [calendar.subtract_working_days(look.today + timedelta(days=1), n + 1) for n in AGES]
