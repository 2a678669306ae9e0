"""When is something due, and why then?"""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from clm_tracker.domain.calendars import Calendar
from clm_tracker.kernel.speech import N_, _

LONGEST = 3_650


class Unit(StrEnum):
    """What a window counts."""

    WORKING_DAYS = "wd"
    DAYS = "d"
    HOURS = "h"


@dataclass(frozen=True, slots=True)
class Window:
    """A length of time as people agree on it: `10wd`, `30d`, `48h`. Raises ValueError outside 0 to 3,650."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 0 <= self.amount <= LONGEST:
            raise ValueError(
                _("A window has 0 to {most} days or hours, not {n}.").format(most=LONGEST, n=self.amount)
            )

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


@dataclass(frozen=True, slots=True)
class Due:
    """`at` is the first instant that is late, in UTC; `on` is the local day that ends then (R11).

    Of a window in hours, which may end at any time of day, `on` is the local day of `at`.
    """

    on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Stop:
    """The clock stood still from `start` until just before `end` (None: it still does)."""

    start: datetime
    end: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day on the way to a due date: counted as day `number`, or skipped for `reason`: the `weekend` or another."""

    date: dt.date
    counted: bool
    number: int | None
    reason: str
    weekend: bool = False


CHECKED = N_("checked by the community")  # why a clock stood still that nobody paused; kept as it is
_WRITTEN = re.compile(r"(\d{1,9})\s*(wd|working\s+days?|d|days?|h|hours?)", re.ASCII | re.IGNORECASE)


@lru_cache(maxsize=1_024)  # a sweep asks about the same few words very often
def parse_window(text: str) -> Window:
    """`10wd`, `30d`, `48h`, or in words (`10 working days`). Raises ValueError with a sentence for anything else."""
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise ValueError(
            _("{text} is not a window; write 10wd (working days), 30d (days) or 48h (hours).").format(
                text=repr(text)
            )
        )
    unit = {"w": Unit.WORKING_DAYS, "d": Unit.DAYS, "h": Unit.HOURS}[match[2][0].lower()]
    return Window(int(match[1]), unit)


def due_on(day: date, calendar: Calendar) -> Due:
    """The due moment of an agreed day: on time until its local midnight (R11)."""
    return Due(day, calendar.midnight_after(day))


def due(start: datetime, window: Window, calendar: Calendar) -> Due:
    """When a window that begins at `start` ends. Raises ValueError when no working day is in sight."""
    if window.unit is Unit.HOURS:
        return _due_at(_shift(start, timedelta(hours=window.amount)), calendar)
    return due_on(_later(calendar.local_date(start), window.amount, window.unit, calendar), calendar)


def stopped_days(stop_start: datetime, stop_end: datetime, calendar: Calendar, unit: Unit) -> int:
    """The days a stop gives back: those whose local noon lies in [stop_start, stop_end) (decision 0003).

    Counts working days for `wd` and all days for `d`. Raises ValueError for hours, which are given back exactly.
    """
    if unit is Unit.HOURS:
        raise ValueError("A window in hours gets back the exact time, not days.")
    if stop_end <= stop_start:
        return 0
    first, last = _last_noon_before(stop_start, calendar), _last_noon_before(stop_end, calendar)
    return calendar.count_working_days(first, last) if unit is Unit.WORKING_DAYS else (last - first).days


def after_stop(
    moment: Due, window_unit: Unit, stop_start: datetime, stop_end: datetime, calendar: Calendar
) -> Due:
    """The due moment after the clock stood still: the same remaining working time (R16, R17, decision 0003).

    A moment already past when the clock stops does not move. One that was still to come is never past when the
    clock starts again: when it stopped in the afternoon of the due day, the next (working) day is the due day.
    """
    if stop_end <= stop_start or moment.at <= stop_start:
        return moment
    if window_unit is Unit.HOURS:
        return _due_at(_shift(moment.at, stop_end - stop_start), calendar)
    days = stopped_days(stop_start, stop_end, calendar, window_unit)
    moved = due_on(_later(moment.on, days, window_unit, calendar), calendar) if days else moment
    if moved.at > stop_end:
        return moved
    return due_on(_later(calendar.local_date(stop_end), 0, window_unit, calendar), calendar)


