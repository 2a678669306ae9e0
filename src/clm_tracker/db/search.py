"""Under which terms is a finding kept, and how does each database look them up?

The terms are those of its reference, title and description, and the identifiers of its area, site and post. The names
of those are looked up when somebody asks (`db.names`), so that a new name is found at once, and an old one no more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Connection,
    FromClause,
    ScalarSelect,
    Select,
    and_,
    any_,
    bindparam,
    case,
    cast,
    column,
    exists,
    func,
    literal_column,
    select,
    table,
    true,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import Text, TypeEngine, Uuid

from clm_tracker.db import bulk
from clm_tracker.db.base import POSTGRESQL, as_text, inserting, table_of
from clm_tracker.db.tables import FindingRow, FindingTermsRow
from clm_tracker.domain.cases import Finding
from clm_tracker.kernel import grams
from clm_tracker.kernel.grams import Term

LOOKED_UP_BY = "finding_search"  # what the names of the index and words on PostgreSQL and of the tables on SQLite begin with
_WRITTEN, _ABOUT = ("ref", "title", "description"), ("area_id", "site_id", "duty_bearer_id")
SEARCHED = frozenset({*_WRITTEN, *_ABOUT})
_MARK = "\N{SECTION SIGN}"  # begins no term of a text, for it is no letter
_DIGITS = "0123456789"
_BATCH = 1_000
_MOST_WORDS = 20  # of one beginning that are asked for one by one: with 50 what took 1.1 ms took 2.9
_TERMS = table_of(FindingTermsRow)
# All words of the terms, on PostgreSQL: triggers keep them, which stand in the migrations too.
_WORDS = table(f"{LOOKED_UP_BY}_words", column("word", Text()))


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

    It would read where all the others are, too, before it tells of the first. What none of the `first` has is not common.
    """

    many: int = 100_000
    first: int = 500
    newest: int = 2_500
    often: int = 100


COMMON = Common()


@dataclass(frozen=True, slots=True)
class Terms:
    """So many terms that are looked for, whichever they are: what is asked about them is put together once."""

    dialect: str
    n: int
    name: str = "term"  # by which they are given: what is looked for beside them has another
    begins: bool = False  # whether the last is the beginning of a word that PostgreSQL knows

    @property
    def given(self) -> tuple[BindParameter[str], ...]:
        """The places of their texts in a question."""
        kind: TypeEngine[str] = postgresql.TSQUERY() if self.dialect == POSTGRESQL else Text()
        return tuple(bindparam(f"{self.name}_{k}", type_=kind) for k in range(self.n))

    @property
    def unseen(self) -> tuple[ColumnElement[str], ...]:
        """The same, whose texts no planner sees: one plan is then as good as another, and the first is kept (`db.engine.KEPT`)."""
        if self.dialect != POSTGRESQL:
            return self.given
        return tuple(select(cast(place, place.type)).scalar_subquery() for place in self.given)

    @property
    def beginning(self) -> BindParameter[str]:
        """The place of the beginning that the last one is."""
        return bindparam(f"{self.name}_begins", type_=Text())

    @property
    def looked_up(self) -> tuple[ColumnElement[str], ...]:
        """The same as the index is asked, with the few words that begin so instead of a beginning.

        Of a beginning it reads where all its words are before it looks at the other terms (22 ms where one in seven of a
        million findings has it), of whole words only what is near those (1 ms). In a row that is read anyway a beginning is
        found as soon, so that only the index is asked so. Where no word, or more than a few, begin so, it stays a beginning.
        """
        if not self.begins:
            return self.unseen
        begins, word, asked = self.beginning, _WORDS.c.word, cast(self.given[-1], postgresql.TSQUERY())
        # Up to the last letter that there may be.
        within = select(word).where(word >= begins, word < begins + _sql("chr(1114111)"))
        few = within.limit(as_text(_MOST_WORDS + 1)).subquery()
        # No term has a sign in it: between quotes with a colon behind them stands the beginning, and nothing else.
        words = _sql("'('''") + func.string_agg(few.c.word, _sql("''' | '''")) + _sql("''')'")
        whole = func.replace(cast(asked, Text), _sql("''''") + begins + _sql("''':*'"), words)
        is_few = func.count().between(as_text(1), as_text(_MOST_WORDS))
        one = case((is_few, cast(whole, asked.type)), else_=asked)
        return (*self.unseen[:-1], select(one).select_from(few).scalar_subquery())

    def found(self, query: Select[Any], most: int, *, common: Common = COMMON) -> "Found":
        """The findings of `query` that have them, counted as far as one more than `most`; asked with the texts.

        A database that guesses a rare word to be common walks the whole order in search of it, and one that guesses a
        common one to be rare sorts all that have it: so it first looks how many there are, and then reads the few it found,
        or walks. All in one statement, of which the way that is not taken costs nothing.
        """
        if self.dialect != POSTGRESQL:
            rest = _ids(query, _TERMS, self.given).limit(as_text(most + 1)).cte()
            few: ColumnElement[bool] = FindingRow.id.in_(select(rest.c.finding_id))
            is_often = None
        else:
            rest, is_often = self._looked_up(query, most + 1, common)
            # As one array they are asked for by their key, however many they are guessed to be.
            ids = select(rest.c.finding_id).scalar_subquery()
            few = FindingRow.id == any_(func.array(ids, type_=postgresql.ARRAY(Uuid())))
        n = select(func.count()).select_from(rest).scalar_subquery()
        read = query.where(n <= as_text(most), few)
        if is_often is None:
            return Found((read,), n)
        # A scalar subquery, for no database turns that round and begins with the terms.
        has = select(_have(_TERMS.c, self.unseen)).where(_TERMS.c.finding_id == FindingRow.id)
        walked = query.where(is_often, has.correlate(FindingRow).scalar_subquery())
        return Found((read, walked), select(case((is_often, as_text(-1)), else_=n)).scalar_subquery())

    def _looked_up(self, query: Select[Any], most: int, common: Common) -> tuple[CTE, ColumnElement[bool]]:
        """As many as `most` that have them, and whether among the newest these are so many that nothing else was read."""
        of = _TERMS.c
        is_large = select(func.max(of.number)).scalar_subquery() > as_text(common.many)
        last = select(of.finding_id, of.number, of.terms).where(is_large).order_by(of.number.desc())
        first = last.limit(as_text(common.first)).subquery()
        may_be = exists().where(_have(first.c, self.unseen)).select_from(first)
        those = last.where(may_be).limit(as_text(common.newest)).subquery()
        newest = _ids(query, those, self.unseen).limit(as_text(common.often + 1)).cte()
        is_often = select(func.count()).select_from(newest).scalar_subquery() > as_text(common.often)
        return _ids(query, _TERMS, self.looked_up).where(~is_often).limit(as_text(most)).cte(), is_often


