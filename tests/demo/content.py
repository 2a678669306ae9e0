"""What do the tests of the demonstration's content share: its calendar, and every text in it?"""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import holidays

from clm_tracker.demo import people, places, programme
from clm_tracker.demo.findings import FINDINGS
from clm_tracker.demo.plots import PLOTS
from clm_tracker.domain.calendars import Calendar

KHMER = re.compile("[\u1780-\u17ff]")


def calendar() -> Calendar:
    closed = dict(holidays.country_holidays("KH", years=range(2025, 2028)).items())
    closed |= {one.day: one.name for one in programme.CLOSED_DAYS}
    return Calendar(programme.TIMEZONE, frozenset({5, 6}), closed)


def texts(thing: object) -> Iterator[str]:
    """Every string in a dataclass or a tuple of them, however deep."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, tuple | frozenset):
        for one in thing:
            yield from texts(one)
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from texts(getattr(thing, field.name))


EVERYTHING = (
    programme.PROGRAMME,
    programme.THEMES,
    programme.GROUPS,
    programme.ROUNDS,
    programme.FORUMS,
    programme.CLOSED_DAYS,
    places.AREAS,
    places.SITES,
    people.ORGANISATIONS,
    people.POSTS,
    people.HOLDERS,
    people.PEOPLE,
    FINDINGS,
    tuple(PLOTS.values()),
)
