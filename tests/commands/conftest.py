"""What may every test of a command ask for? The cast, in a database of its own on each of the two."""

import pytest
from sqlalchemy import Engine

from clm_tracker.db.units import Store
from tests.cast import Cast


@pytest.fixture
def cast(cast_on_each: Cast) -> Cast:
    return cast_on_each


@pytest.fixture
def store(cast: Cast) -> Store:
    return cast.store


@pytest.fixture
def engine(store: Store) -> Engine:
    return store.engine
