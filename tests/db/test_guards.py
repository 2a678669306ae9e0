"""Does the database itself refuse what goes around the program? (R7, R35)"""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from clm_tracker.db.base import Base
from clm_tracker.db.engine import make_engine
from clm_tracker.db.tables import ObligationRow
from clm_tracker.db.tables.obligations import BOOKKEEPING
from clm_tracker.db.units import Store
from tests.db import kept
from tests.db.kept import DARA
from tests.domain.world import NOW, PROGRAMME

CASE_TABLES = ("findings", "obligations", "actions", "proposals", "evidence")
STAYS = "is refused: what is recorded stays"


@pytest.fixture
def postgres_store(postgres_url: str) -> Iterator[Store]:
    """Only PostgreSQL can ask at the end of a transaction; on SQLite the unit asks alone."""
    yield from _store(postgres_url)


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    """Only SQLite knows REPLACE."""
    yield from _store(sqlite_url)


def _store(url: str) -> Iterator[Store]:
    store = Store(make_engine(url))
    kept.seed(store)
    yield store
    store.engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET actor_name = 'somebody else'",
        "DELETE FROM ledger",
        "DELETE FROM findings",
        "DELETE FROM obligations",
    ],
)
def test_what_is_recorded_stays(store: Store, statement: str) -> None:
    kept.opened(store)
    with pytest.raises(IntegrityError, match=STAYS), store.engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("table", ["ledger", *CASE_TABLES])
def test_nothing_is_emptied_at_one_stroke(postgres_store: Store, table: str) -> None:
    with pytest.raises(IntegrityError, match=STAYS), postgres_store.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {table} CASCADE"))


@pytest.mark.parametrize("which", ["seq", "dedup"])
def test_a_line_cannot_be_replaced_on_sqlite(sqlite_store: Store, which: str) -> None:
    with sqlite_store.engine.begin() as connection:
        connection.execute(text("INSERT INTO ledger SELECT 77, programme_id, finding_id, obligation_id, at, unit, "
            "actor_id, actor_name, actor_role, act, kind, subject, subject_id, facts, changes, request, 'once', NULL "
            "FROM ledger LIMIT 1"))  # fmt: skip
    seq, dedup = ("77", "'other'") if which == "seq" else ("78", "'once'")
    with pytest.raises(IntegrityError, match="UNIQUE"), sqlite_store.engine.begin() as connection:
        connection.execute(text(f"REPLACE INTO ledger SELECT {seq}, programme_id, finding_id, obligation_id, at, unit, "
            f"actor_id, 'forged', actor_role, act, kind, subject, subject_id, facts, changes, request, {dedup}, NULL "
            "FROM ledger LIMIT 1"))  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE findings SET title = 'prettier'",
        "UPDATE obligations SET due_at = due_at + interval '1 year'",
        "UPDATE obligations SET stage = 3, next_check_at = NULL",
        (
            "INSERT INTO evidence (id, programme_id, finding_id, kind, purpose, side, given_by, attached_at, caption, sha256,"
            " version) SELECT gen_random_uuid(), programme_id, id, 'link', 'problem', 'community', id, logged_at, '', '', 1"
            " FROM findings"
        ),
    ],
)
def test_nothing_changes_without_a_line(postgres_store: Store, statement: str) -> None:
    """Even from psql: asked when the transaction commits."""
    finding = kept.opened(postgres_store)
    before = kept.case(postgres_store, finding)
    done = False
    with (
        pytest.raises(IntegrityError, match="no ledger line of this unit"),
        postgres_store.engine.begin() as connection,
    ):
        connection.execute(text(statement))
        done = True
    assert done, "refused at the end, not at the statement"
    assert kept.case(postgres_store, finding) == before


def test_an_old_unit_is_no_excuse_for_another_finding(postgres_store: Store) -> None:
    one = kept.opened(postgres_store)
    other = kept.opened(postgres_store, id=PROGRAMME, ref="KH-2026-0002")
    with pytest.raises(IntegrityError, match=str(other.id)), postgres_store.engine.begin() as connection:
        unit = connection.scalar(
            text("SELECT unit FROM ledger WHERE finding_id = :id LIMIT 1"), {"id": one.id}
        )
        connection.execute(text(f"SET LOCAL clm.unit = '{unit}'"))
        connection.execute(text("UPDATE findings SET title = 'x' WHERE id = :id"), {"id": other.id})


def test_bookkeeping_needs_no_line(store: Store) -> None:
    """R24, R32: moving the next look at an obligation is no change of what is owed."""
    kept.opened(store)
    with store.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE obligations SET next_check_at = NULL, park_count = 1, problem = 'x', parked_until = NULL"
            )
        )
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        assert unit.session.query(ObligationRow.park_count).scalar() == 1


def test_the_guard_knows_every_column_of_an_obligation(postgres_store: Store) -> None:
    """A column added later must be guarded, or named as bookkeeping here and in the code."""
    with postgres_store.engine.connect() as connection:
        guard = connection.scalar(
            text(
                "SELECT pg_get_triggerdef(oid) FROM pg_trigger"
                " WHERE tgname = 'update_needs_ledger_line' AND tgrelid = 'obligations'::regclass"
            )
        )
    guarded = set(re.findall(r'old\."?(\w+)"?', str(guard)))
    assert (
        guarded
        == {c["name"] for c in inspect(postgres_store.engine).get_columns("obligations")} - BOOKKEEPING
    )


def test_every_guard_is_there_after_the_last_migration(engine: Engine) -> None:
    """A batch migration on SQLite makes a table anew, and loses its triggers unless it makes them too."""
    names = (
        "SELECT tgrelid::regclass || ' ' || tgname FROM pg_trigger WHERE NOT tgisinternal"
        if engine.dialect.name == "postgresql"
        else "SELECT tbl_name || ' ' || substr(name, length(tbl_name) + 2) FROM sqlite_master WHERE type = 'trigger'"
    )
    with engine.connect() as connection:
        found = set(connection.scalars(text(names)))
    if engine.dialect.name == "postgresql":
        kinds = ("never_deleted", "insert_needs_ledger_line", "update_needs_ledger_line")
        assert found == {
            "ledger only_grows", *(f"{t} {k}" for t in CASE_TABLES for k in kinds),
            *(f"finding_terms {what}" for what in ("added", "changed")),  # no guards: the words of the terms
        }  # fmt: skip
    else:
        assert found == {
            "ledger not_updated", "ledger not_replaced", *(f"{t} not_deleted" for t in ("ledger", *CASE_TABLES)),
            *(f"finding_terms {what}" for what in ("added", "changed", "gone")),  # no guards: the index of terms
        }  # fmt: skip


def test_a_word_that_does_not_exist_is_refused(store: Store) -> None:
    with pytest.raises(DatabaseError, match="ck_memberships_role"), store.engine.begin() as connection:
        connection.execute(text(
            "INSERT INTO memberships (id, programme_id, person_id, role, organisation, area_ids, theme_ids)"
            " SELECT programmes.id, programmes.id, people.id, 'king', '', '[]', '[]' FROM programmes, people"
        ))  # fmt: skip


def test_every_enum_column_is_checked() -> None:
    unchecked = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if hasattr(column.type, "enums") and not column.type.create_constraint  # type: ignore[attr-defined]
    ]
    assert not unchecked
