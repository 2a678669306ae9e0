"""Does a document that somebody sends keep what is written in it, and not who made it, where and with what? (R41)"""

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import docx
import openpyxl
import pikepdf
import pypdf
import pytest
from PIL import Image, ImageChops, ImageStat, PngImagePlugin

from clm_tracker.commands.evidence import Upload, clean
from clm_tracker.intake import pdf_files, pictures
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
    with zipfile.ZipFile(io.BytesIO(now)) as opened:
        assert opened.comment == b""
    if made is papers.word:
        (inside,) = (said for name, said in parts(now).items() if name.endswith("Book1.xlsx"))
        assert CANARY.encode() not in b"".join(parts(inside).values())
        assert b'Target="Report.dotx"' in parts(now)["word/_rels/settings.xml.rels"]
        assert b'w15:author="Dara"></w15:person>' in parts(now)["word/people.xml"]
        assert [p.text for p in docx.Document(io.BytesIO(now)).paragraphs if p.text] == [TEXT]
    elif made is papers.workbook:
        sheet = openpyxl.load_workbook(io.BytesIO(now)).active
        assert sheet is not None
        assert sheet["A1"].value == TEXT
        assert b'displayName="Dara" id="1"/>' in parts(now)["xl/persons/person.xml"]
        assert b'Target="Stock%20list.xlsx"' in parts(now)["xl/externalLinks/_rels/externalLink1.xml.rels"]
    else:
        assert TEXT.encode() in parts(now)["content.xml"]
        with zipfile.ZipFile(io.BytesIO(now)) as opened:
            first = opened.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert kept(now, "again") == now, "there is nothing left to take out"


def test_a_document_keeps_what_its_text_shows_and_its_ways_to_the_web() -> None:
    """A column of a server's list that stands in the text is filled from there."""
    given = parts(papers.word())
    server = b"http://schemas.microsoft.com/office/2006/metadata/properties"
    given["word/footer1.xml"] = b"<w:dataBinding w:prefixMappings=\"xmlns:n='" + server + b"'\"/>"
    given["word/_rels/document.xml.rels"] = papers.links(
        'Type="x/hyperlink" Target="https://example.org/a/b"'
    ).encode()
    now = parts(kept(archive(given), "a.docx"))
    assert now["customXml/item1.xml"] == given["customXml/item1.xml"]
    assert now["word/_rels/document.xml.rels"] == given["word/_rels/document.xml.rels"]


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_r41_a_picture_in_a_document_is_the_same_picture_held_the_same_way(fmt: str) -> None:
    given = papers.photo(fmt)
    now = pictures.without_notes(given + (given if fmt == "JPEG" else b""))
    assert CANARY.encode() not in now
    with Image.open(io.BytesIO(given)) as was, Image.open(io.BytesIO(now)) as seen:
        assert list(was.tobytes()) == list(seen.tobytes())
        left = {tag: value for tag, value in seen.getexif().items() if tag > 0x0103 or fmt != "TIFF"}
        assert left.get(0x0112) == (None if fmt == "PNG" else was.getexif().get(0x0112))
    assert {0x013B, 0x8825}.isdisjoint(left)
    assert pictures.without_notes(now) == now


def _saved(fmt: str, mode: str = "RGB", **how: Any) -> bytes:
    """A picture that is told from another one, with a remark in it."""
    drawn = Image.linear_gradient("L").resize((96, 64)).convert(mode)
    out = io.BytesIO()
    if fmt == "PNG":
        remark = PngImagePlugin.PngInfo()
        remark.add_text("Comment", CANARY)
        drawn.save(out, fmt, pnginfo=remark, **how)
    else:
        said = CANARY.encode()
        told: dict[str, dict[str, Any]] = {
            "JPEG": {"comment": said},
            "TIFF": {"tiffinfo": {315: CANARY}},
            "WEBP": {"xmp": said},
        }
        drawn.save(out, fmt, **told[fmt], **how)
    return out.getvalue()


def _before(sign: bytes, given: bytes, more: bytes) -> bytes:
    """With something more before the last such sign."""
    at = given.rindex(sign)
    return given[:at] + more + given[at:]


