"""Documents as people's own programs write them, with a name in each place where such a program puts one."""

import io
import struct
import zipfile
from collections.abc import Iterator, Mapping

import docx
import openpyxl
import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

CANARY = "Quincewood"
TEXT = "The shelf was empty on three days."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument.text"


def photo(fmt: str = "JPEG", *, orientation: int = 6) -> bytes:
    """A picture that says who took it, where, and how it was held."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = CANARY  # the artist
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    more = {"JPEG": {"comment": CANARY.encode()}, "WEBP": {"xmp": CANARY.encode()}}.get(fmt, {})
    Image.new("RGB", (30, 20), "teal").save(out, fmt, exif=exif, **more)
    return out.getvalue()


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def archive(of: Mapping[str, bytes | str]) -> bytes:
    """An archive with these parts; the type of an OpenDocument stands plainly in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, said in of.items():
            made.writestr(name, said, zipfile.ZIP_STORED if name == "mimetype" else None)
        made.comment = CANARY.encode()
    return out.getvalue()


def word() -> bytes:
    document = docx.Document()
    document.core_properties.author = document.core_properties.last_modified_by = CANARY
    document.add_paragraph(TEXT)
    document.add_picture(io.BytesIO(photo()))
    document.add_picture(io.BytesIO(photo("PNG")))
    out = io.BytesIO()
    document.save(out)
    app = f"<Properties><Company>{CANARY}</Company></Properties>"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    template = links(f'Type="{office}/attachedTemplate" Target="file:///C:\\Users\\{CANARY}\\Report.dotx"')
    columns = (
        '<?xml version="1.0"?><p:properties xmlns:p="http://schemas.microsoft.com/office/2006/metadata/properties">'
        f"<documentManagement><UserInfo><DisplayName>{CANARY}</DisplayName></UserInfo></documentManagement></p:properties>"
    )
    people = (
        '<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"><w15:person w15:author="Dara">'
        f'<w15:presenceInfo w15:providerId="AD" w15:userId="S::{CANARY}@example.org"/></w15:person></w15:people>'
    )
    more: dict[str, bytes | str] = {
        "docProps/app.xml": app,
        "docProps/custom.xml": app,
        "word/_rels/settings.xml.rels": template,
        "word/people.xml": people,
        "customXml/item1.xml": columns,
        "word/media/held.jfif": photo(),
        "word/media/held.webp": photo("WEBP"),
        "word/media/held.tiff": photo("TIFF"),
        "word/embeddings/Book1.xlsx": workbook(),
    }
    return archive({**parts(out.getvalue()), **more})


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.properties.creator = book.properties.lastModifiedBy = CANARY
    assert book.active is not None
    book.active["A1"] = TEXT
    out = io.BytesIO()
    book.save(out)
    of = parts(out.getvalue())
    folder = f'<x15ac:absPath xmlns:x15ac="urn:x" url="C:\\Users\\{CANARY}\\Desktop\\"/>'.encode()
    of["xl/workbook.xml"] = of["xl/workbook.xml"].replace(b"</workbook>", folder + b"</workbook>")
    of["xl/persons/person.xml"] = (
        f'<personList><person displayName="Dara" id="1" userId="S::{CANARY}" providerId="AD"/></personList>'.encode()
    )
    to = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath"
    of["xl/externalLinks/_rels/externalLink1.xml.rels"] = links(
        f'Type="{to}" Target="/Users/{CANARY}/Stock%20list.xlsx"'
    ).encode()
    return archive(of)


def links(to: str) -> str:
    """The part that says where a document leads."""
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" {to} TargetMode="External"/></Relationships>'
    )


def open_document() -> bytes:
    meta = f"<office:document-meta><dc:creator>{CANARY}</dc:creator></office:document-meta>"
    content = f"<office:document-content>{TEXT}</office:document-content>"
    return archive(
        {
            "mimetype": _OPEN_DOCUMENT,
            "content.xml": content,
            "meta.xml": meta,
            "Object 1/meta.xml": meta,
            "Pictures/1.jpg": photo(),
        }
    )


