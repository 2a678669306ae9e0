"""Is it the first working day of the week, and who has not been given the letter of this week yet?

One letter a reader and week, whatever number of runs, and after an outage once. What stands in it is found out when it
leaves (`queries.letters.digest`); whoever has nothing to read gets none.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from clm_tracker.db import actors
from clm_tracker.db.letters import weekly
from clm_tracker.db.letters.placing import Bundle
from clm_tracker.db.tables import ProgrammeRow
from clm_tracker.db.units import Reading, Store
from clm_tracker.domain import letters as law
from clm_tracker.domain.calendars import Calendar
from clm_tracker.domain.letters import Pace
from clm_tracker.domain.words import Channel
from clm_tracker.jobs import heartbeats
from clm_tracker.queries.letters.readers import Addressee, Readers

NAME = "digests"
EVERY = timedelta(minutes=10)


def place(store: Store, now: datetime, channels: Collection[Channel], *, every: timedelta) -> dict[str, int]:
    """Put down the letters of this week that are not there yet; how many."""
    with store.reading(now=now, actor=actors.ENGINE, programme_id=None) as look:
        programmes = look.session.scalars(select(ProgrammeRow.id).order_by(ProgrammeRow.id)).all()
    placed = sum(_place(store, now, channels, programme) for programme in programmes)
    with store.writing(now=now, actor=actors.ENGINE, programme_id=None) as unit:
        heartbeats.beat(unit.session, NAME, now, every, {"placed": placed})
    return {"placed": placed}


def week_of(day: date) -> str:
    """The week as it is named everywhere: "2026-W10"."""
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02}"


def has_begun(calendar: Calendar, day: date) -> bool:
    """Has the week of this day had a working day already, today's included? A week without one has no letter."""
    monday = day - timedelta(days=day.weekday())
    return any(calendar.is_working(monday + timedelta(days=n)) for n in range(day.weekday() + 1))


def _place(store: Store, now: datetime, channels: Collection[Channel], programme: UUID) -> int:
    actor = actors.within(actors.ENGINE, programme)
    with store.reading(now=now, actor=actor, programme_id=programme) as look:
        missing = _missing(look, channels) if has_begun(look.rules.calendar, look.today) else []
    if missing:
        with store.writing(now=now, actor=actor, programme_id=programme) as unit:
            weekly.place(unit, missing)
    return len(missing)


def _missing(look: Reading, channels: Collection[Channel]) -> list[Bundle]:
    week = week_of(look.today)
    readers = {_key(to, week): to for to in Readers(look, channels).weekly()}
    had = weekly.had(look, sorted(readers))
    return [
        Bundle(to.reader, key, to.reader.key, law.send_at(Pace.DAILY, look.now, to.hours))
        for key, to in readers.items()
        if key not in had
    ]


def _key(to: Addressee, week: str) -> str:
    return weekly.of_week(to.reader.person_id or to.reader.holder_id, week)
