"""What is kept of a piece of evidence? The fields of `domain.cases.Evidence`; files themselves lie elsewhere."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clm_tracker.db.base import Base
from clm_tracker.domain.words import EvidenceKind, Purpose, Side


class EvidenceRow(Base):
    """Something that shows something. `sha256` names the file in the evidence store, in hex."""

    __tablename__ = "evidence"
    __table_args__ = (Index(None, "finding_id"), Index(None, "programme_id", "sha256"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"))
    action_id: Mapped[UUID | None] = mapped_column(ForeignKey("actions.id"))
    kind: Mapped[EvidenceKind]
    purpose: Mapped[Purpose]
    side: Mapped[Side]
    given_by: Mapped[UUID]
    captured_on: Mapped[date | None]
    attached_at: Mapped[datetime]
    caption: Mapped[str]
    text: Mapped[str | None]
    url: Mapped[str | None]
    filename: Mapped[str | None]
    media_type: Mapped[str | None]
    size: Mapped[int | None]
    sha256: Mapped[str]
    taken_off_at: Mapped[datetime | None]
    version: Mapped[int]
