"""Does every letter arrive once, whatever the mail server does? Against real servers, here and in another process. (R45)"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

import pytest
from sqlalchemy import select

from clm_tracker.commands import findings
from clm_tracker.db.tables import AttemptRow, LetterRow, NoticeRow
from clm_tracker.delivery.channels import Answer, Parcel
from clm_tracker.delivery.mail import Mail, Server
from clm_tracker.delivery.mail_messages import Sender
from clm_tracker.domain.letters import LEASE
from clm_tracker.domain.words import Channel, ClosedAs, LetterState, NoticeState, Outcome, Severity
from clm_tracker.jobs import relay
from clm_tracker.jobs.parcels import Post
from clm_tracker.jobs.relay import RelayReport
from clm_tracker.kernel.clock import FixedClock
from tests.cast import Cast
from tests.delivery.post_office import PostOffice, serving
from tests.jobs.letters import apart
from tests.jobs.letters.conftest import BASE_URL

MINUTE = timedelta(minutes=1)
TUESDAY_8 = datetime(2026, 3, 3, 1, tzinfo=UTC)  # eight in the morning in Phnom Penh
SENDER = Sender("Community Eyes", "letters@clm.example.org", "bounces@clm.example.org")


@dataclass
class Counter:
    """The relay at work with a real mail server."""

    cast: Cast
    clock: FixedClock
    port: int
    timeout: float = 5.0

    def run(self, at: datetime) -> RelayReport:
        self.clock.set(at)
        host = Server.at(f"smtp://127.0.0.1:{self.port}")
        mail = Mail(host, SENDER, timeout=self.timeout)
        post = Post(carriers={Channel.MAIL: mail}, base_url=BASE_URL)
        return relay.run_relay(self.cast.store, self.clock, post, worker="test")

    def outcomes(self) -> list[Outcome]:
        with self.cast.reading("Sokha", self.clock.now()) as look:
            return list(look.session.scalars(select(AttemptRow.outcome).order_by(AttemptRow.at)))


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def counter(cast: Cast, clock: FixedClock, office: PostOffice) -> Iterator[Counter]:
    """A counter whose readers have nothing waiting but what a test tells; its server's port is the office's."""
    made = Counter(cast, clock, office.port)
    cast.open_finding(clock.now())
    with serving(office):
        yield made


def to(office: PostOffice, name: str) -> list[str]:
    """The Message-IDs of what somebody got, in the order of arrival."""
    address = f"{name.lower()}@community-eyes.example.org"
    return [
        m["Message-ID"]
        for m, (_, who, _) in zip(office.messages, office.taken, strict=True)
        if who == [address]
    ]


def read(office: PostOffice, name: str) -> Sequence[str]:
    """What somebody's mail program shows: each Message-ID once."""
    return list(dict.fromkeys(to(office, name)))


def test_a_refused_recipient_is_dead_at_once_and_the_others_get_theirs(
    counter: Counter, office: PostOffice
) -> None:
    office.then("RCPT", "550 5.1.1 No such user")
    assert counter.run(TUESDAY_8).dead == 1
    counter.run(TUESDAY_8 + MINUTE)
    said = "".join(_text(m) for m in office.messages)
    assert "550 5.1.1 No such user" in said, "a coordinator hears of it"
    assert to(office, "Sophea") == []


def test_greylisting_is_waited_out(counter: Counter, office: PostOffice) -> None:
    office.then("RCPT", "451 4.7.1 Greylisted, please come back")
    assert counter.run(TUESDAY_8).later == 1
    assert counter.run(TUESDAY_8 + MINUTE / 2).sent == 0
    assert counter.run(TUESDAY_8 + MINUTE).sent == 1
    assert len(to(office, "Sophea")) == 1
    assert counter.outcomes() == [Outcome.LATER, Outcome.SENT]


def test_a_server_that_refuses_every_sender_is_waited_for(counter: Counter, office: PostOffice) -> None:
    office.then("MAIL", *["550 5.7.1 Not today"] * 3)
    for at in (TUESDAY_8, TUESDAY_8 + MINUTE, TUESDAY_8 + 5 * MINUTE):
        report = counter.run(at)
        assert (report.later, report.dead) == (1, 0), "somebody mends the set-up, and nothing is lost"
    counter.run(TUESDAY_8 + 20 * MINUTE)
    assert len(to(office, "Sophea")) == 1


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_hangs_is_left_and_asked_again(counter: Counter, office: PostOffice, step: str) -> None:
    counter.timeout = 0.3
    office.then(step, "hang")
    assert counter.run(TUESDAY_8).later == 1
    counter.run(TUESDAY_8 + MINUTE)
    assert len(to(office, "Sophea")) == 1


