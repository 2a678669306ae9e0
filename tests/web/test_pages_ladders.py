"""Is a ladder seen, edited without a script, tried on what runs, kept as a new version and moved to? (R20, R21, R30)"""

import re
from html import unescape

from clm_tracker.commands import obligations
from clm_tracker.db import load
from clm_tracker.domain.ladders import Ladder
from clm_tracker.domain.words import Kind, PauseReason
from tests.web import pages
from tests.web.program import Program

EDIT = "/ladders/high/edit"


def newest(program: Program) -> Ladder:
    with program.cast.reading("Sokha", program.clock.now()) as look:
        return look.rules.ladders[look.rules.current["high"]]


def filled(html: str) -> dict[str, str | list[str]]:
    """What the editor's form would send, with every ticked box."""
    form = re.findall(r'<form class="form rungs".*?</form>', html, re.DOTALL)[0]
    _action, found = pages.form(form, "Keep as the next version")
    answers: dict[str, str | list[str]] = dict(found)
    for tag in re.findall(r"<input[^>]*checked[^>]*>", form):
        name, value = (re.findall(rf' {a}="([^"]*)"', tag)[0] for a in ("name", "value"))
        kept = answers.get(name)
        answers[name] = [*(kept if isinstance(kept, list) else []), unescape(value)]
    return answers


def test_every_ladder_shows_its_staircase_and_what_runs_on_it(program: Program) -> None:
    program.cast.open_finding(program.clock.now())
    for name in ("Sokha", "Dara", "Sophea"):
        said = pages.text(program.browser(name).get("/ladders").text)
        assert "High ladder" in said
        assert "Version 1; one running obligation follows it" in said
        assert "Reminders to the community side" in said
    said = pages.text(program.browser("Dara").get("/ladders/high").text)
    assert "5 working days after stage 1" in said
    assert "Public: two approvers, a risk check, a right of reply" in said
    assert "Edit the ladder" not in said
    assert program.browser("Dara").get(EDIT).status_code == 403
    assert program.browser("Sokha").get("/ladders/none").status_code == 404
    assert program.browser("Sokha").get("/ladders/none/edit").status_code == 404
    assert program.browser("Sokha").get("/ladders/none/move").status_code == 404


