"""Under which terms is a finding kept, and how does each database look them up?

The terms are those of its reference, title and description, and the identifiers of its area, site and post. The names
of those are looked up when somebody asks (`db.names`), so that a new name is found at once, and an old one no more.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    Connection,
    Select,
    bindparam,
    cast,
    column,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import Text, Uuid

from clm_tracker.db import bulk
from clm_tracker.db.base import POSTGRESQL, table_of
from clm_tracker.db.tables import FindingTermsRow
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
    into = postgresql.insert if connection.dialect.name == POSTGRESQL else sqlite.insert
    statement = into(_TERMS)
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


def finding_ids(dialect: str, asked: Iterable[tuple[Term, Iterable[UUID]]]) -> Select[UUID]:
    """The findings that have each of these terms, or are about one of the things beside it, by their identifiers."""
    pairs = [(term, [f"{_MARK}{id.hex}" for id in about]) for term, about in asked]
    of = _TERMS.c
    if dialect == POSTGRESQL:
        # Written out, so that the database plans for these very terms; they hold letters, marks and numbers alone.
        query: BindParameter[str] = bindparam("terms", _tsquery(pairs), literal_execute=True)
        return select(of.finding_id).where(of.terms.op("@@")(cast(query, postgresql.TSQUERY)))
    found = table(LOOKED_UP_BY, column("rowid"))
    numbers = select(found.c.rowid).where(literal_column(LOOKED_UP_BY).op("MATCH")(_fts5(pairs)))
    return select(of.finding_id).where(of.number.in_(numbers))


def _kept(written: Sequence[str], about: Sequence[UUID | None]) -> str:
    marks = " ".join(f"{_MARK}{id.hex}" for id in about if id is not None)
    return f"{grams.kept(*written)} {marks}".strip()


def _tsquery(pairs: Sequence[tuple[Term, Sequence[str]]]) -> str:
    def one(term: Term) -> str:
        return " <-> ".join(f"'{part}'" for part in term.parts) + (":*" if term.begins else "")

    return " & ".join(
        "(" + " | ".join([f"({one(term)})", *(f"'{mark}'" for mark in marks)]) + ")" for term, marks in pairs
    )


def _fts5(pairs: Sequence[tuple[Term, Sequence[str]]]) -> str:
    def one(term: Term) -> str:
        return f'"{" ".join(term.parts)}"' + (" *" if term.begins else "")

    return " AND ".join(
        "(" + " OR ".join([one(term), *(f'"{mark}"' for mark in marks)]) + ")" for term, marks in pairs
    )
