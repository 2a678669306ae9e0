"""How does a language write a day, a number and a list? By CLDR's data, in the language of the moment unless another is named."""

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from clm_tracker.kernel import speech
from clm_tracker.kernel.speech import ENGLISH


class Style(StrEnum):
    """How much of a day is said, in the order of English; other languages have their own order."""

    SHORT = "EEE d MMM"
    LONG = "EEEE d MMMM"
    SENTENCE = "EEE d MMMM"
    MARK = "d MMM"
    DAY = "d MMMM"


@cache
def locale(tag: str) -> Locale:
    """CLDR's data of a language; of its first part, or of English, where there is none."""
    for one in (tag, tag.partition("-")[0], ENGLISH):
        try:
            return Locale.parse(one, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    raise AssertionError("Babel knows English.")


@cache
def _listing(tag: str) -> Locale:
    """English lists are British: no comma before the last "and"."""
    return Locale.parse("en_GB") if locale(tag).language == ENGLISH else locale(tag)


@cache
def pattern(style: Style, tag: str, *, with_year: bool = False) -> str:
    """The order of a day's parts in a language, each as long as `style` has it."""
    own = locale(tag)
    if own.language == ENGLISH:
        return f"{style.value} y" if with_year else style.value
    weekday = re.search("E+", style.value)
    month = re.search("M+", style.value)
    assert month is not None
    name = f"{'y' if with_year else ''}MMM{'E' if weekday else ''}d"
    found = own.datetime_skeletons.get(name)
    said = found.pattern if found is not None else style.value + (" y" if with_year else "")
    said = re.sub("M+", month[0], said)
    return re.sub("E+", weekday[0], said) if weekday else said


@cache
def year_pattern(tag: str) -> str:
    """How a language writes a year that stands by itself."""
    found = locale(tag).datetime_skeletons.get("y")
    return str(found.pattern) if found is not None else "y"


def day(on: date, tag: str | None = None, *, style: Style = Style.SENTENCE, today: date | None = None) -> str:
    """ "Wed 21 October". The year is added when `today` is given and lies in another one."""
    tag = tag or speech.language()
    other_year = today is not None and today.year != on.year
    return written(on, pattern(style, tag, with_year=other_year), tag)


def dated(on: date, tag: str | None = None) -> str:
    """ "Wed 21 October 2026": a day that may be read in any year."""
    tag = tag or speech.language()
    return written(on, pattern(Style.SENTENCE, tag, with_year=True), tag)


def number(n: float, tag: str | None = None) -> str:
    """ "12,000"; at most one digit after the point."""
    return _digits(n, tag or speech.language())


def counted(n: int, one: str, many: str, tag: str | None = None) -> str:
    """`one` or `many` with `{n}` filled in: counted(3, "{n} finding", "{n} findings")."""
    said = speech.plural(one, many, n)
    if n != 1 and "{n}" not in said:
        said = speech.plural(
            one, many, 2
        )  # French says nothing of a thing in the singular: "One" would be untrue
    return said.format(n=number(n, tag))


def listed(items: Sequence[str], tag: str | None = None) -> str:
    """ "a, b and c"."""
    return format_list(list(items), locale=_listing(tag or speech.language())) if items else ""


# A list says the same few days and numbers over and over, and CLDR's patterns are slow to fill in.
@lru_cache(maxsize=4_096)
def written(on: date, how: str, tag: str) -> str:
    """A day as one of CLDR's patterns writes it."""
    return format_date(on, how, locale=locale(tag))


@lru_cache(maxsize=4_096)
def _digits(n: float, tag: str) -> str:
    return format_decimal(n, format="#,##0.#", locale=locale(tag))


def either(items: Sequence[str], tag: str | None = None) -> str:
    """ "a, b or c"."""
    return format_list(list(items), style="or", locale=_listing(tag or speech.language())) if items else ""
