"""Can whoever has one minute, a cheap phone and a letter answer by its link: in Khmer, in the dark, without a script? (R40)"""

import re
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select

from clm_tracker.db import tables
from clm_tracker.domain.words import LIVE, ActionState, Kind, Party
from tests import links as given
from tests.browser import judging
from tests.browser.seats import LAPTOP, PHONE, Seats
from tests.browser.served import Served
from tests.browser.wire import weighing
from tests.demonstration import settings_in

WHOLE = 30_000  # bytes over the wire: the page, its style and its drawings, at the first visit
PAGE = 10_000

pytestmark = pytest.mark.own_demonstration


@dataclass(frozen=True)
class Letter:
    """What the link of a letter is about."""

    at: str
    action: UUID | None


def a_letter(place: Served, kind: Kind) -> Letter:
    """A letter about a finding of which the duty bearer owes this."""
    _person, programme_id = place.person("coordinator")
    o, a, now = tables.ObligationRow, tables.ActionRow, place.demo.now()
    with place.store.engine.connect() as connection:
        owed = (
            select(o.finding_id, o.duty_bearer_id, o.action_id)
            .join(tables.HolderRow, tables.HolderRow.duty_bearer_id == o.duty_bearer_id)
            .outerjoin(a, a.id == o.action_id)
            .where(o.kind == kind, o.owed_by == Party.DUTY_BEARER, o.state.in_(LIVE))
            .where((a.id.is_(None)) | (a.state == ActionState.AGREED))
            .where(tables.HolderRow.to_on.is_(None))
            .order_by(o.id)
        )
        found = connection.execute(owed).first()
    assert found is not None, f"In the demonstration nobody owes {kind}."
    link = given.give(place.store, programme_id, now, found.finding_id, found.duty_bearer_id)
    return Letter(f"/a/{given.word(settings_in(Path.cwd()).key(), link)}", found.action_id)


def tap(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


@pytest.mark.parametrize("language", ["en", "km"])
def test_everybody_can_use_every_page(page_as: Seats, place: Served, language: str) -> None:
    page = page_as(None, language=language)
    first, second = a_letter(place, Kind.ACKNOWLEDGE), a_letter(place, Kind.ACT)
    asked = f"?in={language}"
    steps = ("acknowledge", "propose", "propose-transfer", "refuse", "reply", "not-me")
    at = [f"{first.at}{asked}", *(f"{first.at}/{step}{asked}" for step in steps)]
    at += [
        f"{second.at}{asked}",
        *(f"{second.at}/actions/{second.action}/{step}{asked}" for step in ("report-done", "ask-extension")),
    ]
    wrong: list[str] = []
    for address in at:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, (address, page.inner_text("body"))
        assert page.locator("html").get_attribute("lang") == language
        wrong += [f"{address}: {one}" for one in judging.judge(page)]
    page.goto(f"{first.at}/acknowledge{asked}")
    page.locator("main form button").click()
    wrong += [f"received: {one}" for one in judging.judge(page)]
    place.clock.advance(days=200)
    for address in (f"{first.at}{asked}", f"{first.at}x"):
        page.goto(address)
        wrong += [f"{address}: {one}" for one in judging.judge(page)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("width", [PHONE, LAPTOP])
def test_received_and_what_will_be_done_without_a_script(page_as: Seats, place: Served, width: int) -> None:
    letter = a_letter(place, Kind.ACKNOWLEDGE)
    page = page_as(None, width, js=False, dark=True, language="km")
    page.goto(f"{letter.at}?in=km")
    tap(page, "ខ្ញុំបានទទួលហើយ")
    page.locator("main form button").click()
    expect(page).to_have_url(re.compile(r"/received\?in=km$"))
    expect(page.locator("h1")).to_contain_text("សូមអរគុណ")
    page.locator("main a.btn").click()
    tap(page, "English")
    expect(page.get_by_role("link", name="I have received this")).to_have_count(0)
    tap(page, "Say what will be done, and by when")
    page.get_by_label("What will be done", exact=False).first.fill("Every person is seen, whoever they are")
    day = place.demo.now().date() + timedelta(days=14)
    page.locator('input[name="due_on"]').fill(day.isoformat())
    page.locator("main form button").click()
    expect(page.locator("main")).to_contain_text("proposed: Every person is seen, whoever they are")
    assert page.context.cookies() == []


def test_done_with_a_photo_on_a_phone(page_as: Seats, place: Served) -> None:
    letter = a_letter(place, Kind.ACT)
    page = page_as(None, PHONE, js=False)
    page.goto(f"{letter.at}/actions/{letter.action}/report-done?in=en")
    page.locator('textarea[name="note"]').fill("The staff was trained.")
    page.locator('input[type="file"]').set_input_files(
        {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
    )
    page.locator("main form button").click()
    expect(page.locator("h1")).to_have_text("Thank you. Your answer is on record.")
    expect(page.locator("main")).to_contain_text("attached evidence")


def test_a_double_click_answers_once(page_as: Seats, place: Served) -> None:
    letter = a_letter(place, Kind.ACKNOWLEDGE)
    page = page_as(None, PHONE)
    page.goto(f"{letter.at}/acknowledge?in=en")
    page.locator("main form button").dblclick()
    expect(page.locator("h1")).to_have_text("Thank you. Your answer is on record.")
    assert page.locator("main").inner_text().count("acknowledged the finding") == 1


def test_is_light_enough_for_a_slow_network(page_as: Seats, place: Served) -> None:
    letter = a_letter(place, Kind.ACKNOWLEDGE)
    page = page_as(None, PHONE)
    with weighing(page) as first:
        page.goto(f"{letter.at}?in=km")
    own = [n for at, n in first.of.items() if "/a/" in at]
    assert first.total < WHOLE, first.of
    assert 0 < sum(own) < PAGE, first.of


def a_photo() -> bytes:
    out = BytesIO()
    Image.new("RGB", (320, 240), "teal").save(out, "JPEG")
    return out.getvalue()
