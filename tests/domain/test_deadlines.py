"""Are due days, due moments and their explanations what people expect (R11, R12, R16)?"""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from clm_tracker.domain.calendars import Calendar
from clm_tracker.domain.deadlines import (
    Due,
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

ZONE = ZoneInfo("Asia/Phnom_Penh")
CALENDAR = Calendar(
    "Asia/Phnom_Penh", frozenset({5, 6}), {date(2026, 4, day): "Khmer New Year" for day in (14, 15, 16)}
)
WD, DAYS, HOURS = Unit.WORKING_DAYS, Unit.DAYS, Unit.HOURS


def april(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment of April 2026 in Phnom Penh; the 10th is a Friday, 14 to 16 are holidays."""
    return datetime(2026, 4, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def on(day: int) -> Due:
    return due_on(date(2026, 4, day), CALENDAR)


# -- windows ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("10wd", Window(10, WD)),
        ("30d", Window(30, DAYS)),
        ("48h", Window(48, HOURS)),
        ("0wd", Window(0, WD)),
        (" 10 Working  Days ", Window(10, WD)),
        ("1 working day", Window(1, WD)),
        ("1 day", Window(1, DAYS)),
        ("2 hours", Window(2, HOURS)),
        ("3650d", Window(3650, DAYS)),
    ],
)
def test_r11_windows_are_written_in_three_units(text: str, window: Window) -> None:
    assert parse_window(text) == window
    assert parse_window(str(window)) == window


@pytest.mark.parametrize(
    "text", ["", "10", "wd", "-1d", "1.5d", "10 weeks", "1wd 2d", "٣d", "10wdx", "9999999999d"]
)
def test_what_is_no_window_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="is not a window; write 10wd"):
        parse_window(text)


@pytest.mark.parametrize("amount", [-1, 3651])
def test_windows_have_bounds(amount: int) -> None:
    with pytest.raises(ValueError, match="0 to 3650"):
        Window(amount, DAYS)


# -- due --------------------------------------------------------------------------------------------------------------


def test_r11_a_due_day_ends_at_local_midnight() -> None:
    end = due(april(10, 16, 30), Window(7, WD), CALENDAR)
    assert end == Due(date(2026, 4, 24), datetime(2026, 4, 24, 17, tzinfo=UTC))
    assert end == on(24)


def test_r11_the_hour_of_the_start_does_not_matter_but_its_local_day_does() -> None:
    first, last = april(10), april(10, 23, 59)
    assert due(first, Window(2, WD), CALENDAR) == due(last, Window(2, WD), CALENDAR)
    assert due(april(9, 23, 59), Window(2, WD), CALENDAR).on == date(2026, 4, 13)
    assert due(april(10), Window(2, WD), CALENDAR).on == date(2026, 4, 17)


def test_r11_calendar_days_and_hours() -> None:
    assert due(april(10, 16), Window(3, DAYS), CALENDAR) == on(13)
    assert due(april(10, 16), Window(48, HOURS), CALENDAR) == Due(date(2026, 4, 12), april(12, 16))
    new_york = Calendar("America/New_York", frozenset({5, 6}), {})
    eve = datetime(2026, 3, 7, 12, tzinfo=ZoneInfo("America/New_York"))
    assert due(eve, Window(24, HOURS), new_york).at == eve.astimezone(UTC) + timedelta(hours=24)
    assert due(eve, Window(1, DAYS), new_york).at == datetime(2026, 3, 9, 4, tzinfo=UTC)


def test_r11_published_overdue_examples(shared_dir: Path) -> None:
    folder = shared_dir / "oracles"
    examples = json.loads((folder / "overdue.json").read_text(encoding="utf-8"))
    holidays = json.loads((folder / "working_days.json").read_text(encoding="utf-8"))["calendars"][
        "uk_2007_2010"
    ]
    assert examples["rows"]
    for row in examples["rows"]:
        zone = ZoneInfo(row["timezone"])
        calendar = Calendar(
            row["timezone"], frozenset({5, 6}), {date.fromisoformat(day): "holiday" for day in holidays}
        )
        sent = datetime.fromisoformat(row["sent_local"]).replace(tzinfo=zone)
        checked = datetime.fromisoformat(row["checked_at_local"]).replace(tzinfo=zone)
        late = due(sent, Window(row["late_after_working_days"], WD), calendar)
        very_late = due(sent, Window(row["very_late_after_working_days"], WD), calendar)
        assert late.on.isoformat() == row["due"]
        assert very_late.on.isoformat() == row["very_overdue_after"]
        state = "waiting_response"
        if checked >= late.at:
            state = "waiting_response_overdue"
        if checked >= very_late.at:
            state = "waiting_response_very_overdue"
        assert state == row["expected_state"]


def test_a_start_without_a_zone_and_a_due_day_beyond_the_calendar_are_refused() -> None:
    for unit in Unit:
        with pytest.raises(ValueError, match="needs a time zone"):
            due(datetime(2026, 4, 10), Window(1, unit), CALENDAR)  # noqa: DTZ001
        with pytest.raises(ValueError, match=r"edge|beyond"):
            due(datetime(9999, 12, 30, tzinfo=UTC), Window(3650, unit), CALENDAR)


# -- explain ----------------------------------------------------------------------------------------------------------


def told(start: datetime, window: Window, *stops: Stop) -> list[tuple[int, int | str | None]]:
    """Day of the month, and the number or why it was skipped."""
    days = explain(start, window, CALENDAR, stops)
    return [(day.date.day, day.number if day.counted else day.reason) for day in days]


def test_r12_every_day_is_explained() -> None:
    assert told(april(10, 9), Window(2, WD)) == [
        (10, "start day does not count"),
        (11, "weekend"),
        (12, "weekend"),
        (13, 1),
        (14, "Khmer New Year"),
        (15, "Khmer New Year"),
        (16, "Khmer New Year"),
        (17, 2),
    ]


def test_r12_a_start_on_a_closed_day_is_explained_by_its_own_reason() -> None:
    assert told(april(11, 9), Window(1, WD)) == [(11, "weekend"), (12, "weekend"), (13, 1)]


def test_r12_calendar_days_and_hours_skip_nothing() -> None:
    assert told(april(10, 9), Window(2, DAYS)) == [
        (10, "start day does not count"),
        (11, 1),
        (12, 2),
    ]
    days = explain(april(10, 9), Window(30, HOURS), CALENDAR)
    assert [(day.date.day, day.counted, day.number) for day in days] == [(10, True, None), (11, True, None)]


def test_r12_a_window_of_no_days_is_explained() -> None:
    assert told(april(10, 9), Window(0, WD)) == [(10, "due day: there are no days to count")]
    assert told(april(12, 9), Window(0, WD)) == [
        (12, "weekend"),
        (13, "due day: there are no days to count"),
    ]


def test_r16_a_stopped_clock_is_explained() -> None:
    stop = Stop(april(21, 9), april(23, 9), "agreed")
    assert told(april(17, 9), Window(2, WD), stop)[3:] == [
        (20, 1),
        (21, "clock stopped: agreed"),
        (22, "clock stopped: agreed"),
        (23, 2),
    ]


def test_r16_a_start_day_that_was_lost_is_replaced() -> None:
    stop = Stop(april(20, 10), april(21, 10), "safety")
    assert told(april(20, 9), Window(1, WD), stop) == [
        (20, "clock stopped: safety"),
        (21, "in place of the start day"),
        (22, 1),
    ]


def test_r16_the_rest_of_a_due_day_runs_out_on_another_day() -> None:
    over_the_weekend = Stop(april(17, 18), april(20, 9), "agreed")
    assert told(april(13, 9), Window(1, WD), over_the_weekend)[4:] == [
        (17, "clock stopped: agreed"),
        (18, "weekend"),
        (19, "weekend"),
        (20, 1),
    ]
    into_the_afternoon = Stop(april(17, 18), april(20, 15), "agreed")
    assert told(april(13, 9), Window(1, WD), into_the_afternoon)[-1] == (20, 1)


def test_r16_a_clock_that_still_stands_marks_its_days_and_moves_nothing() -> None:
    stop = Stop(april(21, 9), None, "safety")
    assert told(april(17, 9), Window(2, WD), stop)[3:] == [
        (20, 1),
        (21, "clock stopped: safety"),
    ]


def test_hours_are_skipped_only_on_days_that_stood_still_throughout() -> None:
    stop = Stop(april(18, 12), april(20, 12), "agreed")
    days = explain(april(17, 9), Window(48, HOURS), CALENDAR, [stop])
    assert [(day.date.day, day.counted) for day in days] == [
        (17, True),
        (18, True),
        (19, False),
        (20, True),
        (21, True),
    ]


def test_overlapping_stops_and_those_outside_the_window_count_once_or_not_at_all() -> None:
    stops = [
        Stop(april(22, 9), april(24, 9), "b"),
        Stop(april(21, 9), april(23, 9), "a"),
        Stop(april(1, 9), april(2, 9), "before"),
        Stop(april(29, 9), april(30, 9), "after"),
    ]
    assert told(april(17, 9), Window(2, WD), *stops)[3:] == [
        (20, 1),
        (21, "clock stopped: a"),
        (22, "clock stopped: a"),
        (23, "clock stopped: b"),
        (24, 2),
    ]


# -- stopped clocks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "working", "days"),
    [
        (april(17, 18), april(20, 9), 0, 2),  # Friday evening to Monday morning
        (april(18), april(20), 0, 2),  # Saturday and Sunday
        (april(20, 9), april(21, 9), 1, 1),  # a day and a night
        (april(20, 15), april(21, 15), 1, 1),
        (april(20, 12), april(20, 12, 1), 1, 1),  # noon itself
        (april(20, 9), april(20, 12), 0, 0),  # up to noon
        (april(20, 12, 1), april(21, 12), 0, 0),
        (april(13, 9), april(17, 9), 1, 4),  # three of them holidays
        (april(20, 9), april(20, 9), 0, 0),
        (april(21, 9), april(20, 9), 0, 0),
    ],
)
def test_r16_the_noon_rule(start: datetime, end: datetime, working: int, days: int) -> None:
    assert stopped_days(start, end, CALENDAR, WD) == working
    assert stopped_days(start, end, CALENDAR, DAYS) == days


def test_r16_noon_is_local_across_a_clock_change() -> None:
    new_york = Calendar("America/New_York", frozenset(), {})
    noon_before, noon_after = datetime(2026, 3, 7, 17, tzinfo=UTC), datetime(2026, 3, 8, 16, tzinfo=UTC)
    assert stopped_days(noon_before, noon_after, new_york, DAYS) == 1
    assert stopped_days(noon_before, noon_after + timedelta(seconds=1), new_york, DAYS) == 2


def test_hours_have_no_stopped_days() -> None:
    with pytest.raises(ValueError, match="exact time"):
        stopped_days(april(20), april(21), CALENDAR, HOURS)


@pytest.mark.parametrize(
    ("before", "start", "end", "after"),
    [
        (24, april(17, 18), april(20, 9), 24),  # a weekend adds nothing
        (22, april(20, 9), april(21, 9), 23),
        (24, april(20, 9), april(21, 9), 27),  # Friday and one day: Monday
        (13, april(13, 9), april(17, 9), 17),  # holidays are not given back
        (17, april(17, 9), april(20, 9), 20),  # the due day itself
        (17, april(17, 18), april(20, 9), 20),  # its evening: never late while the clock stands still
        (17, april(17, 18), april(18, 12), 20),
        (17, april(17, 18), april(17, 20), 17),  # it starts again in time
        (17, april(18, 9), april(21, 9), 17),  # late already
        (17, april(18), april(21, 9), 17),  # late since this very instant
    ],
)
def test_r16_due_after_a_stop(before: int, start: datetime, end: datetime, after: int) -> None:
    assert after_stop(on(before), WD, start, end, CALENDAR) == on(after)


def test_r16_due_after_a_stop_in_calendar_days_and_hours() -> None:
    assert after_stop(on(24), DAYS, april(17, 18), april(20, 9), CALENDAR) == on(26)
    assert after_stop(on(17), DAYS, april(17, 18), april(18, 9), CALENDAR) == on(18)
    moment = due(april(17, 9), Window(48, HOURS), CALENDAR)
    assert after_stop(moment, HOURS, april(18, 9), april(18, 10, 30), CALENDAR).at == moment.at + timedelta(
        minutes=90
    )
    assert after_stop(moment, HOURS, april(19, 9), april(20, 9), CALENDAR) == moment


def test_r16_a_stop_that_ends_before_it_begins_moves_nothing() -> None:
    assert after_stop(on(24), WD, april(21, 9), april(20, 9), CALENDAR) == on(24)
