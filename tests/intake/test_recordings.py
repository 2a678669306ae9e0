"""Does a recording keep what was recorded, and nothing that says where, by whom and with what? (R41)"""

import io
import itertools
import random
import struct
import wave

import pytest

from clm_tracker.commands.evidence import Upload, clean
from clm_tracker.intake.recordings import without_notes
from clm_tracker.kernel.refusals import Invalid
from tests.intake import papers
from tests.intake.papers import CANARY

PLACE, NAME = b"+13.1030+103.2023/", b"Marigoldcamera"


def box(kind: bytes, *inside: bytes) -> bytes:
    held = b"".join(inside)
    return struct.pack(">I4s", 8 + len(held), kind) + held


def track(handler: bytes, offset: int, sizes: tuple[int, ...], *, wide: bool = False) -> bytes:
    """A track whose samples stand in one chunk."""
    table = box(
        b"stbl",
        box(b"stsz", struct.pack(f">III{len(sizes)}I", 0, 0, len(sizes), *sizes)),
        box(b"stsc", struct.pack(">IIIII", 0, 1, 1, len(sizes), 1)),
        box(b"co64", struct.pack(">IIQ", 0, 1, offset))
        if wide
        else box(b"stco", struct.pack(">III", 0, 1, offset)),
    )
    heard = box(b"hdlr", struct.pack(">II4s12x", 0, 0, handler))
    return box(b"trak", box(b"udta", NAME), box(b"mdia", heard, box(b"minf", table)))


def video(*, wide: bool = False) -> bytes:
    """A film of three samples, with its place at its head, in its track, and as a track of its own beside it."""
    head = box(b"ftyp", b"isom", b"\0\0\2\0isommp41")
    mdat = box(b"mdat", b"FILM" * 8, PLACE, NAME)
    film = len(head) + 8
    notes = box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(PLACE), 0), PLACE), box(b"meta", NAME))
    moov = box(
        b"moov",
        box(b"mvhd", bytes(100)),
        notes,
        track(b"vide", film, (8, 8, 16)),
        track(b"meta", film + 32, (len(PLACE), len(NAME)), wide=wide),
    )
    return head + mdat + moov + box(b"uuid", NAME)


@pytest.mark.parametrize("wide", [False, True])
def test_r41_a_video_does_not_say_where_it_was_taken(wide: bool) -> None:
    given = video(wide=wide)
    kept = clean(Upload("VID_Sreymom_20260312.mp4", given))
    assert kept.media_type == "video/mp4"
    assert (PLACE in kept.content, NAME in kept.content) == (False, False)
    assert len(kept.content) == len(given), "everything else keeps its place"
    assert b"FILM" * 8 in kept.content
    assert kept.content.count(b"vide") == 1
    assert kept.filename.startswith("recording-")
    assert clean(Upload("b.mp4", kept.content)).content == kept.content


def test_r41_a_sound_does_not_say_whose_it_is() -> None:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"\1\2" * 400)
    noted = (
        out.getvalue()
        + b"LIST"
        + struct.pack("<I", 4 + 8 + len(NAME))
        + b"INFOIART"
        + struct.pack("<I", len(NAME))
        + NAME
    )
    kept = clean(Upload("Sreymom.wav", noted))
    assert NAME not in kept.content
    with wave.open(io.BytesIO(kept.content)) as read:
        assert read.readframes(1000) == b"\1\2" * 400
    unended = b"RIFF\0\0\0\0WAVEdata\0\0\0\0" + b"\1\2" * 400
    assert without_notes(unended, "audio/x-wav") == unended


def test_r41_tags_before_and_behind_an_mp3_are_gone() -> None:
    sound = b"\xff\xfb\x90\x64" + b"\7" * 413
    before = b"ID3\4\0\0" + bytes((0, 0, 1, 2)) + (NAME * 10)[:130]
    ape = NAME.ljust(48, b"\0") + b"APETAGEX" + struct.pack("<IIII8x", 2000, 80, 1, 0)
    behind = b"TAG" + NAME.ljust(125, b"\0")
    for given in (
        sound,
        before + sound,
        before * 2 + sound + behind,
        before + sound + ape + behind,
        sound + ape,
    ):
        assert clean(Upload("a.mp3", given)).content == sound
    with pytest.raises(Invalid):
        clean(Upload("a.mp3", before))


