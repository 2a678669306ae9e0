"""Does a document that somebody sends keep what is written in it, and not who made it, where and with what? (R41)"""

import io
import itertools
import struct
import zipfile
from collections.abc import Callable, Iterator

import docx
import openpyxl
import pypdf
import pytest
from PIL import Image

from clm_tracker.commands.evidence import Upload, clean
from clm_tracker.intake import pdf_files, pictures
from clm_tracker.intake.recordings import without_notes
from clm_tracker.kernel.refusals import Invalid
from tests.intake import papers
from tests.intake.papers import CANARY, TEXT, archive, parts


def kept(content: bytes, name: str) -> bytes:
    """What is kept of it; twice the same, so that it is known again."""
    first, second = (clean(Upload(name, content)).content for _ in range(2))
    assert first == second
    return first


@pytest.mark.parametrize("made", [papers.word, papers.workbook, papers.open_document])
def test_r41_a_document_does_not_say_who_made_it(made: Callable[[], bytes]) -> None:
    given = made()
    assert any(CANARY.encode() in said for said in parts(given).values())
    now = kept(given, f"a.{made.__name__}")
    assert parts(now).keys() == parts(given).keys()
    assert not [name for name, said in parts(now).items() if CANARY.encode() in said]
    if made is papers.word:
        assert [p.text for p in docx.Document(io.BytesIO(now)).paragraphs if p.text] == [TEXT]
    elif made is papers.workbook:
        sheet = openpyxl.load_workbook(io.BytesIO(now)).active
        assert sheet is not None
        assert sheet["A1"].value == TEXT
    else:
        assert TEXT.encode() in parts(now)["content.xml"]
        with zipfile.ZipFile(io.BytesIO(now)) as opened:
            first = opened.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert kept(now, "again") == now, "there is nothing left to take out"


@pytest.mark.parametrize("fmt", ["JPEG", "PNG"])
def test_r41_a_picture_in_a_document_is_the_same_picture_held_the_same_way(fmt: str) -> None:
    given = papers.photo(fmt)
    now = pictures.without_notes(given + (given if fmt == "JPEG" else b""))
    assert CANARY.encode() not in now
    with Image.open(io.BytesIO(given)) as was, Image.open(io.BytesIO(now)) as seen:
        assert list(was.tobytes()) == list(seen.tobytes())
        left = dict(seen.getexif())
    assert left == ({0x0112: 6} if fmt == "JPEG" else {})


def test_r41_a_pdf_does_not_say_who_made_it() -> None:
    given = papers.pdf()
    assert given.count(CANARY.encode()) >= 4
    now = kept(given, "a.pdf")
    read = pypdf.PdfReader(io.BytesIO(now))
    assert not read.metadata
    assert TEXT in read.pages[0].extract_text()
    (picture,) = read.pages[0].images
    assert picture.image is not None
    assert picture.image.size == (30, 20)
    streams = (o.get_object() for o in (read.get_object(n) for n in range(1, len(read.xref[0]) + 1)) if o)
    unpacked = [getattr(s, "get_data", bytes)() for s in streams]
    assert not [one for one in (now, *unpacked) if CANARY.encode() in one]


@pytest.mark.parametrize(
    "signed",
    [
        papers.pdf(signed=True),
        archive({**parts(papers.word()), "_xmlsignatures/sig1.xml": "<Signature/>"}),
        archive({**parts(papers.open_document()), "META-INF/documentsignatures.xml": "<s/>"}),
    ],
    ids=["PDF", "OOXML", "ODF"],
)
def test_what_is_digitally_signed_stays_as_it_was_signed(signed: bytes) -> None:
    assert kept(signed, "letter") == signed


def _overlapping() -> bytes:
    """Two names for one part, so that all parts together are longer than the file."""
    given = bytearray(archive({"word/document.xml": b"x" * 9, "docProps/core.xml": bytes(range(256)) * 99}))
    at = given.rindex(b"PK\1\2")
    entry = bytes(given[at : given.rindex(b"PK\5\6")])
    given[at:at] = entry
    end = given.rindex(b"PK\5\6")
    _, disk, start, n, m, size, offset, more = struct.unpack_from("<4s4H2IH", given, end)
    struct.pack_into(
        "<4s4H2IH", given, end, b"PK\5\6", disk, start, n + 1, m + 1, size + len(entry), offset, more
    )
    return bytes(given)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"%PDF-1.7\n%%EOF", "This PDF cannot be read; it may be damaged."),
        (papers.pdf(password="herons"), "This PDF asks for a password."),
        (_overlapping(), "This document cannot be read; it may be damaged."),
        (archive({"word/document.xml": "x", "docProps/core.xml": "y"})[:-40] + bytes(40), "Send a picture"),
    ],
    ids=["damaged", "password", "overlapping", "cut"],
)
def test_what_cannot_be_looked_into_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        clean(Upload("a", content))


