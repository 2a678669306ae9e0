"""What stands in a sound or a video besides what was recorded, and how is it taken out? (R41)

Phones write the place into a video and people their names into a sound. Notes are written over where they stand, so that
everything else keeps its place and is played as before.
"""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

# Boxes of an MP4 that hold others in which notes may stand, and those that are notes.
_HOLD: Final = frozenset({b"moov", b"trak", b"mdia", b"moof", b"traf"})
_NOTES: Final = frozenset({b"udta", b"meta", b"uuid"})
# What a WAV is played by; the rest says who made it, when and with what.
_PLAYED: Final = frozenset({b"fmt ", b"data", b"fact", b"JUNK"})
_ID3, _ID3_END, _APE = b"ID3", b"TAG", b"APETAGEX"
_LYRICS, _LYRICS_END, _LYRICS_OLD_END = b"LYRICSBEGIN", b"LYRICS200", b"LYRICSEND"
_MOST_LYRICS: Final = 5_100  # bytes of the older kind, which does not say how long it is
_MOST_TAGS: Final = 8  # behind the sound
_OGG: Final = b"OggS"
# A FLAC in an Ogg has packets of notes, pictures and more until the first of its sound; what is told becomes room.
_FLAC, _SOUND, _ROOM, _FLAC_NOTES = b"\x7fFLAC", 0xFF, 1, 4
# How the first packet of a stream begins; how long the head of its packet of notes is, and what stands behind its last.
_OGG_NOTES: Final = (
    (b"\x01vorbis", 7, b"\x01"),
    (b"OpusHead", 8, b""),
    (b"\x80theora", 7, b""),
    (b"Speex   ", 0, b""),
    (_FLAC, 4, b""),
)
_TURNED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_DEEPEST: Final = 6
_MANY: Final = 1 << 16  # places of samples that are noted at a time
_Box = tuple[bytes, int, int, int]  # its type; where it begins, where its contents begin, and where it ends


def without_notes(content: bytes, media_type: str) -> bytes:
    """The recording alone. Of other types the content as it is."""
    match media_type:
        case "video/mp4" | "audio/mp4":
            return _mp4(content, bytearray(content))
        case "audio/x-wav":
            return _wav(bytearray(content))
        case "audio/mpeg":
            return _mp3(content)
        case "audio/ogg":
            return _ogg(bytearray(content))
        case _:
            return content


def _mp4(was: bytes, data: bytearray) -> bytes:
    """Boxes are read as they came, one at a time, however many there are; `data`, the same, is written over."""
    noted: list[tuple[int, int]] = []
    for box in _boxes(was, 0, len(was)):
        _blank(was, data, box, 0, noted)
    _over_noted(data, noted)
    return bytes(data)


def _boxes(data: bytes, at: int, end: int) -> Iterator[_Box]:
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


def _blank(was: bytes, data: bytearray, box: _Box, depth: int, noted: list[tuple[int, int]]) -> None:
    """Write over the notes in a box; where the samples of a track of notes stand is `noted`."""
    kind, at, inside, last = box
    if kind in _NOTES or (kind == b"trak" and _is_of_notes(was, box)):
        if kind == b"trak":
            for place in _samples(was, box):
                noted.append(place)
                if len(noted) == _MANY:
                    _over_noted(data, noted)
        data[at + 4 : at + 8] = b"free"
        data[inside:last] = bytes(last - inside)
    elif kind in _HOLD and depth < _DEEPEST:
        for one in _boxes(was, inside, last):
            _blank(was, data, one, depth + 1, noted)


def _over_noted(data: bytearray, noted: list[tuple[int, int]]) -> None:
    """Write over these places, each byte once: tables may name the same place again and again."""
    reached = 0
    for begins, ends in sorted(noted):
        if ends > (begins := max(begins, reached)):
            data[begins:ends] = bytes(ends - begins)
            reached = ends
    noted.clear()


def _find(data: bytes, box: _Box, *path: bytes) -> _Box | None:
    for kind in path:
        found = next((one for one in _boxes(data, box[2], box[3]) if one[0] == kind), None)
        if found is None:
            return None
        box = found
    return box


def _is_of_notes(data: bytes, track: _Box) -> bool:
    """Is it a track of notes, such as the place at each moment, and none of pictures, sound or subtitles?"""
    found = _find(data, track, b"mdia", b"hdlr")
    return found is not None and bytes(data[found[2] + 8 : found[2] + 12]) in {b"meta", b"camm"}


def _samples(data: bytes, track: _Box) -> Iterator[tuple[int, int]]:
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


def _numbers(data: bytes, box: _Box | None, wide: int) -> list[int]:
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
    streams: dict[_Stream, _Told] = {}
    changed: dict[int, int] = {}  # where each page begins and ends
    for page in _pages(data):
        told = streams.setdefault(page.stream, _Told())
        for begins, ends, is_end in page.packets:
            if not told.begins:
                told.begins = bytes(data[begins:ends])
            elif not told.is_over:
                told.add(data, begins, ends, is_end=is_end)
                changed[page.at] = page.ends
                if not told.goes_on:
                    _forget(data, told)
    for told in streams.values():
        _forget(data, told)
    for at, ends in changed.items():
        struct.pack_into("<I", data, at + 22, 0)
        struct.pack_into("<I", data, at + 22, _sum(data[at:ends]))
    return bytes(data)