@pytest.mark.parametrize("old", [False, True])
def test_r41_the_words_of_a_song_behind_an_mp3_are_gone(old: bool) -> None:
    words = b"LYRICSBEGIN" + b"INF00016" + NAME
    lyrics = words + (b"LYRICSEND" if old else f"{len(words):06}".encode() + b"LYRICS200")
    tag = b"TAG" + NAME.ljust(125, b"\0")
    ape = b"APETAGEX" + struct.pack("<IIII", 2_000, 32, 0, 0) + bytes(8)
    sound = b"\xff\xfb\x90\x00" + b"SOUND" * 20
    assert without_notes(sound + ape + lyrics + tag, "audio/mpeg") == sound
    assert without_notes(sound + lyrics[11:], "audio/mpeg") == sound + lyrics[11:], (
        "nothing says where it begins"
    )


def test_whatever_is_broken_in_it_it_is_read_to_its_end() -> None:
    dice = random.Random(41)
    for kind, given in (
        ("video/mp4", video()),
        ("video/mp4", video(wide=True)),
        ("audio/x-wav", b"RIFF" + bytes(40)),
        ("audio/mpeg", b"ID3" + bytes(200)),
    ):
        for _ in range(500):
            data = bytearray(given)
            for _again in range(dice.randint(1, 6)):
                data[dice.randrange(len(data))] = dice.choice((0, 1, 255, dice.randrange(256)))
            cut = bytes(data[: dice.randrange(1, len(data) + 1)])
            assert len(without_notes(cut, kind)) <= len(cut)


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
    notes = papers.comments(magic, end)
    one = list(papers.stream(7, head, notes, sound))
    two = list(papers.stream(8, b"OpusHead\x01\x01" + bytes(9), papers.comments(b"OpusTags", b""), other))
    given = b"".join(itertools.chain.from_iterable(zip(one, two, strict=True)))
    assert given.count(CANARY.encode()) >= 5
    now = without_notes(given, "audio/ogg")
    assert CANARY.encode() not in now
    assert (len(now), now.count(sound), now.count(other)) == (len(given), 2, 2)
    begins = [n for n in range(len(now)) if now.startswith(b"OggS", n)]
    for at, ends in itertools.pairwise([*begins, len(now)]):
        page = now[at:ends]
        (said,) = struct.unpack_from("<I", page, 22)
        assert said == papers.checksum(page[:22] + bytes(4) + page[26:])
    notes_at = now.index(magic + bytes(8) + end, len(one[0]) + len(two[0]) + 27)
    assert notes_at == given.index(notes[:40]), "no maker and no line, where they stood"


def test_r41_recordings_that_were_joined_under_one_number_all_lose_their_notes() -> None:
    one = b"".join(
        papers.stream(7, b"OpusHead\x01\x01" + bytes(9), papers.comments(b"OpusTags", b""), b"SOUND")
    )
    now = without_notes(one + one, "audio/ogg")
    assert now == without_notes(one, "audio/ogg") * 2
    assert CANARY.encode() not in now


def test_r41_a_flac_in_an_ogg_loses_the_pictures_beside_its_notes() -> None:
    def block(kind: int, said: bytes) -> bytes:
        return bytes([kind]) + len(said).to_bytes(3) + said

    head = b"\x7fFLAC\x01\0\0\2fLaC" + block(0, bytes(34))
    notes, picture = block(4, papers.comments(b"", b"")), block(0x86, CANARY.encode() + bytes(255))
    sound = b"\xff\xf8" + b"SOUND" * 20
    lacing = [*[255] * (len(notes) // 255), len(notes) % 255]
    pages = [
        papers.page(7, 0, [len(head)], head),
        papers.page(7, 1, [*lacing, 255], notes + picture[:255]),
        papers.page(7, 2, [len(picture) - 255, len(sound)], picture[255:] + sound),
        papers.page(7, 3, [len(sound)], sound),
    ]
    now = without_notes(b"".join(pages), "audio/ogg")
    empty = notes[:4] + bytes(len(notes) - 4)
    room = b"\x81" + picture[1:4] + bytes(len(picture) - 4)
    assert now == b"".join(
        (
            pages[0],
            papers.page(7, 1, [*lacing, 255], empty + room[:255]),
            papers.page(7, 2, [len(picture) - 255, len(sound)], room[255:] + sound),
            pages[3],
        )
    )


@pytest.mark.parametrize("size", [27, 30, 60, 400, 900])
def test_an_ogg_that_breaks_off_is_no_trouble(size: int) -> None:
    given = b"".join(
        papers.stream(7, b"OpusHead\x01\x01" + bytes(9), papers.comments(b"OpusTags", b""), b"SOUND")
    )
    assert len(without_notes(given[:size], "audio/ogg")) == size
