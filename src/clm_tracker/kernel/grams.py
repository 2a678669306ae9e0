"""Under which terms is a text found, in whatever script it is written?

Words, in small letters and without accents. Where a script sets no spaces between words (Khmer, Thai, Lao, Burmese,
Chinese, Japanese), pairs of neighbouring clusters instead: a cluster is a letter with the marks that hang on it, so
that any two clusters or more are found wherever they stand together. The databases get finished terms and need no
dictionaries, extensions or knowledge of scripts.
"""

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from unicodedata import category, decimal, normalize

MOST = 16_000  # terms of one text; PostgreSQL knows the places of no more
LONGEST = 64  # letters of a word that count
_SHORTEST_BEGINNING = 2  # letters of a word that may stand for what begins with them

_BLOCKS = (
    (0x0E01, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17DD),  # Khmer
    (0x1950, 0x19DF),  # Tai Le, New Tai Lue
    (0x1A20, 0x1AAD),  # Tai Tham
    (0xA9E0, 0xA9FE),  # Burmese, extended
    (0xAA60, 0xAA7F),
)
_IDEOGRAPHS = (
    r"\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
)
_MARKS = "".join(
    chr(n) for first, last in _BLOCKS for n in range(first, last + 1) if category(chr(n))[0] == "M"
)
_UNSPACED = "".join(f"{chr(first)}-{chr(last)}" for first, last in _BLOCKS) + _IDEOGRAPHS
_RUNS = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
# These join the next letter to the cluster: a Khmer coeng, a Burmese virama, a Tai Tham sakot.
_CLUSTER = re.compile(f".(?:[\u17d2\u1039\u1a60][^{_MARKS}]|[{_MARKS}])*", re.DOTALL)

# Letters that no rule of Unicode takes apart, as people type them on another keyboard.
_ALIKE = {"đ": "d", "ø": "o", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}


class _Plain(dict[int, str]):
    """What each character is in a term: itself, another, nothing, or a space where it parts words."""

    def __missing__(self, code: int) -> str:
        self[code] = made = _plain(chr(code))
        return made


def _plain(c: str) -> str:
    code, kind = ord(c), category(c)
    if kind == "Nd":
        return str(decimal(c))
    if kind == "Cf" or 0x300 <= code <= 0x36F or code in {0x0640, 0x0670, 0x17B4, 0x17B5}:
        return ""  # invisible, as the spaces of no width in Khmer; accents
    if 0x064B <= code <= 0x0652 or 0x0591 <= code <= 0x05BD:
        return ""  # the points that Arabic and Hebrew mostly leave out
    return _ALIKE.get(c, c) if kind[0] in "LMN" else " "


_TABLE = _Plain()


@dataclass(frozen=True, slots=True)
class Term:
    """What is looked for: terms that stand one after the other, of which the last may be only a beginning."""

    parts: tuple[str, ...]
    begins: bool = False

    @property
    def spaced(self) -> str:
        """As it stands among the terms of a text, as `kept` joins them, between spaces."""
        end = "" if self.begins else " "
        return f" {' '.join(self.parts)}{end}"


def plain(text: str) -> str:
    """The text in small letters without accents, its words parted by single spaces."""
    apart = normalize("NFKD", text.casefold()).translate(_TABLE)
    return " ".join(normalize("NFC", apart.casefold()).split())


def terms(text: str) -> list[str]:
    """All terms under which the text is found, in their order."""
    found: list[str] = []
    for run in _runs(text):
        clusters = _clusters(run)
        if clusters:
            found += [a + b for a, b in pairwise(clusters)]
            found.append(clusters[-1])
        else:
            found.append(run[:LONGEST])
        if len(found) >= MOST:
            break
    return found[:MOST]


def kept(*texts: str) -> str:
    """The terms of the texts, joined by spaces."""
    return " ".join(term for text in texts for term in terms(text))


def asked(text: str) -> tuple[Term, ...]:
    """What somebody looks for: all of these.

    They may still be typing the last one, unless a space or a stop follows it, so its beginning is enough.
    """
    found = []
    for run in _runs(text):
        clusters = _clusters(run)
        if len(clusters) == 1:
            found.append(Term(tuple(clusters), begins=True))
        elif clusters:
            found.append(Term(tuple(a + b for a, b in pairwise(clusters))))
        else:
            found.append(Term((run[:LONGEST],)))
    is_typing = text[-1:] and _TABLE[ord(text[-1])] != " "
    if found and is_typing and len(found[-1].parts[-1]) >= _SHORTEST_BEGINNING:
        found[-1] = replace(found[-1], begins=True)
    return tuple(dict.fromkeys(found))


def _runs(text: str) -> list[str]:
    return [run for word in plain(text).split() for run in _RUNS.findall(word)]


def _clusters(run: str) -> list[str]:
    """The clusters of a run that has no spaces; none for a word of another script."""
    return _CLUSTER.findall(run) if _IS_UNSPACED.match(run) else []
