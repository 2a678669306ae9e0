"""Which parts make a worker, the process that only does jobs?"""

import signal
import threading
from datetime import timedelta
from types import FrameType

import structlog

from clm_tracker.db import migrate
from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.delivery import carriers
from clm_tracker.delivery.sealed import Seal
from clm_tracker.jobs import schedule
from clm_tracker.jobs.relay import Post
from clm_tracker.kernel.clock import Clock, SystemClock
from clm_tracker.settings import Settings


def post_of(settings: Settings, clock: Clock) -> Post:
    """How letters leave, by what the operator set. Raises Invalid, which names the setting that is wrong."""
    key = settings.key()
    return Post(
        carriers=carriers.made(settings, clock),
        base_url=settings.base_url,
        key=key,
        unseal=Seal("webhooks", key).open,
    )


def work(settings: Settings, *, clock: Clock | None = None, stop: threading.Event | None = None) -> None:
    """Do the jobs until SIGTERM, SIGINT or `stop`. Raises Refusal when the database is at another schema."""
    engine = make_engine(settings.database_url, application_name="clm-tracker worker")
    migrate.check(engine)
    stop = stop or threading.Event()
    clock = clock or SystemClock()
    post = post_of(settings, clock)

    def leave(number: int, _frame: FrameType | None) -> None:
        structlog.get_logger().info("stopping", signal=signal.Signals(number).name)
        stop.set()

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        every = timedelta(seconds=settings.sweep_interval)
        with schedule.running(Store(engine), clock, every, post):
            structlog.get_logger().info("working", every=settings.sweep_interval)
            stop.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        engine.dispose()
