"""What stands in a sound or a video besides what was recorded, and how is it taken out? (R41)

Phones write the place into a video and people their names into a sound. Notes are written over where they stand, so that
everything else keeps its place and is played as before.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

# Boxes of an MP4 that hold others in which notes may stand, and those that are notes.
_HOLD: Final = frozenset({b"moov", b"trak", b"mdia", b"moof", b"traf"})
_NOTES: Final = frozenset({b"udta", b"meta", b"uuid"})
# What a WAV is played by; the rest says who made it, when and with what.
_PLAYED: Final = frozenset({b"fmt ", b"data", b"fact", b"JUNK"})
_ID3, _ID3_END, _APE = b"ID3", b"TAG", b"APETAGEX"
_OGG: Final = b"OggS"
# How the first packet of a stream begins; how long the head of its packet of notes is, and what stands behind its last.
_OGG_NOTES: Final = (
    (b"\x01vorbis", 7, b"\x01"),
    (b"OpusHead", 8, b""),
    (b"\x80theora", 7, b""),
    (b"Speex   ", 0, b""),
    (b"\x7fFLAC", 4, b""),
)
_TURNED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_DEEPEST: Final = 6
_Box = tuple[bytes, int, int, int]  # its type; where it begins, where its contents begin, and where it ends


def without_notes(content: bytes, media_type: str) -> bytes:
    """The recording alone. Of other types the content as it is."""
    match media_type:
        case "video/mp4" | "audio/mp4":
            return _mp4(bytearray(content))
        case "audio/x-wav":
            return _wav(bytearray(content))
        case "audio/mpeg":
            return _mp3(content)
        case "audio/ogg":
            return _ogg(bytearray(content))
        case _:
            return content


def _mp4(data: bytearray) -> bytes:
    for box in list(_boxes(data, 0, len(data))):
        _blank(data, box, 0)
    return bytes(data)


def _boxes(data: bytearray, at: int, end: int) -> Iterator[_Box]:
    """The boxes between two places; one that says it is longer than there is room ends there."""
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, at)
        inside = at + 8
        if size == 1 and at + 16 <= end:
            (size,) = struct.unpack_from(">Q", data, at + 8)
            inside = at + 16
        last = end if size == 0 else min(at + size, end)
        if last < inside:
            return
        yield kind, at, inside, last
        at = last


def _blank(data: bytearray, box: _Box, depth: int) -> None:
    kind, at, inside, last = box
    if kind in _NOTES or (kind == b"trak" and _is_of_notes(data, box)):
        if kind == b"trak":
            for begins, ends in _samples(data, box):
                data[begins:ends] = bytes(ends - begins)
        data[at + 4 : at + 8] = b"free"
        data[inside:last] = bytes(last - inside)
    elif kind in _HOLD and depth < _DEEPEST:
        for one in list(_boxes(data, inside, last)):
            _blank(data, one, depth + 1)


def _find(data: bytearray, box: _Box, *path: bytes) -> _Box | None:
    for kind in path:
        found = next((one for one in _boxes(data, box[2], box[3]) if one[0] == kind), None)
        if found is None:
            return None
        box = found
    return box


def _is_of_notes(data: bytearray, track: _Box) -> bool:
    """Is it a track of notes, such as the place at each moment, and none of pictures, sound or subtitles?"""
    found = _find(data, track, b"mdia", b"hdlr")
    return found is not None and bytes(data[found[2] + 8 : found[2] + 12]) in {b"meta", b"camm"}


def _samples(data: bytearray, track: _Box) -> Iterator[tuple[int, int]]:
    """Where the samples of a track stand in the file."""
    table = _find(data, track, b"mdia", b"minf", b"stbl")
    if table is None:
        return
    sizes, runs = (
        _numbers(data, _find(data, table, b"stsz"), 4),
        _numbers(data, _find(data, table, b"stsc"), 4),
    )
    near, far = _numbers(data, _find(data, table, b"stco"), 4), _numbers(data, _find(data, table, b"co64"), 8)
    places = (near or far)[1:]
    if len(sizes) < 2 or not places:
        return
    every, each = sizes[0], sizes[2:]
    begun = {runs[n] - 1: runs[n + 1] for n in range(1, len(runs) - 2, 3)}
    sample, in_chunk = 0, 0
    for n, at in enumerate(places):
        in_chunk = begun.get(n, in_chunk)
        length = every * in_chunk if every else sum(each[sample : sample + in_chunk])
        sample += in_chunk
        if at < len(data):
            yield at, min(at + length, len(data))


def _numbers(data: bytearray, box: _Box | None, wide: int) -> list[int]:
    """The numbers of a table behind its version: the first are how many follow, of four bytes each."""
    if box is None:
        return []
    _kind, _at, inside, last = box
    held = bytes(data[inside + 4 : last])
    if wide == 4 or len(held) < 4:
        return [n for (n,) in struct.iter_unpack(">I", held[: len(held) // 4 * 4])]
    rest = held[4 : 4 + (len(held) - 4) // 8 * 8]
    return [*struct.unpack_from(">I", held), *(n for (n,) in struct.iter_unpack(">Q", rest))]


def _wav(data: bytearray) -> bytes:
    at = 12  # behind "RIFF", a size and "WAVE"
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<4sI", data, at)
        last = min(at + 8 + size, len(data))
        if kind == b"data" and size == 0:
            break  # written while it was recorded, and its length never after: all that follows is sound
        if kind not in _PLAYED:
            data[at : at + 4] = b"JUNK"
            data[at + 8 : last] = bytes(last - at - 8)
        at = last + size % 2
    return bytes(data)


def _ogg(data: bytearray) -> bytes:
    """The second packet of each stream holds its notes; it keeps its length, and each of its pages has a new sum."""
    begun: dict[int, bytes] = {}  # how the first packet of each stream begins
    spread: dict[int, list[tuple[int, int]]] = {}  # where the second one stands, page by page
    done: set[int] = set()
    for page in list(_pages(data)):
        for begins, ends, is_end in page.packets:
            if page.stream not in begun:
                begun[page.stream] = bytes(data[begins:ends])
            elif page.stream not in done:
                spread.setdefault(page.stream, []).append((begins, ends))
                if is_end:
                    done.add(page.stream)
    for stream, parts in spread.items():
        was = b"".join(data[begins:ends] for begins, ends in parts)
        _over(data, parts, _no_notes(begun[stream], was))
    for page in list(_pages(data)):
        if page.stream in spread and any(page.at < b <= page.ends for b, _e in spread[page.stream]):
            struct.pack_into("<I", data, page.at + 22, 0)
            struct.pack_into("<I", data, page.at + 22, _sum(data[page.at : page.ends]))
    return bytes(data)


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of an Ogg. `packets`: where each, or a part of it, begins and ends, and whether it ends there."""

    at: int
    ends: int
    stream: int
    packets: tuple[tuple[int, int, bool], ...]


