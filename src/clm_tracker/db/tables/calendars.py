"""Which days are closed, when are rounds and forums?"""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clm_tracker.db.base import Base


class DaySource(StrEnum):
    """Whether a closed day is a public holiday of the country or the programme's own."""

    PUBLIC = "public"
    OWN = "own"


class RoundRow(Base):
    """A monitoring cycle, first and last day inside."""

    __tablename__ = "rounds"
    __table_args__ = (
        Index(None, "programme_id", "first_on"),
        CheckConstraint("first_on <= last_on", name="in_order"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    name: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(default=dict)
    first_on: Mapped[date]
    last_on: Mapped[date]


class ForumRow(Base):
    """A dated meeting that a due date may be tied to."""

    __tablename__ = "forums"
    __table_args__ = (Index(None, "programme_id", "held_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    name: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(default=dict)
    held_on: Mapped[date]


class ClosedDayRow(Base):
    """A day that does not count."""

    __tablename__ = "closed_days"
    __table_args__ = (UniqueConstraint("programme_id", "day"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    day: Mapped[date]
    name: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(default=dict)
    source: Mapped[DaySource]
