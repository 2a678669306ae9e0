"""Are moments in UTC wherever they come from, and does a fixed clock stand still?"""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from clm_tracker.kernel.clock import FixedClock, SystemClock, utc

NINE = datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=7)))


def test_a_fixed_clock_moves_only_when_it_is_moved() -> None:
    clock = FixedClock(NINE)
    assert clock.now() == clock.now() == datetime(2026, 3, 2, 2, tzinfo=UTC)
    assert clock.advance(days=1, hours=2) == clock.now() == datetime(2026, 3, 3, 4, tzinfo=UTC)
    clock.set(NINE)
    assert clock.now() == NINE


def test_moments_are_utc() -> None:
    assert utc(NINE).tzinfo is UTC
    assert FixedClock(NINE).now().tzinfo is UTC
    assert SystemClock().now().tzinfo is UTC


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        utc(datetime(2026, 3, 2, 9))  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(datetime(2026, 3, 2, 9))  # noqa: DTZ001 - that is the point
