"""Other processes: each runs `python -m tests.jobs.workers WHAT URL MOMENT …` and may be killed at any instant."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from clm_tracker.commands import obligations
from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.jobs import runner, schedule
from clm_tracker.jobs.sweep import run_sweep
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Refusal
from tests.db.kept import CHAN
from tests.domain.world import PROGRAMME

ROOT = Path(__file__).parents[2]


@contextmanager
def process(what: str, url: str, at: datetime, *more: str) -> Iterator[subprocess.Popen[str]]:
    """One such process; killed at the end if it still runs."""
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.jobs.workers", what, url, at.isoformat(), *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate(timeout=20)


def main(what: str, url: str, moment: str, more: str = "100") -> None:
    """Say "ready", wait for a line, and do one thing.

    `sweep` by itself in batches of `more`, `job` under a lease as a worker does, `escalate` the obligation `more`.
    """
    engine = make_engine(url)
    store, now = Store(engine), datetime.fromisoformat(moment)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    if what == "sweep":
        sys.stdout.write(f"{run_sweep(store, now, batch=int(more)).entered}\n")
    elif what == "escalate":
        sys.stdout.write(f"{_escalate(store, now, UUID(more))}\n")
    else:
        (job,) = (job for job in schedule.jobs(timedelta(seconds=60)) if job.name == "sweep")
        sys.stdout.write(f"{runner.run(job, store, FixedClock(now))}\n")
    engine.dispose()


def _escalate(store: Store, now: datetime, obligation_id: UUID) -> str:
    try:
        with store.writing(now=now, actor=CHAN, programme_id=PROGRAMME) as unit:
            o = obligations.escalate(unit, obligation_id, from_stage=0, reason="It is urgent.")
    except Refusal as no:
        return no.code
    return f"stage {o.stage}"


if __name__ == "__main__":
    main(*sys.argv[1:])
