"""How is a job run, so that workers share it, none acts on a wrong schema, and a failure is seen?"""

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

import structlog

from clm_tracker.db import migrate
from clm_tracker.db.units import Store
from clm_tracker.jobs.leases import Lease
from clm_tracker.kernel.clock import Clock
from clm_tracker.kernel.refusals import Refusal

Outcome = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """What a job is given: the database, the clock, its interval, who does it, and whom to ask before each batch."""

    store: Store
    clock: Clock
    every: timedelta
    worker: str
    keep_going: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Job:
    """Something done again and again by whichever worker comes first. It beats its own heartbeat and says what it did."""

    name: str
    every: timedelta
    do: Callable[[Turn], Outcome]


class Result(StrEnum):
    """How a run ended."""

    DONE = "done"
    ELSEWHERE = "elsewhere"
    REFUSED = "refused"
    FAILED = "failed"


def run(job: Job, store: Store, clock: Clock, *, stopping: Callable[[], bool] = lambda: False) -> Result:
    """One run, unless another worker is at it or the database is at another schema. Raises nothing."""
    log = structlog.get_logger().bind(job=job.name)
    try:
        migrate.check(store.engine)
        lease = Lease(store, clock, job.name, f"{socket.gethostname()}:{os.getpid()}")
        if not lease.take():
            return Result.ELSEWHERE
        try:
            outcome = job.do(
                Turn(store, clock, job.every, lease.holder, lambda: not stopping() and lease.take())
            )
        finally:
            lease.give_back()
    except Refusal as no:
        log.warning("did not run", reason=no.sentence, exc_info=no.__cause__)
        return Result.REFUSED
    except Exception:  # one failed run is no reason to stop the scheduler
        log.exception("failed")
        return Result.FAILED
    log.info("ran", **outcome)
    return Result.DONE
