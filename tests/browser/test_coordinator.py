"""Does a coordinator keep the programme running: routing, days, ladders, posts, files, the brake, and keys to get about?"""

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.keyboard import press_by_key, reach
from tests.browser.seats import LAPTOP, PHONE, Seats
from tests.browser.served import Served

AREAS = "source_id,level,name\n901,province,Pailin\n902,province,\n903,province,Kep\n"
SCRIPTS = pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])

pytestmark = pytest.mark.own_demonstration


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def says(page: Page, text: str) -> None:
    expect(page.locator('main > [role="status"]')).to_contain_text(text)


def unfold(page: Page, summary: str) -> None:
    page.locator("summary", has_text=summary).click()


def vacant_post(page: Page) -> str:
    """The address of a post that nobody holds."""
    page.goto("/duty-bearers?show=vacant")
    href = page.locator("main tbody a").first.get_attribute("href")
    assert href is not None
    return href


@SCRIPTS
def test_a_finding_that_matched_nobody_gets_its_duty_bearer(page_as: Seats, js: bool) -> None:
    page = page_as("coordinator", PHONE, js=js)
    page.goto("/desk/route")
    title = page.locator("article.card h3").first.inner_text()
    page.get_by_role("link", name="Name the duty bearer", exact=True).first.click()
    page.get_by_label("Who has to answer").select_option(
        label="Manager, National Programme for HIV and STI Care"
    )
    page.get_by_label("Why this post is the right one").fill("It decides on the allowance")
    press(page, "Name this duty bearer")
    expect(page.locator('main > [role="status"]')).not_to_be_empty()
    page.goto("/desk/route")
    expect(page.locator("article.card", has_text=title)).to_have_count(0)
    duty_bearer = page_as("duty_bearer", PHONE, js=js)
    duty_bearer.goto("/")
    expect(duty_bearer.locator("main")).to_contain_text(title)


@SCRIPTS
def test_by_keyboard_alone(page_as: Seats, js: bool) -> None:
    """From the desk to a finding that has its duty bearer."""
    page = page_as("coordinator", LAPTOP, js=js)
    page.goto("/desk/route")
    title = page.locator("article.card h3").first.inner_text()
    press_by_key(page, page.get_by_role("link", name="Name the duty bearer", exact=True).first)
    reach(page, page.get_by_label("Who has to answer"))
    page.keyboard.type("Manager, National Programme for HIV")
    reach(page, page.get_by_label("Why this post is the right one"))
    page.keyboard.type("It decides on the allowance")
    press_by_key(page, page.get_by_role("button", name="Name this duty bearer", exact=True))
    expect(page.locator('main > [role="status"]')).not_to_be_empty()
    page.goto("/desk/route")
    expect(page.locator("article.card", has_text=title)).to_have_count(0)


@SCRIPTS
def test_a_day_is_closed_after_a_look_at_what_it_moves(page_as: Seats, js: bool) -> None:
    page = page_as("coordinator", LAPTOP, js=js)
    page.goto("/calendar-days")
    unfold(page, "Close days of your own")
    page.get_by_label("What it is", exact=True).fill("Staff day")
    page.get_by_label("Day, or the first of several").fill("2026-03-19")
    press(page, "See what it moves")
    expect(page.get_by_role("heading", level=1)).to_have_text("Staff day")
    moves = page.get_by_role("table", name="Due dates that move").locator("tbody tr")
    n = moves.count()
    assert n > 0
    expect(page.locator("main")).to_contain_text(f"{n} due dates move later")
    ref = moves.first.get_by_role("link").inner_text()
    then = moves.first.locator("td").last.inner_text()
    press(page, "Close this day")
    says(page, "The days are closed.")
    expect(page.get_by_role("row", name="Staff day Thu 19 Mar the programme's own")).to_be_visible()
    page.goto(f"/findings/{ref}")
    expect(page.locator("main")).to_contain_text(" ".join(then.split()[:3]))


@SCRIPTS
def test_an_act_is_done_from_the_page_of_the_finding(page_as: Seats, js: bool) -> None:
    """With a script its questions open where they are asked for, and the keyboard is led to them; without one on a page."""
    page = page_as("coordinator", PHONE, js=js)
    page.goto("/findings?status=open")
    page.locator("table.rows p.t a").first.click()
    page.wait_for_url(re.compile(r"/findings/[A-Z]+-\d+-\d+$"))
    finding = page.url
    way = page.locator("#acts").get_by_role("link", name="Add evidence")
    way.focus()
    page.keyboard.press("Enter")
    if js:
        expect(page.get_by_label("Or a statement")).to_be_visible()
        expect(page.locator(":focus")).to_have_text("Add evidence")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Or a statement")).to_be_hidden()
        page.keyboard.press("Enter")
        assert page.url == finding
    page.get_by_label("Or a statement").fill("The line was out to the road on Monday")
    press(page, "Add this")
    says(page, "The evidence is in the record.")
    expect(page).to_have_url(finding)


def test_a_further_stage_and_its_effect_while_one_writes(page_as: Seats) -> None:
    page = page_as("coordinator", LAPTOP)
    page.goto("/ladders/critical/edit")
    effect = page.locator("#effect")
    press(page, "Add a stage at the end")
    page.get_by_role("region", name="Stage 9").get_by_label("Name", exact=True).fill("Ombudsperson")
    expect(effect).to_contain_text("Ombudsperson")
    page.get_by_label("Wait", exact=True).first.fill("9")
    expect(effect).to_contain_text("would climb later")
    expect(page).to_have_url(re.compile("/ladders/critical/edit#stage-9$"))
    press(page, "Keep as the next version")
    says(page, "ersion 2")
    expect(page.locator("ol.ladder").first).to_contain_text("Ombudsperson")


