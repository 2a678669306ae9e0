"""What may every test of a query ask for? The cast, and how many statements were made."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import event

from tests.cast import Cast

Statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def cast(cast_on_each: Cast) -> Cast:
    return cast_on_each


@pytest.fixture
def statements(cast: Cast) -> Statements:
    """Collects what is asked of the database inside the block, besides the transaction's own words."""

    @contextmanager
    def collect() -> Iterator[list[str]]:
        made: list[str] = []

        def note(_c: object, _k: object, statement: str, *_rest: object) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA", "SET ")):
                made.append(statement)

        event.listen(cast.store.engine, "before_cursor_execute", note)
        try:
            yield made
        finally:
            event.remove(cast.store.engine, "before_cursor_execute", note)

    return collect
