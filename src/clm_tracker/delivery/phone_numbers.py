"""Which phone is meant by what somebody wrote down? (E.164)"""

import re
import unicodedata
from typing import Final

from clm_tracker.kernel.sayings import Saying, saying

_BETWEEN: Final = re.compile(r"[\s().\-\u2010-\u2015/\u200b-\u200f\u202a-\u202e\u2060-\u2069]+")
_NUMBER: Final = re.compile(r"\+[1-9][0-9]{7,14}")
SHORTEST_OWN: Final = 7  # digits after a country's code that can stand without a plus before them


class NoNumber(ValueError):
    """No phone can have this number; `said` says so."""

    def __init__(self, said: Saying) -> None:
        super().__init__(str(said))
        self.said = said


def number(written: str, country_code: str = "") -> str:
    """The number as every network knows it: "+85512345678". Raises NoNumber.

    One without its country's code ("012 345 678") is taken for one of the country whose code is given.
    """
    digits = _BETWEEN.sub("", written.strip().removeprefix("tel:"))
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in digits)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if not digits.startswith("+"):
        if (
            digits.startswith(country_code)
            and len(digits) >= len(country_code) + SHORTEST_OWN
            and country_code
        ):
            digits = "+" + digits
        elif country_code:
            digits = f"+{country_code}{digits.removeprefix('0')}"
        elif digits.isdecimal():
            raise NoNumber(
                saying(
                    "Write {number} with its country’s code, such as +855 12 345 678.", number=_short(written)
                )
            )
    if not _NUMBER.fullmatch(digits):
        raise NoNumber(saying("“{number}” is no phone number.", number=_short(written)))
    return digits


def _short(written: str) -> str:
    return " ".join(written.split())[:40]
