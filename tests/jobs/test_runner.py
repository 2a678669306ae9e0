"""Do workers share the jobs, keep to their schema, and is a failure seen (R33)?"""

import sqlite3
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from clm_tracker.db import migrate
from clm_tracker.db.engine import make_engine
from clm_tracker.db.tables import HeartbeatRow, LeaseRow, SessionRow
from clm_tracker.db.units import Store
from clm_tracker.jobs import runner, schedule
from clm_tracker.jobs.leases import LEASE, Lease
from clm_tracker.jobs.runner import Job, Result, Turn
from clm_tracker.jobs.sweep import run_sweep
from clm_tracker.kernel.clock import FixedClock, SystemClock
from clm_tracker.kernel.refusals import NotNow
from clm_tracker.queries import health
from tests.db import kept
from tests.db.kept import ENGINE
from tests.domain.world import NOW, the
from tests.jobs import crowd

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def a_job(do: Callable[[Turn], dict[str, int]]) -> Job:
    return Job("a job", MINUTE, do)


def test_a_lease_has_one_holder_until_it_expires_or_is_given_back(store: Store) -> None:
    clock = FixedClock(NOW)
    ours, theirs = Lease(store, clock, "sweep", "us"), Lease(store, clock, "sweep", "them")
    assert ours.take()
    assert not theirs.take()
    clock.advance(seconds=20)
    assert ours.take(), "it is ours, for longer"
    clock.advance(seconds=LEASE.total_seconds() - 1)
    assert not theirs.take()
    clock.advance(seconds=1)
    assert theirs.take()
    assert not ours.take(), "who comes back late has lost it"
    theirs.give_back()
    assert ours.take()
    assert Lease(store, clock, "audit", "them").take(), "each job has its own"
    with store.reading(now=NOW, actor=ENGINE, programme_id=None) as look:
        lease = look.session.get(LeaseRow, "sweep")
    assert lease is not None
    assert (lease.generation, lease.holder) == (3, ours.holder)


def test_a_job_runs_at_one_place_at_a_time(store: Store) -> None:
    seen = []

    def do(turn: Turn) -> dict[str, int]:
        seen.append(runner.run(a_job(lambda _: {}), store, turn.clock))
        assert turn.keep_going()
        return {"done": 1}

    assert runner.run(a_job(do), store, FixedClock(NOW)) is Result.DONE
    assert seen == [Result.ELSEWHERE]
    assert runner.run(a_job(lambda _: {}), store, FixedClock(NOW)) is Result.DONE


def test_a_job_that_fails_gives_its_lease_back_and_stops_nothing(store: Store) -> None:
    def fail(_turn: Turn) -> dict[str, int]:
        raise ZeroDivisionError

    assert runner.run(a_job(fail), store, FixedClock(NOW)) is Result.FAILED
    assert runner.run(a_job(lambda _: {}), store, FixedClock(NOW)) is Result.DONE


def test_a_job_that_is_asked_to_stop_keeps_going_no_longer(store: Store) -> None:
    going = []

    def do(turn: Turn) -> dict[str, int]:
        going.append(turn.keep_going())
        return {}

    runner.run(a_job(do), store, FixedClock(NOW), stopping=lambda: True)
    assert going == [False]


def test_nothing_acts_on_another_schema_and_health_says_so(store: Store) -> None:
    crowd.opened(store, 1)
    at = migrate.head()
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'another'"))
    (sweep, *_) = schedule.jobs()
    assert runner.run(sweep, store, FixedClock(NOW + timedelta(days=30))) is Result.REFUSED
    found = health.engine(store, NOW)
    assert not found.ok
    assert "another" in found.problems[0]
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :at"), {"at": at})
    assert runner.run(sweep, store, FixedClock(NOW + timedelta(days=30))) is Result.DONE
    assert len(crowd.lines(store, "stage_entered")) == 1


def test_nothing_acts_without_a_database_and_health_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """To whoever asks over the web too: what the database itself says names servers, and stays in the log."""
    away = Store(make_engine("postgresql+psycopg://nobody@127.0.0.1:1/clm"))  # no server listens there
    (sweep, *_) = schedule.jobs()
    assert runner.run(sweep, away, FixedClock(NOW)) is Result.REFUSED
    assert "127.0.0.1" in capsys.readouterr().out
    assert health.engine(away, NOW).problems == ("The database does not answer.",)


