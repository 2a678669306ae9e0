"""Which days do not count, and what would closing further ones move? (R12, R13)"""

import datetime as dt
from collections.abc import Mapping
from itertools import groupby
from typing import Annotated
from uuid import UUID

from pydantic import Field
from starlette.responses import Response

from clm_tracker.commands import calendars as commands
from clm_tracker.commands.moving import Move
from clm_tracker.db.units import Reading, Writing
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import invalid
from clm_tracker.queries import rounds as questions
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import Day, NotValid, Valid, read
from clm_tracker.web.pages.answering import FRESH, Back, carry_out, conflict
from clm_tracker.web.pages.set_up import marks, moves, naming
from clm_tracker.web.pages.set_up.frame import FormPage, Part, PartsPage, crumbs
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
DAYS = "/calendar-days"
YEARS_SHOWN = 3
YEARS_OFFERED = 5
LONGEST = 60  # days closed in one go: longer is a pause, not a closed day


class OwnDays(moves.Seen, naming.Named):
    """Closed days of the programme itself, from one day to another."""

    day: Day
    until: Day | None = None


class Renamed(marks.Seen, naming.Named):
    """What a closed day is called."""


class PublicYear(moves.Seen):
    """A year whose public holidays are taken over."""

    year: Annotated[int, Field(ge=1900, le=2200)]


@router.get(DAYS, access=may(Act.SET_UP))
def days(desk: AtDesk) -> Response:
    """Weekend, closed days by month, and the public holidays that are offered."""
    return _show(desk)


@router.post(DAYS, access=may(Act.SET_UP))
def close(desk: AtDesk, sent: Annotated[Valid[OwnDays] | NotValid[OwnDays], read(OwnDays)]) -> Response:
    """Close own days: first what that would move, then done."""
    return moves.confirm(
        desk,
        sent,
        lambda look, given: _preview(look, _own(given)),
        lambda unit, given: commands.close_days(
            unit, _own(given), names=dict.fromkeys(_own(given), given.names)
        ),
        lambda given: _page(
            desk,
            given.name,
            _own(given),
            DAYS,
            (
                *given.hidden,
                ("day", given.day.isoformat()),
                *([("until", given.until.isoformat())] if given.until else []),
            ),
        ),
        lambda back: _show(desk, back, "own"),
        to=DAYS,
        said=_("The days are closed."),
    )


@router.post(DAYS + "/public", access=may(Act.SET_UP))
def close_public(
    desk: AtDesk, sent: Annotated[Valid[PublicYear] | NotValid[PublicYear], read(PublicYear)]
) -> Response:
    """Take over the public holidays of a year: first what that would move, then done."""
    return moves.confirm(
        desk,
        sent,
        lambda look, given: _preview(look, _public(look, given.year)),
        lambda unit, given: commands.close_public_days(unit, _public(unit, given.year)),
        lambda given: _page_of_year(desk, given.year),
        lambda back: _show(desk, back, "public"),
        to=DAYS,
        said=_("The public holidays are taken over."),
    )


@router.get(DAYS + "/{day_id}", access=may(Act.SET_UP))
def ask_name(desk: AtDesk, day_id: UUID) -> Response:
    """What a closed day is called, in each language."""
    return _ask_name(desk, day_id)


@router.post(DAYS + "/{day_id}", access=may(Act.SET_UP))
def rename(
    desk: AtDesk,
    day_id: UUID,
    sent: Annotated[Valid[Renamed] | NotValid[Renamed], read(Renamed)],
) -> Response:
    """Call it, and the other days of its name, something else."""

    def run(unit: Writing, given: Renamed) -> None:
        unit.require(Act.SET_UP)
        marks.unchanged(given, _called(unit, questions.closed_day(unit, day_id)[0]))
        commands.rename_days(unit, day_id, name=given.name, names=given.names)

    return carry_out(
        desk,
        sent,
        run,
        lambda back: _ask_name(desk, day_id, back),
        to=DAYS,
        said=_("The name is changed. No due date moved."),
    )


