"""How is it asked what falls due, and which steps come next?

All who see alike ask alike: each question is put together once, and the days and the moment are given when it is asked.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from clm_tracker.db import tables
from clm_tracker.db.base import UTCDateTime, as_text
from clm_tracker.db.engine import KEPT
from clm_tracker.db.units import Reading
from clm_tracker.db.visible import Sight
from clm_tracker.domain.words import ObligationState, Party, Role
from clm_tracker.queries.findings.within import Within
from clm_tracker.queries.live import NOW, is_word, live, ticking

_F, _O = tables.FindingRow, tables.ObligationRow
FEW = 400  # running obligations whose whole future is foretold at once
_COMING = (
    _O.id,
    _O.finding_id,
    _O.kind,
    _O.owed_by,
    _O.duty_bearer_id,
    _O.stage,
    _O.ladder_id,
    _O.due_at,
    _O.next_step_at,
)
_MOMENT = UTCDateTime()
_OF_ROLE = {
    Role.ADVOCATE: Party.ADVOCATES,
    Role.COMMITTEE: Party.COMMITTEE,
    Role.COORDINATOR: Party.COORDINATOR,
}


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrows what is shown: to what the actor's posts or roles owe, to an area, to a theme."""

    mine: bool = False
    area: UUID | None = None
    theme: UUID | None = None


# By which moment the few of a day are chosen, and how the day with the number n is told.
_OF_DAY: dict[str, Callable[[int], tuple[ColumnElement[bool], ...]]] = {
    "due_at": lambda n: (
        ticking(_O),
        _O.due_on == bindparam(f"on_{n}", type_=Date()),
        _O.due_at > NOW,
    ),
    "next_step_at": lambda n: (
        running(),
        _O.next_step_at >= bindparam(f"first_{n}", type_=_MOMENT),
        _O.next_step_at < bindparam(f"end_{n}", type_=_MOMENT),
    ),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What all who see alike ask by these filters, while the area of those lies where it does."""

    sight: Sight
    filters: Filters
    within: Within | None

    @classmethod
    def of(cls, look: Reading, filters: Filters) -> "Asked":
        """As the actor asks it in this look. Raises Invalid for an area that is not there."""
        sight = replace(Sight.of(look), drafts_of=None)  # a draft owes nothing: so all advocates ask alike
        return cls(sight, filters, None if filters.area is None else Within.of(look, filters.area))

    @property
    def owed(self) -> Select[Any]:
        """Every live obligation that the filters leave."""
        conditions: list[ColumnElement[bool]] = [live(_O)]
        if self.filters.theme is not None:
            conditions.append(_F.theme_id == self.filters.theme)
        if self.within is not None:
            conditions.append(self.within.condition)
        if self.filters.mine:
            parties = sorted({_OF_ROLE[role] for role in self.sight.roles if role in _OF_ROLE})
            posts = sorted(self.sight.posts)
            theirs = [_O.owed_by.in_(parties)] if parties else []
            theirs += [_O.duty_bearer_id.in_(posts)] if posts else []
            conditions.append(or_(false(), *theirs))
        by_finding = self.filters.theme is not None or self.within is not None
        return self.sight.owed(by_finding=by_finding).where(*conditions)


def owed(look: Reading, filters: Filters) -> Select[Any]:
    """Every live obligation that the filters leave to the actor."""
    return Asked.of(look, filters).owed


def running() -> ColumnElement[bool]:
    """As literal text, so that the database can match it with its partial index."""
    return is_word(_O.state, ObligationState.RUNNING)


@lru_cache(maxsize=64)
def due_by_day(asked: Asked) -> Select[*tuple[Any, ...]]:
    """By the day itself, so that one index holds all that is asked; what is late already is left out of today."""
    of_days = (ticking(_O), _O.due_on >= bindparam("first"), _O.due_on <= bindparam("last"), _O.due_at > NOW)
    each = (_O.due_on, func.count().label("n"))
    return asked.owed.where(*of_days).with_only_columns(*each).group_by(_O.due_on)


@lru_cache(maxsize=64)
def some_running(asked: Asked) -> Select[Any]:
    """Enough to know whether there are few."""
    return asked.owed.where(running()).with_only_columns(_O.id).limit(as_text(FEW + 1))


@lru_cache(maxsize=64)
def steps_by_day(asked: Asked, days: int, *, on_postgresql: bool) -> Select[Any]:
    """Moments are as many as obligations; the day of each is found where they lie, so that a row a day comes back."""
    at = _O.next_step_at
    place: ColumnElement[int]
    if on_postgresql:
        # Looked for by halves in one value: an array put together of many would be put together for every row.
        place = func.width_bucket(at, bindparam("ends", type_=ARRAY(at.type)))
    else:
        ends = (bindparam(f"end_{n}", type_=_MOMENT) for n in range(days))
        place = case(*((at < end, n) for n, end in enumerate(ends)), else_=days)
    within = asked.owed.where(running(), at >= bindparam("begin"), at < bindparam("end"))
    each = (place.label("place"), _O.stage, _O.ladder_id)
    return within.with_only_columns(*each, func.count().label("n")).group_by(*each)


@lru_cache(maxsize=16)
def few_of_each(asked: Asked, by: str, days: int, shown: int) -> Select[Any]:
    """Put together once for so many days: that takes as long as to answer it. Few are kept, for each weighs a megabyte or two."""
    query, moment = asked.owed, getattr(_O, by)
    parts = [
        select(
            query.where(*_OF_DAY[by](n))
            .with_only_columns(as_text(n).label("place"), *_COMING)
            .order_by(moment, _O.id)
            .limit(as_text(shown))
            .subquery()
        )
        for n in range(days)
    ]
    few = union_all(*parts).subquery()
    # Which findings these are is asked once, of the few.
    return (
        select(few, _F.ref, _F.title)
        .join(_F, _F.id == few.c.finding_id)
        .order_by(few.c.place, few.c[by], few.c.id)
        .execution_options(**{KEPT: asked.sight.plain and asked.filters == Filters()})
    )
