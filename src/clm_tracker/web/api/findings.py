"""What can a program ask about findings, and log? (R1, R6, R8)"""

from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from clm_tracker.commands import findings
from clm_tracker.db import load
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Dimension, FindingStatus, Severity, Track
from clm_tracker.queries import explain, simulate, timeline
from clm_tracker.queries import findings as questions
from clm_tracker.queries.findings import Filters, FindingDetail, FindingRow, Sort
from clm_tracker.web.access import Router, may
from clm_tracker.web.api.holding import IfMatch, same_finding, tell_version
from clm_tracker.web.api.shapes import (
    CHANGING,
    LOOKING,
    MAKING,
    ONE,
    Changes,
    Cursor,
    Day,
    Id,
    Limit,
    Page,
    QueryBool,
    QueryInt,
    Ref,
    Sent,
    left_out,
    same_ref,
)
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.forms import Line, Plain, Story

router = Router(prefix="/api/v1", tags=["findings"])
Title = Annotated[Line, Field(min_length=1)]
Language = Annotated[Plain, Field(min_length=2, max_length=20)]


class Narrowed(Sent):
    """What a list of findings is narrowed to, and where it begins."""

    status: tuple[FindingStatus, ...] = ()
    severity: tuple[Severity, ...] = ()
    theme: Id | None = None
    area: Id | None = None
    site: Id | None = None
    duty_bearer: Id | None = None
    stage: QueryInt | None = Field(None, ge=0, le=99)
    overdue: QueryBool | None = None
    round: Id | None = None
    q: Annotated[Plain, Field(max_length=200)] = ""
    sort: Sort = Sort.NEWEST
    after: Cursor | None = None
    limit: Limit = 25


class Logged(Sent):
    """A draft. Without a track it follows the severity, without a round it is today's; a site brings its area."""

    title: Title
    severity: Severity
    description: Story = ""
    track: Track | None = None
    theme_id: Id | None = None
    dimension: Dimension | None = None
    area_id: Id | None = None
    site_id: Id | None = None
    round_id: Id | None = None
    observed_on: Day | None = None
    affected: Story = ""
    language: Language = "en"
    recurrence_of: Line | None = None


class Edited(Changes):
    """What the finding says from now on; what is left out stays."""

    title: Title = Field(default_factory=left_out)
    severity: Severity = Field(default_factory=left_out)
    description: Story = Field(default_factory=left_out)
    track: Track = Field(default_factory=left_out)
    theme_id: Id | None = None
    dimension: Dimension | None = None
    area_id: Id | None = None
    site_id: Id | None = None
    round_id: Id | None = None
    observed_on: Day | None = None
    affected: Story = Field(default_factory=left_out)
    language: Language = Field(default_factory=left_out)


@router.get("/findings", access=may(Act.SEE_FINDINGS), responses=LOOKING)
def page(desk: AtDesk, narrowed: Annotated[Narrowed, Query()]) -> Page[FindingRow]:
    """One page of the findings that this person may see."""
    by = narrowed.model_dump(exclude={"after", "limit"})
    with desk.reading() as look:
        found = questions.page(look, Filters(**by), after=narrowed.after, limit=narrowed.limit)
    return Page[FindingRow](items=list(found.items), next=found.next)


@router.post("/findings", access=may(Act.LOG_FINDING), status_code=201, responses=MAKING)
def log(desk: AtDesk, sent: Logged, response: Response) -> FindingDetail:
    """Write a draft, which only its author and the coordinators see."""
    with desk.writing() as unit:
        made = findings.log(unit, **sent.model_dump())
        now = questions.one(unit, made.ref)
    response.headers["Location"] = f"/api/v1/findings/{now.ref}"
    tell_version(response, now.version)
    return now


@router.get("/findings/{ref}", access=may(Act.SEE_FINDINGS), responses=ONE)
def one(desk: AtDesk, ref: Ref, response: Response) -> FindingDetail:
    """One finding with everything that hangs on it, and what this person may do about it."""
    with desk.reading() as look:
        found = questions.one(look, same_ref(ref))
    tell_version(response, found.version)
    return found


@router.patch("/findings/{ref}", access=may(Act.EDIT_FINDING), responses=CHANGING)
def edit(desk: AtDesk, ref: Ref, sent: Edited, response: Response, if_match: IfMatch = None) -> FindingDetail:
    """Change what the finding says."""
    with desk.writing() as unit:
        same_finding(unit, same_ref(ref), if_match)
        findings.edit(unit, ref, sent.model_dump(exclude_unset=True))
        now = questions.one(unit, ref)
    tell_version(response, now.version)
    return now


@router.get("/findings/{ref}/timeline", access=may(Act.SEE_FINDINGS), responses=ONE)
def lines(desk: AtDesk, ref: Ref, after: Cursor | None = None, limit: Limit = 50) -> Page[timeline.Entry]:
    """What happened, newest first, in sentences."""
    with desk.reading() as look:
        case = load.case(look, same_ref(ref), lock=False)
        found = timeline.of_case(look, case, before=after, limit=limit)
    return Page[timeline.Entry](items=list(found.items), next=found.next)


@router.get("/findings/{ref}/explain", access=may(Act.SEE_FINDINGS), responses=ONE)
def why(desk: AtDesk, ref: Ref) -> explain.Explanation:
    """Facts, ladder, each due date day by day, the decision, and what next."""
    with desk.reading() as look:
        return explain.explain(look, same_ref(ref))


@router.get("/findings/{ref}/simulate", access=may(Act.SEE_FINDINGS), responses=ONE)
def ahead(
    desk: AtDesk, ref: Ref, days: Annotated[QueryInt, Query(ge=1, le=simulate.LONGEST)] = 90
) -> simulate.Futures:
    """What happens in the next days if nobody does anything, in order."""
    with desk.reading() as look:
        return simulate.simulate(look, same_ref(ref), days)
