"""Does a coordinator set up a new programme from an empty database to its first open finding, by its pages alone? (R2, R3, R12)"""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from clm_tracker import app
from clm_tracker.db.tables import ProgrammeRow
from clm_tracker.db.units import Store
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.settings import Settings
from clm_tracker.web.first_word import first_word, is_first_word
from tests.web import markup, pages
from tests.web.program import BASE, SAME

BEGIN = "Begin the programme"
ANSWERS = {
    "name": "Community Eyes",
    "name_km": "ភ្នែកសហគមន៍",
    "prefix": "kh",
    "country": "KH",
    "languages": "en",
    "coordinator": "Sokha",
    "email": "sokha@example.org",
    "password": "seven white herons",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, base_url=BASE)


@pytest.fixture
def browser(engine: Engine, clock: FixedClock, settings: Settings) -> TestClient:
    """A browser before a program whose database holds nothing."""
    web = app.build(settings, clock=clock, store=Store(engine))
    return TestClient(web, base_url=BASE, headers=SAME, follow_redirects=False)


def shown(browser: TestClient, answer: Any) -> str:  # noqa: ANN401 - the client's own answer
    """The page that a form leads on to."""
    assert answer.status_code == 303, pages.text(answer.text)
    page = browser.get(answer.headers["location"])
    assert page.status_code == 200, page.text
    assert markup.faults(page.text) == []
    return page.text


def steps(browser: TestClient) -> tuple[str, list[str]]:
    """The step that is next on the desk, and those that are done."""
    page = markup.Document(browser.get("/").text)
    inside = [e for e in page.all("li") if e.classes & {"done", "next", "later"}]
    following = [e.text for e in inside if "next" in e.classes]
    return (following or [""])[0], [e.text for e in inside if "done" in e.classes]


def test_before_one_signs_in_pages_say_whose_they_are_except_in_safety_mode(
    browser: TestClient, settings: Settings, engine: Engine
) -> None:
    """Decision 0021, R43."""
    stranger = TestClient(browser.app, base_url=BASE, headers=SAME, follow_redirects=False)
    begin = browser.get(f"/begin?word={first_word(settings.key())}").text
    assert "clm-tracker" in pages.text(begin)
    shown(browser, pages.send(browser, begin, BEGIN, **ANSWERS))
    for page in ("/sign-in", "/no-such-page"):
        said = pages.text(stranger.get(page).text)
        assert "Community Eyes" in said
    with Session(engine) as session:
        session.execute(update(ProgrammeRow).values(safety_mode=True))
        session.commit()
    said = pages.text(stranger.get("/sign-in").text)
    assert "Community Eyes" not in said
    assert "clm-tracker" in said