def test_a_connection_dropped_after_the_letter_was_taken_is_one_letter_to_its_reader(
    counter: Counter, office: PostOffice
) -> None:
    office.then("DATA", "drop after taking")
    assert counter.run(TUESDAY_8).later == 1
    counter.run(TUESDAY_8 + MINUTE)
    assert len(to(office, "Sophea")) == 2, "towards the server at least once"
    assert len(read(office, "Sophea")) == 1, "for the reader once"


def test_a_rollback_hands_nothing_to_a_server(counter: Counter, office: PostOffice) -> None:
    with pytest.raises(ZeroDivisionError), counter.cast.writing("Dara", counter.clock.now()) as unit:
        drafted = findings.log(unit, title="Never")
        findings.edit(unit, drafted.ref, {"description": "Never"})
        raise ZeroDivisionError
    counter.run(TUESDAY_8)
    assert len(office.taken) == 1
    assert b"Never" not in office.taken[0][2]


def test_six_hours_without_a_server_lose_nothing_repeat_nothing_and_keep_the_order(
    cast: Cast, clock: FixedClock, office: PostOffice
) -> None:
    counter = Counter(cast, clock, office.port)
    monday_9 = clock.now()
    first = cast.open_finding(monday_9, severity=Severity.CRITICAL).ref
    later = []
    for minute in range(0, 360, 20):  # nobody listens
        now = monday_9 + minute * MINUTE
        counter.run(now)
        if minute in {60, 180}:
            later.append(cast.open_finding(now, severity=Severity.CRITICAL).ref)
        if minute == 120:
            with cast.writing("Dara", now) as unit:
                findings.close(unit, first, closed_as=ClosedAs.WITHDRAWN, reason="Logged twice.")
    with serving(office):
        for minute in range(360, 48 * 60, 20):
            counter.run(monday_9 + minute * MINUTE)
    ids = to(office, "Sophea")
    assert len(ids) == len(set(ids)), "nothing twice"
    said = "\n".join(_text(m) for m in office.messages if "Sophea" in m["To"])
    assert said.index(first) < said.index("Logged twice."), "each finding in its order"
    assert said.index("Logged twice.") < said.index(later[1])
    assert all(ref in said for ref in later), "nothing lost"
    with cast.reading("Sokha", clock.now()) as look:
        waiting = look.session.scalars(select(NoticeRow.kind).where(NoticeRow.state == NoticeState.WAITING))
        assert set(waiting) <= {"reminded"}, "everything is accounted for"


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert isinstance(part, EmailMessage)
    return " ".join(str(part.get_content()).split())


def test_a_server_in_another_process(cast: Cast, clock: FixedClock) -> None:
    cast.open_finding(clock.now())
    with apart.mail_server() as server:
        Counter(cast, clock, server.port).run(TUESDAY_8)
        assert [m.to for m in server.messages()] == ["sophea@community-eyes.example.org"]


def test_a_worker_that_comes_back_too_late_changes_nothing(counter: Counter, office: PostOffice) -> None:
    """The first worker's letter was another's when it had its answer; the other one's word stands."""
    cast, clock = counter.cast, counter.clock

    class Slow(Mail):
        """Its server takes longer over a letter than a lease lasts, and refuses it then."""

        def carry(self, parcels: Iterable[Parcel]) -> Iterator[tuple[UUID, Answer]]:
            for parcel in parcels:
                counter.run(TUESDAY_8 + LEASE)
                office.then("RCPT", "550 5.1.1 No such user")
                yield from super().carry([parcel])

    clock.set(TUESDAY_8)
    slow = Slow(Server.at(f"smtp://127.0.0.1:{office.port}"), SENDER, timeout=5)
    report = relay.run_relay(
        cast.store, clock, Post(carriers={Channel.MAIL: slow}, base_url=BASE_URL), worker="slow"
    )
    assert (report.sent, report.dead) == (0, 0)
    assert len(read(office, "Sophea")) == 1
    with cast.reading("Sokha", clock.now()) as look:
        states = set(look.session.scalars(select(LetterRow.state).where(LetterRow.channel == Channel.MAIL)))
    assert states == {LetterState.SENT}
