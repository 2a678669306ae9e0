"""Are rows ticked, previewed and changed together, and does what could not change come back with its reason?"""

import pytest

from clm_tracker.commands import findings
from tests.cast import SOPHEA
from tests.web import markup, pages
from tests.web.program import Program


@pytest.fixture
def refs(program: Program) -> list[str]:
    return [
        program.cast.open_finding(program.clock.advance(minutes=1), title=f"Number {n}").ref for n in range(3)
    ]


def test_rows_are_ticked_for_whom_there_are_acts(program: Program, refs: list[str]) -> None:
    page = program.browser("Sokha").get("/findings?status=open").text
    assert page.count('name="pick"') == 3
    assert f'name="pick" value="{refs[0]}" form="bulk"' in page
    assert "All that match: 3 findings" in page
    assert "Close as withdrawn" in page
    assert markup.faults(page) == []
    assert 'name="pick"' not in program.browser(SOPHEA).get("/findings").text
    of_committee = program.browser("Bopha").get("/findings").text
    assert "Escalate now" in of_committee
    assert "Close as withdrawn" not in of_committee


def test_a_preview_then_the_deed_then_the_list(program: Program, refs: list[str]) -> None:
    sokha = program.browser("Sokha")
    page = sokha.get("/findings/bulk", params={"deed": "withdraw", "pick": refs[:2], "status": "open"}).text
    said = pages.text(page)
    assert "2 findings would change" in said
    assert "It is closed, and 1 obligation ends." in said
    assert refs[2] not in page
    assert markup.faults(page) == []
    refused = pages.send(sokha, page, "Close as withdrawn: 2 findings")
    assert refused.status_code == 422
    assert "Say why, in a sentence" in pages.text(refused.text)
    done = pages.send(sokha, refused.text, "Close as withdrawn: 2 findings", reason="Logged twice")
    assert (done.status_code, done.headers["location"]) == (303, "/findings?status=open")
    page = sokha.get("/findings?status=open").text
    assert "Done for 2 findings." in page
    assert refs[2] in page
    assert refs[0] not in page


def test_pressing_twice_changes_nothing_twice(program: Program, refs: list[str]) -> None:
    sokha = program.browser("Sokha")
    page = sokha.get("/findings/bulk", params={"deed": "escalate", "all": "yes"}).text
    action, filled = pages.form(page, "Escalate now: 3 findings")
    sent = {**filled, "reason": "People go without"}
    answers = [sokha.post(action, data=sent) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert "Stage 1" in pages.text(sokha.get(f"/findings/{refs[0]}").text)


def test_what_changed_meanwhile_is_reported(program: Program, refs: list[str]) -> None:
    sokha = program.browser("Sokha")
    page = sokha.get("/findings/bulk", params={"deed": "pause", "pick": refs}).text
    with program.cast.writing(SOPHEA, program.clock.now()) as unit:
        findings.acknowledge(unit, refs[1])
    answer = pages.send(sokha, page, "Pause the clocks: 3 findings", why="safety", reason="Threats")
    said = pages.text(answer.text)
    assert answer.status_code == 200
    assert "Done for 2 findings." in said
    assert "1 stays as it is" in said
    assert f"{refs[1]}, Number 1 Somebody changed it in the meantime." in said
    assert markup.faults(answer.text) == []


def test_duplicates_go_into_the_earliest(program: Program, refs: list[str]) -> None:
    dara = program.browser("Dara")
    page = dara.get("/findings/bulk", params={"deed": "merge", "pick": refs}).text
    assert "2 findings would change" in pages.text(page)
    _action, filled = pages.form(page, "Merge into one: 2 findings")
    assert filled["merged_into"] == refs[0]
    answer = pages.send(dara, page, "Merge into one: 2 findings", reason="The same")
    assert answer.status_code == 303
    assert dara.get("/findings?status=closed").text.count('name="pick"') == 2


def test_nothing_ticked_and_nonsense_are_answered_in_words(program: Program, refs: list[str]) -> None:
    sokha = program.browser("Sokha")
    none = sokha.get("/findings/bulk?deed=pause&status=open")
    assert "No finding is chosen" in pages.text(none.text)
    assert 'href="/findings?status=open"' in none.text
    assert sokha.get("/findings/bulk?deed=nonsense").status_code == 404
    assert sokha.get("/findings/bulk").status_code == 404
    assert sokha.get(f"/findings/bulk?deed=resume&pick={refs[0]}&pick=x").status_code == 200
    assert sokha.post("/findings/bulk", data={"deed": "resume", "seen": "x:y z"}).status_code == 422
    assert program.browser(SOPHEA).get(f"/findings/bulk?deed=pause&pick={refs[0]}").status_code == 403
    assert program.browser(SOPHEA).post("/findings/bulk", data={"deed": "pause"}).status_code == 403
