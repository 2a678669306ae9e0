"""How are several small questions put to the database at once, each answered in rows of its own?

To ask takes longer than to answer what a page of one thing asks. So one UNION ALL holds all the questions: columns of one
type, whosever they are, lie in the same places, and a question leaves those empty that it does not need.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, Select, cast, literal_column, null, union_all
from sqlalchemy.types import Integer, TypeEngine

from clm_tracker.db.engine import KEPT
from clm_tracker.db.units import Reading

_Place = tuple[object, int]
_NULL: ColumnElement[Any] = literal_column("NULL")


@dataclass(frozen=True, slots=True)
class Together:
    """Questions put together once, to be asked again and again."""

    statement: CompoundSelect[Any]
    rows: dict[
        str, Callable[[Any], Any]
    ]  # by the name of a question, how its own row is taken out of a common one

    @classmethod
    def of(cls, *, kept: bool = False, **questions: Select[*tuple[Any, ...]]) -> "Together":
        """Questions by name, in no order; one with a limit, or of what is distinct, is asked as `select(question.subquery())`.

        `kept`: the database may keep its plan (`db.engine.KEPT`).
        """
        laid = {name: _places(question) for name, question in questions.items()}
        types = {place: column.type for places in laid.values() for place, column in places.items()}
        return cls(
            union_all(
                *(_part(n, questions[name], laid[name], types) for n, name in enumerate(laid))
            ).execution_options(**{KEPT: kept}),
            {name: _row(name, laid[name], list(types)) for name in laid},
        )

    def ask(self, look: Reading, given: Mapping[str, object]) -> dict[str, list[Any]]:
        """The rows of each question, in any order."""
        found: dict[str, list[Any]] = {name: [] for name in self.rows}
        ways = [(found[name].append, row) for name, row in self.rows.items()]
        for common in look.ask(self.statement, given):
            keep, row = ways[common[0]]
            keep(row(common))
        return found


def _places(question: Select[*tuple[Any, ...]]) -> dict[_Place, ColumnElement[Any]]:
    """The columns by their places: the how-manieth of its type each one is."""
    met: Counter[object] = Counter()
    places: dict[_Place, ColumnElement[Any]] = {}
    for column in question.selected_columns:
        kind = column.type
        same = (type(kind), getattr(kind, "enum_class", None), getattr(kind, "hint", None))
        met[same] += 1
        places[same, met[same]] = column
    return places


def _part(
    n: int,
    question: Select[*tuple[Any, ...]],
    laid: Mapping[_Place, ColumnElement[Any]],
    types: Mapping[_Place, TypeEngine[Any]],
) -> Select[*tuple[Any, ...]]:
    # The first part says of which type each place is; the driver reads short statements faster.
    empty = _NULL if n else None
    own = (laid.get(place, cast(null(), kind) if empty is None else empty) for place, kind in types.items())
    return question.with_only_columns(literal_column(str(n), Integer).label("question"), *own)


def _row(name: str, laid: Mapping[_Place, ColumnElement[Any]], places: list[_Place]) -> Callable[[Any], Any]:
    row: Any = NamedTuple(name, [(column.key, Any) for column in laid.values()])  # type: ignore[misc]
    make = row._make
    at = [places.index(place) + 1 for place in laid]
    if len(at) == 1:
        return lambda common: make((common[at[0]],))
    take = itemgetter(*at)
    return lambda common: make(take(common))
