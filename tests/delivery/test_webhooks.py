"""Does another system hear of events, know that it was us, and can it lead us nowhere?"""

import base64
import os
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any
from uuid import UUID

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from clm_tracker.delivery import outside
from clm_tracker.delivery.channels import Answer, Parcel
from clm_tracker.delivery.webhooks import Webhooks, new_secret, signed
from clm_tracker.domain.words import Channel, Outcome
from clm_tracker.kernel.clock import FixedClock, SystemClock
from clm_tracker.kernel.sayings import unpack
from tests.delivery.certificates import certified
from tests.delivery.parcels import parcel
from tests.delivery.web_server import DRIP, DROP, ENDLESS, HANG, NONSENSE, WebServer, serving

OK, LATER, NEVER = Outcome.SENT, Outcome.LATER, Outcome.NEVER
SECRET, OLD = new_secret(os.urandom(32)), new_secret(os.urandom(24))
BODY = '{"type":"finding_opened","ref":"KH-2026-0042","title":"ទឹកអស់"}'


@pytest.fixture
def web() -> Iterator[WebServer]:
    with serving(WebServer((200, "thank you"))) as server:
        yield server


def to(web: WebServer, path: str = "/hook", **values: object) -> Parcel:
    return parcel(**{"address": web.url + path, "text": BODY, "secrets": (SECRET,), **values})


def carry(*given: Parcel, timeout: float = 5, development: bool = True) -> list[Answer]:
    carrier = Webhooks(SystemClock(), development=development, timeout=timeout)
    assert carrier.channel is Channel.WEBHOOK
    got = list(carrier.carry(given))
    assert [id for id, _ in got] == [p.id for p in given]
    return [answer for _, answer in got]


def said(answer: Answer) -> str:
    return str(unpack(answer.said))


def test_what_arrives_is_believed_by_the_reference_library(web: WebServer) -> None:
    one = to(web, path="/hook?who=clm")
    (answer,) = carry(one)
    assert (answer.outcome, answer.said) == (OK, "200 thank you")
    (got,) = web.requests
    assert got.path == "/hook?who=clm"
    assert got.headers["content-type"] == "application/json"
    assert got.headers["webhook-id"] == str(one.id)
    assert Webhook(SECRET).verify(got.body, got.headers)["title"] == "ទឹកអស់"


def test_an_altered_message_is_not_believed(web: WebServer) -> None:
    carry(to(web))
    (got,) = web.requests
    for body, headers in (
        (got.body.replace(b"0042", b"0043"), got.headers),
        (got.body, {**got.headers, "webhook-id": str(UUID(int=1))}),
        (got.body, {**got.headers, "webhook-timestamp": str(int(got.headers["webhook-timestamp"]) + 1)}),
    ):
        with pytest.raises(WebhookVerificationError, match="No matching signature"):
            Webhook(SECRET).verify(body, headers)


def test_an_old_message_is_not_believed_when_it_is_played_back() -> None:
    now = datetime.now(UTC)  # noqa: TID251 - the reference library reads the machine's own clock
    body = BODY.encode()
    Webhook(SECRET).verify(body, signed(UUID(int=1), now - timedelta(minutes=4), body, [SECRET]))
    for at in (now - timedelta(minutes=6), now + timedelta(minutes=6)):
        with pytest.raises(WebhookVerificationError, match="timestamp too"):
            Webhook(SECRET).verify(body, signed(UUID(int=1), at, body, [SECRET]))


def test_every_try_has_its_own_moment_and_the_same_name(web: WebServer) -> None:
    clock = FixedClock(datetime(2026, 3, 2, 8, tzinfo=UTC))
    carrier, one = Webhooks(clock, development=True), to(web.then((503, "not now")))
    assert [a.outcome for _, a in carrier.carry([one])] == [LATER]
    clock.advance(hours=2)
    assert [a.outcome for _, a in carrier.carry([one])] == [OK]
    first, second = web.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 7200


def test_while_a_secret_is_changed_whoever_knows_either_believes_it(web: WebServer) -> None:
    carry(to(web, secrets=(SECRET, OLD)))
    (got,) = web.requests
    for secret in (SECRET, OLD):
        Webhook(secret).verify(got.body, got.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret(os.urandom(32))).verify(got.body, got.headers)


@pytest.mark.parametrize("secrets", [(), ("whsec_not base64!",)])
def test_nothing_goes_out_unsigned(web: WebServer, secrets: tuple[str, ...]) -> None:
    first, second = carry(to(web, secrets=secrets), to(web))
    assert (first.outcome, second.outcome) == (NEVER, OK)
    assert "secret" in said(first)
    assert len(web.requests) == 1


