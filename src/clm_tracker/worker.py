"""Which parts make a worker, the process that only does jobs?"""

import signal
import threading
from datetime import timedelta
from types import FrameType

import structlog

from clm_tracker.db import migrate
from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.jobs import schedule
from clm_tracker.kernel.clock import Clock, SystemClock
from clm_tracker.settings import Settings


def work(settings: Settings, *, clock: Clock | None = None, stop: threading.Event | None = None) -> None:
    """Do the jobs until SIGTERM, SIGINT or `stop`. Raises Refusal when the database is at another schema."""
    engine = make_engine(settings.database_url, application_name="clm-tracker worker")
    migrate.check(engine)
    stop = stop or threading.Event()

    def leave(number: int, _frame: FrameType | None) -> None:
        structlog.get_logger().info("stopping", signal=signal.Signals(number).name)
        stop.set()

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with schedule.running(
            Store(engine), clock or SystemClock(), timedelta(seconds=settings.sweep_interval)
        ):
            structlog.get_logger().info("working", every=settings.sweep_interval)
            stop.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        engine.dispose()
