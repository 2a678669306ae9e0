"""Do messages of phones go out through a real gateway, and what is said when that has a bad day? (R45)"""

import base64
import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest

from clm_tracker.delivery import sms
from clm_tracker.delivery.channels import Answer, Parcel
from clm_tracker.delivery.sms_gateways import Account, Style
from clm_tracker.domain.words import Channel, Outcome
from clm_tracker.kernel.sayings import unpack
from tests.delivery.parcels import parcel
from tests.delivery.web_server import DRIP, DROP, HANG, NONSENSE, WebServer, serving

OK, LATER, NEVER = Outcome.SENT, Outcome.LATER, Outcome.NEVER
NAMES = "to=to,text=text,from=from,id=id"
TEXT = "KH-2026-0042: ទឹកអស់ https://clm.example.org/l/abc"
ACCOUNT = Account(user="clm", key="s3cret-key", sender="CLM")


@pytest.fixture
def web() -> Iterator[WebServer]:
    with serving(WebServer((200, '{"messages": [{"id": "m-1", "status": 0}]}'))) as server:
        yield server


def phones(n: int) -> list[Parcel]:
    return [parcel(address=f"+8551234567{i}", text=TEXT) for i in range(n)]


def carry(web: WebServer, style: Style, given: list[Parcel], **values: Any) -> list[Answer]:
    known: dict[str, Any] = {"names": NAMES, "timeout": 5, **values}
    account = known.pop("account", ACCOUNT)
    carrier = sms.carrier(known.pop("url", f"{web.url}/send?channel=clm"), style, account, **known)
    assert carrier.channel is Channel.SMS
    got = list(carrier.carry(given))
    assert [id for id, _ in got] == [p.id for p in given]
    return [answer for _, answer in got]


def said(answer: Answer) -> str:
    return str(unpack(answer.said))


def form(web: WebServer, n: int = 0) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(web.requests[n].body.decode()).items()}


def test_a_gateway_of_json_is_told_by_its_own_names(web: WebServer) -> None:
    (one,) = phones(1)
    names = "to=messages_to,text=body,id=client_ref,from=sender"
    (answer,) = carry(web, Style.JSON, [one], names=names, reference="messages.0.id")
    assert (answer.outcome, answer.reference, answer.parts) == (OK, "m-1", 1)
    (asked,) = web.requests
    assert asked.path == "/send?channel=clm"
    assert asked.headers["content-type"] == "application/json"
    assert json.loads(asked.body) == {
        "messages_to": "+85512345670",
        "body": TEXT,
        "client_ref": str(one.id),
        "sender": "CLM",
    }


def test_a_gateway_of_forms(web: WebServer) -> None:
    carry(web, Style.FORM, phones(1), names="to=msisdn,text=message,key=apikey")
    assert form(web) == {"msisdn": "+85512345670", "message": TEXT, "apikey": "s3cret-key"}
    assert "authorization" not in web.requests[0].headers


@pytest.mark.parametrize(
    ("account", "url_part", "header"),
    [
        (ACCOUNT, "", "Basic " + base64.b64encode(b"clm:s3cret-key").decode()),
        (Account(key="s3cret-key"), "", "Bearer s3cret-key"),
        (Account(), "u%40x:p%3A1@", "Basic " + base64.b64encode(b"u@x:p:1").decode()),
        (Account(), "", None),
    ],
)
def test_how_the_gateway_knows_us(
    web: WebServer, account: Account, url_part: str, header: str | None
) -> None:
    carry(web, Style.JSON, phones(1), account=account, url=web.url.replace("://", f"://{url_part}"))
    assert web.requests[0].headers.get("authorization") == header
    assert "s3cret-key" not in repr(account)


def test_africas_talking(web: WebServer) -> None:
    taken = {
        "statusCode": 101,
        "number": "+855",
        "status": "Success",
        "cost": "KES 0.8",
        "messageId": "ATPid_1",
    }
    web.usual = (
        201,
        json.dumps({"SMSMessageData": {"Message": "Sent to 1/1", "Recipients": [taken]}}),
    )
    (answer,) = carry(web, Style.AFRICAS_TALKING, phones(1))
    assert (answer.outcome, answer.reference, answer.said) == (OK, "ATPid_1", "101 Success")
    assert form(web) == {"username": "clm", "to": "+85512345670", "message": TEXT, "from": "CLM"}
    assert web.requests[0].headers["apikey"] == "s3cret-key"
    assert "authorization" not in web.requests[0].headers


