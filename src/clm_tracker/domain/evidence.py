"""What counts as evidence, and who gave it? (R17, R18)"""

import hashlib
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from clm_tracker.domain import events, possible
from clm_tracker.domain.cases import Case, Evidence, Story
from clm_tracker.domain.names import is_seen
from clm_tracker.domain.words import EvidenceKind, Purpose, Side
from clm_tracker.kernel.ids import child_id
from clm_tracker.kernel.refusals import NotFound, NotNow, each, invalid
from clm_tracker.kernel.speech import _


def attach(
    case: Case,
    now: datetime,
    *,
    kind: EvidenceKind,
    purpose: Purpose,
    side: Side,
    given_by: UUID,
    caption: str = "",
    action_id: UUID | None = None,
    captured_on: date | None = None,
    text: str | None = None,
    url: str | None = None,
    filename: str | None = None,
    media_type: str | None = None,
    size: int | None = None,
    sha256: str | None = None,
) -> Story:
    """Add one piece of evidence. A file brings its SHA-256; of a statement or link it is the digest of its text."""
    if why := possible.why_not_attach(case):
        raise NotNow("closed", why)
    if action_id is not None and action_id not in case.actions:
        raise NotFound("corrective action")
    content = {EvidenceKind.STATEMENT: text, EvidenceKind.LINK: url, EvidenceKind.FILE: filename}[kind]
    each(
        lambda: _check_day(captured_on, now),
        lambda: _check_content(kind, content, sha256),
    )
    digest = sha256 or hashlib.sha256(str(content).encode()).hexdigest()
    evidence = Evidence(
        id=child_id(case.finding.id, "evidence", len(case.evidence) + 1),
        programme_id=case.finding.programme_id,
        finding_id=case.finding.id,
        action_id=action_id,
        kind=kind,
        purpose=purpose,
        side=side,
        given_by=given_by,
        captured_on=captured_on,
        attached_at=now,
        caption=caption or _shown_as(filename or str(content)),
        text=text,
        url=url,
        filename=filename,
        media_type=media_type,
        size=size,
        sha256=digest,
    )
    story = Story(case, now)
    story.tell(events.EvidenceAttached(str(kind), str(purpose), evidence.caption, digest), evidence)
    return story


def _check_day(captured_on: date | None, now: datetime) -> None:
    # One day of grace for zones ahead of UTC.
    if captured_on is not None and (captured_on - now.date()).days > 1:
        raise invalid("captured_on", _("The day it was captured cannot lie in the future."))


def _check_content(kind: EvidenceKind, content: str | None, sha256: str | None) -> None:
    if not is_seen(content or ""):
        field = {EvidenceKind.STATEMENT: "text", EvidenceKind.LINK: "url", EvidenceKind.FILE: "file"}[kind]
        raise invalid(field, _("Add a file, a link or a statement."))
    if kind is EvidenceKind.LINK and not str(content).startswith(("https://", "http://")):
        raise invalid("url", _("A link begins with https:// or http://."))
    if kind is EvidenceKind.FILE and sha256 is None:
        raise invalid("file", _("The file could not be read."))


def call(case: Case, piece: Evidence, caption: str, now: datetime) -> Story:
    """Say otherwise what a draft's piece of evidence shows; without words it goes by the name of its file."""
    _in_hand(case)
    said = caption or _by_itself(piece)
    story = Story(case, now)
    if said != piece.caption and piece.taken_off_at is None:
        story.tell(events.EvidenceCaptioned(said, piece.caption), replace(piece, caption=said))
    return story


def words_of(piece: Evidence) -> str:
    """What somebody said that it shows; empty while it goes by the name of its file, or by its own beginning."""
    return "" if piece.caption == _by_itself(piece) else piece.caption


def take_off(case: Case, piece: Evidence, now: datetime) -> Story:
    """Take a piece of evidence off a draft. Its row stays, so that the ledger's lines about it mean something."""
    _in_hand(case)
    story = Story(case, now)
    if piece.taken_off_at is None:
        told = events.EvidenceTakenOff(str(piece.kind), piece.caption, piece.sha256)
        story.tell(told, replace(piece, taken_off_at=now))
    return story


def _in_hand(case: Case) -> None:
    if why := possible.why_not_change_evidence(case):
        raise NotNow("evidence_stays", why)


def _by_itself(piece: Evidence) -> str:
    return _shown_as(piece.filename or piece.url or piece.text or "")


def _shown_as(content: str) -> str:
    return content[:120]
