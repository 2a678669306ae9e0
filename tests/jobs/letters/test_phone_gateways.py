"""Does whoever has a phone alone get one message of each thing, whatever the gateway does? Against a real one. (R45)"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from clm_tracker.commands import duty_bearers
from clm_tracker.db.tables import AttemptRow, LetterRow
from clm_tracker.delivery import sms
from clm_tracker.delivery.sms_gateways import Account, Style
from clm_tracker.domain.words import Channel, LetterState, Outcome
from clm_tracker.jobs import relay
from clm_tracker.jobs.parcels import Post
from clm_tracker.jobs.relay import RelayReport
from clm_tracker.kernel.clock import FixedClock
from tests.cast import Cast
from tests.delivery.web_server import DROP, HANG, WebServer, serving
from tests.jobs.letters.conftest import BASE_URL

MINUTE = timedelta(minutes=1)
TUESDAY_8 = datetime(2026, 3, 3, 1, tzinfo=UTC)  # eight in the morning in Phnom Penh
PHONE = "+85512000111"


@dataclass
class Counter:
    """The relay at work with a real gateway, and a finding that the hospital's post owes an answer about."""

    cast: Cast
    clock: FixedClock
    gateway: WebServer

    def run(self, at: datetime) -> RelayReport:
        self.clock.set(at)
        carrier = sms.carrier(
            f"{self.gateway.url}/send",
            Style.JSON,
            Account(key="s3cret-key", sender="CLM"),
            names="to=to,text=text,id=id",
            reference="id",
            timeout=0.5,
        )
        post = Post(carriers={Channel.SMS: carrier}, base_url=BASE_URL)
        return relay.run_relay(self.cast.store, self.clock, post, worker="test")

    def messages(self) -> list[dict[str, str]]:
        """What the gateway was handed for this phone, in its order."""
        asked = [json.loads(r.body) for r in self.gateway.requests]
        return [one for one in asked if one["to"] == PHONE]

    def tries(self) -> list[tuple[Outcome, int]]:
        """Each handing over, with the parts that it cost."""
        with self.cast.reading("Sokha", self.clock.now()) as look:
            query = (
                select(AttemptRow.outcome, AttemptRow.parts)
                .join(LetterRow, LetterRow.id == AttemptRow.letter_id)
                .where(LetterRow.channel == Channel.SMS)
                .order_by(AttemptRow.at)
            )
            return [(r.outcome, r.parts) for r in look.session.execute(query)]


@pytest.fixture
def counter(cast: Cast, clock: FixedClock) -> Iterator[Counter]:
    with cast.writing("Sokha", clock.now()) as unit:
        duty_bearers.appoint(unit, cast.posts["hospital"], name="Vuthy", phone=PHONE, language="km")
    cast.open_finding(clock.now(), site="hospital", title="គ្មានថ្នាំនៅមន្ទីរពេទ្យ")
    with serving(WebServer((200, '{"id": "m-1"}'))) as gateway:
        yield Counter(cast, clock, gateway)


def test_a_message_in_khmer_is_handed_over_once_and_its_parts_are_counted(counter: Counter) -> None:
    assert counter.run(TUESDAY_8).sent == 1
    counter.run(TUESDAY_8 + MINUTE)
    (message,) = counter.messages()
    length = len(message["text"])
    assert any("\u1780" <= letter <= "\u17ff" for letter in message["text"])
    parts = 1 if length <= 70 else -(-length // 67)  # 70 characters stand alone, 67 in each of several parts
    assert counter.tries() == [(Outcome.SENT, parts)]


@pytest.mark.parametrize("fault", [(503, "Busy"), (429, "Too many"), DROP, HANG])
def test_a_gateway_with_a_bad_minute_is_asked_again_with_the_same_message(
    counter: Counter, fault: tuple[int, str] | str
) -> None:
    counter.gateway.then(fault)
    assert counter.run(TUESDAY_8).later == 1
    assert counter.run(TUESDAY_8 + MINUTE / 2).sent == 0
    assert counter.run(TUESDAY_8 + MINUTE).sent == 1
    first, second = counter.messages()
    assert first == second, "by its identifier the gateway can tell that it is the same"
    assert [outcome for outcome, _ in counter.tries()] == [Outcome.LATER, Outcome.SENT]


def test_a_number_that_is_refused_is_dead_and_alarms_the_coordinator(counter: Counter) -> None:
    counter.gateway.usual = (400, '{"error": "No such number"}')
    assert counter.run(TUESDAY_8).dead == 1
    counter.run(TUESDAY_8 + MINUTE)
    assert len(counter.messages()) == 1
    with counter.cast.reading("Sokha", counter.clock.now()) as look:
        letters = look.session.execute(select(LetterRow.channel, LetterRow.state, LetterRow.person_id)).all()
    assert (Channel.SMS, LetterState.DEAD, None) in [tuple(one) for one in letters]
    assert any(one.person_id == counter.cast.people["Sokha"] for one in letters), "a coordinator is told"
