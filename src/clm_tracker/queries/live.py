"""Which obligations are live, and which rows have one word, in the very words of the indexes that hold only those?"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, bindparam, literal_column

from clm_tracker.db.base import UTCDateTime
from clm_tracker.domain.words import ObligationState
from clm_tracker.queries import owes

# In the order of `db.tables.obligations.LIVE`: SQLite compares the condition with the index's word by word.
LIVE = (
    ObligationState.RUNNING,
    ObligationState.PAUSED,
    ObligationState.SUSPENDED,
    ObligationState.AWAITING_DECISION,
)
# The moment of the look, given when a question is asked: the question itself is the same at every moment, and kept.
NOW = bindparam("now", type_=UTCDateTime())
TICKING = tuple(sorted(owes.TICKING))


def _words(words: Iterable[str]) -> ColumnElement[Any]:
    return literal_column("({})".format(", ".join(f"'{word}'" for word in words)))


_LIVE, _TICKING = _words(LIVE), _words(TICKING)


def live(table: Any) -> ColumnElement[bool]:  # noqa: ANN401 - the table of obligations or an alias of it
    """The condition as literal text, which the database can match with its partial indexes."""
    return table.state.bool_op("IN")(_LIVE)  # type: ignore[no-any-return]


def ticking(table: Any) -> ColumnElement[bool]:  # noqa: ANN401 - the table of obligations or an alias of it
    """Those of them whose clock runs, as literal text too: of many of these in one question none is filled in."""
    return table.state.bool_op("IN")(_TICKING)  # type: ignore[no-any-return]


def is_among(column: Any, words: Iterable[str]) -> ColumnElement[bool]:  # noqa: ANN401 - a mapped column of an enumeration
    """The condition that it is one of these words of the law, as literal text: planned for these words, the plan can be kept."""
    return column.bool_op("IN")(_words(words))  # type: ignore[no-any-return]


def is_word(column: Any, value: StrEnum) -> ColumnElement[bool]:  # noqa: ANN401 - a mapped column of an enumeration
    """Whether a column holds this word, as literal text too."""
    same: ColumnElement[bool] = column == literal_column(f"'{value}'", column.type)
    return same
