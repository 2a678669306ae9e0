"""What does a picture inside a document carry besides the picture, and how is it taken out without drawing it anew? (R41)

Place, hour, camera and remarks stand in stretches of their own; those that the picture is shown by stay as they are.
"""

import re
import struct
from collections.abc import Iterator
from typing import Final

from PIL import Image

ORIENTATION: Final = 0x0112  # where a camera notes how it was held
_JPEG, _PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
_SCAN, _END = 0xDA, 0xD9
_NEXT: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # what ends the pixels of a scan
# Of the stretches that programs name themselves, those for the size of a dot and for colours.
_SHOWN_BY: Final = {0xE0: b"", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_CHUNKS: Final = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT pHYs bKGD hIST acTL fcTL fdAT".split()
)


def without_notes(content: bytes) -> bytes:
    """A JPEG or PNG with nothing but the picture, and how it was held; anything else as it is."""
    if content.startswith(_JPEG):
        return b"".join(_of_jpeg(content))
    if content.startswith(_PNG):
        return _PNG + b"".join(_of_png(content))
    return content


def _of_jpeg(data: bytes) -> Iterator[bytes]:
    yield _JPEG
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        kind = data[at + 1]
        if kind == 0xFF:
            at += 1
            continue
        if kind == _END:
            break
        (size,) = struct.unpack_from(">H", data, at + 2)
        ends = at + 2 + size
        if kind == _SCAN:
            found = _NEXT.search(data, ends)
            ends = found.start() if found else len(data)
            yield data[at:ends]
        elif kind == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
            yield _held(data[at + 4 : ends])
        elif _is_shown_by(kind, data[at + 4 : ends]):
            yield data[at:ends]
        at = ends
    # What hangs behind the end is another picture, with notes of its own.
    yield b"\xff\xd9"


def _is_shown_by(kind: int, said: bytes) -> bool:
    """Is the picture shown by this stretch, or does it only tell something?"""
    tells = 0xE0 <= kind <= 0xEF or kind == 0xFE
    return not tells or (kind in _SHOWN_BY and said.startswith(_SHOWN_BY[kind]))


def _held(notes: bytes) -> bytes:
    """The note of how the camera was held, and no other."""
    exif, kept = Image.Exif(), Image.Exif()
    try:
        exif.load(notes)
        how = exif.get(ORIENTATION, 1)
        if how in range(2, 9):
            kept[ORIENTATION] = how
    except (SyntaxError, ValueError, TypeError, LookupError, OSError, ArithmeticError, struct.error):
        return b""
    if not kept:
        return b""
    said = kept.tobytes()
    return b"\xff\xe1" + struct.pack(">H", 2 + len(said)) + said


def _of_png(data: bytes) -> Iterator[bytes]:
    at = len(_PNG)
    while at + 12 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if kind in _CHUNKS:
            yield data[at : at + 12 + size]
        if kind == b"IEND":
            return
        at += 12 + size
