"""Does a coordinator set up another system, hand over its secret once, try it out and see what became of each message?"""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from standardwebhooks import Webhook

from clm_tracker.delivery.channels import Answer, Carrier, Parcel
from clm_tracker.delivery.sealed import WEBHOOKS, Seal
from clm_tracker.delivery.webhooks import Webhooks
from clm_tracker.domain.words import Channel
from clm_tracker.jobs.parcels import Post
from clm_tracker.jobs.relay import run_relay
from clm_tracker.kernel.clock import SystemClock
from tests.delivery.web_server import WebServer, serving
from tests.web import markup, pages
from tests.web.program import BASE, Program

SECRET = re.compile(r"whsec_[A-Za-z0-9+/]+=*")


@pytest.fixture
def other() -> Iterator[WebServer]:
    with serving(WebServer((200, "thank you"))) as server:
        yield server


def relay(program: Program, carrier: Carrier | None = None, key: bytes | None = None) -> None:
    """What waits leaves now."""
    key = key or program.app.state.house.key
    carrier = carrier or Webhooks(SystemClock(), development=True, timeout=5)
    post = Post(carriers={Channel.WEBHOOK: carrier}, base_url=BASE, key=key, unseal=Seal(WEBHOOKS, key).open)
    run_relay(program.cast.store, program.clock, post, worker="test")


def added(sokha: TestClient, other: WebServer, **answers: Any) -> tuple[str, str]:
    """The path of a new webhook's page, and its secret as the page showed it."""
    form = {"name": "Dashboard", "url": f"{other.url}/clm", **answers}
    answer = pages.send(sokha, sokha.get("/webhooks/new").text, "Add it, and make the secret", **form)
    assert answer.status_code == 303, answer.text
    page = sokha.get(answer.headers["location"])
    assert markup.faults(page.text) == []
    found = SECRET.search(page.text)
    assert found is not None
    return urlsplit(answer.headers["location"]).path, found[0]


def test_a_secret_is_shown_once_and_a_test_message_is_believed_by_it(
    program: Program, other: WebServer
) -> None:
    sokha = program.browser("Sokha")
    assert "No other system is told of anything yet." in pages.text(sokha.get("/webhooks").text)
    path, secret = added(sokha, other)
    again = sokha.get(path).text
    assert not SECRET.search(again), "shown once"
    assert "Nothing was sent to it yet." in pages.text(again)
    assert pages.send(sokha, again, "Send a test message").status_code == 303
    assert "waiting" in pages.text(sokha.get(path).text)
    relay(program)
    (got,) = other.requests
    assert Webhook(secret).verify(got.body, got.headers)["type"] == "webhook_test"
    shown = pages.text(sokha.get(path).text)
    assert "a test" in shown
    assert "arrived" in shown
    assert "200 thank you" in shown
    listed = sokha.get("/webhooks").text
    assert markup.faults(listed) == []
    assert "took it" in pages.text(listed)


def test_a_new_secret_is_shown_once_and_both_hold(program: Program, other: WebServer) -> None:
    sokha = program.browser("Sokha")
    path, first = added(sokha, other)
    answer = pages.send(sokha, sokha.get(path).text, "Make a new secret")
    found = SECRET.search(sokha.get(answer.headers["location"]).text)
    assert found is not None
    assert found[0] != first
    page = sokha.get(path).text
    assert not SECRET.search(page)
    assert "The secret before holds until" in page
    pages.send(sokha, page, "Send a test message")
    relay(program)
    for secret in (first, found[0]):
        Webhook(secret).verify(other.requests[0].body, other.requests[0].headers)


