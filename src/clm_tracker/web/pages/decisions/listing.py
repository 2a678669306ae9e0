"""What waits for the committee, soonest first, and how much is overdue by stage and age?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar
from urllib.parse import quote
from uuid import UUID

from starlette.responses import Response

from clm_tracker.db.units import Reading
from clm_tracker.domain.ladders import REMINDERS
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import Invalid
from clm_tracker.queries import decisions, overdue
from clm_tracker.queries.decisions import DecisionsPage, Filters, State
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.pages.decisions import asked as asking
from clm_tracker.web.pages.decisions import items
from clm_tracker.web.pages.decisions.asked import LATE, LIST, PRINT, Asked, address
from clm_tracker.web.pages.findings import filters as shared
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
ROOM = may(Act.DECIDE_STAGE, Act.CHECK_RISK)


@dataclass(frozen=True)
class DecisionsPageOf(Page):
    """The committee's room."""

    template: ClassVar[str] = "pages/decisions/list.html"

    docket: c.Docket
    heading: str
    stands: str
    print: c.Button
    views: c.Views
    says: str
    filters_button: c.Button
    filters_on: tuple[c.Link, ...]
    decisions: tuple[c.Decision, ...]
    pagination: c.Pagination
    empty: c.Empty
    ages: c.Ages | None
    ages_note: c.Words
    filters: c.Filters


@router.get(LIST, access=ROOM)
def listing(desk: AtDesk) -> Response:
    """Decisions that this person may see."""
    asked = Asked.read(desk.request.query_params)
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        try:
            found = decisions.page(look, asked.filters, after=asked.after)
        except Invalid:
            # A filter of long ago, or a place in a list that was narrowed since: show the list from its start.
            asked = Asked(Filters())
            found = decisions.page(look, asked.filters)
        f = asked.filters
        table = overdue.table(look, overdue.Filters(area=f.area, theme=f.theme))
        others = decisions.for_others(look, replace(f, state=None)) if desk.may(Act.DECIDE_STAGE) else None
        page = _page(desk, look, asked, found, table, others, voice)
    return desk.show(page)


def _page(
    desk: Desk,
    look: Reading,
    asked: Asked,
    found: DecisionsPage,
    table: overdue.Table,
    others: Mapping[UUID, bool] | None,
    voice: Voice,
) -> DecisionsPageOf:
    here = address(LIST, asked.pairs)
    states = tuple(c.Option(str(state or ""), name) for state, name in asking.states().items())
    state = shared.choice("state", _("Where they stand"), asked.filters.state, states)
    return DecisionsPageOf(
        docket=_docket(look, voice),
        heading=_heading(found, others),
        stands=_stands(found, others),
        print=c.Button(_("Overview to print, A4"), href=address(PRINT, asked.pairs)),
        views=_views(asked, found),
        says=_says(asked),
        filters_button=asking.button(asked.narrow),
        filters_on=asking.on(LIST, asked.pairs, look),
        decisions=tuple(
            items.decision(
                i,
                desk,
                voice,
                decides=desk.may(Act.DECIDE_STAGE),
                back=quote(here, safe="/"),
                number=None if asked.after else n,
            )
            for n, i in enumerate(found.items, 1)
        ),
        pagination=_pagination(asked, found),
        empty=_empty(asked),
        ages=late(look, asked, table),
        ages_note=(c.link(_("All of them"), address(LATE, _wider(asked))),) if table.late else (),
        filters=asking.rail(LIST, asked, look, stage=_("Stage asked for"), first=(state,)),
        purpose=c.plain(_("Stages with a key begin only when the committee approves them.")),
    )


def _docket(look: Reading, voice: Voice) -> c.Docket:
    facts = [c.plain(voice.day(voice.today, words.Style.LONG).text)]
    if meeting := next((day for day in look.rules.forums if day >= voice.today), None):
        facts.append(c.words(_("Next meeting {day}"), day=voice.day(meeting)))
    return c.Docket(None, tuple(facts))


def _heading(found: DecisionsPage, others: Mapping[UUID, bool] | None) -> str:
    """What waits for this member; whoever decides nothing reads what waits for the committee."""
    waiting = found.counts[None]
    if not waiting.n:
        return _("No decision waits for the committee")
    if waiting.more:
        return _("More than {n} decisions wait for the committee").format(n=words.number(waiting.n))
    if others is None:
        return words.counted(
            waiting.n, "One decision waits for the committee", "{n} decisions wait for the committee"
        )
    mine = waiting.n - len(others)
    return (
        words.counted(mine, "One decision waits for you", "{n} decisions wait for you")
        if mine
        else _("No decision waits for you")
    )


def _stands(found: DecisionsPage, others: Mapping[UUID, bool] | None) -> str:
    """How many of them are late, and what waits for other members."""
    late, elsewhere = found.counts[State.LATE].n, others or {}
    mine = late - sum(elsewhere.values())
    said = [words.counted(mine, "One is late.", "{n} are late.")] if mine else []
    return " ".join((*said, *wait_for_others(elsewhere.values())))


