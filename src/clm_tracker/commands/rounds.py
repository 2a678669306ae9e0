"""When are rounds and forums, and what does planning one move? (R11)"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from clm_tracker.commands import moving, set_up
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import ForumRow, ObligationRow, RoundRow
from clm_tracker.db.units import Writing
from clm_tracker.domain import rescheduling
from clm_tracker.domain.cases import Case, Story
from clm_tracker.domain.policy import Act
from clm_tracker.domain.rules import FORUM, ROUND
from clm_tracker.kernel.refusals import invalid


def plan_round(unit: Writing, *, name: str, first_on: date, last_on: date) -> UUID:
    """Plan a round, its first and last day inside; what stood on the fallback moves to its end, only later (R11)."""
    unit.require(Act.SET_UP)
    if last_on < first_on:
        raise invalid("last_on", "The last day lies before the first.")
    if over := next((r for r in unit.rules.rounds if r.first_on <= last_on and first_on <= r.last_on), None):
        raise invalid("first_on", f"These days overlap with {over.name}.")
    named = set_up.named("name", name)
    row = RoundRow(
        id=new_id(), programme_id=unit.programme_id, name=named, first_on=first_on, last_on=last_on
    )
    _plan(unit, row, ROUND, {"name": named, "first_on": first_on, "last_on": last_on})
    return row.id


def plan_forum(unit: Writing, *, name: str, held_on: date) -> UUID:
    """Plan a forum; what stood on the fallback moves to its day, only later (R11)."""
    unit.require(Act.SET_UP)
    named = set_up.named("name", name)
    row = ForumRow(id=new_id(), programme_id=unit.programme_id, name=named, held_on=held_on)
    _plan(unit, row, FORUM, {"name": named, "held_on": held_on})
    return row.id


def _plan(unit: Writing, row: RoundRow | ForumRow, window: str, values: Mapping[str, Any]) -> None:
    before = unit.rules
    unit.session.add(row)
    set_up.put(unit, window, row.id, f"planned {row.name}", after=values)
    after = unit.rules

    def tell(case: Case) -> Story:
        return rescheduling.planned(case, before, after, unit.now, f"{row.name} is planned now")

    moving.carry_out(unit, ObligationRow.window == window, tell)
