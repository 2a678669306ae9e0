"""To which address is a letter answered by mail, and is a message that came there its reader's own? (R40)

The word of a link is the local part of an address. Mail systems may write that in capitals or in small letters as they
like, so the word stands there in letters and digits that mean the same in both.
"""

import re
from base64 import b32decode, b32encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

from clm_tracker.domain.words import Effect

_DEEPEST: Final = 5  # comments in comments
LONGEST_REPLY: Final = 10_000  # characters of a reply; what is longer is kept whole beside it
MOST_FILES: Final = 20
# What a coordinator looks at: somebody wrote something that is on no record, or a letter has not arrived.
NEEDS_EYES: Final = frozenset(
    {Effect.STRANGER, Effect.ENDED, Effect.REFUSED, Effect.NOT_FILED, Effect.UNKNOWN, Effect.BOUNCED}
)


# As they stand in addresses, also behind another one that a mail program put before it, or cut off near the end.
_IN_A_LINK: Final = re.compile(r"((?:/|%2F)a(?:/|%2F))[A-Za-z0-9_-]{32,}", re.IGNORECASE)
_IN_AN_ADDRESS: Final = re.compile(r"\b(reply|bounce)(\+|%2B)[a-z2-7]{39,}", re.IGNORECASE)


class Way(StrEnum):
    """What an address of ours is for: answers to a link, or what servers say of a letter."""

    REPLY = "reply"
    BOUNCE = "bounce"


def address(way: Way, word: str, domain: str) -> str:
    """The address for a word of `domain.links`: at most 60 characters before the "@", of the 64 that there may be."""
    raw = urlsafe_b64decode(f"{word}=")
    return f"{way}+{b32encode(raw).decode().rstrip('=').lower()}@{domain}"


def word_in(said: str, domain: str) -> tuple[Way, str] | None:
    """What an address of ours is for and its word, which is still to be checked; None for any other address."""
    local, _at, at_domain = said.strip().lower().rpartition("@")
    way, _plus, coded = local.partition("+")
    if at_domain != domain.lower() or way not in set(Way) or len(coded) != 52:
        return None
    try:
        raw = b32decode(f"{coded.upper()}====")
    except ValueError:
        return None
    # Four spellings would otherwise mean the same bytes.
    if b32encode(raw).decode().rstrip("=").lower() != coded:
        return None
    return Way(way), urlsafe_b64encode(raw).decode().rstrip("=")


def without_words(text: str) -> str:
    """The text as it is kept: whoever reads it does not come in by the links and addresses that were quoted in it."""
    return _IN_AN_ADDRESS.sub(r"\1\2…", _IN_A_LINK.sub(r"\1…", text))


def is_from(senders: Collection[str], own: Collection[str | None]) -> bool:
    """Is the one sender of a message its reader? Of several, nobody can be held to it."""
    known = {one.strip().lower() for one in own if one}
    return len(senders) == 1 and set(senders) <= known


def is_forged(headers: Mapping[str, tuple[str, ...]], checkers: Collection[str] = ()) -> bool:
    """Did the server that took the message find that its sender is not who it says? (DMARC, RFC 8601)

    `checkers` are the names under which our own servers write what they found; the lines of all others may come from
    anybody. Without them the topmost line tells the name, which is right where no other server stands in between. One
    failure is enough, so a line that says the contrary, which may be the sender's own, changes nothing.
    """
    lines = headers.get("authentication-results", ())
    ours = {one.lower() for one in checkers} or {_server(line) for line in lines[:1]}
    return any(_server(line) in ours and _has_failed(line) for line in lines)


_COMMENT: Final = re.compile(r"\((?:\\.|[^\\()])*\)")
_FAILED: Final = re.compile(r"(?<![\w.-])dmarc\s*(?:/\s*\d+\s*)?=\s*fail\b", re.IGNORECASE)


def _has_failed(line: str) -> bool:
    # As it stands too: what a sender chose may stand in the line and open a comment that would hide the rest.
    return bool(_FAILED.search(line) or _FAILED.search(_without_comments(line)))


def _server(line: str) -> str:
    """The name of who wrote the line: its first word, which comments may surround and quotes enclose."""
    name = _without_comments(line).partition(";")[0].strip()
    if quoted := re.match(r'"([^"]*)"', name):
        return quoted.group(1).lower()
    return next(iter(name.lower().split()), "")


def _without_comments(line: str) -> str:
    for _ in range(_DEEPEST):
        line, found = _COMMENT.subn(" ", line)
        if not found:
            break
    return line
