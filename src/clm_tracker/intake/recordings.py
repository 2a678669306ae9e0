"""What stands in a sound or a video besides what was recorded, and how is it taken out? (R41)

Phones write the place into a video and people their names into a sound. Notes are written over where they stand, so that
everything else keeps its place and is played as before.
"""

import struct
from collections.abc import Iterator
from typing import Final

# Boxes of an MP4 that hold others in which notes may stand, and those that are notes.
_HOLD: Final = frozenset({b"moov", b"trak", b"mdia", b"moof", b"traf"})
_NOTES: Final = frozenset({b"udta", b"meta", b"uuid"})
# What a WAV is played by; the rest says who made it, when and with what.
_PLAYED: Final = frozenset({b"fmt ", b"data", b"fact", b"JUNK"})
_ID3, _ID3_END, _APE = b"ID3", b"TAG", b"APETAGEX"
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
