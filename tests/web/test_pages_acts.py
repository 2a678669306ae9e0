"""Are acts done from the pages once, in the right order, by the right people, and refused in sentences? (R17, R18, R27, R38)"""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from clm_tracker.commands import actions, findings
from clm_tracker.db import load
from clm_tracker.domain.cases import Action, Case
from clm_tracker.domain.words import FindingStatus, Kind, ObligationState
from clm_tracker.queries import acts
from clm_tracker.web.pages.acts.forms import DOINGS
from tests.cast import DISTRICT_DIRECTOR, SOPHEA
from tests.web import markup, pages
from tests.web.program import Program


@pytest.fixture
def ref(program: Program) -> str:
    """An open finding that Dara logged and Sophea answers."""
    return program.cast.open_finding(program.clock.now()).ref


def case(program: Program, ref: str) -> Case:
    with program.cast.reading("Sokha", program.clock.now()) as look:
        return load.case(look, ref, lock=False)


def agreed(program: Program, ref: str) -> Action:
    """An action that both sides agreed on, due in ten days."""
    now = program.clock.now()
    with program.cast.writing(SOPHEA, now) as unit:
        made = actions.propose(
            unit, ref, what="Send samples twice a week", due_on=unit.today + timedelta(days=10)
        )
    with program.cast.writing("Dara", now) as unit:
        return actions.accept(unit, made.id)


def test_every_possible_act_has_its_page() -> None:
    """Whatever `queries.acts` offers can be done; `edit` has the form of a draft."""
    offered = {("finding", verb) for _act, verb, _label, _form, _ask in acts._FINDING}
    done = set(DOINGS) | {("finding", "edit")}
    assert offered <= done
    for target, verb in (
        ("action", "verify"),
        ("action", "grant_extension"),
        ("obligation", "pause"),
        ("proposal", "check_risk"),
    ):
        assert (target, verb) in done


def test_received_with_one_tap_from_the_desk(program: Program, ref: str) -> None:
    browser = program.browser(SOPHEA)
    desk = browser.get("/").text
    assert "Say that it was received" in pages.text(desk)
    answer = pages.send(browser, desk, "Received")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    after = pages.text(browser.get("/").text)
    assert "Received. An answer is owed next" in after
    assert "Say that it was received" not in after
    assert not case(program, ref).live(Kind.ACKNOWLEDGE)
    assert "Received. An answer is owed next" not in pages.text(browser.get("/").text)


def test_the_keyboard_is_led_to_what_opened_in_place(program: Program, ref: str) -> None:
    """The way to an act and the heading of what opens there have one identifier: htmx moves the focus by it."""
    browser = program.browser(SOPHEA)
    page = browser.get(f"/findings/{ref}").text
    way = next(e for e in markup.Document(page).elements if "/reply?" in e.attributes.get("hx-get", ""))
    opened = pages.follow(browser, page, "Reply", here=True)
    (heading,) = [e for e in markup.Document(opened).elements if e.tag == "summary"]
    assert way.attributes["hx-target"] == "closest .act"
    assert heading.attributes["id"] == way.attributes["id"]


def test_the_same_form_sent_twice_changes_once(program: Program, ref: str) -> None:
    browser = program.browser(SOPHEA)
    page = browser.get(f"/findings/{ref}/propose").text
    day = (program.clock.now() + timedelta(days=14)).date().isoformat()
    first = pages.send(browser, page, "Propose this", what="Send samples weekly", due_on=day)
    second = pages.send(browser, page, "Propose this", what="Send samples weekly", due_on=day)
    assert [first.status_code, second.status_code] == [303, 303]
    assert first.headers["location"] == second.headers["location"] == f"/findings/{ref}"
    assert len(case(program, ref).actions) == 1


def test_a_refused_form_keeps_what_was_typed(program: Program, ref: str) -> None:
    browser = program.browser(SOPHEA)
    page = browser.get(f"/findings/{ref}/propose").text
    answer = pages.send(browser, page, "Propose this", what="Send samples weekly", due_on="2026-01-01")
    assert answer.status_code == 422
    assert "The date has to lie in the future." in pages.text(answer.text)
    _action, filled = pages.form(answer.text, "Propose this")
    assert filled["what"] == "Send samples weekly"
    assert filled["due_on"] == "2026-01-01"
    assert markup.faults(answer.text) == []
    assert not case(program, ref).actions


