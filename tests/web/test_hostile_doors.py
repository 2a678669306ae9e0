"""What if an address, or what a browser says of itself, is made to do harm? Never a mistake of ours, and nothing leaks. (R38)"""

import re

import pytest

from clm_tracker.web.desk import own_path
from tests.web.program import Program

LEAKS = re.compile(
    r"<script>x1|\b1337\b|Traceback|site-packages|sqlalchemy|sqlite|psycopg|pydantic|instance of"
)


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