def _called(look: Reading, found: questions.ClosedDay) -> tuple[c.Field, ...]:
    tags = naming.others(look.programme.languages, found.names)
    return naming.name_fields("", _("Name"), tags, value=found.name, names=found.names)


def _ask_name(desk: Desk, day_id: UUID, back: Back = FRESH) -> Response:
    with desk.reading() as look:
        found, days = questions.closed_day(look, day_id)
        fields = _called(look, found)
    keep = c.Button(_("Keep the change"), c.Look.MAIN)
    form = c.Form(f"{DAYS}/{day_id}", keep, fields, once=desk.once(), version=marks.mark(fields))
    says = words.counted(
        days,
        "One day is called so. Its date stays, and so does every due date.",
        "{n} days are called so, and all of them are renamed. Their dates stay, and so does every due date.",
    )
    page = FormPage(
        crumbs(c.Link(_("Days that do not count"), DAYS)),
        found.said,
        (),
        None,
        back.on(form),
        c.Button(_("Back"), c.Look.PLAIN, href=DAYS),
        conflict=conflict(form.version, form.fields, back),
        says=c.plain(says),
        purpose=c.plain(_("Change what a day that does not count is called.")),
    )
    return desk.show(page, status=back.status)


def _own(given: OwnDays) -> dict[dt.date, str]:
    last = given.until or given.day
    if last < given.day:
        raise invalid("until", _("The last day lies before the first."))
    if (last - given.day).days >= LONGEST:
        raise invalid("until", _("At most {n} days at once.").format(n=LONGEST))
    return {given.day + dt.timedelta(days=n): given.name for n in range((last - given.day).days + 1)}


def _public(look: Reading, year: int) -> dict[dt.date, str]:
    """Those of the year that are still to come and not closed yet."""
    if not look.today.year <= year <= look.today.year + YEARS_OFFERED:
        raise invalid("year", _("Choose one of the years that are offered."))
    found = {d: name for d, name in commands.coming_public_holidays(look, [year]).items() if d >= look.today}
    if not found:
        raise invalid("year", _("Every public holiday of this year is in the calendar already."))
    return found


def _preview(look: Reading, closing: Mapping[dt.date, str]) -> tuple[Move, ...]:
    commands.check_coming(look, closing)
    return commands.preview_closed_days(look, closing)


def _page_of_year(desk: Desk, year: int) -> FormPage:
    with desk.reading() as look:
        closing = commands.said_holidays(look, _public(look, year))
    heading = _("Public holidays of {year}").format(year=year)
    return _page(desk, heading, closing, f"{DAYS}/public", (("year", str(year)),))


def _page(
    desk: Desk,
    heading: str,
    closing: Mapping[dt.date, str],
    action: str,
    hidden: tuple[tuple[str, str], ...],
) -> FormPage:
    named = [
        _("{day}: {name}").format(day=words.day(on), name=name) if name != heading else words.day(on)
        for on, name in closing.items()
    ]
    form = c.Form(
        action,
        c.Button(words.counted(len(closing), "Close this day", "Close these {n} days"), c.Look.MAIN),
        once=desk.once(),
        hidden=hidden,
    )
    return FormPage(
        crumbs(c.Link(_("Days that do not count"), DAYS)),
        heading,
        (),
        None,
        form,
        c.Button(_("Leave it as it is"), c.Look.PLAIN, href=DAYS),
        says=c.plain(words.listed(named)),
        purpose=c.plain(_("See which due dates would move before a day is closed.")),
    )


