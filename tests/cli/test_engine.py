"""Can the engine be run, tried and asked from the command line? (R34)"""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clm_tracker.cli import cli
from clm_tracker.db import migrate
from clm_tracker.db.engine import make_engine
from clm_tracker.db.tables import HeartbeatRow
from clm_tracker.db.units import Store
from clm_tracker.domain.words import Severity
from clm_tracker.jobs import relay
from clm_tracker.jobs.parcels import NO_POST
from clm_tracker.kernel.clock import FixedClock, SystemClock
from clm_tracker.settings import load
from tests.db import kept
from tests.jobs import crowd


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A data folder with one finding whose first stage became due a month ago, and one that was opened today."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLM_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CLM_SWEEP_INTERVAL", "5")
    engine = make_engine(load().database_url)
    migrate.upgrade(engine)
    store = Store(engine)
    kept.seed(store)
    now = SystemClock().now()
    crowd.opened(store, 1, now=now - timedelta(days=60))
    crowd.opened(store, 1, first=2, now=now, severity=Severity.STANDARD)
    return store


def run(*args: str, status: int = 0) -> str:
    result = CliRunner().invoke(cli, args)
    assert result.exit_code == status, result.output
    return result.output


def test_a_sweep_tried_and_then_done(store: Store) -> None:
    tried = json.loads(run("sweep", "--dry-run", "--json"))
    assert (tried["dry_run"], tried["entered"]) == (True, 1)
    assert tried["steps"] == [{"ref": "KH-2026-0001", "kind": "acknowledge", "what": "entered", "stage": 1}]
    assert "Tried only" in run("sweep", "--dry-run")
    done = run("sweep")
    assert "KH-2026-0001: acknowledge, entered stage 1" in done
    assert "1 stages entered" in done
    assert "0 stages entered" in run("sweep")
    assert len(crowd.lines(store, "stage_entered")) == 1


def test_what_is_foretold_for_one_and_for_all(store: Store) -> None:
    assert "KH-2026-0001" in run("simulate", "--days", "200")
    one = json.loads(run("simulate", "kh-2026-2", "--days", "200", "--json"))
    assert {event["ref"] for event in one} == {"KH-2026-0002"}
    kinds = [event["event"] for event in one]
    assert kinds[:3] == ["reminded", "reminded", "stage_entered"]
    assert "stage_proposed" in kinds
    moments = [event["at"] for event in one]
    assert moments == sorted(moments)
    assert not crowd.lines(store, "stage_entered"), "looking ahead changes nothing"
    assert "Nothing in 1 days" in run("simulate", "KH-2026-0002", "--days", "1")


def test_the_outbox_is_listed(store: Store) -> None:
    before = run("outbox").splitlines()
    run("sweep")
    after = [json.loads(line) for line in run("outbox", "--json").splitlines()]
    assert len(after) == len(before)  # one more, without the line that counts
    assert after[-1] | {"at": ""} == {
        "at": "",
        "ref": "KH-2026-0001",
        "kind": "stage_entered",
        "to": "Chief",
        "placed": False,
        "leaves": None,
        "tries": 0,
    }
    assert before[0].endswith(", not in a letter yet")
    assert len(crowd.lines(store, "stage_entered")) == 1


def test_the_outbox_says_what_each_notice_waits_for(store: Store) -> None:
    now = SystemClock().now()
    relay.run_relay(store, FixedClock(now), NO_POST, worker="test")
    waiting = [json.loads(line) for line in run("outbox", "--json").splitlines()]
    assert {(one["placed"], one["tries"]) for one in waiting} == {(True, 0)}
    assert all(one["leaves"] for one in waiting)
    assert ", in a letter of " in run("outbox").splitlines()[0]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_sweeps_at_once_and_stops_in_good_order(store: Store, ending: signal.Signals) -> None:
    program = [sys.executable, "-m", "clm_tracker", "work"]
    worker = subprocess.Popen(program, env={**os.environ}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        end = time.monotonic() + 60
        while not swept(store) and time.monotonic() < end:
            assert worker.poll() is None, worker.communicate()
            time.sleep(0.1)
        worker.send_signal(ending)
        out, _ = worker.communicate(timeout=30)
    finally:
        worker.kill()
    assert worker.returncode == 0, out
    assert b"stopping" in out
    assert len(crowd.lines(store, "stage_entered")) == 1


def swept(store: Store) -> bool:
    with store.reading(now=datetime(2026, 1, 1, tzinfo=UTC), actor=kept.ENGINE, programme_id=None) as look:
        beat = look.session.get(HeartbeatRow, "sweep")
        return beat is not None and bool(beat.outcome["entered"])
