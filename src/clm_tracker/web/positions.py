"""Which position did somebody type, and how is one written? "11.55, 104.92", "11,55; 104,92" and "geo:11.55,104.92" are one."""

import re
from dataclasses import dataclass

_NUMBER = re.compile(r"[-+]?\d{1,9}(?:[.,]\d{1,12})?")
_BETWEEN = re.compile(r"\s*;\s*|\s*,\s+|\s+,\s*|\s+")


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees in WGS 84."""

    latitude: float
    longitude: float

    def __str__(self) -> str:
        return f"{self.latitude:.5f}, {self.longitude:.5f}"

    @property
    def href(self) -> str:
        """The address that a phone opens as a map (RFC 5870)."""
        return f"geo:{self.latitude:.6f},{self.longitude:.6f}"

    @property
    def exists(self) -> bool:
        """Whether it lies anywhere on earth."""
        return abs(self.latitude) <= 90 and abs(self.longitude) <= 180


def read(typed: str) -> Position | None:
    """Two numbers, in any digits; None for everything else, so also for "11,55", which may be one number or two."""
    said = typed.strip().removeprefix("geo:").strip().replace("\N{MINUS SIGN}", "-")
    parts = _BETWEEN.split(said)
    if len(parts) == 1 and "." in said:
        parts = said.split(",")  # nothing but a point is in its numbers
    if len(parts) != 2 or not any(sign in said for sign in ".,;"):
        return None  # "02 03" is a code
    if not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    return Position(*(float(part.replace(",", ".")) for part in parts))
