"""What does an office program write down about who made a document, and how is it taken out? (R41)

Author, company, who saved it last and from which folder stand in parts of their own, which are made empty. What stands
in the document itself, such as the names of those who commented, was written by whoever sends it and stays.
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
_FOLDER: Final = re.compile(rb"""(<(?:\w+:)?absPath\b[^<>]{0,4000}?\burl=)("[^"]*"|'[^']*')""")
# A text notes from which template it was made, and every document what it leads to, in whose folder that lies, too.
_LINKS: Final = re.compile(r"xl/workbook\.xml|(?:.*/)?_rels/[^/]*\.rels", re.IGNORECASE)
_LINK: Final = re.compile(rb"<(?:\w+:)?Relationship\b[^<>]*>")
_TEMPLATE: Final = re.compile(rb"""/attachedTemplate["']""")
_ON_A_DISK: Final = re.compile(rb"""\bTarget\s*=\s*["'](?:file:|[a-z]:|[/\\]|%5C|%2F)""", re.IGNORECASE)
_ITS_FOLDER: Final = re.compile(rb"""(\bTarget\s*=\s*["'])(?:[^"'>]*(?:[/\\]|%5C|%2F))?""", re.IGNORECASE)
# Beside the names of those who commented stand their accounts.
_PEOPLE: Final = re.compile(r"word/people\d*\.xml|xl/persons/[^/]*\.xml", re.IGNORECASE)
_ACCOUNT: Final = re.compile(
    rb"""<(?P<of>(?:\w+:)?)presenceInfo\b[^<>]*(?:/>|>\s*</(?P=of)presenceInfo\s*>)"""
    rb"""|\s(?:userId|providerId)\s*=\s*(?:"[^"]*"|'[^']*')"""
)
# What a server for documents writes into the columns of its list: who has it, who may see it, who checked it out.
_COLUMNS: Final = re.compile(r"customXml/item\d*\.xml", re.IGNORECASE)
_OF_A_SERVER: Final = b"http://schemas.microsoft.com/office/2006/metadata/properties"
_ITS_ROOT: Final = re.compile(
    rb"""\s*(?:\xef\xbb\xbf)?(?:<\?xml[^>]*>\s*)?<(?:\w+:)?properties\s[^>]*["']%s["']"""
    % re.escape(_OF_A_SERVER)
)
_NO_COLUMNS: Final = b'%s<p:properties xmlns:p="%s"/>' % (_OF_2007, _OF_A_SERVER)
# Other ways to compress may ask for any amount of memory; no office program uses them.
PLAIN: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LOCAL, _CENTRAL, _END = "<4s5H3I2H", "<4s6H3I5H2I", "<4s4H2IH"
_DAY_ONE: Final = (0, 0x21)  # 1 January 1980, before which no archive is


def without_names(content: bytes) -> bytes:
    """The document with nothing about who made it; one that is signed as it is. Raises Invalid.

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
        # Written anew also when no part changes: without remarks, hours and owners of the archive itself.
        return _written(content, archive, dict(_changes(content, archive, room, inside=inside)))


def _changes(
    content: bytes, archive: zipfile.ZipFile, room: pictures.Room, *, inside: bool
) -> Iterator[tuple[str, bytes]]:
    """The parts that say who, when and where, as they are to be. A document inside another one is looked into, too."""
    for info in archive.infolist():
        name = info.filename
        if part := _PARTS.fullmatch(name):
            yield name, _EMPTY[(part[1] or part[2] or "core").lower()]
            continue
        if _COLUMNS.fullmatch(name):
            is_of_server = _ITS_ROOT.match(_inflated(content, info, _BEGINS))
            if is_of_server and not _shows_columns(content, archive, room):
                yield name, _NO_COLUMNS
            continue
        begins = _inflated(content, info, len(_PACKAGE))
        is_package = begins == _PACKAGE and not inside
        is_link, is_of_people = _LINKS.fullmatch(name), _PEOPLE.fullmatch(name)
        if not (is_package or is_link or is_of_people or begins.startswith(pictures.BEGINS)):
            continue
        was = _looked_into(content, info, room)
        if is_package:
            now = _without_names(was, room, inside=True)
        elif is_of_people:
            now = _ACCOUNT.sub(b"", was)
        else:
            now = _without_folders(was) if is_link else pictures.without_notes(was, room)
        if now != was:
            yield name, now


def _looked_into(content: bytes, info: zipfile.ZipInfo, room: pictures.Room) -> bytes:
    room.unpacked -= info.file_size
    if room.unpacked < 0:
        raise zipfile.BadZipFile
    return unpacked(content, info)


def _shows_columns(content: bytes, archive: zipfile.ZipFile, room: pictures.Room) -> bool:
    """Does the text show a column of the server's list? It would then lose words, for it is filled from there."""
    texts = (one for one in archive.infolist() if re.fullmatch(r"word/[^/]*\.xml", one.filename))
    return any(_OF_A_SERVER in _looked_into(content, one, room) for one in texts)


def _without_folders(part: bytes) -> bytes:
    return _LINK.sub(_without_folder, _FOLDER.sub(rb'\1""', part))


def _without_folder(link: re.Match[bytes]) -> bytes:
    """A way out of the document, to a file on somebody's disk, keeps the name of that file."""
    is_theirs = _TEMPLATE.search(link[0]) or (b"External" in link[0] and _ON_A_DISK.search(link[0]))
    return _ITS_FOLDER.sub(rb"\1", link[0]) if is_theirs else link[0]


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
