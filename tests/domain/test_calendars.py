"""Are working days, and the first and last moments of local days, what people expect (R11, R12, R25)?"""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from clm_tracker.domain.calendars import Calendar

SAT_SUN = frozenset({5, 6})
KHMER_NEW_YEAR = {date(2026, 4, day): "Khmer New Year" for day in (14, 15, 16)}
PHNOM_PENH = Calendar("Asia/Phnom_Penh", SAT_SUN, KHMER_NEW_YEAR)
FRIDAY = date(2026, 4, 10)


def test_r12_published_working_day_examples(shared_dir: Path) -> None:
    examples = json.loads((shared_dir / "oracles" / "working_days.json").read_text(encoding="utf-8"))
    assert examples["cases"]
    for case in examples["cases"]:
        named = case["holidays"]
        days = examples["calendars"][named] if isinstance(named, str) else named
        calendar = Calendar("UTC", SAT_SUN, {date.fromisoformat(day): "holiday" for day in days})
        found = calendar.add_working_days(date.fromisoformat(case["start"]), case["days"])
        assert found.isoformat() == case["due"], case["id"]


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (FRIDAY, 1, date(2026, 4, 13)),  # the start does not count, the weekend is skipped
        (FRIDAY, 2, date(2026, 4, 17)),  # and so are three holidays
        (FRIDAY, 7, date(2026, 4, 24)),
        (date(2026, 4, 11), 1, date(2026, 4, 13)),  # Saturday: Monday is day 1
        (date(2026, 4, 12), 1, date(2026, 4, 13)),
        (date(2026, 4, 14), 1, date(2026, 4, 17)),  # a holiday: the next working day is day 1
        (FRIDAY, 0, FRIDAY),
        (date(2026, 4, 11), 0, date(2026, 4, 13)),
        (date(2024, 2, 28), 1, date(2024, 2, 29)),
    ],
)
def test_r12_adding_working_days(start: date, days: int, expected: date) -> None:
    assert PHNOM_PENH.add_working_days(start, days) == expected


def test_r12_a_friday_and_saturday_weekend() -> None:
    calendar = Calendar("Africa/Cairo", frozenset({4, 5}), {})
    thursday = date(2026, 4, 9)
    assert calendar.add_working_days(thursday, 1) == date(2026, 4, 12)
    assert calendar.add_working_days(thursday, 5) == date(2026, 4, 16)


def test_r12_one_working_day_a_week_and_none() -> None:
    mondays = Calendar("UTC", frozenset(range(1, 7)), {})
    assert mondays.add_working_days(FRIDAY, 520) == date(2026, 4, 13) + timedelta(weeks=519)
    always = Calendar("UTC", frozenset(), {})
    assert always.add_working_days(FRIDAY, 30) == FRIDAY + timedelta(days=30)


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        (date(2026, 4, 17), 1, date(2026, 4, 13)),
        (date(2026, 4, 17), 2, FRIDAY),
        (date(2026, 4, 12), 1, FRIDAY),  # from a closed day: the last working day before it is the first
        (date(2026, 4, 12), 2, date(2026, 4, 9)),
        (FRIDAY, 0, FRIDAY),
        (date(2026, 4, 12), 0, FRIDAY),
    ],
)
def test_r25_subtracting_working_days(day: date, days: int, expected: date) -> None:
    assert PHNOM_PENH.subtract_working_days(day, days) == expected


def test_counting_working_days() -> None:
    assert PHNOM_PENH.count_working_days(FRIDAY, date(2026, 4, 24)) == 7
    assert PHNOM_PENH.count_working_days(date(2026, 4, 24), FRIDAY) == -7
    assert PHNOM_PENH.count_working_days(FRIDAY, FRIDAY) == 0
    assert PHNOM_PENH.count_working_days(date(2026, 4, 11), date(2026, 4, 12)) == 0


def test_why_a_day_is_closed() -> None:
    assert PHNOM_PENH.why_closed(date(2026, 4, 11)) == "weekend"
    assert PHNOM_PENH.why_closed(date(2026, 4, 14)) == "Khmer New Year"
    assert PHNOM_PENH.why_closed(FRIDAY) is None
    assert Calendar("UTC", SAT_SUN, {FRIDAY: ""}).why_closed(FRIDAY) == "closed day"


