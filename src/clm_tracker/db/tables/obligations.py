"""What is kept of an obligation? The fields of `domain.cases.Obligation`, and the engine's bookkeeping."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clm_tracker.db.base import Base, partial_index
from clm_tracker.domain.words import Kind, ObligationState, Party, PauseReason

BOOKKEEPING = frozenset({"next_check_at", "parked_until", "park_count", "problem"})
# Written out, because an index serves only queries whose condition the database can match with its own.
LIVE = "state IN ('running', 'paused', 'suspended', 'awaiting_decision')"
HELD = "state = 'running' AND next_check_at IS NULL AND next_step_at IS NOT NULL"


class ObligationRow(Base):
    """One thing that one party owes by one moment.

    `next_check_at` is the earliest moment at which the engine has something to say, and the only column a sweep
    searches by (R24); with `parked_until`, `park_count` and `problem` (R32) it may change without a ledger line.
    """

    __tablename__ = "obligations"
    __table_args__ = (
        partial_index(
            "ix_obligations_next_check_at",
            "programme_id",
            "next_check_at",
            "id",
            where="next_check_at IS NOT NULL",
        ),
        # Stage steps that the brake holds (R31): taken out of the sweep's sight until a coordinator releases them.
        partial_index("ix_obligations_held", "programme_id", where=HELD),
        partial_index("ix_obligations_parked_until", "programme_id", where="parked_until IS NOT NULL"),
        # What is late is counted from these two alone (`beside`).
        Index(None, "finding_id", postgresql_include=["state", "due_at", "id"]),
        Index(None, "duty_bearer_id", "finding_id"),
        partial_index("ix_obligations_owed_by_post", "programme_id", "duty_bearer_id", "due_at", where=LIVE),
        partial_index("ix_obligations_owed_by_party", "programme_id", "owed_by", "due_at", where=LIVE),
        partial_index(
            *("ix_obligations_due_at", "programme_id", "due_at", "id"),
            where=LIVE,
            beside=("state", "finding_id"),
        ),
        partial_index("ix_obligations_stage", "programme_id", "stage", "id", where=LIVE),
        # What the coming weeks are counted by (`queries.ahead`): all that is asked stands in the index.
        partial_index("ix_obligations_due_on", "programme_id", "due_on", "due_at", "id", "state", where=LIVE),
        partial_index(
            *("ix_obligations_steps", "programme_id", "next_step_at", "id", "stage", "ladder_id"),
            where="state = 'running'",
        ),
        # What the auditor (R33) asks by: a step or the end of a pause that should have happened.
        partial_index("ix_obligations_next_step_at", "next_step_at", where="state = 'running'"),
        partial_index("ix_obligations_pause_until", "pause_until", where="state = 'paused'"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"))
    action_id: Mapped[UUID | None] = mapped_column(ForeignKey("actions.id"))
    proposal_id: Mapped[UUID | None]  # proposals point here; the other way round would be a circle
    kind: Mapped[Kind]
    owed_by: Mapped[Party]
    duty_bearer_id: Mapped[UUID | None] = mapped_column(ForeignKey("duty_bearers.id"))
    ladder_id: Mapped[UUID] = mapped_column(ForeignKey("ladders.id"))
    state: Mapped[ObligationState]
    window: Mapped[str]
    start_at: Mapped[datetime]
    due_at: Mapped[datetime]
    due_on: Mapped[date]
    first_due_at: Mapped[datetime]
    first_due_on: Mapped[date]
    due_version: Mapped[int]
    slips: Mapped[int]
    stage: Mapped[int]
    stage_entered_at: Mapped[datetime | None]
    stage_missed_at: Mapped[datetime | None]
    next_step_at: Mapped[datetime | None]
    reminded: Mapped[int]
    proposals: Mapped[int]
    paused_at: Mapped[datetime | None]
    pause_until: Mapped[datetime | None]
    pause_reason: Mapped[PauseReason | None]
    pauses: Mapped[int]
    stops: Mapped[tuple[tuple[datetime, datetime, str], ...]]
    ended_at: Mapped[datetime | None]
    version: Mapped[int]

    next_check_at: Mapped[datetime | None]
    parked_until: Mapped[datetime | None]
    park_count: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None]
