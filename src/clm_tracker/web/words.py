"""How are dates, numbers and lists said to people, in their language and the programme's time zone?

Every fixed text passes through `_` or `plural` of `kernel/speech.py`, and is said in the language of the request.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from clm_tracker.kernel import clock, speech
from clm_tracker.kernel.cldr import (
    Style,
    counted,
    dated,
    day,
    listed,
    locale,
    number,
    pattern,
    written,
    year_pattern,
)
from clm_tracker.kernel.speech import ENGLISH, N_, Labels, _, plural

__all__ = [
    "N_",
    "BigDay",
    "Labels",
    "Style",
    "Unit",
    "When",
    "_",
    "ago",
    "big_day",
    "countdown",
    "counted",
    "dated",
    "day",
    "language_name",
    "length",
    "listed",
    "locale",
    "moment",
    "number",
    "of",
    "plural",
    "quoted",
    "size",
    "weekday",
    "when",
]


class Unit(StrEnum):
    """In what a window is counted (R11)."""

    WORKING_DAY = "wd"
    DAY = "d"
    HOUR = "h"


@dataclass(frozen=True, slots=True)
class When:
    """A day or moment as people say it, with the form that machines read."""

    iso: str
    text: str


@dataclass(frozen=True, slots=True)
class BigDay:
    """A day in its parts, so that its number can be set large; with a year where it is another one."""

    iso: str
    weekday: str
    number: str
    month: str
    year: str = ""


def language_name(tag: str, lang: str | None = None) -> str:
    """The name of a language: "French"; the tag itself where CLDR knows none."""
    name: str = locale(lang or speech.language()).languages.get(tag, tag)
    return name[:1].upper() + name[1:]


def when(
    d: date, lang: str | None = None, *, style: Style = Style.SENTENCE, today: date | None = None
) -> When:
    """`day` with its machine form; with its year where no `today` says which one is meant."""
    tag = lang or speech.language()
    with_year = today is None or today.year != d.year
    return When(d.isoformat(), written(d, pattern(style, tag, with_year=with_year), tag))


def weekday(index: int, lang: str | None = None) -> str:
    """The short name of a day of the week; 0 is Monday."""
    name: str = locale(lang or speech.language()).days["stand-alone"]["abbreviated"][index]
    return name


def big_day(d: date, lang: str | None = None, *, today: date | None = None) -> BigDay:
    """A day to be set large in a list of what is owed. The year is added when `today` lies in another one."""
    tag = lang or speech.language()
    other_year = today is not None and today.year != d.year
    year = written(d, year_pattern(tag), tag) if other_year else ""
    return BigDay(d.isoformat(), written(d, "EEE", tag), written(d, "d", tag), written(d, "MMM", tag), year)


def moment(at: datetime, tz: str | ZoneInfo, lang: str | None = None, *, now: datetime | None = None) -> When:
    """ "Tue 13 Oct, 06:00" in the zone `tz`. The year is added when `now` lies in another one.

    Raises ValueError for a moment without a zone.
    """
    zone = ZoneInfo(tz) if isinstance(tz, str) else tz
    local = clock.utc(at).astimezone(zone)
    other_year = now is not None and now.astimezone(zone).year != local.year
    tag = lang or speech.language()
    said = written(local.date(), pattern(Style.SHORT, tag, with_year=other_year), tag)
    hour = f"{local:%H:%M}"  # what CLDR's "HH:mm" is in every language
    joined = "{1}, {0}" if locale(tag).language == ENGLISH else str(locale(tag).datetime_formats["medium"])
    return When(local.isoformat(timespec="minutes"), joined.format(hour, said))


def countdown(left: int, lang: str | None = None, *, unit: Unit = Unit.WORKING_DAY) -> str:
    """ "in 6 working days", "today", "12 working days late". `left` is negative when the day has passed."""
    if left == 0:
        return _("within the hour") if unit is Unit.HOUR else _("today")
    n = abs(left)
    if unit is Unit.WORKING_DAY:
        ahead = plural("in {n} working day", "in {n} working days", n)
        late = plural("{n} working day late", "{n} working days late", n)
    elif unit is Unit.DAY:
        ahead = plural("in {n} day", "in {n} days", n)
        late = plural("{n} day late", "{n} days late", n)
    else:
        ahead = plural("in {n} hour", "in {n} hours", n)
        late = plural("{n} hour late", "{n} hours late", n)
    return (ahead if left > 0 else late).format(n=number(n, lang))


def ago(days: int, lang: str | None = None) -> str:
    """ "93 days ago", "yesterday", "today". Raises ValueError for a negative number."""
    if days < 0:
        raise ValueError(f"{days} days is not in the past")
    if days < 2:
        return _("yesterday") if days else _("today")
    return plural("{n} day ago", "{n} days ago", days).format(n=number(days, lang))


def of(part: int, whole: int, lang: str | None = None) -> str:
    """ "7 of 9"; a rate is never said without its whole."""
    return _("{part} of {whole}").format(part=number(part, lang), whole=number(whole, lang))


def quoted(text: str) -> str:
    """What somebody said or wrote, in the reader's quotation marks."""
    return _("“{text}”").format(text=text)


def size(n_bytes: int, lang: str | None = None) -> str:
    """ "1.2 MB", in steps of a thousand."""
    amount = float(n_bytes)
    for text in (_("{n} bytes"), _("{n} kB"), _("{n} MB")):
        if amount < 1000:
            return text.format(n=number(amount, lang))
        amount /= 1000
    return _("{n} GB").format(n=number(amount, lang))


def length(span: timedelta, lang: str | None = None) -> str:
    """ "2 min", "45 s": how long a recording is."""
    seconds = round(span.total_seconds())
    if seconds < 60:
        return _("{n} s").format(n=number(seconds, lang))
    return _("{n} min").format(n=number(round(seconds / 60), lang))
