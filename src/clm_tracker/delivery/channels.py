"""What is handed to a server, and what can come of it? (decision 0015)"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from clm_tracker.domain.words import Channel, Outcome

LONGEST_ANSWER = 500  # characters of what a server said that are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a letter."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One letter, drawn for its channel.

    `id` is the letter's and the same at every attempt; `address` is a mail address, a phone number with its country's
    code, or a URL; `at` is when it was written. `thread` is the finding that it is about, when it is about one alone;
    `reply_to` an address for answers by mail; `return_path` is where servers report that it could not be delivered, when
    not where they always do. `secrets` sign what goes to a webhook, the newest first.
    """

    id: UUID
    address: str
    at: datetime
    language: str
    subject: str
    text: str
    name: str = ""
    html: str = ""
    reply_to: str | None = None
    return_path: str | None = None
    thread: UUID | None = None
    attachments: tuple[Attachment, ...] = ()
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one handing over. `said` is the server's own answer; `address_failed`: there is nobody at the address."""

    outcome: Outcome
    said: str
    reference: str | None = None
    parts: int = 1
    address_failed: bool = False


class Carrier(Protocol):
    """The way to one kind of server."""

    @property
    def channel(self) -> Channel:
        """Which letters it takes."""
        ...

    def carry(self, parcels: Iterable[Parcel]) -> Iterator[tuple[UUID, Answer]]:
        """Hand over each in turn, over as few connections as can be, and say at once what became of it.

        Never raises for what a server or the network does: that is an answer too. A parcel is read only when the one
        before has been answered.
        """
        ...
