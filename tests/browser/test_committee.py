"""Does a committee get through its decisions, with a script or without, and two of its members at once?"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keyboard import press_by_key, reach
from tests.browser.seats import LAPTOP, PHONE, Seats

ONE, OTHER = "bunthan", "maly"

pytestmark = pytest.mark.own_demonstration


def said(page: Page) -> str:
    """What the page says about what was just done."""
    status = page.get_by_role("status").first
    expect(status).not_to_be_empty()
    return status.inner_text()


def first_to(page: Page, act: str) -> str:
    """The address of an act that is asked for on the list of decisions."""
    page.goto("/decisions")
    href = page.locator("article").get_by_role("link", name=act, exact=True).first.get_attribute("href")
    assert href is not None
    return href


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("width", [PHONE, LAPTOP])
def test_one_decision_is_approved_and_leaves_the_list(page_as: Seats, js: bool, width: int) -> None:
    page = page_as(ONE, width, js=js)
    page.goto("/decisions")
    undecided = page.locator("main article")
    before = undecided.count()
    assert before
    page.locator("article").get_by_role("link", name="Approve", exact=True).first.click()
    page.get_by_role("button", name="Approve", exact=True).click()
    assert "approved" in said(page).lower()
    page.goto("/decisions")
    expect(undecided).to_have_count(before - 1)


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
def test_by_keyboard_alone(page_as: Seats, js: bool) -> None:
    page = page_as(ONE, LAPTOP, js=js)
    page.goto("/")
    if js:
        page.keyboard.press("g")
        page.keyboard.press("c")
    else:
        press_by_key(page, page.get_by_role("link", name="Decisions", exact=True).first)
    page.wait_for_url("**/decisions")
    press_by_key(page, page.locator("article").get_by_role("link", name="Defer", exact=True).first)
    reach(page, page.locator('input[name="until"]'))
    page.keyboard.type("03232026")
    reach(page, page.get_by_label("Why later"))
    page.keyboard.type("The hospital answers at the forum.")
    press_by_key(page, page.get_by_role("button", name="Defer", exact=True))
    assert "deferred" in said(page).lower()


def test_a_decision_put_off_needs_a_day_and_a_reason(page_as: Seats) -> None:
    page = page_as(ONE, PHONE)
    page.goto(first_to(page, "Defer"))
    page.get_by_label("Why later").fill("The hospital answers at the forum.")
    page.locator('input[name="until"]').evaluate("field => field.required = false")
    page.get_by_role("button", name="Defer", exact=True).click()
    expect(page.locator("main")).to_contain_text("This is needed")
    assert page.get_by_label("Why later").input_value() == "The hospital answers at the forum."
    assert [p for p in page_as.problems if "422" not in p] == []
    page_as.problems.clear()


def test_two_members_at_once_make_one_decision(page_as: Seats) -> None:
    one, other = page_as(ONE, LAPTOP), page_as(OTHER, PHONE)
    address = first_to(one, "Approve")
    one.goto(address)
    other.goto(address)
    one.get_by_role("button", name="Approve", exact=True).click()
    assert "approved" in said(one).lower()
    other.get_by_role("button", name="Approve", exact=True).click()
    expect(other.locator("main")).to_contain_text(re.compile("decided|approved", re.IGNORECASE))
    assert [p for p in page_as.problems if not re.search("409|404", p)] == []
    page_as.problems.clear()


def test_a_public_stage_says_what_is_missing(page_as: Seats) -> None:
    """R27: no button enters it before the risk check, the right of reply and the second person."""
    page = page_as(ONE, LAPTOP)
    page.goto("/decisions")
    public = page.locator("article", has_text="Public campaign").first
    public.get_by_role("heading").get_by_role("link").click()
    main = page.locator("main")
    expect(main).to_contain_text("1 of 2")
    expect(main).to_contain_text("a different person has to approve it too")


def test_the_stage_that_is_asked_for_stands_beside_the_present_one(page_as: Seats) -> None:
    """Two squares of one size in one line: the look of one is not shared by accident with something else."""
    page = page_as(ONE, LAPTOP)
    page.goto("/decisions")
    card = page.locator("article.dec").first
    now, asked = (card.locator(one).bounding_box() for one in (".chip:not(.ask)", ".chip.ask"))
    assert now is not None
    assert asked is not None
    assert abs(now["y"] - asked["y"]) < 4
    assert asked["width"] < 2 * now["width"]