def test_letters_to_one_server_go_over_one_connection(web: WebServer) -> None:
    assert [a.outcome for a in carry(*(to(web, path=f"/{n}") for n in range(4)))] == [OK] * 4
    assert web.connections == 1


@pytest.mark.parametrize(
    ("status", "outcome", "failed"),
    [
        (200, OK, False),
        (201, OK, False),
        (204, OK, False),
        (400, LATER, False),
        (401, LATER, False),
        (404, LATER, False),
        (410, NEVER, True),
        (429, LATER, False),
        (500, LATER, False),
        (502, LATER, False),
        (503, LATER, False),
    ],
)
def test_what_an_answer_means(web: WebServer, status: int, outcome: Outcome, failed: bool) -> None:
    first, second = carry(to(web.then((status, "" if status == 204 else "because\n  so"))), to(web))
    assert (first.outcome, first.address_failed) == (outcome, failed)
    assert first.said == ("204" if status == 204 else f"{status} because so")
    assert second.outcome is OK


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(web: WebServer, status: int) -> None:
    first, _ = carry(to(web.then((status, "", {"Location": "/elsewhere"}))), to(web))
    assert first.outcome is NEVER
    assert f"answered {status} and wanted the message at another address" in said(first)
    assert [r.path for r in web.requests] == ["/hook", "/hook"]


@pytest.mark.parametrize("fault", [HANG, DRIP])
def test_a_server_that_is_slow_costs_its_time_once(web: WebServer, fault: str) -> None:
    with serving(WebServer()) as other:
        began = time.perf_counter()
        answers = carry(to(web.then(*[fault] * 5)), to(other), to(web), to(web), to(other), timeout=0.6)
        took = time.perf_counter() - began
    assert [a.outcome for a in answers] == [LATER, OK, LATER, LATER, OK]
    assert said(answers[3]) == "The server did not answer: no answer in time"
    assert took < 2
    assert len(web.requests) == 1, "left alone for the rest of the batch"


@pytest.mark.parametrize("fault", [DROP, NONSENSE])
def test_a_server_that_hangs_up_or_speaks_nonsense_is_tried_later(web: WebServer, fault: str) -> None:
    (answer,) = carry(to(web.then(fault)))
    assert answer.outcome is LATER
    assert said(answer).startswith("The server did not answer:")


def test_a_server_that_is_not_there_is_tried_later(web: WebServer) -> None:
    one = to(web)
    web.over.set()
    with serving(WebServer()) as gone:
        two = to(gone)
    assert [a.outcome for a in carry(two, two, one)] == [LATER, LATER, OK]


def test_of_a_long_answer_only_the_beginning_is_read(web: WebServer) -> None:
    (answer,) = carry(to(web.then(ENDLESS)))
    assert answer.outcome is OK
    assert len(answer.said) <= 500
    (answer,) = carry(to(web.then((500, "ទឹក" * 5000))))
    assert answer.outcome is LATER
    assert len(answer.said) <= 500


CLOSED = [
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://localhost/",
    "https://0.0.0.0/",
    "https://10.1.2.3/",
    "https://172.16.0.1/",
    "https://192.168.0.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://192.0.0.192/opc/v1/instance/",
    "https://168.63.129.16/",
    "https://192.88.99.1/",
    "https://192.0.2.1/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[fe80::1]/",
    "https://[fc00::1]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://[2001:db8::1]/",
    "https://[3fff::1]/",
    "https://[64:ff9b::192.0.0.192]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:93.184.216.34]/",
    "https://[64:ff9b::10.0.0.1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:1::1]/",
]


@pytest.mark.parametrize("url", CLOSED)
def test_an_address_inside_a_network_is_not_called(url: str) -> None:
    (answer,) = carry(parcel(address=url, secrets=(SECRET,)), development=False, timeout=2)
    assert answer.outcome is NEVER
    assert said(answer).endswith("is inside a network of its own; only public addresses are called.")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "https://user:pw@example.org/",
        "https://",
        "example.org",
        "https://a b/",
        "https://x:99999/",
        "https://exa\nmple.org",
        "https://x/" + "y" * 2000,
        "file:///etc/passwd",
    ],
)
def test_what_is_no_safe_address_is_not_called(url: str) -> None:
    for development in (True, False):
        (answer,) = carry(parcel(address=url, secrets=(SECRET,)), development=development, timeout=2)
        assert answer.outcome is NEVER


