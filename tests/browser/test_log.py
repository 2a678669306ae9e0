"""Does somebody log a finding on a phone, one question at a time, and does a dead battery lose nothing? (R44)"""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.seats import LAPTOP, PHONE, Seats

ADVOCATE = "dararith"
pytestmark = pytest.mark.own_demonstration


def onwards(page: Page, label: str) -> None:
    page.get_by_role("button", name=f"Next: {label}", exact=True).click()


def picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
def test_one_question_at_a_time(page_as: Seats, js: bool) -> None:
    page = page_as(ADVOCATE, PHONE, js=js)
    page.goto("/findings/new")
    expect(page.get_by_role("heading", name="Where was it seen?")).to_be_visible()
    expect(page.get_by_label("In a few words")).to_be_hidden()
    page.locator("#sites input").first.check()
    onwards(page, "what was seen")
    expect(page.get_by_text("2 of 6")).to_be_visible()
    page.get_by_label("In a few words").fill("Nobody calls the next number")
    page.get_by_label("Thematic area").select_option(index=1)
    page.get_by_role("radio", name=re.compile("Quality")).check()
    onwards(page, "when")
    page.get_by_label("On which day?").fill("2026-03-09")
    onwards(page, "who is affected")
    onwards(page, "how serious")
    page.get_by_role("radio", name=re.compile("Standard")).check()
    onwards(page, "photos")
    page.get_by_role("button", name="Keep it, then see who has to answer").click()
    expect(page.get_by_role("button", name="Open the finding")).to_be_visible()


def test_all_of_them_on_a_laptop(page_as: Seats) -> None:
    page = page_as(ADVOCATE, LAPTOP, js=False)
    page.goto("/findings/new")
    for question in ("Where was it seen?", "What was seen?", "When?", "How serious is it?", "What shows it?"):
        expect(page.get_by_role("heading", name=question)).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Next"))).to_have_count(0)


def test_what_is_written_is_kept_before_any_button(page_as: Seats) -> None:
    page = page_as(ADVOCATE, PHONE)
    page.goto("/findings/new?step=2")
    page.get_by_label("In a few words").press_sequentially("An addict was sent away")
    expect(page.locator("#kept")).to_contain_text("Draft kept")
    expect(page.get_by_text("“addict”")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/findings/KH-2026-\d+/edit\?step=2$"))
    page.get_by_label("In a few words").press_sequentially(" again")
    with page.expect_response(lambda answer: answer.request.method == "POST") as kept:
        pass
    assert kept.value.ok
    page.reload()
    expect(page.get_by_label("In a few words")).to_have_value("An addict was sent away again")
    # Two windows on one draft: the second is told on the phone too, where only one question is shown.
    one, two = page_as(ADVOCATE, PHONE, js=False), page_as(ADVOCATE, PHONE, js=False)
    for window in (one, two):
        window.goto(page.url)
    for window, title in ((one, "A person was sent away"), (two, "Somebody was sent away")):
        window.get_by_label("In a few words").fill(title)
        onwards(window, "when")
    expect(two.get_by_role("alert")).to_contain_text("This changed while you were writing")
    assert [p for p in page_as.problems if "409" not in p] == []
    page_as.problems.clear()


def test_places_nearby(page_as: Seats) -> None:
    here = {"latitude": 13.1, "longitude": 103.2}
    page = page_as(ADVOCATE, PHONE, geolocation=here, permissions=["geolocation"])
    page.goto("/findings/new")
    page.get_by_role("button", name="Find places near me").click()
    expect(page.locator("#sites")).to_contain_text("km away")
    nowhere = page_as(ADVOCATE, PHONE, js=False)
    nowhere.goto("/findings/new")
    expect(nowhere.get_by_role("button", name="Find places near me")).to_be_hidden()


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
def test_a_photo_is_called_otherwise_and_taken_off(page_as: Seats, js: bool) -> None:
    page = page_as(ADVOCATE, PHONE, js=js)
    page.goto("/findings/new?step=5")
    page.get_by_role("radio", name=re.compile("Standard")).check()
    onwards(page, "photos")
    photos = [
        FilePayload(name=f"{c}.png", mimeType="image/png", buffer=picture(c)) for c in ("teal", "maroon")
    ]
    page.get_by_label("Photos or papers").set_input_files(photos)
    if js:
        expect(page.locator(".chosen p")).to_have_text(
            [re.compile(rf"^{name}\.png, \d kB$") for name in ("teal", "maroon")]
        )
    page.get_by_label("What they show").fill("In the pharmacy")
    page.get_by_role("button", name="Add them now").click()
    both = page.locator(".photos > li")
    expect(both).to_have_count(2)
    first = page.get_by_role("group", name="In the pharmacy").first
    expect(first).to_contain_text(re.compile(r"\d kB"))
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    first.get_by_label("What it shows").fill("The empty shelf")
    if js:
        expect(page.locator("input[type=hidden][value='The empty shelf']")).to_have_count(1)
        page.reload()
    else:
        page.get_by_role("button", name="Add them now").click()
    shelf = page.get_by_role("group", name="The empty shelf")
    expect(shelf.get_by_role("img", name=re.compile("The empty shelf"))).to_be_visible()
    box = shelf.get_by_role("button", name="Take it off").bounding_box()
    assert box is not None
    assert box["height"] >= 44
    page.get_by_role("group", name="In the pharmacy").get_by_role("button", name="Take it off").click()
    expect(page.get_by_text("It is taken off the draft.")).to_be_visible()
    expect(both).to_have_count(1)
    expect(shelf).to_be_visible()
