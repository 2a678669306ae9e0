"""Why this date? Each day of a window counted or skipped with its reason, laid out as a calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from string import ascii_lowercase

from clm_tracker.web import words
from clm_tracker.web.words import When, _


@dataclass(frozen=True, slots=True)
class Day:
    """One day after the start, as the domain explains it (R12). `reason` says why it was skipped."""

    on: date
    counted: bool
    reason: str | None = None
    weekend: bool = False


class Look(StrEnum):
    START = "start"
    COUNTED = "counted"
    OFF = "off"
    END = "end"


@dataclass(frozen=True, slots=True)
class Cell:
    """One square: its day of the month, the mark in its corner, and what both mean, in words."""

    number: str
    look: Look
    mark: str
    says: str
    today: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """`keys` explain the letters of skipped days; `None` in a week is a day outside the window."""

    caption: str
    weekdays: tuple[str, ...]
    weeks: tuple[tuple[Cell | None, ...], ...]
    keys: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Due:
    """The date card: what happens on which day, how long that is, and why that day."""

    id: str
    label: str
    day: When
    note: str | None = None
    why: Calendar | None = None
    open: bool = False


def calendar(
    caption: str,
    start: date,
    days: Sequence[Day],
    today: date,
    *,
    start_says: str,
    end_says: str,
    lang: str = "en",
) -> Calendar:
    """The weeks from `start` to the last of `days`, Monday first.

    `days` are the days after the start in order; the last one is the due day. Weekends need no letter;
    every other reason gets one, in the order in which they appear.
    """
    if not days:
        raise ValueError("A due date has at least one day to explain")
    letters: dict[str, str] = {}
    first_said: dict[str, list[date]] = {}
    cells = {start: Cell(_number(start, lang), Look.START, _("start"), start_says, start == today)}
    n = 0
    for d in days:
        last = d is days[-1]
        if d.counted:
            n += 1
            number = _("day {n}").format(n=n)
            cell = Cell(
                _number(d.on, lang),
                Look.END if last else Look.COUNTED,
                str(n),
                _("{end}, {number}").format(end=end_says, number=number) if last else number,
            )
        else:
            reason = d.reason or _("not a working day")
            mark = ""
            if not d.weekend:
                mark = letters.setdefault(reason, _letter(len(letters)))
                first_said.setdefault(reason, []).append(d.on)
            off = _("skipped: {reason}").format(reason=reason)
            cell = Cell(
                _number(d.on, lang),
                Look.END if last else Look.OFF,
                mark,
                _("{end}, {off}").format(end=end_says, off=off) if last else off,
            )
        if d.on == today:
            cell = Cell(cell.number, cell.look, cell.mark, _("today, {day}").format(day=cell.says), True)
        cells[d.on] = cell
    monday = start - timedelta(days=start.weekday())
    weeks = []
    while monday <= days[-1].on:
        weeks.append(tuple(cells.get(monday + timedelta(days=i)) for i in range(7)))
        monday += timedelta(days=7)
    names = tuple(words.weekday(i, lang) for i in range(7))
    keys = [(words.day(start, lang, style=words.Style.MARK), start_says)]
    keys += [(letter, _keyed(reason, first_said[reason], lang)) for reason, letter in letters.items()]
    return Calendar(caption, names, tuple(weeks), tuple(keys))


def _letter(n: int) -> str:
    return ascii_lowercase[n] if n < 26 else _letter(n // 26 - 1) + _letter(n % 26)


def _number(d: date, lang: str) -> str:
    """The day of the month, with the month where a new one begins."""
    return words.day(d, lang, style=words.Style.MARK) if d.day == 1 else str(d.day)


def _keyed(reason: str, on: list[date], lang: str) -> str:
    """ "Pchum Ben, 10 to 12 October"."""
    first = words.day(on[0], lang, style=words.Style.DAY)
    if len(on) == 1:
        return _("{reason}, {day}").format(reason=reason, day=first)
    start = str(on[0].day) if on[0].month == on[-1].month else first
    return _("{reason}, {start} to {end}").format(
        reason=reason, start=start, end=words.day(on[-1], lang, style=words.Style.DAY)
    )