_Stream = tuple[int, int]  # its number, and how many of that number began before it


@dataclass(slots=True)
class _Told:
    """What a stream tells before its sound: how its first packet begins, and where the parts of the last one stand."""

    begins: bytes = b""
    parts: list[tuple[int, int]] = field(default_factory=list)
    is_over: bool = False
    goes_on: bool = False  # the last packet, on the next page

    def add(self, data: bytearray, begins: int, ends: int, *, is_end: bool) -> None:
        """One packet more, or more of one."""
        if not self.goes_on and begins < ends and data[begins] == _SOUND:
            self.is_over = True
            return
        if not self.goes_on:
            self.parts.clear()
        self.parts.append((begins, ends))
        self.goes_on = not is_end
        first = self.parts[0][0]
        is_last = not self.begins.startswith(_FLAC) or data[first : first + 1] >= b"\x80"
        self.is_over = is_end and is_last


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of an Ogg. `packets`: where each, or a part of it, begins and ends, and whether it ends there."""

    at: int
    ends: int
    stream: _Stream
    packets: tuple[tuple[int, int, bool], ...]


def _pages(data: bytearray) -> Iterator[_Page]:
    at, begun = data.find(_OGG), Counter[int]()
    while at != -1 and at + 27 <= len(data):
        (stream,) = struct.unpack_from("<I", data, at + 14)
        begun[stream] += data[at + 5] >> 1 & 1  # recordings that were joined may have one number
        lengths = data[at + 27 : at + 27 + data[at + 26]]
        begins = here = at + 27 + len(lengths)
        packets = []
        for n, length in enumerate(lengths):
            here += length
            if length < 255 or n == len(lengths) - 1:
                packets.append((begins, min(here, len(data)), length < 255))
                begins = here
        yield _Page(at, min(here, len(data)), (stream, begun[stream]), tuple(packets))
        at = data.find(_OGG, max(here, at + 27))


def _no_notes(head: bytes, notes: bytes) -> bytes:
    """A packet of notes that holds none: no maker, no line, and zeros up to its length. One of another kind as it is."""
    if head.startswith(_FLAC) and notes and notes[0] & 0x7F != _FLAC_NOTES:
        return bytes([notes[0] & 0x80 | _ROOM]) + notes[1:4] + bytes(max(0, len(notes) - 4))
    for begins, magic, end in _OGG_NOTES:
        if head.startswith(begins):
            return (notes[:magic] + bytes(8) + end).ljust(len(notes), b"\0")[: len(notes)]
    return notes


def _forget(data: bytearray, told: _Told) -> None:
    """Write over the notes of a stream that are at hand."""
    was = b"".join(data[begins:ends] for begins, ends in told.parts)
    _over(data, told.parts, _no_notes(told.begins, was))
    told.parts.clear()


def _over(data: bytearray, parts: list[tuple[int, int]], said: bytes) -> None:
    at = 0
    for begins, ends in parts:
        data[begins:ends] = said[at : at + ends - begins]
        at += ends - begins


def _sum(page: bytearray) -> int:
    """The checksum of a page, as Ogg has it: that of zlib with its bits the other way round, and begun with zeros."""
    turned = page.translate(_TURNED)
    return int(f"{zlib.crc32(turned, 0xFFFFFFFF) ^ 0xFFFFFFFF:032b}"[::-1], 2)


def _mp3(content: bytes) -> bytes:
    """Tags stand before and behind the sound, and nothing says where that is: it moves forward."""
    at = 0
    while content.startswith(_ID3, at) and len(content) >= at + 10:
        head = content[at : at + 10]
        size = sum((one & 0x7F) << shift for one, shift in zip(head[6:], (21, 14, 7, 0), strict=True))
        at += 10 + size + (10 if head[5] & 0x10 else 0)
    content = content[at:]
    for _ in range(_MOST_TAGS):
        if (ends := _before_tag(content)) == len(content):
            break
        content = content[:ends]
    return content


def _before_tag(content: bytes) -> int:
    """Where the last tag behind the sound begins; where the content ends, when there is none."""
    ends = len(content)
    if content[-128:].startswith(_ID3_END):
        return ends - 128
    if content[-32:].startswith(_APE):
        size, _count, flags = struct.unpack_from("<III", content, ends - 20)
        return max(0, ends - int(size) - (32 if flags >> 31 else 0))
    if content.endswith(_LYRICS_END):
        said = content[-15:-9]
        begins = max(0, ends - 15 - int(said)) if said.isdigit() else ends
        return begins if content[begins:].startswith(_LYRICS) else ends
    if (
        content.endswith(_LYRICS_OLD_END)
        and (found := content.rfind(_LYRICS, max(0, ends - _MOST_LYRICS))) != -1
    ):
        return found
    return ends
