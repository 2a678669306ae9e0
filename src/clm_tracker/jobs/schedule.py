"""What is done when? The table of all jobs, and the doorbell that rings for them.

The scheduler says when to look, never what is due: that is in the database. It keeps nothing, so nothing is lost with it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta
from functools import partial

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from clm_tracker.db.units import Store
from clm_tracker.jobs import audit, digests, housekeeping, relay, runner, sweep
from clm_tracker.jobs.parcels import NO_POST, Post
from clm_tracker.jobs.runner import Job, Outcome, Turn
from clm_tracker.kernel.clock import Clock, SystemClock


def jobs(sweep_every: timedelta = sweep.EVERY, post: Post = NO_POST) -> tuple[Job, ...]:
    """Every job with its interval; `post` is how letters leave."""
    return (
        Job(sweep.NAME, sweep_every, _sweep),
        Job(relay.NAME, relay.EVERY, partial(_relay, post)),
        Job(digests.NAME, digests.EVERY, partial(_digests, post)),
        Job(audit.NAME, timedelta(minutes=5), _audit),
        Job(housekeeping.NAME, timedelta(hours=1), _clear_up),
    )


@contextmanager
def running(
    store: Store, clock: Clock, sweep_every: timedelta = sweep.EVERY, post: Post = NO_POST
) -> Iterator[BackgroundScheduler]:
    """The scheduler at work, each job once at the beginning and then at its interval, until the block ends.

    The end waits for the batch that is being written, not for the whole sweep.
    """
    stop = threading.Event()
    scheduler = BackgroundScheduler(
        timezone=UTC,
        # A tick that comes late is still one tick; a job that is still at work is not begun again.
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in jobs(sweep_every, post):
        scheduler.add_job(
            runner.run,
            "interval",
            seconds=job.every.total_seconds(),
            args=(job, store, clock),
            kwargs={"stopping": stop.is_set},
            id=job.name,
            next_run_time=SystemClock().now(),  # the scheduler rings by the machine's clock, whatever ours says
        )
    scheduler.start()
    try:
        yield scheduler
    finally:
        stop.set()
        scheduler.shutdown(wait=True)


def _sweep(turn: Turn) -> Outcome:
    report = sweep.run_sweep(turn.store, turn.clock.now(), every=turn.every, keep_going=turn.keep_going)
    for problem in report.problems:
        structlog.get_logger().error("could not be decided", problem=problem)
    return report.outcome()


def _relay(post: Post, turn: Turn) -> Outcome:
    report = relay.run_relay(
        turn.store, turn.clock, post, worker=turn.worker, every=turn.every, keep_going=turn.keep_going
    )
    return report.outcome()


def _digests(post: Post, turn: Turn) -> Outcome:
    return digests.place(turn.store, turn.clock.now(), post.channels, every=turn.every)


def _audit(turn: Turn) -> Outcome:
    return audit.run_audit(turn.store, turn.clock.now(), turn.every)


def _clear_up(turn: Turn) -> Outcome:
    return housekeeping.clear_up(turn.store, turn.clock.now(), turn.every)
