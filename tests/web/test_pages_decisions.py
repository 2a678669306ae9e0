"""Does the committee see what waits, decide it in the right order by the right people, and hear why not? (R26, R27, R39)"""

import re
from datetime import timedelta

from clm_tracker.commands import escalation, obligations
from clm_tracker.commands import people as commands
from clm_tracker.db import load, tables
from clm_tracker.domain.words import PauseReason, ProposalState
from clm_tracker.queries import people
from tests.queries.committee import proposed
from tests.web import pages
from tests.web.program import Program


def test_the_list_shows_what_waits_with_its_buttons(program: Program) -> None:
    ref, proposal = proposed(program.cast, program.clock, title="No cartridges since October")
    program.clock.advance(days=8)
    html = program.browser("Bopha").get("/decisions").text
    said = pages.text(html)
    assert "One decision waits for you" in said
    assert "One decision waits for the committee" in pages.text(
        program.browser("Sokha").get("/decisions").text
    )
    assert "No cartridges since October" in said
    assert "1 working day late. Asked for on" in said
    assert "0 of 1 approval" in said
    assert ref in said
    assert f'href="/proposals/{proposal}/approve?back=/decisions"' in html
    assert "Overdue, by stage and age" in said


def test_the_desk_of_the_committee_shows_what_is_late_and_what_waits_too_long(program: Program) -> None:
    """Screens, my desk: overdue by stage and age, undecided too long; nobody else has it there."""
    proposed(program.cast, program.clock)
    program.clock.advance(days=12)
    html = program.browser("Bopha").get("/").text
    assert "Overdue, by stage and age" in pages.text(html)
    assert "/decisions/overdue?stage=4&amp;age=1" in html
    assert "too long" not in pages.text(html)
    program.clock.advance(days=26)
    html = program.browser("Bopha").get("/").text
    assert "One decision waits for more than 20 working days." in pages.text(html)
    assert 'href="/decisions?state=long"' in html
    assert "Overdue, by stage and age" not in pages.text(program.browser("Dara").get("/").text)


def test_filters_stand_in_the_address_and_lead_back(program: Program) -> None:
    proposed(program.cast, program.clock)
    bopha = program.browser("Bopha")
    area = program.cast.areas["country"]
    html = bopha.get(f"/decisions?state=waiting&stage=5&area={area}").text
    assert "Nobody answers" in html
    back = f"back=/decisions%3Fstate%3Dwaiting%26stage%3D5%26area%3D{area}"
    assert back in html
    said = pages.text(bopha.get(f"/decisions?theme={program.cast.people['Dara']}").text)
    assert "unknown ×" in said, "a filter of what is not there can be taken off"
    assert "No decision fits these filters" in pages.text(bopha.get("/decisions?stage=6").text)
    assert "No decision fits these filters" in pages.text(bopha.get("/decisions?state=late").text)
    for nonsense in (
        "after=x",
        "state=none&stage=-1",
        f"area={program.cast.people['Dara']}",
        "theme=x&after=",
    ):
        assert bopha.get(f"/decisions?{nonsense}").status_code == 200
        assert bopha.get(f"/decisions/overdue?age=9&{nonsense}").status_code == 200
        assert bopha.get(f"/decisions/print?{nonsense}").status_code == 200


def test_numbers_lead_to_their_rows(program: Program) -> None:
    proposed(program.cast, program.clock)
    program.clock.advance(days=12)
    bopha = program.browser("Bopha")
    assert "/decisions/overdue?stage=4&amp;age=1" in bopha.get("/decisions").text
    said = pages.text(bopha.get("/decisions/overdue?stage=4&age=1").text)
    assert "One obligation is overdue" in said
    assert "6–20 working days late" in said
    assert "Nothing like this is overdue" in pages.text(bopha.get("/decisions/overdue?stage=2").text)


