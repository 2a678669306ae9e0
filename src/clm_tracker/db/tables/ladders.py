"""Which ladders did a programme ever have?"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clm_tracker.db.base import Base, JsonOf
from clm_tracker.domain.ladders import Stage


class LadderRow(Base):
    """One version of a ladder. Never changed: editing makes the next version (R30)."""

    __tablename__ = "ladders"
    __table_args__ = (UniqueConstraint("programme_id", "key", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    key: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(default=dict)
    stages: Mapped[tuple[Stage, ...]] = mapped_column(JsonOf(tuple[Stage, ...]))
    created_at: Mapped[datetime]
