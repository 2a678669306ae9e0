"""Do two people who change the same thing read who did what, and does neither lose a word? (R28, R38)"""

from datetime import timedelta

import pytest

from clm_tracker.commands import actions
from clm_tracker.db import load
from clm_tracker.domain.cases import Action, Case
from clm_tracker.domain.words import ActionState
from tests.cast import SOPHEA
from tests.web import markup, pages
from tests.web.program import Program

MEANWHILE = "This changed while you were writing"


@pytest.fixture
def ref(program: Program) -> str:
    return program.cast.open_finding(program.clock.now()).ref


def case(program: Program, ref: str) -> Case:
    with program.cast.reading("Sokha", program.clock.now()) as look:
        return load.case(look, ref, lock=False)


def proposed(program: Program, ref: str) -> Action:
    with program.cast.writing(SOPHEA, program.clock.now()) as unit:
        return actions.propose(unit, ref, what="Send samples weekly", due_on=unit.today + timedelta(days=10))


def test_acknowledged_by_somebody_else_while_one_was_writing(program: Program, ref: str) -> None:
    first, second = program.browser(SOPHEA), program.browser(SOPHEA)
    page = second.get(f"/findings/{ref}/acknowledge").text
    program.clock.advance(minutes=40)
    way = pages.follow(first, first.get(f"/findings/{ref}").text, "Acknowledge")
    assert pages.send(first, way, "Yes, it was received").status_code == 303
    answer = pages.send(second, page, "Yes, it was received", note="We look into it today")
    said = pages.text(answer.text)
    assert answer.status_code == 409
    assert MEANWHILE in said
    assert "Mon 2 Mar, 09:40 : Sophea acknowledged the finding." in said
    assert "Nobody owes an acknowledgement at present." in said
    assert "We look into it today" in said
    assert markup.faults(answer.text) == []


def test_another_text_for_an_action_stands_beside_ones_own(program: Program, ref: str) -> None:
    """Field by field, and the second press decides with the new version."""
    action = proposed(program, ref)
    dara, chan = program.browser("Dara"), program.browser("Chan")
    pages_of = {who: who.get(f"/actions/{action.id}/change").text for who in (dara, chan)}
    done = pages.send(chan, pages_of[chan], "Propose this instead", what="Send samples daily")
    assert done.status_code == 303
    answer = pages.send(dara, pages_of[dara], "Propose this instead", what="Send samples twice a week")
    said = pages.text(answer.text)
    assert answer.status_code == 409
    assert MEANWHILE in said
    assert "Chan changed the proposed action: Send samples daily" in said
    assert (
        "In the record now What you wrote What will be done Send samples daily Send samples twice a week"
        in said
    )
    assert markup.faults(answer.text) == []
    again = pages.send(dara, answer.text, "Propose this instead")
    assert again.status_code == 303
    assert case(program, ref).actions[action.id].what == "Send samples twice a week"


def test_what_opens_in_place_answers_for_what_its_page_showed(program: Program, ref: str) -> None:
    """Between reading the finding and opening an act on it somebody else did something: that is said, not passed over."""
    action = proposed(program, ref)
    dara, chan = program.browser("Dara"), program.browser("Chan")
    read = dara.get(f"/findings/{ref}").text
    page = chan.get(f"/actions/{action.id}/change").text
    assert pages.send(chan, page, "Propose this instead", what="Send samples daily").status_code == 303
    opened = pages.follow(dara, read, "Propose another text, day, result or check", here=True)
    assert "<html" not in opened
    assert markup.faults(opened) == []
    answer = pages.send(dara, opened, "Propose this instead", what="Send samples twice a week")
    assert answer.status_code == 409
    assert MEANWHILE in pages.text(answer.text)
    assert "Chan changed the proposed action: Send samples daily" in pages.text(answer.text)
    assert pages.send(dara, answer.text, "Propose this instead").status_code == 303
    assert case(program, ref).actions[action.id].what == "Send samples twice a week"


def test_what_opens_in_place_may_not_be_possible_any_more(program: Program, ref: str) -> None:
    dara, sophea = program.browser("Dara"), program.browser(SOPHEA)
    read = sophea.get(f"/findings/{ref}").text
    way = pages.follow(dara, dara.get(f"/findings/{ref}").text, "Acknowledge")
    assert pages.send(dara, way, "Yes, it was received").status_code == 303
    opened = pages.follow(sophea, read, "Acknowledge", here=True)
    assert "Nobody owes an acknowledgement at present." in pages.text(opened)
    assert 'aria-disabled="true"' in opened


def test_what_was_typed_is_kept_when_the_act_is_over_for_good(program: Program, ref: str) -> None:
    action = proposed(program, ref)
    with program.cast.writing("Dara", program.clock.now()) as unit:
        actions.accept(unit, action.id)
    with program.cast.writing(SOPHEA, program.clock.now()) as unit:
        actions.report_done(unit, action.id, note="Done")
    dara, chan = program.browser("Dara"), program.browser("Chan")
    page = dara.get(f"/actions/{action.id}/verify").text
    checked = pages.send(
        chan,
        chan.get(f"/actions/{action.id}/verify").text,
        "Put the check on record",
        verdict="fixed",
        note="Seen",
        statement="The log shows it",
    )
    assert checked.status_code == 303
    assert case(program, ref).actions[action.id].state is ActionState.VERIFIED
    answer = pages.send(
        dara,
        page,
        "Put the check on record",
        verdict="not_fixed",
        note="Nothing came on Tuesday",
        statement="Three people waited in vain",
    )
    said = pages.text(answer.text)
    assert answer.status_code == 409
    assert "Chan checked Send samples weekly: fixed" in said
    for typed in ("Nothing came on Tuesday", "Three people waited in vain", "Not fixed"):
        assert typed in said
    assert markup.faults(answer.text) == []


def test_a_refusal_that_has_another_reason_blames_nobody(program: Program, ref: str) -> None:
    dara = program.browser("Dara")
    page = dara.get(f"/findings/{ref}").text
    answer = pages.send(dara, page, "Call it resolved", note="All is well")
    assert answer.status_code == 409
    assert MEANWHILE not in pages.text(answer.text)
    assert "evidence" in pages.text(page)


def test_a_form_that_says_nonsense_about_what_it_saw_is_answered(program: Program, ref: str) -> None:
    dara = program.browser("Dara")
    for seen in ("", "-1", "٣", "9" * 40, "now"):
        asked = {"seen": seen, "version": seen}
        assert (
            dara.get(f"/findings/{ref}/propose", params=asked, headers={"HX-Request": "true"}).status_code
            == 200
        )
        answer = dara.post(f"/findings/{ref}/reopen", data={"reason": "Again", "seen": seen})
        assert answer.status_code == 409, seen
