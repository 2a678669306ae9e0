"""What happens in the coming weeks if nobody does anything: a calendar of due days, stages, meetings and holidays? (R34)"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar
from urllib.parse import urlencode
from uuid import UUID

from starlette.datastructures import QueryParams
from starlette.responses import Response

from clm_tracker.db.units import Reading
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import Invalid
from clm_tracker.queries import ahead as questions
from clm_tracker.queries import wording
from clm_tracker.queries.ahead import WEEKS, Coming, Day, What
from clm_tracker.queries.ahead.asked import Filters
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk
from clm_tracker.web.pages import owing
from clm_tracker.web.pages.findings import filters as shared
from clm_tracker.web.pages.offered import Offered, called
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.words import N_, BigDay, Labels, _

router = Router(include_in_schema=False)
NEXT = "/next"
# What a day brings, as its sign is read out and as it is counted.
_WHAT: Labels[What] = Labels(
    {
        What.DUE: N_("Due"),
        What.BEGINS: N_("Would begin"),
        What.PROPOSED: N_("Would be proposed to the committee"),
        What.RUNS: N_("The clock would run again"),
    }
)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing on one day."""

    what: str
    title: c.Link
    facts: str
    chip: int | None
    heat: int | None
    asked: bool
    why: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One day: in the grid with its signs and counts, in the list with its lines."""

    id: str
    big: BigDay
    look: str
    today: bool
    signs: tuple[str, ...]
    counts: tuple[str, ...]
    href: str
    lines: tuple[Line, ...]
    more: c.Link | None


@dataclass(frozen=True)
class AheadPage(Page):
    """The coming weeks: a grid on a laptop, a list by week on a phone."""

    template: ClassVar[str] = "pages/ahead.html"

    heading: str
    says: str
    note: str
    weekdays: tuple[str, ...]
    weeks: tuple[tuple[Shown, ...], ...]
    earlier: c.Link | None
    later: c.Link | None
    filters_on: tuple[c.Link, ...]
    filters_button: c.Button
    filters: c.Filters
    empty: c.Empty | None
    caption: str


@dataclass(frozen=True)
class DayPage(Page):
    """One day, whole."""

    template: ClassVar[str] = "pages/ahead_day.html"

    crumbs: tuple[c.Link, ...]
    heading: str
    says: str
    day: Shown
    more: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what cannot be read is left out."""

    filters: Filters
    start: date | None
    day: date | None

    @classmethod
    def read(cls, query: QueryParams) -> "Asked":
        """The filters, the week and the day of an address."""
        filters = Filters(
            mine=query.get("mine") == "yes",
            area=shared.read_id(query.get("area")),
            theme=shared.read_id(query.get("theme")),
        )
        return cls(filters, shared.read_day(query.get("from")), shared.read_day(query.get("day")))

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The filters as they stand in an address."""
        f = self.filters
        mine = (("mine", "yes"),) if f.mine else ()
        return (*mine, *((n, str(v)) for n in ("area", "theme") if (v := getattr(f, n)) is not None))

    def to(self, **more: date) -> str:
        """The same, of another week or day."""
        query = urlencode([*self.pairs, *((name.rstrip("_"), on.isoformat()) for name, on in more.items())])
        return f"{NEXT}?{query}" if query else NEXT


@router.get(NEXT, access=may(Act.SEE_FINDINGS))
def ahead(desk: AtDesk) -> Response:
    """Five weeks, or with `day` one day of them."""
    asked = Asked.read(desk.request.query_params)
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        try:
            page = _one_day(look, asked, voice) if asked.day else _weeks(look, asked, voice)
        except Invalid:
            # A week that is over, or an area of long ago: the coming weeks of everything.
            page = _weeks(look, Asked(Filters(), None, None), voice)
    return desk.show(page)


def _weeks(look: Reading, asked: Asked, voice: Voice) -> AheadPage:
    found = questions.ahead(look, asked.filters, asked.start)
    days = found.days
    shown = [_day(d, asked, voice) for d in days]
    first, last = days[0].on, days[-1].on
    later = last + timedelta(days=1)
    earlier = first - timedelta(days=7 * WEEKS)
    this_week = voice.today - timedelta(days=voice.today.weekday())
    counted: dict[What, int] = {w: sum(d.counts.get(w, 0) for d in days) for w in What}
    note = (
        _("If nobody does anything. Every stage is foretold by the engine's own rules.")
        if found.foretold
        else _(
            "If nobody does anything. There is too much to foretell at once, so each obligation shows its next step; "
            "narrow it to see what would follow."
        )
    )
    return AheadPage(
        heading=_("What happens next"),
        says=_("{first} to {last}: {what}").format(
            first=voice.long(first).text, last=voice.long(last).text, what=_sum(counted)
        ),
        note=note,
        weekdays=tuple(words.weekday(i, voice.lang) for i in range(7)),
        weeks=tuple(tuple(shown[n : n + 7]) for n in range(0, len(shown), 7)),
        earlier=c.Link(_("Earlier weeks"), asked.to(from_=max(earlier, this_week)))
        if first > this_week
        else None,
        later=c.Link(_("Later weeks"), asked.to(from_=later))
        if later <= voice.today + questions.FARTHEST
        else None,
        filters_on=_on(asked, look),
        filters_button=c.Button(
            _("Filters, {n} on").format(n=len(asked.pairs)) if asked.pairs else _("Filters"), href="#filters"
        ),
        filters=_rail(asked, look),
        empty=None
        if any(counted.values())
        else c.Empty(
            _("Nothing falls due in these weeks"),
            _("No clock runs out and no stage would begin, as far as you can see it."),
        ),
        caption=_("Calendar of these weeks; each day leads to its list"),
        purpose=c.plain(
            _("What falls due in the coming weeks, and which stages follow if nobody does anything.")
        ),
    )


def _one_day(look: Reading, asked: Asked, voice: Voice) -> DayPage:
    assert asked.day is not None
    found = questions.day(look, asked.filters, asked.day)
    shown = _day(found, asked, voice)
    return DayPage(
        (c.Link(_("What happens next"), asked.to()),),
        voice.day(asked.day, words.Style.LONG).text,
        _sum(found.counts),
        shown,
        words.counted(
            found.left, "One more is not shown; narrow the list.", "{n} more are not shown; narrow the list."
        )
        if found.left
        else "",
        purpose=c.plain(_("What falls due on this day, and which stages follow if nobody does anything.")),
    )


def _sum(counts: Mapping[What, int]) -> str:
    """ "3 due, 2 stages would begin and one would be proposed"."""
    said = [_counted(what, n) for what in What if (n := counts.get(what, 0))]
    return words.listed(said) if said else _("nothing falls due")


def _counted(what: What, n: int) -> str:
    match what:
        case What.DUE:
            return words.counted(n, "{n} due", "{n} due")
        case What.BEGINS:
            return words.counted(n, "{n} stage begins", "{n} stages begin")
        case What.PROPOSED:
            return words.counted(n, "{n} proposed", "{n} proposed")
        case What.RUNS:
            return words.counted(n, "{n} pause ends", "{n} pauses end")


def _day(d: Day, asked: Asked, voice: Voice) -> Shown:
    signs = [
        *d.forums,
        *(_("{round} begins").format(round=name) for name in d.begun),
        *(_("{round} ends").format(round=name) for name in d.ended),
    ]
    weekend = d.on.weekday() in voice.rules.calendar.weekend
    if d.closed and not weekend:
        signs.append(d.closed)
    look = "past" if d.on < voice.today else "off" if d.closed else ""
    return Shown(
        f"day-{d.on.isoformat()}",
        voice.big(d.on),
        look,
        d.on == voice.today,
        tuple(signs),
        tuple(_counted(what, n) for what in What if (n := d.counts.get(what, 0))),
        f"#day-{d.on.isoformat()}",
        tuple(_line(i, voice) for i in d.items),
        c.Link(words.counted(d.left, "And one more", "And {n} more"), asked.to(day=d.on))
        if d.left > 0
        else None,
    )


def _line(i: Coming, voice: Voice) -> Line:
    staged = i.what in {What.BEGINS, What.PROPOSED}
    owed = _("{who}: {what}").format(who=wording.upper(i.who), what=wording.owed(i.kind))
    facts = _("{stage}; {owed}").format(stage=i.stage_name, owed=owed) if staged else owed
    return Line(
        _WHAT[i.what],
        c.Link(i.title, f"/findings/{i.ref}", lang=voice.script(i.title)),
        f"{facts}. {i.ref}",
        i.stage if staged else None,
        c.heat(i.stage, i.stages) if i.what is What.BEGINS else None,
        i.what is What.PROPOSED,
        owing.why(i.obligation_id),
    )


def _on(asked: Asked, look: Reading) -> tuple[c.Link, ...]:
    links = []
    for pair in asked.pairs:
        rest = urlencode([other for other in asked.pairs if other != pair])
        links.append(c.Link(_said(pair, look), f"{NEXT}?{rest}" if rest else NEXT))
    return tuple(links)


def _said(pair: tuple[str, str], look: Reading) -> str:
    name, value = pair
    if name == "mine":
        return _("What I owe")
    if name == "area":
        return look.rules.directory.told(UUID(value)) or _("unknown")
    return called(Offered.of(look).themes, value)


def _rail(asked: Asked, look: Reading) -> c.Filters:
    f, offered = asked.filters, Offered.of(look)
    return c.Filters(
        NEXT,
        (c.Choices(_("Whose"), "mine", (c.Option("yes", _("What I owe"), chosen=f.mine),)),),
        (
            shared.choice("area", _("Area"), f.area, offered.areas),
            shared.choice("theme", _("Thematic area"), f.theme, offered.themes),
        ),
        c.Link(_("Clear"), NEXT),
    )
