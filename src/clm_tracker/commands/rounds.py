"""When are rounds and forums, and what does planning one move? (R11)"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clm_tracker.commands import moving, set_up
from clm_tracker.commands.moving import Move
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import ForumRow, ObligationRow, RoundRow
from clm_tracker.db.units import Reading, Writing
from clm_tracker.domain import rescheduling
from clm_tracker.domain.cases import Case, Story
from clm_tracker.domain.names import folded
from clm_tracker.domain.policy import Act
from clm_tracker.domain.rules import FORUM, ROUND, Round, Rules
from clm_tracker.kernel.refusals import NotFound, each, invalid
from clm_tracker.kernel.sayings import Text, saying
from clm_tracker.kernel.speech import _

Plan = Callable[[Case, Rules, Rules, datetime, Text], Story]


def plan_round(
    unit: Writing, *, name: str, names: Mapping[str, str] | None = None, first_on: date, last_on: date
) -> UUID:
    """Plan a round, its first and last day inside; what stood on the fallback moves to its end, only later (R11).

    `names` are by language.
    """
    unit.require(Act.SET_UP)
    _days, called = each(
        lambda: _check_days(unit.rules, first_on, last_on), lambda: _round_called(unit.rules, name, names)
    )
    return _plan(unit, RoundRow, ROUND, {**called, "first_on": first_on, "last_on": last_on})


def plan_forum(unit: Writing, *, name: str, names: Mapping[str, str] | None = None, held_on: date) -> UUID:
    """Plan a forum; what stood on the fallback moves to its day, only later (R11)."""
    unit.require(Act.SET_UP)
    called = _forum_called(unit, name, names, held_on)
    return _plan(unit, ForumRow, FORUM, {**called, "held_on": held_on})


def change_round(
    unit: Writing,
    round_id: UUID,
    *,
    name: str,
    names: Mapping[str, str] | None = None,
    first_on: date,
    last_on: date,
) -> tuple[Move, ...]:
    """Give a round another name or other days; what stands on its end moves with it, only later (R11). The moves made.

    A round that has begun keeps its first day, one that is over both: findings were gathered in it.
    """
    unit.require(Act.SET_UP)
    row = set_up.own(unit, RoundRow, round_id, "round")
    before = unit.rules

    def days() -> None:
        _check_change(row, first_on, last_on, unit.today)
        _check_days(before, first_on, last_on, besides=round_id)

    _days, called = each(days, lambda: _round_called(before, name, names, was=row.name))
    values = {**called, "first_on": first_on, "last_on": last_on}
    what = saying("changed the round {name}", name=row.name)
    set_up.change(unit, row, ROUND, what, values)
    return _move(unit, ROUND, before, saying("{name} has other days now", name=values["name"]))


def change_forum(
    unit: Writing, forum_id: UUID, *, name: str, names: Mapping[str, str] | None = None, held_on: date
) -> tuple[Move, ...]:
    """Give a coming forum another name or day; what stands on its day moves with it, only later (R11). The moves made."""
    unit.require(Act.SET_UP)
    row = set_up.own(unit, ForumRow, forum_id, "forum")
    _day, called = each(
        lambda: _check_day(row.held_on, held_on, unit.today),
        lambda: _forum_called(unit, name, names, held_on, was=row),
    )
    before = unit.rules
    values = {**called, "held_on": held_on}
    set_up.change(unit, row, FORUM, saying("changed the forum {name}", name=row.name), values)
    return _move(unit, FORUM, before, saying("{name} has another day now", name=values["name"]))


def preview_round(
    look: Reading, *, first_on: date, last_on: date, round_id: UUID | None = None
) -> tuple[Move, ...]:
    """The due dates that planning a round, or giving it these days, would move. Raises Invalid for days that cannot be."""
    before = look.rules
    found = next((r for r in before.rounds if r.id == round_id), None)
    if found is not None:
        _check_change(found, first_on, last_on, look.today)
    elif round_id is not None:
        raise NotFound("round")
    _check_days(before, first_on, last_on, besides=round_id)
    planned = Round(id=round_id or new_id(), name="", first_on=first_on, last_on=last_on)
    others = (r for r in before.rounds if r.id != round_id)
    after = replace(before, rounds=tuple(sorted((*others, planned), key=lambda r: r.first_on)))
    return _preview(look, ROUND, after, rescheduling.replanned if found else rescheduling.planned)


def preview_forum(look: Reading, *, held_on: date, was: date | None = None) -> tuple[Move, ...]:
    """The due dates that planning a forum, or moving it from the day `was`, would move."""
    days = list(look.rules.forums)
    if was is not None:
        _check_day(was, held_on, look.today)
        days.remove(was)
    after = replace(look.rules, forums=tuple(sorted((*days, held_on))))
    return _preview(look, FORUM, after, rescheduling.replanned if was else rescheduling.planned)


def _check_days(rules: Rules, first_on: date, last_on: date, *, besides: UUID | None = None) -> None:
    if last_on < first_on:
        raise invalid("last_on", _("The last day lies before the first."))
    others = (r for r in rules.rounds if r.id != besides)
    if over := next((r for r in others if r.first_on <= last_on and first_on <= r.last_on), None):
        raise invalid("first_on", _("These days overlap with {name}.").format(name=over.said))


def _check_day(was: date, held_on: date, today: date) -> None:
    if held_on != was and min(held_on, was) <= today:
        raise invalid("held_on", _("Only a forum that is still to come gets another day, and a day to come."))


def _round_called(
    rules: Rules, name: str, names: Mapping[str, str] | None, *, was: str | None = None
) -> dict[str, Any]:
    """The columns of its name. Raises Invalid when another round has it."""
    called = set_up.called(name, names)
    kept = was is not None and folded(name) == folded(was)
    if not kept and any(folded(r.name) == folded(name) for r in rules.rounds):
        raise invalid("name", _("There is a round of this name already."))
    return called


def _forum_called(
    unit: Writing, name: str, names: Mapping[str, str] | None, held_on: date, *, was: ForumRow | None = None
) -> dict[str, Any]:
    """The same of a forum. Forums of one name are usual, but not on one day."""
    called = set_up.called(name, names)
    that_day = select(ForumRow.name).where(
        ForumRow.programme_id == unit.programme_id, ForumRow.held_on == held_on
    )
    kept = was is not None and (folded(name), held_on) == (folded(was.name), was.held_on)
    if not kept and any(folded(one) == folded(name) for one in unit.session.scalars(that_day)):
        raise invalid("name", _("There is a forum of this name on this day already."))
    return called


def _check_change(row: RoundRow | Round, first_on: date, last_on: date, today: date) -> None:
    if first_on != row.first_on and min(first_on, row.first_on) <= today:
        raise invalid(
            "first_on", _("Only a round that is still to come gets another first day, and one to come.")
        )
    if last_on != row.last_on and min(last_on, row.last_on) < today:
        raise invalid(
            "last_on", _("The last day of a round that is over stays, and no round ends in the past.")
        )


def _preview(look: Reading, window: str, after: Rules, plan: Plan) -> tuple[Move, ...]:
    before = look.rules
    return moving.preview(
        look, ObligationRow.window == window, lambda case: plan(case, before, after, look.now, _("a preview"))
    )


def _plan(unit: Writing, table: type[RoundRow | ForumRow], window: str, values: Mapping[str, Any]) -> UUID:
    before = unit.rules
    row = table(id=new_id(), programme_id=unit.programme_id, **values)
    unit.session.add(row)
    set_up.put(unit, window, row.id, saying("planned {name}", name=row.name), after=values)
    _move(unit, window, before, saying("{name} is planned now", name=row.name), rescheduling.planned)
    return row.id


def _move(
    unit: Writing, window: str, before: Rules, reason: Text, plan: Plan = rescheduling.replanned
) -> tuple[Move, ...]:
    after = unit.rules
    return moving.carry_out(
        unit, ObligationRow.window == window, lambda case: plan(case, before, after, unit.now, reason)
    )
