"""What time is it, and who may say so?"""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Something that knows the moment. Read once per request or job batch, then handed down as `now`."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved: for tests, simulations and the demonstration."""

    def __init__(self, at: datetime) -> None:
        self._at = utc(at)

    def now(self) -> datetime:
        return self._at

    def set(self, at: datetime) -> None:
        """Put the clock at `at`, forwards or backwards."""
        self._at = utc(at)

    def advance(self, **span: float) -> datetime:
        """Move by a `timedelta`'s keywords (`days=8`) and return the new moment."""
        self._at += timedelta(**span)
        return self._at


def utc(at: datetime) -> datetime:
    """`at` in UTC. Raises ValueError for a moment without a zone."""
    if at.tzinfo is None:
        raise ValueError(f"A moment needs a time zone: {at.isoformat()}")
    return at.astimezone(UTC)
