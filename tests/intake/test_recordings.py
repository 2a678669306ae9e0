"""Does a recording keep what was recorded, and nothing that says where, by whom and with what? (R41)"""

import io
import random
import struct
import wave

import pytest

from clm_tracker.commands.evidence import Upload, clean
from clm_tracker.intake.recordings import without_notes
from clm_tracker.kernel.refusals import Invalid

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
