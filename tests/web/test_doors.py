"""Does every door of the program ask who is there, and answer strangers, outsiders and insiders as it should? (R38, R39)

The list of doors comes from the program, so a new one is tried the day it is made.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles
from sqlalchemy import QueuePool, create_engine

from clm_tracker.db.units import Store
from clm_tracker.domain import policy
from clm_tracker.web import access
from clm_tracker.web.access import ANYONE, Access, Router, doors, rule_of
from clm_tracker.web.pages import pick
from clm_tracker.web.pages.acts import whose
from clm_tracker.web.security import UNSAFE
from tests.web import things
from tests.web.program import SAME, Program, problem

API = "/api/v1"
NO_PAGES = ("/static", "/health", "/metrics", "/gallery", "/findings/export", "/evidence")
PROMISED = """
GET /findings; POST /findings; GET /findings/{ref}; PATCH /findings/{ref}; POST /findings/{ref}/open;
POST /findings/{ref}/acknowledge; POST /findings/{ref}/refuse; POST /findings/{ref}/transfer;
POST /findings/{ref}/resolve; POST /findings/{ref}/close; POST /findings/{ref}/reopen; GET /findings/{ref}/timeline;
GET /findings/{ref}/explain; GET /findings/{ref}/simulate; POST /findings/{ref}/actions; GET /actions/{action_id};
PATCH /actions/{action_id}; POST /actions/{action_id}/accept; POST /actions/{action_id}/report-done;
POST /actions/{action_id}/verify; POST /actions/{action_id}/extension; POST /actions/{action_id}/drop;
POST /findings/{ref}/evidence; GET /evidence/{evidence_id}; GET /obligations; POST /obligations/{obligation_id}/pause;
POST /obligations/{obligation_id}/resume; POST /obligations/{obligation_id}/escalate; GET /proposals;
POST /proposals/{proposal_id}/approve; POST /proposals/{proposal_id}/defer; POST /proposals/{proposal_id}/refuse;
GET /duty-bearers; POST /duty-bearers; GET /areas; POST /areas; GET /sites; POST /sites; GET /themes; POST /themes;
GET /ladders; POST /ladders; GET /rounds; POST /rounds; GET /people; POST /people; GET /ledger; GET /me;
GET /openapi.json
"""
ROLES = (
    "Dara",
    "Sophea",
    "Bopha",
    "Sokha",
    "Phal",
)  # advocate, duty bearer, committee, coordinator, observer


@dataclass(frozen=True, slots=True)
class Door:
    """One method of one path, and its rule."""

    method: str
    path: str
    rule: Access

    @property
    def is_api(self) -> bool:
        return self.path.startswith(API)

    @property
    def names_something(self) -> bool:
        """Something of one programme; a kind of letter is the same in each."""
        return "{" in self.path.replace("{wording}", "")

    def at(self, of: dict[str, str]) -> str:
        """The address, with real things in it."""
        return re.sub(r"\{(\w+)(?::\w+)?\}", lambda m: of.get(m[1], things.UNKNOWN), self.path)


def every_door(program: Program) -> Iterator[Door]:
    for found in doors(program.app):
        rule = rule_of(found)
        assert rule is not None
        assert found.path is not None
        for method in sorted(found.methods or ()):
            yield Door(method, found.path, rule)


def test_every_door_that_the_interface_promises_is_there(program: Program) -> None:
    there = {f"{door.method} {door.path}" for door in every_door(program)}
    promised = {line.strip().replace(" /", f" {API}/") for line in PROMISED.split(";")}
    assert len(promised) == 49
    assert not promised - there
    assert {"GET /health/live", "GET /health/ready", "GET /health/engine", "GET /metrics"} <= there


def test_nobody_comes_in_without_saying_who_they_are(program: Program) -> None:
    api, browser = program.api(None), program.browser(None)
    asked = 0
    for door in every_door(program):
        if door.rule is ANYONE:
            continue
        asked += 1
        at = door.at({})
        if door.rule.by_link:
            assert browser.request(door.method, at).status_code == 404, door
            continue
        if door.is_api:
            answer = api.request(door.method, at)
            problem(answer, 401, "not_signed_in")
            assert answer.headers["www-authenticate"] == "Bearer"
        else:
            answer = browser.request(door.method, at)
            assert answer.status_code == 303, (door, answer.status_code)
            assert answer.headers["location"].startswith("/sign-in")
    assert asked >= 55


def test_what_anyone_may_open_is_this(program: Program) -> None:
    open_ = {door.path for door in every_door(program) if door.rule is ANYONE}
    assert open_ >= {"/health/live", "/health/ready", "/health/engine", "/metrics", f"{API}/openapi.json"}
    rest = open_ - {"/health/live", "/health/ready", "/health/engine", "/metrics", f"{API}/openapi.json"}
    assert rest <= {
        "/begin",
        "/static/{name:path}",
        "/sign-in",
        "/language",
        "/invitation/{word}",
        "/calendar/{word}.ics",
        "/gallery",
    }, "A door for anyone is named here, with care."


def test_a_door_for_anyone_holds_one_connection_at_most(app: FastAPI, program: Program) -> None:
    """Else a few strangers at once would wait for each other, and everybody for them."""
    engine = create_engine(program.cast.store.engine.url, pool_size=1, max_overflow=0, pool_timeout=0.1)
    app.state.house = replace(app.state.house, store=Store(engine))
    browser = program.browser(None)
    for door in every_door(program):
        if door.rule is ANYONE and door.method == "GET":
            assert browser.get(door.at({})).status_code != 500, door
    assert isinstance(engine.pool, QueuePool)
    assert not engine.pool.checkedout()
    engine.dispose()


def test_another_programmes_people_find_nothing(program: Program) -> None:
    of = things.make(program)
    document = program.api(None).get(f"{API}/openapi.json").json()
    api, browser = program.api("Maly"), program.browser("Maly")
    maly = program.cast.actor("Maly", program.clock.now())
    tried = 0
    for door in every_door(program):
        if door.rule is ANYONE or door.rule.by_link or not door.names_something:
            continue
        tried += 1
        reasons = [policy.why_not(maly, act, None, {}) for act in door.rule.acts]
        expected = 403 if reasons and None not in reasons else 404
        if not door.is_api:
            answer = browser.request(door.method, door.at(of))
            assert answer.status_code in {expected, 403, 404}, (door, answer.text)
            continue
        sent = things.body_of(document, door.path, door.method)
        answer = api.request(
            door.method,
            door.at(of),
            **({} if sent is None else {"json" if sent[0] == "application/json" else "data": sent[1]}),
        )
        assert answer.status_code == expected, (door, answer.status_code, answer.text)
        problem(answer, expected, "not_found" if expected == 404 else "not_allowed")
    assert tried >= 30


def test_a_page_whose_address_names_nothing_is_not_there(program: Program) -> None:
    """A program hears what is wrong with an identifier; a person reads that there is no such page."""
    browser, tried = program.browser("Sokha"), 0
    for door in every_door(program):
        if door.method != "GET" or door.is_api or door.rule is ANYONE or door.rule.by_link:
            continue
        if not door.names_something:
            continue
        answer = browser.get(re.sub(r"\{[^}]+\}", "x", door.path))
        if answer.status_code == 403:
            continue
        tried += 1
        assert answer.status_code == 404, (door, answer.status_code)
        assert "Not found" in answer.text, door
    assert tried >= 30
    problem(program.api("Sokha").get(f"{API}/evidence/x"), 422, "invalid")


def test_whatever_a_script_asks_for_is_a_page(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where no list has room for all, so that a name is typed: what is refused would take the place of the form."""
    monkeypatch.setattr(pick, "MOST_LISTED", 0)
    monkeypatch.setattr(whose, "MOST_POSTS", 0)
    of = things.make(program)
    parts = {"actions": of["action_id"], "obligations": of["obligation_id"], "proposals": of["proposal_id"]}
    browser, asked = program.browser("Sokha"), dict[str, str]()
    for door in every_door(program):
        if door.method == "GET" and not door.is_api and not door.path.startswith(NO_PAGES):
            page = browser.get(door.at({**of, "key": "high", "part": parts.get(door.path.split("/")[1], "")}))
            asked |= {unescape(at): door.path for at in re.findall(r'hx-get="([^"]*)"', page.text)}
    assert {"/duty-bearers/new", "/findings/counts"} <= {at.partition("?")[0] for at in asked}
    refused = {at: browser.get(at, headers={"HX-Request": "true"}).status_code for at in asked}
    assert {at: asked[at] for at, status in refused.items() if status >= 400} == {}


