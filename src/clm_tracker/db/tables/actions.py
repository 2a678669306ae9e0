"""What is kept of a corrective action? The fields of `domain.cases.Action`."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clm_tracker.db.base import Base, partial_index
from clm_tracker.domain.words import ActionState, AgreedWhere, Agreement, Side, Verdict


class ActionRow(Base):
    """A corrective action."""

    __tablename__ = "actions"
    __table_args__ = (
        Index(None, "finding_id"),
        Index(None, "programme_id", "duty_bearer_id", "first_due_on"),
        partial_index(
            "ix_actions_extension_asked_at", "extension_asked_at", where="extension_asked_at IS NOT NULL"
        ),
        partial_index("ix_actions_proposed_at", "programme_id", "proposed_at", where="state = 'proposed'"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"))
    duty_bearer_id: Mapped[UUID] = mapped_column(ForeignKey("duty_bearers.id"))
    state: Mapped[ActionState]
    what: Mapped[str]
    expected: Mapped[str]
    how_checked: Mapped[str]
    due_on: Mapped[date]
    first_due_on: Mapped[date | None]
    agreement: Mapped[Agreement]
    agreed_where: Mapped[AgreedWhere | None]
    agreed_on: Mapped[date | None]
    proposed_by: Mapped[UUID]
    proposed_side: Mapped[Side]
    proposed_at: Mapped[datetime]
    extensions: Mapped[int]
    extension_asked_on: Mapped[date | None]
    extension_reason: Mapped[str | None]
    extension_asked_at: Mapped[datetime | None]
    reported_by: Mapped[UUID | None]
    reported_at: Mapped[datetime | None]
    report_note: Mapped[str | None]
    verdict: Mapped[Verdict | None]
    verified_by: Mapped[UUID | None]
    verified_at: Mapped[datetime | None]
    drop_reason: Mapped[str | None]
    version: Mapped[int]