def test_what_is_no_day_is_said_under_its_field(program: Program, ref: str) -> None:
    browser = program.browser(SOPHEA)
    page = browser.get(f"/findings/{ref}/propose").text
    answer = pages.send(browser, page, "Propose this", what="Send samples weekly", due_on="soon")
    assert answer.status_code == 422
    assert "Write a day like 2026-03-31." in pages.text(answer.text)


def test_who_looked_at_an_older_version_reads_who_changed_what(program: Program, ref: str) -> None:
    action = agreed(program, ref)
    browser = program.browser(SOPHEA)
    page = browser.get(f"/actions/{action.id}/report-done").text
    with program.cast.writing(SOPHEA, program.clock.now()) as unit:
        due_on = action.due_on + timedelta(days=7)
        actions.ask_extension(unit, action.id, due_on=due_on, reason="No fuel")
    asked = pages.text(program.browser("Dara").get(f"/actions/{action.id}/grant-extension").text)
    assert "Asked for instead: Thu 19 March. The reason: No fuel." in asked
    answer = pages.send(browser, page, "Report it done", note="Two runs a week since Monday")
    said = pages.text(answer.text)
    assert answer.status_code == 409
    assert "Look at it again before you go on." in said
    assert re.search(r"Mon 2 Mar, \d\d:\d\d : Sophea asked for more time", said), (
        "who changed it is said once"
    )
    assert "changed this on" not in said
    assert "Two runs a week since Monday" in said
    again = pages.send(browser, answer.text, "Report it done")
    assert again.status_code == 303


def test_an_act_that_is_not_possible_says_why_on_its_page_and_when_sent(program: Program, ref: str) -> None:
    action = agreed(program, ref)
    browser = program.browser("Chan")
    why = "has not been reported"
    page = browser.get(f"/actions/{action.id}/verify")
    sentence = next(a.why_not for a in _acts(program, "Chan", ref) if a.verb == "verify")
    assert sentence
    assert page.status_code == 200
    assert sentence in pages.text(page.text), why
    assert sentence in pages.text(browser.get(f"/findings/{ref}").text)
    answer = browser.post(
        f"/actions/{action.id}/verify",
        data={"verdict": "fixed", "note": "x", "statement": "y", "version": str(action.version)},
    )
    assert answer.status_code == 409
    assert sentence in pages.text(answer.text)


def test_beside_the_form_of_an_act_stands_who_owes_what_and_what_was_found(
    program: Program, ref: str
) -> None:
    action = agreed(program, ref)
    browser = program.browser(SOPHEA)
    owed = pages.text(browser.get(f"/findings/{ref}").text).partition("Who owes what")[2]
    sentence = owed.partition(").")[0].strip()
    said = pages.text(browser.get(f"/actions/{action.id}/report-done").text)
    beside = said.partition("Where the finding stands")[2]
    assert "owes" in sentence
    assert sentence in beside
    assert case(program, ref).finding.description in beside


def test_reported_with_a_photo_and_verified_by_somebody_else(program: Program, ref: str) -> None:
    action = agreed(program, ref)
    browser = program.browser(SOPHEA)
    page = browser.get(f"/actions/{action.id}/report-done?back=/").text
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8"
        "cfc0000003010100c9fe92ef0000000049454e44ae426082"
    )
    photo = {"file": ("register.png", png, "image/png")}
    answer = pages.send(browser, page, "Report it done", photo, note="Two runs a week")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    shown = case(program, ref)
    assert [e.media_type for e in shown.evidence.values()] == ["image/png"]
    picture = next(iter(shown.evidence))
    assert browser.get(f"/evidence/{picture}/picture").headers["content-type"] == "image/png"
    saved = browser.get(f"/evidence/{picture}")
    assert saved.headers["content-disposition"].startswith("attachment")
    dara = program.browser("Dara")
    page = dara.get(f"/actions/{action.id}/verify").text
    answer = pages.send(
        dara, page, "Put the check on record", verdict="fixed", note="Seen", statement="The log shows it"
    )
    assert answer.status_code == 303
    assert "Check that it is fixed" in pages.text(program.browser("Chan").get("/").text)


