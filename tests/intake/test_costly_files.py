"""Does a small file that is made to cost much time or memory cost little? (R41)"""

import io
import struct
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest

from clm_tracker.intake import pdf_apart, pictures, recordings, tiff_pictures
from tests.intake import papers
from tests.intake.test_recordings import box


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


@pytest.mark.parametrize(
    ("begins", "stretch"),
    [
        (b"\xff\xd8", b"\xff\xe0\0\2"),
        (b"\x89PNG\r\n\x1a\n", b"\0\0\0\0IDAT\0\0\0\0"),
        (b"RIFF\xff\xff\xff\0WEBP", b"VP8 \0\0\0\0"),
    ],
    ids=["JPEG", "PNG", "WEBP"],
)
def test_a_picture_of_countless_empty_stretches_is_refused_and_none_is_drawn_anew(
    begins: bytes, stretch: bytes
) -> None:
    given = begins + stretch * 200_000
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="cannot be read"):
            pictures.without_notes(given, pictures.Room(steps=20_000))
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_the_boxes_of_a_video_are_looked_at_one_at_a_time() -> None:
    given = box(b"moov", box(b"free") * 50_000, box(b"udta", b"PLACE"))
    tracemalloc.start()
    try:
        assert b"PLACE" not in recordings.without_notes(given, "video/mp4")
        assert tracemalloc.get_traced_memory()[1] < 3 * len(given)
    finally:
        tracemalloc.stop()


class _Taken(bytes):
    """Bytes that add up how many were taken out of them, and out of what was taken."""

    total = 0

    def __getitem__(self, which: Any) -> Any:  # noqa: ANN401 - as bytes have it
        found = super().__getitem__(which)
        if not isinstance(found, bytes):
            return found
        _Taken.total += len(found)
        return _Taken(found)


class _Put(bytearray):
    """Bytes that add up how many were put into them."""

    total = 0

    def __setitem__(self, which: Any, what: Any) -> None:  # noqa: ANN401 - as bytearray has it
        super().__setitem__(which, what)
        self.total += len(what) if isinstance(which, slice) else 1


def test_the_sum_of_a_page_is_reckoned_once_however_many_packets_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reckoned, really = list[int](), recordings._sum

    def reckon(page: bytearray) -> int:
        reckoned.append(len(page))
        return really(page)

    monkeypatch.setattr(recordings, "_sum", reckon)
    head = b"\x7fFLAC\x01\0\0\2fLaC" + bytes(38)
    given = papers.page(7, 0, [len(head)], head) + papers.page(7, 1, [4] * 200, b"\2\0\0\0" * 200)
    assert len(recordings.without_notes(given, "audio/ogg")) == len(given)
    assert reckoned == [27 + 200 + 800]
    cut = given[: len(given) - 797]
    assert len(recordings.without_notes(cut, "audio/ogg")) == len(cut), "also where it breaks off"


def test_notes_on_many_pages_and_many_tags_before_a_sound_are_passed_over_once() -> None:
    _Taken.total, data = 0, bytearray(1_000)
    recordings._over(data, [(n, n + 1) for n in range(1_000)], _Taken(b"x" * 1_000))
    assert (_Taken.total, bytes(data)) == (1_000, b"x" * 1_000)
    _Taken.total, tag = 0, b"ID3\4" + bytes(6)
    assert recordings._mp3(_Taken(tag * 1_000 + b"SOUND")) == b"SOUND"
    assert _Taken.total < 20_000


def test_a_place_of_a_video_that_is_named_again_and_again_is_written_over_once() -> None:
    sizes = box(b"stsz", struct.pack(">III", 0, 1 << 20, 0))
    runs = box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 1, 1))
    places = box(b"stco", struct.pack(">II", 0, 500) + struct.pack(">I", 8) * 500)
    heard = box(b"hdlr", struct.pack(">II4s12x", 0, 0, b"meta"))
    table = box(b"minf", box(b"stbl", sizes, runs, places))
    given = box(b"mdat", b"PLACE" * 100) + box(b"moov", box(b"trak", box(b"mdia", heard, table)))
    data = _Put(given)
    assert b"PLACE" not in recordings._mp4(given, data)
    assert data.total < 3 * len(data)


@pytest.mark.parametrize("fmt", ["JPEG", "WEBP"])
def test_only_the_first_note_of_how_a_camera_was_held_is_read(
    monkeypatch: pytest.MonkeyPatch, fmt: str
) -> None:
    read, really = list[bytes](), pictures._held

    def held(notes: bytes) -> bytes:
        read.append(notes)
        return really(notes)

    monkeypatch.setattr(pictures, "_held", held)
    photo, empty = papers.photo(fmt), b"Exif\0\0"
    if fmt == "JPEG":
        given = photo.replace(b"\xff\xdb", (b"\xff\xe1\0\x08" + empty) * 50 + b"\xff\xdb", 1)
    else:
        behind = photo[12:] + (b"EXIF" + struct.pack("<I", 6) + empty) * 50
        given = b"RIFF" + struct.pack("<I", 4 + len(behind)) + b"WEBP" + behind
    assert pictures.without_notes(given) == pictures.without_notes(photo)
    assert len(read) == 2


def test_a_file_that_stands_in_many_lists_of_a_pdf_is_looked_into_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen, really = list[object](), pdf_apart._forget_of_file

    def forget(file: Any) -> None:  # noqa: ANN401 - the library's object
        seen.append(file)
        really(file)

    monkeypatch.setattr(pdf_apart, "_forget_of_file", forget)
    with pikepdf.open(io.BytesIO(papers.pdf(files={"a.csv": b"day", "b.csv": b"stock"}))) as made:
        made.pages[0].AF = pikepdf.Array([made.attachments[name].obj for name in ("a.csv", "b.csv")] * 50)
        out = io.BytesIO()
        made.save(out)
    pdf_apart._without_names(out.getvalue())
    assert len(seen) == 2
