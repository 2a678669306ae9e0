"""How are dates, numbers and lists said to people, in their language and the programme's time zone?

Every fixed text passes through `_` or `plural`, which ask gettext; without a catalogue they
answer in English.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.support import NullTranslations

from clm_tracker.kernel import clock

_catalogue = NullTranslations()
_SPOKEN = frozenset({"en"})  # the languages the pages are written in; a page of two languages serves nobody


def _(text: str) -> str:
    """`text` in the reader's language."""
    return _catalogue.gettext(text)


def spoken(lang: str) -> str:
    """The language to answer in: the person's own where the pages have it, English otherwise."""
    return lang if lang in _SPOKEN else "en"


def plural(one: str, many: str, n: int) -> str:
    """The form of a text that fits `n`, not yet filled in."""
    return _catalogue.ngettext(one, many, n)


class Style(StrEnum):
    """How much of a day is said."""

    SHORT = "EEE d MMM"
    LONG = "EEEE d MMMM"
    SENTENCE = "EEE d MMMM"
    MARK = "d MMM"
    DAY = "d MMMM"


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
    """A day in three parts, so that its number can be set large."""

    iso: str
    weekday: str
    number: str
    month: str


@cache
def locale(lang: str) -> Locale:
    """Babel's locale of a language tag such as "en" or "km"."""
    return Locale.parse(lang, sep="-")


@cache
def _listing(lang: str) -> Locale:
    """English lists are British: no comma before the last "and"."""
    return Locale.parse("en_GB") if lang == "en" else locale(lang)


def day(d: date, lang: str = "en", *, style: Style = Style.SENTENCE, today: date | None = None) -> str:
    """ "Wed 21 October". The year is added when `today` is given and lies in another one."""
    pattern = style.value if today is None or today.year == d.year else f"{style.value} y"
    return format_date(d, pattern, locale=locale(lang))


def when(d: date, lang: str = "en", *, style: Style = Style.SENTENCE, today: date | None = None) -> When:
    """`day` with its machine form."""
    return When(d.isoformat(), day(d, lang, style=style, today=today))


def weekday(index: int, lang: str = "en") -> str:
    """The short name of a day of the week; 0 is Monday."""
    name: str = locale(lang).days["stand-alone"]["abbreviated"][index]
    return name


def big_day(d: date, lang: str = "en") -> BigDay:
    """A day to be set large in a list of what is owed."""
    said = locale(lang)
    return BigDay(
        d.isoformat(),
        format_date(d, "EEE", locale=said),
        format_date(d, "d", locale=said),
        format_date(d, "MMM", locale=said),
    )


def moment(at: datetime, tz: str | ZoneInfo, lang: str = "en", *, now: datetime | None = None) -> When:
    """ "Tue 13 Oct, 06:00" in the zone `tz`. The year is added when `now` lies in another one.

    Raises ValueError for a moment without a zone.
    """
    zone = ZoneInfo(tz) if isinstance(tz, str) else tz
    local = clock.utc(at).astimezone(zone)
    other_year = now is not None and now.astimezone(zone).year != local.year
    pattern = "EEE d MMM y, HH:mm" if other_year else "EEE d MMM, HH:mm"
    return When(local.isoformat(timespec="minutes"), format_datetime(local, pattern, locale=locale(lang)))


def countdown(left: int, lang: str = "en", *, unit: Unit = Unit.WORKING_DAY) -> str:
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


def ago(days: int, lang: str = "en") -> str:
    """ "93 days ago", "yesterday", "today". Raises ValueError for a negative number."""
    if days < 0:
        raise ValueError(f"{days} days is not in the past")
    if days < 2:
        return _("yesterday") if days else _("today")
    return plural("{n} day ago", "{n} days ago", days).format(n=number(days, lang))


def number(n: float, lang: str = "en") -> str:
    """ "12,000"; at most one digit after the point."""
    return format_decimal(n, format="#,##0.#", locale=locale(lang))


def counted(n: int, one: str, many: str, lang: str = "en") -> str:
    """`one` or `many` with `{n}` filled in: counted(3, "{n} finding", "{n} findings")."""
    return plural(one, many, n).format(n=number(n, lang))


def of(part: int, whole: int, lang: str = "en") -> str:
    """ "7 of 9"; a rate is never said without its whole."""
    return _("{part} of {whole}").format(part=number(part, lang), whole=number(whole, lang))


def listed(items: Sequence[str], lang: str = "en") -> str:
    """ "a, b and c"."""
    return format_list(list(items), locale=_listing(lang)) if items else ""


def size(n_bytes: int, lang: str = "en") -> str:
    """ "1.2 MB", in steps of a thousand."""
    amount = float(n_bytes)
    for name in (_("bytes"), "kB", "MB"):
        if amount < 1000:
            return f"{number(amount, lang)} {name}"
        amount /= 1000
    return f"{number(amount, lang)} GB"


def length(span: timedelta, lang: str = "en") -> str:
    """ "2 min", "45 s": how long a recording is."""
    seconds = round(span.total_seconds())
    if seconds < 60:
        return _("{n} s").format(n=number(seconds, lang))
    return _("{n} min").format(n=number(round(seconds / 60), lang))
