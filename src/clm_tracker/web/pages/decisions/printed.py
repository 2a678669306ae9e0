"""What does a committee take to its meeting on paper: each item with its sentence, its ladder and space to decide?"""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from clm_tracker.kernel.refusals import Invalid
from clm_tracker.queries import decisions, overdue
from clm_tracker.queries.decisions import Filters, Item
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.pages import labels
from clm_tracker.web.pages.decisions import items
from clm_tracker.web.pages.decisions.asked import LIST, PRINT, Asked, address
from clm_tracker.web.pages.decisions.listing import ROOM, late
from clm_tracker.web.pages.findings import before
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
MOST = 100


@dataclass(frozen=True, slots=True)
class OnPaper:
    """One item of the agenda. `boxes` are ticked by hand."""

    number: int
    ref: str
    rung: c.Rung
    asked: int
    asked_says: str
    title: str
    title_lang: str | None
    severity: str
    sentence: str
    then: str
    by: c.Words
    checks: tuple[c.Check, ...]
    boxes: tuple[str, ...]
    why_not: str | None


@dataclass(frozen=True)
class PrintPage(Page):
    """The agenda, to be printed on A4."""

    template: ClassVar[str] = "pages/decisions/print.html"

    docket: c.Docket
    heading: str
    says: str
    back: c.Button
    items: tuple[OnPaper, ...]
    more: str
    ages: c.Ages | None
    signs: tuple[str, ...]


@router.get(PRINT, access=ROOM)
def printed(desk: AtDesk) -> Response:
    """The list as it is narrowed, whole."""
    asked = Asked.read(desk.request.query_params)
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        try:
            found = decisions.page(look, asked.filters, limit=MOST)
        except Invalid:
            asked = Asked(Filters())
            found = decisions.page(look, asked.filters, limit=MOST)
        f = asked.filters
        table = overdue.table(look, overdue.Filters(area=f.area, theme=f.theme))
        count = found.counts[asked.filters.state]
        meeting = next((day for day in look.rules.forums if day >= voice.today), None)
        facts = [c.words(_("Printed {day}"), day=voice.day(voice.today, words.Style.LONG))]
        if meeting:
            facts.append(c.words(_("For the meeting of {day}"), day=voice.day(meeting)))
        page = PrintPage(
            c.Docket(None, tuple(facts)),
            words.counted(count.n, "One item for the committee", "{n} items for the committee")
            if count.n
            else _("No item for the committee"),
            _("Print it with your browser: A4, upright. What waits longest stands first."),
            c.Button(_("Back to the list"), href=address(LIST, asked.pairs)),
            tuple(_item(n, i, voice) for n, i in enumerate(found.items, 1)),
            _("The first {n} of {all} items; narrow the list to print the others.").format(
                n=len(found.items), all=str(count)
            )
            if found.next
            else "",
            late(look, asked, table),
            (_("Chair"), _("Minutes"), _("Date")),
            purpose=c.plain(_("What the committee is asked to decide, on paper for its meeting.")),
        )
    return desk.show(page)


def _item(n: int, i: Item, voice: Voice) -> OnPaper:
    waiting = before.waits(i.proposal)
    name = c.plain(i.owed.stage_name or _("Not on the ladder yet"))
    return OnPaper(
        n,
        i.ref,
        c.Rung(i.stage, i.stages, name),
        i.proposal.stage,
        i.stage_name,
        i.title,
        voice.script(i.title),
        labels.SEVERITY[i.severity],
        i.owed.sentence,
        i.owed.then,
        items.by(i, voice),
        before.checks(i.proposal, i.opens_at, {}, voice) if waiting else (),
        (_("Approve"), _("Defer to ____________"), _("Refuse"), _("Recused: ____________"))
        if waiting
        else (),
        i.why_not_yet if waiting else None,
    )
