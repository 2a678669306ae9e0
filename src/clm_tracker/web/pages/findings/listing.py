"""Which findings are there, narrowed by filters that stand in the address?"""

from dataclasses import dataclass, replace
from typing import ClassVar

from starlette.responses import Response

from clm_tracker.db.units import Reading
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import FindingStatus
from clm_tracker.kernel.kept import Kept
from clm_tracker.kernel.refusals import Invalid
from clm_tracker.kernel.same import Same
from clm_tracker.queries import findings, wording
from clm_tracker.queries import views as saved
from clm_tracker.queries.findings import Filters, FindingRow, FindingsPage, Sort
from clm_tracker.queries.paging import Count
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.pages import labels, owing
from clm_tracker.web.pages.findings import bulk, counting, filters, views
from clm_tracker.web.pages.findings.export import EXPORT
from clm_tracker.web.pages.findings.filters import Asked
from clm_tracker.web.pages.offered import Offered
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
_MOST_TRIED = 6
_NOTHING = c.Empty("")


@dataclass(frozen=True)
class ListPage(Page):
    """A table of findings that is a list of cards on a phone."""

    template: ClassVar[str] = "pages/findings/list.html"

    views: c.Views
    counts: counting.Counts
    search: c.Search
    says: str
    filters_button: c.Button
    filters_on: tuple[c.Link, ...]
    rows: c.Rows
    bulk: c.Bulk | None
    pagination: c.Pagination
    empty: c.Empty
    filters: c.Filters


# By which order a heading sorts, the one that a second press turns it to, and the direction of each.
_ORDERS: tuple[tuple[Sort, Sort | None], ...] = (
    (Sort.NEWEST, Sort.OLDEST),
    (Sort.DUE, None),
    (Sort.STAGE, None),
)
_DOWN = frozenset({Sort.NEWEST, Sort.STAGE})


@router.get("/findings", access=may(Act.SEE_FINDINGS))
def listing(desk: AtDesk) -> Response:
    """The findings that this person may see."""
    me = desk.actor.id
    asked = Asked.read(desk.request.query_params, me)
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        try:
            found = _found(look, asked)
        except Invalid:
            # A filter of long ago, or a place in a list that was narrowed since: show the list from its start.
            asked = Asked(Filters())
            found = _found(look, asked)
        offered = Offered.of(look)
        acts = bulk.bar(desk, asked, _many(found.count))
        page = ListPage(
            views.links(desk, look, asked, found.also["views"]),
            counting.to_ask(asked, str(found.count)),
            _search(asked),
            _says(found.count, asked),
            c.Button(_filters_button(asked), href="#filters"),
            filters.on(asked, look, offered),
            c.Rows(
                _says(found.count, asked),
                tuple(_shown(r, voice, pick=acts is not None) for r in found.items),
                _heads(asked),
                bulk.FORM,
            ),
            acts,
            _pagination(asked, found),
            _NOTHING if found.items else _empty(desk, look, asked, offered),
            filters.rail(asked, offered, may_log=desk.may(Act.LOG_FINDING)),
            purpose=c.plain(_("Every finding that you may see, with who owes what next.")),
        )
    return desk.show(page)


def _found(look: Reading, asked: Asked) -> FindingsPage:
    beside = (("views", saved.SAVED),)
    return findings.page(look, asked.filters, after=asked.after, also=beside, also_given=saved.given(look))


def _heads(asked: Asked) -> tuple[c.Head, c.Head, c.Head, c.Head]:
    first, due, ladder = (_head(asked, *orders) for orders in _ORDERS)
    return (
        replace(first, text=_("Finding")),
        c.Head(_("Who owes what")),
        replace(due, text=_("Due")),
        replace(ladder, text=_("Ladder")),
    )


def _head(asked: Asked, order: Sort, turned: Sort | None) -> c.Head:
    """A heading that sorts by its column, and turns the order when it is sorted by it already."""
    now = asked.filters.sort
    to = turned if turned and now is order else order
    pairs = [pair for pair in asked.pairs if pair[0] != "sort"]
    if to is not Sort.NEWEST:
        pairs.append(("sort", str(to)))
    if now not in {order, turned}:
        return c.Head("", filters.address(pairs))
    return c.Head("", filters.address(pairs), c.Sorted.DOWN if now in _DOWN else c.Sorted.UP)


_ROWS = Kept[c.Row](2_048)


