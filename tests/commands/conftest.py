"""What may every test of a command ask for? The cast."""

import pytest
from sqlalchemy import Engine

from clm_tracker.db.units import Store
from clm_tracker.kernel.clock import FixedClock
from tests.cast import Cast, a_programme


@pytest.fixture
def store(engine: Engine) -> Store:
    return Store(engine)


@pytest.fixture
def cast(store: Store, clock: FixedClock) -> Cast:
    return a_programme(store, clock.now())