def pdf(
    *,
    names: bool = True,
    to_sign: bool = False,
    signed: bool = False,
    password: str = "",
    files: Mapping[str, bytes] | None = None,
) -> bytes:
    """One page with its text and a photo, with a field to sign in if it has one; the same at each call."""
    with pikepdf.new() as made:
        page = made.add_blank_page()
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.Contents = made.make_stream(f"BT /F1 12 Tf 20 100 Td ({TEXT}) Tj ET".encode())
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        if names:
            made.docinfo[Name.Author] = CANARY
            made.Root.Metadata = made.make_stream(f"<x:xmpmeta>{CANARY}</x:xmpmeta>".encode())
            page.PieceInfo = Dictionary(Word=Dictionary(Private=CANARY))
            picture = made.make_stream(photo())
            picture.stream_dict = Dictionary(
                Type=Name.XObject,
                Subtype=Name.Image,
                Width=30,
                Height=20,
                ColorSpace=Name.DeviceRGB,
                BitsPerComponent=8,
                Filter=Name.DCTDecode,
                Metadata=made.make_stream(CANARY.encode()),
            )
            page.Resources.XObject = Dictionary(P=picture)
            marked = made.make_stream(CANARY.encode(), Type=Name.Metadata, Subtype=Name.XML)
            page.Resources.Properties = Dictionary(M=Dictionary(Metadata=marked))
            for name, file in (files or {}).items():
                spec = pikepdf.AttachedFileSpec(made, file, filename=name)
                made.attachments[name.rpartition("\\")[2]] = spec
        if to_sign or signed:
            field = made.make_indirect(Dictionary(T="Sign here", Parent=Dictionary()))
            made.Root.AcroForm = Dictionary(
                Fields=Array([made.make_indirect(Dictionary(FT=Name.Sig, Kids=Array([field])))]), SigFlags=3
            )
            field.Parent = made.Root.AcroForm.Fields[0]
            if signed:
                field.V = Dictionary(ByteRange=Array([0, 9, 99, 9]), Contents=b"0\x82")
        out = io.BytesIO()
        if password:
            made.save(out, encryption=pikepdf.Encryption(owner=password, user=password))
        else:
            made.save(out, deterministic_id=True, compress_streams=False)
    return out.getvalue()


# An Ogg as RFC 3533 has it, with a checksum that is reckoned bit by bit.
def checksum(of: bytes) -> int:
    found = 0
    for byte in of:
        found ^= byte << 24
        for _ in range(8):
            found = (found << 1 ^ (0x04C11DB7 if found & 1 << 31 else 0)) & 0xFFFFFFFF
    return found


def page(stream: int, n: int, lacing: list[int], said: bytes) -> bytes:
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, 2 if n == 0 else 0, 0, stream, n, 0, len(lacing))
    made = head + bytes(lacing) + said
    return made[:22] + struct.pack("<I", checksum(made)) + made[26:]


def stream(stream: int, head: bytes, notes: bytes, sound: bytes) -> Iterator[bytes]:
    """A stream whose notes go over two pages; the second ends with the first sound."""
    yield page(stream, 0, [len(head)], head)
    first, rest = notes[: 255 * 4], notes[255 * 4 :]
    yield page(stream, 1, [255] * 4, first)
    lacing = [*[255] * (len(rest) // 255), len(rest) % 255]
    yield page(stream, 2, [*lacing, len(sound)], rest + sound)
    yield page(stream, 3, [len(sound)], sound)


def comments(magic: bytes, end: bytes) -> bytes:
    lines = [f"ARTIST={CANARY}".encode(), b"X=" + b"y" * 1_500, f"LOCATION={CANARY}".encode()]
    vendor = CANARY.encode()
    said = struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", len(lines))
    return magic + said + b"".join(struct.pack("<I", len(one)) + one for one in lines) + end


def ogg() -> bytes:
    """A recording with the name of whoever made it, and the place."""
    head = b"OpusHead\x01\x01" + bytes(9)
    return b"".join(stream(7, head, comments(b"OpusTags", b""), b"SOUND" * 20))


# Whatever people send, by the name they send it under.
EVERY = {
    "shelf.docx": word,
    "shelf.xlsx": workbook,
    "shelf.odt": open_document,
    "shelf.pdf": pdf,
    "shelf.ogg": ogg,
}
