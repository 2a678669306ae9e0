"""What does the whole record say? (R35)"""

from typing import Annotated

from fastapi import Query
from pydantic import Field

from clm_tracker.domain.policy import Act
from clm_tracker.queries import ledger
from clm_tracker.web.access import Router, may
from clm_tracker.web.api.shapes import LOOKING, Cursor, Id, Limit, Page, Sent
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.forms import Plain

router = Router(prefix="/api/v1", tags=["ledger"])


class Narrowed(Sent):
    """Which kind of event, by whom, and where the list begins."""

    kind: Annotated[Plain, Field(max_length=60)] | None = None
    actor: Id | None = None
    after: Cursor | None = None
    limit: Limit = 50


@router.get("/ledger", access=may(Act.SEE_LEDGER), responses=LOOKING)
def page(desk: AtDesk, narrowed: Annotated[Narrowed, Query()]) -> Page[ledger.Line]:
    """Every event of the programme, newest first."""
    with desk.reading() as look:
        found = ledger.page(
            look, kind=narrowed.kind, actor_id=narrowed.actor, after=narrowed.after, limit=narrowed.limit
        )
    return Page[ledger.Line](items=list(found.items), next=found.next)
