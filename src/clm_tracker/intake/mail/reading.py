"""How does a raw message become a typed one, however broken it is?

The parser's oldest policy is used: it takes every header as it stands, where the newer ones raise on many that real
programs write. What headers mean is worked out here.
"""

import hashlib
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses
from typing import Final

from clm_tracker.intake.mail import bounces
from clm_tracker.intake.mail.bodies import contents
from clm_tracker.intake.mail.incoming import Incoming, Unreadable
from clm_tracker.intake.mail.own_words import own_words
from clm_tracker.intake.mail.texts import addresses, every_address, header, one_line

LARGEST: Final = (
    40 * 1024 * 1024
)  # bytes of a message with everything in it: a file of 25 MB, as mail writes it
MOST_HEADERS: Final = 500
LONGEST_TYPE: Final = (
    4_000  # bytes of a header that says of which type a part is; the parser takes long over more
)
_TYPES: Final = re.compile(
    rb"^content-(?:type|disposition):[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE
)
# More lines than a file of 25 MB has, and more parts with parts than a long thread: the parser takes long over more.
MOST_LINES: Final = 1_000_000
MOST_BRANCHES: Final = 60
_BRANCH: Final = re.compile(rb"^content-type:\s*multipart/", re.IGNORECASE | re.MULTILINE)
LONGEST_LIST: Final = 100_000  # characters of all headers that say to whom it was sent
_ID: Final = re.compile(r"<[^<>\s]{1,250}>")
_TO: Final = ("to", "cc", "resent-to", "x-forwarded-to")
# What the library raises at messages that nobody wrote by mistake: brought again and again, they would be no better.
_BROKEN: Final = (
    MessageError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    MemoryError,
)
# Where mail servers put down for whom they took a message.
_ENVELOPE: Final = ("delivered-to", "x-original-to", "x-envelope-to", "envelope-to", "x-rcpt-to")


def read(raw: bytes) -> Incoming:
    """The message. Raises Unreadable for what is no message, or larger than `LARGEST`."""
    if len(raw) > LARGEST or raw.count(b"\n") + raw.count(b"\r") > 2 * MOST_LINES:
        raise Unreadable
    if any(len(one.group()) > LONGEST_TYPE for one in _TYPES.finditer(raw)):
        raise Unreadable
    if sum(1 for _one in _BRANCH.finditer(raw)) > MOST_BRANCHES:
        raise Unreadable
    try:
        return _read(raw)
    except _BROKEN:
        raise Unreadable from None


def _read(raw: bytes) -> Incoming:
    message = BytesParser(policy=compat32).parsebytes(_without_envelope(raw))
    headers = _headers(message)
    if not headers:
        raise Unreadable
    found = contents(message)
    bounce = bounces.read(message, headers, found.text)
    # As they stand: a name that is decoded first could hide the address behind it.
    senders = every_address(
        tuple(str(value) for name, value in message.raw_items() if name.lower() == "from")
    )
    return Incoming(
        message_id=message_id(headers) or no_id(raw),
        senders=senders,
        name=_name(headers),
        recipients=addresses(tuple(_many(headers, _ENVELOPE))) + addresses(tuple(_many(headers, _TO))),
        subject=next(iter(headers.get("subject", ())), ""),
        text=own_words(found.text),
        whole=found.text,
        headers=headers,
        attachments=found.attachments,
        bounce=bounce,
        report=_report(message),
        sealed=found.sealed,
    )


def no_id(raw: bytes) -> str:
    """What a message that has no identifier is known by: its bytes."""
    return f"<sha256.{hashlib.sha256(raw).hexdigest()}@nowhere.invalid>"


def message_id(headers: dict[str, tuple[str, ...]]) -> str | None:
    """The identifier its sender gave it."""
    for value in headers.get("message-id", ()):
        if found := _ID.search(value):
            return found.group()
        if said := one_line(value).strip("<> ")[:250]:
            return f"<{said}>"
    return None


def _headers(message: Message) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, value in list(message.raw_items())[:MOST_HEADERS]:
        found.setdefault(name.strip().lower(), []).append(header(value))
    return {name: tuple(values) for name, values in found.items()}


def _many(headers: dict[str, tuple[str, ...]], names: tuple[str, ...]) -> Iterator[str]:
    left = LONGEST_LIST
    for name in names:
        for value in headers.get(name, ()):
            left -= len(value)
            if left < 0:
                return
            yield value


def _name(headers: dict[str, tuple[str, ...]]) -> str:
    """What the sender is called, or their address."""
    for value in headers.get("from", ())[:1]:
        try:
            return next((one_line(name or address)[:200] for name, address in getaddresses([value])), "")
        except (RecursionError, ValueError, IndexError):
            return ""
    return ""


def _report(message: Message) -> str | None:
    if message.get_content_type() != "multipart/report":
        return None
    return header(message.get_param("report-type") or "").lower() or "unknown"


def _without_envelope(raw: bytes) -> bytes:
    """Without the "From sender date" line of a mailbox file, which pipes put before a message."""
    if raw.startswith((b"From ", b">From ")):
        return raw.partition(b"\n")[2]
    return raw.lstrip(b"\r\n")
