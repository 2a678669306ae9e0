"""Does every door of a link in a letter keep to its one thing, and end with the link? (R40)

The doors come from the program, so a new one is tried the day it is made.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from clm_tracker.commands import links
from clm_tracker.domain.cases import Finding
from tests.web.program import Program
from tests.web.reader import Reader, an_agreed_action, attach_picture
from tests.web.test_doors import every_door

AGAIN = "/again"  # where another link is asked for
TITLE = "No viral load"


def paths(program: Program, part: str) -> Iterator[tuple[str, str]]:
    """The method and path of each, below the word."""
    for door in every_door(program):
        if door.rule.by_link:
            yield door.method, door.path.removeprefix("/a/{word}").replace("{part}", part)


@pytest.fixture
def part(program: Program, reader: Reader, finding: Finding) -> str:
    """An action of the link's own finding."""
    return an_agreed_action(program, reader, finding)


def test_r40_what_belongs_to_another_post_is_not_there(
    program: Program, reader: Reader, finding: Finding, part: str
) -> None:
    """R38 too: nor what the same post was told of in another letter."""
    hidden, dara = reader.form("/not-me"), program.api("Dara")
    others = []
    for site in ("hospital", "health_centre"):
        other = program.cast.open_finding(program.clock.now(), site=site, title="Something else")
        made = dara.post(
            f"/api/v1/findings/{other.ref}/actions", json={"what": "Repair it", "due_on": "2026-03-20"}
        )
        others.append({"actions": made.json()["id"], "pictures": attach_picture(program, other)})
    own = {"actions": part, "pictures": attach_picture(program, finding)}
    with_part = [path for path in paths(program, "{part}") if "{part}" in path[1]]
    assert len(with_part) >= 9
    there = set()
    for method, path in with_part:
        kind = path.split("/")[1]
        sent = {**hidden, "note": "Done."} if method == "POST" else None
        for other_parts in others:
            at = reader.at(path.format(part=other_parts[kind]))
            assert reader.client.request(method, at, data=sent).status_code == 404, (method, path)
        if method == "GET" and reader.get(path.format(part=own[kind])).status_code == 200:
            there.add(kind)
    assert there == own.keys(), "what is the link's own is there"


def test_r40_an_expired_link_opens_nothing_and_offers_another(
    program: Program, reader: Reader, part: str
) -> None:
    program.clock.set(program.clock.now() + timedelta(days=90))
    for method, path in paths(program, part):
        if path == AGAIN:
            continue
        answer = reader.client.request(method, reader.at(path))
        assert answer.status_code == 410, (method, path)
        assert TITLE not in answer.text
        if method != "HEAD":
            assert f'action="{reader.at(AGAIN)}"' in answer.text, (method, path)


def test_r40_a_revoked_link_opens_nothing_and_says_whom_to_ask(
    program: Program, reader: Reader, part: str
) -> None:
    with program.cast.writing("Dara", program.clock.now()) as unit:
        links.revoke(unit, reader.link_id, reason="It was read by others.")
    for method, path in paths(program, part):
        answer = reader.client.request(method, reader.at(path))
        assert answer.status_code == 410, (method, path)
        assert TITLE not in answer.text
        if method != "HEAD":
            assert "<form" not in answer.text, "whoever read it before gets no other by themselves"
            assert "You can also write to the programme." in answer.text, (method, path)
