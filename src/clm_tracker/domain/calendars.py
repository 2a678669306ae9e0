"""Which days are working days, and when does a local day begin and end?"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from clm_tracker.domain import names
from clm_tracker.kernel.speech import _

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)

# More closed days than this between a start and its answer mean a calendar that was filled in by mistake.
_CLOSED_IN_A_ROW = 3_700


@dataclass(frozen=True, slots=True)
class Calendar:
    """A programme's days (R12). Never changes, so one instance is shared by everything in a programme.

    `weekend` holds weekdays, Monday 0 to Sunday 6; at least one day of the week stays open. `closed` names each
    public holiday and closed day, `names` some of them in other languages. Counting is arithmetic on day numbers with one binary search over the closed days,
    so a ten-year window costs as much as a two-day one. Raises ValueError for an unknown zone or weekend.
    """

    tz: str
    weekend: frozenset[int]
    closed: Mapping[date, str]
    names: Mapping[date, Mapping[str, str]] = field(default_factory=dict)
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _hash: int = field(init=False, repr=False, compare=False)
    _open_weekdays: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _open_until: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _closed_ordinals: list[int] = field(init=False, repr=False, compare=False)
    _working_before_closed: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        weekend = frozenset(self.weekend)
        if not weekend <= frozenset(range(7)):
            raise ValueError(_("Weekend days are numbers from 0 (Monday) to 6 (Sunday)."))
        if len(weekend) == 7:
            raise ValueError(_("At least one day of the week must be a working day."))
        open_weekdays = tuple(day for day in range(7) if day not in weekend)
        closed = MappingProxyType(dict(self.closed))
        ordinals = sorted(day.toordinal() for day in closed if day.weekday() not in weekend)

        put = object.__setattr__
        put(self, "weekend", weekend)
        put(self, "closed", closed)
        put(self, "_zone", _zone(self.tz))
        put(self, "_hash", hash((self.tz, weekend, frozenset(closed.items()))))
        put(self, "_open_weekdays", open_weekdays)
        put(self, "_open_until", tuple(sum(day <= last for day in open_weekdays) for last in range(7)))
        put(self, "_closed_ordinals", ordinals)
        # Working days before each closed one: the n-th working day lies behind every closed day that has fewer
        # than n before it.
        before = [self._weekdays_until(ordinal) - index - 1 for index, ordinal in enumerate(ordinals)]
        put(self, "_working_before_closed", before)

    def __hash__(self) -> int:
        return self._hash

    # -- days -----------------------------------------------------------------------------------------------------

    def is_working(self, day: date) -> bool:
        return day.weekday() not in self.weekend and day not in self.closed

    def why_closed(self, day: date) -> str | None:
        """Why nothing counts on that day: "weekend", the name of the holiday, or None for a working day."""
        if day.weekday() in self.weekend:
            return _("weekend")
        return None if day not in self.closed else self.said(day) or _("closed day")

    def said(self, day: date) -> str:
        """What a closed day is called in the language of the moment."""
        return names.said(self.closed[day], self.names.get(day))

    def add_working_days(self, start: date, days: int) -> date:
        """The working day numbered `days` after `start`, which does not count itself (R12).

        With `days` 0: `start` when it is a working day, else the next one. Raises ValueError for negative days,
        and when no working day is in sight.
        """
        if days < 0:
            raise ValueError("Working days to add cannot be negative.")
        if days == 0 and not self.is_working(start):
            days = 1
        return self._working_day(self._working_until(start.toordinal()) + days, start, days)

    def subtract_working_days(self, day: date, days: int) -> date:
        """The working day that lies `days` working days before `day`, which does not count itself.

        With `days` 0: `day` when it is a working day, else the last one before it. Raises ValueError for negative
        days, and when no working day is in sight.
        """
        if days < 0:
            raise ValueError("Working days to subtract cannot be negative.")
        if days == 0:
            if self.is_working(day):
                return day
            days = 1
        return self._working_day(self._working_until(day.toordinal() - 1) + 1 - days, day, days)

    def count_working_days(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` lies before `start`."""
        return self._working_until(end.toordinal()) - self._working_until(start.toordinal())

    # -- moments --------------------------------------------------------------------------------------------------

    def local_date(self, at: datetime) -> date:
        """The day it is in the programme's zone. Raises ValueError for a moment without a zone."""
        if at.tzinfo is None:
            raise ValueError(f"A moment needs a time zone: {at.isoformat()}")
        return _local_date(self._zone, at, at.fold)

    def start_of(self, day: date) -> datetime:
        """The first instant of the local day, in UTC: where no midnight exists, the moment the clocks jump."""
        return _first_instant(self.tz, day)

    def midnight_after(self, day: date) -> datetime:
        """The first instant of the next local day, in UTC: the first moment that is late for `day` (R11)."""
        try:
            return _first_instant(self.tz, day + _DAY)
        except OverflowError:
            raise _beyond(day) from None

    def noon_of(self, day: date) -> datetime:
        """Local noon of the day, in UTC."""
        try:
            return datetime(day.year, day.month, day.day, 12, tzinfo=self._zone).astimezone(UTC)
        except OverflowError:
            raise _beyond(day) from None

    def moment(self, written: datetime) -> datetime:
        """What a person means who writes a date and an hour without a zone, in UTC.

        The first of the two when the clocks showed it twice; an hour later when they jumped over it.
        """
        try:
            return written.replace(tzinfo=self._zone, fold=0).astimezone(UTC)
        except OverflowError:
            raise _beyond(written) from None

    # -- arithmetic: ordinal 1 (1 January of year 1) is a Monday ----------------------------------------------------

    def _weekdays_until(self, ordinal: int) -> int:
        weeks, weekday = divmod(ordinal - 1, 7)
        return weeks * len(self._open_weekdays) + self._open_until[weekday]

    def _working_until(self, ordinal: int) -> int:
        return self._weekdays_until(ordinal) - bisect_right(self._closed_ordinals, ordinal)

    def _working_day(self, number: int, near: date, days: int) -> date:
        weekday_number = number + bisect_left(self._working_before_closed, number)
        weeks, index = divmod(weekday_number - 1, len(self._open_weekdays))
        ordinal = weeks * 7 + self._open_weekdays[index] + 1
        if abs(ordinal - near.toordinal()) > 7 * (days + 1) + _CLOSED_IN_A_ROW:
            raise ValueError(f"The calendar has no working day near {near.isoformat()}.")
        try:
            return date.fromordinal(ordinal)
        except (ValueError, OverflowError):
            raise _beyond(near) from None


