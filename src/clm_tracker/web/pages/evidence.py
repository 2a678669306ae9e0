"""How does somebody get to see a piece of evidence?"""

from uuid import UUID

from starlette.responses import Response

from clm_tracker.domain.policy import Act
from clm_tracker.web import attachments
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk

router = Router(include_in_schema=False)


@router.get("/evidence/{evidence_id}", access=may(Act.SEE_FINDINGS))
def download(desk: AtDesk, evidence_id: UUID) -> Response:
    """The file, statement or link, to be saved."""
    return attachments.answer(desk, evidence_id)


@router.get("/evidence/{evidence_id}/picture", access=may(Act.SEE_FINDINGS))
def picture(desk: AtDesk, evidence_id: UUID) -> Response:
    """A picture, to be shown on a page of ours."""
    return attachments.answer(desk, evidence_id, picture=True)
