"""Which words does a programme itself point out, besides the shipped lists? (R44)"""

from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clm_tracker.db.base import Base
from clm_tracker.domain.terms import Weight


class TermRow(Base):
    """A programme's own term, or a shipped one that it hides. `key` is the first form in small letters."""

    __tablename__ = "terms"
    __table_args__ = (UniqueConstraint("programme_id", "language", "key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    language: Mapped[str]
    key: Mapped[str]
    avoid: Mapped[tuple[str, ...]]
    prefer: Mapped[tuple[str, ...]]
    unless: Mapped[tuple[str, ...]]
    source: Mapped[str]
    year: Mapped[int]
    weight: Mapped[Weight]
    hidden: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
