"""Is no update lost, no moment wrong, and no reader able to write?"""

import multiprocessing
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from psycopg import _queries
from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from clm_tracker.db import numbers
from clm_tracker.db.engine import KEPT, READING, Compiled, make_engine
from clm_tracker.db.tables import AreaRow, CounterRow, HeartbeatRow, MembershipRow, PersonRow
from clm_tracker.db.units import Store
from clm_tracker.domain.words import Role
from clm_tracker.kernel.refusals import NotNow
from tests.db import kept
from tests.db.kept import CHAN, DARA
from tests.domain.world import NOW, PROGRAMME, the

TIMES, PROCESSES = 60, 3


def _add_one(url: str) -> None:
    engine = make_engine(url)
    for _ in range(TIMES):
        with engine.begin() as connection:
            value = connection.scalar(text("SELECT value FROM counters WHERE name = 'x'"))
            connection.execute(text("UPDATE counters SET value = :v WHERE name = 'x'"), {"v": value + 1})
    engine.dispose()


def _take_one(url: str) -> None:
    store = Store(make_engine(url))
    for _ in range(TIMES // 3):
        with store.writing(now=NOW, actor=CHAN, programme_id=PROGRAMME) as unit:
            numbers.next_reference(unit)
    store.engine.dispose()


def _together(what: object, url: str) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=what, args=(url,)) for _ in range(PROCESSES)]  # type: ignore[arg-type]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES


def test_no_update_is_lost_on_sqlite(sqlite_url: str) -> None:
    """Each reads, then writes what it read plus one; with the driver's own way half of them are lost."""
    store = Store(make_engine(sqlite_url))
    kept.seed(store)
    with Session(store.engine) as session:
        session.add(CounterRow(programme_id=PROGRAMME, name="x", value=0))
        session.commit()
    _together(_add_one, sqlite_url)
    with Session(store.engine) as session:
        assert session.scalars(select(CounterRow.value)).one() == TIMES * PROCESSES
    store.engine.dispose()


def test_no_number_is_given_twice(store: Store, database_url: str) -> None:
    _together(_take_one, database_url)
    with store.writing(now=NOW, actor=CHAN, programme_id=PROGRAMME) as unit:
        given = TIMES // 3 * PROCESSES
        assert numbers.next_references(unit, 2) == [f"KH-2026-{given + 1:04}", f"KH-2026-{given + 2:04}"]


def test_a_year_begins_at_local_midnight(store: Store) -> None:
    for at, ref in (
        (kept.at(2026, 12, 31, 16, 59), "KH-2026-0001"),
        (kept.at(2026, 12, 31, 17, 0), "KH-2027-0001"),  # midnight in Phnom Penh
    ):
        with store.writing(now=at, actor=CHAN, programme_id=PROGRAMME) as unit:
            assert numbers.next_reference(unit) == ref


def test_a_moment_comes_back_as_it_was(engine: Engine) -> None:
    phnom_penh = timezone(timedelta(hours=7))
    at = datetime(2026, 3, 2, 7, 0, 0, 123456, tzinfo=phnom_penh)
    with Session(engine) as session:
        session.add(HeartbeatRow(name="sweep", at=at, outcome={"steps": 3}, schema="0001"))
        session.commit()
        session.expire_all()
        row = session.scalars(select(HeartbeatRow).where(HeartbeatRow.at == at)).one()
        assert (row.at, row.at.tzinfo) == (at, UTC)
        assert not session.scalars(select(HeartbeatRow).where(HeartbeatRow.at < at)).all()


def test_a_moment_without_a_zone_is_refused(engine: Engine) -> None:
    naive = datetime(2026, 3, 2, 7)  # noqa: DTZ001 - this is the mistake
    with Session(engine) as session, pytest.raises(StatementError, match="needs a time zone"):
        session.execute(insert(HeartbeatRow).values(name="x", at=naive, outcome={}, schema=""))


def test_typed_json_comes_back_typed(store: Store) -> None:
    areas = frozenset({the("Sangkae"), the("Pailin")})
    with Session(store.engine) as session:
        row = MembershipRow(
            id=the("m"), programme_id=PROGRAMME, person_id=the("Sok"), role=Role.ADVOCATE, area_ids=areas
        )
        session.add(row)
        session.commit()
        session.expire_all()
        assert (row.area_ids, row.theme_ids, row.role) == (areas, frozenset(), Role.ADVOCATE)


def test_an_address_is_one_however_it_is_written(engine: Engine) -> None:
    with Session(engine) as session:
        session.add(PersonRow(id=the("a"), name="A", email=" Ann@Example.ORG", created_at=NOW))
        session.commit()
        assert session.scalars(select(PersonRow.email).where(PersonRow.email == "ANN@example.org")).one()
        session.add(PersonRow(id=the("b"), name="B", email="ann@example.org", created_at=NOW))
        with pytest.raises(DBAPIError, match="email"):
            session.commit()


def test_who_only_looks_cannot_change(store: Store) -> None:
    with (
        pytest.raises(DBAPIError, match=r"read-?only"),
        store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit,
    ):
        unit.session.execute(text("UPDATE areas SET name = 'X'"))
    with store.engine.begin() as connection:  # the same connection writes again afterwards
        connection.execute(text("UPDATE areas SET name = 'Y'"))


