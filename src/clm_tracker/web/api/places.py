"""Which areas and sites does a programme know, and how are more added?"""

from typing import Annotated

from fastapi import Query
from pydantic import Field

from clm_tracker.commands import places
from clm_tracker.domain.policy import Act
from clm_tracker.queries import places as questions
from clm_tracker.queries.places import AreaRow, SiteRow
from clm_tracker.web.access import Router, may
from clm_tracker.web.api.shapes import (
    ACTING,
    LOOKING,
    ONE,
    Cursor,
    Degrees,
    Id,
    Limit,
    Names,
    Page,
    QueryBool,
    Sent,
    sliced,
)
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.forms import Line, Plain

router = Router(prefix="/api/v1", tags=["places"])
Search = Annotated[Plain, Field(max_length=questions.LONGEST)]


class Areas(Sent):
    """Below which area, or by name; where the list begins."""

    parent: Id | None = None
    q: Search = ""
    closed: QueryBool = False
    after: Cursor | None = None
    limit: Limit = 100


class NewArea(Sent):
    """An area below another, or at the top; degrees in WGS 84."""

    name: Line
    level: Line
    parent_id: Id | None = None
    code: Line | None = None
    names: Names = Field(default_factory=dict)
    latitude: Degrees | None = None
    longitude: Degrees | None = None


class Sites(Sent):
    """In which area with all inside it, or by name; where the list begins."""

    area: Id | None = None
    q: Search = ""
    closed: QueryBool = False
    after: Cursor | None = None
    limit: Limit = 50


class NewSite(Sent):
    """A facility or service point; degrees in WGS 84."""

    name: Line
    area_id: Id
    kind: Line = ""
    level: Line = ""
    code: Line | None = None
    names: Names = Field(default_factory=dict)
    latitude: Degrees | None = None
    longitude: Degrees | None = None


@router.get("/areas", access=may(Act.SEE_SET_UP), responses=ONE)
def areas(desk: AtDesk, narrowed: Annotated[Areas, Query()]) -> Page[AreaRow]:
    """Areas directly below `parent` (at the top without one), or those whose name holds `q`; `closed` ones too."""
    with desk.reading() as look:
        if narrowed.q.strip():
            found = questions.find_areas(look, narrowed.q, closed=narrowed.closed, limit=narrowed.limit)
        else:
            found = questions.areas(look, parent=narrowed.parent, closed=narrowed.closed)
    return sliced("areas", found, narrowed.after, narrowed.limit)


@router.post("/areas", access=may(Act.SET_UP), status_code=201, responses=ACTING)
def add_area(desk: AtDesk, sent: NewArea) -> AreaRow:
    """Add an area."""
    with desk.writing() as unit:
        made = places.add_area(unit, **sent.model_dump())
        unit.session.flush()
        return questions.area(unit, made)


@router.get("/sites", access=may(Act.SEE_SET_UP), responses=LOOKING)
def sites(desk: AtDesk, narrowed: Annotated[Sites, Query()]) -> Page[SiteRow]:
    """Sites by name; with `q` those whose name holds it."""
    with desk.reading() as look:
        if narrowed.q.strip():
            found = questions.find_sites(look, narrowed.q, area=narrowed.area, limit=narrowed.limit)
            return sliced("sites found", found, narrowed.after, narrowed.limit)
        page = questions.sites(
            look, area=narrowed.area, closed=narrowed.closed, after=narrowed.after, limit=narrowed.limit
        )
    return Page[SiteRow](items=list(page.items), next=page.next)


@router.post("/sites", access=may(Act.SET_UP), status_code=201, responses=ACTING)
def add_site(desk: AtDesk, sent: NewSite) -> SiteRow:
    """Add a site."""
    with desk.writing() as unit:
        made = places.add_site(unit, **sent.model_dump())
        unit.session.flush()
        return questions.site(unit, made)
