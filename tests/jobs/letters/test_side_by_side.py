"""Do relays that work side by side take letters and notices in one order, and find what is due by an index? (decision 0015)"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, event, select, update
from sqlalchemy.pool import NullPool

from clm_tracker.db import letters
from clm_tracker.db.base import table_of
from clm_tracker.db.letters import answers
from clm_tracker.db.letters.answers import Lease
from clm_tracker.db.tables import LetterItemRow, NoticeRow
from clm_tracker.db.units import Writing
from clm_tracker.domain.words import Channel, LetterState, NoticeState, Outcome
from tests.jobs.letters.conftest import Office
from tests.jobs.letters.test_readers import another_holder
from tests.jobs.test_crashes import until_waiting

TUESDAY_8 = datetime(2026, 3, 3, 1, tzinfo=UTC)  # eight in the morning in Phnom Penh
on_postgresql = pytest.mark.parametrize("cast_on_each", ["postgresql"], indirect=True)
on_sqlite = pytest.mark.parametrize("cast_on_each", ["sqlite"], indirect=True)


@pytest.fixture
def shared(office: Office) -> list[UUID]:
    """Notices that stand in the letters of two holders of one post, which are due, in their order."""
    another_holder(office, "health_centre", "Bunly", email="bunly@clinic.example.org")
    for n in range(4):
        office.cast.open_finding(office.clock.now(), title=f"Thing {n}")
    office.run()
    office.clock.set(TUESDAY_8)
    with office.cast.reading("Sokha", TUESDAY_8) as look:
        opened = select(NoticeRow.id).where(NoticeRow.kind == "finding_opened").order_by(NoticeRow.id)
        return list(look.session.scalars(opened))


@contextmanager
def claimed(office: Office, worker: str, limit: int) -> Iterator[tuple[Writing, list[letters.Letter], Lease]]:
    """What one relay takes, in a unit that has not ended."""
    lease = Lease(worker, TUESDAY_8 + timedelta(minutes=5))
    with office.cast.writing("engine", TUESDAY_8) as unit:
        taken = letters.claim(unit, [Channel.MAIL], limit, worker=worker, until=lease.until)
        yield unit, taken, lease


@on_postgresql
@pytest.mark.usefixtures("shared")
def test_of_two_relays_the_second_takes_what_comes_next_without_waiting(office: Office) -> None:
    due = [one.id for one in office.letters(LetterState.WAITING) if one.channel is Channel.MAIL]
    assert len(due) >= 2
    with claimed(office, "first", 1) as (_, first, _), claimed(office, "second", 25) as (_, second, _):
        found = [one.id for one in (*first, *second)]
    assert found == sorted(due), "all were due at one moment"


@on_postgresql
def test_two_letters_with_the_same_notices_are_written_down_without_a_deadlock(
    office: Office, shared: list[UUID]
) -> None:
    """Whoever has not the first notice has none of them: so no two wait for each other."""
    with claimed(office, "first", 1) as (_, [one], lease_of_one):
        pass
    with claimed(office, "second", 1) as (_, [two], lease_of_two):
        pass
    inside = {i.id for i in one.items} & {i.id for i in two.items}
    assert inside == set(shared)

    def left_out() -> None:
        with office.cast.writing("engine", TUESDAY_8) as unit:
            letters.sift(unit, letters.Sifted(left_out=[(one.id, n) for n in reversed(shared)]))
            _sent(unit, one.id, lease_of_one)

    def sent() -> None:
        with office.cast.writing("engine", TUESDAY_8) as unit:
            _sent(unit, two.id, lease_of_two)

    other = create_engine(office.cast.store.engine.url, poolclass=NullPool)
    first, *rest = shared
    notices = table_of(NoticeRow)
    with other.begin() as lock:
        # A row that was written last stands behind the others: their order on the disk is not that of their names.
        lock.execute(update(notices).where(notices.c.id == first).values(park_count=0))
    with other.connect() as lock, ThreadPoolExecutor(2) as both:
        lock.execute(select(notices.c.id).where(notices.c.id == first).with_for_update())
        running = [both.submit(do) for do in (left_out, sent)]
        until_waiting(other, 2)
        with other.connect() as free:
            # Raises where one of the two holds any of them.
            free.execute(select(notices.c.id).where(notices.c.id.in_(rest)).with_for_update(nowait=True))
        lock.rollback()
        for done in running:
            done.result(timeout=20)
    with office.cast.reading("Sokha", TUESDAY_8) as look:
        states = look.session.scalars(select(NoticeRow.state).where(NoticeRow.id.in_(shared)))
        assert set(states) <= {NoticeState.SENT, NoticeState.LAPSED}
        out = select(LetterItemRow.notice_id).where(LetterItemRow.left_out)
        assert set(look.session.scalars(out)) == set(shared)


def _sent(unit: Writing, letter_id: UUID, lease: Lease) -> None:
    state = answers.attempted(
        unit,
        letter_id,
        lease=lease,
        outcome=Outcome.SENT,
        answer="250 kept",
        reference=None,
        parts=1,
        again_at=None,
        said={},
    )
    assert state is LetterState.SENT


@on_sqlite
@pytest.mark.usefixtures("shared")
def test_what_is_due_and_what_waits_is_found_by_an_index(office: Office) -> None:
    """As little is read when a hundred thousand letters have been sent as when none has."""
    asked: list[tuple[str, Any]] = []

    def keep(_c: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:  # noqa: ANN401 - SQLAlchemy's
        asked.append((statement, values))

    office.cast.open_finding(office.clock.now())
    event.listen(office.cast.store.engine, "before_cursor_execute", keep)
    try:
        office.run()
    finally:
        event.remove(office.cast.store.engine, "before_cursor_execute", keep)
    plans: dict[str, list[str]] = {}
    with office.cast.store.engine.connect() as connection:
        for statement, values in asked:
            table = statement.partition("\nFROM ")[2].split()[:1]
            if statement.startswith("SELECT") and table in (["letters"], ["notices"]):
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                plans[statement] = [row.detail for row in rows]
    found = " ".join(line for plan in plans.values() for line in plan)
    for index in ("ix_letters_due", "ix_letters_of_reader", "ix_notices_unplaced"):
        assert f"INDEX {index}" in found, plans
    scanned = {
        line for plan in plans.values() for line in plan if line.startswith("SCAN") and "INDEX" not in line
    }
    assert scanned == set(), plans
