"""Which themes, ladders and rounds does a programme have, and how are they changed? (R11, R20, R30)"""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from clm_tracker.commands import ladders as ladder_commands
from clm_tracker.commands import rounds as round_commands
from clm_tracker.commands import themes as theme_commands
from clm_tracker.domain.ladders import Mode, Stage, StageKind
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import invalid
from clm_tracker.queries import ladders, rounds, themes
from clm_tracker.queries.ladders import LadderVersion
from clm_tracker.queries.rounds import Forum, ListedRound
from clm_tracker.queries.themes import Theme
from clm_tracker.web.access import Router, may
from clm_tracker.web.api.holding import IfMatch, tell_version
from clm_tracker.web.api.shapes import (
    ACTING,
    CHANGING,
    LOOKING,
    MAKING,
    ONE,
    Bool,
    Cursor,
    Day,
    Id,
    Limit,
    Names,
    Page,
    QueryBool,
    Sent,
    sliced,
    wanted,
)
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.forms import Line, Note, Plain, Story

router = Router(prefix="/api/v1", tags=["set-up"])
Name = Annotated[Line, Field(min_length=1)]
Key = Annotated[Plain, Field(max_length=60)]


class Stretch(Sent):
    """Where the list begins."""

    after: Cursor | None = None
    limit: Limit = 100


class Themes(Stretch):
    """With those that are over, or only those in use."""

    retired: QueryBool = False


class Ladders(Stretch):
    """Every version of one ladder, or the newest of each."""

    key: Key | None = None


class NewTheme(Sent):
    """A theme, or the next version of one with the same code once that is retired."""

    code: Name
    name: Name
    names: Names = Field(default_factory=dict)
    valid_from: Day | None = None


class NewStage(Sent):
    """One step of a ladder; stages are numbered in the order in which they are sent."""

    name: Name
    kind: StageKind
    wait: Annotated[Plain, Field(pattern=r"^[0-9]{1,4}(wd|d|h)$", description="Such as 10wd, 30d or 48h.")]
    addresses: Line = "duty_bearer"
    tells: Annotated[tuple[Line, ...], Field(max_length=20)] = ()
    tactics: Note = ""
    letter: Story = ""
    mode: Mode = Mode.AUTOMATIC
    public: Bool = False
    names: Names = Field(default_factory=dict)


class NewLadder(Sent):
    """The next version of the ladder with this key. What is running stays on its own version."""

    key: Key
    name: Name
    names: Names = Field(default_factory=dict)
    stages: Annotated[tuple[NewStage, ...], Field(min_length=1, max_length=30)]


class NewRound(Sent):
    """A monitoring cycle, first and last day inside."""

    name: Name
    names: Names = Field(default_factory=dict)
    first_on: Day
    last_on: Day


class NewForum(Sent):
    """A dated meeting that a due date may be tied to."""

    name: Name
    names: Names = Field(default_factory=dict)
    held_on: Day


class Retired(Sent):
    """From which day, and by which theme it is replaced."""

    on: Day | None = None
    replaced_by: Id | None = None


@router.get("/themes", access=may(Act.SEE_SET_UP), responses=LOOKING)
def list_themes(desk: AtDesk, narrowed: Annotated[Themes, Query()]) -> Page[Theme]:
    """The thematic areas by code."""
    with desk.reading() as look:
        found = themes.themes(look, retired=narrowed.retired)
    return sliced("themes", found, narrowed.after, narrowed.limit)


@router.post("/themes", access=may(Act.SET_UP), status_code=201, responses=MAKING)
def add_theme(desk: AtDesk, sent: NewTheme) -> Theme:
    """Add a theme."""
    with desk.writing() as unit:
        made = theme_commands.add(unit, **sent.model_dump())
        unit.session.flush()
        return next(t for t in themes.themes(unit, retired=True) if t.id == made)


@router.post("/themes/{theme_id}/retire", access=may(Act.SET_UP), responses=ACTING)
def retire_theme(desk: AtDesk, theme_id: UUID, sent: Retired) -> Theme:
    """No new finding uses the theme from that day on."""
    with desk.writing() as unit:
        theme_commands.retire(unit, theme_id, on=sent.on, replaced_by=sent.replaced_by)
        unit.session.flush()
        return next(t for t in themes.themes(unit, retired=True) if t.id == theme_id)


@router.get("/ladders", access=may(Act.SEE_SET_UP), responses=ONE)
def list_ladders(desk: AtDesk, narrowed: Annotated[Ladders, Query()]) -> Page[LadderVersion]:
    """The ladders in their newest versions, or every version of one."""
    with desk.reading() as look:
        found = ladders.versions(look, narrowed.key) if narrowed.key is not None else ladders.current(look)
    return sliced("ladders", found, narrowed.after, narrowed.limit)


@router.post("/ladders", access=may(Act.SET_UP), status_code=201, responses=CHANGING)
def change_ladder(
    desk: AtDesk, sent: NewLadder, response: Response, if_match: IfMatch = None
) -> LadderVersion:
    """Make the next version of a ladder; `"3"` in If-Match when version 3 was seen."""
    with desk.writing() as unit:
        made = ladder_commands.change(
            unit,
            sent.key,
            name=sent.name,
            names=sent.names,
            stages=_stages(sent),
            version=wanted(if_match),
        )
        unit.session.flush()
        tell_version(response, made.version)
        return next(v for v in ladders.versions(unit, sent.key) if v.ladder.id == made.id)


@router.get("/rounds", access=may(Act.SEE_SET_UP), responses=LOOKING)
def list_rounds(desk: AtDesk, narrowed: Annotated[Stretch, Query()]) -> Page[ListedRound]:
    """The monitoring rounds, newest first."""
    with desk.reading() as look:
        found = rounds.rounds(look)
    return sliced("rounds", found, narrowed.after, narrowed.limit)


@router.post("/rounds", access=may(Act.SET_UP), status_code=201, responses=MAKING)
def plan_round(desk: AtDesk, sent: NewRound) -> ListedRound:
    """Plan a round; what stood on the fallback date moves to its end, only later."""
    with desk.writing() as unit:
        made = round_commands.plan_round(unit, **sent.model_dump())
        unit.session.flush()
        return next(r for r in rounds.rounds(unit) if r.id == made)


@router.get("/forums", access=may(Act.SEE_SET_UP), responses=LOOKING)
def list_forums(desk: AtDesk, narrowed: Annotated[Stretch, Query()]) -> Page[Forum]:
    """The dated meetings, newest first."""
    with desk.reading() as look:
        found = rounds.forums(look)
    return sliced("forums", found, narrowed.after, narrowed.limit)


@router.post("/forums", access=may(Act.SET_UP), status_code=201, responses=MAKING)
def plan_forum(desk: AtDesk, sent: NewForum) -> Forum:
    """Plan a forum; what stood on the fallback date moves to its day, only later."""
    with desk.writing() as unit:
        made = round_commands.plan_forum(unit, **sent.model_dump())
        unit.session.flush()
        return next(f for f in rounds.forums(unit) if f.id == made)


def _stages(sent: NewLadder) -> tuple[Stage, ...]:
    try:
        return tuple(Stage(number=n, **stage.model_dump()) for n, stage in enumerate(sent.stages, 1))
    except ValueError as wrong:
        raise invalid("stages", str(wrong)) from None