@pytest.mark.parametrize("name", ROLES)
def test_a_role_without_the_right_hears_why(program: Program, name: str) -> None:
    api, browser = program.api(name), program.browser(name)
    actor = program.cast.actor(name, program.clock.now())
    refused = 0
    for door in every_door(program):
        reasons = [policy.why_not(actor, act, None, {}) for act in door.rule.acts]
        if not reasons or None in reasons or door.rule.by_link:
            continue
        refused += 1
        at = door.at({})
        if door.is_api:
            said = problem(api.request(door.method, at), 403, "not_allowed")
            assert said["detail"] == reasons[0], "The same sentence as on the button."
        else:
            answer = browser.request(door.method, at)
            assert answer.status_code == 403, (door, answer.status_code)
    assert refused >= 3, f"{name} may do everything?"


def test_another_site_cannot_use_a_signed_in_browser(program: Program) -> None:
    browser = program.browser("Dara")
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {},
    ):
        client = type(browser)(program.app, base_url="http://testserver", cookies=browser.cookies)
        for door in every_door(program):
            if door.is_api or door.rule.by_link or door.method not in UNSAFE:
                continue
            answer = client.request(door.method, door.at({}), headers=headers, follow_redirects=False)
            assert answer.status_code == 403, (door, headers)


BY_LINK = """
HEAD /a/{word}; GET /a/{word}; GET /a/{word}/pictures/{part}; GET /a/{word}/received; GET /a/{word}/not-me;
POST /a/{word}/not-me; POST /a/{word}/again; GET /a/{word}/acknowledge; POST /a/{word}/acknowledge; GET /a/{word}/propose;
POST /a/{word}/propose; GET /a/{word}/propose-transfer; POST /a/{word}/propose-transfer; GET /a/{word}/refuse;
POST /a/{word}/refuse; GET /a/{word}/reply; POST /a/{word}/reply; GET /a/{word}/actions/{part}/accept;
POST /a/{word}/actions/{part}/accept; GET /a/{word}/actions/{part}/change; POST /a/{word}/actions/{part}/change;
GET /a/{word}/actions/{part}/report-done; POST /a/{word}/actions/{part}/report-done;
GET /a/{word}/actions/{part}/ask-extension; POST /a/{word}/actions/{part}/ask-extension
"""


