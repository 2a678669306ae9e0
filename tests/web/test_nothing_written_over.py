"""Does whoever changes the set-up ever write over what somebody else changed meanwhile? (decision 0020)

Two tabs of one form: the first is kept, the second is told what stands now, and loses nothing. A new door of the set-up
stands in one of the lists of `tests/web/changes.py`, or the first test fails.
"""

import re
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from clm_tracker.commands import places, rounds, terms, views, webhooks
from clm_tracker.db.tables import ClosedDayRow
from clm_tracker.delivery.sealed import WEBHOOKS, Seal
from clm_tracker.domain.policy import Act
from tests.web import markup, pages
from tests.web.changes import ADDS, CHANGES, MOVES, Change
from tests.web.hostile import Form, Kept, Sent, forms
from tests.web.program import Program, problem
from tests.web.test_doors import API, every_door


def test_every_door_of_the_set_up_says_what_it_rests_on(program: Program) -> None:
    found = {
        door.path
        for door in every_door(program)
        if door.method == "POST" and not door.is_api and Act.SET_UP in door.rule.acts
    }
    assert found - {change.door for change in CHANGES} == ADDS | MOVES


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.door)
def test_the_second_of_two_tabs_is_told_what_the_first_did(program: Program, change: Change) -> None:
    of = things(program)
    sokha, tab = program.browser("Sokha"), program.browser("Sokha")
    for door, page, answers in change.before:
        assert (
            keep(sokha, sokha.get(at(page, of)).text, at(door, of), filled(answers, of)).status_code == 303
        ), door
    door, first, second = at(change.door, of), filled(change.first, of), filled(change.second, of)
    older = tab.get(at(change.page, of)).text
    untouched = form(older, door)
    assert untouched is not None
    kept = keep(sokha, sokha.get(at(change.page, of)).text, at(change.asked, of), first)
    assert kept.status_code == 303, pages.text(kept.text)
    after = Kept(program)
    slip = {}
    if change.wrong and (refused := send(tab, older, door, {**second, **change.wrong})).status_code == 422:
        older, slip = refused.text, {name: stands(untouched).get(name, []) for name in change.wrong}
    late = send(tab, older, door, {**slip, **second})
    assert late.status_code == 409, "a slip of the pen does not make an older form a new one"
    assert markup.faults(late.text) == []
    told = re.findall(r'aria-labelledby="conflict-h">.*?</section>', late.text, re.DOTALL)
    assert told, pages.text(late.text)
    assert change.says in pages.text(told[0])
    again = form(late.text, door)
    for name, value in second.items():
        assert again is None or name == "do" or stands(again).get(name, []) == value, f"{name} is lost"
    unsaid = {name: value for name, value in stands(untouched).items() if name not in {"version", "once"}}
    assert tab.post(door, data={**unsaid, **second}).status_code == 409, "nothing is changed unseen"
    assert after.grown() == set(), "nothing is written over"
    if again is not None:
        assert keep(tab, late.text, door, second).status_code == 303


def test_a_site_that_was_moved_is_closed_only_by_whoever_knows(program: Program) -> None:
    sokha, of = program.browser("Sokha"), things(program)
    older = sokha.get(at("/sites/{site_id}", of)).text
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        places.move_site(unit, UUID(of["site_id"]), area_id=UUID(of["area_id"]))
    late = send(sokha, older, at("/sites/{site_id}/close", of), {"on": ["2026-06-01"]})
    assert (late.status_code, "In: Elsewhere" in pages.text(late.text)) == (409, True)