def test_a_pdf_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_files, "_PATIENCE", 0.001)
    with pytest.raises(Invalid, match="cannot be read"):
        clean(Upload("a.pdf", papers.pdf()))


# An Ogg as RFC 3533 has it, with a checksum that is reckoned bit by bit.
def _checksum(page: bytes) -> int:
    found = 0
    for byte in page:
        found ^= byte << 24
        for _ in range(8):
            found = (found << 1 ^ (0x04C11DB7 if found & 1 << 31 else 0)) & 0xFFFFFFFF
    return found


def _page(stream: int, n: int, lacing: list[int], said: bytes) -> bytes:
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, 2 if n == 0 else 0, 0, stream, n, 0, len(lacing))
    page = head + bytes(lacing) + said
    return page[:22] + struct.pack("<I", _checksum(page)) + page[26:]


def _ogg(stream: int, head: bytes, notes: bytes, sound: bytes) -> Iterator[bytes]:
    """A stream whose notes go over two pages; the second ends with the first sound."""
    yield _page(stream, 0, [len(head)], head)
    first, rest = notes[: 255 * 4], notes[255 * 4 :]
    yield _page(stream, 1, [255] * 4, first)
    lacing = [*[255] * (len(rest) // 255), len(rest) % 255]
    yield _page(stream, 2, [*lacing, len(sound)], rest + sound)
    yield _page(stream, 3, [len(sound)], sound)


def _comments(magic: bytes, end: bytes) -> bytes:
    lines = [f"ARTIST={CANARY}".encode(), b"X=" + b"y" * 1_500, f"LOCATION={CANARY}".encode()]
    vendor = CANARY.encode()
    said = struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", len(lines))
    return magic + said + b"".join(struct.pack("<I", len(one)) + one for one in lines) + end


@pytest.mark.parametrize(
    ("head", "magic", "end"),
    [
        (b"OpusHead\x01\x01" + bytes(9), b"OpusTags", b""),
        (b"\x01vorbis" + bytes(23), b"\x03vorbis", b"\x01"),
        (b"\x80theora" + bytes(33), b"\x81theora", b""),
        (b"Speex   " + bytes(72), b"", b""),
    ],
    ids=["opus", "vorbis", "theora", "speex"],
)
def test_r41_an_ogg_does_not_say_who_made_it(head: bytes, magic: bytes, end: bytes) -> None:
    sound, other = b"SOUND" * 20, b"BESIDE" * 20
    notes = _comments(magic, end)
    one = list(_ogg(7, head, notes, sound))
    two = list(_ogg(8, b"OpusHead\x01\x01" + bytes(9), _comments(b"OpusTags", b""), other))
    given = b"".join(itertools.chain.from_iterable(zip(one, two, strict=True)))
    assert given.count(CANARY.encode()) >= 5
    now = without_notes(given, "audio/ogg")
    assert CANARY.encode() not in now
    assert (len(now), now.count(sound), now.count(other)) == (len(given), 2, 2)
    begins = [n for n in range(len(now)) if now.startswith(b"OggS", n)]
    for at, ends in itertools.pairwise([*begins, len(now)]):
        page = now[at:ends]
        (said,) = struct.unpack_from("<I", page, 22)
        assert said == _checksum(page[:22] + bytes(4) + page[26:])
    notes_at = now.index(magic + bytes(8) + end, len(one[0]) + len(two[0]) + 27)
    assert notes_at == given.index(notes[:40]), "no maker and no line, where they stood"


@pytest.mark.parametrize("size", [27, 30, 60, 400, 900])
def test_an_ogg_that_breaks_off_is_no_trouble(size: int) -> None:
    given = b"".join(_ogg(7, b"OpusHead\x01\x01" + bytes(9), _comments(b"OpusTags", b""), b"SOUND"))
    assert len(without_notes(given[:size], "audio/ogg")) == size
