"""Are pages light enough for a phone on a slow network: 100 kB at the first visit in all, 30 kB afterwards?"""

import pytest

from tests.browser.atlas import Atlas, Visit
from tests.browser.seats import PHONE, Seats
from tests.browser.wire import weighing

FIRST, FOLLOWING = 100_000, 30_000
FURTHER = (
    "/findings", "/findings/{ref}", "/findings/{ref}/explain", "/findings/{ref}/record", "/next", "/duty-bearers",
    "/duty-bearers/{post_id}",
)  # fmt: skip


@pytest.mark.parametrize("role", ["duty_bearer", "advocate", "committee", "coordinator"])
def test_the_first_visit_and_the_following_pages_are_light(page_as: Seats, atlas: Atlas, role: str) -> None:
    page = page_as(role, PHONE)
    with weighing(page) as first:
        page.goto("/")
    assert any("clm." in address for address in first.of), "The style sheet counts."
    assert first.total < FIRST, first.of
    for path in FURTHER:
        who, address = atlas.find(Visit(path, role))
        assert who == role
        with weighing(page) as following:
            page.goto(address)
        # Pictures of evidence come besides, when somebody scrolls to them.
        pages = sum(n for at, n in following.of.items() if "/evidence/" not in at)
        assert 0 < pages < FOLLOWING, (address, following.of)
