"""What is a thing of the programme called in the language of the moment?

Its own name in that language, where somebody gave it one; what a new programme begins with is in the catalogues; every
other name stays as it was written. What is kept is always the name as written (decision 0008).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar
from unicodedata import category, normalize

from clm_tracker.kernel.refusals import invalid
from clm_tracker.kernel.speech import N_, _, language

K = TypeVar("K")
LONGEST = 200  # characters of a name
LONGEST_BY_LANGUAGE = 300  # and of what the same is called in other languages

# Ladders, their stages and themes of a new programme (`ladders.shipped`, `commands.themes.SHIPPED`), as they are kept.
SHIPPED = frozenset(
    {
        N_("Critical ladder"),
        N_("High ladder"),
        N_("Standard ladder"),
        N_("Systemic ladder"),
        N_("Reminders to the community side"),
        N_("Reminder and dialogue"),
        N_("Formal letter"),
        N_("District"),
        N_("Province"),
        N_("National programme"),
        N_("Oversight body and donors"),
        N_("Public campaign"),
        N_("Formal remedy"),
        N_("Reminder"),
        N_("Coordinator"),
        N_("Steering committee"),
        N_("Prevention"),
        N_("Care and treatment"),
        N_("Social protection"),
        N_("Gender-based violence"),
        N_("Stigma and discrimination"),
        N_("Mental health"),
    }
)


# How high a post or an area stands, and what a site is, where a programme uses the usual words; codes have a _ for each space.
LEVELS = frozenset(
    {
        N_("country"),
        N_("region"),
        N_("province"),
        N_("county"),
        N_("district"),
        N_("municipality"),
        N_("commune"),
        N_("village"),
        N_("ward"),
        N_("site"),
        N_("national"),
        N_("ministry"),
        N_("oversight"),
        N_("other sector"),
    }
)
KINDS = frozenset(
    {
        N_("health centre"),
        N_("health post"),
        N_("hospital"),
        N_("referral hospital"),
        N_("clinic"),
        N_("ART clinic"),
        N_("drop-in centre"),
    }
)
_AS_CODES = {"art clinic": "ART clinic", "drop in centre": "drop-in centre"}


# Signs that nobody sees: those that Unicode calls format (Cf), and those that it counts as letters or marks.
_UNSEEN: Final = re.compile(
    "[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001"
    "\U000e0020-\U000e007f\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]+"
)

# A name stands in lines of letters, calendars and files.
_LINE_END = re.compile(r"\s*[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]\s*")
_NO_NAME: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
_BLANK: Final = " \u2800"  # a cell of braille without dots is drawn, as nothing


def folded(text: str) -> str:
    """The text as it is compared, never as it is kept: two that look the same to a reader are the same.

    Capitals, spaces, full-width letters and invisible signs tell nobody anything. Khmer is written with such signs between
    its words, or without them.
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    plain = normalize("NFKC", normalize("NFD", _UNSEEN.sub("", text)).casefold())
    return " ".join(normalize("NFKC", _UNSEEN.sub("", plain).casefold()).split())


def one_line(name: str) -> str:
    """The name as it is kept, without space around: nothing in it ends a line, or turns what follows around.

    Spaces inside it stay as a register has them.
    """
    return _LINE_END.sub(" ", _NO_NAME.sub("", name)).strip()


def is_seen(text: str) -> bool:
    """Whether a reader sees anything of it: what has to be said is not said in spaces, invisible signs or control characters."""
    return any(sign not in _BLANK and category(sign) != "Cc" for sign in folded(text))


def must_say(field: str, text: str, sentence: str) -> None:
    """Raise Invalid, with the sentence that asks for it, when nothing of the answer is seen."""
    if not is_seen(text):
        raise invalid(field, sentence)


def apart(read: Mapping[K, str], signs: Callable[[K], Sequence[str]]) -> dict[K, tuple[str, ...]]:
    """What is added to each of those that read alike, so that no two do: of its signs, in their order, the first that differ.

    Those that still read alike with them are numbered. All have as many signs, of which some may be empty; nothing is added
    to the others.
    """
    found: dict[K, tuple[str, ...]] = {}
    waiting = [(alike, 0) for alike in _alike(read)]
    if not waiting:
        return found
    known = {key: (*signs(key),) for alike, _n in waiting for key in alike}
    while waiting:
        alike, n = waiting.pop()
        if n == len(known[alike[0]]):
            continue
        sign = {key: known[key][n] for key in alike}
        left = _alike(sign)
        if left != [alike]:
            found |= {key: (*found.get(key, ()), one) for key, one in sign.items() if one}
        waiting += [(one, n + 1) for one in left]
    # One sign of some may be another sign of others: "Central (North)" once for what it is, once for where it lies.
    joined = {key: with_signs(text, found.get(key, ())) for key, text in read.items()}
    for alike in _alike(joined):
        for n, key in enumerate(alike, start=1):
            found[key] = (*found.get(key, ()), _("{n} of {all}").format(n=n, all=len(alike)))
    return found


def _alike(read: Mapping[K, str]) -> list[list[K]]:
    """Those that read as others do, together."""
    groups: dict[str, list[K]] = {}
    for key, text in read.items():
        groups.setdefault(folded(text), []).append(key)
    return [keys for keys in groups.values() if len(keys) > 1]


def with_signs(name: str, signs: Iterable[str]) -> str:
    """The name and, in brackets, what tells it apart."""
    told = ", ".join(filter(None, signs))
    return f"{name} ({told})" if told else name


def word(kept: str) -> str:
    """A level, or the kind of a site, as a reader of this moment's language is told it."""
    plain = kept.replace("_", " ")
    plain = _AS_CODES.get(plain, plain)
    return _(plain) if plain in LEVELS or plain in KINDS else plain


def said(name: str, names: Mapping[str, str] | None = None) -> str:
    """The name as a reader of this moment's language is told it."""
    own = (names or {}).get(language())
    return own or (_(name) if name in SHIPPED else name)


def of_post(title: str, institution: str) -> str:
    """The name of a post as it is kept: "Director, Battambang Referral Hospital"."""
    return f"{title}, {institution}" if institution else title


def said_post(
    title: str, institution: str, titles: Mapping[str, str], institutions: Mapping[str, str]
) -> str:
    """The same as a reader of this moment's language is told it, each half where it has a name in that language."""
    return of_post(said(title, titles), said(institution, institutions))


def other(name: str, names: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Another name that it has, with its language where that is known: a sign on the spot may say that one.

    One in other letters before the name as it was written, and that before any other.
    """
    told = said(name, names)
    others = [(tag, own) for tag, own in ((None, name), *names.items()) if own and own != told]
    return min(others, key=lambda one: _is_latin(one[1]) is _is_latin(told), default=(None, None))


def _is_latin(text: str) -> bool:
    return all(sign < "\u0250" for sign in text if sign.isalpha())
