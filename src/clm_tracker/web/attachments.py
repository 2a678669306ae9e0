"""How does a piece of evidence leave, so that no browser runs it?"""

from urllib.parse import quote
from uuid import UUID

from starlette.responses import Response

from clm_tracker.db import load
from clm_tracker.delivery import thumbnails
from clm_tracker.domain.words import EvidenceKind
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.web.desk import Desk
from clm_tracker.web.security import FILE_POLICY

PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
ANY = "application/octet-stream"


def answer(desk: Desk, evidence_id: UUID, *, picture: bool = False) -> Response:
    """The file, or the text of a statement or link, to be saved; with `picture` an image of ours may be shown.

    Raises NotFound when there is none, or its finding is not this person's to see.
    """
    with desk.reading() as look:
        found = load.case_of(look, "evidence", evidence_id).evidence[evidence_id]
    if found.kind is EvidenceKind.FILE:
        content, name = desk.house.evidence.get(found.sha256), found.filename or "file"
    else:
        content, name = (found.text or found.url or "").encode(), f"{found.kind}.txt"
    shown = picture and found.media_type in PICTURES
    return Response(
        content,
        media_type=found.media_type if shown else ANY,
        headers={
            "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}",
            "Content-Security-Policy": FILE_POLICY,
            "X-Content-Type-Options": "nosniff",
        },
    )


def small(desk: Desk, evidence_id: UUID, *, hidden: bool = False) -> Response:
    """A picture drawn small, to be shown on a page of ours. Raises NotFound when there is none to see."""
    with desk.reading() as look:
        found = load.case_of(look, "evidence", evidence_id, lock=False).evidence[evidence_id]
    if hidden or found.media_type not in PICTURES:
        raise NotFound("picture")
    return Response(
        desk.house.evidence.small(found.sha256),
        media_type=thumbnails.MEDIA_TYPE,
        headers={
            "Content-Disposition": "inline",
            "Content-Security-Policy": FILE_POLICY,
            "X-Content-Type-Options": "nosniff",
        },
    )
