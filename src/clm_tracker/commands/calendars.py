"""How does a day become closed, and what does that move? (R12, R13)"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clm_tracker.commands import moving, set_up
from clm_tracker.commands.moving import Move
from clm_tracker.db import sweep
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import ClosedDayRow, DaySource, ObligationRow
from clm_tracker.db.units import Reading, Writing
from clm_tracker.domain import rescheduling
from clm_tracker.domain.calendars import Calendar
from clm_tracker.domain.cases import Case, Story
from clm_tracker.domain.policy import Act
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import said
from clm_tracker.intake.public_holidays import in_other_languages, public_holidays
from clm_tracker.kernel.refusals import invalid
from clm_tracker.kernel.sayings import saying
from clm_tracker.kernel.speech import _, language

FURTHEST = 10  # years from now


def preview_closed_day(look: Reading, day: date, name: str) -> tuple[Move, ...]:
    """The due dates that closing this day would move, all of them later (R13)."""
    return preview_closed_days(look, {day: name})


def preview_closed_days(look: Reading, days: Mapping[date, str]) -> tuple[Move, ...]:
    """The due dates that closing these days, each with its name, would move."""
    before = look.rules
    after = replace(before, calendar=_with(before.calendar, days))
    return moving.preview(look, _touched(look), _tell(look, days, before, after))


def close_day(
    unit: Writing,
    day: date,
    name: str,
    *,
    names: Mapping[str, str] | None = None,
    source: DaySource = DaySource.OWN,
) -> tuple[Move, ...]:
    """Close a day: open due dates that counted it move later, with one ledger line each (R13). The moves made.

    `names` are by language.
    """
    return close_days(unit, {day: name}, names={day: names or {}}, source=source)


def close_days(
    unit: Writing,
    days: Mapping[date, str],
    *,
    names: Mapping[date, Mapping[str, str]] | None = None,
    source: DaySource = DaySource.OWN,
) -> tuple[Move, ...]:
    """Close several days at once. Raises Invalid when one of them is closed already, or no working day would be left."""
    unit.require(Act.SET_UP)
    if not days:
        raise invalid("day", _("Name the day that is closed."))
    named = {day: set_up.named("name", name) for day, name in sorted(days.items())}
    before = unit.rules
    if known := next((day for day in named if day in before.calendar.closed), None):
        raise invalid(
            "day",
            _("{day} is closed already: {name}.").format(day=said(known), name=before.calendar.said(known)),
        )
    for day, name in named.items():
        others = set_up.by_language("name", (names or {}).get(day))
        row = ClosedDayRow(
            id=new_id(), programme_id=unit.programme_id, day=day, name=name, names=others, source=source
        )
        unit.session.add(row)
        what = saying("closed {day}: {name}", day=day, name=name)
        after: dict[str, Any] = {"day": day, "name": name, "source": source}
        set_up.put(unit, "closed_day", row.id, what, after={**after, "names": others} if others else after)
    moves = moving.carry_out(unit, _touched(unit), _tell(unit, named, before, unit.rules))
    # A date that stays has fewer working days before it now, so its reminder comes sooner.
    sweep.look_again(unit, ObligationRow.due_on > min(named))
    return moves


def close_public_days(unit: Writing, days: Mapping[date, str]) -> tuple[Move, ...]:
    """Close days that are public holidays of the programme's country (`coming_public_holidays`), in its languages."""
    others = in_other_languages(
        unit.programme.country, sorted({day.year for day in days}), unit.programme.languages
    )
    return close_days(unit, days, names=others, source=DaySource.PUBLIC)


def rename_days(
    unit: Writing, day_id: UUID, *, name: str, names: Mapping[str, str] | None = None
) -> tuple[date, ...]:
    """Say anew what this closed day is called, and every other that is called as it is; no due date moves. The days."""
    unit.require(Act.SET_UP)
    was, table = set_up.own(unit, ClosedDayRow, day_id, "closed day").name, ClosedDayRow
    rows = unit.session.scalars(
        select(table).where(table.programme_id == unit.programme_id, table.name == was).order_by(table.day)
    ).all()
    called = set_up.called(name, names)
    changed = [row for row in rows if (row.name, row.names) != (called["name"], called["names"])]
    if not changed:
        return ()
    before = {row.day.isoformat(): {"name": row.name, "names": row.names} for row in changed}
    for row in changed:
        row.name, row.names = called["name"], called["names"]
    days = tuple(row.day for row in changed)
    what = saying("renamed {n} closed days to {name}", n=len(days), name=called["name"])
    after = {one.isoformat(): called for one in days}
    set_up.put(unit, "calendar", unit.programme_id, what, before=before, after=after)
    return days


def check_coming(look: Reading, days: Iterable[date]) -> None:
    """Raises Invalid for a day that is over, too far away, or closed already: what has passed was counted, and stays so."""
    days, closed = sorted(days), look.rules.calendar.closed
    if past := next((day for day in days if day < look.today), None):
        raise invalid(
            "day", _("{past} has passed; what it counted for stays as it was.").format(past=said(past))
        )
    if far := next((day for day in days if day.year > look.today.year + FURTHEST), None):
        raise invalid(
            "day", _("{far} is more than {furthest} years away.").format(far=said(far), furthest=FURTHEST)
        )
    if known := next((day for day in days if day in closed), None):
        raise invalid(
            "day",
            _("{day} is closed already: {name}.").format(
                day=said(known), name=look.rules.calendar.said(known)
            ),
        )


def coming_public_holidays(look: Reading, years: Iterable[int]) -> dict[date, str]:
    """The public holidays of the programme's country in these years that are not closed yet, by day.

    For `preview_closed_days` and then `close_days` with the source PUBLIC: a programme begins with three years of them.
    """
    days = public_holidays(look.programme.country, years)
    return {day: name for day, name in days.items() if day not in look.rules.calendar.closed}


def said_holidays(look: Reading, days: Mapping[date, str]) -> dict[date, str]:
    """The same public holidays as a reader of this moment's language is told them."""
    others = in_other_languages(look.programme.country, sorted({day.year for day in days}), [language()])
    return {day: others.get(day, {}).get(language(), name) for day, name in days.items()}


def _touched(look: Reading) -> moving.Touched:
    return ObligationRow.due_at > look.now


def _tell(look: Reading, days: Mapping[date, str], before: Rules, after: Rules) -> moving.Tell:
    names = ", ".join(dict.fromkeys(days.values()))
    reason = (
        saying("{names} does not count", names=names)
        if len(days) == 1
        else saying("these days do not count: {names}", names=names)
    )

    def tell(case: Case) -> Story:
        return rescheduling.closed(case, days, before, after, look.now, reason)

    return tell


def _with(calendar: Calendar, days: Mapping[date, str]) -> Calendar:
    return replace(calendar, closed={**calendar.closed, **days})