_TIFFS = {"RGB": "tiff_lzw", "YCbCr": "jpeg", "1": "group4", "I;16": "raw", "P": "packbits"}
_JPEG, _PNG, _WEBP = _saved("JPEG"), _saved("PNG"), _saved("WEBP")
_REMARK = b"\xff\xfe" + struct.pack(">H", 2 + len(CANARY)) + CANARY.encode()
_ODD = {
    "nothing odd": _JPEG,
    "zeros before a table": _before(b"\xff\xdb", _JPEG, b"\0\0"),
    "words before a table": _before(b"\xff\xdb", _JPEG, CANARY.encode()),
    "an escaped sign before the pixels": _before(b"\xff\xda", _JPEG, b"\xff\0"),
    "filled up": _before(b"\xff\xc0", _JPEG, b"\xff" * 5),
    "a bare sign": _before(b"\xff\xc0", _JPEG, b"\xff\xd0"),
    "a remark that says it is shorter": _before(b"\xff\xdb", _JPEG, b"\xff\xfe\0\5" + CANARY.encode()),
    "a remark behind the pixels": _before(b"\xff\xd9", _JPEG, _REMARK),
    "a remark behind the pixels that breaks off": _JPEG[:-2] + b"\xff\xd9" + _REMARK[:-3],
    "many scans, with zeros between": _before(b"\xff\xda", _saved("JPEG", progressive=True), b"\0\0"),
    "many restarts": _saved("JPEG", restart_marker_rows=1),
    "grey": _before(b"\xff\xdb", _saved("JPEG", "L"), b"\0"),
    "four colours": _before(b"\xff\xdb", _saved("JPEG", "CMYK"), b"\0"),
    "PNG": _PNG,
    "PNG without its end": _PNG[:-12],
    "PNG with half an end": _PNG[:-6],
    "PNG of a palette": _saved("PNG", "P", transparency=3)[:-6],
    "PNG of sixteen bits": _saved("PNG", "I;16")[:-6],
    "PNG of two colours": _saved("PNG", "1")[:-6],
    "PNG with something behind": _PNG + CANARY.encode(),
    **{f"TIFF of {how}": _saved("TIFF", mode, compression=how) for mode, how in _TIFFS.items()},
    "TIFF of pages": _saved("TIFF", save_all=True, append_images=[Image.new("RGB", (96, 64), "teal")]),
    "WebP": _WEBP,
    "WebP without loss": _saved("WEBP", "RGBA", lossless=True),
    "WebP with something behind": _WEBP + CANARY.encode(),
    "WebP that moves": _saved(
        "WEBP", save_all=True, append_images=[Image.new("RGB", (96, 64), "teal")], duration=99
    ),
}


@pytest.mark.parametrize("given", _ODD.values(), ids=_ODD)
def test_an_odd_picture_in_a_document_loses_its_notes_and_nothing_of_the_picture(given: bytes) -> None:
    now = pictures.without_notes(given)
    assert CANARY.encode() not in now
    with Image.open(io.BytesIO(given)) as was, Image.open(io.BytesIO(now)) as seen:
        assert (seen.mode, seen.size) == (was.mode, was.size)
        assert getattr(seen, "n_frames", 1) == getattr(was, "n_frames", 1)
        assert was.tobytes() == seen.tobytes()
        assert was.convert("RGBA").tobytes() == seen.convert("RGBA").tobytes(), "what shines through, too"


@pytest.mark.parametrize(
    "given",
    [
        _before(b"\xff\xdb", _JPEG, b"\xff\xed\0\0"),
        _before(b"\xff\xdb", _saved("JPEG", "CMYK"), b"\xff\xed\0\0"),
        _JPEG[:-2] + b"\xff\xed\xff\xf0" + CANARY.encode(),
    ],
    ids=["a remark of no length", "in four colours", "a remark longer than the file"],
)
def test_a_picture_that_cannot_be_followed_to_its_end_is_drawn_anew(given: bytes) -> None:
    now = pictures.without_notes(given)
    assert CANARY.encode() not in now
    with Image.open(io.BytesIO(given)) as was, Image.open(io.BytesIO(now)) as seen:
        assert seen.mode == was.mode
        differs = ImageStat.Stat(ImageChops.difference(was, seen)).extrema
    assert max(most for _, most in differs) <= 4


