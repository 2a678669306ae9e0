"""What becomes of a message that came by mail? (R40, decision 0015)

An answer is filed by the commands of its topic, as whoever the letter was written to. Machines change nothing. Every
message has a line with what became of it and why; nothing is ever answered to any of them, so no loop can begin here.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from clm_tracker.commands import evidence, findings
from clm_tracker.commands.evidence import Clean, Upload
from clm_tracker.db import actors, changes, links
from clm_tracker.db import messages as known
from clm_tracker.db.letters import answers
from clm_tracker.db.messages import Answerer, Sent
from clm_tracker.db.mint import new_id
from clm_tracker.db.units import Reading, Store, Writing
from clm_tracker.delivery.evidence_store import EvidenceStore
from clm_tracker.domain import events
from clm_tracker.domain import links as link_law
from clm_tracker.domain import messages as law
from clm_tracker.domain.links import Standing
from clm_tracker.domain.messages import Way
from clm_tracker.domain.names import is_seen
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Channel, Effect, Purpose
from clm_tracker.intake import mail
from clm_tracker.intake.mail import Attached, Bounce, Incoming, Sort
from clm_tracker.kernel.refusals import Invalid, NotNow, Refusal, Stale
from clm_tracker.kernel.sayings import Text, pack, saying
from clm_tracker.kernel.speech import _

_LETTER = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """What is needed to receive: database, files, the program's secret, and the domain of the addresses for answers.

    `returns`: other addresses to which servers report what they could not deliver. `checkers`: the names under which
    our own mail servers write what they found out about a sender.
    """

    store: Store
    evidence: EvidenceStore
    secret: bytes
    domain: str
    returns: frozenset[str] = frozenset()
    checkers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one message, and why, as its line says."""

    effect: Effect
    why: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Came:
    """A message on its way to its line."""

    box: Box
    now: datetime
    key: str
    sender: str
    subject: str
    programme_id: UUID | None
    by: Answerer | None = None


class _NothingKept(Exception):
    def __init__(self, why: Text) -> None:
        super().__init__()
        self.why = why


def expects(box: Box, address: str, now: datetime) -> bool:
    """Is this an address of a link or a letter of ours? What is not is refused at the door."""
    if address.strip().lower() in box.returns:
        return True
    with box.store.reading(now=now, actor=actors.NOBODY, programme_id=None) as look:
        link, letter = _named(box, look, (address,))
        return link is not None or letter is not None


def receive(box: Box, raw: bytes, now: datetime, *, recipient: str | None = None) -> Received:
    """Take one message in; `recipient` is whom the mail server took it for. Raises NotNow or Stale when it is to come again."""
    try:
        message = mail.read(raw)
    except mail.Unreadable:
        message = None
    with box.store.reading(now=now, actor=actors.NOBODY, programme_id=None) as look:
        to = tuple(one for one in (recipient, *(message.recipients if message else ())) if one)
        link, letter = _named(box, look, to)
        by = known.answerer(look.session, link, now) if link else None
        # One message may be an answer to two letters.
        key = f"{message.message_id if message else mail.no_id(raw)} {link or letter or ''}".strip()
        if known.is_known(look.session, key):
            return Received(Effect.DUPLICATE)
        bounce = message.bounce if message else None
        sent = _sent(look, by, letter, bounce) if bounce else None
        programme = (
            by.programme_id if by else sent.programme_id if sent else known.only_programme(look.session)
        )
    came = _Came(
        box=box,
        now=now,
        key=key,
        sender=", ".join(message.senders)[:320] if message else "",
        subject=message.subject[:300] if message else "",
        programme_id=programme,
        by=by,
    )
    if message is None:
        return _log(came, Effect.NOT_FILED, saying("It could not be read, or is too large."))
    if bounce is not None:
        return _bounced(came, bounce, sent)
    return _taken(came, message)