def _show(desk: Desk, back: Back = FRESH, opened: str = "") -> Response:
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        this = look.today.year
        years = range(this, this + YEARS_SHOWN)
        closed = questions.closed_days(look, dt.date(this, 1, 1), dt.date(years[-1], 12, 31))
        coming = commands.coming_public_holidays(look, range(this, this + YEARS_OFFERED + 1))
        offered = {
            year: len(list(found)) for year, found in groupby(d.year for d in coming if d >= look.today)
        }
        weekend, country = look.programme.weekend, look.programme.country
        tags = naming.others(look.programme.languages, {})
    parts = [
        _part_of_week(desk, voice, weekend, country, offered, tags, back, opened),
        *(_part_of_year(year, [d for d in closed if d.day.year == year]) for year in years),
    ]
    page = PartsPage(
        crumbs(),
        _("Days that do not count"),
        None,
        tuple(parts),
        purpose=c.plain(
            _(
                "Working days skip the weekend and the days below. A day that is closed later moves open due dates only later, after you saw which."
            )
        ),
    )
    return desk.show(page, status=back.status)


def _part_of_week(
    desk: Desk,
    voice: Voice,
    weekend: frozenset[int],
    country: str,
    offered: Mapping[int, int],
    tags: tuple[str, ...],
    back: Back,
    opened: str,
) -> Part:
    facts = (
        c.Fact(_("Weekend"), words.listed([words.weekday(n) for n in sorted(weekend)]) or "–", in_words=True),
        c.Fact(_("Public holidays of"), naming.country(country), in_words=True),
        c.Fact(_("Time zone"), voice.rules.calendar.tz, in_words=True),
    )
    own = c.Form(
        DAYS,
        c.Button(_("See what it moves"), c.Look.MAIN),
        (
            *naming.name_fields("own", _("What it is"), tags, hint=_("Such as staff day, flood, election.")),
            c.Field("day", _("Day, or the first of several"), c.FieldKind.DATE, scope="own"),
            c.Field("until", _("Last day"), c.FieldKind.DATE, required=False, scope="own"),
        ),
        once=desk.once(),
    )
    about = _("Next you see every due date that would move; nothing is changed before you confirm it.")
    is_open = opened == "own"
    acts = [
        c.Act("own", _("Close days of your own"), back.on(own) if is_open else own, about=about, open=is_open)
    ]
    if offered or opened == "public":
        options = tuple(
            c.Option(
                str(year),
                str(year),
                words.counted(
                    n, "One day that is not in the calendar.", "{n} days that are not in the calendar."
                ),
            )
            for year, n in offered.items()
        )
        public = c.Form(
            f"{DAYS}/public",
            c.Button(_("See what it moves"), c.Look.MAIN),
            (c.Field("year", _("Year"), c.FieldKind.RADIO, options=options, scope="public"),),
            once=desk.once(),
        )
        is_open = opened == "public"
        acts.append(
            c.Act(
                "public",
                _("Take over public holidays"),
                back.on(public) if is_open else public,
                about=_("Days that follow the moon or a decree are estimates until they are announced."),
                open=is_open,
            )
        )
    return Part("week", _("The week"), facts=facts, acts=tuple(acts))


def _part_of_year(year: int, closed: list[questions.ClosedDay]) -> Part:
    """What is closed, each name with its days, in the order of the year; the name leads to where it is changed."""
    named: dict[tuple[str, bool], list[questions.ClosedDay]] = {}
    for one in closed:
        named.setdefault((one.name, one.own), []).append(one)

    def line(days: list[questions.ClosedDay]) -> c.Line:
        first = days[0]
        on = words.listed([words.day(d.day, style=words.Style.SHORT) for d in days])
        whose = _("the programme's own") if first.own else _("public holiday")
        link = c.link(first.said, f"{DAYS}/{first.id}")
        return c.Line((link,), (c.plain(on), c.plain(whose)))

    lines = tuple(line(days) for days in named.values())
    caption = _("Closed days of {year}").format(year=year)
    heads = (_("Name"), _("Closed days"), _("Whose"))
    return Part(
        f"year-{year}",
        str(year),
        c.plain(words.counted(len(closed), "One closed day.", "{n} closed days.")) if closed else (),
        table=c.Table(caption, heads, lines) if lines else None,
        empty=None if lines else c.Empty(_("No day of this year is closed.")),
    )