# A list asks it of the same few moments over and over, and of now with each of them. Two moments that differ by their fold
# alone are equal to Python.
@lru_cache(maxsize=4_096)
def _local_date(zone: ZoneInfo, at: datetime, _fold: int) -> date:
    try:
        return at.astimezone(zone).date()
    except OverflowError:
        raise _beyond(at) from None


def _zone(tz: str) -> ZoneInfo:
    try:
        return ZoneInfo(tz)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            _("There is no time zone named {name}; names look like Asia/Phnom_Penh.").format(name=repr(tz))
        ) from None


@lru_cache(maxsize=65_536)
def _first_instant(tz: str, day: date) -> datetime:
    zone = _zone(tz)
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    try:
        at = midnight.astimezone(UTC)
        if at.astimezone(zone) == midnight:  # within one zone this compares what the clock on the wall shows
            return at
        # The clocks jumped over this midnight, at most a day before `at` (Samoa dropped a whole day in 2011):
        # close in on the first second of the new day.
        early, late = at - 2 * _DAY, at
        while late - early > _SECOND:
            middle = early + (late - early) // 2 // _SECOND * _SECOND
            if middle.astimezone(zone).date() < day:
                early = middle
            else:
                late = middle
        return late
    except OverflowError:
        raise _beyond(day) from None


def _beyond(moment: date) -> ValueError:
    return ValueError(f"{moment.isoformat()} lies too near the edge of the calendar (years 1 to 9999).")
