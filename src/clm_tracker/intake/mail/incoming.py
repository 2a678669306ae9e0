"""What is known of a message that came by mail, once it is read?"""

from collections.abc import Mapping
from dataclasses import dataclass


class Unreadable(Exception):
    """The bytes are no message, or one that is made to be a burden."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came along; its name as it was sent, its type as it was claimed."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """What a server says of a letter of ours: `final` when it tries no more.

    `addresses` are those that failed, as written to and as they were forwarded; `message_id` is the letter's, when said.
    """

    final: bool
    addresses: tuple[str, ...]
    message_id: str | None
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message. `headers` by lower-case name, decoded, in their order; `senders` are all addresses of its From.

    `text` is what its writer wrote, without what was quoted below; `whole` is everything. A message that cannot be read
    without a key is `sealed`.
    """

    message_id: str
    senders: tuple[str, ...]
    name: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    whole: str
    headers: Mapping[str, tuple[str, ...]]
    attachments: tuple[Attached, ...] = ()
    bounce: Bounce | None = None
    report: str | None = None
    sealed: bool = False

    def said(self, name: str) -> str:
        """The first header of this name, in lower case; "" without one."""
        return next(iter(self.headers.get(name, ())), "").strip().lower()
