"""Who reported a finding? Sealed, and apart from everything that is said about it. (R41)"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clm_tracker.db.base import Base


class ReporterRow(Base):
    """One finding's reporter. `sealed` is opened with the secret key alone, which no copy of the database holds.

    `latest_on` is the day on which it is deleted whatever becomes of the finding.
    """

    __tablename__ = "reporters"
    __table_args__ = (Index(None, "programme_id"), Index(None, "latest_on"))

    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"), primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    sealed: Mapped[str]
    kept_at: Mapped[datetime]
    latest_on: Mapped[date]
