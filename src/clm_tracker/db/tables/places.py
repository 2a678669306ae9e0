"""Which areas and sites does a programme know?"""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clm_tracker.db.base import Base


class AreaRow(Base):
    """A unit of the administrative tree. `path` lists the identifiers from the top down to its own: "/a/b/"."""

    __tablename__ = "areas"
    __table_args__ = (Index(None, "programme_id", "path"), Index(None, "parent_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("areas.id"))
    level: Mapped[str]
    code: Mapped[str | None]
    name: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(default=dict)
    folded: Mapped[str] = mapped_column(
        server_default=""
    )  # all its names, as `db.names.keep_folded` writes them
    path: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    closed_on: Mapped[date | None]


class SiteRow(Base):
    """A facility or service point."""

    __tablename__ = "sites"
    __table_args__ = (
        Index(None, "programme_id", "name"),
        Index(None, "programme_id", "code"),
        Index(None, "area_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    area_id: Mapped[UUID | None] = mapped_column(ForeignKey("areas.id"))
    name: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(default=dict)
    folded: Mapped[str] = mapped_column(server_default="")
    kind: Mapped[str] = mapped_column(default="")
    level: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    code: Mapped[str | None]
    closed_on: Mapped[date | None]


def path_below(parent: str | None, area_id: UUID) -> str:
    """The path of an area under the one whose path is `parent` (None: at the top)."""
    return f"{parent or '/'}{area_id}/"
