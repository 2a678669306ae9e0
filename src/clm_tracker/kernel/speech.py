"""In which language is this moment's sentence said?

The language is one for a request, a command or a job, held in a context of its own. `_` and `plural` ask it when a
sentence is said, never earlier. What is kept is never translated (`sayings.py`).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from gettext import NullTranslations
from typing import Protocol, TypeVar

ENGLISH = "en"
K = TypeVar("K")


class Catalogue(Protocol):
    """What knows the sentences of one language."""

    def gettext(self, message: str) -> str:
        """One sentence."""
        ...

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The form of a sentence that fits a number."""
        ...


_SPOKEN: ContextVar[tuple[str, Catalogue]] = ContextVar("spoken", default=(ENGLISH, NullTranslations()))


def _(text: str) -> str:
    """`text` in the language of the moment. What has values is filled in afterwards: `_("… {name} …").format(…)`."""
    return _SPOKEN.get()[1].gettext(text) if text else text


def plural(one: str, many: str, n: int) -> str:
    """The form of a text that fits `n`, not yet filled in."""
    return _SPOKEN.get()[1].ngettext(one, many, n)


def N_(text: str) -> str:  # noqa: N802 - the name that every tool for catalogues knows
    """Marks a text for the catalogues where it is written; it is said by `_` later."""
    return text


def language() -> str:
    """The language of the moment, as a tag such as "km"."""
    return _SPOKEN.get()[0]


@contextmanager
def speaking(tag: str, catalogue: Catalogue) -> Iterator[None]:
    """Say everything in this language inside the block."""
    before = _SPOKEN.set((tag, catalogue))
    try:
        yield
    finally:
        _SPOKEN.reset(before)


class Labels(Mapping[K, str]):
    """A table of texts, each marked with `N_` and said in the language of the moment when it is looked up."""

    def __init__(self, texts: Mapping[K, str]) -> None:
        self._texts = dict(texts)

    def __getitem__(self, key: K) -> str:
        return _(self._texts[key])

    def __iter__(self) -> Iterator[K]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)
