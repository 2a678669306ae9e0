"""What is the next number of a series, whoever else is asking?"""

from sqlalchemy import Insert

from clm_tracker.db.base import inserting
from clm_tracker.db.tables import CounterRow
from clm_tracker.db.units import Writing
from clm_tracker.kernel.ids import reference


def next_reference(unit: Writing) -> str:
    """The next finding's reference: the programme's prefix, the local year, a number without gaps."""
    return next_references(unit, 1)[0]


def next_references(unit: Writing, count: int) -> list[str]:
    """As many references as an import needs, in order. A rolled back unit gives its numbers back."""
    year = unit.today.year
    last = take(unit, f"findings {year}", count)
    return [reference(unit.programme.prefix, year, n) for n in range(last - count + 1, last + 1)]


def take(unit: Writing, series: str, count: int = 1) -> int:
    """Raise the series of the unit's programme by `count`; the last number that is now taken.

    The row stays locked until the unit ends, so no two units ever get the same number.
    """
    new = inserting(unit.session)(CounterRow).values(programme_id=unit.programme_id, name=series, value=count)
    upsert: Insert = new.on_conflict_do_update(
        index_elements=[CounterRow.programme_id, CounterRow.name],
        set_={"value": CounterRow.value + new.excluded.value},
    )
    taken: int = unit.session.execute(upsert.returning(CounterRow.value)).scalar_one()
    return taken
