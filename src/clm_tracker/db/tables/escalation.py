"""What does the engine keep? Stages before the committee, the brake, and who is sweeping."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clm_tracker.db.base import Base, partial_index
from clm_tracker.domain.words import ProposalState


class ProposalRow(Base):
    """A stage that waits for the committee: the fields of `domain.cases.Proposal`."""

    __tablename__ = "proposals"
    __table_args__ = (
        Index(None, "finding_id"),
        Index(None, "obligation_id"),
        Index(None, "programme_id", "state", "proposed_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"))
    obligation_id: Mapped[UUID] = mapped_column(ForeignKey("obligations.id"))
    decide_id: Mapped[UUID] = mapped_column(ForeignKey("obligations.id"))
    stage: Mapped[int]
    state: Mapped[ProposalState]
    missed_at: Mapped[datetime | None]
    proposed_at: Mapped[datetime]
    approvals_needed: Mapped[int]
    public: Mapped[bool]
    approved_by: Mapped[tuple[UUID, ...]]
    deferred_until: Mapped[date | None]
    reason: Mapped[str | None]
    risk_who: Mapped[str | None]
    risk_how: Mapped[str | None]
    risk_last_word: Mapped[str | None]
    risk_by: Mapped[UUID | None]
    risk_at: Mapped[datetime | None]
    reply_invited_at: Mapped[datetime | None]
    reply: Mapped[str | None]
    reply_at: Mapped[datetime | None]
    version: Mapped[int]


class BrakeRow(Base):
    """The backlog brake (R31): stage steps due up to `through` wait for a coordinator. One at a time."""

    __tablename__ = "brakes"
    __table_args__ = (
        partial_index("uq_brakes_programme_id", "programme_id", where="released_at IS NULL", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    set_at: Mapped[datetime]
    reason: Mapped[str]
    held: Mapped[int]
    running: Mapped[int]
    through: Mapped[datetime]
    released_at: Mapped[datetime | None]
    released_by: Mapped[UUID | None]
    release_reason: Mapped[str | None]


class LeaseRow(Base):
    """Who does a job until when. `generation` rises each time the lease changes hands."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]
    generation: Mapped[int] = mapped_column(default=1)


class HeartbeatRow(Base):
    """When a job last came to its end, with what outcome, under which schema."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    outcome: Mapped[dict[str, Any]]
    schema: Mapped[str]
