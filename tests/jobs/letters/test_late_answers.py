"""Does the answer of a relay that was too slow leave alone what somebody knows better by now? (R45)"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import func, select

from clm_tracker.db import actors
from clm_tracker.db.letters import answers
from clm_tracker.db.tables import AttemptRow, LedgerRow, LetterRow, PersonRow
from clm_tracker.delivery.channels import Answer, Parcel
from clm_tracker.domain.letters import LEASE
from clm_tracker.domain.words import Channel, LetterState, Outcome
from clm_tracker.jobs import relay
from clm_tracker.jobs.parcels import Post
from tests.jobs.letters.conftest import BASE_URL, SENT, Kept, Office

TUESDAY_8 = datetime(2026, 3, 3, 1, tzinfo=UTC)  # eight in the morning in Phnom Penh
LATER = Answer(outcome=Outcome.LATER, said="421 later")
NEVER = Answer(outcome=Outcome.NEVER, said="550 5.1.1 No such user", address_failed=True)


class Killed(BaseException):
    """The end of a process, from inside."""


@dataclass
class Slow:
    """A carrier whose server answers when something else has happened."""

    answer: Answer
    meanwhile: Callable[[], object]
    channel: Channel = Channel.MAIL

    def carry(self, parcels: Iterable[Parcel]) -> Iterator[tuple[UUID, Answer]]:
        for parcel in parcels:
            self.meanwhile()
            yield parcel.id, self.answer


class Dying(Kept):
    """A carrier whose process ends with the letter in its hands."""

    def carry(self, parcels: Iterable[Parcel]) -> Iterator[tuple[UUID, Answer]]:
        for _ in parcels:
            raise Killed
        yield from ()


@pytest.fixture
def letter(office: Office) -> UUID:
    """One letter to Sophea, which is due."""
    office.cast.open_finding(office.clock.now())
    office.run()
    office.clock.set(TUESDAY_8)
    (one,) = [one for one in office.letters() if one.person_id == office.cast.people["Sophea"]]
    return one.id


def by(office: Office, worker: str, carrier: Slow | Kept) -> None:
    post = Post(carriers={Channel.MAIL: carrier}, base_url=BASE_URL)
    relay.run_relay(office.cast.store, office.clock, post, worker=worker)


def slowly(office: Office, late: Answer, newer: Answer, *, worker: str = "other") -> None:
    """One relay gets its answer when its lease is over and another one has handed the letter over, and written it down."""

    def meanwhile() -> None:
        office.clock.set(office.clock.now() + LEASE)
        by(office, worker, Slow(newer, lambda: None))

    by(office, "test", Slow(late, meanwhile))


def state(office: Office, letter: UUID) -> LetterRow:
    with office.cast.reading("operator", office.clock.now()) as look:
        return look.session.scalars(select(LetterRow).where(LetterRow.id == letter)).one()


def tries(office: Office, letter: UUID) -> int:
    with office.cast.reading("operator", office.clock.now()) as look:
        query = select(func.count()).select_from(AttemptRow).where(AttemptRow.letter_id == letter)
        return look.session.scalar(query) or 0


@pytest.mark.parametrize("late", [LATER, NEVER, SENT], ids=["later", "never", "sent"])
def test_what_arrived_stays_arrived(office: Office, letter: UUID, late: Answer) -> None:
    slowly(office, late, SENT)
    assert state(office, letter).state is LetterState.SENT
    assert tries(office, letter) == 2, "both are on the record"
    with office.cast.reading("operator", office.clock.now()) as look:
        alarms = select(func.count()).select_from(LedgerRow).where(LedgerRow.kind == "letter_undeliverable")
        assert look.session.scalar(alarms) == 0
        marked = select(PersonRow.email_failed_at).where(PersonRow.id == office.cast.people["Sophea"])
        assert look.session.scalar(marked) is None, "the address works"


def test_that_it_arrived_counts_while_another_try_is_still_to_come(office: Office, letter: UUID) -> None:
    slowly(office, SENT, LATER)
    assert state(office, letter).state is LetterState.SENT
    office.run(office.clock.now() + 2 * LEASE)
    assert office.mail.to("Sophea") == [], "nobody sends it again"


@pytest.mark.parametrize("late", [LATER, NEVER], ids=["later", "never"])
@pytest.mark.parametrize("worker", ["other", "test"])
def test_a_late_failure_takes_a_letter_from_nobody(
    office: Office, letter: UUID, late: Answer, worker: str
) -> None:
    def meanwhile() -> None:
        office.clock.set(office.clock.now() + LEASE)
        with pytest.raises(Killed):
            by(office, worker, Dying())

    by(office, "test", Slow(late, meanwhile))
    held = state(office, letter)
    assert held.state is LetterState.WAITING
    assert held.leased_by == worker
    assert held.leased_until == office.clock.now() + LEASE
    office.run(office.clock.now() + LEASE)
    assert len(office.mail.to("Sophea")) == 1


def test_what_came_back_does_not_arrive_by_a_late_answer(office: Office, letter: UUID) -> None:
    def meanwhile() -> None:
        office.clock.set(office.clock.now() + LEASE)
        by(office, "other", Kept())
        engine = actors.within(actors.ENGINE, office.cast.programme_id)
        with office.cast.store.writing(
            now=office.clock.now(), actor=engine, programme_id=office.cast.programme_id
        ) as unit:
            assert answers.came_back(unit, letter, "550 5.1.1 No such user")

    by(office, "test", Slow(SENT, meanwhile))
    assert state(office, letter).state is LetterState.DEAD
