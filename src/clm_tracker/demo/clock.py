"""In which moments does the engine look, and do letters leave, while the demonstration's days pass?"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from clm_tracker.domain.calendars import Calendar

# The engine of a real programme looks every minute; here it looks in the first minute of each day, when dates fall.
LOOKS = timedelta(minutes=1)
LETTERS = timedelta(hours=8)  # into the day, when people have their letters


def mornings(calendar: Calendar, start: datetime, end: datetime) -> Iterator[datetime]:
    """The first minute of each local day after `start`, up to `end`."""
    day = calendar.local_date(start)
    while (at := calendar.midnight_after(day) + LOOKS) <= end:
        yield at
        day += timedelta(days=1)


def post_times(calendar: Calendar, start: datetime, end: datetime) -> Iterator[datetime]:
    """The hour of letters of each local day after `start`, up to `end`."""
    for at in mornings(calendar, start, end):
        if (hour := at - LOOKS + LETTERS) <= end:
            yield hour
