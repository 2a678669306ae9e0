"""Are dates, numbers and lists said as people say them, in their zone?"""

from datetime import UTC, date, datetime, timedelta

import pytest

from clm_tracker import languages
from clm_tracker.web import words
from clm_tracker.web.words import Style, Unit

DAY = date(2026, 10, 14)


@pytest.mark.parametrize(
    ("style", "said"),
    [
        (Style.SHORT, "Wed 14 Oct"),
        (Style.SENTENCE, "Wed 14 October"),
        (Style.LONG, "Wednesday 14 October"),
        (Style.MARK, "14 Oct"),
        (Style.DAY, "14 October"),
    ],
)
def test_a_day_is_said_as_much_as_needed(style: Style, said: str) -> None:
    assert words.day(DAY, style=style) == said


def test_the_year_is_said_when_it_is_another() -> None:
    assert words.day(DAY, today=date(2026, 1, 1)) == "Wed 14 October"
    assert words.day(DAY, today=date(2027, 1, 1)) == "Wed 14 October 2026"


def test_september_is_three_letters_like_the_others() -> None:
    assert words.day(date(2026, 9, 28), style=Style.SHORT) == "Mon 28 Sep"


def test_a_day_keeps_its_machine_form() -> None:
    assert words.when(DAY) == words.When("2026-10-14", "Wed 14 October 2026")
    assert words.when(DAY, style=Style.SHORT).text == "Wed 14 Oct 2026"
    assert words.big_day(DAY) == words.BigDay("2026-10-14", "Wed", "14", "Oct")


@pytest.mark.parametrize(("lang", "year"), [("en", "2026"), ("km", "2026"), ("fr", "2026"), ("ja", "2026年")])
def test_a_large_day_says_its_year_only_when_it_is_another(lang: str, year: str) -> None:
    assert words.big_day(DAY, lang, today=date(2027, 1, 4)).year == year
    assert words.big_day(DAY, lang, today=date(2026, 1, 5)).year == ""


def test_khmer_days_are_khmer() -> None:
    assert "តុលា" in words.day(DAY, "km")


def test_a_moment_is_said_in_the_zone_of_the_programme() -> None:
    at = datetime(2026, 10, 13, 23, 0, tzinfo=UTC)
    assert words.moment(at, "Asia/Phnom_Penh") == words.When("2026-10-14T06:00+07:00", "Wed 14 Oct, 06:00")
    assert words.moment(at, "America/Port-au-Prince").text == "Tue 13 Oct, 19:00"


def test_the_year_of_a_moment_is_compared_in_the_zone() -> None:
    at = datetime(2026, 12, 31, 18, 0, tzinfo=UTC)
    assert words.moment(at, "Asia/Phnom_Penh", now=at + timedelta(days=2)).text == "Fri 1 Jan, 01:00"
    assert words.moment(at, "UTC", now=at + timedelta(days=2)).text == "Thu 31 Dec 2026, 18:00"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        words.moment(datetime(2026, 10, 13, 6, 0), "UTC")  # noqa: DTZ001 - on purpose


@pytest.mark.parametrize(
    ("left", "unit", "said"),
    [
        (6, Unit.WORKING_DAY, "in 6 working days"),
        (1, Unit.WORKING_DAY, "in 1 working day"),
        (0, Unit.WORKING_DAY, "today"),
        (-1, Unit.WORKING_DAY, "1 working day late"),
        (-12, Unit.WORKING_DAY, "12 working days late"),
        (-1200, Unit.WORKING_DAY, "1,200 working days late"),
        (30, Unit.DAY, "in 30 days"),
        (-1, Unit.DAY, "1 day late"),
        (48, Unit.HOUR, "in 48 hours"),
        (0, Unit.HOUR, "within the hour"),
        (-1, Unit.HOUR, "1 hour late"),
    ],
)
def test_a_countdown_says_what_is_left_or_late(left: int, unit: Unit, said: str) -> None:
    assert words.countdown(left, unit=unit) == said


@pytest.mark.parametrize(("days", "said"), [(0, "today"), (1, "yesterday"), (93, "93 days ago")])
def test_the_past_is_said_plainly(days: int, said: str) -> None:
    assert words.ago(days) == said


def test_the_future_is_not_ago() -> None:
    with pytest.raises(ValueError, match="not in the past"):
        words.ago(-1)


@pytest.mark.parametrize(
    ("items", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_a_list_has_no_comma_before_its_and(items: list[str], said: str) -> None:
    assert words.listed(items) == said


def test_numbers_are_grouped_and_never_alone() -> None:
    assert words.number(12000) == "12,000"
    assert words.number(2.25) == "2.2"
    assert words.of(7, 9) == "7 of 9"
    assert words.counted(1, "{n} finding", "{n} findings") == "1 finding"
    assert words.counted(4600, "{n} finding", "{n} findings") == "4,600 findings"


@pytest.mark.parametrize("tag", languages.shipped())
def test_nothing_is_not_said_to_be_one(tag: str) -> None:
    with languages.speaking(tag):
        said = words.counted(0, "One obligation is overdue", "{n} obligations are overdue")
    assert "0" in said


@pytest.mark.parametrize(
    ("n", "said"),
    [(0, "0 bytes"), (999, "999 bytes"), (1200, "1.2 kB"), (3_400_000, "3.4 MB"), (5e9, "5 GB")],
)
def test_sizes_are_rounded(n: float, said: str) -> None:
    assert words.size(int(n)) == said


@pytest.mark.parametrize(("seconds", "said"), [(45, "45 s"), (60, "1 min"), (119, "2 min")])
def test_lengths_are_rounded(seconds: int, said: str) -> None:
    assert words.length(timedelta(seconds=seconds)) == said
