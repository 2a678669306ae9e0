"""Is the first visit light enough for a phone on a slow network? What follows it is weighed where every page is judged."""

import pytest

from tests.browser.seats import PHONE, Seats
from tests.browser.wire import FIRST, weighing


@pytest.mark.parametrize("role", ["duty_bearer", "advocate", "committee", "coordinator"])
def test_the_first_visit_is_light(page_as: Seats, role: str) -> None:
    page = page_as(role, PHONE)
    with weighing(page) as first:
        page.goto("/")
    assert any("clm." in address for address in first.of), "The style sheet counts."
    assert first.total < FIRST, first.of