# Zones, the local day, and its first instant: with the clock put forward or back during it, before it, or at midnight.
FIRST_INSTANTS = [
    ("Asia/Phnom_Penh", date(2026, 4, 10), datetime(2026, 4, 9, 17, tzinfo=UTC)),
    ("America/New_York", date(2026, 3, 8), datetime(2026, 3, 8, 5, tzinfo=UTC)),
    ("America/New_York", date(2026, 3, 9), datetime(2026, 3, 9, 4, tzinfo=UTC)),
    ("America/New_York", date(2026, 11, 2), datetime(2026, 11, 2, 5, tzinfo=UTC)),
    (
        "America/Santiago",
        date(2024, 9, 8),
        datetime(2024, 9, 8, 4, tzinfo=UTC),
    ),  # no midnight: it begins at 01:00
    ("America/Santiago", date(2024, 4, 7), datetime(2024, 4, 7, 4, tzinfo=UTC)),  # 23:00 to 24:00 came twice
    ("Africa/Cairo", date(2024, 4, 26), datetime(2024, 4, 25, 22, tzinfo=UTC)),  # no midnight
    ("Africa/Cairo", date(2024, 11, 1), datetime(2024, 10, 31, 22, tzinfo=UTC)),
    ("Asia/Beirut", date(2024, 3, 31), datetime(2024, 3, 30, 22, tzinfo=UTC)),  # no midnight
    ("Asia/Beirut", date(2024, 10, 27), datetime(2024, 10, 26, 22, tzinfo=UTC)),
    (
        "America/Havana",
        date(2024, 11, 3),
        datetime(2024, 11, 3, 4, tzinfo=UTC),
    ),  # midnight came twice: the first
    ("Australia/Lord_Howe", date(2024, 4, 8), datetime(2024, 4, 7, 13, 30, tzinfo=UTC)),  # half an hour
    ("Pacific/Apia", date(2011, 12, 31), datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ("Pacific/Apia", date(2011, 12, 30), datetime(2011, 12, 30, 10, tzinfo=UTC)),  # a day that never was
    ("America/Toronto", date(1919, 3, 31), datetime(1919, 3, 31, 4, 30, tzinfo=UTC)),  # 23:30 became 00:30
]


@pytest.mark.parametrize(("tz", "day", "expected"), FIRST_INSTANTS)
def test_r11_the_first_instant_of_a_day(tz: str, day: date, expected: datetime) -> None:
    calendar = Calendar(tz, SAT_SUN, {})
    assert calendar.start_of(day) == expected
    assert calendar.midnight_after(day - timedelta(days=1)) == expected
    assert calendar.start_of(day).tzinfo is UTC
    assert calendar.local_date(expected) >= day
    assert calendar.local_date(expected - timedelta(seconds=1)) < day


def test_local_date_of_any_zone() -> None:
    assert PHNOM_PENH.local_date(datetime(2026, 4, 9, 17, tzinfo=UTC)) == FRIDAY
    assert PHNOM_PENH.local_date(datetime(2026, 4, 9, 16, 59, 59, tzinfo=UTC)) == date(2026, 4, 9)
    assert PHNOM_PENH.local_date(datetime(2026, 4, 10, 0, 30, tzinfo=timezone(timedelta(hours=9)))) == date(
        2026, 4, 9
    )


def test_a_written_moment_is_in_the_zone_of_the_programme() -> None:
    new_york = Calendar("America/New_York", SAT_SUN, {})
    assert new_york.moment(datetime(2026, 4, 10, 16, 30)) == datetime(2026, 4, 10, 20, 30, tzinfo=UTC)  # noqa: DTZ001
    assert new_york.moment(datetime(2026, 11, 1, 1, 30)) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # noqa: DTZ001
    assert new_york.moment(datetime(2026, 3, 8, 2, 30)) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)  # noqa: DTZ001


def test_calendars_with_the_same_days_are_one() -> None:
    days = dict(KHMER_NEW_YEAR)
    same = Calendar("Asia/Phnom_Penh", frozenset({6, 5}), days)
    days[FRIDAY] = "too late"  # the calendar keeps its own copy
    assert same == PHNOM_PENH
    assert hash(same) == hash(PHNOM_PENH)
    assert same.is_working(FRIDAY)
    assert same != Calendar("Asia/Phnom_Penh", SAT_SUN, days)


@pytest.mark.parametrize("tz", ["Mars/Olympus", "", "../etc/passwd", "Asia", "/etc/localtime", "a\0b"])
def test_refuses_an_unknown_zone(tz: str) -> None:
    with pytest.raises(ValueError, match="There is no time zone named"):
        Calendar(tz, SAT_SUN, {})


def test_refuses_a_week_without_work_and_numbers_that_are_no_weekdays() -> None:
    with pytest.raises(ValueError, match="At least one day"):
        Calendar("UTC", frozenset(range(7)), {})
    with pytest.raises(ValueError, match="0 \\(Monday\\) to 6"):
        Calendar("UTC", frozenset({7}), {})


def test_refuses_when_no_working_day_is_in_sight() -> None:
    years = {FRIDAY + timedelta(days=n): "closed" for n in range(-6_000, 6_001)}
    calendar = Calendar("UTC", SAT_SUN, years)
    with pytest.raises(ValueError, match="no working day near 2026-04-10"):
        calendar.add_working_days(FRIDAY, 1)
    with pytest.raises(ValueError, match="no working day near 2026-04-10"):
        calendar.subtract_working_days(FRIDAY, 1)
    four_years = Calendar(
        "UTC", SAT_SUN, {day: "closed" for day in years if abs((day - FRIDAY).days) < 1_461}
    )
    assert four_years.add_working_days(FRIDAY, 1) == date(2030, 4, 10)


def test_refuses_negative_days_naive_moments_and_the_edge_of_the_calendar() -> None:
    with pytest.raises(ValueError, match="negative"):
        PHNOM_PENH.add_working_days(FRIDAY, -1)
    with pytest.raises(ValueError, match="negative"):
        PHNOM_PENH.subtract_working_days(FRIDAY, -1)
    with pytest.raises(ValueError, match="needs a time zone"):
        PHNOM_PENH.local_date(datetime(2026, 4, 10))  # noqa: DTZ001
    with pytest.raises(ValueError, match="edge"):
        PHNOM_PENH.midnight_after(date.max)
    with pytest.raises(ValueError, match="edge"):
        PHNOM_PENH.add_working_days(date.max, 1)
    with pytest.raises(ValueError, match="edge"):
        PHNOM_PENH.subtract_working_days(date.min, 1)
    with pytest.raises(ValueError, match="edge"):
        PHNOM_PENH.start_of(date.min)
