"""What was taken in from outside before, and which requests were answered before?"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from clm_tracker.db.base import Base


class SourceRow(Base):
    """A foreign record and what it became here, so that taking it in again changes nothing."""

    __tablename__ = "sources"
    __table_args__ = (Index(None, "target_id"),)

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(primary_key=True)
    target_id: Mapped[UUID]
    content_hash: Mapped[str]
    imported_at: Mapped[datetime]


class ImportRow(Base):
    """A file that a coordinator had looked at. `content` goes when it was taken in, and its first rows in `report`; the rest stays."""

    __tablename__ = "imports"
    __table_args__ = (Index(None, "programme_id", "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str]
    name: Mapped[str]
    mapping_name: Mapped[
        str
    ]  # a shipped one; empty when columns are called as fields, or `mapping` holds TOML
    mapping: Mapped[str | None]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    report: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class OnceKeyRow(Base):
    """The answer to a request that carried an idempotency key: asked again, it is given again."""

    __tablename__ = "once_keys"
    __table_args__ = (Index(None, "created_at"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)  # of whoever came by a link: a holder of a post
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"), primary_key=True)
    route: Mapped[str]
    request_hash: Mapped[str]
    status: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    location: Mapped[str | None]
    headers: Mapped[dict[str, str]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