def test_a_message_that_is_not_taken_is_in_the_log_with_its_next_try(
    program: Program, other: WebServer
) -> None:
    sokha = program.browser("Sokha")
    path, _secret = added(sokha, other)
    other.then((503, "<b>closed</b>"))
    pages.send(sokha, sokha.get(path).text, "Send a test message")
    relay(program)
    page = sokha.get(path).text
    assert "503 <b>closed</b>" in pages.text(page).replace("&lt;", "<").replace("&gt;", ">")
    assert "<b>closed" not in page
    assert "next try" in page
    program.clock.advance(minutes=2)
    relay(program)
    assert "arrived" in pages.text(sokha.get(path).text)
    assert other.requests[0].headers["webhook-id"] == other.requests[1].headers["webhook-id"]


def test_it_is_changed_and_what_was_typed_is_kept_when_it_is_refused(
    program: Program, other: WebServer
) -> None:
    sokha = program.browser("Sokha")
    path, _secret = added(sokha, other, kinds=["replied"])
    form, same = sokha.get(f"{path}/change").text, sokha.get(f"{path}/change").text
    assert markup.faults(form) == []
    assert re.search(r'value="replied"[^>]* checked', form)
    wrong = pages.send(sokha, form, "Keep the change", name="Register", url="https://10.0.0.7/")
    assert wrong.status_code == 422
    assert "10.0.0.7 is inside a network of its own" in wrong.text
    assert 'value="Register"' in wrong.text
    assert pages.send(sokha, form, "Keep the change", name="Register").status_code == 303
    assert "It is told of 1 kind of event." in pages.text(sokha.get(path).text)
    late = pages.send(sokha, same, "Keep the change", name="Late")
    assert late.status_code == 409
    assert "Somebody changed this webhook" in late.text


def test_it_is_turned_off_and_on(program: Program, other: WebServer) -> None:
    sokha = program.browser("Sokha")
    path, _secret = added(sokha, other)
    before = sokha.get(path).text
    assert pages.send(sokha, before, "Turn it off").status_code == 303
    off = sokha.get(path).text
    assert "Send a test message" not in off
    assert "Off: it is told of nothing." in pages.text(off)
    assert pages.send(sokha, before, "Send a test message").status_code == 409
    assert pages.send(sokha, off, "Turn it on").status_code == 303
    assert "Send a test message" in sokha.get(path).text


def test_after_a_change_of_the_secret_key_the_log_says_what_to_do(program: Program, other: WebServer) -> None:
    sokha = program.browser("Sokha")
    path, _secret = added(sokha, other)
    pages.send(sokha, sokha.get(path).text, "Send a test message")
    relay(program, key=b"another key than the one that it was sealed with")
    shown = pages.text(sokha.get(path).text)
    assert "There is no secret to sign it with. Make a new one." in shown
    assert "could not be delivered" in shown
    assert not other.requests


def test_one_that_is_turned_off_while_letters_leave_gets_none(program: Program, other: WebServer) -> None:
    sokha = program.browser("Sokha")
    ways = [added(sokha, other, name=name, url=f"{other.url}/{name}")[0] for name in ("first", "second")]
    for path in ways:
        pages.send(sokha, sokha.get(path).text, "Send a test message")

    class TurningOff:
        """Turns the other one off as soon as the first letter is handed over."""

        channel = Channel.WEBHOOK

        def carry(self, parcels: Iterable[Parcel]) -> Iterator[tuple[UUID, Answer]]:
            for parcel in parcels:
                yield from Webhooks(SystemClock(), development=True, timeout=5).carry([parcel])
                rest = next(path for path in ways if not parcel.address.endswith(name_of(path)))
                pages.send(sokha, sokha.get(rest).text, "Turn it off")

    def name_of(path: str) -> str:
        return "first" if path == ways[0] else "second"

    relay(program, TurningOff())
    assert len(other.requests) == 1
    states = sorted("arrived" in pages.text(sokha.get(path).text) for path in ways)
    assert states == [False, True]


def test_nobody_else_sees_them(program: Program, other: WebServer) -> None:
    path, _secret = added(program.browser("Sokha"), other)
    for who, status in (("Dara", 403), ("Maly", 404), (None, 303)):
        assert program.browser(who).get(path).status_code == status, who
