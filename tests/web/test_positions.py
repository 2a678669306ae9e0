"""Is a typed position understood however it is written, and a name or a code never taken for one?"""

import pytest

from clm_tracker.web.positions import Position, read

HERE = Position(11.55, 104.92)


@pytest.mark.parametrize(
    "typed",
    [
        "11.55, 104.92",
        "11.55,104.92",
        " 11.55 ; 104.92 ",
        "11.55 104.92",
        "11,55; 104,92",
        "11,55;104,92",
        "11,55, 104,92",
        "11,55 104,92",
        "geo:11.550000,104.920000",
        "១១.៥៥, ១០៤.៩២",
    ],
)
def test_a_position_is_read_however_it_is_written(typed: str) -> None:
    assert read(typed) == HERE


def test_south_and_west_are_below_nought_and_whole_degrees_will_do() -> None:
    assert read("-1.3, \N{MINUS SIGN}36") == Position(-1.3, -36.0)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "11.55",
        "11,55",
        "02 03",
        "0201",
        "1, 2, 3",
        "11.55,",
        "Post 11.55, 104.92",
        "1.2.3, 4",
        "nan, inf",
    ],
)
def test_what_may_be_something_else_is_no_position(typed: str) -> None:
    assert read(typed) is None


@pytest.mark.parametrize("typed", ["90.5, 1", "-91, 1", "104.92, 11.55", "1; 180.1"])
def test_some_positions_are_nowhere(typed: str) -> None:
    found = read(typed)
    assert found is not None
    assert not found.exists
