"""Does each reader read everything once, whenever a relay is killed and however many there are? (R45)"""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, func, insert, select, text
from sqlalchemy.pool import NullPool

from clm_tracker.db.base import table_of
from clm_tracker.db.engine import make_engine
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import HolderRow, LetterItemRow, LetterRow, NoticeRow
from clm_tracker.db.units import Store
from clm_tracker.domain.letters import LEASE
from clm_tracker.domain.words import Channel, LetterState, NoticeState
from tests.cast import MONDAY, Cast, a_programme
from tests.jobs.letters import apart, workers
from tests.jobs.letters.apart import MailServer
from tests.jobs.test_crashes import answer, block, go, ready, until_alone, until_waiting

TUESDAY_8 = datetime(2026, 3, 3, 1, tzinfo=UTC)  # eight in the morning in Phnom Penh
FINDINGS = 6
HOLDERS = 30


@pytest.fixture
def store(postgres_url: str) -> Iterator[Store]:
    engine = make_engine(postgres_url)
    yield Store(engine)
    engine.dispose()


@pytest.fixture
def cast(store: Store) -> Cast:
    """Some findings of the health centre, whose post many hold."""
    cast = a_programme(store, MONDAY)
    with cast.writing("Sokha", MONDAY) as unit:
        rows = [
            {
                "id": new_id(),
                "duty_bearer_id": cast.posts["health_centre"],
                "name": f"Holder {n}",
                "email": f"holder{n}@clinic.example.org",
                "from_on": unit.today - timedelta(days=30),
            }
            for n in range(HOLDERS)
        ]
        unit.session.execute(insert(table_of(HolderRow)), rows)
    for n in range(FINDINGS):
        cast.open_finding(MONDAY, title=f"Thing {n}")
    return cast


@pytest.fixture
def server() -> Iterator[MailServer]:
    with apart.mail_server() as made:
        yield made


def assert_each_once(cast: Cast, server: MailServer) -> None:
    """Every reader has one message with everything in it, and no notice is lost or left over."""
    shown = Counter(one.to for one in {*server.messages()})
    addresses = {f"holder{n}@clinic.example.org" for n in range(HOLDERS)}
    assert shown == dict.fromkeys({*addresses, "sophea@community-eyes.example.org"}, 1)
    with cast.reading("Sokha", TUESDAY_8) as look:
        session = look.session
        letters = session.scalars(select(LetterRow.state).where(LetterRow.channel == Channel.MAIL)).all()
        assert Counter(letters) == {LetterState.SENT: HOLDERS + 1}
        opened = NoticeRow.kind == "finding_opened"
        notices = session.scalars(select(NoticeRow.state).where(opened)).all()
        assert Counter(notices) == {NoticeState.SENT: FINDINGS}
        items = session.scalar(select(func.count()).select_from(LetterItemRow).join(NoticeRow).where(opened))
        assert items == FINDINGS * (HOLDERS + 1)


# Where the relay waits for our lock and is killed. Placing: before it makes letters, before their items, before the
# notices are marked. Handing over: before the claim, before and after the server has the letter, before it is written down.
PLACING = ("letters", "letter_items", "notices")


@pytest.mark.parametrize("boundary", PLACING)
def test_killed_in_the_middle_of_placing(
    cast: Cast, store: Store, postgres_url: str, server: MailServer, boundary: str
) -> None:
    other = create_engine(postgres_url, poolclass=NullPool)
    with other.connect() as lock, workers.process(postgres_url, MONDAY, server.port, "first") as worker:
        block(lock, boundary)
        ready(worker)
        go(worker)
        until_waiting(other)
        worker.kill()
        worker.wait(timeout=20)
        lock.rollback()
    until_alone(other)
    with store.engine.connect() as connection:
        made = connection.scalar(select(func.count()).select_from(LetterRow))
    assert made == 0, "a batch is placed whole or not at all"
    workers.run(store, MONDAY, server.port, "second")
    workers.run(store, TUESDAY_8, server.port, "second")
    assert_each_once(cast, server)


@pytest.mark.parametrize(
    "boundary", ["before DATA", "after DATA", "before it is written down", "after writing down"]
)
def test_killed_while_handing_over(
    cast: Cast, store: Store, postgres_url: str, server: MailServer, boundary: str
) -> None:
    workers.run(store, MONDAY, server.port, "first")
    other = create_engine(postgres_url, poolclass=NullPool)
    with other.connect() as lock, workers.process(postgres_url, TUESDAY_8, server.port, "first") as worker:
        ready(worker)
        match boundary:
            case "before DATA":
                server.hold("RCPT")
            case "after DATA":
                server.hold("DATA")
            case "before it is written down":
                block(lock, "attempts")
            case _:
                block(lock, "heartbeats")  # everything else is written down by then
        go(worker)
        if "DATA" in boundary:
            server.until_holding()
        else:
            until_waiting(other)
        worker.kill()
        worker.wait(timeout=20)
        lock.rollback()
        server.release()
    until_alone(other)
    taken = len(server.messages())
    assert taken == {"before DATA": 0, "after writing down": HOLDERS + 1}.get(boundary, 1)
    workers.run(store, TUESDAY_8 + LEASE / 2, server.port, "second")
    workers.run(store, TUESDAY_8 + LEASE, server.port, "third")
    repeated = len(server.messages()) - len({*server.messages()})
    assert repeated == (boundary in {"after DATA", "before it is written down"}), "only what nobody knew of"
    assert_each_once(cast, server)


def test_killed_in_the_middle_of_a_claim(
    cast: Cast, store: Store, postgres_url: str, server: MailServer
) -> None:
    workers.run(store, MONDAY, server.port, "first")
    other = create_engine(postgres_url, poolclass=NullPool)
    with other.connect() as lock, workers.process(postgres_url, TUESDAY_8, server.port, "first") as worker:
        ready(worker)
        lock.execute(text("LOCK TABLE links IN SHARE MODE"))  # the last thing that a claim writes
        go(worker)
        until_waiting(other)
        worker.kill()
        worker.wait(timeout=20)
        lock.rollback()
    until_alone(other)
    assert server.messages() == []
    workers.run(store, TUESDAY_8, server.port, "second")
    assert_each_once(cast, server)


def test_four_relays_at_once_repeat_nothing_and_leave_nothing(
    cast: Cast, postgres_url: str, server: MailServer
) -> None:
    sent: list[int] = []
    for at in (MONDAY, TUESDAY_8):
        with ExitStack() as stack:
            crew = [
                stack.enter_context(workers.process(postgres_url, at, server.port, f"relay {n}"))
                for n in range(4)
            ]
            for one in crew:
                ready(one)
            for one in crew:
                go(one)
            sent = [int(answer(one)) for one in crew]
    assert sum(sent) == HOLDERS + 1
    assert sum(count > 0 for count in sent) > 1, "one relay did everything, so nothing was tried"
    assert len(server.messages()) == HOLDERS + 1, "not even to the server twice"
    assert_each_once(cast, server)