def test_a_program_appoints_and_relieves_only_as_it_saw(program: Program) -> None:
    """The interface, by `If-Match`: 428 without, 412 when somebody was first; `*` is whichever."""
    of = things(program)
    one, two = program.api("Sokha", matching=None), program.api("Sokha", matching=None)
    post = at(f"{API}/duty-bearers/{{post_id}}", of)
    seen = one.get(post).headers["etag"]
    assert seen == f'"{one.get(post).json()["version"]}"'
    for act, first, second in (
        ("appoint", {"name": "Nary"}, {"name": "Thavy", "from_on": "2026-03-03"}),
        ("reach", {"phone": "+855 12 000 111"}, {"phone": "+855 12 000 222"}),
        ("relieve", {"last_on": "2026-05-01"}, {"last_on": "2026-04-01"}),
    ):
        problem(two.post(f"{post}/{act}", json=second), 428, "version_needed")
        kept = one.post(f"{post}/{act}", json=first, headers={"If-Match": seen})
        assert kept.status_code == 200, kept.text
        late = problem(two.post(f"{post}/{act}", json=second, headers={"If-Match": seen}), 412, "stale")
        assert late["detail"].startswith("Sokha changed this on")
        seen = kept.headers["etag"]
        assert two.get(post).headers["etag"] == seen
    assert (
        two.post(f"{post}/relieve", json={"last_on": "2026-04-01"}, headers={"If-Match": "*"}).status_code
        == 200
    )


def things(program: Program) -> dict[str, str]:
    """What the paths name, by the name in the path; all of the cast's programme."""
    cast, now = program.cast, program.clock.now()
    with cast.writing("Sokha", now) as unit:
        area = places.add_area(unit, name="Elsewhere", level="province", parent_id=cast.areas["country"])
        forum = rounds.plan_forum(unit, name="Forum", held_on=date(2026, 5, 4))
        hook = webhooks.add(
            unit,
            Seal(WEBHOOKS, b"a key of these tests"),
            name="Board",
            url="https://board.example.org/",
            kinds=(),
        )
        view = views.save(unit, name="For everybody", query="status=open", shared=True)
        terms.put(
            unit,
            language="en",
            avoid=["hurtful word"],
            prefer=["kind word"],
            source="The networks",
            year=2024,
        )
        of = ClosedDayRow.programme_id == unit.programme_id
        day = unit.session.scalars(
            select(ClosedDayRow.id).where(of, ClosedDayRow.day == date(2026, 4, 14))
        ).one()
    return {
        "severity": "high", "key": "high", "wording": "stage_entered.3", "area_id": str(area), "forum_id": str(forum),
        "webhook_id": str(hook.id), "view_id": str(view), "day_id": str(day), "province": str(cast.areas["province"]),
        "round_id": str(cast.round_id), "theme_id": str(cast.themes["care"]), "site_id": str(cast.sites["health_centre"]),
        "post_id": str(cast.posts["health_centre"]), "person_id": str(cast.people["Dara"]),
    }  # fmt: skip


def at(path: str, of: dict[str, str]) -> str:
    for name, value in of.items():
        path = path.replace("{" + name + "}", value)
    return path


def filled(answers: dict[str, Any], of: dict[str, str]) -> Sent:
    return {name: value if isinstance(value, list) else [at(value, of)] for name, value in answers.items()}


def form(html: str, door: str) -> Form | None:
    """The form that is sent there."""
    return next((one for one in forms(html) if urlsplit(unescape(one.action)).path == door), None)


def stands(found: Form) -> Sent:
    """What a browser sends of a form that nobody touched."""
    sent: Sent = {}
    for asked in found.fields:
        if asked.kind in {"radio", "checkbox"} and not asked.chosen:
            continue
        value = asked.value or (asked.options[0] if asked.options else "")
        sent.setdefault(asked.name, []).append(value)
    return sent


def send(browser: TestClient, html: str, door: str, answers: Sent) -> Any:  # noqa: ANN401 - the client's own answer
    found = form(html, door)
    assert found is not None, f"No form on this page goes to {door}."
    return browser.post(door, data={**stands(found), **answers})


def keep(browser: TestClient, html: str, door: str, answers: Sent) -> Any:  # noqa: ANN401 - the client's own answer
    """Send it, and confirm what it moves where that is shown first."""
    answer = send(browser, html, door, answers)
    return send(browser, answer.text, door, {}) if answer.status_code == 200 else answer
