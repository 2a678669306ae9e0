"""Can everybody use what only a script or an answer makes of a page: opened, picked, searched for, sent back?

`test_accessible` judges pages as they come; here each page is judged once more, in a state that somebody brought it to.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import judging
from tests.browser.atlas import Atlas, Visit
from tests.browser.seats import LAPTOP, PHONE, Seats

State = Callable[[Page, Atlas], None]
FINDING = "/findings/{ref}"


def acts_opened_in_place(page: Page, atlas: Atlas) -> None:
    page.goto(atlas.find(Visit(FINDING, "coordinator"))[1])
    page.evaluate("() => document.querySelectorAll('#main details').forEach(one => { one.open = true })")
    ways = page.locator(".act a[hx-get]")
    assert ways.count() > 1
    while ways.count():
        left = ways.count()
        ways.first.click()
        expect(ways).to_have_count(left - 1)


def the_dates_opened(page: Page, atlas: Atlas) -> None:
    page.goto(atlas.find(Visit(FINDING, "coordinator"))[1])
    page.locator(".due summary").click()
    expect(page.locator(".due table.cal")).to_be_visible()


def the_sheet_of_keys(page: Page, _: Atlas) -> None:
    page.goto("/findings")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()


def rows_picked(page: Page, _: Atlas) -> None:
    page.goto("/findings?status=open")
    for box in page.locator("input[name=pick]").all()[:3]:
        box.check()


def the_change_of_what_was_picked(page: Page, atlas: Atlas) -> None:
    rows_picked(page, atlas)
    page.locator("form.bulk").get_by_role("button", name="Close as withdrawn").click()
    expect(page.locator("main form.form")).to_be_visible()


def the_change_sent_back(page: Page, atlas: Atlas) -> None:
    the_change_of_what_was_picked(page, atlas)
    send_empty(page, "main form.form")


def the_filters(page: Page, _: Atlas) -> None:
    page.set_viewport_size({"width": PHONE, "height": 740})
    page.goto("/findings?status=open")
    page.locator(".to-filters a").click()
    expect(page.locator("#filters")).to_be_visible()


def places_found(page: Page, _: Atlas) -> None:
    page.goto("/findings/new")
    page.locator("#find").press_sequentially("centre")
    expect(page.locator("#sites")).to_contain_text("Places called “centre”")


def answers_sent_back(page: Page, atlas: Atlas) -> None:
    page.goto(atlas.find(Visit(FINDING + "/edit", "coordinator", kind="open"))[1])
    page.locator("#title").fill("")
    send_empty(page, "#log")


def an_act_sent_back(page: Page, atlas: Atlas) -> None:
    page.goto(atlas.find(Visit(FINDING, "coordinator"))[1])
    page.locator(".act a[hx-get]").first.click()
    send_empty(page, ".act[open] .form:has(textarea[required])")


def send_empty(page: Page, form: str) -> None:
    """Past what a browser asks for itself, so that the answer is the server's."""
    page.locator(form).first.evaluate("form => { form.noValidate = true; form.requestSubmit() }")
    expect(page.locator(".field.wrong").first).to_be_visible()
    expect(page.locator("[aria-invalid]").first).to_be_visible()


@pytest.mark.parametrize(
    "state",
    [
        acts_opened_in_place,
        the_dates_opened,
        the_sheet_of_keys,
        rows_picked,
        the_change_of_what_was_picked,
        the_change_sent_back,
        answers_sent_back,
        an_act_sent_back,
        the_filters,
        places_found,
    ],
    ids=lambda state: state.__name__,
)
def test_everybody_can_use_it_in_this_state(looking_as: Seats, atlas: Atlas, state: State) -> None:
    page = looking_as.again("coordinator")
    page.set_viewport_size({"width": LAPTOP, "height": 800})
    state(page, atlas)
    wrong = judging.judge(page)
    assert not wrong, "\n".join(wrong)
