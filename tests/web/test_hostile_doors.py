"""What if an address, or what a browser says of itself, is made to do harm? Never a mistake of ours, and nothing leaks. (R38)

Each door is asked with every parameter of the program at once, each holding another harmful value, turned a few times.
"""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from clm_tracker.web.desk import own_path
from tests.web import things
from tests.web.program import Program
from tests.web.test_doors import Door, every_door

# As they stand in an address, most of them with what a program would do to them undone.
VALUES = (
    "", "%20", "a" * 3_000, "%00", "a%00b", "%ED%A0%80", "%FF%FE", "%", "%zz", "..%2f..%2fetc%2fpasswd", "9" * 30, "-1",
    "0", "1e9", "NaN", "%E2%80%AE%E2%80%8F", "'%20OR%201=1--", "%7B%7B7*191%7D%7D",
    "%3Cscript%3Ex1%3C/script%3E%22'", "0001-01-01", "9999-12-31", "/%09/%5Bx", "%2F%2Felsewhere.example", "%5B%7B",
    "%0d%0aSet-Cookie:a=b", things.UNKNOWN, "%C2%B2", "WyJmaW5kaW5ncyJd", "W1tbW1tbW1tb", "eyJhIjoxfQ",
)  # fmt: skip
NAMES = (
    "status", "severity", "theme", "area", "site", "duty_bearer", "stage", "overdue", "round", "q", "sort", "after", "limit",
    "before", "back", "find", "from", "next", "days", "title", "observed_on", "language", "affected", "v",
)  # fmt: skip
LEAKS = re.compile(
    r"<script>x1|\b1337\b|Traceback|site-packages|sqlalchemy|sqlite|psycopg|pydantic|instance of"
)
# The values pass each name in turns: every eighth pair of a name and a value meets at a door, all of them at some door.
TURNS, STRIDE = 3, 10


def faults(door: Door, at: str, answer: Any) -> list[str]:  # noqa: ANN401 - the client's response
    """What an answer to a harmful address must not be."""
    said = f"{door.path}: {answer.status_code} {at[:200]}"
    ill = (
        door.path.startswith("/health/") and answer.status_code == 503
    )  # no engine runs here, which is its answer
    found = [f"{said} is a mistake"] if answer.status_code >= 500 and not ill else []
    if leak := LEAKS.search(answer.text):
        found.append(f"{said} shows {leak[0]!r}")
    to = urlsplit(answer.headers.get("location", "/"))
    if to.netloc or to.scheme or "set-cookie" in {n for n, v in answer.headers.items() if v == "a=b"}:
        found.append(f"{said} leads away")
    if door.is_api and answer.status_code >= 400 and not answer.json()["detail"].endswith("."):
        found.append(f"{said} says no sentence")
    return found


def test_no_address_breaks_a_door(program: Program) -> None:
    of = {**things.make(program), "key": "mine", "name": "clm.css", "person": "dara"}
    parts = {"action": of["action_id"], "obligation": of["obligation_id"], "proposal": of["proposal_id"]}
    api, browser = program.api("Sokha"), program.browser("Sokha")
    found, tried = [], 0
    for number, door in enumerate(d for d in every_door(program) if d.method == "GET"):
        client = api if door.is_api else browser
        real = {**of, "part": parts.get(door.path.split("/")[1].removesuffix("s"), "")}
        addresses = []
        for turn in range(TURNS):
            values = [VALUES[(number + turn * STRIDE + n) % len(VALUES)] for n in range(len(NAMES))]
            query = "&".join(f"{name}={value}" for name, value in zip(NAMES, values, strict=True))
            addresses.append(f"{door.at(real)}?{query}")
        addresses.append(
            f"{door.at(real)}?limit=1&limit=2&limit[]=3&limit[a]=4&q=a&q=b&status=open&status=x&&=&a"
        )
        for name in re.findall(r"\{(\w+)", door.path):
            shown = [VALUES[(number + turn * STRIDE) % len(VALUES)] or "%2e%2e" for turn in range(TURNS)]
            addresses += [door.at({**real, name: value}) for value in shown]
        for at in addresses:
            tried += 1
            found += faults(door, at, client.get(at))
    assert found == []
    assert tried > 400


@pytest.mark.parametrize(
    "wrong", ["limit=0", "limit=-1", "limit=1e9", "limit=99999999999", "limit=NaN", "after=W1tb", "after=%00", "stage=100"]
)  # fmt: skip
def test_a_list_says_what_it_cannot_take(program: Program, wrong: str) -> None:
    answer = program.api("Dara").get(f"/api/v1/findings?{wrong}")
    assert answer.status_code == 422
    error = answer.json()["errors"][0]
    assert error["field"] == wrong.partition("=")[0]
    assert error["message"].endswith(".")


@pytest.mark.parametrize(
    "query", ["q=%00", "q=%00%20%00", "after=W1tb&status=open", "sort=x&stage=-1&area=1"]
)
def test_an_old_or_mistyped_link_still_shows_a_list(program: Program, query: str) -> None:
    ref = program.cast.open_finding(program.clock.now()).ref
    answer = program.browser("Dara").get(f"/findings?{query}")
    assert answer.status_code == 200
    assert ref in answer.text


@pytest.mark.parametrize(
    "url", ["/\t/[x", "/\t/elsewhere.example", "/\n/a\u2100b", "//elsewhere.example", "/\\elsewhere.example", "\\\\x", "/\ud800", "x:/", ""]
)  # fmt: skip
def test_no_address_leads_away(url: str) -> None:
    assert own_path(url) == "/"
    assert own_path("/findings?q=//x&after=a:b") == "/findings?q=//x&after=a:b"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Origin", "http://["),
        ("Origin", "\xff"),
        ("Host", "["),
        ("Host", "a b"),
        ("Cookie", "clm-said=%ff\xff; clm-session=\xff; ="),
        ("Content-Length", "9" * 5_000),
        ("X-Request-ID", "<script>x1</script>"),
        ("Idempotency-Key", "\xff"),
        ("If-Match", "\xff" * 300),
        ("Authorization", "Bearer \xff"),
        ("Content-Type", "\xff/\xff; boundary=\xff"),
    ],
)
def test_no_header_breaks_a_door(program: Program, name: str, value: str) -> None:
    ref = program.cast.open_finding(program.clock.now()).ref
    headers = {name.encode(): value.encode("latin-1")}
    for client, at in (
        (program.browser("Dara"), f"/findings/{ref}/reply"),
        (program.api("Dara"), f"/api/v1/findings/{ref}/acknowledge"),
    ):
        if name == "Origin":
            client.headers.pop("Sec-Fetch-Site", None)
        for method in ("GET", "POST"):
            answer = client.request(method, at, headers=headers)
            assert answer.status_code < 500, answer.text
            assert LEAKS.search(answer.text) is None
