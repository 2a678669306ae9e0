"""Which themes does a programme monitor, and since when?"""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clm_tracker.db.base import Base


class ThemeRow(Base):
    """One version of a theme: a list changes between rounds and old findings keep their meaning."""

    __tablename__ = "themes"
    __table_args__ = (UniqueConstraint("programme_id", "code", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    code: Mapped[str]
    name: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    replaced_by: Mapped[UUID | None] = mapped_column(ForeignKey("themes.id"))
