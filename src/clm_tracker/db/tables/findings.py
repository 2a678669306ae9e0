"""What is kept of a finding? The fields of `domain.cases.Finding`, and beside them the terms it is searched by."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from clm_tracker.db.base import BIG_KEY, Base, Terms, partial_index
from clm_tracker.domain.words import ClosedAs, Dimension, FindingStatus, Severity, Track

TO_CONFIRM = "resolve_proposed_by IS NOT NULL AND status = 'open'"


class FindingRow(Base):
    """A problem that monitoring found. Queried only through `db.visible`, written only by `db.changes`."""

    __tablename__ = "findings"
    __table_args__ = (
        UniqueConstraint("programme_id", "ref"),
        Index(None, "programme_id", "status", "opened_at", "id"),
        Index(None, "programme_id", "logged_at", "id"),  # lists: newest first reads it backwards
        # Lists by severity, of one post and of one area. What stands beside, PostgreSQL keeps in the index too: to count a
        # list, up to a thousand, it need not read a thousand findings.
        Index(None, "programme_id", "severity", "logged_at", "id", postgresql_include=["status"]),
        Index(None, "duty_bearer_id", "logged_at", "id", postgresql_include=["programme_id", "status"]),
        Index(None, "area_id", "logged_at", "id", postgresql_include=["programme_id", "status"]),
        # Few at any time, and asked for on every desk: what waits for an answer of the community side.
        partial_index("ix_findings_transfer_to", "transfer_to", where="transfer_to IS NOT NULL"),
        partial_index("ix_findings_merged_into", "merged_into", where="merged_into IS NOT NULL"),
        partial_index("ix_findings_resolve_proposed_by", "resolve_proposed_by", where=TO_CONFIRM),
        Index(None, "site_id", "theme_id"),
        Index(None, "logged_by", "logged_at"),  # where somebody logged last
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    ref: Mapped[str]
    status: Mapped[FindingStatus]
    title: Mapped[str]
    description: Mapped[str]
    severity: Mapped[Severity]
    severity_is_said: Mapped[bool] = mapped_column(server_default=true())
    track: Mapped[Track]
    theme_id: Mapped[UUID | None] = mapped_column(ForeignKey("themes.id"))
    dimension: Mapped[Dimension | None]
    area_id: Mapped[UUID | None] = mapped_column(ForeignKey("areas.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("sites.id"))
    round_id: Mapped[UUID | None] = mapped_column(ForeignKey("rounds.id"))
    observed_on: Mapped[date | None]
    affected: Mapped[str]
    language: Mapped[str]
    organisation: Mapped[str]
    logged_by: Mapped[UUID | None]
    logged_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    reopened_at: Mapped[datetime | None]
    duty_bearer_id: Mapped[UUID | None] = mapped_column(ForeignKey("duty_bearers.id"))
    transfers: Mapped[int]
    transfer_to: Mapped[UUID | None] = mapped_column(ForeignKey("duty_bearers.id"))
    transfer_reason: Mapped[str | None]
    resolve_proposed_by: Mapped[UUID | None]
    resolve_proposed_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_as: Mapped[ClosedAs | None]
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("findings.id"))
    reached_stage: Mapped[int]
    recurrence_of: Mapped[UUID | None] = mapped_column(ForeignKey("findings.id"))
    reopened: Mapped[int]
    version: Mapped[int]


class FindingTermsRow(Base):
    """The terms of a finding (`db.search`). Apart from it, so that a change of state does not touch the index of terms.

    What looks them up stands in the migrations under names that begin with `finding_search`: a GIN index and
    a list of all words on PostgreSQL, an FTS5 table on SQLite, which knows a row by its number.
    """

    __tablename__ = "finding_terms"

    number: Mapped[int] = mapped_column(BIG_KEY, primary_key=True)
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"), unique=True)
    terms: Mapped[str] = mapped_column(Terms)
