"""On which days and on which ladder do the examples stand?"""

from datetime import UTC, date, datetime, timedelta

from clm_tracker.web import components as c
from clm_tracker.web import words

ZONE = "Asia/Phnom_Penh"
TODAY = date(2026, 10, 14)
NOW = datetime(2026, 10, 14, 2, 42, tzinfo=UTC)
STAGES = (
    "Reminder and dialogue",
    "Formal letter",
    "District",
    "Province",
    "National programme",
    "Oversight body and donors",
    "Public campaign",
    "Formal remedy",
)


def at(day: int, hour: int, minute: int, month: int = 10) -> words.When:
    """A moment of 2026 by the clock of Phnom Penh."""
    local = datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)
    return words.moment(local, ZONE, now=NOW)


def on(day: int, month: int = 10, style: words.Style = words.Style.SHORT) -> words.When:
    """A day of 2026."""
    return words.when(date(2026, month, day), style=style, today=TODAY)


def mark(day: int, month: int) -> words.When:
    """A day of 2026 as it stands under a promise line."""
    return on(day, month, words.Style.MARK)


def rung(stage: int, next_says: str | None = None, gate: c.Icon | None = None) -> c.Rung:
    """A place on the ladder of the examples."""
    name = STAGES[stage - 1] if stage else "Not on the ladder"
    return c.Rung(stage, len(STAGES), c.words(name), next_says, gate)
