"""Does an advocate get from what was seen to what is resolved, on a phone, by keyboard, without a script, on slow 2G?"""

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.keyboard import press_by_key, reach
from tests.browser.seats import LAPTOP, PHONE, Seats
from tests.browser.wire import slow_down

ADVOCATE, OTHER, DIRECTOR = "dararith", "sokunthea", "site-chey-udam"
WORDS = "Nobody calls the next number"
SLOW = 60_000

pytestmark = pytest.mark.own_demonstration


def photo() -> FilePayload:
    """A picture as a telephone makes it."""
    out = BytesIO()
    Image.new("RGB", (320, 240), "teal").save(out, "JPEG")
    return {"name": "queue.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def says(page: Page, text: str) -> None:
    expect(page.locator('main > [role="status"]')).to_contain_text(text)


def answer_what(page: Page) -> None:
    page.get_by_label("In a few words").fill(WORDS)
    page.get_by_label("Thematic area").select_option(index=1)
    page.get_by_role("radio", name=re.compile("Quality")).check()


def answer_all(page: Page, *, stepped: bool, shows: FilePayload | None) -> None:
    """Every question of the form, in its order, up to the page that opens the finding."""

    def onwards(label: str) -> None:
        if stepped:
            press(page, f"Next: {label}")

    page.locator("#sites").get_by_role("radio", name=re.compile("Chey Udam")).check()
    onwards("what was seen")
    answer_what(page)
    onwards("when")
    page.get_by_label("On which day?").fill("2026-03-09")
    onwards("who is affected")
    page.get_by_label("Who, and about how many").fill("About 20 people on treatment")
    onwards("how serious")
    page.get_by_role("radio", name=re.compile("^High")).check()
    onwards("photos")
    if shows:
        page.get_by_label("Photos or papers").set_input_files([shows])
        page.get_by_label("What they show").fill("The queue at ten")
    press(page, "Keep it, then see who has to answer")


def drafts(page: Page) -> int:
    """How many unfinished drafts the desk counts."""
    page.goto("/desk/drafts")
    return page.locator("main article.card").count()


def reference(page: Page) -> str:
    return str(re.findall(r"KH-\d+-\d+", page.url)[0])


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("width", [PHONE, LAPTOP])
def test_from_nothing_to_open_with_a_photo(page_as: Seats, js: bool, width: int) -> None:
    page = page_as(ADVOCATE, width, js=js)
    before = drafts(page)
    page.goto("/")
    page.get_by_role("link", name="Log a finding").first.click()
    answer_all(page, stepped=width == PHONE, shows=photo())
    expect(page.get_by_label("Who has to answer")).to_contain_text("Director, Chey Udam Referral Hospital")
    press(page, "Open the finding")
    says(page, "The finding is open. Who has to answer is told today.")
    expect(page.get_by_role("figure")).to_contain_text("The queue at ten")
    ref = reference(page)
    assert drafts(page) == before, "Nothing half-written stays behind."
    page.goto("/findings?mine=yes")
    expect(page.locator("main tbody tr").first).to_contain_text(ref)
    director = page_as(DIRECTOR, PHONE, js=js)
    director.goto("/")
    expect(director.locator("article.card", has_text=ref)).to_contain_text(WORDS)


def test_on_a_slow_network_one_draft_is_kept_and_not_two(page_as: Seats) -> None:
    """The next question comes later than what is written would be kept by itself."""
    page = page_as(ADVOCATE, PHONE)
    page.context.set_default_timeout(SLOW)
    expect.set_options(timeout=SLOW)
    try:
        before = drafts(page)
        page.goto("/findings/new")
        slow_down(page)
        answer_all(page, stepped=True, shows=None)
        press(page, "Open the finding")
        says(page, "The finding is open")
    finally:
        expect.set_options(timeout=5_000)
    other = page_as(ADVOCATE, PHONE)
    assert drafts(other) == before


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
def test_by_keyboard_alone(page_as: Seats, js: bool) -> None:
    page = page_as(ADVOCATE, LAPTOP, js=js)
    page.on(
        "filechooser", lambda _: None
    )  # listened for from here on: it takes the browser a moment to begin
    page.goto("/")
    if js:
        page.keyboard.press("g")
        page.keyboard.press("l")
    else:
        press_by_key(page, page.get_by_role("link", name="Log a finding").first)
    expect(page.get_by_role("heading", name="Log a finding")).to_be_visible()
    reach(page, page.locator("#sites").get_by_role("radio").first)
    page.keyboard.press("Space")
    reach(page, page.get_by_label("In a few words"))
    page.keyboard.type(WORDS)
    reach(page, page.get_by_label("Thematic area"))
    page.keyboard.press("ArrowDown")
    reach(page, page.get_by_role("radio", name=re.compile("Availability")))
    page.keyboard.press("Space")
    reach(page, page.get_by_label("On which day?"))
    page.keyboard.type("03032026")
    reach(page, page.get_by_role("radio", name=re.compile("^Critical")))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name=re.compile("^High"))).to_be_checked()
    photos = page.get_by_label("Photos or papers")
    reach(page, photos)
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files([photo()])
    reach(page, page.get_by_label("What they show"))
    page.keyboard.type("The queue at ten")
    press_by_key(page, page.get_by_role("button", name="Keep it, then see who has to answer"))
    opens = page.get_by_role("button", name="Open the finding")
    expect(opens).to_be_visible()
    press_by_key(page, opens)
    says(page, "The finding is open")
    expect(page.get_by_role("figure")).to_contain_text("The queue at ten")


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
def test_after_a_dead_battery_one_goes_on_at_the_draft(page_as: Seats, js: bool) -> None:
    page = page_as(ADVOCATE, PHONE, js=js)
    page.goto("/findings/new?step=2")
    answer_what(page)
    if js:
        expect(page.locator("#kept")).to_contain_text("Draft kept")
    else:
        press(page, "Next: when")
    page.context.close()
    again = page_as(ADVOCATE, PHONE, js=js)
    again.goto("/desk/drafts")
    again.locator("article.card", has_text=WORDS).get_by_role("link", name="Go on writing").click()
    expect(again.get_by_role("heading", name="Where was it seen?")).to_be_visible()
    again.locator("#sites input").first.check()
    press(again, "Next: what was seen")
    expect(again.get_by_label("In a few words")).to_have_value(WORDS)
    expect(again.get_by_role("radio", name=re.compile("Quality"))).to_be_checked()


