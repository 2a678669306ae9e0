"""Which letters go to whom, with what in them, and what became of each? (decision 0015)"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from clm_tracker.db.base import Base, partial_index
from clm_tracker.domain.words import Channel, LetterState, Outcome

ONE_READER = (
    "(CASE WHEN person_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN holder_id IS NULL THEN 0 ELSE 1 END)"
    " + (CASE WHEN webhook_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN duty_bearer_id IS NULL THEN 0 ELSE 1 END) = 1"
)


class LetterRow(Base):
    """What one reader is told by one channel.

    The reader is a person, a holder without an account, a webhook, or (in print) a post that nobody holds. `reader` is
    channel and reader in one word; `bundle` is that while the letter gathers, and nothing otherwise; of a webhook, its event.
    `subject` and `text` are as they were said, without the words of its links. `digest_of` is a reader and a week: nobody
    has two digests of one.
    """

    __tablename__ = "letters"
    __table_args__ = (
        CheckConstraint(ONE_READER, name="one_reader"),
        partial_index("ix_letters_due", "channel", "send_at", "id", where="state = 'waiting'"),
        partial_index("ix_letters_of_reader", "reader", "created_at", "id", where="state = 'waiting'"),
        Index(None, "programme_id", "state", "created_at"),
        Index(None, "programme_id", "created_at", "id"),
        Index(None, "digest_of", unique=True),
        Index(None, "person_id", "created_at"),
        Index(None, "holder_id"),
        Index(None, "webhook_id", "created_at"),
        Index(None, "duty_bearer_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    channel: Mapped[Channel]
    reader: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    holder_id: Mapped[UUID | None] = mapped_column(ForeignKey("holders.id"))
    webhook_id: Mapped[UUID | None] = mapped_column(ForeignKey("webhooks.id"))
    duty_bearer_id: Mapped[UUID | None] = mapped_column(ForeignKey("duty_bearers.id"))
    bundle: Mapped[str | None] = mapped_column(unique=True)
    digest: Mapped[bool] = mapped_column(default=False)
    digest_of: Mapped[str | None]
    state: Mapped[LetterState] = mapped_column(default=LetterState.WAITING)
    created_at: Mapped[datetime]
    send_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_by: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    language: Mapped[str | None]
    address: Mapped[str | None]
    subject: Mapped[str | None]
    text: Mapped[str | None]


class LetterItemRow(Base):
    """A notice in a letter. `left_out`: it was no longer true when the letter was written (R25)."""

    __tablename__ = "letter_items"
    __table_args__ = (Index(None, "notice_id"),)

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id"), primary_key=True)
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    left_out: Mapped[bool] = mapped_column(default=False)


class AttemptRow(Base):
    """One handing over, with what the server answered. `part` is the gateway's own name for it, or how many parts an SMS had."""

    __tablename__ = "attempts"
    __table_args__ = (Index(None, "letter_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id"))
    at: Mapped[datetime]
    outcome: Mapped[Outcome]
    answer: Mapped[str]
    reference: Mapped[str | None]
    parts: Mapped[int] = mapped_column(default=1)


class WordingRow(Base):
    """A programme's own words for one kind of letter in one language, in place of the shipped ones; the newest version holds.

    `key` names the wording ("stage_entered.3"); empty `parts` mean the shipped words again.
    """

    __tablename__ = "wordings"
    __table_args__ = (Index(None, "programme_id", "key", "language", "version", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    key: Mapped[str]
    language: Mapped[str]
    version: Mapped[int]
    parts: Mapped[dict[str, str]]
    created_at: Mapped[datetime]


class WebhookRow(Base):
    """Another system that is told of events. No kinds means all. Secrets are sealed with the secret key; the one before holds until `old_until`.

    `failures`: how many messages in a row it did not take at all.
    """

    __tablename__ = "webhooks"
    __table_args__ = (Index(None, "programme_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programmes.id"))
    name: Mapped[str]
    url: Mapped[str]
    kinds: Mapped[tuple[str, ...]] = mapped_column(default=())
    secret: Mapped[str]
    old_secret: Mapped[str | None]
    old_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(server_default="0")
    version: Mapped[int] = mapped_column(default=1)
