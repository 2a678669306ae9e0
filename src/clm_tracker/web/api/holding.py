"""How does a program say which version it saw, and be told of the next?"""

from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Header
from starlette.responses import Response

from clm_tracker.commands import holding
from clm_tracker.db import load
from clm_tracker.db.units import Writing
from clm_tracker.domain.cases import Action, Obligation, Proposal
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.web.api import shapes

R = TypeVar("R", Action, Obligation, Proposal)
IfMatch = Annotated[
    str | None,
    Header(
        description="Needed: the ETag that you saw, or `*` for whichever. 412 when the thing was changed since, 428 without.",
        max_length=100,
    ),
]
# What is only added to a thing, or says itself what it saw, goes on from whichever version.
AddsTo = Annotated[
    str,
    Header(
        alias="If-Match",
        description="The ETag that you saw; 412 when the thing was changed since.",
        max_length=100,
    ),
]
WHICHEVER = "*"


def same_finding(unit: Writing, ref: str, if_match: str | None) -> None:
    """Raises Stale unless the finding, locked from here on, is what the sender saw; Unseen when they do not say."""
    case = load.case(unit, ref)
    holding.check_fresh(unit, case, case.finding, shapes.wanted(if_match))


def same_row(unit: Writing, kind: type[R], row_id: UUID, if_match: str | None) -> R:
    """A row of a case, locked, when it is what the sender saw. Raises Stale and Unseen likewise, NotFound as `load` does."""
    name = kind.__name__.lower()
    case = load.case_of(unit, name, row_id)
    row = case.get(name, row_id)
    if not isinstance(row, kind):
        raise NotFound(name)
    holding.check_fresh(unit, case, row, shapes.wanted(if_match))
    return row


def tell_version(response: Response, version: int) -> None:
    """Put the version into the answer's `ETag`."""
    response.headers.update(shapes.etag(version))
