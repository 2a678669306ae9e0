"""What follows from a programme's own settings? (R5)"""

from datetime import date

import pytest

from clm_tracker.domain.rules import Theme
from tests.domain import world
from tests.domain.world import the

DAY = date(2026, 3, 2)
OVER, BEGINS = date(2026, 3, 1), date(2026, 3, 3)


def theme(name: str, in_place: str | None = None, **days: date) -> Theme:
    """A theme of this name, with the one that took its place."""
    replaced_by = the(in_place) if in_place else None
    return Theme(id=the(name), code=name, name=name, names={}, version=1, replaced_by=replaced_by, **days)


KNOWN = (
    theme("used"),
    theme("its last day", "used", valid_to=DAY),
    theme("over", "used", valid_to=OVER),
    theme("long over", "over", valid_to=OVER),
    theme("over for good", valid_to=OVER),
    theme("over before", "over for good", valid_to=OVER),
    theme("not begun", valid_from=BEGINS),
    theme("one", "other", valid_to=OVER),
    theme("other", "one", valid_to=OVER),
)


@pytest.mark.parametrize(
    ("begun", "logged"),
    [
        ("used", "used"),
        ("its last day", "its last day"),
        ("over", "used"),
        ("long over", "used"),
        ("over for good", None),
        ("over before", None),
        ("not begun", None),
        ("one", None),
        ("of another programme", None),
    ],
)
def test_what_was_begun_under_a_theme_that_is_over_goes_on_under_the_one_in_its_place(
    begun: str, logged: str | None
) -> None:
    found = world.rules(themes=KNOWN).theme_in_place_of(the(begun), DAY)
    assert (found.name if found else None) == logged
