"""Which findings are there, narrowed by filters that stand in the address?"""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from clm_tracker.domain.policy import GRANTS, Act
from clm_tracker.domain.words import FindingStatus
from clm_tracker.kernel.refusals import Invalid
from clm_tracker.queries import findings
from clm_tracker.queries.findings import FindingRow, FindingsPage
from clm_tracker.queries.paging import Count
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.pages import labels
from clm_tracker.web.pages.findings import filters
from clm_tracker.web.pages.findings.filters import Asked
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

router = Router(include_in_schema=False)


@dataclass(frozen=True)
class ListPage(Page):
    """A table of findings that is a list of cards on a phone."""

    template: ClassVar[str] = "pages/findings/list.html"

    views: c.Views
    search: c.Search
    says: str
    filters_button: c.Button
    filters_on: tuple[c.Link, ...]
    rows: c.Rows
    pagination: c.Pagination
    empty: c.Empty
    filters: c.Filters


@router.get("/findings", access=may(Act.SEE_FINDINGS))
def listing(desk: AtDesk) -> Response:
    """The findings that this person may see."""
    asked = Asked.read(desk.request.query_params)
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        try:
            found = findings.page(look, asked.filters, after=asked.after)
        except Invalid:
            # A filter of long ago, or a place in a list that was narrowed since: show the list from its start.
            asked = Asked.read(type(desk.request.query_params)())
            found = findings.page(look, asked.filters)
        names = filters.Names.of(look)
        page = ListPage(
            _views(asked, Act.LOG_FINDING in _granted(desk)),
            _search(asked),
            _says(found.count, asked),
            c.Button(_filters_button(asked), href="#filters"),
            filters.on(asked, look, names),
            c.Rows(_says(found.count, asked), tuple(_row(r, voice) for r in found.items), _heads()),
            _pagination(asked, found),
            _empty(asked, may_log=Act.LOG_FINDING in _granted(desk)),
            filters.rail(asked, look, names),
        )
    return desk.show(page)


def _heads() -> tuple[str, str, str, str]:
    return (_("Finding"), _("Who owes what"), _("Due"), _("Ladder"))


def _granted(desk: AtDesk) -> frozenset[Act]:
    return frozenset(act for role in desk.actor.roles() for act in GRANTS[role])


def _row(r: FindingRow, voice: Voice) -> c.Row:
    place = r.site or r.area
    facts = [labels.SEVERITY[r.severity], *(text for text in (place, r.theme) if text)]
    if r.status is not FindingStatus.OPEN:
        facts.insert(0, labels.STATUS[r.status])
    title = c.Link(r.title, f"/findings/{r.ref}", lang=voice.script(r.title))
    if r.next is None:
        what = {
            FindingStatus.DRAFT: _("to be completed and opened"),
            FindingStatus.RESOLVED: _("nothing is owed any more"),
            FindingStatus.CLOSED: _("nothing is owed any more"),
        }.get(r.status, "")
        return c.Row(title, r.ref, tuple(facts), r.duty_bearer or "", what, None, None, None)
    rung = c.Rung(r.stage, max(r.stages, 1), c.plain(r.stage_name or _("Not on the ladder yet")))
    if r.next.then_at is not None and r.stage < r.stages:
        on = voice.local(r.next.then_at)
        if r.next.stage == r.stage and on > voice.today:
            rung = c.Rung(
                r.stage,
                r.stages,
                rung.name,
                _("Stage {n} on {day}").format(n=r.stage + 1, day=voice.day(on).text),
            )
    return c.Row(
        title,
        r.ref,
        tuple(facts),
        r.next.who[:1].upper() + r.next.who[1:],
        r.next.what,
        voice.day(r.next.due_on),
        voice.left(r.next.due_on, late=r.next.overdue),
        rung,
    )


def _views(asked: Asked, may_log: bool) -> c.Views:
    known = (
        (_("All open"), (("status", "open"),)),
        (_("Overdue"), (("overdue", "yes"), ("sort", "due"))),
        (_("Highest stage"), (("status", "open"), ("sort", "stage"))),
        (_("Resolved"), (("status", "resolved"),)),
        (_("Everything"), ()),
    )
    here = set(asked.pairs)
    links = tuple(c.Link(text, filters.address(pairs), current=set(pairs) == here) for text, pairs in known)
    add = c.Link(_("Log a finding"), "/findings/new") if may_log else None
    return c.Views(_("Views"), links, add)


def _search(asked: Asked) -> c.Search:
    keep = tuple(pair for pair in asked.pairs if pair[0] != "q")
    return c.Search(
        filters.LIST,
        _("Search findings, in English or Khmer"),
        asked.filters.q,
        _("Words or a reference"),
        keep,
    )


def _says(count: Count, asked: Asked) -> str:
    if count.more:
        said = _("More than {n} findings").format(n=words.number(count.n))
    else:
        said = words.counted(count.n, "{n} finding", "{n} findings")
    order = filters.SORTS[asked.filters.sort]
    return f"{said}, {order[:1].lower()}{order[1:]}"


def _filters_button(asked: Asked) -> str:
    n = sum(name not in {"sort", "q"} for name, _value in asked.pairs)
    return _("Filters, {n} on").format(n=n) if n else _("Filters")


def _pagination(asked: Asked, found: FindingsPage) -> c.Pagination:
    shown = len(found.items)
    following = first = None
    if found.next:
        following = c.Link(_("Next"), filters.address((*asked.pairs, ("after", found.next))))
    if asked.after:
        first = c.Link(_("Back to the first"), filters.address(asked.pairs))
    says = _("{shown} of {all}").format(shown=shown, all=str(found.count))
    return c.Pagination(says, following, first)


def _empty(asked: Asked, *, may_log: bool) -> c.Empty:
    if asked.is_narrow:
        return c.Empty(
            _("No finding fits these filters"),
            _("Take a filter away, or look for other words."),
            c.Button(_("Show all findings"), href=filters.LIST),
        )
    if may_log:
        return c.Empty(
            _("No finding is logged yet"),
            _("A finding is a problem that monitoring found: what, where, when, and who is affected."),
            c.Button(_("Log the first finding"), c.Look.MAIN, href="/findings/new"),
        )
    return c.Empty(
        _("Nothing here yet"), _("Findings that concern you appear here as soon as they are open.")
    )
