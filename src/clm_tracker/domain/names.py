"""What is a thing of the programme called in the language of the moment?

Its own name in that language, where somebody gave it one; what a new programme begins with is in the catalogues; every
other name stays as it was written. What is kept is always the name as written (decision 0008).
"""

from collections.abc import Mapping
from typing import Final
from unicodedata import category, normalize

from clm_tracker.kernel.speech import N_, _, language

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


# Signs that nobody sees although they count as letters or marks; all others of them have a category of their own (Cf).
_UNSEEN: Final = frozenset(
    {
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0),
        *range(0x180B, 0x1810),
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    }
)


class _Seen(dict[int, int | None]):
    """What is seen of each character: itself, or nothing."""

    def __missing__(self, code: int) -> int | None:
        self[code] = seen = None if code in _UNSEEN or category(chr(code)) == "Cf" else code
        return seen


_SEEN: Final = _Seen()


def folded(text: str) -> str:
    """The text as it is compared, never as it is kept: two that look the same to a reader are the same.

    Capitals, spaces, full-width letters and invisible signs tell nobody anything. Khmer is written with such signs between
    its words, or without them.
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    plain = normalize("NFKC", normalize("NFD", text.translate(_SEEN)).casefold())
    return " ".join(normalize("NFKC", plain.translate(_SEEN).casefold()).split())


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
    """Another name that it has, with its language where that is known: a sign on the spot may say that one."""
    told = said(name, names)
    found = next(((tag, own) for tag, own in names.items() if own and own != told), None)
    return found or (None, name if name != told else None)