def test_what_is_not_counted_stands_beside_the_table_and_on_paper(program: Program) -> None:
    """R16: with the sentence why, and the list that each figure counts."""
    cast, now = program.cast, program.clock.now()
    ref = cast.open_finding(now, title="The road is closed").ref
    bopha = program.browser("Bopha")
    assert "Not counted" not in pages.text(bopha.get("/decisions").text)
    with cast.writing("Dara", now) as unit:
        (owed,) = load.case(unit, ref, lock=False).live()
        until = now + timedelta(days=20)
        obligations.pause(unit, owed.id, reason=PauseReason.AGREED, until=until, note="The road is closed")
    area = f"area={cast.areas['country']}"
    for path in ("/decisions", "/decisions/print"):
        html = bopha.get(f"{path}?{area}").text
        said = pages.text(html)
        assert "No obligation is overdue. Not counted Paused: the clock stands still" in said
        assert f'href="/decisions/overdue?{area}&amp;aside=paused">1</a>' in html
    said = pages.text(bopha.get(f"/decisions/overdue?{area}&aside=paused").text)
    assert "The road is closed" in said
    assert "the clock stands still Not on the ladder yet 1 of 1" in said, "no day of a next stage"
    for aside in ("checked", "parked", "untold"):
        said = pages.text(bopha.get(f"/decisions/overdue?aside={aside}").text)
        assert "Nothing like this is owed now" in said
        assert "What passes its date appears here" not in said, "what passes its date is counted"
    assert "No obligation is overdue" in pages.text(bopha.get("/decisions/overdue?aside=none").text)


def test_what_could_not_be_decided_is_late_nowhere_on_the_desk_and_said_there(program: Program) -> None:
    """R32: the group and the table of one desk are of the same things, also when nothing is left of both."""
    cast, clock = program.cast, program.clock
    ref = cast.open_finding(clock.now()).ref
    clock.advance(days=10)
    bopha = program.browser("Bopha")
    assert "Duty bearers are late with one obligation." in pages.text(bopha.get("/").text)
    with cast.writing("engine", clock.now()) as unit:
        (owed,) = load.case(unit, ref, lock=False).live()
        row = unit.session.get_one(tables.ObligationRow, owed.id)
        row.parked_until = clock.now() + timedelta(hours=1)
    html = bopha.get("/").text
    said = pages.text(html)
    assert "Duty bearers are late" not in said
    assert "Overdue, highest stage first" not in said
    assert "No obligation is overdue. Not counted Could not be decided" in said
    assert 'href="/decisions/overdue?aside=parked">1</a>' in html
    said = pages.text(bopha.get("/decisions/overdue?aside=parked").text)
    assert ref in said
    assert "could not be decided Not on the ladder yet 1 of 1" in said, (
        "neither late nor with a day of a next stage"
    )


def test_a_public_stage_is_checked_replied_to_and_approved_by_two(program: Program) -> None:
    """R21, R27: each refusal says its sentence on the page, and the last approval enters the stage."""
    ref, proposal = proposed(program.cast, program.clock, stage=7)
    page = f"/decisions/{proposal}"
    bopha, rith, sokha = (program.browser(name) for name in ("Bopha", "Rith", "Sokha"))
    said = pages.text(bopha.get(page).text)
    assert "A public stage needs a completed risk check first" in said
    assert "With the approvals of 2 different people the stage begins." in said
    assert "None on record yet." in said
    assert "Approve stage 7" not in pages.text(sokha.get(page).text)
    html = sokha.get(page).text
    checked = pages.send(
        sokha, html, "Complete the risk check", who="Patients", how="Totals only", last_word="Ponleu"
    )
    assert checked.headers["location"] == page
    assert "The risk check is on record." in pages.text(sokha.get(page).text)
    replied = sokha.post(f"/findings/{ref}/reply", data={"text": "Reagents are ordered.", "back": page})
    assert replied.headers["location"] == page
    said = pages.text(bopha.get(page).text)
    assert "The duty bearer has the right of reply first; this can be approved from" in said
    assert "The duty bearer may reply first; it can be approved from" in said
    assert "“Reagents are ordered.”" in said
    assert "Totals only" in said
    assert "has the right of reply first" in pages.text(bopha.get("/decisions/print").text)
    early = bopha.post(f"/proposals/{proposal}/approve")
    assert early.status_code == 409
    program.clock.advance(days=14)
    bopha, rith = program.browser("Bopha"), program.browser("Rith")
    first = pages.send(bopha, bopha.get(page).text, "Approve stage 7")
    assert first.headers["location"] == page
    said = pages.text(bopha.get(page).text)
    assert "1 of 2 approvals: Bopha" in said
    assert "The days for a reply have been over since" in said
    assert "a different person has to approve it too" in said
    assert "You approved" not in pages.text(bopha.get("/decisions/print").text), "the sheet is for all"
    assert pages.send(rith, rith.get(page).text, "Approve stage 7").status_code == 303
    said = pages.text(rith.get(page).text)
    assert "approved; the stage was entered" in said
    assert "Approve stage 7" not in said
    with program.cast.reading("Sokha", program.clock.now()) as look:
        assert load.case(look, ref, lock=False).stage == 7
    assert "approved" in pages.text(bopha.get("/decisions?state=decided").text).lower()


