"""Is every no said once, in the shape that whoever asked can read: a page, a part of one, or a problem in JSON?"""

from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.requests import Request

from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import (
    FieldError,
    Invalid,
    NotAllowed,
    NotFound,
    NotNow,
    NotSignedIn,
    Refusal,
    Stale,
)
from clm_tracker.web import refusals, security
from clm_tracker.web.access import ANYONE, Router, demand_rules
from clm_tracker.web.desk import Desk, House, own_path
from clm_tracker.web.observe import Numbers, Observe
from clm_tracker.web.security import SafeHeaders, TooLarge
from clm_tracker.web.sessions import Guest
from tests.cast import Cast
from tests.web.program import SAME, Program, problem

EACH: list[tuple[Refusal, int]] = [
    (NotFound("finding"), 404),
    (NotAllowed("Only a coordinator does this."), 403),
    (NotNow("busy", "Somebody else is changing this right now."), 409),
    (Stale("Dara changed this."), 409),
    (Invalid((FieldError("title", "This is needed."),)), 422),
    (TooLarge(security.BODY_LIMIT), 413),
]
SECRET = "the address of a reporter"


@pytest.fixture
def refusing(app: FastAPI, cast: Cast, clock: FixedClock) -> TestClient:
    """A program whose doors refuse in every way, or break."""
    made = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    house: House = app.state.house
    made.state.house = replace(house, store=cast.store, clock=clock)
    router = Router()
    for prefix in ("", "/api/v1"):

        @router.get(f"{prefix}/no/{{n}}", access=ANYONE)
        def no(n: int) -> None:
            raise EACH[n][0]

        @router.get(f"{prefix}/nobody", access=ANYONE)
        def nobody() -> None:
            raise NotSignedIn

        @router.get(f"{prefix}/broken", access=ANYONE)
        def broken() -> None:
            raise ZeroDivisionError(SECRET)

    made.include_router(router)
    refusals.install(made)
    demand_rules(made)
    made.add_middleware(Observe, numbers=Numbers())
    made.add_middleware(SafeHeaders, secure=False)
    return TestClient(made, follow_redirects=False)


@pytest.mark.parametrize(("n", "no", "status"), [(n, no, s) for n, (no, s) in enumerate(EACH)])
def test_each_refusal_in_each_shape(refusing: TestClient, n: int, no: Refusal, status: int) -> None:
    said = problem(refusing.get(f"/api/v1/no/{n}"), status, no.code)
    assert said["detail"] == no.sentence
    assert said["errors"] == (
        [{"field": "title", "message": "This is needed."}] if isinstance(no, Invalid) else []
    )
    page = refusing.get(f"/no/{n}")
    assert page.status_code == status
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<html" in page.text
    assert no.sentence in page.text
    part = refusing.get(f"/no/{n}", headers={"HX-Request": "true"})
    assert part.status_code == status
    assert no.sentence in part.text
    # Only these are put in the place that asked; for the others the look takes the main part of a whole page.
    assert ("<html" not in part.text) == (status in {409, 422})
    assert part.headers["vary"] == "HX-Request, Accept-Language, Cookie"


def test_a_program_that_said_if_match_hears_412(refusing: TestClient) -> None:
    problem(refusing.get("/api/v1/no/3", headers={"If-Match": '"1"'}), 412, "stale")
    assert refusing.get("/no/3", headers={"If-Match": '"1"'}).status_code == 409


def test_nobody_is_shown_the_way_in(refusing: TestClient) -> None:
    page = refusing.get("/nobody?a=1&b=/x")
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=/nobody%3Fa%3D1%26b%3D/x")
    part = refusing.get("/nobody", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["hx-redirect"]) == (401, "/sign-in?next=/nobody")
    problem(refusing.get("/api/v1/nobody"), 401, "not_signed_in")


