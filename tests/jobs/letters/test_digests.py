"""Has everybody one letter of the week, with what is theirs to know, and whoever needs none, none? (R41, R42, R43)"""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from clm_tracker.commands import duty_bearers, escalation, letter_hours, people, programmes
from clm_tracker.commands.letter_hours import Chosen
from clm_tracker.db import load
from clm_tracker.db.tables import LedgerRow, LetterRow, NoticeRow
from clm_tracker.delivery.channels import Answer, Parcel
from clm_tracker.domain.calendars import Calendar
from clm_tracker.domain.cases import Proposal
from clm_tracker.domain.words import (
    Channel,
    LetterState,
    NoticeState,
    Outcome,
    ProposalState,
    Severity,
)
from clm_tracker.jobs import digests
from clm_tracker.jobs.sweep import run_sweep
from clm_tracker.queries.letters import log
from tests.jobs.letters.conftest import BASE_URL, Office

MONDAY = datetime(
    2026, 3, 9, 0, tzinfo=UTC
)  # seven in the morning in Phnom Penh, a week after the cast's first day
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TITLE = "No viral load results for three months"
FEW = 5  # R42: as shipped
PLACED = 11  # everybody of the cast who has a role here


def place(office: Office, at: datetime | None = None) -> int:
    if at is not None:
        office.clock.set(at)
    return digests.place(office.cast.store, office.clock.now(), office.post.channels, every=digests.EVERY)[
        "placed"
    ]


def of_week(office: Office) -> list[LetterRow]:
    return [row for row in office.letters() if row.digest]


def week(office: Office, at: datetime = MONDAY) -> dict[str, Parcel]:
    """The letters of one week by their readers, apart from those of the day, which leave first."""
    office.run(at - 12 * HOUR)
    office.mail.parcels.clear()
    place(office, at)
    office.run(at + 1.5 * HOUR)
    found = {p.id: p for p in office.mail.parcels}
    return {found[row.id].name: found[row.id] for row in of_week(office) if row.id in found}


def test_each_reader_has_one_a_week_whatever_number_of_runs(office: Office) -> None:
    office.cast.open_finding(office.clock.now())
    assert place(office, MONDAY) == PLACED
    assert place(office) == 0
    office.run(MONDAY + 2 * HOUR)
    for later in (3 * HOUR, DAY, 6 * DAY):
        assert place(office, MONDAY + later) == 0, "also when the letter has left"
        office.run()
    assert len(of_week(office)) == PLACED
    assert place(office, MONDAY + 7 * DAY) == PLACED
    keys = [row.digest_of for row in of_week(office)]
    assert len(set(keys)) == len(keys)


def test_another_address_or_channel_is_no_reason_for_a_second_one(office: Office) -> None:
    place(office, MONDAY)
    without_mail = frozenset({Channel.INBOX, Channel.PRINT})
    again = digests.place(office.cast.store, office.clock.now(), without_mail, every=digests.EVERY)
    assert again["placed"] == 0


def test_it_comes_at_the_readers_hour_of_monday(office: Office) -> None:
    office.cast.open_finding(office.clock.now())
    office.run(MONDAY - HOUR)
    place(office, MONDAY)
    office.mail.parcels.clear()
    office.run(MONDAY + HOUR - timedelta(minutes=1))
    assert not [p for p in office.mail.parcels if "the week for" in p.subject]
    office.run(MONDAY + HOUR)  # eight in the morning
    assert any("the week for Dara" in p.subject for p in office.mail.to("Dara"))


def test_an_outage_over_monday_is_caught_up_once(office: Office) -> None:
    office.cast.open_finding(office.clock.now())
    wednesday = MONDAY + 2 * DAY
    assert place(office, wednesday) == PLACED
    assert place(office, wednesday + DAY) == 0


def test_a_week_begins_with_its_first_working_day() -> None:
    """R12: weekends and holidays of the programme."""
    monday = MONDAY.date()
    usual = Calendar("Asia/Phnom_Penh", frozenset({5, 6}), {})
    assert [digests.has_begun(usual, monday + n * DAY) for n in range(7)] == [True] * 7
    closed = Calendar("Asia/Phnom_Penh", frozenset({6, 0}), {monday + DAY: "New year"})
    assert [digests.has_begun(closed, monday + n * DAY) for n in range(3)] == [False, False, True]
    never = Calendar("Asia/Phnom_Penh", frozenset({5, 6}), {monday + n * DAY: "Closed" for n in range(5)})
    assert not any(digests.has_begun(never, monday + n * DAY) for n in range(7))


