"""Which rounds, forums and closed days are planned?"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select

from clm_tracker.db import tables
from clm_tracker.db.tables import DaySource
from clm_tracker.db.units import Reading
from clm_tracker.domain import names
from clm_tracker.domain.rules import Round
from clm_tracker.kernel.refusals import NotFound

_F = tables.ForumRow
_FORUMS = (  # put together once for all pages
    select(_F.id, _F.name, _F.names, _F.held_on)
    .where(_F.programme_id == bindparam("of"))
    .order_by(_F.held_on.desc(), _F.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRound(Round):
    """One round; `current` while today lies in it."""

    current: bool


@dataclass(frozen=True, slots=True)
class Forum:
    """One dated meeting that a due date may be tied to."""

    id: UUID
    name: str
    names: Mapping[str, str]
    held_on: date

    @property
    def said(self) -> str:
        """Its name in the language of the moment."""
        return names.said(self.name, self.names)


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """One day that does not count, and whether it is a public holiday."""

    id: UUID
    day: date
    name: str
    names: Mapping[str, str]
    source: DaySource

    @property
    def said(self) -> str:
        """Its name in the language of the moment."""
        return names.said(self.name, self.names)

    @property
    def own(self) -> bool:
        """Whether the programme itself closed it."""
        return self.source is DaySource.OWN


def rounds(look: Reading) -> tuple[ListedRound, ...]:
    """All rounds, newest first."""
    today = look.today

    def listed(r: Round) -> ListedRound:
        known = {f.name: getattr(r, f.name) for f in fields(r)}
        return ListedRound(**known, current=r.first_on <= today <= r.last_on)

    newest = sorted(look.rules.rounds, key=lambda r: (r.first_on, str(r.id)), reverse=True)
    return tuple(map(listed, newest))


def forums(look: Reading) -> tuple[Forum, ...]:
    """All forums, newest first."""
    rows = look.ask(_FORUMS, {"of": look.programme_id})
    return tuple(Forum(r.id, r.name, r.names, r.held_on) for r in rows)


def closed_day(look: Reading, id: UUID) -> tuple[ClosedDay, int]:
    """One closed day, and how many days are called as it is. Raises NotFound."""
    r = look.session.get(tables.ClosedDayRow, id)
    if r is None or r.programme_id != look.programme_id:
        raise NotFound("closed day")
    called_so = sum(name == r.name for name in look.rules.calendar.closed.values())
    return ClosedDay(r.id, r.day, r.name, r.names, r.source), called_so


def closed_days(look: Reading, first: date, last: date) -> tuple[ClosedDay, ...]:
    """The closed days from one day to another, both inside. Weekends are not among them."""
    d = tables.ClosedDayRow
    rows = look.session.scalars(
        select(d).where(d.programme_id == look.programme_id, d.day >= first, d.day <= last).order_by(d.day)
    )
    return tuple(ClosedDay(r.id, r.day, r.name, r.names, r.source) for r in rows)
