"""Which messages come by mail, and what should become of each? Messages as people's and servers' programs write them.

All people are invented. Words in "@…@" stand for what a test fills in: the addresses for answers of Sophea (who holds the
post), of Dara (an advocate), a forged, an altered, an expired, a revoked and an ended one; the identifier of the letter.
"""

from dataclasses import dataclass, field

from clm_tracker.domain.words import Effect

SOPHEA = "Sophea Chan <sophea@community-eyes.example.org>"
DARA = "Dara Lim <dara@community-eyes.example.org>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A raw message, and what should come of it. `text` is what its writer said; files by the names they came with."""

    name: str
    raw: bytes
    effect: Effect
    text: str | None = None
    kept: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    marks: bool = False
    why: str = field(default="")

    def to(self, places: dict[str, str]) -> bytes:
        """The message with its places filled in."""
        raw = self.raw
        for place, value in places.items():
            raw = raw.replace(f"@{place}@".encode(), value.encode())
        return raw


def message(
    body: str | bytes,
    *,
    sender: str = SOPHEA,
    to: str = "@TO@",
    subject: str = "Re: KH-2026-0001",
    id: str = "<a1@mail.example.org>",
    charset: str = "utf-8",
    kind: str = "text/plain",
    more: str = "",
) -> bytes:
    """A message of one part, in 8 bits."""
    head = (
        f"From: {sender}\nTo: Community Eyes <{to}>\nSubject: {subject}\nMessage-ID: {id}\n"
        f"Date: Mon, 2 Mar 2026 10:14:00 +0700\nIn-Reply-To: <@LETTER@>\n{more}MIME-Version: 1.0\n"
        f"Content-Type: {kind}; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n"
    )
    return head.encode() + (body if isinstance(body, bytes) else body.encode(charset))


def answer(name: str, text: str, raw: bytes) -> Mail:
    """A message of which `text` stands on the record afterwards."""
    return Mail(name=name, raw=raw, effect=Effect.FILED, text=text)
