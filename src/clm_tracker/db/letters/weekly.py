"""Who has had the letter of this week, and how is one put down once? (decision 0015)"""

from collections.abc import Sequence

from sqlalchemy import select

from clm_tracker.db.base import inserting, table_of
from clm_tracker.db.letters.placing import Bundle, new_row
from clm_tracker.db.tables import LetterRow
from clm_tracker.db.units import Reading, Writing

_LETTERS = table_of(LetterRow)
_AT_ONCE = 500


def of_week(one: object, week: str) -> str:
    """What is kept of a reader's letter of one week, whatever its channel: nobody has two."""
    return f"{one}:{week}"


def had(look: Reading, keys: Sequence[str]) -> set[str]:
    """Those of these letters that are there."""
    found: set[str] = set()
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        query = select(LetterRow.digest_of).where(LetterRow.digest_of.in_(some))
        found |= {one for one in look.session.scalars(query) if one is not None}
    return found


def place(unit: Writing, bundles: Sequence[Bundle]) -> None:
    """Put the letters down; one that another worker put down in between stays the only one."""
    if bundles:
        new = inserting(unit.session)(_LETTERS)
        new = new.on_conflict_do_nothing(index_elements=[_LETTERS.c.digest_of])
        rows = [new_row(unit, b.reader, line=b.line, send_at=b.send_at, digest_of=b.key) for b in bundles]
        unit.session.execute(new, rows)