def test_what_a_link_in_a_letter_opens_is_this(program: Program) -> None:
    """R40: each names the act it is for, and no account, token or cookie of anybody opens one."""
    by_link = [door for door in every_door(program) if door.rule.by_link]
    assert {f"{door.method} {door.path}" for door in by_link} == {d.strip() for d in BY_LINK.split(";")}
    assert all(door.rule.acts for door in by_link)
    assert not [door for door in every_door(program) if door.path.startswith("/a/") and door not in by_link]
    of = things.make(program)
    for client in (program.browser("Sokha"), program.browser(None), program.api("Sokha")):
        for door in by_link:
            at = door.at({**of, "part": of["action_id"]})
            assert client.request(door.method, at).status_code == 404, door


def test_a_bearer_token_opens_no_page_and_a_cookie_no_api(program: Program) -> None:
    assert program.browser("Dara").get(f"{API}/me").status_code == 401
    pages = (d for d in every_door(program) if not d.is_api and d.method == "GET" and not d.rule.by_link)
    page = next(d for d in pages if d.rule is not ANYONE)
    with_token = program.api("Dara").get(page.at({}), headers=SAME)
    assert with_token.status_code == 303


def test_the_program_does_not_start_with_a_door_that_nobody_guards() -> None:
    bare = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    with pytest.raises(RuntimeError, match="no doors"):
        access.demand_rules(bare)

    guarded = Router()

    @guarded.get("/guarded", access=ANYONE)
    def open_door() -> str:
        return "open"

    bare.include_router(guarded)
    access.demand_rules(bare)

    plain = APIRouter()

    @plain.get("/plain")
    def forgotten() -> str:
        return "open"

    inner = Router()
    inner.include_router(plain, prefix="/inside")
    bare.include_router(inner)
    with pytest.raises(RuntimeError, match="GET /inside/plain"):
        access.demand_rules(bare)

    mounted = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    mounted.include_router(guarded)
    mounted.mount("/files", StaticFiles(directory="."))
    with pytest.raises(RuntimeError, match="/files"):
        access.demand_rules(mounted)

    with pytest.raises(TypeError, match="access"):
        guarded.get("/unruly")  # type: ignore[call-arg]  # what the types refuse, the program refuses too
