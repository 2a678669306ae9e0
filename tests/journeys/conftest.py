"""What does every journey begin with? A programme of its own, on each of the two databases, on a Monday morning."""

import pytest

from clm_tracker.kernel.clock import FixedClock
from tests.cast import Cast
from tests.journeys.journal import Journal


@pytest.fixture
def journal(cast_on_each: Cast, clock: FixedClock) -> Journal:
    return Journal(cast_on_each, clock.now())
