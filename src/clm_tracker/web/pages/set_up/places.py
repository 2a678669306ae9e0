"""Which areas and sites does the programme know, and how does a coordinator add and correct them?"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from pydantic import Field
from starlette.responses import Response

from clm_tracker.commands import places as commands
from clm_tracker.db.units import Reading, Writing
from clm_tracker.domain.names import LONGEST, word
from clm_tracker.domain.policy import Act
from clm_tracker.queries import at_places, duty_bearers
from clm_tracker.queries import places as questions
from clm_tracker.queries.at_places import Held
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import Day, Line, NotValid, Valid, read
from clm_tracker.web.pages.answering import FRESH, Back, carry_out
from clm_tracker.web.pages.set_up import marks, naming
from clm_tracker.web.pages.set_up.frame import Part, PartsPage, crumbs
from clm_tracker.web.pages.set_up.place_parts import (
    PLACES,
    Acts,
    area_fields,
    area_table,
    closing_field,
    path_to,
    post_table,
    site_fields,
    site_table,
    stands,
)
from clm_tracker.web.pages.set_up.place_search import ON_A_PAGE, found, pages, search_field
from clm_tracker.web.words import _

router = Router(include_in_schema=False)


class AreaForm(marks.Seen, naming.Named):
    """What is asked about an area."""

    level: Annotated[Line, Field(max_length=LONGEST)]
    code: Line | None = None
    position: naming.Placed | None = None


class Closing(marks.Seen):
    """From which day a place is no more."""

    on: Day


class SiteForm(marks.Seen, naming.Named):
    """What is asked about a site."""

    kind: Line = ""
    level: Line = ""
    code: Line | None = None
    position: naming.Placed | None = None


@router.get(PLACES, access=may(Act.SET_UP))
def places(desk: AtDesk) -> Response:
    """The top of the tree; with `q` every place of that name."""
    if q := desk.request.query_params.get("q", "").strip():
        return found(desk, q)
    return _area(desk, None)


@router.get(PLACES + "/{area_id}", access=may(Act.SET_UP))
def area(desk: AtDesk, area_id: UUID) -> Response:
    """One area: what is in it, and what was found there."""
    return _area(desk, area_id)


@router.post(PLACES, access=may(Act.SET_UP))
def add_at_the_top(
    desk: AtDesk, sent: Annotated[Valid[AreaForm] | NotValid[AreaForm], read(AreaForm)]
) -> Response:
    """Add an area that lies in no other."""
    return _add_area(desk, None, sent)


@router.post(PLACES + "/{area_id}/areas", access=may(Act.SET_UP))
def add_area(
    desk: AtDesk, area_id: UUID, sent: Annotated[Valid[AreaForm] | NotValid[AreaForm], read(AreaForm)]
) -> Response:
    """Add an area inside this one."""
    return _add_area(desk, area_id, sent)


@router.post(PLACES + "/{area_id}/sites", access=may(Act.SET_UP))
def add_site(
    desk: AtDesk, area_id: UUID, sent: Annotated[Valid[SiteForm] | NotValid[SiteForm], read(SiteForm)]
) -> Response:
    """Add a site to this area."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: commands.add_site(
            unit,
            name=given.name,
            names=given.names,
            area_id=area_id,
            kind=given.kind,
            level=given.level,
            code=given.code,
            **naming.degrees(given.position),
        ),
        lambda back: _area(desk, area_id, back, "add-site"),
        to=lambda made: f"/sites/{made}",
        said=_("The site is added."),
    )


@router.post(PLACES + "/{area_id}", access=may(Act.SET_UP))
def change_area(
    desk: AtDesk, area_id: UUID, sent: Annotated[Valid[AreaForm] | NotValid[AreaForm], read(AreaForm)]
) -> Response:
    """Put an area's names, level, code or position right."""

    def run(unit: Writing, given: AreaForm) -> None:
        unit.require(Act.SET_UP)
        marks.unchanged(given, _as_it_is(unit, questions.area(unit, area_id)))
        commands.change_area(
            unit,
            area_id,
            name=given.name,
            names=given.names,
            level=given.level,
            code=given.code,
            **naming.degrees(given.position),
        )

    return carry_out(
        desk,
        sent,
        run,
        lambda back: _area(desk, area_id, back, "change"),
        to=f"{PLACES}/{area_id}",
        said=_("The area is changed."),
    )