def test_from_the_empty_database_to_the_first_open_finding(browser: TestClient, settings: Settings) -> None:
    assert browser.get("/").headers["location"].startswith("/sign-in")
    assert browser.get("/sign-in").headers["location"] == "/begin"
    begin = browser.get(f"/begin?word={first_word(settings.key())}")
    assert markup.faults(begin.text) == []
    desk = shown(browser, pages.send(browser, begin.text, BEGIN, **ANSWERS))
    assert "To the first finding" in pages.text(desk)
    assert steps(browser) == (steps(browser)[0], [])
    assert "Places" in steps(browser)[0]
    assert ANSWERS["name_km"] in pages.text(browser.get("/settings").text)
    assert browser.get("/begin").status_code == 404, "it is over for everybody"

    places = browser.get("/places").text
    assert '<details class="act" id="add-area" open>' in places, "where nothing is yet, one begins here"
    top = shown(
        browser,
        pages.send(browser, places, "Add the area", name="Cambodia", level="country"),
    )
    district = shown(browser, pages.send(browser, top, "Add the area", name="Thma Koul", level="district"))
    site = pages.send(browser, district, "Add the site", name="Ta Pung Health Centre", kind="health centre")
    there = shown(browser, site)
    assert "No post answers for this site." in pages.text(there)
    assert "Duty bearers" in steps(browser)[0]

    [new] = re.findall(r'href="(/duty-bearers/new\?at=[^"]+)"', there)
    post = {"title": "Chief", "institution": "Ta Pung Health Centre", "level": "site"}  # it knows the site
    shown(browser, pages.send(browser, browser.get(new).text, "Add the post", **post))
    assert "Chief, Ta Pung Health Centre" in pages.text(browser.get(site.headers["location"]).text)
    assert "People" in steps(browser)[0]

    invite = browser.get("/people/invite").text
    thida = {"name": "Thida", "email": "thida@example.org", "role": "advocate"}
    assert "Thida" in shown(browser, pages.send(browser, invite, "Invite, and make the link", **thida))
    assert "A round" in steps(browser)[0]

    planned = {"name": "First round", "first_on": "2026-03-02", "last_on": "2026-05-29"}
    preview = pages.send(browser, browser.get("/rounds").text, "See what it moves", **planned)
    shown(browser, pages.send(browser, preview.text, "Plan this round"))

    themes = browser.get("/findings/new").text
    finding = {
        "title": "No viral load results for three months",
        "site": site.headers["location"].rpartition("/")[2],
        "theme": re.findall(r'value="([^"]+)"[^>]*>(?:<span><b>)?Care and treatment', themes)[0],
        "dimension": "availability",
        "observed_on": "2026-02-27",
        "severity": "high",
    }
    opening = shown(browser, pages.send(browser, themes, "Keep it, then see who has to answer", **finding))
    assert "Chief, Ta Pung Health Centre, as routing finds" in pages.text(opening)
    opened = shown(browser, pages.send(browser, opening, "Open the finding"))
    assert "KH-2026-0001" in pages.text(opened)
    assert steps(browser) == ("", []), "all is done, so the list is gone"
    assert "To the first finding" not in pages.text(browser.get("/set-up").text)


def test_nobody_begins_without_the_word_and_nothing_is_lost(browser: TestClient, settings: Settings) -> None:
    """R38."""
    page = browser.get("/begin").text
    for word in ("", "a", "ä" * 20, first_word(b"another key")):
        refused = pages.send(browser, page, BEGIN, **ANSWERS, word=word)
        assert refused.status_code == 403
        assert "This is not the word" in pages.text(refused.text)
        assert pages.form(refused.text, BEGIN)[1]["coordinator"] == "Sokha"
        assert "seven white herons" not in refused.text
        assert markup.faults(refused.text) == []
    word = first_word(settings.key())
    for wrong, said in (
        ({"prefix": "1"}, "Use 2 to 8 letters"),
        ({"country": "XX", "timezone": "Asia/Tokyo"}, "There is no holiday calendar"),
        ({"country": "US"}, "Choose the time zone"),
        ({"timezone": "Asia/Nowhere"}, "Nowhere"),
        ({"password": "short"}, "10 characters"),
        ({"email": "sokha"}, "Write an address like"),
        ({"name": ""}, "This is needed."),
    ):
        refused = pages.send(browser, page, BEGIN, **{**ANSWERS, "word": word, **wrong})
        assert refused.status_code == 422, wrong
        assert said in pages.text(refused.text), wrong
    assert browser.get("/begin").status_code == 200, "still nothing has begun"
    us = {**ANSWERS, "country": "US", "part": "MA", "timezone": "America/New_York", "word": word.upper()}
    assert pages.send(browser, page, BEGIN, **us).status_code == 303
    late = pages.send(browser, page, BEGIN, **{**ANSWERS, "word": word})
    assert late.status_code == 404


def test_the_word_follows_the_key() -> None:
    assert first_word(b"one") == first_word(b"one") != first_word(b"two")
    assert is_first_word(f" {first_word(b'one').upper()} ", b"one")
    assert not is_first_word("", b"one")
    assert len(first_word(b"one").replace("-", "")) == 16


def test_holidays_of_three_years_come_with_it(browser: TestClient, settings: Settings) -> None:
    page = browser.get(f"/begin?word={first_word(settings.key())}").text
    shown(browser, pages.send(browser, page, BEGIN, **ANSWERS))
    said = pages.text(browser.get("/calendar-days").text)
    assert str(date(2028, 1, 1).year) in said
    assert "Khmer New Year" in said
