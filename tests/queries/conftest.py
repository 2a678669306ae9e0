"""What may every test of a query ask for? The cast, and how many statements were made."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import Engine, event

from clm_tracker.db.units import Store
from clm_tracker.kernel.clock import FixedClock
from tests.cast import Cast, a_programme

Statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def store(engine: Engine) -> Store:
    return Store(engine)


@pytest.fixture
def cast(store: Store, clock: FixedClock) -> Cast:
    return a_programme(store, clock.now())


@pytest.fixture
def statements(engine: Engine) -> Statements:
    """Collects what is asked of the database inside the block, besides the transaction's own words."""

    @contextmanager
    def collect() -> Iterator[list[str]]:
        made: list[str] = []

        def note(_c: object, _k: object, statement: str, *_rest: object) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA", "SET ")):
                made.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield made
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return collect
