"""Does everything happen exactly once, whatever number of workers run and whenever one of them is killed? (R23)"""

import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool

from clm_tracker.db.units import Store
from clm_tracker.domain.words import Kind
from clm_tracker.jobs import runner, schedule
from clm_tracker.jobs.leases import LEASE
from clm_tracker.jobs.sweep import run_sweep
from clm_tracker.kernel.clock import FixedClock
from tests.domain.world import NOW
from tests.jobs import crowd, workers

SOME_TIME = 20.0
DUE = NOW + timedelta(days=30)


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", process.communicate()


def answer(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out.strip()


def test_r23_eight_workers_and_a_thousand_due_enter_exactly_a_thousand_stages(
    on_postgresql: Store, postgres_url: str
) -> None:
    crowd.opened(on_postgresql, 1_000)
    crowd.let_all_go(on_postgresql)
    with ExitStack() as stack:
        crew = [stack.enter_context(workers.process("sweep", postgres_url, DUE, "25")) for _ in range(8)]
        for one in crew:
            ready(one)
        for one in crew:
            go(one)
        entered = [int(answer(one)) for one in crew]
    assert sum(entered) == 1_000
    assert sum(count > 0 for count in entered) > 1, "one worker did everything, so nothing was tried"
    assert len({line.dedup for line in crowd.lines(on_postgresql, "stage_entered")}) == 1_000
    assert crowd.notices(on_postgresql, "stage_entered") == 1_000
    assert {o.stage for o in crowd.obligations(on_postgresql, Kind.ACKNOWLEDGE)} == {1}
    assert run_sweep(on_postgresql, DUE).entered == 0


# At each of these the worker waits for our lock and is killed there: before it writes the rows, new obligations'
# proposals, the ledger, the notices; while it commits; and after the commit, before its heartbeat.
BOUNDARIES = ("obligations", "proposals", "ledger", "notices", "commit", "heartbeats")


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_r23_killed_at_any_boundary_of_a_batch_it_all_happens_once(
    on_postgresql: Store, postgres_url: str, boundary: str
) -> None:
    now = DUE
    crowd.opened(on_postgresql, 20)
    crowd.let_all_go(on_postgresql)
    for _ in range(4):  # up to the stage that needs approval: its turn writes to every table
        run_sweep(on_postgresql, now)
        now += timedelta(days=30)
    before = {kind: len(crowd.lines(on_postgresql, kind)) for kind in ("stage_proposed", "obligation_opened")}
    told = crowd.notices(on_postgresql, "stage_proposed")
    assert before["stage_proposed"] == 0
    other = create_engine(postgres_url, poolclass=NullPool)
    with other.connect() as lock, workers.process("sweep", postgres_url, now) as worker:
        block(lock, boundary)
        ready(worker)
        go(worker)
        until_waiting(other)
        worker.kill()
        worker.wait(timeout=20)
        lock.rollback()
        lock.execute(text("SELECT pg_advisory_unlock_all()"))
        lock.rollback()
    until_alone(other)
    survived = len(crowd.lines(on_postgresql, "stage_proposed"))
    # Who dies while the database is at its commit has told it to commit.
    assert survived == (20 if boundary in {"commit", "heartbeats"} else 0), (
        "a batch is written whole or not at all"
    )
    again = run_sweep(on_postgresql, now)
    assert again.proposed == 20 - survived
    assert len(crowd.lines(on_postgresql, "stage_proposed")) == 20
    assert len(crowd.lines(on_postgresql, "obligation_opened")) == before["obligation_opened"] + 20
    assert crowd.notices(on_postgresql, "stage_proposed") == told + 20
    assert len(crowd.obligations(on_postgresql, Kind.DECIDE)) == 20
    crowd.assert_replay(on_postgresql)


def block(lock: Connection, boundary: str) -> None:
    """Make whoever comes to this boundary wait for us."""
    if boundary == "commit":
        # A deferred trigger of the test's own: it runs when everything is written and the commit has begun.
        lock.execute(text("SELECT pg_advisory_lock(77)"))
        lock.execute(
            text(
                "CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN PERFORM pg_advisory_xact_lock_shared(77); RETURN NULL; END $$"
            )
        )
        lock.execute(
            text(
                "CREATE CONSTRAINT TRIGGER wait_here AFTER INSERT ON notices DEFERRABLE INITIALLY DEFERRED"
                " FOR EACH ROW EXECUTE FUNCTION wait_here()"
            )
        )
        lock.commit()
    else:
        # Lets others read and lock rows, but not write.
        lock.execute(text(f"LOCK TABLE {boundary} IN SHARE MODE"))


def until_waiting(engine: Engine, count: int = 1) -> None:
    """Until so many other sessions of this database wait for a lock."""
    _until(engine, "wait_event_type = 'Lock'", count)


def until_alone(engine: Engine) -> None:
    """Until the server has noticed that the killed worker is gone, and rolled its transaction back."""
    _until(engine, "state <> 'idle'", 0)


def _until(engine: Engine, condition: str, count: int) -> None:
    found = text(
        f"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND {condition}"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )

    def as_many() -> bool:
        with engine.connect() as connection:  # each time a new look: one transaction sees one picture
            return bool(connection.execute(found).scalar() == count)

    _wait_for(as_many)


def _wait_for(happens: Callable[[], bool]) -> None:
    end = time.monotonic() + SOME_TIME
    while time.monotonic() < end:
        if happens():
            return
        time.sleep(0.02)
    raise AssertionError("It did not come to that in time.")


def test_a_worker_killed_in_mid_sweep_is_replaced_within_one_lease(
    on_postgresql: Store, postgres_url: str
) -> None:
    crowd.opened(on_postgresql, 20)
    crowd.let_all_go(on_postgresql)
    other = create_engine(postgres_url, poolclass=NullPool)
    with other.connect() as lock, workers.process("job", postgres_url, DUE) as worker:
        block(lock, "ledger")
        ready(worker)
        go(worker)
        until_waiting(other)
        worker.kill()
        worker.wait(timeout=20)
        lock.rollback()
    until_alone(other)
    (job,) = (job for job in schedule.jobs() if job.name == "sweep")
    later = [DUE + after for after in (timedelta(), LEASE - timedelta(seconds=1), LEASE)]
    results = [runner.run(job, on_postgresql, FixedClock(at)) for at in later]
    assert results == [runner.Result.ELSEWHERE, runner.Result.ELSEWHERE, runner.Result.DONE]
    assert len(crowd.lines(on_postgresql, "stage_entered")) == 20


def test_r28_two_manual_escalations_at_once_are_one_step_and_one_not_now(
    on_postgresql: Store, postgres_url: str
) -> None:
    crowd.opened(on_postgresql, 1)
    (o,) = crowd.obligations(on_postgresql)
    with ExitStack() as stack:
        crew = [
            stack.enter_context(workers.process("escalate", postgres_url, NOW, str(o.id))) for _ in range(2)
        ]
        for one in crew:
            ready(one)
        for one in crew:
            go(one)
        answers = sorted(answer(one) for one in crew)
    assert answers == ["already_escalated", "stage 1"]
    assert len(crowd.lines(on_postgresql, "stage_entered")) == 1
    assert crowd.notices(on_postgresql, "stage_entered") == 1
    assert crowd.obligations(on_postgresql)[0].stage == 1
