"""Who is still to be told of what? The outbox."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clm_tracker.db.base import Base, partial_index
from clm_tracker.domain.words import NoticeState

UNPLACED = "placed_at IS NULL AND state = 'waiting'"


class NoticeRow(Base):
    """One thing to tell to one post, one role of the programme, or one person. `kind` is the event's.

    `placed_at`: since when it is in the letters of its readers. One that could not be placed is looked at again at
    `parked_until`: why not stands in `problem`, how often in `park_count`.
    """

    __tablename__ = "notices"
    __table_args__ = (
        partial_index("ix_notices_unplaced", "created_at", "id", where=UNPLACED),
        Index(None, "duty_bearer_id", "finding_id"),
        Index(None, "finding_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    finding_id: Mapped[UUID | None]
    obligation_id: Mapped[UUID | None]
    kind: Mapped[str]
    duty_bearer_id: Mapped[UUID | None]
    role: Mapped[str | None]
    person_id: Mapped[UUID | None]
    stage: Mapped[int | None]
    due_on: Mapped[date | None]
    created_at: Mapped[datetime]
    placed_at: Mapped[datetime | None]
    parked_until: Mapped[datetime | None]
    park_count: Mapped[int] = mapped_column(server_default="0")
    problem: Mapped[str | None]
    unit: Mapped[UUID]
    state: Mapped[NoticeState] = mapped_column(default=NoticeState.WAITING)
    dedup: Mapped[str | None] = mapped_column(unique=True)
