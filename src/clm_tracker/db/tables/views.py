"""Which views of the list did people save: a name for the filters of an address?"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clm_tracker.db.base import Base


class ViewRow(Base):
    """A person's own view, or, without a person, one that a coordinator put up for everybody."""

    __tablename__ = "views"
    __table_args__ = (Index(None, "programme_id", "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(default=dict)
    query: Mapped[str]
    position: Mapped[int]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
