"""How are pieces of evidence shown on a page: a gallery with small pictures, each leading to its own page?"""

from collections.abc import Mapping
from uuid import UUID

from clm_tracker.domain.cases import Evidence
from clm_tracker.domain.words import EvidenceKind, Purpose, Side
from clm_tracker.queries.findings import FindingDetail
from clm_tracker.web import attachments, words
from clm_tracker.web import components as c
from clm_tracker.web.pages import labels
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _


def gallery(d: FindingDetail, voice: Voice) -> tuple[c.Evidence, ...]:
    """Each piece that shows something, with who gave it, when it was captured, and its mark."""
    return tuple(piece(e, d.people, voice) for e in reversed(d.evidence) if e.purpose is not Purpose.LETTER)


def signed_letters(d: FindingDetail, voice: Voice) -> tuple[c.Evidence, ...]:
    """The signed copies of letters: what was sent, and no evidence of what was found or done."""
    return tuple(piece(e, d.people, voice) for e in reversed(d.evidence) if e.purpose is Purpose.LETTER)


def note(d: FindingDetail) -> c.Words:
    """How many, and how many of them not from the one who owes."""
    shows = [e for e in d.evidence if e.purpose is not Purpose.LETTER]
    own = sum(e.side is Side.COMMUNITY for e in shows)
    pieces = words.counted(len(shows), "{n} piece", "{n} pieces")
    return c.plain(_("{pieces}, {own} not from the duty bearer").format(pieces=pieces, own=own))


def piece(e: Evidence, people: Mapping[UUID, str], voice: Voice, *, picture: str | None = None) -> c.Evidence:
    """One piece of evidence in a gallery; a picture is shown small (from `picture`), and its page leads to all of it."""
    icon, kind = drawing(e)
    given = _("from the duty bearer") if e.side is Side.DUTY_BEARER else people.get(e.given_by, "")
    on = voice.day(e.captured_on or voice.local(e.attached_at), words.Style.MARK).text
    size = words.size(e.size, voice.lang) if e.size else ""
    facts = ", ".join(t for t in (labels.PURPOSE[e.purpose], on, given, size) if t)
    title = e.caption if len(e.caption) <= 80 else e.caption[:77].rstrip() + "…"
    if picture is None and e.media_type in attachments.PICTURES:
        picture = f"/evidence/{e.id}/small"
    alt = _("Picture, {purpose}: {title}").format(purpose=labels.PURPOSE[e.purpose], title=title)
    return c.Evidence(
        title, facts, f"/evidence/{e.id}/about", e.sha256[:8], icon, kind, picture, alt if picture else None
    )


def drawing(e: Evidence) -> tuple[c.Icon, str]:
    """The drawing of its kind, and its word."""
    if e.kind is EvidenceKind.STATEMENT:
        return c.Icon.STATEMENT, _("Statement")
    if e.kind is EvidenceKind.LINK:
        return c.Icon.WEB, _("Link")
    kind = e.media_type or ""
    if kind in attachments.PICTURES:
        return c.Icon.PHOTO, _("Picture")
    if kind.startswith(("audio/", "video/")):
        return c.Icon.SOUND, _("Recording")
    if "sheet" in kind:
        return c.Icon.TABLE, _("Table")
    return c.Icon.LETTER, _("Document")
