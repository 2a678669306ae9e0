"""Which posts are there, who holds them, and how many findings wait for each?"""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from clm_tracker.db.units import Reading
from clm_tracker.domain.names import word
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import Invalid
from clm_tracker.queries import duty_bearers, post_records
from clm_tracker.queries.duty_bearers import PostRow, PostsPage
from clm_tracker.queries.post_records import Load
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.pages.set_up import frame
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
LIST = "/duty-bearers"
_SHOWN = ("vacant", "closed")


@dataclass(frozen=True)
class PostsListPage(Page):
    """The posts by name, narrowed by a word, to the vacant ones or to those that exist no more."""

    template: ClassVar[str] = "pages/duty_bearers/list.html"

    crumbs: tuple[c.Link, ...]
    heading: str
    views: c.Views
    search: c.Search
    table: c.Table | None
    empty: c.Empty | None
    pagination: c.Pagination | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what cannot be read is left out."""

    q: str
    show: str
    after: str | None

    def address(self, **other: str) -> str:
        """The list with these filters and others."""
        pairs = {"q": self.q, "show": self.show, **other}
        query = urlencode({name: value for name, value in pairs.items() if value})
        return f"{LIST}?{query}" if query else LIST


@router.get(LIST, access=may(Act.SEE_SET_UP))
def listing(desk: AtDesk) -> Response:
    """The posts of the programme."""
    given = desk.request.query_params
    show = given.get("show", "")
    asked = Asked(
        given.get("q", "").strip()[:100], show if show in _SHOWN else "", given.get("after") or None
    )
    with desk.reading() as look:
        try:
            found = _found(look, asked, asked.after)
        except Invalid:  # a place in a list that was narrowed since
            asked = Asked(asked.q, asked.show, None)
            found = _found(look, asked, None)
        loads = post_records.loads(look, [p.id for p in found.items])
        may_set_up = look.why_not(Act.SET_UP, None) is None
        lines = tuple(_line(p, loads.get(p.id), look) for p in found.items)
    page = PostsListPage(
        frame.crumbs() if may_set_up else (),
        _("Duty bearers"),
        _views(asked, may_set_up=may_set_up),
        c.Search(
            LIST,
            _("Search posts by title or institution"),
            asked.q,
            _("Title or institution"),
            (("show", asked.show),) if asked.show else (),
        ),
        c.Table(_("Duty bearers"), _heads(), lines) if lines else None,
        None if lines else _empty(asked, may_set_up=may_set_up),
        _pagination(asked, found) if asked.after or found.next else None,
        purpose=c.plain(
            _(
                "The posts that are obliged to put things right. What a post owes stays with it, whoever holds it."
            )
        ),
    )
    return desk.show(page)


def _found(look: Reading, asked: Asked, after: str | None) -> PostsPage:
    return duty_bearers.page(
        look, q=asked.q, vacant=asked.show == "vacant", closed=asked.show == "closed", after=after, limit=25
    )


def _heads() -> tuple[str, ...]:
    return (_("Post"), _("Where"), _("Held by"), _("Open findings"), _("Late"))


def _line(p: PostRow, load: Load | None, look: Reading) -> c.Line:
    where = p.area or _("Whole programme")
    holder = c.plain(p.holder) if p.holder else (c.strong(_("vacant")),)
    level = c.words("{area}, {level}", area=where, level=word(p.level))
    head = (c.link(p.said, f"{LIST}/{p.id}"),)
    if load is None:
        return c.Line(head, (level, holder, (), ()))
    links = post_records.sees_findings(look.actor, p.id)
    return c.Line(head, (level, holder, *counts(p.id, load, links=links)))


def counts(post_id: UUID, load: Load, *, links: bool) -> tuple[c.Words, c.Words]:
    """How many findings are open, and in how many something is late; each leads to the list of them."""
    open_, late = words.number(load.open), words.number(load.late)
    address = f"/findings?status=open&duty_bearer={post_id}"
    return (
        (c.link(open_, address),) if links and load.open else c.plain(open_),
        (c.link(late, f"{address}&overdue=yes"),) if links and load.late else c.plain(late),
    )


def _views(asked: Asked, *, may_set_up: bool) -> c.Views:
    shown = (("", _("All posts")), ("vacant", _("Vacant")), ("closed", _("No longer there")))
    links = tuple(c.Link(text, asked.address(show=key), current=key == asked.show) for key, text in shown)
    return c.Views(_("Which posts"), links, c.Link(_("Add a post"), f"{LIST}/new") if may_set_up else None)


def _pagination(asked: Asked, found: PostsPage) -> c.Pagination:
    says = words.counted(len(found.items), "{n} post on this page", "{n} posts on this page")
    following = c.Link(_("Next"), asked.address(after=found.next)) if found.next else None
    return c.Pagination(
        says, following, c.Link(_("Back to the first"), asked.address()) if asked.after else None
    )


def _empty(asked: Asked, *, may_set_up: bool) -> c.Empty:
    if asked.q or asked.show == "closed":
        return c.Empty(
            _("No post fits"),
            _("Look for other words, or at all posts."),
            c.Button(_("Show all posts"), href=LIST),
        )
    if asked.show == "vacant":
        return c.Empty(
            _("No post is vacant"),
            _("Every post that exists today has a holder."),
            c.Button(_("Show all posts"), href=LIST),
        )
    if not may_set_up:
        return c.Empty(_("No post is set up yet"), _("A coordinator adds the posts that have to answer."))
    return c.Empty(
        _("No post is set up yet"),
        _("A finding is addressed to a post: the head of a health centre, the director of a department."),
        c.Button(_("Add the first post"), c.Look.MAIN, href=f"{LIST}/new"),
    )
