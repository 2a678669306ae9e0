"""Which areas and sites have this in their name or as their code?"""

from urllib.parse import urlencode

from starlette.responses import Response

from clm_tracker.kernel.refusals import Invalid
from clm_tracker.queries import places as questions
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.desk import Desk
from clm_tracker.web.pages.set_up.frame import Part, PartsPage, crumbs
from clm_tracker.web.pages.set_up.place_parts import PLACES, level_of, site_table
from clm_tracker.web.words import _

ON_A_PAGE = 50


def found(desk: Desk, q: str) -> Response:
    """The page of what was found."""
    after = desk.request.query_params.get("after")
    problem = None
    with desk.reading() as look:
        try:
            sites = questions.sites(look, q=q, closed=True, after=after, limit=ON_A_PAGE)
            areas = () if after else questions.find_areas(look, q, closed=True, limit=ON_A_PAGE)
        except Invalid as no:
            sites, areas, problem = questions.SitesPage((), None), (), c.Problem(no.sentence)
    parts = []
    if areas:
        lines = tuple(
            c.Line(
                (c.link(a.said, f"{PLACES}/{a.id}"),),
                (
                    c.plain(", ".join(a.within) or "–"),
                    level_of(a),
                    c.plain(a.code or "–"),
                ),
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
        problem,
        tuple(parts),
        search=search_field(q),
        pagination=pages(f"{PLACES}?{urlencode({'q': q})}&", sites.next, after),
        purpose=c.plain(_("Find an area or a site by its name, in any language, or by its code.")),
    )
    return desk.show(page, status=422 if problem else 200)


def search_field(q: str) -> c.Search:
    """Where a name is typed."""
    return c.Search(PLACES, _("Find an area or a site"), q, _("Name in any language, or code"))


def pages(start: str, following: str | None, after: str | None) -> c.Pagination | None:
    """The way to further sites, and back to the first."""
    if not following and not after:
        return None
    return c.Pagination(
        _("{n} sites on a page, by name.").format(n=words.number(ON_A_PAGE)),
        c.Link(_("Next"), f"{start}{urlencode({'after': following})}") if following else None,
        c.Link(_("From the start"), start.rstrip("?&")) if after else None,
    )
