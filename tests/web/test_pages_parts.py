"""Do an action, an obligation and a piece of evidence have pages that tell all about them? (R9, R12, R14 to R18)"""

import io
from datetime import timedelta

import pytest
from PIL import Image

from clm_tracker.commands import actions, obligations
from clm_tracker.db import load
from clm_tracker.domain.cases import Action, Case
from clm_tracker.domain.words import Kind, PauseReason, Verdict
from tests.cast import SOPHEA
from tests.web import markup, pages
from tests.web.program import Program


@pytest.fixture
def ref(program: Program) -> str:
    return program.cast.open_finding(program.clock.now()).ref


def case(program: Program, ref: str) -> Case:
    with program.cast.reading("Sokha", program.clock.now()) as look:
        return load.case(look, ref, lock=False)


def agreed(program: Program, ref: str) -> Action:
    now = program.clock.now()
    with program.cast.writing(SOPHEA, now) as unit:
        made = actions.propose(
            unit,
            ref,
            what="Send samples twice a week",
            due_on=unit.today + timedelta(days=10),
            expected="Results within a week",
            how_checked="Two visits to the laboratory",
        )
    with program.cast.writing("Dara", now) as unit:
        return actions.accept(unit, made.id)


def a_picture(side: int = 2_000) -> bytes:
    """A photograph's worth of noise."""
    out = io.BytesIO()
    Image.effect_noise((side, side), 80).convert("RGB").save(out, "JPEG", quality=92)
    return out.getvalue()


def test_an_action_tells_its_whole_story(program: Program, ref: str) -> None:
    action = agreed(program, ref)
    now = program.clock.now()
    later = action.due_on + timedelta(days=7)
    with program.cast.writing(SOPHEA, now) as unit:
        actions.ask_extension(unit, action.id, due_on=later, reason="The road is flooded")
    with program.cast.writing("Dara", now) as unit:
        actions.answer_extension(unit, action.id, grant=True)
    with program.cast.writing(SOPHEA, now) as unit:
        actions.report_done(unit, action.id, note="Two runs a week")
    with program.cast.writing("Chan", now) as unit:
        actions.verify(
            unit, action.id, verdict=Verdict.NOT_FIXED, note="One run only", statement="One run was seen"
        )
    page = program.browser("Dara").get(f"/actions/{action.id}").text
    said = pages.text(page)
    for told in (
        "Send samples twice a week",
        "Results within a week",
        "Two visits to the laboratory",
        "Agreed by both sides, here, on Mon 2 March",
        "First day promised Thu 12 March",
        "Day agreed Thu 19 March",
        "How often it slipped Once",
        "The road is flooded",
        "Granted Mon 2 Mar, by Dara",
        "Two runs a week",
        "Not fixed, Mon 2 Mar, by Chan. One run only",
        "Chief, Ta Pung Health Centre owes this by Thu 19 March",
    ):
        assert told in said, told
    assert markup.faults(page) == []
    assert f'href="/findings/{ref}"' in page
    assert f'href="/actions/{action.id}"' in program.browser("Dara").get(f"/findings/{ref}").text


def test_an_act_on_the_action_leads_back_to_it(program: Program, ref: str) -> None:
    action = agreed(program, ref)
    browser = program.browser(SOPHEA)
    shown = browser.get(f"/actions/{action.id}").text
    for here in (True, False):
        assert 'name="back" value="/actions/' in pages.follow(browser, shown, "Report done", here=here)
    page = pages.follow(browser, shown, "Report done")
    answer = pages.send(browser, page, "Report it done", note="Two runs a week")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/actions/{action.id}")
    after = pages.text(browser.get(f"/actions/{action.id}").text)
    assert "reported this done on Mon 2 March" in after
    assert "Until then it is unverified" in after


def test_one_set_without_agreement_says_so_and_why(program: Program, ref: str) -> None:
    with program.cast.writing("Dara", program.clock.now()) as unit:
        made = actions.propose(unit, ref, what="Open on Sundays", due_on=unit.today + timedelta(days=9))
    said = pages.text(program.browser(SOPHEA).get(f"/actions/{made.id}").text)
    assert "Nobody agreed on it yet" in said
    assert "Proposed only" in said
    with program.cast.writing("Dara", program.clock.now()) as unit:
        actions.impose(unit, made.id, reason="No answer to three letters")
    said = pages.text(program.browser(SOPHEA).get(f"/actions/{made.id}").text)
    assert "Set without agreement" in said
    assert "Why there was no agreement No answer to three letters" in said


def test_an_obligation_says_who_owes_it_and_why_that_day(program: Program, ref: str) -> None:
    owed = case(program, ref).live(Kind.ACKNOWLEDGE)[0]
    page = program.browser("Dara").get(f"/obligations/{owed.id}").text
    said = pages.text(page)
    assert "Chief, Ta Pung Health Centre owes an acknowledgement by Mon 9 March" in said
    assert "5 working days from its beginning" in said
    assert "skipped: weekend" in said
    assert "due day, day 5" in said
    assert "Nothing happens now" in said
    assert "Reminders sent None yet" in said
    assert "Pause the clock" in said
    assert markup.faults(page) == []
    sophea = program.browser(SOPHEA)
    way = pages.follow(sophea, sophea.get(f"/obligations/{owed.id}").text, "Acknowledge")
    answer = pages.send(sophea, way, "Yes, it was received")
    assert answer.headers["location"] == f"/obligations/{owed.id}"
    after = pages.text(program.browser("Dara").get(f"/obligations/{owed.id}").text)
    assert "Chief, Ta Pung Health Centre met this on Mon 2 March" in after