def test_each_job_runs_at_once_and_beats(store: Store) -> None:
    wanted = {job.name for job in schedule.jobs()}
    beats: set[str] = set()
    ready = threading.Event()
    with store.writing(now=NOW, actor=ENGINE, programme_id=None) as unit:
        unit.session.add(SessionRow(**_a_session()))
    with schedule.running(store, SystemClock(), timedelta(hours=1)):
        for _ in range(200):
            with store.reading(now=NOW, actor=ENGINE, programme_id=None) as look:
                beats = {beat.name for beat in look.session.query(HeartbeatRow)}
            if beats == wanted:
                break
            ready.wait(0.1)
    assert beats == wanted
    with store.reading(now=NOW, actor=ENGINE, programme_id=None) as look:
        assert look.session.query(SessionRow).all() == [], "an expired session is cleared up"
        beat = look.session.get(HeartbeatRow, "sweep")
    assert beat is not None
    assert (beat.schema, beat.outcome["every"]) == (migrate.head(), 3600.0)


def _a_session() -> dict[str, object]:
    return {
        "id": "0" * 64,
        "person_id": the("Sok"),
        "created_at": NOW,
        "expires_at": NOW + SECOND,
        "last_seen_at": NOW,
    }


# -- somebody else holds what is needed ---------------------------------------------------------------------------------


def test_a_row_that_somebody_works_on_waits_for_the_next_sweep(on_postgresql: Store) -> None:
    crowd.opened(on_postgresql, 3)
    crowd.let_all_go(on_postgresql)
    now = NOW + timedelta(days=30)
    first = crowd.obligations(on_postgresql)[0]
    with on_postgresql.engine.begin() as person:
        person.execute(text("SELECT 1 FROM obligations WHERE id = :id FOR UPDATE"), {"id": first.id})
        assert run_sweep(on_postgresql, now).entered == 2
    assert run_sweep(on_postgresql, now).entered == 1


def test_a_turn_that_opens_obligations_waits_for_who_works_on_the_finding(on_postgresql: Store) -> None:
    """Who closes a finding would not see what is opened meanwhile, and leave it open for ever."""
    crowd.opened(on_postgresql, 3)
    crowd.let_all_go(on_postgresql)
    now = NOW
    for _ in range(4):
        now += timedelta(days=30)
        run_sweep(on_postgresql, now)
    now += timedelta(days=30)
    first = crowd.obligations(on_postgresql)[0]
    with on_postgresql.engine.begin() as person:
        locked = text("SELECT 1 FROM findings WHERE id = :id FOR NO KEY UPDATE")
        person.execute(locked, {"id": first.finding_id})
        report = run_sweep(on_postgresql, now)
        assert (report.proposed, report.busy) == (2, 1)
    assert run_sweep(on_postgresql, now + SECOND).proposed == 1
    crowd.assert_replay(on_postgresql)


def test_sqlite_that_is_locked_is_waited_for_and_then_left_in_good_order(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    # Less patience than the program's own quarter of a minute, so that the test need not wait for it.
    event.listen(engine, "connect", lambda c, _: c.execute("PRAGMA busy_timeout=50").close())
    store = Store(engine)
    kept.seed(store)
    crowd.opened(store, 2)
    now = NOW + timedelta(days=30)
    other = sqlite3.connect(str(engine.url.database), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE").close()
    threading.Timer(0.3, lambda: other.execute("COMMIT").close()).start()
    assert run_sweep(store, now).entered == 2
    other.execute("BEGIN IMMEDIATE").close()
    crowd_of_two = crowd.obligations(store)
    with pytest.raises(NotNow) as busy:
        run_sweep(store, now + timedelta(days=60))
    assert busy.value.code == "busy"
    (sweep, *_) = schedule.jobs()
    assert runner.run(sweep, store, FixedClock(now + timedelta(days=60))) is Result.REFUSED
    assert crowd.obligations(store) == crowd_of_two
    other.execute("ROLLBACK").close()
    other.close()
    assert runner.run(sweep, store, FixedClock(now + timedelta(days=60))) is Result.DONE
    engine.dispose()
