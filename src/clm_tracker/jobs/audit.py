"""Is any promise of the engine broken? Asked again and again, so that somebody hears of it (R33)."""

from datetime import datetime, timedelta

import structlog

from clm_tracker.db import actors
from clm_tracker.db.units import Store
from clm_tracker.jobs import heartbeats
from clm_tracker.queries import health

NAME = "audit"


def run_audit(store: Store, now: datetime, every: timedelta) -> dict[str, int]:
    """Ask the auditor's questions and log each broken promise; how many there are."""
    found = health.engine(store, now)
    log = structlog.get_logger()
    for problem in found.problems:
        log.error("the engine is not well", problem=problem)
    for one in found.broken:
        log.error("a promise is broken", ref=one.ref, what=one.what, since=one.since)
    outcome = {"problems": len(found.problems), "broken": len(found.broken), "parked": len(found.parked)}
    with store.writing(now=now, actor=actors.ENGINE, programme_id=None) as unit:
        heartbeats.beat(unit.session, NAME, now, every, outcome)
    return outcome
