"""Does one thing that is wrong keep back nothing else, and does somebody hear of it? (R32, R45)"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update

from clm_tracker.commands import findings
from clm_tracker.db.base import POSTGRESQL, table_of
from clm_tracker.db.tables import LedgerRow, LetterRow, NoticeRow, PersonRow
from clm_tracker.domain.letters import RETRIES
from clm_tracker.domain.words import LetterState, NoticeState
from clm_tracker.jobs import placing
from clm_tracker.jobs.placing import ALARM_AFTER, PARK
from tests.jobs.letters.conftest import Office

TUESDAY_8 = datetime(2026, 3, 3, 1, tzinfo=UTC)  # eight in the morning in Phnom Penh
HOUR = timedelta(hours=1)
NOWHERE = "Atlantis/Old_Town"  # a zone that the tables of this machine do not know


def live_in(office: Office, name: str, zone: str | None) -> None:
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        person = PersonRow.id == office.cast.people[name]
        unit.session.execute(update(table_of(PersonRow)).where(person).values(timezone=zone))


def told(office: Office, kind: str) -> int:
    """How many lines of this kind are on the record."""
    with office.cast.reading("operator", office.clock.now()) as look:
        query = select(func.count()).select_from(LedgerRow).where(LedgerRow.kind == kind)
        return look.session.scalar(query) or 0


def notices(office: Office, kind: str) -> list[NoticeRow]:
    with office.cast.reading("operator", office.clock.now()) as look:
        query = select(NoticeRow).where(NoticeRow.kind == kind).order_by(NoticeRow.created_at, NoticeRow.id)
        return list(look.session.scalars(query))


def refuse_to_place(office: Office, notice: UUID) -> None:
    """Let the database itself say no to this one notice in a letter."""
    store = office.cast.store
    with store.engine.begin() as connection:
        if store.engine.dialect.name == POSTGRESQL:
            connection.execute(
                text(f"ALTER TABLE letter_items ADD CONSTRAINT never CHECK (notice_id <> '{notice}')")
            )
            return
        connection.exec_driver_sql(
            "CREATE TRIGGER never BEFORE INSERT ON letter_items"
            f" WHEN NEW.notice_id = '{notice.hex}' BEGIN SELECT RAISE(ABORT, 'CHECK never'); END"
        )


def test_a_notice_that_cannot_be_placed_waits_an_hour_and_keeps_back_no_other(office: Office) -> None:
    live_in(office, "Sophea", NOWHERE)
    office.cast.open_finding(office.clock.now())
    there = office.cast.open_finding(office.clock.now(), site="hospital").ref
    report = office.run()
    assert (report.parked, report.placed) == (1, 1), there
    (bad, good) = notices(office, "finding_opened")
    assert bad.placed_at is None
    assert bad.parked_until == office.clock.now() + PARK
    assert bad.problem is not None
    assert NOWHERE in bad.problem
    assert good.placed_at is not None
    assert office.run().parked == 0, "not before the hour is over"
    live_in(office, "Sophea", None)
    assert office.run(office.clock.now() + PARK).placed == 1
    office.run(TUESDAY_8)
    assert len(office.mail.to("Sophea")) == 1


def test_a_coordinator_hears_once_of_all_that_cannot_be_placed(office: Office) -> None:
    live_in(office, "Sophea", NOWHERE)
    for _ in range(3):
        office.cast.open_finding(office.clock.now())
    for times in range(1, ALARM_AFTER + 3):
        assert office.run().parked == 3
        assert told(office, "notices_parked") == (times >= ALARM_AFTER)
        office.clock.advance(hours=1)
    office.run()
    alarms = [p.text for p in office.mail.to("Sokha") if "could not be put into letters" in p.text]
    assert len(alarms) == 1, "the alarm goes at once"


def test_an_alarm_that_cannot_be_placed_itself_raises_no_other(office: Office) -> None:
    for name in ("Sophea", "Sokha"):
        live_in(office, name, NOWHERE)
    office.cast.open_finding(office.clock.now())
    for _ in range(3 * ALARM_AFTER):
        office.run()
        office.clock.advance(hours=1)
    assert told(office, "notices_parked") == 1
    live_in(office, "Sokha", None)
    office.run()
    assert [p for p in office.mail.to("Sokha") if "could not be put into letters" in p.text]


def test_what_the_database_refuses_is_put_aside_and_the_others_are_placed(office: Office) -> None:
    for n in range(5):
        office.cast.open_finding(office.clock.now(), title=f"Thing {n}")
    waiting = notices(office, "finding_opened")
    refuse_to_place(office, waiting[2].id)
    report = office.run()
    assert (report.placed, report.parked) == (4, 1)
    left = [n.id for n in notices(office, "finding_opened") if n.placed_at is None]
    assert left == [waiting[2].id]
    office.run(TUESDAY_8)
    (letter,) = office.mail.to("Sophea")
    assert "Thing 1" in letter.text
    assert "Thing 3" in letter.text
    assert "Thing 2" not in letter.text


def test_batches_go_on_after_one_that_was_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "AT_ONCE", 3)  # so that few findings are several batches
    for n in range(8):
        office.cast.open_finding(office.clock.now(), title=f"Thing {n}")
    refuse_to_place(office, notices(office, "finding_opened")[1].id)
    report = office.run()
    assert (report.placed, report.parked) == (7, 1)


def test_a_letter_that_cannot_be_looked_at_keeps_back_no_other_and_ends_in_an_alarm(office: Office) -> None:
    office.cast.open_finding(office.clock.now())
    finding = office.cast.open_finding(office.clock.now(), by="Chan")
    with office.cast.writing("Sophea", office.clock.now()) as unit:
        findings.reply(unit, finding.ref, text="We have asked for more.")
    office.run()
    live_in(office, "Sophea", NOWHERE)
    report = office.run(TUESDAY_8)
    assert (report.later, report.sent) == (1, 2), "Dara and Chan read theirs"
    at = TUESDAY_8
    for wait in (*RETRIES, HOUR):
        at += wait
        office.run(at)
    (letter,) = [one for one in office.letters() if one.person_id == office.cast.people["Sophea"]]
    assert letter.state is LetterState.DEAD
    assert told(office, "letter_undeliverable") == 1
    with office.cast.reading("operator", office.clock.now()) as look:
        states = set(look.session.scalars(select(LetterRow.state).where(LetterRow.id != letter.id)))
    assert LetterState.WAITING not in states
    assert {n.state for n in notices(office, "replied")} == {NoticeState.SENT}
