"""Does a small file that is made to cost much time or memory cost little? (R41)"""

import struct
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from clm_tracker.intake import pictures, tiff_pictures
from tests.intake import papers


def _tiff(lines: list[tuple[int, int, int, int]], behind: bytes) -> bytes:
    """One table, and what stands behind it."""
    table = b"".join(struct.pack("<HHII", *line) for line in lines)
    return b"II*\0" + struct.pack("<IH", 8, len(lines)) + table + bytes(4) + behind


def test_a_tiff_whose_tables_lie_over_each_other_is_refused_before_all_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Wherever one begins, twelve bytes later begins another: 500 lines each, and zeros where they end."""
    read, really = list[object](), tiff_pictures._lines

    def lines(*of: Any) -> Iterator[tuple[int, int, int, int, int]]:
        for line in really(*of):
            read.append(line)
            yield line

    monkeypatch.setattr(tiff_pictures, "_lines", lines)
    begins = 26 + 4 * 400
    places = struct.pack("<400I", *range(begins, begins + 12 * 400, 12))
    given = _tiff([(330, 4, 400, 26)], places + struct.pack("<6H", 500, 1000, 1, 1, 0, 0) * 901)
    given = given.ljust(70_000, b"\0")
    with pytest.raises(ValueError, match="cannot be read"):
        pictures.without_notes(given)
    assert 1_000 < len(read) < 4 * len(given) / 12


def test_a_document_has_only_so_many_lines_and_numbers_of_tiffs_to_read() -> None:
    most = pictures.Room().steps
    strips = _tiff([(273, 3, most, 38), (279, 3, most, 38)], bytes(2 * most))
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="cannot be read"):
            pictures.without_notes(strips)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
    room = pictures.Room(steps=40)
    pictures.without_notes(papers.photo("TIFF"), room)
    with pytest.raises(ValueError, match="cannot be read"):
        for _ in range(3):
            pictures.without_notes(papers.photo("TIFF"), room)