@pytest.mark.parametrize(
    ("code", "outcome", "failed"),
    [
        (100, OK, False),
        (102, OK, False),
        (401, LATER, False),
        (402, LATER, False),
        (403, NEVER, True),
        (404, NEVER, True),
        (405, LATER, False),
        (406, NEVER, True),
        (407, NEVER, False),
        (500, LATER, False),
        (501, LATER, False),
    ],
)
def test_what_africas_talking_says_of_a_number(
    web: WebServer, code: int, outcome: Outcome, failed: bool
) -> None:
    recipient = {"statusCode": code, "status": "Words", "messageId": "None"}
    web.usual = (201, json.dumps({"SMSMessageData": {"Recipients": [recipient]}}))
    (answer,) = carry(web, Style.AFRICAS_TALKING, phones(1))
    assert (answer.outcome, answer.address_failed, answer.said) == (outcome, failed, f"{code} Words")


def test_twilio(web: WebServer) -> None:
    web.usual = (201, '{"sid": "SM123", "status": "queued", "num_segments": "1", "error_code": null}')
    (answer,) = carry(web, Style.TWILIO, phones(1))
    assert (answer.outcome, answer.reference, answer.said) == (OK, "SM123", "201 queued")
    assert form(web) == {"To": "+85512345670", "From": "CLM", "Body": TEXT}
    assert web.requests[0].headers["authorization"].startswith("Basic ")


def test_a_messaging_service_of_twilio(web: WebServer) -> None:
    web.usual = (201, '{"sid": "SM123", "status": "accepted"}')
    service = "MG" + "0" * 32
    carry(web, Style.TWILIO, phones(1), account=Account(user="AC1", key="token", sender=service))
    assert form(web)["MessagingServiceSid"] == service
    assert "From" not in form(web)


@pytest.mark.parametrize(
    ("status", "code", "outcome", "failed"),
    [
        (400, 21211, NEVER, True),
        (400, 21610, NEVER, True),
        (400, 21614, NEVER, True),
        (400, 21408, LATER, False),
        (400, 21606, LATER, False),
        (400, 21617, NEVER, False),
        (401, 20003, LATER, False),
        (429, 20429, LATER, False),
        (500, 20500, LATER, False),
    ],
)
def test_what_twilio_says_of_an_error(
    web: WebServer, status: int, code: int, outcome: Outcome, failed: bool
) -> None:
    web.usual = (status, json.dumps({"code": code, "message": "The reason.", "status": status}))
    (answer,) = carry(web, Style.TWILIO, phones(1))
    assert (answer.outcome, answer.address_failed, answer.said) == (outcome, failed, f"{code} The reason.")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, NEVER),
        (422, NEVER),
        (401, LATER),
        (403, LATER),
        (404, LATER),
        (408, LATER),
        (500, LATER),
        (503, LATER),
    ],
)
@pytest.mark.parametrize("style", list(Style))
def test_what_a_status_means(web: WebServer, style: Style, status: int, outcome: Outcome) -> None:
    (answer,) = carry(web.then((status, "no")), style, phones(1))
    assert (answer.outcome, answer.said, answer.address_failed) == (outcome, f"{status} no", False)


@pytest.mark.parametrize("style", list(Style))
def test_a_redirect_is_not_followed(web: WebServer, style: Style) -> None:
    (answer,) = carry(web.then((302, "", {"Location": "/login"})), style, phones(1))
    assert answer.outcome is LATER
    assert len(web.requests) == 1


WRONG = [
    "<html>Welcome</html>",
    "",
    "null",
    "[]",
    "{",
    '{"sid": 5, "SMSMessageData": {"Recipients": []}}',
    "[" * 9000,
    '{"SMSMessageData": {"Recipients": [7]}}',
]


