"""Do the keys of the list move, tick, search and open the sheet, and leave alone whoever writes? (WCAG 2.1.4)"""

import re

from playwright.sync_api import Page, expect

from tests.browser.seats import Seats


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


def test_keys_move_through_the_rows_tick_and_open_one(page_as: Seats) -> None:
    page = page_as("coordinator")
    page.goto("/findings?status=open&sort=due")
    titles = page.locator("table.rows tbody th a").all_inner_texts()
    page.keyboard.press("j")
    assert focused(page) == titles[0]
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    assert focused(page) == titles[2]
    page.keyboard.press("k")
    assert focused(page) == titles[1]
    page.keyboard.press("x")
    assert page.locator("input[name=pick]:checked").count() == 1
    page.keyboard.press("a")
    assert focused(page) == "Pause the clocks"
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == titles[1]
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(titles[1])
    page.keyboard.press("a")
    assert page.locator("#acts :focus").count() == 1, "what can be done stands at the end of a long page"


def test_whoever_writes_is_left_alone(page_as: Seats) -> None:
    page = page_as("advocate")
    page.goto("/findings")
    page.keyboard.press("/")
    page.keyboard.type("gd?jx/")
    expect(page.locator("#q")).to_have_value("gd?jx/")
    assert page.locator("dialog").count() == 0
    assert page.url.endswith("/findings")


def test_the_sheet_opens_over_the_page_and_gives_the_focus_back(page_as: Seats) -> None:
    page = page_as("coordinator")
    page.goto("/findings")
    page.keyboard.press("j")
    before = focused(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert focused(page) == before
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url(re.compile(r":\d+/$"))


def test_keys_that_were_turned_off_do_nothing(page_as: Seats) -> None:
    page = page_as("advocate")
    page.goto("/help/keyboard")
    page.get_by_role("button", name="Turn the keys off").click()
    expect(page.get_by_role("button", name="Turn the keys on")).to_be_visible()
    page.goto("/findings")
    page.keyboard.press("j")
    page.keyboard.press("?")
    assert page.locator(":focus").count() == 0
    assert page.locator("dialog").count() == 0


def test_views_get_their_counts_without_a_jump(page_as: Seats) -> None:
    page = page_as("coordinator")
    with page.expect_response(re.compile("/findings/counts")):
        page.goto("/findings?status=open")
    expect(page.locator("#view-0")).to_have_text(re.compile(r"^[0-9]+\+?$"))
    quiet = page_as("coordinator", js=False)
    quiet.goto("/findings?status=open")
    assert quiet.locator("#view-0").inner_text() == ""
    there, here = (p.locator("table.rows").bounding_box() for p in (quiet, page))
    assert there is not None
    assert here is not None
    assert there["y"] == here["y"]
