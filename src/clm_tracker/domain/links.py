"""What is the word of a link without an account, until when is it good, and is it still? (R40)

The word is the link's identifier and a signature by a key that is made from the program's secret: it can be written
again whenever the letter is, is kept nowhere, and is read without asking the database.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid5

LASTS: Final = timedelta(days=30)
# How often one link may be opened and used, and how often somebody with an expired one may ask for another.
WINDOW: Final = timedelta(hours=1)
MOST: Final = {"open": 60, "act": 20}
ASK_EVERY: Final = timedelta(hours=1)
_SIGNED = 16  # bytes of the signature: more than anybody can try
LENGTH: Final = 43  # characters of a word


class Standing(StrEnum):
    """Whether a link opens, or why not."""

    GOOD = "good"
    REVOKED = "revoked"
    ENDED = "ended"  # whom it was sent to does not hold the post any more
    EXPIRED = "expired"


def key_of(secret: bytes) -> bytes:
    """The key of the links: made from the program's secret, and good for nothing else."""
    return hmac.digest(secret, b"clm-tracker: links without an account", sha256)


def word(key: bytes, link_id: UUID) -> str:
    """The word of a link, as it stands in an address."""
    return urlsafe_b64encode(link_id.bytes + _sign(key, link_id)).decode().rstrip("=")


def read(key: bytes, said: str) -> UUID | None:
    """The link that a word names; None for a word that was not made with this key, or was altered."""
    if len(said) != LENGTH or not said.isascii():
        return None
    try:
        both = urlsafe_b64decode(f"{said}=")
    except ValueError:
        return None
    if len(both) != 16 + _SIGNED:  # a sign that ends what is read, too early
        return None
    link_id = UUID(bytes=both[:16])
    # Compared as it is written: four words would otherwise mean the same bytes.
    return link_id if hmac.compare_digest(word(key, link_id), said) else None


def id_of(letter_id: UUID, reader_id: UUID, finding_id: UUID) -> UUID:
    """The link of one reader about one finding in one letter: the same however often the letter is written."""
    return uuid5(letter_id, f"link:{reader_id}:{finding_id}")


def expires_at(sent_at: datetime, due_at: datetime | None) -> datetime:
    """A month after what is owed is due, or after the letter when that is later."""
    return max(sent_at, due_at or sent_at) + LASTS


def standing(
    *,
    now: datetime,
    today: date,
    expires_at: datetime,
    revoked_at: datetime | None,
    from_on: date,
    to_on: date | None,
    is_disabled: bool = False,
) -> Standing:
    """Where a link stands at this moment; the days are those on which its reader holds the post."""
    if revoked_at is not None:
        return Standing.REVOKED
    if is_disabled or today < from_on or (to_on is not None and to_on < today):
        return Standing.ENDED
    return Standing.EXPIRED if expires_at <= now else Standing.GOOD


def _sign(key: bytes, link_id: UUID) -> bytes:
    return hmac.digest(key, link_id.bytes, sha256)[:_SIGNED]
