"""Which findings does the demonstration tell, and on which day does each begin?

The days come from the seed: within what the plot allows, every finding opens on its own working day and hour.
"""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clm_tracker.demo import programme
from clm_tracker.demo.findings import care, mental, prevention, social, stigma, violence
from clm_tracker.demo.findings.entry import Entry
from clm_tracker.demo.plots import PLOTS
from clm_tracker.domain.calendars import Calendar

FINDINGS: tuple[Entry, ...] = (
    *prevention.FINDINGS,
    *care.FINDINGS,
    *social.FINDINGS,
    *violence.FINDINGS,
    *stigma.FINDINGS,
    *mental.FINDINGS,
)


@dataclass(frozen=True, slots=True)
class Opening:
    """When a finding is logged (in UTC), and the day on which it was observed."""

    entry: Entry
    at: datetime
    observed_on: date


def openings(rng: random.Random, calendar: Calendar) -> tuple[Opening, ...]:
    """Every finding with the moment it is logged, earliest first; the same generator state gives the same days.

    `calendar` is the programme's. Every moment is a working day's, between 08:00 and 16:30 local time.
    """
    today = calendar.local_date(programme.TODAY_AT)
    made = []
    for entry in FINDINGS:
        day = calendar.subtract_working_days(today, rng.randint(*PLOTS[entry.plot].age))
        at = calendar.start_of(day) + timedelta(hours=8, minutes=5 * rng.randint(0, 102))
        made.append(Opening(entry, at, day - timedelta(days=entry.observed_before)))
    return tuple(sorted(made, key=lambda one: (one.at, one.entry.key)))
