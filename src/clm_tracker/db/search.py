"""Under which terms is a finding kept, and how does each database look them up?

The terms are those of its reference, title and description, and the identifiers of its area, site and post. The names
of those are looked up when somebody asks (`db.names`), so that a new name is found at once, and an old one no more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    cast,
    column,
    false,
    func,
    literal_column,
    select,
    table,
    true,
    union_all,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session
from sqlalchemy.types import Text, Uuid

from clm_tracker.db import bulk
from clm_tracker.db.base import POSTGRESQL, inserting, table_of
from clm_tracker.db.tables import FindingRow, FindingTermsRow
from clm_tracker.domain.cases import Finding
from clm_tracker.kernel import grams
from clm_tracker.kernel.grams import Term

LOOKED_UP_BY = (
    "finding_search"  # what the index of PostgreSQL and the tables of SQLite are called, in the migrations
)
_WRITTEN, _ABOUT = ("ref", "title", "description"), ("area_id", "site_id", "duty_bearer_id")
SEARCHED = frozenset({*_WRITTEN, *_ABOUT})
_MARK = "\N{SECTION SIGN}"  # begins no term of a text, for it is no letter
_BATCH = 1_000
_TERMS = table_of(FindingTermsRow)


def kept(finding: Finding) -> str:
    """The terms of a finding."""
    return _kept([getattr(finding, n) for n in _WRITTEN], [getattr(finding, n) for n in _ABOUT])


def put(connection: Connection, findings: Iterable[Finding]) -> None:
    """Keep the terms of findings that are new or are written otherwise now."""
    rows = [{"finding_id": finding.id, "terms": kept(finding)} for finding in findings]
    if not rows:
        return
    statement = inserting(connection)(_TERMS)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[_TERMS.c.finding_id], set_={"terms": statement.excluded.terms}
        ),
        rows,
    )


def fill(connection: Connection) -> None:
    """Keep the terms of all findings, where none are kept yet."""
    # Named here and not taken from the code's table: a migration comes by when that may have other columns.
    findings = table(
        "findings",
        column("id", Uuid()),
        *(column(name, Text()) for name in _WRITTEN),
        *(column(name, Uuid()) for name in _ABOUT),
    )
    rows = connection.execute(select(findings).execution_options(yield_per=_BATCH))
    for some in rows.partitions():
        made = [(id, _kept(rest[: len(_WRITTEN)], rest[len(_WRITTEN) :])) for id, *rest in some]
        bulk.insert(connection, _TERMS, ("finding_id", "terms"), made)


@dataclass(frozen=True, slots=True)
class Common:
    """What `often` of the `newest` have is common among more findings than `many`, and not looked for in the index.

    It would read where all the others are, too, before it tells of the first.
    """

    many: int = 100_000
    newest: int = 5_000
    often: int = 200


COMMON = Common()


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: each of these terms, or one of the things beside it, by their identifiers."""

    dialect: str
    pairs: tuple[tuple[Term, tuple[str, ...]], ...]

    @classmethod
    def of(cls, session: Session, asked: Iterable[tuple[Term, Iterable[UUID]]]) -> "Sought":
        """As the session's database looks it up."""
        pairs = ((term, tuple(f"{_MARK}{id.hex}" for id in about)) for term, about in asked)
        return cls(session.get_bind().dialect.name, tuple(pairs))

    def ids(self) -> Select[UUID]:
        """The findings that have it."""
        return select(_TERMS.c.finding_id).where(self._in(_TERMS.c))

    def walked(self) -> ColumnElement[bool]:
        """The same, asked of one finding after the other: right only where very many have it."""
        # A scalar subquery, for no database turns that round and begins with the terms.
        asked: ColumnElement[bool] = (
            select(self._in(_TERMS.c))
            .where(_TERMS.c.finding_id == FindingRow.id)
            .correlate(FindingRow)
            .scalar_subquery()
        )
        return asked

    def found(
        self,
        session: Session,
        query: Select[Any],
        most: int,
        given: Mapping[str, object] | None = None,
        *,
        common: Common = COMMON,
    ) -> "Found":
        """Which of the findings of `query`, asked with what it is `given`, have it, as far as `most`.

        In one statement that is quick however many they are.
        """
        if self.dialect != POSTGRESQL:
            return Found(tuple(session.scalars(self._every(query).limit(most), given)))
        newest, is_often, rest = self._ways(query, most, common)
        rows = session.execute(
            union_all(
                select(newest.c.number, true().label("often")).where(is_often),
                select(rest.c.number, false().label("often")),
            ),
            given,
        ).all()
        return Found(tuple(r.number for r in rows), often=bool(rows) and rows[0].often)

    def many(self, query: Select[Any], most: int, *, common: Common = COMMON) -> ScalarSelect[int]:
        """How many `found` would find; fewer than none where it would say that there are very many."""
        if self.dialect != POSTGRESQL:
            few = self._every(query).limit(most).subquery()
            return select(func.count()).select_from(few).scalar_subquery()
        _newest, is_often, rest = self._ways(query, most, common)
        count = select(func.count()).select_from(rest).scalar_subquery()
        return select(case((is_often, -1), else_=count)).scalar_subquery()

    def _every(self, query: Select[Any]) -> Select[int]:
        return _numbers(query, _TERMS).where(self._in(_TERMS.c))

    def _ways(
        self, query: Select[Any], most: int, common: Common
    ) -> tuple[CTE, ColumnElement[bool], Subquery]:
        """Those among the newest, whether these are so many that nothing else is read, and else all that there are."""
        of = _TERMS.c
        is_large = select(func.max(of.number)).scalar_subquery() > common.many
        last = (
            select(of.finding_id, of.number, of.terms)
            .where(is_large)
            .order_by(of.number.desc())
            .limit(common.newest)
            .subquery()
        )
        newest = _numbers(query, last).where(self._in(last.c)).limit(common.often + 1).cte()
        is_often = select(func.count()).select_from(newest).scalar_subquery() > common.often
        return newest, is_often, self._every(query).where(~is_often).limit(most).subquery()

    def _in(self, of: Any) -> ColumnElement[bool]:  # noqa: ANN401 - the columns of the terms or of some of them
        if self.dialect == POSTGRESQL:
            # One question a term, of which the index leaves those out that another answers; all in one took twice as long.
            return and_(*(of.terms.op("@@")(cast(_written(pair), postgresql.TSQUERY)) for pair in self.pairs))
        found = table(LOOKED_UP_BY, column("rowid"))
        numbers = select(found.c.rowid).where(literal_column(LOOKED_UP_BY).op("MATCH")(_fts5(self.pairs)))
        within: ColumnElement[bool] = of.number.in_(numbers)
        return within


