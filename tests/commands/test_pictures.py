"""Is a picture taken in as it was held, whatever its camera noted? (R17, R41)"""

import io
import struct

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageOps, ImageStat

from clm_tracker.commands.evidence import Upload, clean

Noted = tuple[int, int, int, bytes]  # number, type, count and value
HELD, FIGURES, MAKER = 0x0112, 0x011A, 0x010F


def held(how: int) -> Noted:
    return (HELD, 3, 1, struct.pack("<HH", how, 0))


def photo(*noted: Noted) -> bytes:
    """A JPEG with these notes of a camera."""
    notes = b"".join(struct.pack("<HHI4s", *one) for one in sorted(noted))
    exif = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", len(noted)) + notes + b"\0\0\0\0"
    image = Image.new("RGB", (40, 20), "white")
    ImageDraw.Draw(image).rectangle((0, 0, 10, 4), fill="red")
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, quality=95)
    return out.getvalue()


@pytest.mark.parametrize("how", range(10))
def test_however_it_was_held_it_stands_upright(how: int) -> None:
    given = photo(held(how))
    kept = clean(Upload("a", given)).content
    with Image.open(io.BytesIO(given)) as raw, Image.open(io.BytesIO(kept)) as seen:
        meant = ImageOps.exif_transpose(raw)
        assert seen.size == meant.size
        off = ImageStat.Stat(ImageChops.difference(seen, meant)).mean
    assert max(off) < 4, "but for what is lost by drawing it again"


@pytest.mark.parametrize(
    "noted",
    [
        (FIGURES, 2, 4, b"abc\0"),
        (FIGURES, 7, 3, b"abc\0"),
        (FIGURES, 1, 2, b"ab\0\0"),
        (MAKER, 3, 2, b"abcd"),
        (MAKER, 3, 4_000_000_000, b"abcd"),
    ],
)
def test_what_a_camera_noted_wrongly_keeps_no_picture_out(noted: Noted) -> None:
    kept = clean(Upload("a.jpg", photo(held(6), noted)))
    with Image.open(io.BytesIO(kept.content)) as seen:
        assert seen.size == (20, 40)
        assert not seen.getexif()


@pytest.mark.parametrize(
    "noted", [(HELD, 2, 4, b"abc\0"), (HELD, 7, 3, b"abc\0"), (HELD, 3, 4_000_000_000, b"a\0\0\0")]
)
def test_a_picture_that_does_not_say_how_it_was_held_stands_as_it_came(noted: Noted) -> None:
    with Image.open(io.BytesIO(clean(Upload("a.jpg", photo(noted))).content)) as seen:
        assert seen.size == (40, 20)