def wait_for_others(late: Collection[bool]) -> tuple[str, ...]:
    """What waits for other members than this one, and how much of it is late."""
    if not late:
        return ()
    waits = words.counted(
        len(late),
        "One waits only for other members of the committee.",
        "{n} wait only for other members of the committee.",
    )
    if not (n := sum(late)):
        return (waits,)
    return (waits, words.counted(n, "One of those is late.", "{n} of those are late."))


def _views(asked: Asked, found: DecisionsPage) -> c.Views:
    links = tuple(
        c.Link(
            name,
            address(LIST, replace(asked, filters=replace(asked.filters, state=state)).pairs),
            current=asked.filters.state is state,
            count=str(found.counts[state]),
        )
        for state, name in asking.states().items()
    )
    return c.Views(_("Where they stand"), links)


def _says(asked: Asked) -> str:
    match asked.filters.state:
        case State.DECIDED:
            return _("Decided, newest first")
        case State.LONG:
            return _("Asked for more than {n} working days ago, soonest first").format(n=decisions.LONG)
        case _:
            return _("To decide, soonest first")


def _pagination(asked: Asked, found: DecisionsPage) -> c.Pagination:
    following = first = None
    if found.next:
        following = c.Link(_("Next"), address(LIST, (*asked.pairs, ("after", found.next))))
    if asked.after:
        first = c.Link(_("Back to the first"), address(LIST, asked.pairs))
    count = str(found.counts[asked.filters.state])
    return c.Pagination(_("{shown} of {all}").format(shown=len(found.items), all=count), following, first)


def _empty(asked: Asked) -> c.Empty:
    if asked.pairs:
        return c.Empty(
            _("No decision fits these filters"),
            _("Take a filter away to see the others."),
            c.Button(_("Show all that is undecided"), href=LIST),
        )
    return c.Empty(
        _("Nothing is to be decided"),
        _("A stage that needs an approval appears here by itself when its day comes."),
    )


def _wider(asked: Asked) -> tuple[tuple[str, str], ...]:
    """Area and theme: what both lists of this page are narrowed by."""
    return tuple(pair for pair in asked.narrow if pair[0] != "stage")


def late(look: Reading, asked: Asked, table: overdue.Table) -> c.Ages | None:
    """The table with what it does not count; each number leads to its list."""
    kept, why = _wider(asked), asking.asides()
    aside = tuple(
        c.Fact(why[aside], str(n), address(LATE, (*kept, ("aside", aside))))
        for aside, n in table.aside.items()
        if n.n
    )
    return ages(look, asked, table.late, aside) if table.late or aside else None


def ages(
    look: Reading, asked: Asked, late: Mapping[int, Sequence[int]], aside: tuple[c.Fact, ...] = ()
) -> c.Ages:
    """What is overdue by stage and age; each number leads to its list."""
    stages = max([*late, 1])
    per = c.scale([n for row in late.values() for n in row])
    kept = _wider(asked)

    def at(stage: int | None = None, age: int | None = None) -> str:
        more = [("stage", stage), ("age", age)]
        return address(LATE, [*kept, *((name, str(value)) for name, value in more if value is not None)])

    def number(n: int, stage: int, age: int) -> c.Count:
        return c.count(words.number(n), n, at(stage, age), per=per)

    def total(n: int, href: str) -> c.Count:
        return c.Count(words.number(n), href if n else None)

    last = max(stages, max((ladder.last for ladder in look.rules.ladders.values()), default=1))
    columns = [sum(row[i] for row in late.values()) for i in range(len(overdue.AGES) + 1)]
    rows = tuple(
        c.AgeRow(
            stage,
            c.heat(stage, last) if stage else 0,
            stage_name(look, stage),
            tuple(number(n, stage, age) for age, n in enumerate(late[stage])),
            total(sum(late[stage]), at(stage)),
        )
        for stage in late
    )
    if not late:
        return c.Ages(_("No obligation is overdue."), (), (), (), aside)
    caption = words.counted(sum(columns), "One overdue obligation.", "{n} overdue obligations.")
    square = (
        _("One square is one obligation; columns are working days since its date.")
        if per == 1
        else _("One square is {n} obligations; columns are working days since their date.").format(n=per)
    )
    return c.Ages(
        f"{caption} {square}",
        age_names(),
        rows,
        (*(total(n, at(age=age)) for age, n in enumerate(columns)), total(sum(columns), at())),
        aside,
    )


def age_names() -> tuple[str, ...]:
    """The ages in words, youngest first."""
    froms = (0, *(n + 1 for n in overdue.AGES))
    return *(f"{a}–{b}" for a, b in zip(froms, overdue.AGES, strict=False)), f"{froms[-1]}+"


def stage_name(look: Reading, stage: int) -> str:
    """What a stage is called on the ladders of the duty bearers, where they agree on it."""
    if not stage:
        return _("Not on the ladder yet")
    ladders = (look.rules.ladders[id] for key, id in look.rules.current.items() if key != REMINDERS)
    names = {found.said for ladder in ladders if (found := ladder.stage(stage))}
    return names.pop() if len(names) == 1 else _("Stage {n}").format(n=stage)
