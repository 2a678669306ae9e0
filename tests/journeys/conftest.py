"""What does every journey begin with? A programme of its own, on each of the two databases, on a Monday morning."""

import pytest
from sqlalchemy import Engine

from clm_tracker.db.units import Store
from clm_tracker.kernel.clock import FixedClock
from tests.cast import a_programme
from tests.journeys.journal import Journal


@pytest.fixture
def journal(engine: Engine, clock: FixedClock) -> Journal:
    return Journal(a_programme(Store(engine), clock.now()), clock.now())
