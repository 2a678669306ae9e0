"""Who told the community of a finding, how are they reached safely, and until when is that kept? (R41)"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from clm_tracker.domain.cases import Finding
from clm_tracker.domain.names import is_seen
from clm_tracker.domain.rules import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """What somebody wrote about the person. It says nothing of itself where a value is printed or logged."""

    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    note: str = field(default="", repr=False)

    @property
    def says_something(self) -> bool:
        """Whether there is anything to keep."""
        return any(map(is_seen, (self.name, self.phone, self.note)))


def latest(kept_on: date, rules: Rules) -> date:
    """The day on which it is deleted at the latest, whatever becomes of the finding."""
    return kept_on + timedelta(days=rules.reporter_most_days)


def goes_on(latest_on: date, finding: Finding, rules: Rules) -> date:
    """The day on which it is deleted, as far as is known: sooner when the finding has ended."""
    ended = finding.resolved_at or finding.closed_at
    if ended is None:
        return latest_on
    return min(latest_on, rules.calendar.local_date(ended) + timedelta(days=rules.reporter_days))
