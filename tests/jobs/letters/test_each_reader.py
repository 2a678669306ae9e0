"""Does each reader get what is theirs: by another way, and of an act on many?"""

from sqlalchemy import select, update

from clm_tracker.commands import actions, findings, people
from clm_tracker.db.base import table_of
from clm_tracker.db.tables import NoticeRow, PersonRow
from clm_tracker.domain.letters import PROPOSALS
from clm_tracker.domain.words import Channel, ClosedAs, LetterState, NoticeState, Role
from tests.jobs.letters.conftest import Office
from tests.jobs.letters.test_relay import DAY, HOUR, TUESDAY_8


def test_who_lost_their_address_overnight_gets_it_another_way_and_nobody_else_twice(office: Office) -> None:
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        people.add(unit, name="Thida", role=Role.ADVOCATE, email="thida@community-eyes.example.org")
    finding = office.cast.open_finding(office.clock.now())
    with office.cast.writing("Sophea", office.clock.now()) as unit:
        findings.reply(unit, finding.ref, text="The machine is repaired.")
    office.run()
    with office.cast.writing("engine", office.clock.now()) as unit:
        table = table_of(PersonRow)
        of_dara = table.c.id == office.cast.people["Dara"]
        unit.session.execute(update(table).where(of_dara).values(email_failed_at=unit.now))
    for hours in (0, 1, 24, 48):
        office.run(TUESDAY_8 + hours * HOUR)
    assert len(office.mail.to("Thida")) == 1, "what came back from another's letter is not told again"
    assert office.mail.to("Dara") == []
    read = [one for one in office.letters(LetterState.SENT) if one.channel is Channel.INBOX]
    assert [one.person_id for one in read] == [office.cast.people["Dara"]]
    assert "The machine is repaired" in (read[0].text or "") or finding.ref in (read[0].text or "")
    with office.cast.reading("Sokha", office.clock.now()) as look:
        states = look.session.scalars(select(NoticeRow.state).where(NoticeRow.kind == "replied"))
        assert set(states) == {NoticeState.SENT}


def test_of_an_act_on_many_each_letter_says_its_own(office: Office) -> None:
    now = office.clock.now()
    whole = {site: office.cast.open_finding(now, site=site).ref for site in ("health_centre", "hospital")}
    parts = {site: office.cast.open_finding(now, site=site).ref for site in whole}
    office.run(TUESDAY_8)
    office.mail.parcels.clear()
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        # Both in one unit, as an act on many findings is; the line of the hospital's comes last.
        for site, ref in parts.items():
            findings.close(
                unit, ref, closed_as=ClosedAs.MERGED, reason=f"As {site}.", merged_into=whole[site]
            )
    office.run(TUESDAY_8 + DAY)
    (letter,) = office.mail.to("Sophea")
    assert "health_centre" in letter.text
    assert "hospital" not in letter.text


def test_r14_whoever_is_to_accept_a_changed_proposal_reads_all_that_changed(office: Office) -> None:
    finding, due = office.cast.open_finding(office.clock.now()), (TUESDAY_8 + 9 * DAY).date()
    with office.cast.writing("Sophea", office.clock.now()) as unit:
        made = actions.propose(unit, finding.ref, what="Order reagents", due_on=due, how_checked="We ask")
    with office.cast.writing("Dara", office.clock.now()) as unit:
        actions.change(unit, made.id, what=made.what, due_on=due, how_checked="The shelf is photographed")
    office.run(TUESDAY_8)
    told = " ".join(word for one in office.mail.to("Sophea") for word in one.text.split())
    assert "How it is checked: The shelf is photographed." in told


def test_r25_of_a_proposal_that_was_changed_before_the_letter_leaves_only_the_last_stands(
    office: Office,
) -> None:
    """R14, R25: and it says its result and its check, whichever of the two the change left as it was."""
    finding, due = office.cast.open_finding(office.clock.now()), (TUESDAY_8 + 9 * DAY).date()
    office.run(TUESDAY_8)
    office.mail.parcels.clear()
    with office.cast.writing("Dara", office.clock.now()) as unit:
        made = actions.propose(
            unit,
            finding.ref,
            what="Order reagents",
            due_on=due,
            expected="Results come within a week",
            how_checked="We ask",
        )
    office.run()
    for hours, what in ((1, "Order reagents twice"), (2, "Order reagents every month")):
        with office.cast.writing("Dara", TUESDAY_8 + hours * HOUR) as unit:
            actions.change(unit, made.id, what=what, due_on=due, expected=made.expected, how_checked="")
    office.run(TUESDAY_8 + 3 * HOUR)
    office.run(TUESDAY_8 + DAY)
    (letter,) = office.mail.to("Sophea")
    told = " ".join(letter.text.split())
    assert "Order reagents every month" in told
    assert "Order reagents twice" not in told
    assert "What will be different: Results come within a week." in told
    with office.cast.reading("Sokha", office.clock.now()) as look:
        query = select(NoticeRow.kind, NoticeRow.state).where(
            NoticeRow.kind.in_(PROPOSALS), NoticeRow.state == NoticeState.LAPSED
        )
        assert sorted(one.kind for one in look.session.execute(query)) == [
            "action_changed",
            "action_proposed",
        ]
    assert office.mail.to("Dara") == [], (
        "whoever changes their own proposal waits for nobody of their own side"
    )


def test_r14_a_first_proposal_says_its_result_and_its_check(office: Office) -> None:
    finding, due = office.cast.open_finding(office.clock.now()), (TUESDAY_8 + 9 * DAY).date()
    with office.cast.writing("Dara", office.clock.now()) as unit:
        result, check = "Results come within a week", "We ask ten people"
        actions.propose(
            unit, finding.ref, what="Order reagents", due_on=due, expected=result, how_checked=check
        )
    office.run(TUESDAY_8)
    told = " ".join(word for one in office.mail.to("Sophea") for word in one.text.split())
    assert f"What will be different: {result}. How it is checked: {check}." in told


def test_r25_a_proposal_that_was_answered_asks_nobody_any_more(office: Office) -> None:
    finding, due = office.cast.open_finding(office.clock.now()), (TUESDAY_8 + 9 * DAY).date()
    with office.cast.writing("Sophea", office.clock.now()) as unit:
        made = actions.propose(unit, finding.ref, what="Order reagents", due_on=due)
    office.run()
    with office.cast.writing("Dara", office.clock.now()) as unit:
        actions.accept(unit, made.id)
    office.run(TUESDAY_8)
    assert office.mail.to("Dara") == []
    assert "agreed: Order reagents" in " ".join(one.text for one in office.mail.to("Sophea"))