def test_a_picture_that_nobody_can_read_stays_when_it_tells_nothing_and_is_refused_otherwise() -> None:
    assert pictures.without_notes(_JPEG[:-2]) == pictures.without_notes(_JPEG), "the end is added"
    assert pictures.without_notes(_WEBP[:-8]) == pictures.without_notes(_WEBP), "cut within what it tells"
    assert pictures.without_notes(_JPEG[:20]) == _JPEG[:20]
    broken = _JPEG[:20] + b"\xff\xed\xff\xf0" + CANARY.encode() + _JPEG[20:]
    with pytest.raises(ValueError, match="cannot be read"):
        pictures.without_notes(broken)
    with pytest.raises(ValueError, match="cannot be read"):
        pictures.without_notes(_PNG[:-6], pictures.Room(pixels=96 * 64 - 1))
    with pytest.raises(ValueError, match="cannot be read"):
        pictures.without_notes(b"II*\0" + CANARY.encode())
    with pytest.raises(ValueError, match="cannot be read"):
        pictures.without_notes(_WEBP.replace(b"VP8 ", b"VP9 "))
    with pytest.raises(Invalid, match="This document cannot be read; it may be damaged"):
        clean(Upload("a.docx", archive({"word/document.xml": "x", "word/media/1.jpg": broken})))


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


def test_r41_what_is_attached_to_a_pdf_says_no_more_than_if_it_had_been_sent_by_itself() -> None:
    sent = {
        f"C:\\Users\\{CANARY}\\shelf.docx": papers.word(),
        "shelf.jpg": papers.photo(),
        "shelf.pdf": papers.pdf(),
        "shelf.csv": b"day,stock\n1,0\n",
    }
    read = pypdf.PdfReader(io.BytesIO(kept(papers.pdf(files=sent), "a.pdf")))
    assert CANARY not in str(read.root_object)
    now = {name: files[0] for name, files in read.attachments.items()}
    inside = now.pop("shelf.pdf")
    assert CANARY.encode() not in inside
    assert TEXT in pypdf.PdfReader(io.BytesIO(inside)).pages[0].extract_text()
    assert now == {
        "shelf.docx": kept(papers.word(), "a.docx"),
        "shelf.jpg": pictures.without_notes(papers.photo()),
        "shelf.csv": b"day,stock\n1,0\n",
    }


def test_r41_a_file_of_a_pdf_is_found_wherever_its_place_is_written() -> None:
    """Under a list within a list, at a mark on a page, and as related to another; beside a number that is none."""
    with pikepdf.new() as made:
        page = made.add_blank_page()
        word = [made.make_stream(papers.word()) for _ in range(3)]
        led = [
            pikepdf.Dictionary(F=f"/home/{CANARY}/a.docx", EF=pikepdf.Dictionary(F=one)) for one in word[:2]
        ]
        led[0].RF = pikepdf.Dictionary(F=pikepdf.Array(["b.docx", word[2]]))
        below = pikepdf.Array([pikepdf.Dictionary(Names=pikepdf.Array(["a.docx", led[0]]))])
        made.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Kids=below))
        page.Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.FileAttachment, FS=led[1])])
        page.Annots[0].Rect = pikepdf.Array([0, 0, 77777, 9])
        out = io.BytesIO()
        made.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    now = kept(out.getvalue().replace(b"77777", b"1.2.3"), "a.pdf")
    with pikepdf.open(io.BytesIO(now)) as read:
        raw = [one.read_bytes() for one in read.objects if isinstance(one, pikepdf.Stream)]
        told = b"".join(one.unparse(resolved=True) for one in read.objects)
    assert CANARY.encode() not in told
    assert [one for one in raw if one.startswith(b"PK")] == [kept(papers.word(), "a.docx")] * 3


@pytest.mark.parametrize("locked", [papers.pdf(password="herons"), b"PK\3\4 but no archive"])
def test_a_pdf_with_an_attached_file_that_cannot_be_looked_into_is_refused(locked: bytes) -> None:
    with pytest.raises(
        Invalid, match="A file that is attached to this PDF is damaged or asks for a password"
    ):
        clean(Upload("a.pdf", papers.pdf(files={"a": locked})))


_SIGNATURE = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#" Id="one"><SignedInfo/>'


