"""What does a picture inside a document carry besides the picture, and how is it taken out without drawing it anew? (R41)

Place, hour, camera and remarks stand in stretches of their own; those that the picture is shown by stay as they are. One
that is put together so oddly that this cannot be told is drawn anew, where it says anything at all.
"""

import io
import re
import struct
import warnings
from dataclasses import dataclass
from typing import Any, Final

from PIL import Image, UnidentifiedImageError

from clm_tracker.intake import tiff_pictures

ORIENTATION: Final = 0x0112  # where a camera notes how it was held
MOST_PIXELS: Final = 50_000_000
QUALITY: Final = 88  # of what is drawn anew with some loss
_HOW: Final[dict[str, dict[str, Any]]] = {
    "JPEG": {"quality": QUALITY},
    "WEBP": {"lossless": 1, "exact": 1},
    "TIFF": {"compression": "tiff_deflate"},
}
# What `PIL` raises for a damaged picture, besides its own errors.
DAMAGED: Final = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    struct.error,
)
_JPEG, _PNG, _RIFF, _WEBP = b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF", b"WEBP"
BEGINS: Final = (_JPEG + b"\xff", _PNG[:4], _RIFF, *tiff_pictures.BEGINS)
_SCAN, _END = 0xDA, 0xD9
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})  # signs that nothing belongs to
_SIGN: Final = re.compile(
    rb"\xff[^\x00\xff]"
)  # where a stretch begins; readers pass over what else lies there
_NEXT: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # what ends the pixels of a scan
# Of the stretches that programs name themselves, those for the size of a dot and for colours.
_SHOWN_BY: Final = {0xE0: b"", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_CHUNKS: Final = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT pHYs bKGD hIST acTL fcTL fdAT".split()
)
_PIXELS: Final = frozenset({b"VP8 ", b"VP8L", b"ANMF"})
_CHUNKS_OF_WEBP: Final = _PIXELS | {b"VP8X", b"ICCP", b"ALPH", b"ANIM"}
_HAS_EXIF, _HAS_XMP = 8, 4  # in a WebP's word of what it has
# Anything that looks like a note, wherever it stands.
_TOLD: Final = re.compile(
    rb"\xff(?:[\xe1\xe3-\xed\xef\xfe]|\xe2(?!..ICC_PROFILE)|\xee(?!..Adobe))|Exif|http:", re.DOTALL
)
_TOLD_IN_PNG: Final = re.compile(rb"tEXt|zTXt|iTXt|eXIf|tIME|Exif|http:")
_TOLD_IN_WEBP: Final = re.compile(rb"EXIF|XMP |Exif|http:")
_ANYTHING: Final = re.compile(rb"")
_STRETCH: Final = (
    10  # steps; 50,000 stretches are many for all pictures of a document, and small enough to hold
)


@dataclass(slots=True)
class Room:
    """What may still be spent on one document: bytes to unpack, pixels to draw anew, and steps to read its pictures in.

    A line or a number of a TIFF is one step, a stretch of another picture `_STRETCH`.
    """

    unpacked: int = 100 * 1024 * 1024
    pixels: int = MOST_PIXELS
    steps: int = 500_000

    def spend(self, steps: int) -> None:
        """Raises ValueError where so many are not left."""
        self.steps -= steps
        if self.steps < 0:
            raise ValueError("a picture that cannot be read")


def without_notes(content: bytes, room: Room | None = None) -> bytes:
    """A JPEG, PNG, WebP or TIFF with nothing but the picture, and how it was held; anything else as it is.

    Never with less of the picture than came. Raises ValueError for one that tells something and cannot be read.
    """
    room = room or Room()
    if content.startswith(_JPEG):
        now, fmt, told = _of_jpeg(content, room), "JPEG", _TOLD
    elif content.startswith(_PNG):
        now, fmt, told = _of_png(content, room), "PNG", _TOLD_IN_PNG
    elif content.startswith(_RIFF) and content[8:12] == _WEBP:
        now, fmt, told = _of_webp(content, room), "WEBP", _TOLD_IN_WEBP
    elif content.startswith(tiff_pictures.BEGINS):
        now, fmt, told = tiff_pictures.without_notes(content, room.spend), "TIFF", _ANYTHING
    else:
        return content
    if now is None:
        now = _drawn(content, fmt, room) if told.search(content) else content
    return now