def test_a_clock_that_stands_tells_what_is_left(program: Program, ref: str) -> None:
    """R16: the working time that was left is kept, and shown."""
    owed = case(program, ref).live(Kind.ACKNOWLEDGE)[0]
    program.clock.advance(days=1)
    with program.cast.writing("Dara", program.clock.now()) as unit:
        obligations.pause(
            unit, owed.id, reason=PauseReason.SAFETY, until=None, note="Somebody was threatened"
        )
    program.clock.advance(days=7)
    page = program.browser("Dara").get(f"/obligations/{owed.id}").text
    said = pages.text(page)
    assert "It stands still now" in said
    assert "For safety" in said
    expected = "if the clock ran again now, it would be due"
    assert expected in said
    with program.cast.writing("Dara", program.clock.now()) as unit:
        freed = obligations.resume(unit, owed.id)
    assert str(freed.due_on.day) in said.split(expected)[1][:20]


def test_evidence_has_a_page_and_its_picture_costs_little(program: Program, ref: str) -> None:
    photo = a_picture()
    browser = program.browser("Dara")
    answer = pages.send(
        browser,
        browser.get(f"/findings/{ref}/attach").text,
        "Add this",
        {"file": ("queue.jpg", photo, "image/jpeg")},
        purpose="problem",
        caption="The queue at seven",
        captured_on="2026-03-01",
    )
    assert answer.status_code == 303
    piece = next(iter(case(program, ref).evidence.values()))
    page = browser.get(f"/evidence/{piece.id}/about").text
    said = pages.text(page)
    assert "The queue at seven" in said
    assert "Dara gave this for the community on Mon 2 March" in said
    assert "Captured on Sun 1 March" in said
    assert piece.sha256 in said
    assert 'alt="Picture, The problem: The queue at seven"' in page
    assert markup.faults(page) == []
    gallery = browser.get(f"/findings/{ref}").text
    assert f'src="/evidence/{piece.id}/small"' in gallery
    assert f'href="/evidence/{piece.id}/about"' in gallery
    small = browser.get(f"/evidence/{piece.id}/small")
    assert small.headers["content-type"] == "image/webp"
    assert small.headers["cache-control"] == "private, no-store"
    whole = browser.get(f"/evidence/{piece.id}/picture").content
    assert len(small.content) * 20 < len(whole)
    with Image.open(io.BytesIO(small.content)) as drawn:
        assert max(drawn.size) == 480
    assert browser.get(f"/evidence/{piece.id}/small").content == small.content


def test_what_is_no_picture_has_no_small_one(program: Program, ref: str) -> None:
    browser = program.browser("Dara")
    page = browser.get(f"/findings/{ref}/attach").text
    pages.send(browser, page, "Add this", purpose="problem", text="People wait outside <in the rain>")
    piece = next(iter(case(program, ref).evidence.values()))
    assert browser.get(f"/evidence/{piece.id}/small").status_code == 404
    page = browser.get(f"/evidence/{piece.id}/about").text
    assert "People wait outside <in the rain>" in pages.text(page.replace("&lt;in", "⟨in")).replace("⟨", "<")
    assert "<in the rain>" not in page


@pytest.mark.parametrize("name", ["Maly", "Kosal"])
def test_outsiders_find_no_part_of_it(program: Program, ref: str, name: str) -> None:
    drafted = program.cast.draft(program.clock.now(), title="A draft of Dara's")
    action = agreed(program, ref)
    owed = case(program, ref).live()[0]
    browser = program.browser(name)
    paths = [f"/actions/{action.id}", f"/obligations/{owed.id}"]
    assert drafted.ref
    answers = {browser.get(path).status_code for path in paths}
    assert answers <= {404} if name == "Maly" else answers <= {200, 404}


def test_a_finding_says_whose_ladder_it_shows_when_something_else_is_owed_first(
    program: Program, ref: str
) -> None:
    with program.cast.reading("Dara", program.clock.now()) as look:
        [owed] = load.case(look, ref, lock=False).live()
    browser = program.browser("Dara")
    assert "The sentence above is about" not in browser.get(f"/findings/{ref}").text
    for stage in range(5):  # the fifth needs approval: from now on the committee owes something next
        with program.cast.writing("Dara", program.clock.now()) as unit:
            obligations.escalate(unit, owed.id, from_stage=stage, reason="People go without")
    page = browser.get(f"/findings/{ref}").text
    said = pages.text(page)
    assert "The steering committee owes a decision about the next stage by" in said
    assert "stage 1, Reminder (ladder: reminders to the community side), begins on" in said
    assert "Chief, Ta Pung Health Centre, an acknowledgement : stage 4 of 8, high ladder, version 1." in said
    assert "The sentence above is about a decision" in said
    assert "National programme waits for the committee's decision" in said
    assert f'href="/obligations/{owed.id}"' in page