def _named(box: Box, look: Reading, addresses: tuple[str, ...]) -> tuple[UUID | None, UUID | None]:
    """The link and the letter that these addresses name with a word that was made here."""
    key = link_law.key_of(box.secret)
    link = letter = None
    for one in addresses:
        found = law.word_in(one, box.domain)
        id = link_law.read(key, found[1]) if found else None
        if found is None or id is None:
            continue
        if found[0] is Way.REPLY and link is None and known.link_exists(look.session, id):
            link = id
        if found[0] is Way.BOUNCE and letter is None and known.letter_exists(look.session, id):
            letter = id
    return link, letter


def _taken(came: _Came, message: Incoming) -> Received:
    match mail.sort_of(message):
        case Sort.AUTOMATIC:
            return _log(came, Effect.AUTOMATIC, saying("A machine sent it: nobody wrote it."))
        case Sort.LIST:
            return _log(came, Effect.LIST, saying("It came from a mailing list."))
        case Sort.EMPTY if came.by is not None:
            return _log(came, Effect.EMPTY, saying("Nothing is written in it besides what was quoted."))
        case _:
            return _answered(came, message)


def _answered(came: _Came, message: Incoming) -> Received:
    by = came.by
    if by is None:
        return _log(
            came, Effect.UNKNOWN, saying("Its address belongs to no letter: it was mistyped or made up.")
        )
    if law.is_forged(message.headers, came.box.checkers):
        return _log(
            came, Effect.REFUSED, saying("The mail server found that its sender is not who it says (DMARC).")
        )
    if not law.is_from(message.senders, by.addresses):
        return _log(
            came,
            Effect.STRANGER,
            saying(
                "It came from another address than the reader's own, so it is on no record. Ask its sender."
            ),
        )
    if by.actor is None or by.standing is not Standing.GOOD:
        return _log(came, Effect.ENDED, _ENDED[by.standing])
    if message.sealed:
        return _log(came, Effect.NOT_FILED, saying("It is encrypted, and cannot be read here."))
    try:
        return _file(came, by, message)
    except Refusal as no:
        if isinstance(no, Stale) or no.code == "busy":
            raise
        return _log(came, Effect.NOT_FILED, no.sentence)
    except _NothingKept as no:
        return _log(came, Effect.NOT_FILED, no.why)


_ENDED = {
    Standing.GOOD: saying("Its reader has no part in the programme any more."),
    Standing.REVOKED: saying("The address was revoked."),
    Standing.ENDED: saying("Its reader does not hold the post any more."),
    Standing.EXPIRED: saying("The address has expired."),
}


def _file(came: _Came, by: Answerer, message: Incoming) -> Received:
    """Put the answer on the record, as its writer."""
    assert by.actor is not None
    text = law.without_words(message.text.strip())
    why: Text = saying("It is on the record.")
    files = [(one.name, _cleaned(one)) for one in message.attachments[: law.MOST_FILES]]
    line = _line(came, Effect.FILED, why)
    with came.box.store.writing(
        now=came.now, actor=by.actor, programme_id=by.programme_id, request=f"mail {line['id']}"
    ) as unit:
        if not known.add(unit.session, line):
            return Received(Effect.DUPLICATE)
        if links.count(unit.session, by.link_id, "act", came.now) > link_law.MOST["act"]:
            raise NotNow("too_many", _("Too many answers came within the hour; this one is on no record."))
        if is_seen(text):
            _say(unit, came, by, text)
        kept, refused = _attach(unit, came, by, files)
        more = _("More files came than one message may bring.")
        refused += [(one.name, more) for one in message.attachments[law.MOST_FILES :]]
        if not is_seen(text) and not kept:
            raise _NothingKept(
                saying("Only files came, and none can be kept: {files}", files=_listed(refused))
            )
        if refused:
            why = saying("It is on the record, without these files: {files}", files=_listed(refused))
            known.explain(unit.session, line["id"], pack(why))
    return Received(Effect.FILED, why)


def _say(unit: Writing, came: _Came, by: Answerer, text: str) -> None:
    if not by.post:
        evidence.attach(unit, str(by.finding_id), purpose=Purpose.PROBLEM, store=came.box.evidence, text=text)
        return
    cut = text if len(text) <= law.LONGEST_REPLY else f"{text[: law.LONGEST_REPLY - 4].rstrip()} […]"
    findings.reply(unit, str(by.finding_id), text=cut)
    if cut != text:
        evidence.attach(unit, str(by.finding_id), purpose=Purpose.REPLY, store=came.box.evidence, text=text)


