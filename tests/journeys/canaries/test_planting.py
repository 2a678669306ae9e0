"""Would a planted word be found? A watch that sees nothing would prove nothing."""

import base64
import io
import json
import quopri
import zipfile
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from tests.intake import papers
from tests.journeys.canaries import planting
from tests.journeys.canaries.planting import PHOTO, REPORTER, Watch

TEXT = f"Told by {planting.NAME}, {planting.PHONE}: {planting.NOTE}."


def zipped(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", text)
    return out.getvalue()


@pytest.mark.parametrize(
    "clothes",
    [
        TEXT,
        TEXT.upper(),
        TEXT.encode(),
        quote(TEXT),
        quote_plus(TEXT),
        quopri.encodestring(TEXT.encode("utf-8")),
        "".join(f"={ord(letter):02X}" for letter in TEXT),
        "=\n".join(TEXT),
        "\r\n ".join(TEXT),
        json.dumps([TEXT]),
        "".join(f"\\u{ord(letter):04x}" for letter in TEXT),
        "".join(f"&#{ord(letter)};" for letter in TEXT),
        *(base64.b64encode(b"x" * n + TEXT.encode()).decode() for n in range(3)),
        *(base64.encodebytes(b"x" * n + TEXT.encode()) for n in range(3)),
        base64.urlsafe_b64encode(TEXT.encode()),
        zipped(TEXT),
        zipped("=\n".join(TEXT)),
    ],
)
def test_r41_each_word_is_found_in_all_clothes(clothes: str | bytes) -> None:
    """R41: the name, the number and the note."""
    watch = Watch(REPORTER)
    watch.look("here", clothes)
    (leak,) = watch.leaks
    for word in ("Quincewood", "Lanternbird", "855 12 987 654 321"):
        assert word in leak


def test_r41_a_picture_that_tells_its_place_is_found() -> None:
    """R41: whatever its name."""
    watch = Watch(PHOTO)
    watch.look("here", planting.photo())
    assert "where or how it was taken" in watch.leaks[-1]
    assert "Marigoldcamera" in watch.leaks[0]


@pytest.mark.parametrize("made", papers.EVERY.values(), ids=papers.EVERY)
def test_r41_a_name_that_another_program_wrote_is_found(made: Callable[[], bytes]) -> None:
    """R41: in a document or recording before it is cleaned."""
    watch = Watch(REPORTER)
    watch.look("here", made())
    assert "Quincewood" in watch.leaks[0]


def test_what_is_clean_is_clean() -> None:
    watch = Watch((*REPORTER, *PHOTO))
    for clean in (
        "",
        "Told by Sokha, +855 12 111 222: nothing.",
        b"\x00\xff",
        zipped("nothing"),
        "Quince wood!"[:6],
    ):
        watch.look("here", clean)
    assert watch.leaks == []
    assert watch.looked_at == 5
