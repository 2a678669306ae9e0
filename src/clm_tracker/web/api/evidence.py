"""How does evidence come in and go out? (R17, R18)"""

from typing import Annotated
from uuid import UUID

from fastapi import File, Form, Response, UploadFile

from clm_tracker.commands import evidence
from clm_tracker.domain import cases
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Purpose
from clm_tracker.web import attachments
from clm_tracker.web.access import Router, may
from clm_tracker.web.api.shapes import ACTING, ONE, Day, Id, Ref, same_ref
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.forms import Note, Plain, Story
from clm_tracker.web.security import UPLOAD_LIMIT

router = Router(prefix="/api/v1", tags=["evidence"])
_FILE = {
    "content": {attachments.ANY: {"schema": {"type": "string", "format": "binary"}}},
    "description": "The file.",
}


@router.post(
    "/findings/{ref}/evidence",
    access=may(Act.ATTACH_EVIDENCE),
    limit=UPLOAD_LIMIT,
    status_code=201,
    responses=ACTING,
)
def attach(
    desk: AtDesk,
    ref: Ref,
    response: Response,
    purpose: Annotated[Purpose, Form()],
    caption: Annotated[Note, Form()] = "",
    action_id: Annotated[Id | None, Form()] = None,
    captured_on: Annotated[Day | None, Form()] = None,
    text: Annotated[Story | None, Form(description="A statement.")] = None,
    url: Annotated[Plain | None, Form(description="A link.", max_length=2000)] = None,
    file: Annotated[UploadFile | None, File()] = None,
) -> cases.Evidence:
    """Add one file, link or statement. Place, camera and author are taken out of a file, unless it is digitally signed."""
    kept = evidence.clean(evidence.Upload(file.filename or "file", file.file.read())) if file else None
    with desk.writing() as unit:
        made = evidence.attach(
            unit,
            same_ref(ref),
            purpose=purpose,
            caption=caption,
            action_id=action_id,
            captured_on=captured_on,
            text=text,
            url=url,
            file=kept,
            store=desk.house.evidence,
        )
    response.headers["Location"] = f"/api/v1/evidence/{made.id}"
    return made


@router.get(
    "/evidence/{evidence_id}",
    access=may(Act.SEE_FINDINGS),
    response_class=Response,
    responses={**ONE, 200: _FILE},
)
def download(desk: AtDesk, evidence_id: UUID) -> Response:
    """The file, or the text of a statement or link, to be saved."""
    return attachments.answer(desk, evidence_id)