def test_deferring_needs_a_day_and_a_reason(program: Program) -> None:
    """R26."""
    ref, proposal = proposed(program.cast, program.clock)
    page = f"/decisions/{proposal}"
    bopha = program.browser("Bopha")
    html = bopha.get(page).text
    empty = pages.send(bopha, html, "Defer", until="2026-04-01", reason="")
    assert empty.status_code == 422
    assert "Say why the decision is deferred." in pages.text(empty.text)
    assert 'value="2026-04-01"' in empty.text
    done = pages.send(bopha, empty.text, "Defer", until="2026-04-01", reason="After the forum")
    assert done.headers["location"] == page
    said = pages.text(bopha.get(page).text)
    assert "Deferred before: After the forum" in said
    assert "Wed 1 April" in said
    with program.cast.reading("Sokha", program.clock.now()) as look:
        assert load.case(look, ref, lock=False).proposals[proposal].state is ProposalState.DEFERRED


def test_a_button_of_an_older_tab_says_what_was_decided(program: Program) -> None:
    """R26."""
    _, proposal = proposed(program.cast, program.clock)
    bopha = program.browser("Bopha")
    page = bopha.get(f"/proposals/{proposal}/approve?back=/decisions").text
    assert pages.send(bopha, page, "Approve").status_code == 303
    for verb in ("approve", "refuse", "defer"):
        late = bopha.get(f"/proposals/{proposal}/{verb}?back=/decisions")
        assert late.status_code == 200
        assert "This proposal is approved already." in pages.text(late.text)
        assert "waits for the committee" not in pages.text(late.text)
    assert program.browser("Dara").get(f"/proposals/{proposal}/approve").status_code == 403


def test_a_recused_member_sees_why(program: Program) -> None:
    """R39."""
    _, proposal = proposed(program.cast, program.clock)
    vanna = program.browser("Vanna")
    for page in ("/decisions", f"/decisions/{proposal}"):
        html = vanna.get(page).text
        assert "You are recused: this concerns your own organisation." in pages.text(html)
        assert 'aria-disabled="true"' in html


def test_the_headlines_count_what_waits_for_this_member_and_say_the_others(program: Program) -> None:
    """R27, R39: neither what a member is recused from, nor what she approved already, waits for her."""
    _, public = proposed(program.cast, program.clock, stage=7)
    _, first = proposed(program.cast, program.clock)
    check = {"who": "Nobody by name", "how": "With totals", "last_word": "The committee"}
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        escalation.check_risk(unit, public, **check)
    program.clock.advance(days=21)
    for name, heading, stands in (
        (
            "Vanna",
            "No decision waits for you",
            "2 wait only for other members of the committee. 2 of those are late.",
        ),
        ("Bopha", "2 decisions wait for you", "2 are late."),
    ):
        said = pages.text(program.browser(name).get("/decisions").text)
        assert f"{heading} {stands}" in said
        assert said.count("wait only") == stands.count("wait only")
    with program.cast.writing("Bopha", program.clock.now()) as unit:
        escalation.approve(unit, public)
    desk = pages.text(program.browser("Bopha").get("/").text)
    assert "One thing waits for you One is late. One waits only for other members of the committee." in desk
    assert "Duty bearers are late with" in desk
    assert "Nothing waits for you 2 wait only" in pages.text(program.browser("Vanna").get("/").text)
    with program.cast.writing("Bopha", program.clock.now()) as unit:
        escalation.approve(unit, first)
    said = pages.text(program.browser("Bopha").get("/decisions").text)
    assert "No decision waits for you One waits only for other members of the committee." in said