def test_in_production_this_machine_is_not_called(web: WebServer) -> None:
    (answer,) = carry(to(web), development=False)
    assert answer.outcome is NEVER
    assert not web.connections


def test_in_development_only_this_machine_is_called_without_encryption() -> None:
    (answer,) = carry(parcel(address="http://10.0.0.1/", secrets=(SECRET,)), timeout=1)
    assert answer.outcome is NEVER


def test_a_name_is_called_under_its_own_certificate(tmp_path_factory: pytest.TempPathFactory) -> None:
    good = certified(tmp_path_factory.mktemp("good"), "localhost")
    other = certified(tmp_path_factory.mktemp("other"), "other.example.org")
    for shown, outcome in ((good, OK), (other, LATER)):
        with serving(WebServer(), shown.server) as web:
            carrier = Webhooks(SystemClock(), development=True, tls=shown.client, timeout=5)
            one = parcel(address=f"https://localhost:{web.port}/", secrets=(SECRET,))
            ((_, answer),) = carrier.carry([one])
            assert answer.outcome is outcome
            assert len(web.requests) == (outcome is OK)
            if outcome is OK:
                assert web.requests[0].headers["host"] == f"localhost:{web.port}"
            else:
                assert "certificate" in said(answer)


def test_a_secret_is_written_as_receivers_expect_it() -> None:
    assert base64.b64decode(new_secret(b"x" * 32).removeprefix("whsec_")) == b"x" * 32


def looked_up_as(monkeypatch: pytest.MonkeyPatch, name: str, *answers: list[str]) -> list[str]:
    """The machine's resolver says this of the name, the last answer from then on; how often it was asked."""
    asked: list[str] = []
    really = socket.getaddrinfo

    def resolver(host: str, port: int, *kind: Any, **kinds: Any) -> list[Any]:
        if host != name:
            return list(really(host, port, *kind, **kinds))
        asked.append(name)
        found = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    return asked


def test_the_address_that_was_checked_is_the_one_that_is_called(
    web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that leads somewhere else at every look is looked up once."""
    asked = looked_up_as(monkeypatch, "hook.localhost", ["127.0.0.1"], ["10.0.0.1"])
    one = parcel(address=f"http://hook.localhost:{web.port}/", secrets=(SECRET,))
    (answer,) = carry(one)
    assert answer.outcome is OK
    assert len(asked) == 1
    assert web.requests[0].headers["host"] == f"hook.localhost:{web.port}"


def test_one_closed_address_among_those_of_a_name_closes_all(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up_as(monkeypatch, "hook.example.org", ["93.184.216.34", "169.254.169.254"])
    called: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *to, **_: called.append(to))
    (answer,) = carry(parcel(address="https://hook.example.org/", secrets=(SECRET,)), development=False)
    assert answer.outcome is NEVER
    assert said(answer).startswith("hook.example.org is inside a network of its own")
    assert not called


def test_a_public_name_is_called_at_its_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up_as(monkeypatch, "hook.example.org", ["93.184.216.34"])
    called: list[tuple[str, int]] = []

    def refuse(to: tuple[str, int], *_: object, **__: object) -> None:
        called.append(to)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket, "create_connection", refuse)
    (answer,) = carry(parcel(address="https://hook.example.org/", secrets=(SECRET,)), development=False)
    assert answer.outcome is LATER
    assert called == [("93.184.216.34", 443)]


def test_a_resolver_that_hangs_costs_its_time_once(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadline begins before the name is looked up."""
    really, over = socket.getaddrinfo, threading.Event()
    hung: list[str] = []

    def resolver(host: str, port: int, *kind: Any, **kinds: Any) -> list[Any]:
        if host == "slow.example.org":
            hung.append(host)
            over.wait(20)
        return list(really(host, port, *kind, **kinds))

    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    slow = [
        parcel(address=f"https://slow.example.org{port}/", secrets=(SECRET,)) for port in ("", "", ":8443")
    ]
    began = time.perf_counter()
    answers = carry(slow[0], to(web), *slow[1:], timeout=0.3)
    took = time.perf_counter() - began
    over.set()
    assert [a.outcome for a in answers] == [LATER, OK, LATER, LATER]
    assert said(answers[0]) == "The server did not answer: no answer in time"
    assert took < 1.5
    assert len(hung) == 1, "left alone for the rest of the batch, at whatever port"


@pytest.mark.parametrize("ip", ["93.184.216.34", "2606:4700::1111", "64:ff9b::5db8:d822"])
def test_public_addresses_are_public(ip: str) -> None:
    assert outside.public(ip_address(ip))