@pytest.mark.parametrize(
    "signed",
    [
        papers.pdf(signed=True),
        archive({**parts(papers.word()), "_xmlsignatures/sig1.xml": f"{_SIGNATURE}</Signature>"}),
        archive(
            {
                **parts(papers.open_document()),
                "META-INF/documentsignatures.xml": f"<document-signatures>{_SIGNATURE}</Signature>",
            }
        ),
    ],
    ids=["PDF", "OOXML", "ODF"],
)
def test_what_is_digitally_signed_stays_as_it_was_signed(signed: bytes) -> None:
    assert kept(signed, "letter") == signed


@pytest.mark.parametrize(
    "to_sign",
    [
        papers.pdf(to_sign=True),
        archive(
            {**parts(papers.word()), "_xmlsignatures/origin.sigs": "", "_xmlsignatures/sig1.xml": "<S/>"}
        ),
        archive({**parts(papers.open_document()), "META-INF/documentsignatures.xml": "<Signatures/>"}),
    ],
    ids=["PDF", "OOXML", "ODF"],
)
def test_r41_a_place_to_sign_in_is_no_signature(to_sign: bytes) -> None:
    now = kept(to_sign, "form")
    said = [now] if now.startswith(b"%PDF") else parts(now).values()
    assert not [one for one in said if CANARY.encode() in one]


@pytest.mark.parametrize("where", ["mimetype", "word/media/image1.png"])
def test_a_part_that_unpacks_to_more_than_it_says_is_refused_before_it_takes_memory(where: str) -> None:
    size, says, made, begins = 1 << 26, 10, io.BytesIO(), papers.photo("PNG")[:8]
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archived:
        archived.writestr("word/document.xml", "x")
        archived.writestr(where, begins + bytes(size - len(begins)))
    given = made.getvalue().replace(struct.pack("<I", size), struct.pack("<I", says))
    sums = [struct.pack("<I", zlib.crc32(begins + bytes(n - 8))) for n in (size, says)]
    given = given.replace(sums[0], sums[1])
    tracemalloc.start()
    try:
        with pytest.raises(Invalid, match="This document cannot be read"):
            clean(Upload("shelf.docx", given))
        assert tracemalloc.get_traced_memory()[1] < 1 << 23
    finally:
        tracemalloc.stop()


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
        (_overlapping(), "This document cannot be read; it may be damaged"),
        (
            archive({"word/document.xml": "x", "docProps/core.xml": "y"})[:-40] + bytes(40),
            "it may be damaged",
        ),
    ],
    ids=["damaged", "password", "overlapping", "cut"],
)
def test_what_cannot_be_looked_into_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        clean(Upload("a", content))


_LOCKED = "<manifest:file-entry><manifest:encryption-data/>"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("shelf.docx", b"just text"),
        ("shelf.XLSX", archive({"anything.txt": "x"})),
        ("shelf", b"PK\x03\x04 but no archive"),
        ("shelf", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "..EncryptedPackage".encode("utf-16-le")),
        ("shelf.odt", archive({**parts(papers.open_document()), "META-INF/manifest.xml": _LOCKED})),
    ],
    ids=["text", "archive", "cut", "Office with a password", "OpenDocument with a password"],
)
def test_whoever_sent_a_document_hears_what_is_wrong_with_it(name: str, content: bytes) -> None:
    with pytest.raises(Invalid, match="damaged or ask for a password"):
        clean(Upload(name, content))


def test_a_pdf_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_files, "_PATIENCE", 0.001)
    with pytest.raises(Invalid, match="cannot be read"):
        clean(Upload("a.pdf", papers.pdf()))


def test_a_third_pdf_waits_for_its_turn_and_is_refused_when_that_does_not_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = Upload("a.pdf", papers.pdf())
    with ThreadPoolExecutor(1) as other:
        with pdf_files._AT_ONCE, pdf_files._AT_ONCE:
            third = other.submit(clean, given)
            with pytest.raises(TimeoutError):
                third.result(timeout=1)
        assert third.result().media_type == "application/pdf"
    monkeypatch.setattr(pdf_files, "_PATIENCE", 0.01)
    with pdf_files._AT_ONCE, pdf_files._AT_ONCE, pytest.raises(Invalid, match="cannot be read"):
        clean(given)
