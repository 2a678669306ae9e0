"""Which words of a text could hurt the people it is about, and what says the same better? (R44)

Pointed out, never blocked: lists disagree and age, so every term has its source and year, and what stands in quotation
marks is somebody's own way of speaking.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

LONGEST = 100
# Scripts that set no space between words: there a term is found anywhere, elsewhere only as whole words.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_QUOTED = re.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|‹[^›]*›|‘[^’]*’(?!\w)|「[^」]*」|\"[^\"]*\"")
# How a last word is bent, by language; irregular forms stand in the lists themselves.
_ENDINGS = {"en": "(?:s|es|['’]s)?", "fr": "(?:e|s|es|x)?", "es": "(?:s|es)?"}


class Weight(StrEnum):
    """How the source puts it: another word in its place, or with care for who is spoken of."""

    REPLACE = "replace"
    CARE = "care"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Words that hurt, in every form that is looked for, and what to write instead.

    `unless` are longer phrases in which the words are meant otherwise ("clean water").
    """

    language: str
    avoid: tuple[str, ...]
    prefer: tuple[str, ...]
    source: str
    year: int
    weight: Weight = Weight.REPLACE
    unless: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """By what a programme's own term takes the place of a shipped one."""
        return self.language, known_as(self.avoid)


def known_as(avoid: Sequence[str]) -> str:
    """By which word a term is known in its language: its first form."""
    return " ".join(avoid[0].split()).casefold()


@dataclass(frozen=True, slots=True)
class Hint:
    """One place in a text: from `start` to before `end`, the words as they stand there, and the term."""

    start: int
    end: int
    found: str
    term: Term


def hints(text: str, terms: Iterable[Term]) -> tuple[Hint, ...]:
    """Every place where a term is used, in the order of the text; quotations are left alone."""
    quoted = [m.span() for m in _QUOTED.finditer(text)]
    found: list[Hint] = []
    for term in terms:
        looked_for, meant_otherwise = _patterns(term)
        spared = quoted + [m.span() for m in meant_otherwise.finditer(text)] if meant_otherwise else quoted
        found.extend(
            Hint(m.start(), m.end(), m[0], term)
            for m in looked_for.finditer(text)
            if not any(start <= m.start() and m.end() <= end for start, end in spared)
        )
    return tuple(_outermost(sorted(found, key=lambda h: (h.start, -h.end))))


def merged(
    shipped: Iterable[Term], own: Iterable[Term], hidden: Iterable[tuple[str, str]]
) -> tuple[Term, ...]:
    """The list that a programme checks by: its own terms in the place of shipped ones, without the hidden ones."""
    by_key = {t.key: t for t in shipped} | {t.key: t for t in own}
    gone = frozenset(hidden)
    return tuple(by_key[key] for key in sorted(by_key) if key not in gone)


def _outermost(found: Iterable[Hint]) -> Iterator[Hint]:
    end = -1
    for hint in found:
        if hint.end > end:  # "AIDS patients" says what "AIDS" inside it would say again
            yield hint
            end = hint.end


@lru_cache(maxsize=1024)
def _patterns(term: Term) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    ending = _ENDINGS.get(term.language, "")
    unless = _any(term.unless, "") if term.unless else None
    return _any(term.avoid, ending), unless


def _any(phrases: tuple[str, ...], ending: str) -> re.Pattern[str]:
    forms = sorted(phrases, key=len, reverse=True)
    return re.compile("|".join(_whole(form, ending) for form in forms), re.IGNORECASE)


def _whole(phrase: str, ending: str) -> str:
    words = r"[\s\-]+".join(re.escape(word) for word in re.split(r"[\s\-]+", phrase.strip()))
    if re.search(f"[{_UNSPACED}]", phrase):
        return words
    return rf"(?<!\w){words}{ending}(?!\w)"
