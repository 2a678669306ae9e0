"""What is overdue, at which stage and since when: the obligations behind each number of the committee's table, and beside it?"""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from clm_tracker.domain.words import ObligationState
from clm_tracker.kernel.refusals import Invalid
from clm_tracker.queries import overdue, owes, wording
from clm_tracker.queries.decisions import Filters
from clm_tracker.queries.overdue import Aside, Late
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.pages import owing
from clm_tracker.web.pages.decisions import asked as asking
from clm_tracker.web.pages.decisions.asked import LATE, LIST, Asked, address
from clm_tracker.web.pages.decisions.listing import ROOM, age_names
from clm_tracker.web.pages.findings.filters import read_number
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

router = Router(include_in_schema=False)


@dataclass(frozen=True)
class LatePage(Page):
    """What is overdue, one row an obligation."""

    template: ClassVar[str] = "pages/decisions/late.html"

    crumbs: tuple[c.Link, ...]
    heading: str
    says: str
    filters_button: c.Button
    filters_on: tuple[c.Link, ...]
    rows: c.Rows
    pagination: c.Pagination
    empty: c.Empty
    filters: c.Filters


@router.get(LATE, access=ROOM)
def listing(desk: AtDesk) -> Response:
    """Overdue obligations, the longest overdue first; or what is set aside from them."""
    query = desk.request.query_params
    asked, age, aside = Asked.read(query), read_number(query.get("age")), asking.aside(query)
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        try:
            found = overdue.page(look, _filters(asked.filters, age, aside), after=asked.after)
        except Invalid:
            asked, age, aside = Asked(Filters()), None, None
            found = overdue.page(look, overdue.Filters())
        which = tuple(
            (name, str(value)) for name, value in (("age", age), ("aside", aside)) if value is not None
        )
        pairs = (*asked.narrow, *which)
        following = first = None
        if found.next:
            following = c.Link(_("Next"), address(LATE, (*pairs, ("after", found.next))))
        if asked.after:
            first = c.Link(_("Back to the first"), address(LATE, pairs))
        page = LatePage(
            (c.Link(_("Decisions"), LIST),),
            _heading(found) if aside is None else _("Not counted as overdue"),
            _says(age) if aside is None else asking.asides()[aside],
            asking.button(pairs),
            asking.on(LATE, asked.narrow, look),
            c.Rows(
                _("Overdue obligations") if aside is None else _("Not counted as overdue"),
                tuple(_row(i, voice, aside) for i in found.items),
                (c.Head(_("Finding")), c.Head(_("Who owes what")), c.Head(_("Due")), c.Head(_("Ladder"))),
            ),
            c.Pagination(
                _("{shown} of {all}").format(shown=len(found.items), all=str(found.count)), following, first
            ),
            c.Empty(
                _("Nothing like this is overdue") if aside is None else _("Nothing like this is owed now"),
                _("What passes its date appears here the moment after.") if aside is None else None,
                c.Button(_("Show all that is overdue"), href=LATE) if pairs else None,
            ),
            asking.rail(LATE, asked, look, stage=_("Stage reached"), keep=which),
            purpose=c.plain(_("What duty bearers owed by a day that has passed."))
            if aside is None
            else c.plain(_("What the table of what is overdue leaves out, and why.")),
        )
    return desk.show(page)


def _heading(found: overdue.LatePage) -> str:
    if found.count.more:
        return _("More than {n} obligations are overdue").format(n=words.number(found.count.n))
    if not found.count.n:
        return _("No obligation is overdue")
    return words.counted(found.count.n, "One obligation is overdue", "{n} obligations are overdue")


def _says(age: int | None) -> str:
    if age is None:
        return _("The longest overdue first")
    return _("{age} working days late, the longest first").format(age=age_names()[age])


def _filters(f: Filters, age: int | None, aside: Aside | None) -> overdue.Filters:
    return overdue.Filters(stage=f.stage, age=age, area=f.area, theme=f.theme, aside=aside)


def _row(i: Late, voice: Voice, aside: Aside | None) -> c.Row:
    o, rules = i.obligation, voice.rules
    late = owes.overdue(o, voice.now)
    not_late = None
    if o.state in {ObligationState.PAUSED, ObligationState.SUSPENDED}:
        not_late = _("the clock stands still")
    elif aside is Aside.PARKED:
        not_late = _("could not be decided")
    return c.Row(
        c.Link(i.title, f"/findings/{i.ref}", lang=voice.script(i.title)),
        i.ref,
        (),
        wording.upper(wording.who(o, rules)),
        wording.owed(o.kind),
        voice.day(o.due_on),
        not_late or voice.left(o.due_on, late=late),
        voice.rung(rules.ladders[o.ladder_id], o.stage, None if not_late else o.next_step_at),
        owing.why(o.id),
        late=late and not not_late,
    )