def test_whoever_has_nothing_to_read_gets_none(office: Office) -> None:
    assert week(office) == {}
    assert {row.state for row in of_week(office)} == {LetterState.LAPSED}


def test_it_can_be_switched_off(office: Office) -> None:
    office.cast.open_finding(office.clock.now())
    with office.cast.writing("Dara", office.clock.now()) as unit:
        letter_hours.choose(unit, Chosen(digest=False))
    assert place(office, MONDAY) == PLACED - 1
    assert office.cast.people["Dara"] not in {row.person_id for row in of_week(office)}


def test_a_disabled_account_gets_none(office: Office) -> None:
    office.cast.open_finding(office.clock.now())
    place(office, MONDAY)
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        people.disable(unit, office.cast.people["Dara"])
    office.mail.parcels.clear()
    office.run(MONDAY + 2 * HOUR)
    assert not office.mail.to("Dara")


def test_each_role_reads_what_is_theirs(office: Office) -> None:
    """R41: nobody is named to a duty bearer; an observer reads totals, and of few only that they are few (R42)."""
    now, urgent = office.clock.now(), Severity.CRITICAL
    with office.cast.writing("Sokha", now) as unit:
        programmes.change_settings(unit, {"community_by_role": True})
    office.cast.open_finding(now, severity=urgent)
    hospital = office.cast.open_finding(now, title="The ward has no water", site="hospital", severity=urgent)
    found = week(office)
    dara, sophea, bopha, sokha, phal = (found[n].text for n in ("Dara", "Sophea", "Bopha", "Sokha", "Phal"))
    assert "2 findings were opened" in dara
    assert TITLE in dara
    assert f"{BASE_URL}/findings?overdue=yes" in dara
    assert f"{BASE_URL}/account/letters" in dara
    assert "1 finding was opened" in sophea
    assert hospital.ref not in sophea
    assert "Dara" not in sophea
    assert "At stage" in bopha
    assert "At stage" not in sokha
    assert f"Fewer than {FEW} findings were opened" in phal
    for secret in (TITLE, "KH-2026", f"{BASE_URL}/findings", " 2 "):
        assert secret not in phal


def test_totals_of_many_are_told(office: Office) -> None:
    for n in range(FEW):
        office.cast.open_finding(office.clock.now(), title=f"Another one {n}")
    assert f"{FEW} findings were opened" in week(office)["Phal"].text


def test_a_programme_says_itself_how_few_are_not_told(office: Office) -> None:
    """R42: the threshold is a setting, whose change is in the ledger."""
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        programmes.change_settings(unit, {"fewest_told": FEW + 2})
    for n in range(FEW + 1):
        office.cast.open_finding(office.clock.now(), title=f"Another one {n}")
    phal = week(office)["Phal"].text
    assert f"Fewer than {FEW + 2} findings were opened" in phal
    assert f"{FEW + 1} findings" not in phal
    with office.cast.reading("Sokha", office.clock.now()) as look:
        of_programme = LedgerRow.subject == "programme"
        lines = select(LedgerRow.changes).where(of_programme).order_by(LedgerRow.seq.desc())
        (change,) = look.session.scalars(lines.limit(1)).one()
    assert change["after"]["settings"]["fewest_told"] == FEW + 2


def test_a_part_has_ten_lines_at_most(office: Office) -> None:
    for n in range(14):
        office.cast.open_finding(office.clock.now(), title=f"Another one {n}")
    text = week(office)["Dara"].text
    moved = text.partition("WHAT MOVED")[2].partition("WHAT IS")[0]
    assert moved.count("Another one") == 10
    assert "14 findings were opened" in text


def test_a_coordinator_reads_what_needs_looking_after(office: Office) -> None:
    office.cast.open_finding(office.clock.now())
    office.mail.answers["sophea@community-eyes.example.org"] = Answer(
        outcome=Outcome.NEVER, said="550 5.1.1 No such user", address_failed=True
    )
    found = week(office)
    assert "1 letter could not be delivered" in found["Sokha"].text
    assert "could not be delivered" not in found["Dara"].text