@pytest.mark.parametrize("body", WRONG)
def test_an_answer_that_is_none_of_theirs_is_no_yes(web: WebServer, body: str) -> None:
    for style in (Style.AFRICAS_TALKING, Style.TWILIO):
        (answer,) = carry(web.then((200, body)), style, phones(1))
        assert answer.outcome is LATER
    (answer,) = carry(web.then((200, body)), Style.JSON, phones(1), reference="messages.0.id")
    assert answer.outcome is NEVER, "it may have been sent, and a dozen messages are worse than a look"
    assert "has no messages.0.id, so nobody knows whether it was sent" in said(answer)
    assert len(answer.said) <= 500


def test_a_gateway_that_gives_no_names_to_messages_says_yes_by_its_status(web: WebServer) -> None:
    (answer,) = carry(web.then((202, "queued")), Style.JSON, phones(1))
    assert (answer.outcome, answer.said, answer.reference) == (OK, "202 queued", None)


def test_what_is_no_number_is_never_sent(web: WebServer) -> None:
    given = [parcel(address="Sokha", text=TEXT), parcel(address="012 345 678", text=TEXT)]
    first, second = carry(web, Style.JSON, given, country_code="+855")
    assert (first.outcome, first.address_failed) == (NEVER, True)
    assert said(first) == "“Sokha” is no phone number."
    assert second.outcome is OK
    assert [json.loads(r.body)["to"] for r in web.requests] == ["+85512345678"]


def test_parts_are_counted(web: WebServer) -> None:
    given = [parcel(address="+85512345678", text=text) for text in ("a" * 160, "a" * 161, "ក" * 71)]
    assert [a.parts for a in carry(web, Style.JSON, given)] == [1, 2, 2]


def test_a_batch_goes_over_one_connection(web: WebServer) -> None:
    assert [a.outcome for a in carry(web, Style.JSON, phones(5))] == [OK] * 5
    assert web.connections == 1


@pytest.mark.parametrize("fault", [HANG, DRIP])
def test_a_gateway_that_hangs_is_left_alone_after_two(web: WebServer, fault: str) -> None:
    began = time.perf_counter()
    answers = carry(web.then(*[fault] * 9), Style.JSON, phones(9), timeout=0.5)
    assert [a.outcome for a in answers] == [LATER] * 9
    assert time.perf_counter() - began < 3
    assert len(web.requests) == 2
    assert said(answers[8]) == "The server did not answer: no answer in time"


@pytest.mark.parametrize("fault", [DROP, NONSENSE])
def test_a_gateway_that_hangs_up_once_is_asked_again(web: WebServer, fault: str) -> None:
    assert [a.outcome for a in carry(web.then(fault), Style.JSON, phones(3))] == [LATER, OK, OK]


def test_a_gateway_that_asks_for_patience_gets_it(web: WebServer) -> None:
    answers = carry(web.then(None, (429, "Too many")), Style.JSON, phones(4))
    assert [a.outcome for a in answers] == [OK, LATER, LATER, LATER]
    assert len(web.requests) == 2


def test_a_gateway_that_is_not_there_costs_one_try(web: WebServer) -> None:
    with serving(WebServer()) as gone:
        url = gone.url
    assert [a.outcome for a in carry(web, Style.JSON, phones(300), url=url)] == [LATER] * 300


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"names": "to=to"}, "Write fields as"),
        ({"names": "to=to,text=text,wrong=x"}, "Write fields as"),
        ({"names": "to=to,text="}, "Write fields as"),
        ({"names": "to=a,to=b,text=t"}, "Write fields as"),
        ({"country_code": "KH"}, "Write a country's code"),
        ({"url": "sms.example.org"}, "Write the address of the gateway"),
        ({"url": "https://x:99999"}, "Write the address of the gateway"),
        ({"style": Style.TWILIO, "account": Account(user="a", key="b")}, "CLM_SMS_FROM"),
        ({"style": Style.AFRICAS_TALKING, "account": Account(user="a")}, "CLM_SMS_USER and CLM_SMS_KEY"),
    ],
)
def test_what_cannot_be_used_is_said_at_the_start(values: dict[str, Any], sentence: str) -> None:
    known = {"url": "https://x", "style": Style.JSON, "account": Account(), "names": NAMES, **values}
    with pytest.raises(ValueError, match=sentence):
        sms.carrier(known.pop("url"), known.pop("style"), known.pop("account"), **known)
