"""Which doors without an account are open, and what came in by mail? (R40)"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clm_tracker.db.base import Base


class LinkRow(Base):
    """One reader's way to answer about one finding: for a post by its holder, or by mail alone for a person.

    Its word is `id` with a signature by the secret key, and is kept nowhere.
    """

    __tablename__ = "links"
    __table_args__ = (
        Index(None, "finding_id"),
        Index(None, "duty_bearer_id"),
        Index(None, "letter_id"),
        Index(None, "holder_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("findings.id"))
    duty_bearer_id: Mapped[UUID | None] = mapped_column(ForeignKey("duty_bearers.id"))
    holder_id: Mapped[UUID | None] = mapped_column(ForeignKey("holders.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("letters.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    asked_again_at: Mapped[datetime | None]


class LinkCountRow(Base):
    """How often a link was opened ("open") or used ("act") since the first moment of a window."""

    __tablename__ = "link_counts"

    link_id: Mapped[UUID] = mapped_column(ForeignKey("links.id"), primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    n: Mapped[int]


class MessageRow(Base):
    """A message that came by mail, and what was made of it. `effect` is a word of `domain.words.Effect`.

    The text is not kept here: what was an answer stands in the ledger.
    """

    __tablename__ = "messages"
    __table_args__ = (Index(None, "programme_id", "received_at"), Index(None, "link_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("programmes.id"))
    message_id: Mapped[str] = mapped_column(unique=True)
    received_at: Mapped[datetime]
    sender: Mapped[str]
    subject: Mapped[str]
    effect: Mapped[str]
    why: Mapped[str]
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey("links.id"))
    finding_id: Mapped[UUID | None]


class FeedRow(Base):
    """A calendar that other programs read. `hash` is the SHA-256 of its word, in hex; `scope` is a word of
    `domain.feeds.Scope`, `about` the post or view of it.

    `asked` is how often it was read since `asked_since`, the first moment of a window.
    """

    __tablename__ = "feeds"
    __table_args__ = (Index(None, "programme_id", "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    scope: Mapped[str]
    about: Mapped[UUID | None]
    hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    asked_since: Mapped[datetime | None]
    asked: Mapped[int] = mapped_column(default=0)
