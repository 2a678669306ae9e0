"""What is a line of the append-only record? (R35)"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from clm_tracker.db.base import BIG_KEY, Base, partial_index


class LedgerRow(Base):
    """One event: who did what to which thing, when, and what it set. The database refuses to change or delete it.

    Nothing in it points to other tables by a foreign key: the record stands by itself. `unit` names the unit of work,
    and is what PostgreSQL compares when it refuses a change without a line. `dedup` makes exactly-once a fact (R23).
    `link_id`: by which link without an account it was done (R40).
    """

    __tablename__ = "ledger"
    __table_args__ = (
        Index(None, "finding_id", "seq"),
        Index(None, "programme_id", "seq"),
        Index(None, "obligation_id"),
        Index(None, "unit", "finding_id"),
        partial_index("ix_ledger_of_reporters", "subject_id", "seq", where="subject = 'reporter'"),
        {"sqlite_autoincrement": True},
    )

    seq: Mapped[int] = mapped_column(BIG_KEY, primary_key=True, autoincrement=True)
    programme_id: Mapped[UUID]
    finding_id: Mapped[UUID | None]
    obligation_id: Mapped[UUID | None]
    at: Mapped[datetime]
    unit: Mapped[UUID]
    actor_id: Mapped[UUID]
    actor_name: Mapped[str]
    actor_role: Mapped[str]
    act: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[UUID]
    facts: Mapped[dict[str, Any]]
    changes: Mapped[list[dict[str, Any]]]
    request: Mapped[str | None]
    dedup: Mapped[str | None] = mapped_column(unique=True)
    link_id: Mapped[UUID | None]
