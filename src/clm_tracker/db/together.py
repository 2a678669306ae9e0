"""How are several small questions put to the database at once, each answered in rows of its own?

To ask takes longer than to answer what a page of one thing asks. So one UNION ALL holds all the questions: columns of one
type, whosever they are, lie in the same places, and a question leaves those empty that it does not need.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, FromClause, Select, cast, literal_column, null, select, union_all
from sqlalchemy.orm import Session
from sqlalchemy.types import Integer, TypeEngine

_Place = tuple[object, int]


@dataclass(frozen=True, slots=True)
class Together:
    """Questions put together once, to be asked again and again."""

    statement: CompoundSelect[Any]
    rows: dict[
        str, Callable[[Any], Any]
    ]  # by the name of a question, how its own row is taken out of a common one

    @classmethod
    def of(cls, **questions: Select[*tuple[Any, ...]]) -> "Together":
        """Questions by name. The order and limit of one say which rows are the first of it, not how they come."""
        asked = {name: question.subquery() for name, question in questions.items()}
        laid = {name: _places(of) for name, of in asked.items()}
        types = {place: of.c[key].type for name, of in asked.items() for place, key in laid[name].items()}
        return cls(
            union_all(*(_part(n, asked[name], laid[name], types) for n, name in enumerate(asked))),
            {name: _row(name, laid[name], list(types)) for name in asked},
        )

    def ask(self, session: Session, given: Mapping[str, object]) -> dict[str, list[Any]]:
        """The rows of each question, in any order."""
        found: dict[str, list[Any]] = {name: [] for name in self.rows}
        ways = [(found[name].append, row) for name, row in self.rows.items()]
        for common in session.execute(self.statement, given):
            keep, row = ways[common[0]]
            keep(row(common))
        return found


def _places(of: FromClause) -> dict[_Place, str]:
    """The columns by their places: the how-manieth of its type each one is."""
    met: Counter[object] = Counter()
    places: dict[_Place, str] = {}
    for column in of.c:
        kind = column.type
        same = (type(kind), getattr(kind, "enum_class", None), getattr(kind, "hint", None))
        met[same] += 1
        places[same, met[same]] = column.key
    return places


def _part(
    n: int, of: FromClause, laid: Mapping[_Place, str], types: Mapping[_Place, TypeEngine[Any]]
) -> Select[Any]:
    own = (
        of.c[laid[place]] if place in laid else cast(null(), kind).label(f"empty_{at}")
        for at, (place, kind) in enumerate(types.items())
    )
    return select(literal_column(str(n), Integer).label("question"), *own)


def _row(name: str, laid: Mapping[_Place, str], places: list[_Place]) -> Callable[[Any], Any]:
    row: Any = NamedTuple(name, [(key, Any) for key in laid.values()])  # type: ignore[misc]
    made = row._make
    at = [places.index(place) + 1 for place in laid]
    if len(at) == 1:
        return lambda common: made((common[at[0]],))
    take = itemgetter(*at)
    return lambda common: made(take(common))
