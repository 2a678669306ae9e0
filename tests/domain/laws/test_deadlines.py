"""Do the laws of due dates hold for every calendar, start, window and stop (R11, R12, R13, R16, R25)?"""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from clm_tracker.domain.calendars import Calendar
from clm_tracker.domain.deadlines import (
    Stop,
    Unit,
    Window,
    after_stop,
    due,
    due_on,
    explain,
    parse_window,
    stopped_days,
)

ZONES = (
    "America/Santiago",
    "Africa/Cairo",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Asia/Phnom_Penh",
    "America/New_York",
)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
WD, DAYS, HOURS = Unit.WORKING_DAYS, Unit.DAYS, Unit.HOURS

days_of_2024 = st.dates(date(2024, 1, 1), date(2024, 12, 31))
weekends = st.frozensets(st.integers(0, 6), max_size=6)
calendars = st.builds(
    Calendar, st.sampled_from(ZONES), weekends, st.dictionaries(days_of_2024, st.just("holiday"), max_size=40)
)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2024, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
spans = st.timedeltas(timedelta(0), timedelta(days=20))
amounts = st.integers(0, 60)
units = st.sampled_from(Unit)
day_units = st.sampled_from((WD, DAYS))
windows = st.builds(Window, amounts, units)
law = settings(deadline=None)


def changes_of_clock(tz: str) -> list[date]:
    """Days of 2024 that are not 24 hours long."""
    zone = ZoneInfo(tz)
    all_days = [date(2024, 1, 1) + n * DAY for n in range(366)]
    offsets = [datetime(day.year, day.month, day.day, 12, tzinfo=zone).utcoffset() for day in all_days]
    return [
        day for (_, before), (day, after) in pairwise(zip(all_days, offsets, strict=True)) if before != after
    ]


def noons_left(at: datetime, until: datetime, calendar: Calendar, unit: Unit) -> int:
    """Counted one by one: noons of (working) days in [at, until)."""
    zone = ZoneInfo(calendar.tz)
    day = at.astimezone(zone).date()
    left = 0
    while day <= until.astimezone(zone).date():
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone).astimezone(UTC)
        left += at <= noon < until and (unit is DAYS or calendar.is_working(day))
        day += DAY
    return left


# -- working days -------------------------------------------------------------------------------------------------------


@law
@given(calendars, days_of_2024, amounts)
def test_r12_adding_is_walking_day_by_day(calendar: Calendar, start: date, days: int) -> None:
    day = start
    counted = 0
    while counted < days or (days == 0 and not calendar.is_working(day)):
        day += DAY
        counted += calendar.is_working(day)
    assert calendar.add_working_days(start, days) == day


@law
@given(calendars, days_of_2024, amounts)
def test_r25_subtracting_is_walking_back_day_by_day(calendar: Calendar, end: date, days: int) -> None:
    day = end
    counted = 0
    while counted < days or (days == 0 and not calendar.is_working(day)):
        day -= DAY
        counted += calendar.is_working(day)
    assert calendar.subtract_working_days(end, days) == day


@law
@given(calendars, days_of_2024, amounts)
def test_r12_never_lands_on_a_closed_day_and_counts_back(calendar: Calendar, start: date, days: int) -> None:
    found = calendar.add_working_days(start, days)
    assert calendar.is_working(found)
    if days:
        assert calendar.count_working_days(start, found) == days
    if calendar.is_working(start):
        assert calendar.subtract_working_days(found, days) == start


@law
@given(calendars, days_of_2024, days_of_2024, amounts, amounts)
def test_r12_later_starts_and_longer_windows_end_later(
    calendar: Calendar, one: date, other: date, few: int, more: int
) -> None:
    early, late = sorted((one, other))
    short, long = sorted((few, more))
    assert calendar.add_working_days(early, short) <= calendar.add_working_days(late, short)
    assert calendar.add_working_days(early, short) <= calendar.add_working_days(early, long)