def test_the_next_one_tells_what_came_after_the_last(office: Office) -> None:
    office.cast.open_finding(office.clock.now())
    assert "was opened" in week(office)["Dara"].text
    again = week(office, MONDAY + 7 * DAY)["Dara"].text
    assert "was opened" not in again
    assert "late" in again


def test_a_holder_without_an_account_reads_it_without_ways_in(office: Office) -> None:
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        duty_bearers.appoint(
            unit,
            office.cast.posts["hospital"],
            name="Chenda",
            from_on=unit.today,
            email="chenda@hospital.example.org",
        )
    office.cast.open_finding(office.clock.now(), site="hospital", title="The ward has no water")
    letter = week(office)["Chenda"]
    assert "The ward has no water" in letter.text
    assert BASE_URL not in letter.text
    assert BASE_URL not in letter.html


def test_in_safety_mode_no_words_of_a_finding_leave(office: Office) -> None:
    """R43."""
    office.cast.open_finding(office.clock.now())
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        programmes.change_settings(unit, {"safety_mode": True})
    for name, letter in week(office).items():
        assert "viral" not in f"{letter.subject}{letter.text}{letter.html}", name


@pytest.mark.parametrize(("tag", "said"), [("km", "សប្ដាហ៍"), ("fr", "semaine")])
def test_it_is_in_its_readers_language(office: Office, tag: str, said: str) -> None:
    office.cast.open_finding(office.clock.now())
    with office.cast.writing("Dara", office.clock.now()) as unit:
        people.choose_language(unit, tag)
    letter = week(office)["Dara"]
    assert said in letter.subject
    assert f'lang="{tag}"' in letter.html


def test_the_page_of_letters_does_not_list_what_nobody_was_sent(office: Office) -> None:
    week(office)
    with office.cast.reading("Sokha", office.clock.now()) as look:
        assert look.session.scalars(select(LetterRow.id).where(LetterRow.digest.is_(True))).first()
        assert not [one for one in log.page(look).items if one.digest]


def _put_off(office: Office) -> datetime:
    """The committee puts off a decision about a stage; when that was."""
    finding = office.cast.open_finding(office.clock.now())
    now, asked = office.clock.now(), list[Proposal]()
    while not asked:
        now += DAY
        office.run(now)
        run_sweep(office.cast.store, now)
        with office.cast.reading("Bopha", now) as look:
            case = load.case(look, finding.ref, lock=False)
        asked = [p for p in case.proposals.values() if p.state is ProposalState.WAITING]
    office.run(now + DAY)
    office.mail.parcels.clear()
    with office.cast.writing("Bopha", now + DAY) as unit:
        escalation.defer(unit, asked[0].id, until=unit.today + 20 * DAY, reason="Rith is away")
    return now + DAY


def _told_of_it(office: Office) -> tuple[set[NoticeState], set[str]]:
    with office.cast.reading("Sokha", office.clock.now()) as look:
        query = select(NoticeRow.state).where(NoticeRow.kind == "proposal_deferred")
        states = set(look.session.scalars(query))
    said = {p.address for p in office.mail.parcels if "deferred stage" in " ".join(p.text.split())}
    return states, {address.partition("@")[0] for address in said}


def test_r45_what_is_only_to_know_is_in_the_letter_of_the_week_and_in_no_other(office: Office) -> None:
    """R45: here a decision of the committee, which asks nothing of the advocates."""
    at = _put_off(office)
    for days in range(1, 4):
        office.run(at + days * DAY)
    assert _told_of_it(office) == ({NoticeState.WEEKLY}, set())
    monday = at + (7 - at.weekday()) * DAY
    place(office, monday)
    office.run(monday + DAY)
    assert {"dara", "chan"} <= _told_of_it(office)[1]
    assert "1 decision was made about a stage" in " ".join(
        next(
            p.text for p in office.mail.parcels if p.address.startswith("dara") and "deferred" in p.text
        ).split()
    )


def test_r45_who_has_no_letter_of_the_week_reads_it_within_the_day(office: Office) -> None:
    with office.cast.writing("Chan", office.clock.now()) as unit:
        letter_hours.choose(unit, Chosen(digest=False))
    at = _put_off(office)
    office.run(at)
    for days in range(1, 4):
        office.run(at + days * DAY)
    assert _told_of_it(office) == ({NoticeState.SENT}, {"chan"})
