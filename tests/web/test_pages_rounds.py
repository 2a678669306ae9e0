"""Is what a round, a forum or a closed day moves seen before it is done, and done only as it was seen? (R11, R13)"""

from datetime import date

from clm_tracker.commands import programmes, rounds
from clm_tracker.db import load
from clm_tracker.domain.cases import Obligation
from clm_tracker.domain.words import Kind
from tests.web import markup, pages
from tests.web.program import Program


def owed(program: Program, ref: str) -> Obligation:
    with program.cast.reading("Sokha", program.clock.now()) as look:
        (only,) = load.case(look, ref, lock=False).live(Kind.ACKNOWLEDGE)
    return only


def tied(program: Program, to: str) -> str:
    """A finding whose acknowledgement is due with the next round or forum."""
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        programmes.change_settings(unit, {"windows": {"high": {"acknowledge": to}}})
    return program.cast.open_finding(program.clock.now()).ref


def test_a_round_is_planned_after_its_preview(program: Program) -> None:
    ref = tied(program, "round")
    before = owed(program, ref).due_on
    sokha = program.browser("Sokha")
    page = sokha.get("/rounds")
    assert markup.faults(page.text) == []
    assert "This quarter" in pages.text(page.text)
    second = {"name": "Second round", "first_on": "2026-04-01", "last_on": "2026-06-30"}
    preview = pages.send(sokha, page.text, "See what it moves", **second)
    assert preview.status_code == 200
    assert markup.faults(preview.text) == []
    said = pages.text(preview.text)
    assert "One due date moves later" in said
    assert ref in said
    assert "Tue 30 June" in said
    assert owed(program, ref).due_on == before, "a preview changes nothing"
    assert "Second round" not in pages.text(sokha.get("/rounds").text)
    done = pages.send(sokha, preview.text, "Plan this round")
    assert (done.status_code, done.headers["location"]) == (303, "/rounds")
    assert owed(program, ref).due_on == date(2026, 6, 30)
    assert "Second round" in pages.text(sokha.get("/rounds").text)


def test_days_that_cannot_be_are_refused_and_kept(program: Program) -> None:
    sokha = program.browser("Sokha")
    page = sokha.get("/rounds").text
    for days, said in (
        ({"first_on": "2026-03-31", "last_on": "2026-06-30"}, "These days overlap with This quarter."),
        ({"first_on": "2026-06-30", "last_on": "2026-04-01"}, "The last day lies before the first."),
        ({"first_on": "soon", "last_on": "2026-04-01"}, "Write a day like 2026-03-31."),
    ):
        answer = pages.send(sokha, page, "See what it moves", name="Q2", **days)
        assert answer.status_code == 422
        assert said in pages.text(answer.text)
        assert pages.form(answer.text, "See what it moves")[1]["name"] == "Q2"
        assert markup.faults(answer.text) == []


def test_a_planned_round_and_a_forum_get_other_days(program: Program) -> None:
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        made = rounds.plan_round(unit, name="Q2", first_on=date(2026, 4, 1), last_on=date(2026, 6, 30))
        forum = rounds.plan_forum(unit, name="Forum", held_on=date(2026, 5, 4))
    ref = tied(program, "round")
    sokha = program.browser("Sokha")
    asked = sokha.get(f"/rounds/{made}").text
    preview = pages.send(sokha, asked, "See what it moves", last_on="2026-07-10")
    assert "Fri 10 July" in pages.text(preview.text)
    pages.send(sokha, preview.text, "Keep the change")
    assert owed(program, ref).due_on == date(2026, 7, 10)
    begun = sokha.get(f"/rounds/{program.cast.round_id}").text
    refused = pages.send(sokha, begun, "See what it moves", first_on="2026-01-05")
    assert refused.status_code == 422
    assert "Only a round that is still to come" in pages.text(refused.text)
    at = sokha.get(f"/forums/{forum}").text
    moved = pages.send(sokha, at, "See what it moves", held_on="2026-05-11")
    assert "No due date moves." in pages.text(moved.text)
    assert pages.send(sokha, moved.text, "Keep the change").status_code == 303
    assert "Mon 11 May" in pages.text(sokha.get("/rounds").text)
    assert sokha.get("/rounds/01a2079a-0000-7000-8000-000000000000").status_code == 404


def test_a_closed_day_is_confirmed_with_the_list_that_was_seen(program: Program) -> None:
    """R13."""
    first = program.cast.open_finding(program.clock.now()).ref
    sokha = program.browser("Sokha")
    page = sokha.get("/calendar-days")
    assert markup.faults(page.text) == []
    assert "Sat and Sun" in pages.text(page.text)
    assert "Khmer New Year" in pages.text(page.text)
    preview = pages.send(sokha, page.text, "See what it moves", name="Staff day", day="2026-03-04")
    assert markup.faults(preview.text) == []
    assert "One due date moves later" in pages.text(preview.text)
    second = program.cast.open_finding(program.clock.now()).ref
    changed = pages.send(sokha, preview.text, "Close this day")
    assert changed.status_code == 409
    said = pages.text(changed.text)
    assert "What would move has changed since you looked." in said
    assert "2 due dates move later" in said
    assert {owed(program, ref).due_on for ref in (first, second)} == {date(2026, 3, 9)}
    done = pages.send(sokha, changed.text, "Close this day")
    assert done.status_code == 303
    assert {owed(program, ref).due_on for ref in (first, second)} == {date(2026, 3, 10)}
    assert "Staff day Wed 4 Mar the programme's own" in pages.text(sokha.get("/calendar-days").text)


def test_past_and_known_days_are_refused_and_public_ones_offered(program: Program) -> None:
    sokha = program.browser("Sokha")
    page = sokha.get("/calendar-days").text
    for answers, said in (
        ({"day": "2026-03-01"}, "Sun 1 March 2026 has passed"),
        ({"day": "2026-04-14"}, "is closed already: "),
        ({"day": "2026-03-10", "until": "2026-03-09"}, "The last day lies before the first."),
        ({"day": "2026-03-10", "until": "2027-03-09"}, "At most 60 days at once."),
    ):
        refused = pages.send(sokha, page, "See what it moves", name="Flood", **answers)
        assert refused.status_code == 422, answers
        assert said in pages.text(refused.text)
    assert "2029" in pages.text(page)
    offered = sokha.post("/calendar-days/public", data={"year": "2029"})
    assert "Public holidays of 2029" in pages.text(offered.text)
    assert sokha.post("/calendar-days/public", data={"year": "2020"}).status_code == 422
    assert sokha.post("/calendar-days/public", data={"year": "2026"}).status_code == 422
    button = pages.text(offered.text).split("Close these ")[1].split(" days")[0]
    assert pages.send(sokha, offered.text, f"Close these {button} days").status_code == 303
    with program.cast.reading("Sokha", program.clock.now()) as look:
        assert look.rules.calendar.why_closed(date(2029, 1, 1)) == "International New Year Day"
