"""Who may come in, with which roles, and who is signed in?"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clm_tracker.db.base import Base, LowerText
from clm_tracker.domain.words import Role


class PersonRow(Base):
    """A person with an account, or only named. The address is one, however it is capitalised.

    Hours of letters are whole hours of the day in `timezone`; without them the programme's hold. `digest`: they have the
    weekly letter. `email_failed_at`: a letter to the address came back then.
    """

    __tablename__ = "people"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(LowerText, unique=True)
    password_hash: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="en")
    phone: Mapped[str | None]
    timezone: Mapped[str | None]
    letter_at: Mapped[int | None]
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    digest: Mapped[bool] = mapped_column(default=True)
    email_failed_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]


class MembershipRow(Base):
    """One role of a person in a programme; no areas or themes means all of them."""

    __tablename__ = "memberships"
    __table_args__ = (Index(None, "person_id", "programme_id"), Index(None, "programme_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    role: Mapped[Role]
    organisation: Mapped[str] = mapped_column(default="")
    area_ids: Mapped[frozenset[UUID]] = mapped_column(default=frozenset())
    theme_ids: Mapped[frozenset[UUID]] = mapped_column(default=frozenset())
    ended_at: Mapped[datetime | None]


class InvitationRow(Base):
    """A link that lets a person choose a password, once. `hash` is the SHA-256 of its word, in hex."""

    __tablename__ = "invitations"
    __table_args__ = (Index(None, "programme_id", "person_id"), Index(None, "person_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    hash: Mapped[str] = mapped_column(unique=True)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class SessionRow(Base):
    """A browser that is signed in. `id` is the SHA-256 of its cookie's word, in hex."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "person_id"), Index(None, "expires_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("programmes.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]


class TokenRow(Base):
    """A program that may act for a person. `hash` is the SHA-256 of its word, in hex."""

    __tablename__ = "tokens"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    name: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class SignInFailureRow(Base):
    """How often signing in failed since the first moment of a window. `key` is the SHA-256 of an address or host, in hex."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index(None, "since"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    failures: Mapped[int]