@router.post(PLACES + "/{area_id}/close", access=may(Act.SET_UP))
def close(
    desk: AtDesk, area_id: UUID, sent: Annotated[Valid[Closing] | NotValid[Closing], read(Closing)]
) -> Response:
    """It takes nothing new."""

    def run(unit: Writing, given: Closing) -> None:
        unit.require(Act.SET_UP)
        marks.unchanged(given, stands(questions.area(unit, area_id)))
        commands.close_area(unit, area_id, on=given.on)

    return carry_out(
        desk,
        sent,
        run,
        lambda back: _area(desk, area_id, back, "close"),
        to=f"{PLACES}/{area_id}",
        said=_("The area is closed. What was found there stays readable."),
    )


@router.post(PLACES + "/{area_id}/reopen", access=may(Act.SET_UP))
def reopen(desk: AtDesk, area_id: UUID, sent: marks.Pressed) -> Response:
    """It takes what comes after all."""

    def run(unit: Writing, given: marks.Seen) -> None:
        unit.require(Act.SET_UP)
        marks.unchanged(given, stands(questions.area(unit, area_id)))
        commands.reopen_area(unit, area_id)

    return carry_out(
        desk,
        sent,
        run,
        lambda back: _area(desk, area_id, back, "reopen"),
        to=f"{PLACES}/{area_id}",
        said=_("The area is open again."),
    )


def _add_area(desk: Desk, parent: UUID | None, sent: Valid[AreaForm] | NotValid[AreaForm]) -> Response:
    return carry_out(
        desk,
        sent,
        lambda unit, given: commands.add_area(
            unit,
            name=given.name,
            names=given.names,
            level=given.level,
            parent_id=parent,
            code=given.code,
            **naming.degrees(given.position),
        ),
        lambda back: _area(desk, parent, back, "add-area"),
        to=lambda made: f"{PLACES}/{made}",
        said=_("The area is added."),
    )


def _as_it_is(look: Reading, here: questions.AreaRow) -> tuple[c.Field, ...]:
    return area_fields("change", naming.others(look.programme.languages, here.names), "", was=here)


def _area(desk: Desk, area_id: UUID | None, back: Back = FRESH, opened: str = "") -> Response:
    after = desk.request.query_params.get("after")
    with desk.reading() as look:
        here = questions.area(look, area_id) if area_id else None
        below = questions.areas(look, parent=area_id, closed=True)
        told = {a.id: look.rules.directory.told(a.id) or a.said for a in below}
        held = at_places.in_areas(look, area_id)
        sites = (
            questions.sites(look, area=area_id, within=False, closed=True, after=after, limit=ON_A_PAGE)
            if area_id
            else None
        )
        trail = path_to(look, here.parent_id if here else None)
        tags = naming.others(look.programme.languages, here.names if here else {})
        levels = sorted({a.level for a in look.rules.areas.values()})
        posts = duty_bearers.of_area(look, area_id) if area_id else ()
        rests = (
            {"change": _as_it_is(look, here), **dict.fromkeys(("close", "reopen"), stands(here))}
            if here
            else {}
        )
        today = look.today
    to = Acts(desk, back, opened, rests)
    acts, changed = _acts(to, here, below, tags, levels, today), to.conflict
    parts = [_part_of_areas(here, below, told, held, acts)]
    if here and sites:
        parts.insert(0, _part_of_itself(here, held.get(here.id, Held()), acts))
        parts.append(_part_of_sites(sites, acts))
    if posts:
        title = _("Posts of this area")
        parts.append(Part("posts", title, table=post_table(title, posts)))
    page = PartsPage(
        crumbs(*trail) if here else crumbs(),
        here.said if here else _("Places"),
        c.Problem(back.refused)
        if back.refused and not changed and opened not in acts.keys() - {"reopen"}
        else None,
        tuple(parts),
        search=None if here else search_field(""),
        pagination=pages(f"{PLACES}/{area_id}?", sites.next, after) if sites else None,
        conflict=changed,
        says=_says(here),
        purpose=c.plain(_purpose(here)),
    )
    return desk.show(page, status=back.status)


def _purpose(here: questions.AreaRow | None) -> str:
    if here is None:
        return _(
            "The areas of the programme and the sites in them. Findings are routed by where they were made."
        )
    return _("What was found in this area, and which areas and sites lie in it.")


