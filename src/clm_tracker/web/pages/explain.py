"""Why these dates and stages, and what happens if nobody does anything?"""

from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from starlette.responses import Response

from clm_tracker.domain.policy import Act
from clm_tracker.queries import explain as explaining
from clm_tracker.queries import findings, wording
from clm_tracker.queries import simulate as simulating
from clm_tracker.web import components as c
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.pages import labels
from clm_tracker.web.pages.findings import dates, parts
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.words import When, _

router = Router(include_in_schema=False)
DAYS = 90


@dataclass(frozen=True, slots=True)
class Clock:
    """One thing owed: why it is due on its day, and what the engine says about it at this moment."""

    id: str
    title: str
    who: str
    why: str
    decided: str
    calendar: c.Calendar | None
    rung: c.Rung


@dataclass(frozen=True)
class ExplainPage(Page):
    """The dates and stages of one finding, explained."""

    template: ClassVar[str] = "pages/explain/dates.html"

    docket: c.Docket
    title: str
    title_lang: str
    href: str
    clocks: tuple[Clock, ...]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What would happen on one day."""

    day: When
    lines: tuple[c.Entry, ...]


@dataclass(frozen=True)
class SimulatePage(Page):
    """What happens in the next 90 days if nobody does anything (R34)."""

    template: ClassVar[str] = "pages/explain/ahead.html"

    docket: c.Docket
    title: str
    title_lang: str
    href: str
    ahead: tuple[Ahead, ...]
    more: bool


@router.get("/findings/{ref}/explain", access=may(Act.SEE_FINDINGS))
def explain(desk: AtDesk, ref: str) -> Response:
    """Each clock of the finding, day by day."""
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        found = explaining.explain(look, ref)
        d = found.finding
        clocks = []
        for n, one in enumerate(found.obligations, 1):
            o = one.obligation
            clocks.append(
                Clock(
                    f"clock-{n}",
                    labels.KIND[o.kind],
                    wording.upper(o.who),
                    one.due.sentence,
                    one.sentence,
                    dates.drawn(one.due, voice),
                    c.Rung(
                        o.stage,
                        len(one.ladder.steps),
                        c.plain(o.stage_name or _("Not on the ladder yet")),
                        o.then,
                    ),
                )
            )
        page = ExplainPage(
            parts.docket(d, voice),
            d.title,
            d.language,
            f"/findings/{d.ref}",
            tuple(clocks),
            purpose=c.plain(_("How each date of this finding was counted, day by day.")),
        )
    return desk.show(page)


@router.get("/findings/{ref}/simulate", access=may(Act.SEE_FINDINGS))
def simulate(desk: AtDesk, ref: str) -> Response:
    """The events of the next 90 days, by the engine's own decision."""
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        head = findings.head(look, ref)
        found = simulating.simulate(look, head.ref, DAYS)
        ladders = look.rules.ladders.values()
        stages = max((ladder.last for ladder in ladders), default=1)
        ahead = []
        for day, events in groupby(found.items, key=lambda f: voice.local(f.at)):
            lines = tuple(
                c.Entry(
                    voice.moment(e.at),
                    c.plain(" ".join((e.sentence, *map(wording.ended, e.details)))),
                    engine=True,
                    heat=c.heat(min(e.stage, stages), stages)
                    if e.stage and e.kind == "stage_entered"
                    else None,
                )
                for e in events
            )
            ahead.append(Ahead(voice.long(day), lines))
        page = SimulatePage(
            c.Docket(head.ref, ()),
            head.title,
            head.language,
            f"/findings/{head.ref}",
            tuple(ahead),
            found.more,
            purpose=c.plain(_("What would follow for this finding, and when, if everybody kept still.")),
        )
    return desk.show(page)
