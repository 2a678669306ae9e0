"""How is a promise drawn: where on a shared line lie agreement, first date, extensions, report and check?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from clm_tracker.web.words import When


class Bar(StrEnum):
    """How a stretch of the line is drawn: thick up to the first promise, thinner with each extension."""

    WHOLE = "whole"
    SLIP = "slip1"
    SLIP_AGAIN = "slip2"
    OVER = "over"
    WAIT = "wait"


class Mark(StrEnum):
    FIRST = "first"
    MOVED = "moved"
    REPORTED = "reported"
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True)
class Promised:
    """The days of one corrective action. `moved` holds the new date of each extension, in order."""

    agreed: date
    first: date
    moved: tuple[date, ...] = ()
    reported: date | None = None
    verified: date | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """The days that a set of promise lines has in common, so that they can be compared."""

    first: date
    last: date

    def at(self, d: date) -> str:
        """The place of a day in per cent, held inside the line."""
        share = (d - self.first).days / (self.last - self.first).days
        return f"{min(max(share, 0.0), 1.0) * 100:.1f}%"


def axis(promises: Sequence[Promised], today: date) -> Axis:
    """From the first agreement to a little after the last day that anything lies on."""
    days = [today]
    for p in promises:
        days += [p.agreed, p.first, *p.moved, *(d for d in (p.reported, p.verified) if d)]
    first, last = min(days), max(days)
    return Axis(first, last + timedelta(days=max(3, (last - first).days // 12)))


@dataclass(frozen=True, slots=True)
class Stretch:
    bar: Bar
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Point:
    mark: Mark
    at: str


@dataclass(frozen=True, slots=True)
class PromiseDate:
    """One date under the line; together they are its legend."""

    label: str
    day: When
    mark: Mark | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """A corrective action as a line. `says` tells the whole picture in words to who cannot see it."""

    id: str
    title: str
    verdict: str
    says: str
    stretches: tuple[Stretch, ...]
    points: tuple[Point, ...]
    today: str
    dates: tuple[PromiseDate, ...]
    href: str | None = None


def drawing(p: Promised, on: Axis, today: date) -> tuple[tuple[Stretch, ...], tuple[Point, ...]]:
    """Bars and marks of one promise: work until its report or today, then the wait for verification."""
    done = p.reported or today
    stretches: list[Stretch] = []

    def stretch(bar: Bar, start: date, end: date) -> None:
        if end > start:
            stretches.append(Stretch(bar, on.at(start), on.at(end)))

    turns = (p.agreed, p.first, *p.moved)
    for n, (start, end) in enumerate(pairwise(turns)):
        stretch((Bar.WHOLE, Bar.SLIP, Bar.SLIP_AGAIN)[min(n, 2)], start, min(end, done))
    stretch(Bar.OVER, max(turns[-1], p.agreed), done)
    if p.reported:
        stretch(Bar.WAIT, p.reported, p.verified or today)
    points = [Point(Mark.FIRST, on.at(p.first)), *(Point(Mark.MOVED, on.at(d)) for d in p.moved)]
    if p.reported:
        points.append(Point(Mark.REPORTED, on.at(p.reported)))
    if p.verified:
        points.append(Point(Mark.VERIFIED, on.at(p.verified)))
    return tuple(stretches), tuple(points)