def test_the_back_button_leads_to_what_was_answered(page_as: Seats) -> None:
    page = page_as(ADVOCATE, PHONE)
    before = drafts(page)
    page.goto("/findings/new?step=2")
    answer_what(page)
    press(page, "Next: when")
    expect(page.get_by_text("3 of 6")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("In a few words")).to_have_value(WORDS)
    page.go_forward()
    page.get_by_label("On which day?").fill("2026-03-09")
    press(page, "Next: who is affected")
    expect(page.get_by_text("4 of 6")).to_be_visible()
    assert drafts(page) == before + 1


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
def test_a_double_click_agrees_once_to_what_was_proposed(page_as: Seats, js: bool) -> None:
    page = page_as("advocate", PHONE, js=js)
    page.goto("/desk/proposed")
    card = page.locator("article.card").first
    address = card.locator("h3 a").get_attribute("href")
    accept = card.get_by_role("button", name="Accept", exact=True)
    accept.dblclick()
    says(page, "Agreed. The day is a promise now.")
    page.goto(f"{address}/record")
    expect(page.locator("main").get_by_text(re.compile("agreed: "))).to_have_count(1)


def test_a_view_is_kept_on_a_phone_and_stands_above_its_list(page_as: Seats) -> None:
    page = page_as("advocate", PHONE, js=False)
    page.goto("/findings?severity=high&sort=due")
    page.get_by_role("link", name="Save this view").click()
    page.get_by_label("What the view is called").fill("Serious ones")
    press(page, "Save this view")
    kept = page.get_by_role("navigation", name="Views").get_by_role("link", name="Serious ones")
    expect(kept).to_be_visible()
    expect(kept).to_have_attribute("aria-current", "page")


def to_verify(page: Page) -> str:
    """The address of the first check that waits."""
    page.goto("/desk/verify")
    href = page.get_by_role("link", name="Put the check on record").first.get_attribute("href")
    assert href is not None
    return href


def check(page: Page, saw: str) -> None:
    page.get_by_role("radio", name="Fixed", exact=True).check()
    page.get_by_label("In a few words").fill("It is as it should be")
    page.get_by_label("What you saw, as evidence").fill(saw)


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
def test_verified_with_evidence_and_resolved_by_two_people(page_as: Seats, js: bool) -> None:
    """R18: who calls it resolved first cannot confirm it too."""
    one, other = page_as("advocate", PHONE, js=js), page_as("coordinator", LAPTOP, js=js)
    one.goto(to_verify(one))
    finding = one.locator("main").get_by_role("link", name=re.compile("^KH-")).get_attribute("href")
    check(one, "Twelve files, the questions answered in each")
    one.get_by_label("A photo or paper that shows it").set_input_files([photo()])
    press(one, "Put the check on record")
    says(one, "on record")
    one.goto(f"{finding}/resolve")
    one.get_by_label("What is different now").fill("Both questions are asked")
    press(one, "Call it resolved")
    one.goto(str(finding))
    expect(one.locator("main").get_by_role("figure")).to_have_count(2)
    one.goto(f"{finding}/resolve")
    expect(one.locator("main")).to_contain_text("a second person from the community side confirms it")
    expect(one.get_by_role("button", name="Call it resolved")).to_have_count(0)
    other.goto("/desk/confirm")
    card = other.locator("article.card", has=other.locator(f'h3 a[href="{finding}"]'))
    card.get_by_role("link", name="Confirm that it is resolved").click()
    other.get_by_label("What is different now").fill("Seen again on Friday")
    press(other, "Call it resolved")
    other.goto(str(finding))
    expect(other.locator("main")).to_contain_text("telling the community what came of it")
    other.goto("/findings?status=resolved")
    expect(other.locator(f'main tbody a[href="{finding}"]')).to_be_visible()


def test_two_people_check_at_once_and_nothing_that_was_typed_is_lost(page_as: Seats) -> None:
    one, other = page_as("advocate", PHONE), page_as("coordinator", LAPTOP)
    address = to_verify(one)
    one.goto(address)
    other.goto(address)
    check(one, "All twelve files")
    check(other, "Nine of ten files")
    press(one, "Put the check on record")
    says(one, "on record")
    press(other, "Put the check on record")
    expect(other.get_by_role("alert")).to_contain_text("This changed while you were writing")
    expect(other.locator("main")).to_contain_text("Nine of ten files")
    assert [p for p in page_as.problems if "409" not in p] == []
    page_as.problems.clear()