def test_a_mistake_of_ours_is_admitted_and_noted_under_its_name(
    refusing: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    page = refusing.get("/broken")
    assert page.status_code == 500
    reference = page.headers["x-request-id"]
    assert reference in page.text
    assert SECRET not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    logged = capsys.readouterr().out
    assert reference in logged
    assert "ZeroDivisionError" in logged
    said = problem(refusing.get("/api/v1/broken", headers={"X-Request-ID": "abc-12345"}), 500, "broken")
    assert "abc-12345" in said["detail"]
    assert SECRET not in str(said)


def test_what_is_not_there_and_what_is_not_possible_there(program: Program) -> None:
    page = program.browser("Dara").get("/no-such-page")
    assert page.status_code == 404
    assert "<html" in page.text
    problem(program.api("Dara").get("/api/v1/no-such-thing"), 404, "not_found")
    said = program.api("Dara").put("/api/v1/findings")
    problem(said, 405, "method_not_allowed")
    assert said.headers["allow"] == "GET, POST"


def test_an_address_that_ends_in_a_slash_leads_to_the_one_without_it(program: Program) -> None:
    """Pages and the interface alike, with the query; never to another host, and nowhere where nothing is."""
    dara = program.browser("Dara")
    for asked, meant in (
        ("/findings/", "/findings"),
        ("/findings//?state=open&q=a%2Fb", "/findings?state=open&q=a%2Fb"),
        ("/findings/a%3Fb/", "/findings/a%3Fb"),
        ("/api/v1/findings/?limit=2", "/api/v1/findings?limit=2"),
    ):
        answer = dara.get(asked)
        assert (answer.status_code, answer.headers["location"]) == (308, meant)
    assert program.api("Dara").post("/api/v1/findings/", json={}).status_code == 308
    for nowhere in (
        "//elsewhere.example/",
        "//elsewhere.example/findings/",
        "/\\elsewhere.example/",
        "/no-such-page/",
    ):
        answer = dara.request("GET", dara.base_url.copy_with(raw_path=nowhere.encode()))
        assert answer.status_code == 404
        assert "location" not in answer.headers


def test_every_answer_tells_the_browser_what_it_may_do(program: Program) -> None:
    for at in ("/health/live", "/no-such-page", "/api/v1/findings", "/static/clm.css"):
        headers = program.browser(None).get(at).headers
        assert headers["content-security-policy"].startswith("default-src 'none'"), at
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert "strict-transport-security" not in headers, "Plain http, as on one's own machine."
    assert program.browser(None).get("/no-such-page").headers["cache-control"] == "private, no-store"


def test_files_of_the_look_are_kept_for_ever_by_their_content(program: Program) -> None:
    browser = program.browser(None)
    plain = browser.get("/static/clm.css")
    assert plain.headers["cache-control"] == "public, no-cache"
    named = browser.get("/static/clm.css", params={"v": plain.headers["etag"].strip('"')})
    assert named.headers["cache-control"] == "public, max-age=31536000, immutable"
    again = browser.get("/static/clm.css", headers={"If-None-Match": plain.headers["etag"]})
    assert again.status_code == 304
    for hidden in ("../desk.py", "%2e%2e/desk.py", "VENDORED.md", "nothing.css"):
        assert browser.get(f"/static/{hidden}").status_code == 404


def test_machines_learn_whether_the_program_lives_and_keeps_its_promises(program: Program) -> None:
    nobody = program.api(None)
    assert nobody.get("/health/live").json() == {"status": "ok", "problems": []}
    assert nobody.get("/health/ready").status_code == 200
    engine = nobody.get("/health/engine")
    assert engine.status_code == 503
    assert engine.json() == {"status": "failing", "problems": ["No sweep has run yet."]}
    metrics = nobody.get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain")
    assert 'clm_http_requests_total{method="GET",route="/health/live",status="200"}' in metrics.text


def test_machines_are_answered_while_the_database_is_not_there(app: FastAPI, program: Program) -> None:
    house: House = app.state.house
    gone = make_engine(f"sqlite:///{program.cast.store.engine.url.database}/nowhere.sqlite3")
    app.state.house = replace(house, store=Store(gone))
    nobody = program.api(None)
    assert nobody.get("/health/live").json() == {"status": "ok", "problems": []}
    assert nobody.get("/static/clm.css").status_code == 200
    assert nobody.get("/health/ready").status_code == 503


def test_a_form_of_ours_is_told_from_another_sites_without_headers_too(program: Program) -> None:
    """A very old browser sends neither Sec-Fetch-Site nor Origin: the key in our form is tied to its cookie."""
    house: House = program.app.state.house
    key, word = house.key, "a word"
    desk = Desk(_request(program, {}), house, _guest(program), program.clock.now(), word)

    def check(headers: dict[str, str], token: str | None = None, cookie: str = word) -> None:
        security.check_origin(
            _request(program, headers), base_url=house.base_url, key=key, cookie=cookie, token=token
        )

    check(SAME)
    check({"sec-fetch-site": "none"})
    check({"origin": "http://testserver"})
    check({}, desk.once())
    check({}, cookie="")
    for headers, token, cookie in (
        ({"sec-fetch-site": "cross-site", "origin": "http://testserver"}, desk.once(), word),
        ({"origin": "http://testserver.example"}, desk.once(), word),
        ({"origin": "null"}, desk.once(), word),
        ({}, None, word),
        ({}, "guess.guess", word),
        ({}, desk.once(), "another word"),
    ):
        with pytest.raises(NotAllowed):
            check(headers, token, cookie)


@pytest.mark.parametrize(
    "url", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere", "x", "", None]
)
def test_nobody_is_sent_to_another_site(url: str | None) -> None:
    assert own_path(url) == "/"
    assert own_path("/findings?q=1") == "/findings?q=1"


def _request(program: Program, headers: dict[str, str]) -> Request:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": raw, "app": program.app}
    return Request(scope)


def _guest(program: Program) -> Guest:
    actor = program.cast.actor("Dara", program.clock.now())
    return Guest(actor, "Community Eyes", {}, "Asia/Phnom_Penh", "en", ("en",))


@pytest.mark.parametrize("charset", ["punycode", "idna", '"PunyCode"', '";punycode"', "!punycode"])
def test_a_form_in_a_charset_that_is_slow_to_read_is_refused_at_once(program: Program, charset: str) -> None:
    """R38: anybody may send a form to the door, and nobody else is answered while it is read."""
    body = b'--b\r\nContent-Disposition: form-data; name="email-"\r\n\r\n' + b"a" * 5_000 + b"\r\n--b--\r\n"
    kind = f"multipart/form-data; boundary=b; charset={charset}"
    sent = program.browser(None).post("/sign-in", content=body, headers={**SAME, "Content-Type": kind})
    assert sent.status_code == 422
    assert "What was sent cannot be read." in sent.text, (
        "read, and found wanting, it would say something else"
    )
