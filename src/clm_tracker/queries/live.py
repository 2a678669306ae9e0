"""Which obligations are live, in the very words of the indexes that hold only those?"""

from typing import Any

from sqlalchemy import ColumnElement, bindparam

from clm_tracker.domain.words import ObligationState
from clm_tracker.queries import owes

# In the order of `db.tables.obligations.LIVE`: SQLite compares the condition with the index's word by word.
LIVE = (
    ObligationState.RUNNING,
    ObligationState.PAUSED,
    ObligationState.SUSPENDED,
    ObligationState.AWAITING_DECISION,
)
TICKING = tuple(sorted(owes.TICKING))


def live(table: Any) -> ColumnElement[bool]:  # noqa: ANN401 - the table of obligations or an alias of it
    """The condition as literal text, which the database can match with its partial indexes."""
    return table.state.in_(bindparam(None, LIVE, expanding=True, literal_execute=True))  # type: ignore[no-any-return]