def _attach(
    unit: Writing, came: _Came, by: Answerer, files: list[tuple[str, Clean | Invalid]]
) -> tuple[int, list[tuple[str, str]]]:
    """How many files were kept, and the others with the reason; one that is not fit does not keep the rest out."""
    kept, refused = 0, []
    purpose = Purpose.REPLY if by.post else Purpose.PROBLEM
    for name, file in files:
        try:
            if isinstance(file, Invalid):
                raise file
            evidence.attach(
                unit,
                str(by.finding_id),
                purpose=purpose,
                store=came.box.evidence,
                file=file,
            )
            kept += 1
        except Invalid as no:
            refused.append((name, no.errors[0].message if no.errors else no.sentence))
    return kept, refused


def _cleaned(one: Attached) -> Clean | Invalid:
    try:
        return evidence.clean(Upload(one.name, one.data))
    except Invalid as no:
        return no


def _listed(refused: list[tuple[str, str]]) -> str:
    return "; ".join(f"{name[:80]} ({why})" for name, why in refused)[:2_000]


def _sent(look: Reading, by: Answerer | None, letter: UUID | None, bounce: Bounce) -> Sent | None:
    """The letter that a server speaks of: by the address that it wrote to, or by the identifier that it quotes."""
    quoted = _LETTER.match(bounce.message_id or "")
    for id in (letter, by.letter_id if by else None, UUID(quoted.group(1)) if quoted else None):
        if id is not None and (found := known.sent(look.session, id)) is not None:
            return found
    return None


def _bounced(came: _Came, bounce: Bounce, sent: Sent | None) -> Received:
    if sent is None:
        return _log(came, Effect.UNKNOWN, saying("A mail server speaks of a letter that is none of ours."))
    if not bounce.final:
        return _log(
            came,
            Effect.DELAYED,
            saying("A letter to {to} is late; the mail server still tries.", to=sent.name),
        )
    said = law.without_words(bounce.said or ", ".join(bounce.addresses))
    theirs = not bounce.addresses or sent.now_at in bounce.addresses
    marks = bool(sent.now_at) and theirs and sent.address in {"", sent.now_at}
    why = (
        saying(
            "A letter to {to} came back, and the next one goes another way: {said}", to=sent.name, said=said
        )
        if marks
        else saying(
            "A letter to {to} came back from another address than theirs: {said}", to=sent.name, said=said
        )
    )
    engine = actors.within(actors.ENGINE, sent.programme_id)
    with came.box.store.writing(now=came.now, actor=engine, programme_id=sent.programme_id) as unit:
        if not known.add(unit.session, _line(came, Effect.BOUNCED, why)):
            return Received(Effect.DUPLICATE)
        if answers.came_back(unit, sent.id, said) and not sent.alarm:
            unit.require(Act.RUN_ENGINE)
            event = events.LetterUndeliverable(sent.name, str(Channel.MAIL), said)
            changes.announce(unit, Act.RUN_ENGINE, event, "letter", sent.id)
        if marks:
            answers.address_failed(unit, sent.reader)
    return Received(Effect.BOUNCED, why)


def _log(came: _Came, effect: Effect, why: Text) -> Received:
    """Its line, and nothing else."""
    with came.box.store.writing(now=came.now, actor=actors.ENGINE, programme_id=came.programme_id) as unit:
        if not known.add(unit.session, _line(came, effect, why)):
            return Received(Effect.DUPLICATE)
    return Received(effect, why)


def _line(came: _Came, effect: Effect, why: Text) -> dict[str, Any]:
    return {
        "id": new_id(),
        "programme_id": came.programme_id,
        "message_id": came.key,
        "received_at": came.now,
        "sender": came.sender,
        "subject": came.subject,
        "effect": str(effect),
        "why": pack(why),
        "link_id": came.by.link_id if came.by else None,
        "finding_id": came.by.finding_id if came.by else None,
    }