def test_it_is_kept_as_it_was_shown(program: Program) -> None:
    """R30: a form that is sent as it came makes the next version with the very same stages."""
    before = newest(program)
    sokha = program.browser("Sokha")
    answer = sokha.post(EDIT, data={**filled(sokha.get(EDIT).text), "do": "save"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/ladders/high")
    after = newest(program)
    assert (after.version, after.name) == (2, before.name)
    assert after.stages == before.stages


def test_stages_are_moved_added_and_removed_by_buttons(program: Program) -> None:
    sokha = program.browser("Sokha")
    first = sokha.get(EDIT).text
    up = sokha.post(EDIT, data={**filled(first), "do": "up-3"}).text
    answers = filled(up)
    assert (answers["name_2"], answers["name_3"]) == ("District", "Formal letter")
    removed = filled(sokha.post(EDIT, data={**answers, "do": "remove-8"}).text)
    assert "name_8" not in removed
    added = sokha.post(EDIT, data={**removed, "do": "add"}).text
    assert filled(added)["name_8"] == ""
    assert "Every stage needs a name" in pages.text(added)
    assert newest(program).version == 1
    kept = sokha.post(EDIT, data={**filled(added), "name_8": "Ombudsperson", "do": "save"})
    assert kept.status_code == 303
    assert [s.name for s in newest(program).stages][1:3] == ["District", "Formal letter"]
    assert newest(program).stages[7].name == "Ombudsperson"
    for nonsense in ("up-1", "down-8", "up-99", "remove-x", "remove-0", "sing", "up-²"):
        answer = sokha.post(EDIT, data={**filled(sokha.get(EDIT).text), "do": nonsense})
        assert answer.status_code == 200
    assert newest(program).version == 2


def test_a_campaign_cannot_be_made_quiet(program: Program) -> None:
    """R27: a coordinator takes no approval away by saying that a campaign begins by itself."""
    sokha = program.browser("Sokha")
    for gate in ("open", "approval"):
        answers = {**filled(sokha.get(EDIT).text), "gate_7": gate, "do": "save"}
        answer = sokha.post(EDIT, data=answers)
        assert answer.status_code == 422
        assert "Stage 7 is a public campaign or a legal remedy" in pages.text(answer.text)
    assert newest(program).version == 1


def test_mistakes_stand_at_their_stage_and_field(program: Program) -> None:
    sokha = program.browser("Sokha")
    wrong = {"wait_2": "soon", "name_3": " ", "to_4": "level:", "gate_5": "never", "unit_6": "weeks"}
    answer = sokha.post(EDIT, data={**filled(sokha.get(EDIT).text), **wrong, "do": "save"})
    assert answer.status_code == 422
    said = pages.text(answer.text)
    for sentence in (
        "Stage 2: write how long it waits",
        "Stage 5: choose how it begins.",
        "Stage 6: choose in what the wait is counted.",
    ):
        assert sentence in said
    assert re.search(r'id="wait_2"[^>]*aria-invalid="true"', answer.text)
    assert 'value="soon"' in answer.text
    again = {**filled(answer.text), "wait_2": "5", "gate_5": "approval", "unit_6": "wd", "do": "save"}
    said = pages.text(sokha.post(EDIT, data=again).text)
    assert "Stage 3 needs a name." in said
    assert "Say whom stage 4 addresses." in said
    assert newest(program).version == 1
    assert sokha.post(EDIT, data={"do": "save"}).status_code == 422
    assert sokha.post(EDIT, data={"do": "look", "wait_1": "1"}).status_code == 200


def test_a_look_says_what_it_would_do_to_what_runs(program: Program) -> None:
    """The same with a script (only that part of the page) and without."""
    ref = program.cast.open_finding(program.clock.now()).ref
    sokha = program.browser("Sokha")
    answers = {**filled(sokha.get(EDIT).text), "wait_1": "9", "do": "look"}
    whole = sokha.post(EDIT, data=answers)
    part = sokha.post(EDIT, data=answers, headers={"HX-Request": "true"})
    for html in (whole.text, part.text):
        said = pages.text(html)
        assert "One obligation runs on this ladder. If it followed the edited one today:" in said
        assert "one would climb later;" in said
        assert ref in said
    assert "<html" in whole.text
    assert "<html" not in part.text
    assert newest(program).version == 1
    none = sokha.post(EDIT, data={**answers, "wait_1": "1"})
    assert "one would not change." in pages.text(none.text)


def test_two_people_do_not_edit_over_one_another(program: Program) -> None:
    sokha = program.browser("Sokha")
    old = filled(sokha.get(EDIT).text)
    assert sokha.post(EDIT, data={**old, "name": "Quick", "do": "save"}).status_code == 303
    late = {**old, "name": "Slow", "do": "save", "once": ""}
    answer = sokha.post(EDIT, data={k: v for k, v in late.items() if k != "once"})
    assert answer.status_code == 409
    assert "Version 2 was made in between." in pages.text(answer.text)
    assert newest(program).name == "Quick"


def test_running_obligations_move_after_a_look_at_every_date(program: Program) -> None:
    """R30: a preview, a reason, and a refusal when the list changed in between."""
    ref = program.cast.open_finding(program.clock.now()).ref
    sokha = program.browser("Sokha")
    assert "Move what runs" not in pages.text(sokha.get("/ladders/high").text)
    answer = sokha.post(EDIT, data={**filled(sokha.get(EDIT).text), "wait_1": "9", "do": "save"})
    assert answer.status_code == 303
    assert "Move what runs to this version" in pages.text(sokha.get("/ladders/high").text)
    page = sokha.get("/ladders/high/move").text
    assert "One date changes." in pages.text(page)
    assert ref in page
    unsaid = pages.send(sokha, page, "Move one obligation", reason="")
    assert unsaid.status_code == 422
    assert "Say why running obligations change to the new version." in pages.text(unsaid.text)
    done = pages.send(sokha, page, "Move one obligation", reason="Agreed in the forum")
    assert done.status_code == 303
    said = pages.text(sokha.get("/ladders/high").text)
    assert "One running obligation follows the newest version now." in said
    assert "Move what runs" not in said
    empty = sokha.get("/ladders/high/move").text
    assert "Nothing runs on an older version" in pages.text(empty)
    assert "Why they change" not in pages.text(empty), "There is nothing to give a reason for."
    assert 'action="/ladders/high/move"' not in empty, "no button that moves nothing"
    late = sokha.post("/ladders/high/move", data={"seen": "", "reason": "Agreed in the forum"})
    assert late.status_code == 409
    assert "Nothing is left to move." in pages.text(late.text)


def test_a_list_that_changed_is_looked_at_again(program: Program) -> None:
    program.cast.open_finding(program.clock.now())
    sokha = program.browser("Sokha")
    sokha.post(EDIT, data={**filled(sokha.get(EDIT).text), "wait_1": "9", "do": "save"})
    page = sokha.get("/ladders/high/move").text
    sokha.post(EDIT, data={**filled(sokha.get(EDIT).text), "wait_1": "12", "do": "save"})
    answer = pages.send(sokha, page, "Move one obligation", reason="Agreed in the forum")
    assert answer.status_code == 409
    said = pages.text(answer.text)
    assert "What would move has changed since you looked." in said
    assert "Agreed in the forum" in answer.text
    again = pages.send(sokha, answer.text, "Move one obligation")
    assert again.status_code == 303


def test_what_changes_stands_before_what_stays_and_says_when(program: Program) -> None:
    """R30: what is due already stays due; a step that the new version puts before today comes with the next sweep."""
    due = program.cast.open_finding(program.clock.now()).ref
    sokha = program.browser("Sokha")
    sokha.post(EDIT, data={**filled(sokha.get(EDIT).text), "wait_1": "20", "do": "save"})
    slow = program.cast.open_finding(program.clock.now()).ref
    program.clock.advance(days=10)
    sokha = program.browser("Sokha")
    sokha.post(EDIT, data={**filled(sokha.get(EDIT).text), "wait_1": "1", "do": "save"})
    said = pages.text(sokha.get("/ladders/high/move").text)
    assert "2 running obligations would move. One date changes." in said
    assert said.index(slow) < said.index("with the next sweep") < said.index(due) < said.index("as now")


def test_while_a_clock_stands_still_nothing_climbs_now(program: Program) -> None:
    """R16, R30: the days of what is paused are shown as such, before they are moved and while one edits."""
    sokha = program.browser("Sokha")
    sokha.post(EDIT, data={**filled(sokha.get(EDIT).text), "wait_1": "20", "do": "save"})
    ref = program.cast.open_finding(program.clock.now()).ref
    with program.cast.writing("Dara", program.clock.now()) as unit:
        (owed,) = load.case(unit, ref).live(Kind.ACKNOWLEDGE)
        obligations.pause(unit, owed.id, reason=PauseReason.SAFETY)
    program.clock.advance(days=10)
    sokha = program.browser("Sokha")
    looked = sokha.post(EDIT, data={**filled(sokha.get(EDIT).text), "wait_1": "1", "do": "look"})
    sokha.post(EDIT, data={**filled(sokha.get(EDIT).text), "wait_1": "1", "do": "save"})
    edited, moving = pages.text(looked.text), pages.text(sokha.get("/ladders/high/move").text)
    assert "one would climb sooner;" in edited
    for said in (edited, moving):
        assert "An acknowledgement; its clock stands still" in said
    assert "with the next sweep" not in moving
