"""What of a letter is handed over, and what of it is kept? (R40, R41)"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from uuid import UUID

from clm_tracker.db import letters
from clm_tracker.db.letters.answers import Lease
from clm_tracker.db.units import Reading
from clm_tracker.delivery.channels import Carrier, Parcel
from clm_tracker.delivery.inbox import Inbox
from clm_tracker.delivery.letters import drawing
from clm_tracker.delivery.sealed import Unreadable
from clm_tracker.domain import links as link_law
from clm_tracker.domain import messages
from clm_tracker.domain.words import Channel
from clm_tracker.queries.letters import batch, contents, digest, events_out
from clm_tracker.queries.letters.batch import Known
from clm_tracker.queries.letters.contents import Ways
from clm_tracker.queries.letters.readers import Addressee, Readers

INBOX: Carrier = Inbox()
# What is always there: pages to read on, and a desk with a printer.
OWN = frozenset({Channel.INBOX, Channel.PRINT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What a relay works with: the ways to servers by channel, and the address of the pages."""

    carriers: Mapping[Channel, Carrier]
    base_url: str
    key: bytes = b""  # signs links
    reply_domain: str | None = None  # where answers by mail come in
    returns: bool = False  # what servers say of letters comes in there too
    unseal: Callable[[str], str] = str  # opens the secrets of webhooks

    @property
    def channels(self) -> frozenset[Channel]:
        """Every channel that a letter may go by."""
        return OWN | self.carriers.keys()


NO_POST = Post(carriers={}, base_url="")


@dataclass(frozen=True, slots=True)
class Taken:
    """A letter on its way, and its reader as they are today."""

    letter: letters.Letter
    to: Addressee
    lease: Lease
    links: Mapping[UUID, UUID] = field(default_factory=dict)  # by finding, for the holder of a post
    reply: UUID | None = None  # the link whose word is the address for answers by mail


@dataclass(frozen=True, slots=True)
class Drawn:
    """A letter as it is handed over, and its text as it is kept."""

    parcel: Parcel
    kept: str


def draw(look: Reading, post: Post, taken: Sequence[Taken]) -> list[Drawn | Exception | None]:
    """Each letter as it is handed over; None when its reader may see nothing of it any more.

    An error is the answer for its letter alone: a mistake of ours keeps back no other.
    """
    known = batch.known(look, [(one.letter, one.to) for one in taken if one.letter.reader.webhook_id is None])
    made: list[Drawn | Exception | None] = []
    for one in taken:
        try:
            made.append(_drawn(look, post, one, known))
        except Exception as no:  # noqa: BLE001 - see above
            look.session.rollback()
            made.append(no)
    return made


def _drawn(look: Reading, post: Post, one: Taken, known: Known) -> Drawn | None:
    if one.letter.reader.webhook_id is not None:
        return _of_event(look, post, one)
    written = digest.written if one.letter.digest else contents.written
    letter = written(look, one.letter, one.to, _ways(post, one.links), known)
    if letter is None:
        return None
    reply_to = _reply_address(post, one.reply)
    letter = replace(letter, may_reply=reply_to is not None)
    by_phone = one.letter.reader.channel is Channel.SMS
    # Kept without its lines broken, for whoever reads it on a page of any width.
    text, kept = (drawing.as_sms(letter),) * 2 if by_phone else drawing.as_texts(letter, drawing.WIDTH, None)
    findings = {i.finding_id for i in one.letter.items}
    parcel = Parcel(
        id=one.letter.id,
        address=one.to.address,
        at=look.now,
        language=letter.language,
        subject=letter.subject,
        text=text,
        html="" if by_phone else drawing.as_html(letter),
        name=one.to.name,
        reply_to=reply_to,
        return_path=_return_path(post, one.letter.id),
        thread=findings.pop() if len(findings) == 1 else None,
    )
    return Drawn(parcel, messages.without_words(kept))


def _reply_address(post: Post, link: UUID | None) -> str | None:
    if post.reply_domain is None or link is None:
        return None
    word = link_law.word(link_law.key_of(post.key), link)
    return messages.address(messages.Way.REPLY, word, post.reply_domain)


def _return_path(post: Post, letter: UUID) -> str | None:
    """Where servers say what they could not deliver: the letter is named there, even by one that renames letters."""
    if post.reply_domain is None or not post.returns:
        return None
    word = link_law.word(link_law.key_of(post.key), letter)
    return messages.address(messages.Way.BOUNCE, word, post.reply_domain)


def _ways(post: Post, given: Mapping[UUID, UUID]) -> Ways:
    answer = {
        finding: f"{post.base_url}/a/{link_law.word(link_law.key_of(post.key), link)}"
        for finding, link in given.items()
    }
    return Ways(post.base_url, answer)


def _of_event(look: Reading, post: Post, one: Taken) -> Drawn | None:
    hooks = Readers(look, post.channels).webhooks
    hook = next((row for row in hooks if row.id == one.letter.reader.webhook_id), None)
    if hook is None:
        return None  # turned off in this very moment
    old = (hook.old_secret,) if hook.old_secret and hook.old_until and hook.old_until > look.now else ()
    body = events_out.body(look, one.letter, post.base_url)
    parcel = Parcel(
        id=one.letter.id,
        address=hook.url,
        at=look.now,
        language="en",
        subject=one.letter.items[0].kind,
        text=body,
        name=hook.name,
        secrets=_opened(post, (hook.secret, *old)),
    )
    return Drawn(parcel, body)


def _opened(post: Post, kept: Iterable[str]) -> tuple[str, ...]:
    """The secrets that can be read; after a change of the secret key there are none, and the carrier says so."""
    opened = []
    for secret in kept:
        with suppress(Unreadable):
            opened.append(post.unseal(secret))
    return tuple(opened)
