"""What may every test of the jobs ask for?"""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from tests.db import kept


@pytest.fixture
def store(engine: Engine) -> Store:
    """A store with the small programme in it, once on each database."""
    store = Store(engine)
    kept.seed(store)
    return store


@pytest.fixture
def on_postgresql(postgres_url: str) -> Iterator[Store]:
    """The same on PostgreSQL alone, for what only several processes can show."""
    engine = make_engine(postgres_url)
    store = Store(engine)
    kept.seed(store)
    yield store
    engine.dispose()