def _of_jpeg(data: bytes, room: Room) -> bytes | None:
    """None where it is not put together as a picture that readers can follow to its pixels."""
    kept, at, frame, scans, held = [_JPEG], 2, False, False, False
    while True:
        sign = _SIGN.search(data, at)
        kind = data[sign.start() + 1] if sign else None
        if sign is None or kind == _END:
            break
        room.spend(_STRETCH)
        at = sign.start()
        if kind in _BARE:
            at += 2
            continue
        size = struct.unpack_from(">H", data, at + 2)[0] if at + 4 <= len(data) else 0
        ends = at + 2 + size
        if kind is None or kind < 0xC0 or kind == _JPEG[1] or size < 2 or ends > len(data):
            return None
        frame = frame or kind in _FRAMES
        if kind == _SCAN:
            found, scans = _NEXT.search(data, ends), True
            ends = found.start() if found else len(data)
            kept.append(data[at:ends])
        elif kind == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
            kept += [] if held else [_held(data[at + 4 : ends])]  # readers go by the first
            held = True
        elif _is_shown_by(kind, data[at + 4 : ends]):
            kept.append(data[at:ends])
        at = ends
    # What hangs behind the end is another picture, with notes of its own.
    return b"".join((*kept, b"\xff\xd9")) if frame and scans else None


def _is_shown_by(kind: int, said: bytes) -> bool:
    """Is the picture shown by this stretch, or does it only tell something?"""
    tells = 0xE0 <= kind <= 0xEF or kind == 0xFE
    return not tells or (kind in _SHOWN_BY and said.startswith(_SHOWN_BY[kind]))


def _held(notes: bytes) -> bytes:
    """The note of how the camera was held, and no other."""
    exif = Image.Exif()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # said of each note of a camera that makes no sense
            exif.load(notes)
            said = _how(exif).tobytes() if _how(exif) else b""
    except DAMAGED:
        return b""
    return b"\xff\xe1" + struct.pack(">H", 2 + len(said)) + said if said else b""


def _how(exif: Image.Exif) -> Image.Exif:
    kept, how = Image.Exif(), exif.get(ORIENTATION, 1)
    if how in range(2, 9):
        kept[ORIENTATION] = how
    return kept


def _of_png(data: bytes, room: Room) -> bytes | None:
    """None where it breaks off before its end."""
    kept, at = [_PNG], len(_PNG)
    while at + 12 <= len(data):
        room.spend(_STRETCH)
        size, kind = struct.unpack_from(">I4s", data, at)
        ends = at + 12 + size
        if ends > len(data):
            return None
        if kind in _CHUNKS:
            kept.append(data[at:ends])
        if kind == b"IEND":
            return b"".join(kept)
        at = ends
    return None


def _of_webp(data: bytes, room: Room) -> bytes | None:
    """None where it has no pixels, or a stretch that it is shown by breaks off."""
    kept, held, at = [], None, 12
    (size,) = struct.unpack_from("<I", data, 4)
    end = min(8 + size, len(data))
    while at + 8 <= end:
        room.spend(_STRETCH)
        kind, size = struct.unpack_from("<4sI", data, at)
        said = data[at + 8 : min(at + 8 + size, end)]
        if kind == b"EXIF":
            held = _held(said)[10:] if held is None else held  # readers go by the first
        elif kind in _CHUNKS_OF_WEBP:
            if len(said) < size:
                return None
            kept.append((kind, said))
        at += 8 + size + size % 2
    if not any(kind in _PIXELS for kind, _said in kept):
        return None
    if kept[0][0] == b"VP8X" and kept[0][1]:
        has = kept[0][1][0] & ~(_HAS_EXIF | _HAS_XMP) | (_HAS_EXIF if held else 0)
        kept[0] = (b"VP8X", bytes([has]) + kept[0][1][1:])
        kept += [(b"EXIF", held)] if held else []
    body = b"".join(kind + struct.pack("<I", len(said)) + said + bytes(len(said) % 2) for kind, said in kept)
    return _RIFF + struct.pack("<I", 4 + len(body)) + _WEBP + body


def _drawn(content: bytes, fmt: str, room: Room) -> bytes:
    """The same pixels in a new file, as they lie and with their colours: a document shows them at the size they had."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower
            warnings.simplefilter("ignore", UserWarning)  # said of each note of a camera that makes no sense
            picture = Image.open(io.BytesIO(content), formats=[fmt])
            room.pixels -= picture.width * picture.height
            if room.pixels < 0 or getattr(picture, "is_animated", False):
                raise ValueError("too many pixels, or pictures")
            picture.load()
            exif = _held(picture.info.get("exif", b""))[4:]
        looks = {n: v for n in ("icc_profile", "transparency") if (v := picture.info.get(n)) is not None}
        drawn = picture.copy()
        drawn.info = {}
        out = io.BytesIO()
        drawn.save(
            out, fmt, **looks, **({"exif": exif} if fmt in {"JPEG", "WEBP"} else {}), **_HOW.get(fmt, {})
        )
    except DAMAGED:
        raise ValueError("a picture that cannot be read") from None
    return out.getvalue()