def test_a_further_stage_and_its_effect_by_a_button(page_as: Seats) -> None:
    page = page_as("coordinator", PHONE, js=False)
    page.goto("/ladders/critical/edit")
    press(page, "Add a stage at the end")
    page.get_by_role("region", name="Stage 9").get_by_label("Name", exact=True).fill("Ombudsperson")
    page.get_by_label("Wait", exact=True).first.fill("9")
    expect(page.locator("#effect")).not_to_contain_text("would climb later")
    press(page, "Look at what it would do")
    expect(page.locator("#effect")).to_contain_text("Ombudsperson")
    expect(page.locator("#effect")).to_contain_text("would climb later")
    press(page, "Keep as the next version")
    says(page, "ersion 2")


@SCRIPTS
def test_a_vacant_post_gets_its_holder(page_as: Seats, js: bool) -> None:
    page = page_as("coordinator", PHONE, js=js)
    post = vacant_post(page)
    page.goto(post)
    expect(page.locator("main")).to_contain_text("This post is vacant")
    unfold(page, "Appoint a holder")
    page.get_by_label("Name", exact=True).fill("Keo Thavy")
    page.get_by_label("Email address for letters").fill("thavy@posts.example.org")
    press(page, "Put down the holder")
    expect(page.locator("main")).to_contain_text("Held by Keo Thavy since Mon 16 March.")
    page.goto("/duty-bearers?show=vacant")
    expect(page.locator(f'main a[href="{post}"]')).to_have_count(0)


def test_two_coordinators_change_one_post_at_once(page_as: Seats) -> None:
    one, other = page_as("coordinator", LAPTOP), page_as("coordinator", PHONE)
    post = vacant_post(one)
    one.goto(f"{post}/change")
    other.goto(f"{post}/change")
    one.get_by_label("Title", exact=True).fill("Acting Director")
    other.get_by_label("Title", exact=True).fill("Head")
    press(one, "Keep the change")
    says(one, "The post is changed.")
    press(other, "Keep the change")
    conflict = other.get_by_role("alert")
    expect(conflict).to_contain_text("This changed while you were writing")
    expect(conflict.get_by_role("cell", name="Acting Director")).to_be_visible()
    expect(conflict.get_by_role("cell", name="Head")).to_be_visible()
    expect(other.get_by_label("Title", exact=True)).to_have_value("Head")
    press(other, "Keep the change")
    says(other, "The post is changed.")
    expect(other.get_by_role("heading", level=1)).to_contain_text("Head, ")
    assert [p for p in page_as.problems if "409" not in p] == []
    page_as.problems.clear()


@SCRIPTS
def test_a_file_with_a_refused_row_is_looked_at_and_taken_in(page_as: Seats, js: bool) -> None:
    page = page_as("coordinator", LAPTOP, js=js)
    page.goto("/imports")
    page.get_by_role("radio", name="Areas").check()
    file: FilePayload = {"name": "areas.csv", "mimeType": "text/csv", "buffer": AREAS.encode()}
    page.locator('input[name="file"]').set_input_files([file])
    press(page, "Look what would happen")
    says(page, "Nothing is taken in yet.")
    expect(page.get_by_role("table", name="What would happen").locator("tbody")).to_have_text(
        re.compile(r"Areas\s*2\s*0\s*0")
    )
    refused = page.get_by_role("table", name="Rows that were refused")
    expect(refused).to_contain_text("Line 3")
    expect(refused).to_contain_text("A name in at least one language is needed.")
    press(page, "Take it in")
    says(page, "The file is taken in.")
    expect(refused).to_contain_text("Line 3")
    page.goto("/places?q=Pailin")
    expect(page.locator("main")).to_contain_text("Pailin")


@SCRIPTS
def test_the_brake_holds_after_an_outage_until_it_is_released(
    page_as: Seats, place: Served, js: bool
) -> None:
    """R31."""
    place.outage(12)
    page = page_as("coordinator", PHONE, js=js)
    page.goto("/engine")
    held = page.get_by_role("table", name="Held by the brake").locator("tbody tr")
    expect(page.locator("main")).to_contain_text("The engine had not looked for 12 days.")
    assert held.count() > 0
    page.get_by_label("Why the held stages may go on").fill("The server was moved; each was looked at")
    page.get_by_role("button", name=re.compile("^Release the held stages?$")).click()
    says(page, "released")
    expect(page.locator("main")).to_contain_text("The server was moved; each was looked at")
    place.demo.advance(1)
    page.goto("/engine")
    expect(page.locator("main")).to_contain_text("No stage is held.")


def test_keys_lead_through_the_list(page_as: Seats) -> None:
    page = page_as("coordinator", LAPTOP)
    page.goto("/findings")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard")
    expect(sheet).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.keyboard.press("/")
    search = page.get_by_role("searchbox", name=re.compile("Search findings"))
    expect(search).to_be_focused()
    page.keyboard.type("?jk")
    expect(search).to_have_value("?jk")
    expect(sheet).to_be_hidden()
    page.goto("/findings")
    rows = page.locator("main tbody th a")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    to = rows.nth(0).get_attribute("href")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{to}$"))
