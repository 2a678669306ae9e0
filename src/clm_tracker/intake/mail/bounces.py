"""Does this message say that a letter of ours could not be delivered, to whom, and for good?

Most servers write a report that programs can read (RFC 3464): Postfix, Exchange and Microsoft 365, Gmail, Amazon SES,
sendmail, newer Exim. Older Exim and qmail write sentences of their own.
"""

import re
from collections.abc import Mapping
from email.message import Message
from itertools import pairwise
from typing import Final

from clm_tracker.intake.mail.bodies import subparts, text_in
from clm_tracker.intake.mail.incoming import Bounce
from clm_tracker.intake.mail.texts import addresses, header, is_address, one_line

LONGEST: Final = 300  # characters of what a server said that are kept
_ID: Final = re.compile(r"^message-id:\s*(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)
_REFERENCES: Final = re.compile(r"<[^<>\s]{1,250}>")
_DAEMONS: Final = ("mailer-daemon@", "postmaster@", "mail-daemon@", "mailerdaemon@")
_QMAIL: Final = re.compile(r"^Hi\. This is the (\S+ )?(qmail|deliver)", re.IGNORECASE)
_QMAIL_ONE: Final = re.compile(r"^<([^<>\s]+@[^<>\s]+)>:\s*\n((?:.+\n?){1,6})", re.MULTILINE)
_STATUS: Final = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_REFUSED: Final = re.compile(r"\b(55[0-9]|5\.\d{1,3}\.\d{1,3})\b")
_LATE: Final = re.compile(
    r"will (continue|keep) (trying|to be retried)|no action is required|delivery (is|has been) delayed|delivery incomplete"
    r"|warning message only|could not be delivered yet|will be retried",
    re.IGNORECASE,
)
_TRIED_IN_VAIN: Final = frozenset({"failed"})


def read(message: Message, headers: Mapping[str, tuple[str, ...]], text: str) -> Bounce | None:
    """The bounce that the message is, or None."""
    parts = _flat(message)
    if message.get_content_type() == "multipart/report" or any(
        part.get_content_type() == "message/delivery-status" for part in parts
    ):
        found = _of_report(parts)
        return found and _with_letter(found, parts, headers, text)
    from_daemon = any(sender.startswith(_DAEMONS) for sender in addresses(headers.get("from", ())))
    nobody = headers.get("return-path", ("",))[0].strip() in {"<>", "<#@[]>"}
    if "x-failed-recipients" in headers and (from_daemon or nobody):
        failed = addresses(headers["x-failed-recipients"])
        late = bool(_LATE.search(text[:4000]))
        return _with_letter(_made(failed, _reason(text, failed), final=not late), parts, headers, text)
    if _QMAIL.match(text.lstrip()) and (from_daemon or nobody):
        return _with_letter(_of_qmail(text), parts, headers, text)
    if from_daemon and (_REFUSED.search(text[:8000]) or _LATE.search(text[:8000])):
        return _with_letter(_of_sentences(text), parts, headers, text)
    return None


def _of_report(parts: list[Message]) -> Bounce | None:
    failed: list[str] = []
    late: list[str] = []
    said = ""
    for part in parts:
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in subparts(part):
            action = header(block.get("Action") or "").lower().split(";")[0].strip()
            if action not in {"failed", "delayed"}:
                continue
            of = [
                address
                for name in ("Original-Recipient", "Final-Recipient")
                if (address := _recipient(header(block.get(name) or "")))
            ]
            (failed if action in _TRIED_IN_VAIN else late).extend(of)
            why = header(block.get("Diagnostic-Code") or block.get("Status") or "")
            said = said or why.partition(";")[2].strip() or why
    if failed:
        return _made(tuple(failed), said, final=True)
    return _made(tuple(late), said, final=False) if late else None


def _recipient(value: str) -> str | None:
    """The address in "rfc822; somebody@example.org"."""
    address = value.partition(";")[2].strip() or value.strip()
    plain = address.strip("<> ").lower()
    return plain if is_address(plain) else None


def _of_qmail(text: str) -> Bounce:
    above = text.partition("--- Below this line")[0]
    found = _QMAIL_ONE.findall(above)
    said = " ".join(reason for _address, reason in found[:1])
    return _made(tuple(address.lower() for address, _reason in found), said, final=True)


def _of_sentences(text: str) -> Bounce:
    """A server that writes to people alone: the first address it names, and the line with its number."""
    above = text[:8000]
    named = tuple(
        found.strip("<>.,;:()[]'\"").lower()
        for found in re.findall(r"[^\s<>()\[\]]{1,64}@[^\s<>()\[\]]{1,190}", above)
    )
    final = bool(_REFUSED.search(above)) and not _LATE.search(above)
    return _made(tuple(a for a in named if is_address(a))[:1], _reason(above, named), final=final)


def _reason(text: str, failed: tuple[str, ...]) -> str:
    """The line in which a server says why."""
    lines = [line.strip() for line in text[:8000].split("\n") if line.strip()]
    for line in lines:
        if _STATUS.search(line) or _REFUSED.search(line):
            return line
    for before, line in pairwise(lines):
        if any(address in before.lower() for address in failed):
            return line
    return lines[0] if lines else ""


def _made(failed: tuple[str, ...], said: str, *, final: bool) -> Bounce:
    return Bounce(
        final=final, addresses=tuple(dict.fromkeys(failed)), message_id=None, said=one_line(said)[:LONGEST]
    )


def _with_letter(
    bounce: Bounce, parts: list[Message], headers: Mapping[str, tuple[str, ...]], text: str
) -> Bounce:
    """The same, with the identifier of the letter it is about."""
    return Bounce(
        final=bounce.final,
        addresses=bounce.addresses,
        message_id=_letter(parts, headers, text),
        said=bounce.said,
    )


def _letter(parts: list[Message], headers: Mapping[str, tuple[str, ...]], text: str) -> str | None:
    for part in parts[1:]:
        # What came back: the letter itself, or its headers alone.
        if part.get_content_type() == "message/rfc822":
            for inside in subparts(part)[:1]:
                if found := _REFERENCES.search(header(inside.get("Message-ID") or "")):
                    return found.group()
        if part.get_content_type() in {"text/rfc822-headers", "message/rfc822-headers", "text/rfc822"} and (
            found := _ID.search(text_in(part))
        ):
            return found.group(1)
    if found := _ID.search(text):
        return found.group(1)
    for name in ("in-reply-to", "references", "x-ms-exchange-message-sent-representing-type"):
        for value in headers.get(name, ()):
            if found := _REFERENCES.search(value):
                return found.group()
    return None


def _flat(message: Message) -> list[Message]:
    """The message and its parts, not those of messages that came along."""
    found: list[Message] = []
    waiting = [message]
    while waiting and len(found) < 300:
        part = waiting.pop(0)
        found.append(part)
        if part.get_content_type().startswith("multipart/"):
            waiting = subparts(part) + waiting
    return found
