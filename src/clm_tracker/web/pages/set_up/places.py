"""Which areas and sites does the programme know, and how does a coordinator add and correct them?"""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from pydantic import Field
from starlette.responses import Response

from clm_tracker.commands import places as commands
from clm_tracker.domain.names import word
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import Invalid
from clm_tracker.queries import at_places
from clm_tracker.queries import places as questions
from clm_tracker.queries.at_places import Held
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import Line, NotValid, Valid, read
from clm_tracker.web.pages.answering import FRESH, Back, carry_out
from clm_tracker.web.pages.set_up import naming
from clm_tracker.web.pages.set_up.frame import Part, PartsPage, crumbs
from clm_tracker.web.pages.set_up.place_parts import (
    PLACES,
    area_fields,
    area_table,
    path_to,
    site_fields,
    site_table,
)
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
ON_A_PAGE = 50


class AreaForm(naming.Named):
    """What is asked about an area."""

    level: Annotated[Line, Field(max_length=200)]
    code: Line | None = None
    position: naming.Placed | None = None


class SiteForm(naming.Named):
    """What is asked about a site."""

    kind: Line = ""
    level: Line = ""
    code: Line | None = None
    position: naming.Placed | None = None


@router.get(PLACES, access=may(Act.SET_UP))
def places(desk: AtDesk) -> Response:
    """The top of the tree; with `q` every place of that name."""
    if q := desk.request.query_params.get("q", "").strip():
        return _search(desk, q)
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
    return carry_out(
        desk,
        sent,
        lambda unit, given: commands.change_area(
            unit,
            area_id,
            name=given.name,
            names=given.names,
            level=given.level,
            code=given.code,
            **naming.degrees(given.position),
        ),
        lambda back: _area(desk, area_id, back, "change"),
        to=f"{PLACES}/{area_id}",
        said=_("The area is changed."),
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


def _area(desk: Desk, area_id: UUID | None, back: Back = FRESH, opened: str = "") -> Response:
    after = desk.request.query_params.get("after")
    with desk.reading() as look:
        here = questions.area(look, area_id) if area_id else None
        below = questions.areas(look, parent=area_id)
        held = at_places.in_areas(look, area_id)
        sites = (
            questions.sites(look, area=area_id, within=False, closed=True, after=after, limit=ON_A_PAGE)
            if area_id
            else None
        )
        trail = path_to(look, here.parent_id if here else None)
        tags = naming.others(look.programme.languages, here.names if here else {})
        levels = sorted({a.level for a in look.rules.areas.values()})
    acts = _acts(desk, here, below, tags, levels, back, opened)
    parts = [_part_of_areas(here, below, held, acts)]
    if here and sites:
        parts.insert(0, _part_of_itself(here, held.get(here.id, Held()), acts))
        parts.append(_part_of_sites(sites, acts))
    page = PartsPage(
        crumbs(*trail) if here else crumbs(),
        here.said if here else _("Places"),
        _says(here),
        None,
        tuple(parts),
        search=None if here else _search_field(""),
        pagination=_pages(f"{PLACES}/{area_id}?", sites.next, after) if sites else None,
    )
    return desk.show(page, status=back.status)


def _says(here: questions.AreaRow | None) -> c.Words:
    if here is None:
        return c.plain(
            _(
                "The areas of the programme and the sites in them. Findings are routed by where they were made."
            )
        )
    if not here.within:
        return c.plain(word(here.level))
    return c.plain(_("{level} in {places}").format(level=word(here.level), places=", ".join(here.within)))


def _acts(
    desk: Desk,
    here: questions.AreaRow | None,
    below: tuple[questions.AreaRow, ...],
    tags: tuple[str, ...],
    levels: list[str],
    back: Back,
    opened: str,
) -> dict[str, c.Act]:
    def act(key: str, label: str, action: str, submit: str, fields: tuple[c.Field, ...]) -> c.Act:
        form = c.Form(action, c.Button(submit, c.Look.MAIN), fields, once=desk.once())
        is_open = opened == key
        return c.Act(key, label, back.on(form) if is_open else form, open=is_open)

    at = f"{PLACES}/{here.id}" if here else PLACES
    known = _("In use: {levels}. A ladder may call on the post of a level.").format(
        levels=words.listed(levels)
    )
    hint = known if levels else _("Such as country, province, district.")
    made = {
        "add-area": act(
            "add-area",
            _("Add an area here"),
            f"{at}/areas" if here else at,
            _("Add the area"),
            area_fields("add-area", tags, hint, level=below[0].level if below else ""),
        )
    }
    if here:
        made["add-site"] = act(
            "add-site", _("Add a site here"), f"{at}/sites", _("Add the site"), site_fields("add-site", tags)
        )
        made["change"] = act(
            "change",
            _("Change names, level, code or position"),
            at,
            _("Keep the change"),
            area_fields("change", tags, hint, was=here),
        )
    return made


def _part_of_itself(here: questions.AreaRow, held: Held, acts: dict[str, c.Act]) -> Part:
    at = naming.position(here.latitude, here.longitude)
    listed = f"/findings?{urlencode({'area': here.id, 'status': 'open'})}"
    facts = (
        c.Fact(_("Open findings"), words.number(held.open), listed),
        c.Fact(_("Overdue"), words.number(held.overdue), f"{listed}&overdue=yes"),
        c.Fact(_("Sites in service"), words.number(held.sites)),
        c.Fact(_("Level"), word(here.level)),
        c.Fact(_("Code"), here.code or "–"),
        c.Fact(_("Position"), str(at), at.href) if at else c.Fact(_("Position"), "–"),
        *naming.all_names(here.names),
    )
    return Part("area", _("About this area"), facts=facts, acts=(acts["change"],))


def _part_of_areas(
    here: questions.AreaRow | None,
    below: tuple[questions.AreaRow, ...],
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
        table=area_table(title, below, held) if below else None,
        acts=(acts["add-area"],),
        empty=None if below else empty,
    )


def _part_of_sites(sites: questions.SitesPage, acts: dict[str, c.Act]) -> Part:
    return Part(
        "sites",
        _("Sites"),
        c.plain(_("Those of this area itself; further ones are in the areas inside it.")),
        table=site_table(_("Sites"), sites.items) if sites.items else None,
        acts=(acts["add-site"],),
        empty=None if sites.items else c.Empty(_("No site lies directly in this area.")),
    )


def _search(desk: Desk, q: str) -> Response:
    after = desk.request.query_params.get("after")
    problem = None
    with desk.reading() as look:
        try:
            sites = questions.sites(look, q=q, closed=True, after=after, limit=ON_A_PAGE)
            areas = () if after else questions.find_areas(look, q, limit=ON_A_PAGE)
        except Invalid as no:
            sites, areas, problem = questions.SitesPage((), None), (), c.Problem(no.sentence)
    parts = []
    if areas:
        lines = tuple(
            c.Line(
                (c.link(a.said, f"{PLACES}/{a.id}"),),
                (c.plain(", ".join(a.within) or "–"), c.plain(word(a.level)), c.plain(a.code or "–")),
            )
            for a in areas
        )
        says = (
            c.plain(_("The first {n}; write more of the name.").format(n=words.number(ON_A_PAGE)))
            if len(areas) == ON_A_PAGE
            else ()
        )
        heads = (_("Area"), _("In"), _("Level"), _("Code"))
        parts.append(Part("areas", _("Areas"), says, table=c.Table(_("Areas"), heads, lines)))
    if sites.items:
        parts.append(Part("sites", _("Sites"), table=site_table(_("Sites"), sites.items, where=True)))
    if not parts:
        none = c.Empty(
            _("Nothing is called “{text}”.").format(text=q),
            _("Names are searched in every language, codes as a whole."),
        )
        parts.append(Part("none", _("Nothing found"), empty=none))
    page = PartsPage(
        crumbs(c.Link(_("Places"), PLACES)),
        _("Places called “{text}”").format(text=q),
        (),
        problem,
        tuple(parts),
        search=_search_field(q),
        pagination=_pages(f"{PLACES}?{urlencode({'q': q})}&", sites.next, after),
    )
    return desk.show(page, status=422 if problem else 200)


def _search_field(q: str) -> c.Search:
    return c.Search(PLACES, _("Find an area or a site"), q, _("Name in any language, or code"))


def _pages(start: str, following: str | None, after: str | None) -> c.Pagination | None:
    if not following and not after:
        return None
    return c.Pagination(
        _("{n} sites on a page, by name.").format(n=words.number(ON_A_PAGE)),
        c.Link(_("Next"), f"{start}{urlencode({'after': following})}") if following else None,
        c.Link(_("From the start"), start.rstrip("?&")) if after else None,
    )
