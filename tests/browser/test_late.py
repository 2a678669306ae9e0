"""Is nothing lost of what was written: when the sign-in had ended, when two wrote at once, after a double click and back?"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, expect

from clm_tracker.domain.words import Kind
from tests.browser import judging
from tests.browser.seats import LAPTOP, PHONE, Seats
from tests.browser.served import Served
from tests.browser.test_advocate import photo, press, says, to_verify
from tests.browser.test_by_link import a_letter, tap

ADVOCATE, NAME = "dararith", "Dararith"
SEEN = "The door of the counselling room does not close"
SCRIPTS = pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])

pytestmark = pytest.mark.own_demonstration


@contextmanager
def signing_in_beside(page: Page, name: str) -> Iterator[None]:
    """The way in opens in a window of its own; the page with what was written stays."""
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in", exact=True).click()
    beside = opened.value
    beside.get_by_role("link", name=re.compile(name)).click()
    expect(beside.locator(".me")).to_contain_text(name)
    beside.close()
    yield


@SCRIPTS
def test_whoever_was_signed_out_while_writing_a_finding_loses_nothing(page_as: Seats, js: bool) -> None:
    page = page_as(ADVOCATE, PHONE, js=js)
    page.goto("/findings/new?step=2")
    page.context.clear_cookies()
    page.get_by_label("In a few words").fill(SEEN)
    page.get_by_label("What exactly").fill("It stands open.\nEverybody in the corridor hears.")
    page.get_by_role("radio", name=re.compile("Quality")).check()
    page.wait_for_timeout(2_000 if js else 0)  # what is kept while somebody writes cannot be kept now
    expect(page.get_by_label("In a few words")).to_have_value(SEEN)
    press(page, "Next: when")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are not signed in any more")
    expect(page.locator("main")).to_contain_text("Everybody in the corridor hears.")
    if js:
        assert judging.judge(page) == []
        page.set_viewport_size({"width": PHONE, "height": 740})
    press(page, "Send what I wrote")  # too soon: it is all still there
    expect(page.locator("main")).to_contain_text(SEEN)
    with signing_in_beside(page, NAME):
        press(page, "Send what I wrote")
    expect(page.get_by_text("3 of 6")).to_be_visible()
    press(page, "Back")
    expect(page.get_by_label("In a few words")).to_have_value(SEEN)
    expect(page.get_by_label("What exactly")).to_have_value(
        "It stands open.\nEverybody in the corridor hears."
    )
    expect(page.get_by_role("radio", name=re.compile("Quality"))).to_be_checked()
    page.goto("/desk/drafts")
    expect(page.locator("article.card", has_text=SEEN)).to_have_count(1)
    assert [p for p in page_as.problems if "401" not in p] == []
    page_as.problems.clear()


@SCRIPTS
def test_whoever_was_signed_out_while_checking_chooses_only_the_photo_again(
    page_as: Seats, place: Served, js: bool
) -> None:
    page = page_as("advocate", PHONE, js=js)
    name = next(one.name for one in place.demo.people() if one.key == "sreyleak").partition(",")[0]
    page.goto(to_verify(page))
    page.get_by_role("radio", name="Not fixed", exact=True).check()
    page.get_by_label("In a few words").fill("The shelf is as empty as before")
    page.get_by_label("A photo or paper that shows it").set_input_files([photo()])
    page.context.clear_cookies()
    press(page, "Put the check on record")
    expect(page.locator("main")).to_contain_text("Files are to be chosen again: queue.jpg.")
    with signing_in_beside(page, name):
        press(page, "Send what I wrote")
    expect(page.get_by_role("alert")).to_contain_text("Add at least one piece of evidence")
    expect(page.get_by_label("In a few words")).to_have_value("The shelf is as empty as before")
    page.get_by_label("A photo or paper that shows it").set_input_files([photo()])
    press(page, "Put the check on record")
    says(page, "on record")


def test_a_form_that_somebody_else_was_faster_with_is_still_there_an_hour_later(
    page_as: Seats, place: Served
) -> None:
    """The advocate's form is old: what happened meanwhile stands above what was written."""
    early, late = page_as("coordinator", LAPTOP), page_as("advocate", PHONE)
    at = to_verify(late)
    late.goto(at)
    late.get_by_role("radio", name="Fixed", exact=True).check()
    late.get_by_label("In a few words").fill("Both rooms were open at nine")
    late.get_by_label("What you saw, as evidence").fill("The nurse showed the list")
    early.goto(at)
    early.get_by_role("radio", name="Fixed", exact=True).check()
    early.get_by_label("In a few words").fill("Seen on Monday")
    early.get_by_label("What you saw, as evidence").fill("A photo of the door")
    press(early, "Put the check on record")
    says(early, "on record")
    place.demo.advance(1)
    press(late, "Put the check on record")
    expect(late.get_by_role("alert")).to_contain_text("This changed while you were writing")
    for words in ("Both rooms were open at nine", "The nurse showed the list"):
        expect(late.locator("main")).to_contain_text(words)
    assert [p for p in page_as.problems if "409" not in p] == []
    page_as.problems.clear()