@law
@given(calendars, days_of_2024, amounts, amounts)
def test_r12_two_steps_are_one(calendar: Calendar, start: date, first: int, second: int) -> None:
    halfway = calendar.add_working_days(start, first)
    whole = first + second if first or calendar.is_working(start) else second + 1
    assert calendar.add_working_days(halfway, second) == calendar.add_working_days(start, whole)


@law
@given(calendars, days_of_2024, days_of_2024, days_of_2024)
def test_counts_add_up(calendar: Calendar, a: date, b: date, c: date) -> None:
    count = calendar.count_working_days
    assert count(a, b) + count(b, c) == count(a, c)
    assert count(a, b) == -count(b, a)
    early, late = sorted((a, b))
    assert count(early, late) == sum(
        calendar.is_working(early + n * DAY) for n in range(1, (late - early).days + 1)
    )


@law
@given(calendars, days_of_2024, moments, amounts)
def test_r13_one_more_holiday_moves_a_due_date_only_later(
    calendar: Calendar, holiday: date, start: datetime, amount: int
) -> None:
    more = Calendar(calendar.tz, calendar.weekend, {**calendar.closed, holiday: "new"})
    assert due(start, Window(amount, WD), calendar).at <= due(start, Window(amount, WD), more).at


# -- due moments --------------------------------------------------------------------------------------------------------


@law
@given(st.sampled_from(ZONES), st.dates(date(1971, 1, 1), date(2036, 12, 31)))
def test_r11_late_from_the_first_instant_of_the_next_local_day(tz: str, day: date) -> None:
    calendar = Calendar(tz, frozenset({5, 6}), {})
    late = due_on(day, calendar).at
    assert calendar.local_date(late) == day + DAY
    assert calendar.local_date(late - SECOND) == day
    assert late == calendar.start_of(day + DAY)


def test_r11_holds_on_each_change_of_the_clock() -> None:
    changed = {tz: changes_of_clock(tz) for tz in ZONES}
    assert {tz: len(days) for tz, days in changed.items()} == {
        tz: 0 if tz == "Asia/Phnom_Penh" else 2 for tz in ZONES
    }
    for tz, days in changed.items():
        calendar = Calendar(tz, frozenset(), {})
        for day in (around + n * DAY for around in days for n in (-2, -1, 0, 1)):
            late = due_on(day, calendar).at
            assert calendar.local_date(late) == day + DAY
            assert calendar.local_date(late - SECOND) == day


@law
@given(calendars, moments, windows)
def test_r11_a_window_never_ends_before_it_begins(
    calendar: Calendar, start: datetime, window: Window
) -> None:
    end = due(start, window, calendar)
    assert end.at >= start
    assert end.on >= calendar.local_date(start)
    assert end.at.utcoffset() == timedelta(0)
    if window.unit is not HOURS:
        assert end == due_on(end.on, calendar)


@law
@given(windows)
def test_windows_read_back_as_written(window: Window) -> None:
    assert parse_window(str(window)) == window


# -- stopped clocks -----------------------------------------------------------------------------------------------------


@law
@given(calendars, moments, spans, day_units)
def test_r16_stopped_days_are_the_noons_in_between(
    calendar: Calendar, start: datetime, span: timedelta, unit: Unit
) -> None:
    assert stopped_days(start, start + span, calendar, unit) == noons_left(
        start, start + span, calendar, unit
    )


@law
@given(calendars, moments, windows, spans, spans)
def test_r16_what_was_left_is_left_after_a_stop(
    calendar: Calendar, start: datetime, window: Window, after: timedelta, span: timedelta
) -> None:
    end = due(start, window, calendar)
    stop, again = start + after, start + after + span
    moved = after_stop(end, window.unit, stop, again, calendar)
    if end.at <= stop:
        assert moved == end
        return
    assert moved.at >= end.at
    assert moved.at > again  # never late while the clock stands still
    if window.unit is HOURS:
        assert moved.at - again == end.at - stop
    elif left := noons_left(stop, end.at, calendar, window.unit):
        assert noons_left(again, moved.at, calendar, window.unit) == left


