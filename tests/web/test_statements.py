"""In how few statements is each page made, who is signed in and all?

The list of pages comes from the program, so a new one is counted the day it is made.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from tests.web import things
from tests.web.program import Program
from tests.web.test_doors import ROLES, Door, every_door

OF_A_PAGE, OF_A_LIST = 12, 6
API = "/api/v1"
# A list: the first page of something there may be very much of, which a table of its rows is drawn from.
LISTS = frozenset({
    "/findings", "/findings/views", "/decisions", "/decisions/overdue", "/duty-bearers", "/people", "/places", "/letters", "/inbox",
    "/messages", "/imports", "/ledger", "/ladders", "/themes", "/terms", "/rounds", "/calendar-days", "/webhooks", "/wordings",
    *(f"{API}/{of}" for of in ("findings", "obligations", "proposals", "ledger", "duty-bearers", "people")),
    *(f"{API}/{of}" for of in ("areas", "sites", "ladders", "themes", "rounds", "forums")),
})  # fmt: skip


@contextmanager
def statements(program: Program) -> Iterator[list[str]]:
    """All that the database is asked, besides the words that begin and end a transaction."""
    said: list[str] = []

    def listen(_conn: object, _cursor: object, sql: str, *_rest: object) -> None:
        if not sql.startswith(("BEGIN", "PRAGMA", "SET ")):
            said.append(sql)

    engine = program.cast.store.engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def asked_for(program: Program, client: TestClient, path: str) -> tuple[int, list[str]]:
    """The status of a page, and its statements once what a process keeps has been read."""
    client.get(path)
    with statements(program) as said:
        status = client.get(path).status_code
    return status, said


def pages(program: Program, of: dict[str, str]) -> Iterator[tuple[Door, str]]:
    for door in every_door(program):
        # A probe of the engine looks into every programme; nobody waits for it.
        if door.method == "GET" and not door.path.startswith(("/health", "/metrics", "/static")):
            yield door, door.at(of)


def most(door: Door) -> int:
    return OF_A_LIST if door.path in LISTS else OF_A_PAGE


@pytest.mark.parametrize("name", ROLES)
def test_a_page_takes_few_statements(program: Program, name: str) -> None:
    of = things.make(program)
    for n in range(3):
        program.cast.open_finding(program.clock.now(), title=f"Another one {n}")
    api, browser = program.api(name), program.browser(name)
    opened, too_many = 0, []
    for door, path in pages(program, of):
        status, said = asked_for(program, api if door.is_api else browser, path)
        opened += status == 200
        if len(said) > most(door):
            too_many.append(
                f"{door.path}: {len(said)}\n  " + "\n  ".join(" ".join(s.split())[:150] for s in said)
            )
    assert opened >= 10
    assert {door.path for door in every_door(program)} >= LISTS
    assert not too_many, "\n".join(too_many)


def test_a_page_takes_no_more_statements_however_much_there_is(program: Program) -> None:
    of = things.make(program)
    api, browser = program.api("Sokha"), program.browser("Sokha")

    def taken(more: int) -> dict[str, int]:
        for n in range(more):
            program.cast.open_finding(program.clock.now(), title=f"Another one {n}")
        counted = {}
        for door, path in pages(program, of):
            status, said = asked_for(program, api if door.is_api else browser, path)
            if status == 200:
                counted[door.path] = len(said)
        return counted

    # First more than a group of a desk shows, so that it has to be counted.
    few, many = taken(6), taken(24)
    assert len(few) >= 40
    assert {path: (few[path], n) for path, n in many.items() if n != few[path]} == {}


def test_a_page_is_one_picture(program: Program) -> None:
    """One transaction finds out who asks and puts all questions of a page; at a door for anyone they are two."""
    of = things.make(program)
    api, browser = program.api("Sokha"), program.browser("Sokha")
    api.get(f"{API}/me")  # that a token was used is written down once an hour
    begun: list[object] = []
    engine, note = program.cast.store.engine, begun.append
    event.listen(engine, "begin", note)
    try:
        seen = {}
        for door, path in pages(program, of):
            begun.clear()
            client = api if door.is_api else browser
            if client.get(path).status_code == 200:
                seen[door.path] = len(begun) - (not door.rule.signed_in)
    finally:
        event.remove(engine, "begin", note)
    assert {path: n for path, n in seen.items() if n > 1} == {}
    assert len(seen) >= 40


@pytest.mark.parametrize(
    "asked",
    [
        "q=another+one",
        "q=ta+pung&status=open&severity=high",
        "overdue=true&sort=due&stage=1",
        "sort=stage",
        "sort=severity&overdue=false",
    ],
)
def test_a_list_takes_no_more_however_it_is_narrowed(program: Program, asked: str) -> None:
    things.make(program)
    for n in range(30):
        program.cast.open_finding(program.clock.now(), title=f"Another one {n}")
    for path, client in (("/findings", program.browser("Dara")), (f"{API}/findings", program.api("Dara"))):
        status, said = asked_for(program, client, f"{path}?{asked}")
        assert status == 200
        assert len(said) <= OF_A_LIST, said