def test_a_look_is_one_picture(store: Store) -> None:
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        before = unit.session.scalars(select(AreaRow.name).order_by(AreaRow.id)).all()
        with store.engine.begin() as connection:
            connection.execute(text("UPDATE areas SET name = 'X'"))
        assert unit.session.scalars(select(AreaRow.name).order_by(AreaRow.id)).all() == before


@pytest.fixture
def waiting(database_url: str) -> Iterator[Store]:
    """The same database by an engine of its own."""
    engine = make_engine(database_url)
    yield Store(engine)
    engine.dispose()


def test_who_finds_it_locked_is_told_to_try_again(store: Store, waiting: Store) -> None:
    quick = (
        "SET LOCAL lock_timeout = '50ms'"
        if waiting.engine.dialect.name == "postgresql"
        else "PRAGMA busy_timeout = 50"
    )
    if waiting.engine.dialect.name == "sqlite":
        with waiting.engine.connect() as connection:  # the pool gives the same connection again
            connection.execute(text(quick))
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE programmes SET name = 'X'"))
        with (
            pytest.raises(NotNow, match="Try again in a moment") as told,
            waiting.writing(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit,
        ):
            unit.session.execute(text(quick))
            unit.session.execute(text("UPDATE programmes SET name = 'Y'"))
    assert told.value.code == "busy"


def test_settings_of_each_connection(engine: Engine) -> None:
    wanted: dict[str, object] = {
        "SHOW timezone": "UTC",
        "SHOW lock_timeout": "5s",
        "SHOW statement_timeout": "30s",
        "SHOW application_name": "clm-tracker",
        "SHOW transaction_read_only": "on",
    }
    if engine.dialect.name == "sqlite":
        wanted = {
            "PRAGMA journal_mode": "wal",
            "PRAGMA foreign_keys": 1,
            "PRAGMA busy_timeout": 15000,
            "PRAGMA synchronous": 1,
        }
    with engine.execution_options(**{READING: True}).connect() as connection:
        assert {ask: connection.scalar(text(ask)) for ask in wanted} == wanted


def test_a_question_is_found_by_itself_and_one_like_it_by_what_it_asks() -> None:
    """The very same is not compared; what is let go for others is compared once more, and never taken for another."""
    compiled, asked = Compiled(near=2), 0

    class Question(tuple[object, ...]):
        __slots__ = ()

        def __hash__(self) -> int:
            nonlocal asked
            asked += 1
            return super().__hash__()

    first, alike, other = Question(("a", "b")), Question(("a", "b")), Question(("a", "c"))
    compiled["dialect", first, ("x",), False, False] = "one"
    compiled["dialect", other, ("x",), False, False] = "two"
    asked = 0
    for _again in range(3):
        assert compiled.get(("dialect", first, ("x",), False, False)) == "one"
    assert asked == 1
    assert compiled.get(("dialect", alike, ("x",), False, False)) == "one"
    assert compiled.get(("dialect", first, ("x", "y"), False, False)) is None
    assert compiled.get(("dialect", first, ("x",), False, True)) is None
    assert compiled.get(("dialect", other, ("x",), False, False)) == "two"
    assert compiled.get(("dialect", first, ("x",), False, False)) == "one"


def test_another_fault_is_not_called_busy(store: Store) -> None:
    with (
        pytest.raises(DBAPIError, match="nowhere"),
        store.writing(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit,
    ):
        unit.session.execute(text("SELECT * FROM nowhere"))


def test_a_connection_that_the_server_closed_is_replaced_before_anything_is_asked(postgres_url: str) -> None:
    store = Store(make_engine(postgres_url))

    def ask() -> int:
        return int(store.ask(select(func.pg_backend_pid()), {})[0][0])

    before = ask()
    assert ask() == before
    other = make_engine(postgres_url)
    with other.connect() as connection:
        connection.execute(select(func.pg_terminate_backend(before, 5_000)))
    other.dispose()
    assert ask() != before
    store.engine.dispose()


def test_a_long_question_is_looked_through_once(postgres_url: str) -> None:
    engine = make_engine(postgres_url)
    question = text(f"SELECT :n, '{'x' * 10_000}'")
    with engine.connect() as connection:
        connection.execute(question, {"n": "1"}).all()
        before = _queries._query2pg.cache_info()
        connection.execute(question, {"n": "2"}).all()
        after = _queries._query2pg.cache_info()
    engine.dispose()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)


def test_what_may_be_kept_is_planned_once_and_all_else_anew(postgres_url: str) -> None:
    store = Store(make_engine(postgres_url))
    prepared = text("SELECT statement FROM pg_prepared_statements")
    kept = select(CounterRow.value).execution_options(**{KEPT: True})

    def ask() -> list[str]:
        with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as look:
            look.session.execute(kept).all()
            look.session.execute(select(CounterRow.name)).all()
            return list(look.session.scalars(prepared))

    last = [ask() for _ in range(7)][-1]
    store.engine.dispose()
    assert [" ".join(one.split()) for one in last] == ["SELECT counters.value FROM counters"]
