"""What does an office program write down about who made a document, and how is it taken out? (R41)

Author, company, who saved it last and from which folder stand in parts of their own, which are made empty. What stands
in the document itself, such as the authors of its comments, was written by whoever sends it and stays.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Final

from clm_tracker.intake import pictures
from clm_tracker.kernel.refusals import invalid
from clm_tracker.kernel.speech import _

# What `zipfile` raises for a damaged archive, besides its own error: names of no encoding (a ValueError), places outside
# the file, a stream that breaks off or makes no sense, a password, a way of packing that it does not know.
DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
_OF_2007: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SCHEMAS: Final = b"http://schemas.openxmlformats.org"
_EMPTY: Final = {
    "core": b'%s<cp:coreProperties xmlns:cp="%s/package/2006/metadata/core-properties"/>'
    % (_OF_2007, _SCHEMAS),
    "app": b'%s<Properties xmlns="%s/officeDocument/2006/extended-properties"/>' % (_OF_2007, _SCHEMAS),
    "custom": b'%s<Properties xmlns="%s/officeDocument/2006/custom-properties"/>' % (_OF_2007, _SCHEMAS),
    "meta": b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3"/>',
}
_PARTS: Final = re.compile(
    r"docProps/(core|app|custom)\.xml|.*\.psmdcp|(?:Object [^/]*/)?(meta)\.xml", re.IGNORECASE
)
_PACKAGE: Final = b"PK\3\4"
_SIGNATURES: Final = re.compile(r"_xmlsignatures/.*\.xml|META-INF/.*signatures.*\.xml", re.IGNORECASE)
_SIGNATURE: Final = re.compile(rb"<(?:[\w.-]+:)?Signature(?:\s[^<>]*)?(?<!/)>")
_BEGINS, _MOST_SIGNATURES = 1 << 16, 50  # it stands at the beginning of its part
_OLDER, _LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "EncryptedPackage".encode("utf-16-le")
# A workbook notes in which folder of whose computer it was saved.
_FOLDER: Final = re.compile(rb"""(<(?:\w+:)?absPath\b[^>]{0,4000}?\burl=)("[^"]*"|'[^']*')""")
# A text notes from which template it was made, and in whose folder that lies.
_SETTINGS: Final = re.compile(r"(?:.*/)?_rels/settings\d*\.xml\.rels", re.IGNORECASE)
_TEMPLATE: Final = re.compile(rb"""<(?:\w+:)?Relationship\b[^>]{0,4000}/attachedTemplate["'][^>]{0,4000}>""")
_ITS_FOLDER: Final = re.compile(rb"""(\bTarget\s*=\s*["'])(?:[^"'>]*(?:[/\\]|%5C|%2F))?""", re.IGNORECASE)
# Other ways to compress may ask for any amount of memory; no office program uses them.
PLAIN: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LOCAL, _CENTRAL, _END = "<4s5H3I2H", "<4s6H3I5H2I", "<4s4H2IH"
_DAY_ONE: Final = (0, 0x21)  # 1 January 1980, before which no archive is


def without_names(content: bytes) -> bytes:
    """The document with nothing about who made it; one that is signed, and one that says nothing, as it is. Raises Invalid.

    A signature names who signed, and would be broken.
    """
    try:
        return _without_names(content, pictures.Room(), inside=False)
    except DAMAGED:
        raise unreadable() from None


def unreadable() -> Exception:
    """What is said of a document that cannot be looked into."""
    return invalid(
        "file",
        _(
            "This document cannot be read; it may be damaged or ask for a password. Save it anew without one, or as a PDF."
        ),
    )


def has_password(content: bytes) -> bool:
    """Is it a document of Office that asks for a password? It then lies in a container of an older kind."""
    return content.startswith(_OLDER) and _LOCKED in content


def _has_password(content: bytes, archive: zipfile.ZipFile) -> bool:
    """Does an OpenDocument ask for a password? Its list of parts says so."""
    lists = [one for one in archive.infolist() if one.filename == "META-INF/manifest.xml"]
    return any(b"encryption-data" in _inflated(content, one, _BEGINS) for one in lists[:1])


def _is_signed(content: bytes, archive: zipfile.ZipFile) -> bool:
    """Did somebody sign it? Programs also leave a place for signatures in which there is none."""
    places = [one for one in archive.infolist() if _SIGNATURES.fullmatch(one.filename)]
    return any(_SIGNATURE.search(_inflated(content, one, _BEGINS)) for one in places[:_MOST_SIGNATURES])


