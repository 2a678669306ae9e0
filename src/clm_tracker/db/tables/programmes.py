"""What is kept of a programme: its name, its days and its own settings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from clm_tracker.db.base import Base
from clm_tracker.domain import names


class ProgrammeRow(Base):
    """One programme. `version` rises with every change of its set-up, so that what was read once can be kept."""

    __tablename__ = "programmes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(default=dict)
    prefix: Mapped[str]
    country: Mapped[str]
    timezone: Mapped[str]
    languages: Mapped[tuple[str, ...]] = mapped_column(default=("en",))
    weekend: Mapped[frozenset[int]] = mapped_column(default=frozenset({5, 6}))
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    safety_mode: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    @property
    def said(self) -> str:
        """Its name in the language of the moment."""
        return names.said(self.name, self.names)


class CounterRow(Base):
    """The last number given out under a name, such as the references of one year."""

    __tablename__ = "counters"

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]