@dataclass(frozen=True, slots=True)
class Found:
    """The numbers of terms of the findings that were found; `often`: there are very many, of which these are some."""

    numbers: tuple[int, ...]
    often: bool = False


NUMBERS = "numbers"
# The findings of the numbers that are given by this name.
OF_NUMBERS = select(_TERMS.c.finding_id).where(_TERMS.c.number.in_(bindparam(NUMBERS, expanding=True)))


def _numbers(query: Select[Any], of: Any) -> Select[int]:  # noqa: ANN401 - the table of the terms or some of it
    numbers: Select[int] = query.with_only_columns(of.c.number, maintain_column_froms=True).join(
        of, of.c.finding_id == FindingRow.id
    )
    return numbers


def _kept(written: Sequence[str], about: Sequence[UUID | None]) -> str:
    marks = " ".join(f"{_MARK}{id.hex}" for id in about if id is not None)
    return f"{grams.kept(*written)} {marks}".strip()


def _written(pair: tuple[Term, Sequence[str]]) -> BindParameter[str]:
    """Written out, so that the database plans for these very terms; they hold letters, marks and numbers alone."""
    term, marks = pair
    words = " <-> ".join(f"'{part}'" for part in term.parts) + (":*" if term.begins else "")
    either = " | ".join([f"({words})", *(f"'{mark}'" for mark in marks)])
    return bindparam("terms", either, unique=True, literal_execute=True)


def _fts5(pairs: Sequence[tuple[Term, Sequence[str]]]) -> str:
    def one(term: Term) -> str:
        return f'"{" ".join(term.parts)}"' + (" *" if term.begins else "")

    return " AND ".join(
        "(" + " OR ".join([one(term), *(f'"{mark}"' for mark in marks)]) + ")" for term, marks in pairs
    )
