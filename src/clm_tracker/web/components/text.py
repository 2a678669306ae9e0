"""What does a sentence on a page consist of?"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from string import Formatter

from clm_tracker.kernel.speech import ENGLISH, language
from clm_tracker.web.words import When

KHMER = "km"
_KHMER = "[\u1780-\u17ff\u19e0-\u19ff]"
# With what stands between two letters of it, but no other letters.
_IN_KHMER = re.compile(f"({_KHMER}(?:[^A-Za-z]*{_KHMER})?)")
_IN_ENGLISH = re.compile("[A-Za-z]{2,} [A-Za-z]")


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


def plain(text: str) -> Words:
    """A sentence that is ready, with nothing to stress: whatever it contains stays as it is.

    Khmer in it is told apart on a page in another language: it is read aloud, and set, as Khmer.
    """
    if not _holds_khmer(text):
        return (Part(text),)
    runs = enumerate(_IN_KHMER.split(text))
    return tuple(Part(run, lang=KHMER if n % 2 else None) for n, run in runs if run)


def _holds_khmer(text: str) -> bool:
    """Khmer that is not the page's own language."""
    return not text.isascii() and _IN_KHMER.search(text) is not None and not _on_a_khmer_page()


def _on_a_khmer_page() -> bool:
    return language().partition("-")[0] == KHMER


def strong(said: str | When, href: str | None = None) -> Part:
    """The part of a sentence that is read first; a day with the way to why it is that day."""
    if isinstance(said, When):
        return Part(said.text, strong=True, href=href, iso=said.iso)
    return Part(said, strong=True, href=href, lang=KHMER if _holds_khmer(said) else None)


def whole(text: str) -> Part:
    """A part that is not broken at the end of a line: a reference."""
    return Part(text, whole=True)


def link(text: str, href: str) -> Part:
    """The part of a sentence that leads somewhere; on a Khmer page words in Latin letters alone are English."""
    lang = KHMER if _holds_khmer(text) else None
    if _on_a_khmer_page() and _IN_ENGLISH.search(text) and not _IN_KHMER.search(text):
        lang = ENGLISH
    return Part(text, href=href, lang=lang)


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
