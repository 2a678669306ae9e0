"""Which rounds, forums and closed days are planned?"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from clm_tracker.db import tables
from clm_tracker.db.tables import DaySource
from clm_tracker.db.units import Reading
from clm_tracker.domain.rules import Round


@dataclass(frozen=True, slots=True)
class RoundRow:
    """One round; `current` while today lies in it."""

    id: UUID
    name: str
    first_on: date
    last_on: date
    current: bool


@dataclass(frozen=True, slots=True)
class Forum:
    """One dated meeting that a due date may be tied to."""

    id: UUID
    name: str
    held_on: date


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """One day that does not count, and whether it is a public holiday."""

    day: date
    name: str
    source: DaySource

    @property
    def own(self) -> bool:
        """Whether the programme itself closed it."""
        return self.source is DaySource.OWN


def rounds(look: Reading) -> tuple[RoundRow, ...]:
    """All rounds, newest first."""
    today = look.rules.calendar.local_date(look.now)

    def row(r: Round) -> RoundRow:
        return RoundRow(r.id, r.name, r.first_on, r.last_on, r.first_on <= today <= r.last_on)

    return tuple(
        row(r) for r in sorted(look.rules.rounds, key=lambda r: (r.first_on, str(r.id)), reverse=True)
    )


def forums(look: Reading) -> tuple[Forum, ...]:
    """All forums, newest first."""
    f = tables.ForumRow
    rows = look.session.execute(
        select(f.id, f.name, f.held_on)
        .where(f.programme_id == look.programme_id)
        .order_by(f.held_on.desc(), f.id)
    )
    return tuple(Forum(r.id, r.name, r.held_on) for r in rows)


def closed_days(look: Reading, first: date, last: date) -> tuple[ClosedDay, ...]:
    """The closed days from one day to another, both inside. Weekends are not among them."""
    d = tables.ClosedDayRow
    rows = look.session.execute(
        select(d.day, d.name, d.source)
        .where(d.programme_id == look.programme_id, d.day >= first, d.day <= last)
        .order_by(d.day)
    )
    return tuple(ClosedDay(r.day, r.name, r.source) for r in rows)
