"""When did each job last come to its end, and with what outcome?"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from clm_tracker.db import migrate
from clm_tracker.db.tables import HeartbeatRow


def last(session: Session, job: str) -> datetime | None:
    """When the job last came to its end; None when it never did."""
    return session.scalar(select(HeartbeatRow.at).where(HeartbeatRow.name == job))


def beat(session: Session, job: str, at: datetime, every: timedelta, outcome: Mapping[str, Any]) -> None:
    """The job has come to its end, in the session's own transaction. `every` tells health when the next one is late."""
    values = {"at": at, "outcome": {**outcome, "every": every.total_seconds()}, "schema": migrate.head()}
    changed = session.execute(
        update(HeartbeatRow)
        .where(HeartbeatRow.name == job)
        .values(values)
        .execution_options(synchronize_session=False)
        .returning(HeartbeatRow.name)
    )
    if changed.first() is None:
        session.execute(insert(HeartbeatRow).values(name=job, **values))
