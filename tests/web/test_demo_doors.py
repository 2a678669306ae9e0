"""Can a visitor move a demonstration's clock and be one of its people, and only in a demonstration?"""

from collections.abc import Sequence
from datetime import datetime

import pytest
from fastapi import FastAPI

from clm_tracker import app as web
from clm_tracker.domain.words import Role
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.settings import Settings
from clm_tracker.web.demonstration import DemoPerson
from tests.cast import Cast
from tests.web import program as programs
from tests.web.program import Program, problem


class Visit:
    """A demonstration on the cast's programme: its days pass, and nothing else happens in them."""

    def __init__(self, cast: Cast, clock: FixedClock) -> None:
        self.cast, self.clock = cast, clock

    def now(self) -> datetime:
        return self.clock.now()

    def advance(self, days: int) -> None:
        self.clock.advance(days=days)

    def people(self) -> Sequence[DemoPerson]:
        return [
            DemoPerson(
                "dara", self.cast.people["Dara"], self.cast.programme_id, "Dara", Role.ADVOCATE, guides=True
            ),
            DemoPerson("maly", self.cast.people["Maly"], self.cast.programme_id, "Maly", Role.OBSERVER),
        ]


@pytest.fixture
def visit(cast: Cast, clock: FixedClock, tmp_path_factory: pytest.TempPathFactory) -> Program:
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), base_url=programs.BASE)
    made = web.build(settings, clock=clock, store=cast.store, demo=Visit(cast, clock))
    return programs.put(made, cast, clock)


def test_a_script_moves_the_clock(visit: Program) -> None:
    before = visit.clock.now()
    moved = visit.api(None).post("/demo/advance", json={"days": 8})
    assert moved.json() == {"now": "2026-03-10T02:00:00Z"}
    assert (visit.clock.now() - before).days == 8
    wrongs: list[object] = [{"days": 0}, {"days": 93}, {"days": "8"}, {"days": True}, {}, [], "x"]
    for wrong in wrongs:
        assert problem(visit.api(None).post("/demo/advance", json=wrong), 422, "invalid")
    assert (visit.clock.now() - before).days == 8


def test_a_page_moves_the_clock_and_stays_where_it_was(visit: Program) -> None:
    browser = visit.browser(None)
    answer = browser.post("/demo/advance", data={"days": "7", "back": "/findings?q=x"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/findings?q=x")
    away = browser.post("/demo/advance", data={"days": "1", "back": "https://elsewhere.example"})
    assert away.headers["location"] == "/"
    assert browser.post("/demo/advance", data={"days": "soon"}).status_code == 422


def test_a_visitor_is_somebody_by_one_click_and_stays_it_while_days_pass(visit: Program) -> None:
    browser = visit.browser(None)
    came = browser.get("/demo/sign-in/dara")
    assert (came.status_code, came.headers["location"]) == (303, "/")
    cookie = came.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    visit.clock.advance(days=60)
    page = browser.get("/no-such-page")
    assert "<b>Dara</b>" in page.text
    assert "/demo/advance" in page.text, "The clock stands on every page."
    for unknown in ("nobody", "maly"):
        assert browser.get(f"/demo/sign-in/{unknown}").status_code == 404


def test_outside_a_demonstration_there_are_no_such_doors(program: Program, app: FastAPI) -> None:
    assert program.app is app
    before = program.clock.now()
    assert program.api(None).post("/demo/advance", json={"days": 8}).status_code == 404
    assert program.browser(None).get("/demo/sign-in/dara").status_code == 404
    assert program.clock.now() == before


def test_the_tour_leads_to_each_page_as_somebody(visit: Program) -> None:
    browser = visit.browser(None)
    page = browser.get("/tour").text
    assert "An advocate follows it up" in page
    assert "A committee decides" not in page, "Nobody of the committee guides here."
    came = browser.get("/demo/sign-in/dara", params={"next": "/findings?overdue=yes"})
    assert came.headers["location"] == "/findings?overdue=yes"
    assert (
        browser.get("/demo/sign-in/dara", params={"next": "//elsewhere.example"}).headers["location"] == "/"
    )
    assert "What the words on these pages mean" in visit.browser("Dara").get("/help").text
