"""What does a sentence on a page consist of?"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from string import Formatter

from clm_tracker.kernel.speech import ENGLISH, language
from clm_tracker.web.words import When

KHMER = "km"
_LETTER = "[\u1780-\u17ff\u19e0-\u19ff]"
# With what stands between two letters of it, but no other letters.
_IN_KHMER = re.compile(f"({_LETTER}(?:[^A-Za-z]*{_LETTER})?)")
_OPENED = {")": "(", "]": "[", "”": "“", "»": "«"}
# Two letters in a row, but those of no reference.
_IN_ENGLISH = re.compile("[A-Za-z]{2}(?![A-Za-z]*-?[0-9])")


@dataclass(frozen=True, slots=True)
class Part:
    """A run of text inside a sentence: plain, strong, a link, a day, or one that is not broken."""

    text: str
    strong: bool = False
    href: str | None = None
    iso: str | None = None
    lang: str | None = None
    whole: bool = False


Words = tuple[Part, ...]


def tongue(text: str, page: str) -> str | None:
    """The language to read a text in where it is not that of the page: Khmer letters are Khmer, others on a Khmer page English."""
    if page.partition("-")[0] == KHMER:
        return ENGLISH if _IN_ENGLISH.search(text) and not _IN_KHMER.search(text) else None
    return KHMER if not text.isascii() and _IN_KHMER.search(text) else None


def plain(text: str) -> Words:
    """A sentence that is ready, with nothing to stress: whatever it contains stays as it is.

    Khmer in it is told apart on a page in another language: it is read aloud, and set, as Khmer.
    """
    lang = tongue(text, language())
    if lang != KHMER:
        return (Part(text, lang=lang),)
    runs = _IN_KHMER.split(text)
    for n in range(1, len(runs), 2):
        sign = runs[n + 1][:1]  # what closes a bracket of the Khmer belongs to it
        if sign in _OPENED and runs[n].count(_OPENED[sign]) > runs[n].count(sign):
            runs[n], runs[n + 1] = runs[n] + sign, runs[n + 1][1:]
    return tuple(Part(run, lang=KHMER if n % 2 else None) for n, run in enumerate(runs) if run)


def strong(said: str | When, href: str | None = None) -> Part:
    """The part of a sentence that is read first; a day with the way to why it is that day."""
    if isinstance(said, When):
        return Part(said.text, strong=True, href=href, iso=said.iso)
    return Part(said, strong=True, href=href, lang=tongue(said, language()))


def whole(text: str) -> Part:
    """A part that is not broken at the end of a line: a reference."""
    return Part(text, whole=True)


def link(text: str, href: str) -> Part:
    """The part of a sentence that leads somewhere."""
    return Part(text, href=href, lang=tongue(text, language()))


def dated(day: When, href: str | None) -> Part:
    """A day, with the way to why it is that day."""
    return Part(day.text, href=href, iso=day.iso)


def words(sentence: str, /, **parts: Part | When | str) -> Words:
    """A whole sentence with named places, which a translator can move: "{who} owes {what}."."""
    said: list[Part] = []
    for text, name in _places(sentence):
        said += plain(text) if text else ()  # what a sentence quotes may stand in it already
        if name:
            value = parts[name]
            if isinstance(value, When):
                value = Part(value.text, iso=value.iso)
            said.extend(plain(value) if isinstance(value, str) else (value,))
    return tuple(said)


@lru_cache(maxsize=2_048)
def _places(sentence: str) -> tuple[tuple[str, str | None], ...]:
    return tuple((text, name) for text, name, _spec, _conversion in Formatter().parse(sentence))


class Icon(StrEnum):
    """The names in `static/icons.svg`."""

    BRAND = "brand"
    KEY = "key"
    HORN = "horn"
    NO = "no"
    CAMERA = "camera"
    TICK = "tick"
    FIND = "find"
    CLOCK = "clock"
    FLAG = "flag"
    PHOTO = "photo"
    SOUND = "sound"
    TABLE = "table"
    LETTER = "letter"
    STATEMENT = "statement"
    WEB = "web"


@dataclass(frozen=True, slots=True)
class Link:
    """A way somewhere. `short` is the text in a phone's navigation; `count` stands quietly behind it."""

    text: str
    href: str
    current: bool = False
    short: str | None = None
    count: str | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the glossary, and what it means; `key` names it in addresses."""

    key: str
    name: str
    meaning: str