def test_without_community_evidence_a_check_is_refused(program: Program, ref: str) -> None:
    action = agreed(program, ref)
    with program.cast.writing(SOPHEA, program.clock.now()) as unit:
        actions.report_done(unit, action.id, note="Done")
    dara = program.browser("Dara")
    page = dara.get(f"/actions/{action.id}/verify").text
    answer = pages.send(dara, page, "Put the check on record", verdict="not_fixed", note="Nothing changed")
    assert answer.status_code == 409
    assert "evidence" in pages.text(answer.text)
    assert "Nothing changed" in pages.text(answer.text)


def test_pause_and_run_again(program: Program, ref: str) -> None:
    owed = case(program, ref).live()[0]
    dara = program.browser("Dara")
    page = dara.get(f"/obligations/{owed.id}/pause").text
    assert "not_" not in pages.text(page)
    answer = pages.send(dara, page, "Stop the clock", reason="safety")
    assert answer.status_code == 303
    assert case(program, ref).obligations[owed.id].state is ObligationState.PAUSED
    page = dara.get(f"/findings/{ref}").text
    assert "The clock stands still" in pages.text(page)
    assert pages.send(dara, page, "Let the clock run").status_code == 303
    assert case(program, ref).obligations[owed.id].state is ObligationState.RUNNING


def test_escalation_is_from_the_stage_that_was_seen(program: Program, ref: str) -> None:
    owed = case(program, ref).live()[0]
    dara = program.browser("Dara")
    page = dara.get(f"/obligations/{owed.id}/escalate").text
    for _twice in range(2):
        answer = dara.post(
            f"/obligations/{owed.id}/escalate", data={"from_stage": "0", "reason": "People are sent home"}
        )
        if answer.status_code == 409:
            assert "already" in pages.text(answer.text)
    assert case(program, ref).obligations[owed.id].stage == 1
    assert pages.form(page, "Escalate now")[1]["from_stage"] == "0"


def test_outsiders_find_nothing_and_insiders_read_why_not(program: Program, ref: str) -> None:
    drafted = program.cast.draft(program.clock.now(), title="A draft of Dara's")
    owed: UUID = case(program, ref).live()[0].id
    maly = program.browser("Maly")
    for path in (
        f"/findings/{ref}",
        f"/findings/{ref}/reply",
        f"/obligations/{owed}/pause",
        f"/findings/{ref}/explain",
    ):
        assert maly.get(path).status_code in {403, 404}, path
    assert maly.get(f"/findings/{ref}").status_code == 404
    assert program.browser(DISTRICT_DIRECTOR).get(f"/findings/{drafted.ref}").status_code == 404
    no = program.browser(SOPHEA).get(f"/obligations/{owed}/pause")
    assert no.status_code == 403
    assert "Only an advocate or a coordinator pauses a clock." in pages.text(no.text)
    assert (
        program.browser(None)
        .get(f"/findings/{ref}")
        .headers["location"]
        .startswith("/sign-in?next=/findings/")
    )


def test_an_old_link_to_what_is_over_says_how_it_ended(program: Program, ref: str) -> None:
    """Who follows it reads why, what stands now and where the thing is; who may not see the finding still learns nothing."""
    owed = case(program, ref).live()[0].id
    dara, sophea = program.browser("Dara"), program.browser(SOPHEA)
    page = dara.get(f"/obligations/{owed}/pause").text
    way = pages.follow(sophea, sophea.get(f"/findings/{ref}").text, "Acknowledge")
    assert pages.send(sophea, way, "Yes, it was received").status_code == 303
    for verb in ("pause", "resume", "escalate"):
        answer = dara.get(f"/obligations/{owed}/{verb}")
        said = pages.text(answer.text)
        assert answer.status_code == 200, verb
        assert "This was done; nothing is owed here any more." in said
        assert "met this on Mon 2 March." in said
        assert f'href="/obligations/{owed}"' in answer.text
        assert markup.faults(answer.text) == []
        assert program.browser("Maly").get(f"/obligations/{owed}/{verb}").status_code == 404
    late = pages.send(dara, page, "Stop the clock", reason="safety", note="A raid nearby")
    assert late.status_code == 409
    assert "A raid nearby" in pages.text(late.text)


