"""Which posts are obliged to put things right, and who held them from when to when?"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clm_tracker.db.base import Base


class DutyBearerRow(Base):
    """A post. No themes means all themes; `titles` and `institutions` are by language."""

    __tablename__ = "duty_bearers"
    __table_args__ = (
        Index(None, "programme_id"),
        Index(None, "area_id"),
        Index(None, "site_id"),
        Index(None, "superior_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    title: Mapped[str]
    titles: Mapped[dict[str, str]] = mapped_column(default=dict)
    institution: Mapped[str] = mapped_column(default="")
    institutions: Mapped[dict[str, str]] = mapped_column(default=dict)
    level: Mapped[str]
    area_id: Mapped[UUID | None] = mapped_column(ForeignKey("areas.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("sites.id"))
    superior_id: Mapped[UUID | None] = mapped_column(ForeignKey("duty_bearers.id"))
    theme_ids: Mapped[frozenset[UUID]] = mapped_column(default=frozenset())
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)


class HolderRow(Base):
    """A person in a post from one day to another, both inside. `email_failed_at`: a letter to the address came back then."""

    __tablename__ = "holders"
    __table_args__ = (Index(None, "duty_bearer_id"), Index(None, "person_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    duty_bearer_id: Mapped[UUID] = mapped_column(ForeignKey("duty_bearers.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    language: Mapped[str | None]
    email_failed_at: Mapped[datetime | None]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
