"""Does a duty bearer read the role instead of the name, on pages, in JSON, in refusals and exports? (R39, R43, decision 0010)"""

from datetime import timedelta
from typing import Any

import pytest

from clm_tracker.commands import actions, obligations, programmes
from clm_tracker.db import load
from clm_tracker.domain import naming
from clm_tracker.queries.exports import Export, sheet
from tests.cast import SOPHEA, Cast
from tests.web import pages
from tests.web.program import Program

API = "/api/v1"
NAMES = ("Dara", "Chan", "Sokha")


def a_story(program: Program) -> str:
    """A finding in which people of both sides have acted; Dara's words name nobody."""
    now, cast = program.clock.now(), program.cast
    ref = cast.open_finding(now).ref
    with cast.writing(SOPHEA, now) as unit:
        made = actions.propose(unit, ref, what="Send samples", due_on=unit.today + timedelta(days=10))
    with cast.writing("Dara", now) as unit:
        actions.accept(unit, made.id)
        owed = load.case(unit, ref).live()[0]
    with cast.writing("Chan", now) as unit:
        obligations.escalate(unit, owed.id, from_stage=0, reason="People are sent home")
    return ref


def switch(program: Program, **settings: Any) -> None:
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        programmes.change_settings(unit, settings)


@pytest.mark.parametrize("setting", [{"community_by_role": True}, {"safety_mode": True}])
def test_a_duty_bearer_reads_the_role_everywhere(program: Program, setting: dict[str, Any]) -> None:
    ref = a_story(program)
    program.token(SOPHEA)
    switch(program, **setting)
    browser, api = program.browser(SOPHEA), program.api(SOPHEA)
    answers = [
        browser.get(f"/findings/{ref}").text,
        browser.get(f"/findings/{ref}/record").text,
        api.get(f"{API}/findings/{ref}").text,
        api.get(f"{API}/findings/{ref}/timeline").text,
    ]
    for said in answers:
        assert not [name for name in NAMES if name in said]
    assert "An advocate opened the finding" in pages.text(answers[1])
    assert "Sophea proposed" in pages.text(answers[1])
    with program.cast.reading(SOPHEA, program.clock.now()) as look:
        told = sheet(look, Export.ESCALATIONS)
        by = [row[told.columns.index("by")] for row in told.rows]
    assert by == ["an advocate"]


def test_a_refusal_for_an_older_version_names_the_role_too(program: Program) -> None:
    ref = a_story(program)
    switch(program, community_by_role=True)
    with program.cast.reading(SOPHEA, program.clock.now()) as look:
        action = next(iter(load.case(look, ref, lock=False).actions.values()))
    answer = program.browser(SOPHEA).post(
        f"/actions/{action.id}/report-done", data={"note": "Done", "version": str(action.version - 1)}
    )
    assert answer.status_code == 409
    told = pages.text(answer.text).partition("This changed while you were writing")[2]
    assert "An advocate entered stage 1" in told
    assert not [name for name in NAMES if name in answer.text]


def test_the_community_and_a_programme_that_did_not_ask_read_names(program: Program) -> None:
    ref = a_story(program)
    assert "Dara opened the finding" in pages.text(
        program.browser(SOPHEA).get(f"/findings/{ref}/record").text
    )
    switch(program, community_by_role=True)
    for name in ("Chan", "Sokha"):
        said = pages.text(program.browser(name).get(f"/findings/{ref}/record").text)
        assert "Dara opened the finding" in said


def test_of_several_roles_the_one_furthest_from_the_field_is_named(cast: Cast, program: Program) -> None:
    sophea = cast.actor(SOPHEA, program.clock.now())
    said = naming.as_seen_by(sophea, "Dara", "advocate, committee", by_role=True)
    assert said == "a member of the steering committee"
    assert naming.as_seen_by(sophea, "Escalation engine", "engine", by_role=True) == "Escalation engine"
    assert naming.as_seen_by(sophea, "Kosal", "duty_bearer", by_role=True) == "Kosal"