def _says(here: questions.AreaRow | None) -> c.Words:
    if here is None:
        return ()
    if here.closed_on is not None:
        return c.words(
            _("Closed from {day}. It takes nothing new; what was found before stays readable."),
            day=c.strong(words.when(here.closed_on)),
        )
    if not here.within:
        return c.plain(word(here.level))
    return c.plain(_("{level} in {places}").format(level=word(here.level), places=", ".join(here.within)))


def _acts(
    to: Acts,
    here: questions.AreaRow | None,
    below: tuple[questions.AreaRow, ...],
    tags: tuple[str, ...],
    levels: list[str],
    today: date,
) -> dict[str, c.Act]:
    at = f"{PLACES}/{here.id}" if here else PLACES
    known = _("In use: {levels}. A ladder may call on the post of a level.").format(
        levels=words.listed(levels)
    )
    hint = known if levels else _("Such as country, province, district.")
    is_closed = here is not None and here.closed_on is not None
    # A form that was filled in before the area was closed comes back with all that is in it.
    late = _("What you wrote is kept here. Take the closing back, or add it to another area.")
    about = late if is_closed else None
    made = [
        to.act(
            "add-area",
            _("Add an area here"),
            f"{at}/areas" if here else at,
            _("Add the area"),
            area_fields("add-area", tags, hint, level=below[0].level if below else ""),
            about,
        )
    ]
    if here:
        made += (
            to.act(
                "add-site",
                _("Add a site here"),
                f"{at}/sites",
                _("Add the site"),
                site_fields("add-site", tags),
                about,
            ),
            to.act(
                "change",
                _("Change names, level, code or position"),
                at,
                _("Keep the change"),
                area_fields("change", tags, hint, was=here),
            ),
            to.act(
                "close",
                _("Close this area"),
                f"{at}/close",
                _("Close the area"),
                (closing_field(_("The first day on which it is no more"), today),),
                _(
                    "Only when no open finding, no site in service, no other area and no post is in it any more."
                ),
            ),
        )
    if is_closed:
        made = [*(one for one in made if one.id in {"change", to.opened}), to.reopen(at)]
    return {one.id: one for one in made}


def _part_of_itself(here: questions.AreaRow, held: Held, acts: dict[str, c.Act]) -> Part:
    at = naming.position(here.latitude, here.longitude)
    listed = f"/findings?{urlencode({'area': here.id, 'status': 'open'})}"
    facts = (
        c.Fact(_("Open findings"), words.number(held.open), listed if held.open else None),
        c.Fact(_("Overdue"), words.number(held.overdue), f"{listed}&overdue=yes" if held.overdue else None),
        c.Fact(_("Sites in service"), words.number(held.sites)),
        c.Fact(_("Level"), word(here.level), in_words=True),
        c.Fact(_("Code"), here.code or "–", in_words=True),
        c.Fact(_("Position"), str(at or "–"), at.href if at else None, in_words=True),
        *naming.all_names(here.names),
    )
    ways = tuple(acts[key] for key in ("change", "close", "reopen") if key in acts)
    return Part("area", _("About this area"), facts=facts, acts=ways)


def _part_of_areas(
    here: questions.AreaRow | None,
    below: tuple[questions.AreaRow, ...],
    told: Mapping[UUID, str],
    held: Mapping[UUID, Held],
    acts: dict[str, c.Act],
) -> Part:
    title = _("Areas in it") if here else _("Areas")
    empty = c.Empty(
        _("No area lies in this one.") if here else _("No area is known yet."),
        None if here else _("Begin with the country, or take in a list of areas and sites."),
        ways=() if here else (c.Link(_("Imports"), "/imports"),),
    )
    return Part(
        "areas",
        title,
        c.plain(words.counted(len(below), "One area.", "{n} areas.")) if below else (),
        table=area_table(title, below, told, held) if below else None,
        acts=tuple(acts[key] for key in ("add-area",) if key in acts),
        empty=None if below else empty,
    )


def _part_of_sites(sites: questions.SitesPage, acts: dict[str, c.Act]) -> Part:
    return Part(
        "sites",
        _("Sites"),
        c.plain(_("Those of this area itself; further ones are in the areas inside it.")),
        table=site_table(_("Sites"), sites.items) if sites.items else None,
        acts=tuple(acts[key] for key in ("add-site",) if key in acts),
        empty=None if sites.items else c.Empty(_("No site lies directly in this area.")),
    )