def _pages(data: bytearray) -> Iterator[_Page]:
    at = data.find(_OGG)
    while at != -1 and at + 27 <= len(data):
        (stream,) = struct.unpack_from("<I", data, at + 14)
        lengths = data[at + 27 : at + 27 + data[at + 26]]
        begins = here = at + 27 + len(lengths)
        packets = []
        for n, length in enumerate(lengths):
            here += length
            if length < 255 or n == len(lengths) - 1:
                packets.append((begins, min(here, len(data)), length < 255))
                begins = here
        yield _Page(at, min(here, len(data)), stream, tuple(packets))
        at = data.find(_OGG, max(here, at + 27))


def _no_notes(head: bytes, notes: bytes) -> bytes:
    """A packet of notes that holds none: no maker, no line, and zeros up to its length. One of another kind as it is."""
    for begins, magic, end in _OGG_NOTES:
        if head.startswith(begins):
            return (notes[:magic] + bytes(8) + end).ljust(len(notes), b"\0")[: len(notes)]
    return notes


def _over(data: bytearray, parts: list[tuple[int, int]], said: bytes) -> None:
    for begins, ends in parts:
        data[begins:ends], said = said[: ends - begins], said[ends - begins :]


def _sum(page: bytearray) -> int:
    """The checksum of a page, as Ogg has it: that of zlib with its bits the other way round, and begun with zeros."""
    turned = page.translate(_TURNED)
    return int(f"{zlib.crc32(turned, 0xFFFFFFFF) ^ 0xFFFFFFFF:032b}"[::-1], 2)


def _mp3(content: bytes) -> bytes:
    """Tags stand before and behind the sound, and nothing says where that is: it moves forward."""
    while content.startswith(_ID3) and len(content) >= 10:
        size = sum((one & 0x7F) << shift for one, shift in zip(content[6:10], (21, 14, 7, 0), strict=True))
        content = content[10 + size + (10 if content[5] & 0x10 else 0) :]
    if content[-128:].startswith(_ID3_END):
        content = content[:-128]
    if content[-32:].startswith(_APE):
        size, _count, flags = struct.unpack_from("<III", content, len(content) - 20)
        content = content[: max(0, len(content) - size - (32 if flags >> 31 else 0))]
    return content
