"""Does a director answer in a minute, on a cheap phone, on a slow network, with a script or without?"""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.seats import LAPTOP, PHONE, Seats
from tests.browser.served import Served
from tests.browser.wire import slow_down

DIRECTOR = "site-chey-udam"  # has an acknowledgement to give

pytestmark = pytest.mark.own_demonstration


def first_card(page: Page) -> str:
    """The title of what the desk shows first."""
    return page.locator("article.card h3").first.inner_text()


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("width", [PHONE, LAPTOP])
def test_received_then_what_will_be_done(page_as: Seats, place: Served, js: bool, width: int) -> None:
    page = page_as(DIRECTOR, width, js=js)
    page.goto("/")
    title = first_card(page)
    page.get_by_role("button", name="Received", exact=True).first.click()
    expect(page.get_by_role("status").first).to_contain_text("Received")
    expect(page.locator("article.card", has_text=title)).to_contain_text("Agree what will be done")
    page.locator("article.card", has_text=title).get_by_role(
        "link", name=re.compile("Another day|Say what will be done")
    ).click()
    page.get_by_label("What will be done", exact=False).first.fill("Every person is seen, whoever they are")
    day = place.demo.now().date() + timedelta(days=14)
    page.locator('input[name="due_on"]').first.fill(day.isoformat())
    page.get_by_role("button", name=re.compile("Propose")).first.click()
    expect(page.get_by_role("status").first).to_contain_text("proposed", ignore_case=True)


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
def test_by_keyboard_alone(page_as: Seats, js: bool) -> None:
    page = page_as(DIRECTOR, LAPTOP, js=js)
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the page")
    page.keyboard.press("Enter")
    for _press in range(30):
        page.keyboard.press("Tab")
        if page.locator(":focus").inner_text() == "Received":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Received")


def test_on_a_slow_network(page_as: Seats) -> None:
    page = page_as(DIRECTOR, PHONE)
    page.context.set_default_timeout(60_000)
    slow_down(page)
    page.goto("/", timeout=60_000)
    page.get_by_role("button", name="Received", exact=True).first.click()
    expect(page.get_by_role("status").first).to_contain_text("Received", timeout=60_000)


def test_a_double_click_answers_once(page_as: Seats) -> None:
    page = page_as(DIRECTOR, PHONE)
    page.goto("/")
    page.get_by_role("button", name="Received", exact=True).first.dblclick()
    expect(page.get_by_role("status").first).to_contain_text("Received")
    href = page.locator("article.card h3 a").first.get_attribute("href")
    assert href is not None
    page.goto(f"{href}/record")
    assert page.locator("main").inner_text().count("acknowledged the finding") == 1


def test_the_back_button_shows_the_desk_as_it_is_now(page_as: Seats) -> None:
    page = page_as(DIRECTOR, PHONE)
    page.goto("/")
    before = page.get_by_role("button", name="Received", exact=True).count()
    page.locator("article.card h3 a").first.click()
    page.wait_for_url("**/findings/**")
    page.go_back()
    page.get_by_role("button", name="Received", exact=True).first.click()
    expect(page.get_by_role("status").first).to_contain_text("Received")
    page.go_back()
    page.reload()
    assert page.get_by_role("button", name="Received", exact=True).count() == before - 1


def test_an_hour_old_form_says_what_happened_meanwhile_and_keeps_what_was_typed(
    page_as: Seats, place: Served
) -> None:
    early, late = page_as(DIRECTOR, PHONE), page_as(DIRECTOR, LAPTOP)
    early.goto("/")
    href = early.locator("article.card h3 a").first.get_attribute("href")
    assert href is not None
    late.goto(f"{href}/acknowledge")
    note = late.locator('textarea[name="note"]')
    note.fill("We look into it today.")
    early.get_by_role("button", name="Received", exact=True).first.click()
    expect(early.get_by_role("status").first).to_contain_text("Received")
    place.demo.advance(1)
    late.locator('main form button[type="submit"]').first.click()
    # The answer names what happened, and the note is still there.
    expect(late.locator("main")).to_contain_text("acknowledged the finding")
    assert "We look into it today." in late.locator("main").inner_html()
    assert [p for p in page_as.problems if "409" not in p] == []
    page_as.problems.clear()
