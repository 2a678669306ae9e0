"""Is every page of the program usable by everybody: WCAG 2.2 AA, light and dark, laptop and phone, and 320 px wide?"""

import pytest

from tests.browser import judging
from tests.browser.atlas import Atlas, Visit, visits
from tests.browser.seats import Seats


@pytest.mark.parametrize("visit", visits(), ids=str)
def test_everybody_can_use_every_page(page_as: Seats, atlas: Atlas, visit: Visit) -> None:
    role, address = atlas.find(visit)
    page = page_as(role)
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == visit.status, page.inner_text("body")
    wrong = judging.judge(page)
    assert not wrong, "\n".join([f"{address} as {role}", *wrong])