def test_the_way_back_stays_in_the_program(program: Program, ref: str) -> None:
    browser = program.browser(SOPHEA)
    answer = browser.post(f"/findings/{ref}/acknowledge", data={"back": "https://elsewhere.example/"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/findings/{ref}")


def test_resolving_takes_evidence_and_two_people(program: Program, ref: str) -> None:
    """R18 from the pages: refused in a sentence, proposed by one, confirmed by another."""
    dara, chan = program.browser("Dara"), program.browser("Chan")
    page = dara.get(f"/findings/{ref}").text
    assert "Add at least one piece of evidence of the resolution" in pages.text(page)
    answer = pages.send(
        dara,
        dara.get(f"/findings/{ref}/attach").text,
        "Add this",
        purpose="resolution",
        text="Results came within a week",
    )
    assert answer.status_code == 303
    for browser in (dara, chan):
        page = browser.get(f"/findings/{ref}/resolve").text
        assert pages.send(browser, page, "Call it resolved", note="Results come in a week").status_code == 303
    assert case(program, ref).finding.status is FindingStatus.RESOLVED
    desk = pages.text(dara.get("/").text)
    assert "Tell the community" in desk


def _acts(program: Program, name: str, ref: str) -> tuple[acts.PossibleAct, ...]:
    with program.cast.reading(name, program.clock.now()) as look:
        return acts.acts_for(look, load.case(look, ref, lock=False))


def test_a_transfer_is_answered_from_the_desk(program: Program, ref: str) -> None:
    post = program.cast.posts["district"]
    with program.cast.writing(SOPHEA, program.clock.now()) as unit:
        findings.propose_transfer(unit, ref, to=post, reason="The laboratory is the district's")
    dara = program.browser("Dara")
    desk = dara.get("/").text
    assert "Answer a transfer" in pages.text(desk)
    for verb in ("accept-transfer", "decline-transfer"):  # an answer knows what it answers
        asked = pages.text(dara.get(f"/findings/{ref}/{verb}").text)
        assert "; said to belong to Director, Operational District" in asked
        assert "The reason: The laboratory is the district's." in asked
    assert pages.send(dara, desk, "Accept the transfer").status_code == 303
    assert case(program, ref).finding.duty_bearer_id == post


def test_the_committee_refuses_a_stage_itself(program: Program, ref: str) -> None:
    """A stage before the committee is decided there, not put on record for the post (R26)."""
    dara = program.browser("Dara")
    owed = case(program, ref).live()[0]
    for stage in range(5):
        answer = dara.post(
            f"/obligations/{owed.id}/escalate",
            data={"from_stage": str(stage), "reason": "People are sent home"},
        )
        assert answer.status_code == 303
        asks = "Stage 5, National programme, is proposed to the steering committee"
        assert (asks in pages.text(dara.get(f"/findings/{ref}").text)) is (stage == 4)
        if stage == 3:
            assert asks in pages.text(dara.get(f"/obligations/{owed.id}/escalate").text)
    proposal = next(iter(case(program, ref).proposals))
    bopha = program.browser("Bopha")
    page = bopha.get(f"/findings/{ref}").text
    said = pages.text(page)
    assert "The steering committee owes a decision about the next stage" in said
    assert "0 of 1 approval" in said
    assert "Put on record for" not in said
    assert "Decisions waiting" in pages.text(bopha.get("/").text)
    way = pages.follow(bopha, page, "Refuse stage")
    refused = pages.send(bopha, way, "Refuse the stage", reason="First the province answers")
    assert refused.status_code == 303
    after = pages.text(bopha.get(f"/findings/{ref}").text)
    assert "refused; it is proposed again after its wait. First the province answers" in after
    seen = case(program, ref).proposals[proposal].version
    late = bopha.post(f"/proposals/{proposal}/approve", data={"version": seen})
    assert late.status_code == 409
    assert "This proposal is refused already." in pages.text(late.text)


@pytest.mark.parametrize("name", ["Vanna", "Dara"])
def test_pressing_what_is_not_possible_answers_with_the_sentence_on_the_button(
    program: Program, ref: str, name: str
) -> None:
    """Also where the act would ask for more than the button sends: no answer is missed that would change nothing."""
    browser = program.browser(name)
    html = browser.get(f"/findings/{ref}").text
    page = markup.Document(html)
    refused = [b for b in page.all("button") if b.attributes.get("aria-disabled")]
    assert len(refused) > 5
    for button in refused:
        why = page.by_id(button.attributes["aria-describedby"]).text.strip()
        answer = pages.send(browser, html, button.text)
        assert answer.status_code in {403, 409, 422}
        assert why in pages.text(answer.text), button.text
