"""What may every test of the relay ask for? The cast, a carrier that keeps letters, and a relay at work."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from clm_tracker.db.tables import LetterRow
from clm_tracker.delivery.channels import Answer, Parcel
from clm_tracker.domain.words import Channel, LetterState, Outcome
from clm_tracker.jobs import relay
from clm_tracker.jobs.parcels import Post
from clm_tracker.jobs.relay import RelayReport
from clm_tracker.kernel.clock import FixedClock
from tests.cast import Cast

BASE_URL = "https://clm.example.org"
SENT = Answer(outcome=Outcome.SENT, said="250 kept")


@dataclass
class Kept:
    """A carrier that keeps every letter it is handed, and answers what it is told to."""

    channel: Channel = Channel.MAIL
    parcels: list[Parcel] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)  # by address
    down: bool = False

    def carry(self, parcels: Iterable[Parcel]) -> Iterator[tuple[UUID, Answer]]:
        for parcel in parcels:
            if self.down:
                yield parcel.id, Answer(outcome=Outcome.LATER, said="Connection refused")
                continue
            self.parcels.append(parcel)
            yield parcel.id, self.answers.get(parcel.address, SENT)

    def to(self, name: str) -> list[Parcel]:
        """What went to somebody of the cast, in its order."""
        return [p for p in self.parcels if p.address.startswith(f"{name.lower()}@")]


@dataclass
class Office:
    """The relay with its post."""

    cast: Cast
    clock: FixedClock
    mail: Kept

    @property
    def post(self) -> Post:
        return Post(carriers={Channel.MAIL: self.mail}, base_url=BASE_URL)

    def run(self, at: datetime | None = None) -> RelayReport:
        """One run of the relay, at the clock's moment or at another, which it is then."""
        if at is not None:
            self.clock.set(at)
        return relay.run_relay(self.cast.store, self.clock, self.post, worker="test")

    def letters(self, state: LetterState | None = None) -> list[LetterRow]:
        with self.cast.reading("Sokha", self.clock.now()) as look:
            query = select(LetterRow).order_by(LetterRow.created_at, LetterRow.id)
            return list(
                look.session.scalars(query if state is None else query.where(LetterRow.state == state))
            )


@pytest.fixture
def cast(cast_on_each: Cast) -> Cast:
    return cast_on_each


@pytest.fixture
def office(cast: Cast, clock: FixedClock) -> Office:
    """The relay, with nothing left of what the making of the cast told."""
    made = Office(cast, clock, Kept())
    made.run()
    made.mail.parcels.clear()
    return made
