"""Is every page of the program usable by everybody: WCAG 2.2 AA, light and dark, laptop and phone, 320 px wide, and light to load?"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import judging, served
from tests.browser.atlas import Atlas, Visit, visits
from tests.browser.seats import Seats
from tests.browser.wire import FOLLOWING, weighing


@pytest.mark.parametrize("visit", visits(), ids=str)
def test_everybody_can_use_every_page(looking_as: Seats, atlas: Atlas, visit: Visit) -> None:
    role, address = atlas.find(visit)
    page = looking_as.again(role)
    with weighing(page) as weight:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == visit.status, page.inner_text("body")
        wrong = judging.judge(page)
    assert not wrong, "\n".join([f"{address} as {role}", *wrong])
    assert 0 < weight.page < FOLLOWING, (address, weight.of)


def test_the_gallery_of_components(looking_as: Seats) -> None:
    page = looking_as.again("coordinator")
    answer = page.goto("/gallery")
    assert answer is not None
    assert answer.status == 200
    wrong = judging.judge(page)
    assert not wrong, "\n".join(wrong)


def test_the_first_page_of_all(browser: Browser, tmp_path: Path) -> None:
    with served.serving_nothing(tmp_path / "data") as (url, word):
        page = browser.new_context(base_url=url).new_page()
        answer = page.goto(f"/begin?word={word}")
        assert answer is not None
        assert answer.status == 200, page.inner_text("body")
        wrong = judging.judge(page)
        page.context.close()
    assert not wrong, "\n".join(wrong)