def _shown(r: FindingRow, voice: Voice, *, pick: bool) -> c.Row:
    """The row of one and the same finding as it was said before: the day and the language are those of what is said."""
    return _ROWS.get((Same(r), pick), lambda: _row(r, voice, pick=pick))


def _row(r: FindingRow, voice: Voice, *, pick: bool) -> c.Row:
    place = r.site or r.area
    facts = [labels.severity(r), *(text for text in (place, r.theme) if text)]
    if r.status is not FindingStatus.OPEN:
        facts.insert(0, labels.STATUS[r.status])
    title = c.Link(r.title, f"/findings/{r.ref}", lang=voice.script(r.title))
    picked = r.ref if pick else None
    if r.next is None:
        what = {
            FindingStatus.DRAFT: _("to be completed and opened"),
            FindingStatus.RESOLVED: _("nothing is owed any more"),
            FindingStatus.CLOSED: _("nothing is owed any more"),
        }.get(r.status, "")
        return c.Row(title, r.ref, tuple(facts), r.duty_bearer or "", what, None, None, None, pick=picked)
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
        wording.upper(r.next.who),
        r.next.what,
        voice.day(r.next.due_on),
        voice.left(r.next.due_on, late=r.next.overdue),
        rung,
        owing.why(r.next.obligation_id),
        pick=picked,
        late=r.next.overdue,
    )


def _search(asked: Asked) -> c.Search:
    keep = tuple(pair for pair in asked.pairs if pair[0] != "q")
    return c.Search(
        filters.LIST,
        _("Search findings, in English or Khmer"),
        asked.filters.q,
        _("Words or a reference"),
        keep,
    )


def _many(count: Count) -> str:
    if count.more:
        return _("More than {n} findings").format(n=words.number(count.n))
    return words.counted(count.n, "{n} finding", "{n} findings")


def _says(count: Count, asked: Asked) -> str:
    said = _many(count)
    order = filters.SORTS[asked.filters.sort]
    return _("{found}, {order}").format(found=said, order=wording.lower(order))


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
    return c.Pagination(says, following, first, *_exports(asked, found.count))


def _exports(asked: Asked, count: Count) -> tuple[tuple[c.Link, ...], str]:
    """The ways to the list as a file, and how many rows it has."""
    if count.more:
        says = _("Export all of them, more than {n}:").format(n=words.number(count.n))
    else:
        says = words.counted(count.n, "Export this {n}:", "Export these {n}:")
    query = filters.in_address(asked.pairs)
    kinds = (("csv", _("CSV")), ("xlsx", _("Excel")))
    return tuple(c.Link(text, f"{EXPORT}.{kind}?{query}") for kind, text in kinds), says


def _empty(desk: Desk, look: Reading, asked: Asked, offered: Offered) -> c.Empty:
    may_log = desk.may(Act.LOG_FINDING)
    if asked.is_narrow:
        return c.Empty(
            _("No finding fits these filters"),
            _("Take a filter away, or look for other words."),
            c.Button(_("Show all findings"), href=filters.LIST),
            _without(desk, look, asked, offered),
        )
    limited = any(m.areas or m.themes for m in desk.actor.memberships)
    if may_log:
        return c.Empty(
            _("No finding is logged yet in the areas and themes you work for")
            if limited
            else _("No finding is logged yet"),
            _("A finding is a problem that monitoring found: what, where, when, and who is affected."),
            c.Button(_("Log the first finding"), c.Look.MAIN, href="/findings/new"),
        )
    return c.Empty(
        _("Nothing here yet"), _("Findings that concern you appear here as soon as they are open.")
    )


def _without(desk: Desk, look: Reading, asked: Asked, offered: Offered) -> tuple[c.Link, ...]:
    """Each filter that hides something, with how many findings there would be without it."""
    on = [pair for pair in asked.pairs if pair[0] != "sort"][:_MOST_TRIED]
    if len(on) < 2:
        return ()
    fewer = [asked.without(pair, desk.actor.id) for pair in on]
    found = findings.counts(look, [one.filters for one in fewer])
    return tuple(
        c.Link(
            _("Without “{filter}”").format(filter=filters.said(pair, look, offered, alone=False)),
            filters.address(one.pairs),
            count=_many(count),
        )
        for pair, one, count in zip(on, fewer, found, strict=True)
        if count is not None and count.n
    )
