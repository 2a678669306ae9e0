"""Does a message go out by a service that Apprise knows?"""

import json
from collections.abc import Iterator

import pytest

from clm_tracker.delivery import apprise
from clm_tracker.domain.words import Outcome
from clm_tracker.kernel.sayings import unpack
from tests.delivery.parcels import parcel
from tests.delivery.web_server import WebServer, serving

pytestmark = pytest.mark.filterwarnings(
    "ignore:'imghdr' is deprecated"
)  # Apprise puts its own in its place after 3.12


@pytest.fixture
def web() -> Iterator[WebServer]:
    with serving(WebServer()) as server:
        yield server


def address(web: WebServer) -> str:
    return f"apprise+json://127.0.0.1:{web.port}/{{to}}"


def test_a_message_goes_to_the_number(web: WebServer) -> None:
    carrier = apprise.carrier(address(web), country_code="+855")
    ((_, answer),) = carrier.carry([parcel(address="012 345 678", text="KH-2026-0042: ទឹកអស់")])
    assert (answer.outcome, str(unpack(answer.said)), answer.parts) == (
        Outcome.SENT,
        "The service took it.",
        1,
    )
    (asked,) = web.requests
    assert asked.path == "/85512345678"
    assert json.loads(asked.body)["message"] == "KH-2026-0042: ទឹកអស់"


def test_a_service_that_takes_nothing_is_left_alone_after_two(web: WebServer) -> None:
    web.usual = (500, "no")
    given = [parcel(address=f"+8551234567{n}", text="x") for n in range(5)]
    answers = [answer for _, answer in apprise.carrier(address(web)).carry(given)]
    assert [a.outcome for a in answers] == [Outcome.LATER] * 5
    assert len(web.requests) == 2


def test_what_is_no_number_is_never_sent(web: WebServer) -> None:
    ((_, answer),) = apprise.carrier(address(web)).carry([parcel(address="Sokha", text="x")])
    assert (answer.outcome, answer.address_failed) == (Outcome.NEVER, True)
    assert not web.requests


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("apprise+json://127.0.0.1/", "Write {to} where"),
        ("apprise+nothing://127.0.0.1/{to}", "no such service"),
    ],
)
def test_what_cannot_be_used_is_said_at_the_start(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        apprise.carrier(url)
