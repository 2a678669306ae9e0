"""What may go, because it has had its time? Never anything of a case, nor of the ledger.

Who reported a finding stands apart from its case, and goes with a line (R41).
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select

from clm_tracker.commands import reporters
from clm_tracker.db import actors
from clm_tracker.db.base import Base
from clm_tracker.db.tables import ImportRow, LeaseRow, OnceKeyRow, ReporterRow, SessionRow, SignInFailureRow
from clm_tracker.db.units import Store
from clm_tracker.jobs import heartbeats

NAME = "housekeeping"
ANSWERS_KEPT = timedelta(days=7)  # a form sent twice is sent twice within minutes
FAILURES_KEPT = timedelta(days=1)
FILES_KEPT = timedelta(days=1)  # a file that was looked at and not taken in
LEASES_KEPT = timedelta(days=30)


def clear_up(store: Store, now: datetime, every: timedelta) -> dict[str, int]:
    """Remove expired sessions, old answers to repeated requests, old failures to sign in, files that were only looked at; how many of each."""
    old: dict[str, tuple[type[Base], ColumnElement[bool]]] = {
        "sessions": (SessionRow, SessionRow.expires_at <= now),
        "answers": (OnceKeyRow, OnceKeyRow.created_at <= now - ANSWERS_KEPT),
        "failures": (SignInFailureRow, SignInFailureRow.since <= now - FAILURES_KEPT),
        "files": (ImportRow, (ImportRow.done_at.is_(None)) & (ImportRow.created_at <= now - FILES_KEPT)),
        "leases": (LeaseRow, LeaseRow.until <= now - LEASES_KEPT),
    }
    gone = {"reporters": _forget_reporters(store, now)}
    with store.writing(now=now, actor=actors.ENGINE, programme_id=None) as unit:
        for name, (row, condition) in old.items():
            table = row.__table__
            ran = unit.session.connection().execute(delete(table).where(condition))  # type: ignore[arg-type]
            gone[name] = ran.rowcount
        heartbeats.beat(unit.session, NAME, now, every, gone)
    return gone


def _forget_reporters(store: Store, now: datetime) -> int:
    with store.reading(now=now, actor=actors.ENGINE, programme_id=None) as look:
        programmes = look.session.scalars(select(ReporterRow.programme_id).distinct()).all()
    gone = 0
    for programme_id in sorted(programmes):
        engine = actors.within(actors.ENGINE, programme_id)
        with store.writing(now=now, actor=engine, programme_id=programme_id) as unit:
            gone += reporters.forget_expired(unit)
    return gone
