"""Relays in processes of their own, which may be killed at any instant: `python -m tests.jobs.letters.workers URL MOMENT PORT NAME`."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.delivery.mail import Mail, Server
from clm_tracker.delivery.mail_messages import Sender
from clm_tracker.domain.words import Channel
from clm_tracker.jobs import relay
from clm_tracker.jobs.parcels import Post
from clm_tracker.jobs.relay import RelayReport
from clm_tracker.kernel.clock import FixedClock

ROOT = Path(__file__).parents[3]
SENDER = Sender("Community Eyes", "letters@clm.example.org", "bounces@clm.example.org")


@contextmanager
def process(url: str, at: datetime, port: int, name: str) -> Iterator[subprocess.Popen[str]]:
    """One relay; it says "ready" and waits for a line. Killed at the end if it still runs."""
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.jobs.letters.workers", url, at.isoformat(), str(port), name],
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


def run(store: Store, at: datetime, port: int, name: str) -> RelayReport:
    """One run of the relay at this moment, with the mail server at this port."""
    mail = Mail(Server.at(f"smtp://127.0.0.1:{port}"), SENDER, timeout=60)
    post = Post(carriers={Channel.MAIL: mail}, base_url="https://clm.example.org")
    return relay.run_relay(store, FixedClock(at), post, worker=name)


def main(url: str, moment: str, port: str, name: str) -> None:
    """Say "ready", wait for a line, and run."""
    engine = make_engine(url)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    report = run(Store(engine), datetime.fromisoformat(moment), int(port), name)
    sys.stdout.write(f"{report.sent}\n")
    engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