@SCRIPTS
def test_two_coordinators_change_the_settings_at_once(page_as: Seats, js: bool) -> None:
    one, other = page_as("coordinator", LAPTOP, js=js), page_as("coordinator", PHONE, js=js)
    for page in (one, other):
        page.goto("/settings")
        page.locator("summary", has_text="Change reminders and limits").click()
    days = "Working days for a reply before a public stage"
    one.get_by_label(days).fill("6")
    other.get_by_label(days).fill("9")
    other.get_by_label("Extensions of an action at most").fill("4")
    the_button_of(one, days).click()
    says(one, "The settings are changed")
    the_button_of(other, days).click()
    conflict = other.get_by_role("alert").filter(has_text="This changed while you were writing")
    row = conflict.get_by_role("row", name=re.compile(days))
    expect(row.get_by_role("cell").first).to_have_text("6")
    expect(row.get_by_role("cell").last).to_have_text("9")
    expect(conflict.get_by_role("row", name=re.compile("Extensions")).get_by_role("cell").last).to_have_text(
        "4"
    )
    expect(other.get_by_label(days)).to_have_value("9")
    expect(other.get_by_label("Extensions of an action at most")).to_have_value("4")
    if js:
        assert judging.judge(other) == []
        other.set_viewport_size({"width": PHONE, "height": 740})
    the_button_of(other, days).click()
    says(other, "The settings are changed")
    one.goto("/settings")
    limits = one.get_by_role("region", name="Reminders and limits")
    expect(limits.locator("dl")).to_contain_text(re.compile(rf"{days}\s*9"))
    expect(limits.locator("dl")).to_contain_text(re.compile(r"Extensions of an action at most\s*4"))
    assert [p for p in page_as.problems if "409" not in p] == []
    page_as.problems.clear()


def the_button_of(page: Page, label: str) -> Locator:
    """The button of the form that asks this."""
    form = page.locator("form", has=page.get_by_label(label))
    return form.get_by_role("button", name="Keep these settings")


@SCRIPTS
def test_a_draft_that_is_only_a_photo_is_kept_and_the_photo_taken_off(page_as: Seats, js: bool) -> None:
    page = page_as(ADVOCATE, PHONE, js=js)
    page.goto("/findings/new?step=6")
    page.get_by_label("Photos or papers").set_input_files([photo()])
    press(page, "Keep the draft and stop")
    says(page, "is kept")
    ref = re.findall(r"KH-\d+-\d+", page.locator('main > [role="status"]').inner_text())[0]
    page.goto("/desk/drafts")
    page.locator("article.card", has_text=ref).get_by_role("link", name="Go on writing").click()
    page.goto(f"/findings/{ref}/edit?step=6")
    expect(page.locator(".photos img")).to_have_count(1)
    expect(page.locator(".photos > li")).to_contain_text(re.compile(r"\d kB"))
    press(page, "Take it off")
    says(page, "It is taken off the draft.")
    expect(page.locator(".photos")).to_have_count(0)


@SCRIPTS
def test_a_double_click_behind_a_link_answers_once_and_back_offers_it_no_more(
    page_as: Seats, place: Served, js: bool
) -> None:
    letter = a_letter(place, Kind.ACKNOWLEDGE)
    page = page_as(None, PHONE, js=js)
    page.goto(f"{letter.at}?in=en")
    tap(page, "I have received this")
    page.locator("main form button").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. Your answer is on record.")
    expect(page.locator("main").get_by_text("acknowledged the finding")).to_have_count(1)
    page.go_back()
    again = page.locator("main form button")
    if again.count():
        again.click()
    expect(page.locator("main")).to_contain_text("acknowledged the finding")
    page.goto(f"{letter.at}?in=en")
    expect(page.locator(".answered").get_by_text("acknowledged the finding")).to_have_count(1)
    expect(page.get_by_role("link", name="I have received this")).to_have_count(0)