class Found(NamedTuple):
    """Findings that were looked for: `ways` to read them, of which at most one finds any, and how `many` they are.

    Fewer than none: very many. More than `most`: no way finds them, and which is quick depends on how many (`Sought.all_of`).
    """

    ways: tuple[Select[Any], ...]
    many: ScalarSelect[int]


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: each of these terms, or one of the things beside it, by their identifiers.

    `texts` are the questions as the database reads them, one for each term or one for all; `begins` is the beginning
    that the last is, where the terms say so.
    """

    terms: Terms
    texts: tuple[str, ...]
    begins: str = ""

    @classmethod
    def of(cls, dialect: str, asked: Iterable[tuple[Term, Iterable[UUID]]], name: str = "term") -> "Sought":
        """As a database of this dialect looks it up."""
        pairs = [(term, tuple(f"{_MARK}{id.hex}" for id in about)) for term, about in asked]
        if dialect != POSTGRESQL:
            return cls(Terms(dialect, 1, name), (_fts5(pairs),))
        last = pairs[-1][0]
        # Numbers are not kept among the words: each reference is one.
        begins = last.parts[-1] if last.begins and last.parts[-1].strip(_DIGITS) else ""
        return cls(Terms(dialect, len(pairs), name, bool(begins)), tuple(map(_tsquery, pairs)), begins)

    @property
    def given(self) -> dict[str, str]:
        """What a question about the terms is asked with."""
        texts = {place.key: text for place, text in zip(self.terms.given, self.texts, strict=True)}
        return texts | ({self.terms.beginning.key: self.begins} if self.terms.begins else {})

    def ids(self) -> Select[UUID]:
        """The findings that have it, with its texts in the question."""
        placed = zip(self.terms.given, self.texts, strict=True)
        own = [bindparam("term", text, unique=True, type_=place.type) for place, text in placed]
        return select(_TERMS.c.finding_id).where(_have(_TERMS.c, own))

    def all_of(self, query: Select[Any]) -> Select[Any]:
        """The findings of `query` that have it, to be planned for what is looked for; asked with what is `given`."""
        return _all_of(query, self.terms)


@lru_cache(maxsize=128)
def _all_of(query: Select[Any], terms: Terms) -> Select[Any]:
    return query.where(FindingRow.id.in_(select(_TERMS.c.finding_id).where(_have(_TERMS.c, terms.given))))


def _ids(query: Select[Any], of: FromClause, terms: Sequence[ColumnElement[str]]) -> Select[UUID]:
    """The findings of `query` among some terms that have these, each finding looked at when its terms are right."""
    # A scalar subquery, or PostgreSQL might read all the findings of a filter beside the few that have a rare word.
    seen = query.with_only_columns(true(), maintain_column_froms=True).where(FindingRow.id == of.c.finding_id)
    return select(of.c.finding_id).where(_have(of.c, terms), seen.correlate(of).scalar_subquery())


def _have(of: Any, terms: Sequence[ColumnElement[str]]) -> ColumnElement[bool]:  # noqa: ANN401 - the columns of the terms or of some of them
    """Whether these terms are there: on SQLite all in one question."""
    if isinstance(terms[0].type, postgresql.TSQUERY):
        # One question a term, of which the index leaves those out that another answers; all in one took twice as long.
        return and_(*(of.terms.op("@@")(term) for term in terms))
    found = table(LOOKED_UP_BY, column("rowid"))
    numbers = select(found.c.rowid).where(literal_column(LOOKED_UP_BY).op("MATCH")(terms[0]))
    within: ColumnElement[bool] = of.number.in_(numbers)
    return within


def _sql(text: str) -> ColumnElement[str]:
    return literal_column(text, Text)


def _kept(written: Sequence[str], about: Sequence[UUID | None]) -> str:
    marks = " ".join(f"{_MARK}{id.hex}" for id in about if id is not None)
    return f"{grams.kept(*written)} {marks}".strip()


def _tsquery(pair: tuple[Term, Sequence[str]]) -> str:
    term, marks = pair
    words = " <-> ".join(f"'{part}'" for part in term.parts) + (":*" if term.begins else "")
    return " | ".join([f"({words})", *(f"'{mark}'" for mark in marks)])


def _fts5(pairs: Sequence[tuple[Term, Sequence[str]]]) -> str:
    def one(term: Term) -> str:
        return f'"{" ".join(term.parts)}"' + (" *" if term.begins else "")

    return " AND ".join(
        "(" + " OR ".join([one(term), *(f'"{mark}"' for mark in marks)]) + ")" for term, marks in pairs
    )
