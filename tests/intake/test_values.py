"""Is a date, a place or a word read one way only?"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from clm_tracker.intake import values
from clm_tracker.intake.values import BadValueError, Dates

BOSTON = ZoneInfo("America/New_York")
PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")


@pytest.mark.parametrize(
    "text", ["04/02/2022", "21/01/2022", "1/2/22", "20220204", "Feb 4 2022", "2022-2-4", "4.2.2022"]
)
def test_a_date_whose_order_is_not_stated_is_refused_even_when_it_could_be_guessed(text: str) -> None:
    with pytest.raises(BadValueError, match="date_formats"):
        Dates(zone=BOSTON).day(text)


def test_one_text_is_two_days_as_the_mapping_says() -> None:
    assert Dates(("%d/%m/%Y",)).day("04/02/2022") == date(2022, 2, 4)
    assert Dates(("%m/%d/%Y",)).day("04/02/2022") == date(2022, 4, 2)
    with pytest.raises(BadValueError, match="not a date written as %m/%d/%Y"):
        Dates(("%m/%d/%Y",)).day("21/01/2022")


def test_iso_is_read_beside_stated_formats_unless_they_read_it_differently() -> None:
    assert Dates(("%d/%m/%Y",)).day("2022-02-04") == date(2022, 2, 4)
    assert Dates(("%Y-%d-%m",)).day("2022-02-04") == date(2022, 4, 2)
    with pytest.raises(BadValueError):
        Dates(("%Y-%d-%m",)).day("2022-04-13")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2022-02-04T13:47:30", datetime(2022, 2, 4, 18, 47, 30, tzinfo=UTC)),
        ("2022-07-04 13:47", datetime(2022, 7, 4, 17, 47, tzinfo=UTC)),
        ("2022-02-04T13:47:30Z", datetime(2022, 2, 4, 13, 47, 30, tzinfo=UTC)),
        ("2022-02-04T13:47:30.250+07:00", datetime(2022, 2, 4, 6, 47, 30, 250_000, tzinfo=UTC)),
        ("2022-02-04", datetime(2022, 2, 4, 5, tzinfo=UTC)),
        ("2022-11-06 01:30", datetime(2022, 11, 6, 5, 30, tzinfo=UTC)),  # twice that night: the earlier
    ],
)
def test_moments_are_local_unless_they_say_otherwise(text: str, moment: datetime) -> None:
    assert Dates(zone=BOSTON).moment(text) == moment


def test_an_hour_that_never_was_is_refused() -> None:
    with pytest.raises(BadValueError, match="no such time"):
        Dates(zone=BOSTON).moment("2022-03-13 02:30")
    # Cuba puts its clocks forward at midnight: a day still begins.
    assert Dates(zone=ZoneInfo("America/Havana")).moment("2022-03-13") == datetime(2022, 3, 13, 5, tzinfo=UTC)


def test_a_due_day_ends_at_local_midnight() -> None:
    dates = Dates(("%d/%m/%Y", "%d/%m/%Y %H:%M"), PHNOM_PENH)
    assert dates.moment("04/02/2022", ends_day=True) == datetime(2022, 2, 4, 17, tzinfo=UTC)
    assert dates.moment("04/02/2022 08:30", ends_day=True) == datetime(2022, 2, 4, 1, 30, tzinfo=UTC)


def test_a_local_time_without_a_zone_is_refused() -> None:
    assert Dates().moment("2022-02-04T13:47:30Z") == datetime(2022, 2, 4, 13, 47, 30, tzinfo=UTC)
    for text in ("2022-02-04T13:47:30", "2022-02-04"):
        with pytest.raises(BadValueError, match="zone"):
            Dates().moment(text)


def test_the_day_of_a_moment_is_the_local_day() -> None:
    assert Dates(zone=PHNOM_PENH).day("2022-02-04T20:00:00Z") == date(2022, 2, 5)
    assert Dates(zone=BOSTON).day("2022-02-04 23:59:00") == date(2022, 2, 4)


@pytest.mark.parametrize("text", ["2022-02-30", "2022-13-01", "1022-02-04", "2022-02-04T25:00"])
def test_days_that_never_were_are_refused(text: str) -> None:
    with pytest.raises(BadValueError, match=r"no such date|too long ago"):
        Dates(zone=BOSTON).moment(text)


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ("%d/%m/%Y", "%m/%d/%Y", True),
        ("%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", True),
        ("%Y-%m-%d", "%Y-%d-%m", True),
        ("%d/%m/%Y", "%d/%m/%Y %H:%M", False),
        ("%d/%m/%Y", "%Y-%m-%d", False),
        ("%d.%m.%Y", "%m/%d/%Y", False),
    ],
)
def test_formats_that_read_one_text_as_two_days_clash(one: str, other: str, clash: bool) -> None:
    assert values.clash(one, other) is clash
    assert values.clash(other, one) is clash


def test_degrees() -> None:
    assert values.degrees("11.5730391", 90) == 11.5730391
    assert values.degrees("-4,66", 90) == -4.66
    for text in ("91", "-90.1", "1e9", "nan", "inf", "11°34'", "1,234.5", "1.2.3"):
        with pytest.raises(BadValueError):
            values.degrees(text, 90)


def test_flags_and_words() -> None:
    assert [values.flag(text) for text in ("True", "yes", "1", "False", "No", "0", "")] == [True] * 3 + [
        False
    ] * 4
    with pytest.raises(BadValueError, match="yes or no"):
        values.flag("maybe")
    assert values.choice("High", ("low", "high")) == "high"
    with pytest.raises(BadValueError, match="one of low, high"):
        values.choice("higher", ("low", "high"))


def test_blanks_go_and_letters_stay() -> None:
    assert values.printable("\u00a0 បន្ទាយ\u200bមានជ័យ \n") == "បន្ទាយ\u200bមានជ័យ"
    for text in ("a\x00b", "a\ud800b"):
        with pytest.raises(BadValueError):
            values.printable(text)
