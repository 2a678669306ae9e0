"""When are rounds and forums, and what does planning one move? (R11)"""

from datetime import date
from uuid import UUID

from clm_tracker.commands import set_up
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import ForumRow, RoundRow
from clm_tracker.db.units import Writing
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import invalid


def plan_round(unit: Writing, *, name: str, first_on: date, last_on: date) -> UUID:
    """Plan a round, its first and last day inside. What stood on the fallback moves to its end, only later (R11)."""
    unit.require(Act.SET_UP)
    if last_on < first_on:
        raise invalid("last_on", "The last day lies before the first.")
    if over := next((r for r in unit.rules.rounds if r.first_on <= last_on and first_on <= r.last_on), None):
        raise invalid("first_on", f"These days overlap with {over.name}.")
    row = RoundRow(
        id=new_id(),
        programme_id=unit.programme_id,
        name=set_up.named("name", name),
        first_on=first_on,
        last_on=last_on,
    )
    unit.session.add(row)
    after = {"name": row.name, "first_on": first_on, "last_on": last_on}
    set_up.put(unit, "round", row.id, f"planned {row.name}", after=after)
    return row.id


def plan_forum(unit: Writing, *, name: str, held_on: date) -> UUID:
    """Plan a forum. What stood on the fallback moves to its day, only later (R11)."""
    unit.require(Act.SET_UP)
    row = ForumRow(
        id=new_id(), programme_id=unit.programme_id, name=set_up.named("name", name), held_on=held_on
    )
    unit.session.add(row)
    set_up.put(unit, "forum", row.id, f"planned {row.name}", after={"name": row.name, "held_on": held_on})
    return row.id