def test_on_paper_only_what_is_undecided_has_boxes_to_tick(program: Program) -> None:
    _, proposal = proposed(program.cast, program.clock)
    bopha = program.browser("Bopha")
    assert "Defer to ____________" in pages.text(bopha.get("/decisions").text)
    with program.cast.writing("Bopha", program.clock.now()) as unit:
        escalation.approve(unit, proposal)
    said = pages.text(bopha.get("/decisions?state=decided").text)
    assert "the stage was entered" in said
    assert "____" not in said


def test_who_has_no_business_there_hears_it(program: Program) -> None:
    """R38: an advocate has no decisions page; another programme's people and a wrong address find nothing."""
    _, proposal = proposed(program.cast, program.clock)
    assert program.browser("Dara").get("/decisions").status_code == 403
    assert 'href="/decisions"' not in program.browser("Dara").get("/").text
    assert 'href="/decisions"' in program.browser("Sokha").get("/").text
    assert program.browser("Maly").get(f"/decisions/{proposal}").status_code == 404
    assert program.browser("Bopha").get("/decisions/none").status_code in {404, 422}


def test_the_agenda_on_paper_holds_every_item(program: Program) -> None:
    refs = [proposed(program.cast, program.clock)[0] for _ in range(3)]
    bopha = program.browser("Bopha")
    said = pages.text(bopha.get("/decisions/print").text)
    assert "3 items for the committee" in said
    listed = pages.text(bopha.get("/decisions").text)
    numbered = re.compile(r"(\d)\. (?=Nobody answers)")
    assert numbered.findall(said) == numbered.findall(listed) == ["1", "2", "3"], "on the screen as on paper"
    for ref in refs:
        assert ref in said
    assert said.count("Defer to ____________") == 3
    assert "Chief, Ta Pung Health Centre owes an acknowledgement by" in said
    assert "Chair Minutes Date" in said


def test_the_committee_sees_by_whose_word_and_link_somebody_approved(program: Program) -> None:
    """R27: a coordinator who renews a member's link, or gives the role, could reach both approvals; each page says so."""
    cast, clock = program.cast, program.clock
    _ref, proposal = proposed(cast, clock, stage=7)
    sokha = {"who": "Nobody", "how": "Totals", "last_word": "The group"}
    assert (
        program.api("Sokha").post(f"/api/v1/proposals/{proposal}/check-risk", json=sokha).status_code == 200
    )
    clock.advance(days=12)
    bopha = program.browser("Bopha")
    before = pages.text(program.browser("Rith").get(f"/decisions/{proposal}").text)
    assert "has been in the committee since" not in before
    assert pages.send(bopha, bopha.get(f"/proposals/{proposal}/approve").text, "Approve").status_code == 303
    said = pages.text(program.browser("Rith").get(f"/decisions/{proposal}").text)
    assert "Bopha has been in the committee since Mon 2 March" in said
    assert "Operator gave the role." in said
    assert "Nobody else made a link by which they sign in." in said

    clock.advance(days=1)
    cast.give_password("Bopha", clock.now())
    said = pages.text(program.browser("Rith").get(f"/decisions/{proposal}").text)
    assert "Sokha made the link by which they sign in." in said

    with cast.writing("Sokha", clock.now()) as unit:
        role = next(m for m in people.everyone(unit) if m.name == "Bopha").memberships[0]
        commands.end_membership(unit, role.id)
    said = pages.text(program.browser("Rith").get(f"/decisions/{proposal}").text)
    assert "Bopha is no longer in the committee." in said
