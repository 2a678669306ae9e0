"""Which languages does the program speak, and where do their sentences come from?

English stands in the code. Every other language is a folder here with a `messages.po`, read when it is first needed.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from clm_tracker.kernel import speech
from clm_tracker.kernel.cldr import locale
from clm_tracker.kernel.speech import ENGLISH, Catalogue

_MADE: dict[str, Catalogue] = {ENGLISH: NullTranslations()}
_RIGHT_TO_LEFT = "right-to-left"


@cache
def shipped() -> tuple[str, ...]:
    """The languages that have a catalogue, English first."""
    folders = [here for here in resources.files(__name__).iterdir() if _file_in(here.name).is_file()]
    return (ENGLISH, *sorted(folder.name for folder in folders))


def catalogue(tag: str) -> Catalogue:
    """The sentences of a language; English where there is no catalogue of it."""
    if tag not in _MADE:
        if tag not in shipped():
            return _MADE[ENGLISH]
        _MADE[tag] = _read(_file_in(tag).read_bytes(), tag)
    return _MADE[tag]


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Say everything in this language inside the block."""
    with speech.speaking(tag, catalogue(tag)):
        yield


@contextmanager
def with_one_more(tag: str, made: Catalogue) -> Iterator[None]:
    """Speak a language that is not shipped, inside the block: for tests, and for trying a catalogue out."""
    _MADE[tag] = made
    try:
        yield
    finally:
        del _MADE[tag]


def spoken(tags: Iterable[str] = ()) -> tuple[str, ...]:
    """Those of `tags` that the program speaks, in their order; without any, all that are shipped."""
    wanted = tuple(dict.fromkeys(tags))
    known = tuple(tag for tag in wanted if tag in _MADE or tag in shipped())
    return known or (tuple(dict.fromkeys((*shipped(), *_MADE))) if not wanted else (ENGLISH,))


def chosen(offered: Sequence[str], *own: str | None, accept: str = "") -> str:
    """The first of a person's `own` choices that is offered, else what the browser accepts, else the first offered."""
    for tag in (*own, *accepted(accept)):
        if tag in offered:
            return str(tag)
    return offered[0]


def accepted(header: str) -> list[str]:
    """The tags of an `Accept-Language`, the most wanted first; "fr-CH" also stands for "fr"."""
    wanted: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        tag, _semicolon, weight = part.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight.strip() else 1.0
        except ValueError:
            continue
        if tag.strip() and 0 < quality <= 1:
            wanted.append((-quality, tag.strip()))
    wanted.sort(key=lambda one: one[0])
    return [said for _weight, tag in wanted for said in dict.fromkeys((tag, tag.partition("-")[0].lower()))]


@cache
def name_of(tag: str) -> str:
    """A language in its own words: "français"."""
    said = locale(tag).get_display_name() or tag
    return said[:1].upper() + said[1:]


@cache
def direction(tag: str) -> str:
    """Which way a language is written, as HTML says it."""
    return "rtl" if locale(tag).character_order == _RIGHT_TO_LEFT else "ltr"


def _file_in(tag: str) -> resources.abc.Traversable:
    return resources.files(__name__).joinpath(tag, "LC_MESSAGES", "messages.po")


def _read(content: bytes, tag: str) -> Catalogue:
    """A `.po` as gettext needs it, in memory: nothing that is made from another file is kept beside it."""
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(content), locale=tag.replace("-", "_")), use_fuzzy=True)
    compiled.seek(0)
    return GNUTranslations(compiled)
