"""When did each job last come to its end, and with what outcome?"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from clm_tracker.db import migrate
from clm_tracker.db.base import inserting
from clm_tracker.db.tables import HeartbeatRow


def last(session: Session, job: str) -> datetime | None:
    """When the job last came to its end; None when it never did."""
    return session.scalar(select(HeartbeatRow.at).where(HeartbeatRow.name == job))


def beat(session: Session, job: str, at: datetime, every: timedelta, outcome: Mapping[str, Any]) -> None:
    """The job has come to its end, in the session's own transaction. `every` tells health when the next one is late."""
    values = {"at": at, "outcome": {**outcome, "every": every.total_seconds()}, "schema": _schema()}
    first = inserting(session)(HeartbeatRow).values(name=job, **values)
    session.execute(first.on_conflict_do_update(index_elements=[HeartbeatRow.name], set_=values))


@cache
def _schema() -> str:
    return migrate.head()
