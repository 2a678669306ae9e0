"""What may every test of the database floor ask for?"""

import pytest
from sqlalchemy import Engine

from clm_tracker.db.units import Store
from tests.db import kept


@pytest.fixture
def store(engine: Engine) -> Store:
    """A store with the small programme in it, once on each database."""
    store = Store(engine)
    kept.seed(store)
    return store