@law
@given(calendars, moments, amounts, st.integers(0, 30), st.integers(0, 30))
def test_r16_working_days_are_kept_when_it_stops_and_starts_at_the_same_time_of_day(
    calendar: Calendar, start: datetime, amount: int, after: int, length: int
) -> None:
    zone = ZoneInfo(calendar.tz)
    nine = start.astimezone(zone).replace(hour=9, minute=0, second=0, microsecond=0, fold=0)
    stop, again = ((nine + n * DAY).astimezone(UTC) for n in (after, after + length))
    end = due(nine.astimezone(UTC), Window(amount, WD), calendar)
    if end.at <= stop:
        return
    moved = after_stop(end, WD, stop, again, calendar)
    # Nine in the morning: the day itself is still to come, so count from the day before.
    first, last = calendar.local_date(stop) - DAY, calendar.local_date(again) - DAY
    assert calendar.count_working_days(last, moved.on) == calendar.count_working_days(first, end.on)


@law
@given(calendars, moments, windows, st.lists(spans, min_size=3, max_size=3))
def test_r16_a_stop_cut_in_two_is_one_stop(
    calendar: Calendar, start: datetime, window: Window, steps: list[timedelta]
) -> None:
    end = due(start, window, calendar)
    stop = start + steps[0]
    middle, again = stop + steps[1], stop + steps[1] + steps[2]
    once = after_stop(end, window.unit, stop, again, calendar)
    twice = after_stop(
        after_stop(end, window.unit, stop, middle, calendar), window.unit, middle, again, calendar
    )
    if window.unit is HOURS or end.at <= stop or noons_left(stop, end.at, calendar, window.unit):
        assert twice == once
    else:  # stopped in the afternoon of the due day: at most one day between them
        later = due_on(
            calendar.add_working_days(once.on, 1) if window.unit is WD else once.on + DAY, calendar
        )
        assert twice in (once, later)


@law
@given(
    st.sampled_from(ZONES),
    days_of_2024,
    amounts,
    st.integers(0, 6),
    st.integers(12 * 60 + 1, 23 * 60 + 59),
    st.integers(0, 11 * 60 + 59),
)
def test_r16_a_pause_over_a_weekend_adds_nothing(
    tz: str, day: date, amount: int, before: int, evening: int, morning: int
) -> None:
    calendar = Calendar(tz, frozenset({5, 6}), {})
    zone = ZoneInfo(tz)
    friday = day + timedelta(days=(4 - day.weekday()) % 7)
    monday = friday + 3 * DAY
    stop = datetime(friday.year, friday.month, friday.day, *divmod(evening, 60), tzinfo=zone).astimezone(UTC)
    again = datetime(monday.year, monday.month, monday.day, *divmod(morning, 60), tzinfo=zone).astimezone(UTC)
    end = due_on(calendar.add_working_days(monday - before * DAY, amount), calendar)
    moved = after_stop(end, WD, stop, again, calendar)
    if end.on == friday:  # the rest of the due day runs out on Monday
        assert moved.on == monday
    else:
        assert moved == end


@law
@given(
    calendars,
    moments,
    st.builds(Window, st.integers(0, 15), units),
    st.lists(st.tuples(spans, spans), max_size=4),
)
def test_r12_the_explanation_ends_on_the_due_day_and_counts_to_the_window(
    calendar: Calendar, start: datetime, window: Window, pairs: list[tuple[timedelta, timedelta]]
) -> None:
    stops: list[Stop] = []
    at = start
    for gap, length in pairs:
        stops.append(Stop(at + gap, at + gap + length, "agreed"))
        at += gap + length
    end = due(start, window, calendar)
    for stop in stops:
        assert stop.end is not None
        end = after_stop(end, window.unit, stop.start, stop.end, calendar)

    days = explain(start, window, calendar, stops)

    assert days[0].date == calendar.local_date(start)
    assert days[-1].date == end.on
    assert all(after.date - before.date == DAY for before, after in pairwise(days))
    assert all(day.reason == "counted" if day.counted else day.reason and day.number is None for day in days)
    if window.unit is not HOURS:
        assert [day.number for day in days if day.counted] == list(range(1, window.amount + 1))
        assert days[-1].counted == (window.amount > 0)
