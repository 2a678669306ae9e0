"""What is the text of a message, and which files came along?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import Final

from clm_tracker.intake.mail.hypertext import text_of
from clm_tracker.intake.mail.incoming import Attached, Unreadable
from clm_tracker.intake.mail.texts import decoded, header

DEEPEST: Final = 20
MOST_PARTS: Final = 300
LONGEST: Final = 1_000_000  # characters of text that are read
DECORATION: Final = 20_000  # bytes: a picture shown in the text that is smaller is a logo, and no evidence
_SIGNATURES: Final = frozenset(
    {
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
        "application/pgp-keys",
    }
)
_SEALED: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"})
# What servers say to servers; `bounces` reads it.
_REPORTS: Final = frozenset(
    {"message/delivery-status", "message/disposition-notification", "text/rfc822-headers"}
)


@dataclass(slots=True)
class Contents:
    """Text and files of a message."""

    text: str = ""
    attachments: tuple[Attached, ...] = ()
    sealed: bool = False


@dataclass(slots=True)
class _Walk:
    attachments: list[tuple[Attached, bool]] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    parts: int = 0
    sealed: bool = False


def contents(message: Message) -> Contents:
    """Text and files. Of several versions of a text the plain one is read, of HTML what it says."""
    walk = _Walk()
    pieces = [piece.strip("\n") for piece in _texts(message, walk, 0)]
    shown_in_text = "".join(walk.html)
    kept: dict[bytes, Attached] = {}
    for one, by_reference in walk.attachments:
        logo = by_reference and len(one.data) < DECORATION and "cid:" in shown_in_text
        if not logo:
            kept.setdefault(one.data or one.name.encode("utf-8", "replace"), one)
    text = "\n\n".join(piece for piece in pieces if piece.strip())
    return Contents(text[:LONGEST], tuple(kept.values()), walk.sealed)


def subparts(part: Message) -> list[Message]:
    """The parts in a part; none in one that only says it has some."""
    if not part.is_multipart():
        return []  # asked for more, the library would read the text in whatever charset it is said to be
    return [one for one in part.get_payload() if isinstance(one, Message)]


def text_in(part: Message) -> str:
    """The text of one part, whatever its type."""
    return decoded(_data(part), _charset(part))


def _texts(part: Message, walk: _Walk, depth: int) -> Iterator[str]:
    walk.parts += 1
    if depth > DEEPEST or walk.parts > MOST_PARTS:
        raise Unreadable
    kind = part.get_content_type()
    if kind in _SEALED and "signed" not in str(part.get_param("smime-type") or ""):
        walk.sealed = True
        return
    if kind in _SIGNATURES or kind in _REPORTS:
        return
    inside = subparts(part)
    if kind.startswith("message/"):
        walk.attachments.append((_message(part, inside), False))
    elif kind == "multipart/alternative":
        yield _best([(one.get_content_type(), "\n".join(_texts(one, walk, depth + 1))) for one in inside])
    elif inside:
        for one in inside:
            yield from _texts(one, walk, depth + 1)
    else:
        yield _leaf(part, kind, walk)


def _leaf(part: Message, kind: str, walk: _Walk) -> str:
    """The text of a part without parts; a file is put with the files."""
    if kind.startswith("multipart/"):
        return text_in(part)  # said to have parts, and has none: what is there is read as it stands
    if kind in {"text/plain", "text/html"} and not _is_file(part):
        text = text_in(part)
        if kind == "text/html":
            walk.html.append(text)
            return text_of(text)
        return text
    by_reference = bool(part.get("Content-ID")) and kind.startswith("image/")
    walk.attachments.append((Attached(_filename(part), kind, _data(part)), by_reference))
    return ""


def _best(versions: list[tuple[str, str]]) -> str:
    """Of several versions of the same: the plain one, unless it is empty."""
    for wanted in ("text/plain", ""):
        for kind, text in versions:
            if kind.startswith(wanted) and text.strip():
                return text
    return ""


def _is_file(part: Message) -> bool:
    said = str(part.get("Content-Disposition") or "").strip().lower()
    return said.startswith("attachment") or bool(_filename(part, default=""))


def _filename(part: Message, *, default: str = "file") -> str:
    for name, of in (("filename", "content-disposition"), ("name", "content-type")):
        try:
            value = part.get_param(name, header=of)
        except (ValueError, IndexError, LookupError):
            continue
        if value:
            said = header(collapse_rfc2231_value(value))
            if said:
                return said
    return default


def _message(part: Message, inside: list[Message]) -> Attached:
    """A message that came along whole. It is a file like others: what it says was said to somebody else."""
    data = b""
    subject = ""
    for one in inside[:1]:
        subject = header(one.get("Subject") or "")
        try:
            data = one.as_bytes()
        except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            data = b"Subject: " + subject.encode()
    name = _filename(part, default="") or f"{subject[:100] or 'message'}.eml"
    return Attached(name, part.get_content_type(), data)


def _data(part: Message) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, AttributeError):
        data = None
    return data if isinstance(data, bytes) else b""


def _charset(part: Message) -> str | None:
    try:
        value = part.get_param("charset")
    except (ValueError, IndexError):
        return None
    return collapse_rfc2231_value(value) if value else None