def explain(
    start: datetime, window: Window, calendar: Calendar, stops: Sequence[Stop] = ()
) -> tuple[Day, ...]:
    """Every day from the start to the due day, counted or skipped and why (R12); the last one is the due day.

    `stops` may come in any order and overlap. One that has not ended marks its days but gives nothing back yet.
    """
    end = due(start, window, calendar)
    still: list[Stop] = []
    held: dict[date, str] = {}
    ran_out: date | None = None
    for stop in _one_after_another(start, stops):
        if stop.start >= end.at:
            break
        still.append(stop)
        # With no noon left, the rest of the due day is what was kept: it runs out on another day instead.
        only_a_rest = _last_noon_before(stop.start, calendar) >= end.on
        ran_out = ran_out if only_a_rest else None
        if stop.end is not None:
            moved = after_stop(end, window.unit, stop.start, stop.end, calendar)
            if only_a_rest and moved != end:
                held[end.on], ran_out = stop.reason, moved.on
            end = moved
    first = calendar.local_date(start)
    days = tuple(first + timedelta(days=n) for n in range((end.on - first).days + 1))
    if window.unit is Unit.HOURS:
        return tuple(_hours_day(day, calendar, still) for day in days)

    def stopped(day: date) -> str | None:
        if day == ran_out or not still:
            return None
        noon = calendar.noon_of(day)
        return next((stop.reason for stop in still if _covers(stop, noon, noon)), held.get(day))

    return _count(days, window, calendar, stopped)


def _count(
    days: Sequence[date], window: Window, calendar: Calendar, stopped: Callable[[date], str | None]
) -> tuple[Day, ...]:
    all_count = window.unit is Unit.DAYS
    # A start on a closed day leaves nothing to set aside: the next working day is day 1 already.
    number = -1 if all_count or window.amount == 0 or calendar.is_working(days[0]) else 0
    listed: list[Day] = []
    for day in days:
        closed = None if all_count else calendar.why_closed(day)
        reason = stopped(day)
        if closed is not None:
            listed.append(Day(day, False, None, closed, weekend=day.weekday() in calendar.weekend))
        elif reason is not None:
            listed.append(Day(day, False, None, _("clock stopped: {reason}").format(reason=reason)))
        else:
            number += 1
            listed.append(Day(day, True, number, _("counted")) if number else _day_zero(day, days[0], window))
    return tuple(listed)


def _day_zero(day: date, first: date, window: Window) -> Day:
    if window.amount == 0:
        return Day(day, False, None, _("due day: there are no days to count"))
    return Day(
        day, False, None, _("start day does not count") if day == first else _("in place of the start day")
    )


def _hours_day(day: date, calendar: Calendar, stops: Sequence[Stop]) -> Day:
    begin, last = calendar.start_of(day), calendar.midnight_after(day) - timedelta(microseconds=1)
    for stop in stops:
        if _covers(stop, begin, last):
            return Day(day, False, None, _("clock stopped: {reason}").format(reason=stop.reason))
    return Day(day, True, None, _("counted"))


def _covers(stop: Stop, first: datetime, last: datetime) -> bool:
    return stop.start <= first and (stop.end is None or last < stop.end)


def _one_after_another(start: datetime, stops: Sequence[Stop]) -> list[Stop]:
    """Stops in order, cut so that none begins before `start` or before the one in front of it has ended."""
    cut: list[Stop] = []
    free: datetime | None = start
    for stop in sorted(stops, key=lambda stop: stop.start):
        if free is None:
            break
        begin = max(stop.start, free)
        if stop.end is None or stop.end > begin:
            cut.append(Stop(begin, stop.end, stop.reason))
            free = stop.end
    return cut


def _later(day: date, amount: int, unit: Unit, calendar: Calendar) -> date:
    if unit is Unit.WORKING_DAYS:
        return calendar.add_working_days(day, amount)
    try:
        return day + timedelta(days=amount)
    except OverflowError:
        raise ValueError(f"{amount} days after {day.isoformat()} is beyond the year 9999.") from None


def _last_noon_before(at: datetime, calendar: Calendar) -> date:
    """The last day whose local noon lies before `at`: what makes two stops in a row add up to one."""
    day = calendar.local_date(at)
    return day if calendar.noon_of(day) < at else day - timedelta(days=1)


def _due_at(at: datetime, calendar: Calendar) -> Due:
    return Due(calendar.local_date(at), at)


def _shift(at: datetime, span: timedelta) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"A moment needs a time zone: {at.isoformat()}")
    try:
        return at.astimezone(UTC) + span
    except OverflowError:
        raise ValueError(f"{span} after {at.isoformat()} is beyond the year 9999.") from None
