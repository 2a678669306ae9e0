"""What does a TIFF inside a document carry besides the picture, and how is it taken out without drawing it anew? (R41)

Everything in it stands at places that its tables name. What it is shown by stays where it is; what the other lines name is
written over, and those lines leave their table.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

BEGINS: Final = (b"II*\0", b"MM\0*")
_SHOWN_BY: Final = frozenset(
    {
        *(*range(254, 267), 273, 274, *range(277, 285), *range(286, 294), 296, 297, 301),
        *(*range(317, 343), 347, *range(512, 522), *range(529, 533), 34675),
    }
)
_SMALLER: Final = 330  # tables of smaller pictures of it
_PLACES: Final = {273: 279, 324: 325, 513: 514}  # of its pixels, and how many bytes stand at each
_OF_NOTES: Final = frozenset({34665, 34853, 40965})  # tables of the camera, and of the place
_BYTES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_MOST_TIMES: Final = 4  # as long as itself is what it names; more is the same place named again and again
_Line = tuple[
    int, int, int, int, int
]  # its tag and type, how many values; where those begin, and where they end


@dataclass(slots=True)
class _Found:
    """Which places are kept and which written over, and the tables as they are to be. `spend` counts what is read of it."""

    data: bytes
    spend: Callable[[int], None]
    kept: list[tuple[int, int]] = field(default_factory=list)
    told: list[tuple[int, int]] = field(default_factory=list)
    tables: dict[int, bytes] = field(default_factory=dict)
    is_odd: bool = False  # something in it leads nowhere
    named: int = 0  # bytes, in all tables

    @property
    def order(self) -> str:
        return "<" if self.data.startswith(b"II") else ">"

    def number(self, wide: str, at: int) -> int:
        (found,) = struct.unpack_from(self.order + wide, self.data, at)
        return int(found)

    def names(self, begins: int, ends: int) -> None:
        """These bytes are named. Raises ValueError where the same place is named again and again."""
        self.named += max(0, min(ends, len(self.data)) - begins)
        if self.named > _MOST_TIMES * len(self.data):
            raise ValueError("a picture that cannot be read")


def without_notes(data: bytes, spend: Callable[[int], None]) -> bytes | None:
    """The same picture; None where its notes cannot be told from it. Raises ValueError where it would take no end to tell.

    `spend` hears of each line and number before it is read, and may raise it, too.
    """
    found = _Found(data, spend, kept=[(0, 8)])
    if len(data) < 8:
        return None
    _look(found)
    if found.is_odd:
        return None
    shown, out = bytearray(len(data)), bytearray(data)
    for begins, ends in found.kept:
        shown[begins:ends] = b"\1" * (ends - begins)
    for begins, ends in found.told:
        if shown.find(1, begins, ends) != -1:
            return None
        out[begins:ends] = bytes(ends - begins)
    for at, table in found.tables.items():
        out[at : at + len(table)] = table
    return bytes(out)


def _look(found: _Found) -> None:
    """Follow its tables, from the first; also where something leads nowhere, for whoever draws it anew reads them, too."""
    waiting, seen = [(found.number("I", 4), False)], set[int]()
    while waiting:
        at, is_of_notes = waiting.pop()
        if at == 0 or at in seen:
            continue
        seen.add(at)
        try:
            waiting += _table(found, at, is_of_notes=is_of_notes)
        except struct.error:
            found.is_odd = True


def _table(found: _Found, at: int, *, is_of_notes: bool) -> list[tuple[int, bool]]:
    """Look through one table; to which others does it lead, and are they of notes?"""
    count = found.number("H", at)
    found.spend(1 + count)
    ends = at + 2 + 12 * count
    after = found.number("I", ends)
    found.names(at, ends + 4)
    lines, shown, leads_to = list(_lines(found, at, count)), set[int](), list[tuple[int, bool]]()
    if is_of_notes:
        found.told.append((at, ends + 4))
    else:
        found.kept.append((at, ends + 4))
        leads_to.append((after, False))
        shown = {n for n, line in enumerate(lines) if line[0] in _SHOWN_BY}
        _keep(found, at, ends, sorted(shown))
    for n, (tag, kind, values, begins, upto) in enumerate(lines):
        if upto - begins > 4:
            (found.kept if n in shown else found.told).append((begins, upto))
        if tag in _OF_NOTES or tag == _SMALLER:
            of_notes = tag in _OF_NOTES or is_of_notes
            leads_to += [(one, of_notes) for one in _values(found, kind, values, begins)]
    found.kept += _pixels(found, lines) if shown else []
    return leads_to


def _lines(found: _Found, at: int, count: int) -> Iterator[_Line]:
    for line in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind, values = struct.unpack_from(found.order + "HHI", found.data, line)
        length = _BYTES.get(kind, 0) * values
        begins = line + 8 if length <= 4 else found.number("I", line + 8)
        if kind not in _BYTES or begins + length > len(found.data):
            found.is_odd = True
            continue
        if length > 4:
            found.names(begins, begins + length)
        yield tag, kind, values, begins, begins + length


def _keep(found: _Found, at: int, ends: int, shown: list[int]) -> None:
    """The table with the lines that the picture is shown by, and room where the others stood."""
    data = found.data
    kept = b"".join(data[at + 2 + 12 * n : at + 14 + 12 * n] for n in shown)
    table = struct.pack(found.order + "H", len(shown)) + kept + data[ends : ends + 4]
    found.tables[at] = table.ljust(ends + 4 - at, b"\0")


def _values(found: _Found, kind: int, count: int, begins: int) -> tuple[int, ...]:
    wide = {2: "H", 4: "I"}.get(_BYTES[kind])
    if wide is None:
        found.is_odd = True
        return ()
    found.spend(count)
    return struct.unpack_from(f"{found.order}{count}{wide}", found.data, begins)


def _pixels(found: _Found, lines: list[_Line]) -> Iterator[tuple[int, int]]:
    values = {
        tag: _values(found, kind, count, begins)
        for tag, kind, count, begins, _ends in lines
        if tag in _PLACES or tag in _PLACES.values()
    }
    for places, sizes in _PLACES.items():
        for at, size in zip(values.get(places, ()), values.get(sizes, ()), strict=False):
            ends = min(at + size, len(found.data))
            if at < ends:
                found.names(at, ends)
                yield at, ends