def unpacked(content: bytes, info: zipfile.ZipInfo) -> bytes:
    """A part of an archive. Raises BadZipFile unless it is as long as it says, before it takes more memory than that.

    `zipfile` unpacks up to a gigabyte at once, however long a part says it is.
    """
    found = _inflated(content, info, info.file_size + 1)
    if len(found) != info.file_size or zlib.crc32(found) != info.CRC:
        raise zipfile.BadZipFile
    return found


def _inflated(content: bytes, info: zipfile.ZipInfo, most: int) -> bytes:
    """A part, or its first bytes. Raises BadZipFile for one with a password, and for rare ways of packing."""
    if info.flag_bits & 1 or info.compress_type not in PLAIN:
        raise zipfile.BadZipFile
    packed = _packed(content, info)
    if info.compress_type == zipfile.ZIP_STORED:
        return packed[:most]
    return zlib.decompressobj(wbits=-zlib.MAX_WBITS).decompress(packed, most)


def _without_names(content: bytes, room: pictures.Room, *, inside: bool) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        infos = archive.infolist()
        if sum(one.compress_size for one in infos) > len(content) or len(infos) >= 1 << 16:
            raise zipfile.BadZipFile  # parts that lie over each other
        if _has_password(content, archive):
            raise zipfile.BadZipFile
        if _is_signed(content, archive):
            return content
        changed = dict(_changes(content, archive, room, inside=inside))
        return _written(content, archive, changed) if changed else content


def _changes(
    content: bytes, archive: zipfile.ZipFile, room: pictures.Room, *, inside: bool
) -> Iterator[tuple[str, bytes]]:
    """The parts that say who, when and where, as they are to be. A document inside another one is looked into, too."""
    for info in archive.infolist():
        name = info.filename
        if part := _PARTS.fullmatch(name):
            yield name, _EMPTY[(part[1] or part[2] or "core").lower()]
            continue
        begins = _inflated(content, info, len(_PACKAGE))
        is_package = begins == _PACKAGE and not inside
        is_link = name == "xl/workbook.xml" or _SETTINGS.fullmatch(name)
        if not (is_package or is_link or begins.startswith(pictures.BEGINS)):
            continue
        room.unpacked -= info.file_size
        if room.unpacked < 0:
            raise zipfile.BadZipFile
        was = unpacked(content, info)
        if is_package:
            now = _without_names(was, room, inside=True)
        else:
            now = _without_folders(was) if is_link else pictures.without_notes(was, room)
        if now != was:
            yield name, now


def _without_folders(part: bytes) -> bytes:
    return _TEMPLATE.sub(lambda one: _ITS_FOLDER.sub(rb"\1", one[0]), _FOLDER.sub(rb'\1""', part))


def _written(content: bytes, archive: zipfile.ZipFile, changed: dict[str, bytes]) -> bytes:
    """The archive anew, its other parts as they were packed: none is unpacked, so none costs more than its own bytes."""
    out, directory = BytesIO(), b""
    infos = archive.infolist()
    for info in infos:
        if info.flag_bits & 1:
            raise zipfile.BadZipFile
        if (now := changed.get(info.filename)) is None:
            packed, method, crc, size = _packed(content, info), info.compress_type, info.CRC, info.file_size
        else:
            stored = info.compress_type == zipfile.ZIP_STORED
            method, crc, size = (
                info.compress_type if stored else zipfile.ZIP_DEFLATED,
                zlib.crc32(now),
                len(now),
            )
            packed = now if stored else _deflated(now)
        in_utf8 = info.flag_bits & 0x800
        name = info.orig_filename.encode("utf-8" if in_utf8 else "cp437")
        shared = (20, in_utf8, method, *_DAY_ONE, crc, len(packed), size, len(name), 0)
        directory += struct.pack(_CENTRAL, b"PK\1\2", 20, *shared, 0, 0, 0, 0, out.tell()) + name
        out.write(struct.pack(_LOCAL, b"PK\3\4", *shared) + name + packed)
    starts = out.tell()
    out.write(directory)
    out.write(struct.pack(_END, b"PK\5\6", 0, 0, len(infos), len(infos), len(directory), starts, 0))
    return out.getvalue()


def _packed(content: bytes, info: zipfile.ZipInfo) -> bytes:
    """A part as it lies in the archive."""
    kind, *_more, named, extra = struct.unpack_from(_LOCAL, content, info.header_offset)
    begins = info.header_offset + struct.calcsize(_LOCAL) + named + extra
    packed = content[begins : begins + info.compress_size]
    if kind != b"PK\3\4" or len(packed) != info.compress_size:
        raise zipfile.BadZipFile
    return packed


def _deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()
