"""What if a file, or the parcel that it comes in, is made to do harm? A sentence, and nothing kept anywhere. (R17)"""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import pytest
from PIL import Image

from clm_tracker.commands.evidence import LARGEST
from clm_tracker.delivery.evidence_store import EvidenceStore
from tests.web.program import Program

API = "/api/v1"


def picture(kind: str, mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (24, 24)).save(out, kind)
    return out.getvalue()


def archive(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A picture of few bytes that claims to be enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


PNG, JPEG = picture("PNG"), picture("JPEG")
TEXT = "application/vnd.oasis.opendocument.text"
ODT = archive(**{"mimetype": TEXT, "é.xml": "x" * 100})
HARMFUL: Mapping[str, bytes] = {
    "nothing": b"",
    "drawing": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "page": b"<!doctype html><script>alert(1)</script>",
    "program": b"MZ" + bytes(200),
    "moving picture": b"GIF89a/*" + bytes(50),
    "bomb": bomb(60_000, 60_000),
    "larger bomb": bomb(2**31 - 1, 2**31 - 1),
    "flat picture": bomb(0, 0),
    "truncated": JPEG[: len(JPEG) // 2],
    "only a beginning": b"\xff\xd8\xff\xe0" + bytes(20),
    "archive of anything": archive(mimetype="text/html", x="<script>"),
    "archive with a damaged name": ODT.replace("é".encode(), b"\xff\xff"),
    "archive that breaks off inside": ODT[:38] + bytes(20) + ODT[58:],
    "archive that points outside": ODT[:-6] + b"\xff\xff\xff\xff" + ODT[-2:],
    "too much": b"%PDF-1.4" + bytes(LARGEST),
}
NAMES = (
    "../../etc/passwd.png", "..\\..\\x.png", "a\x07b.png", "\u202egnp.exe", "n" * 500 + ".png", ".", "ភ្លៀង.png", 'a"; x="b.png',
)  # fmt: skip


@pytest.fixture
def ref(program: Program) -> str:
    return program.cast.open_finding(program.clock.now()).ref


def kept(program: Program, ref: str) -> int:
    """How much evidence the finding has, after making sure that no file lies anywhere without it."""
    found = program.api("Dara").get(f"{API}/findings/{ref}").json()["evidence"]
    store: EvidenceStore = program.app.state.house.evidence
    files = [one for part in store._store.list() for one in part]
    assert len(files) == len({e["sha256"] for e in found if e["kind"] == "file"})
    return len(found)


@pytest.mark.parametrize("what", HARMFUL)
def test_a_harmful_file_is_refused_behind_a_good_name(program: Program, ref: str, what: str) -> None:
    files = {"file": ("photo.png", HARMFUL[what], "image/png")}
    typed = {"purpose": "problem", "caption": "The register"}
    page = program.browser("Dara").post(f"/findings/{ref}/attach", data=typed, files=files)
    sent = program.api("Dara").post(f"{API}/findings/{ref}/evidence", data=typed, files=files)
    assert (page.status_code, sent.status_code) == (422, 422), sent.text
    assert 'value="The register"' in page.text
    assert sent.json()["errors"][0]["message"].endswith(".")
    assert kept(program, ref) == 0


def test_a_name_keeps_nothing_but_a_name(program: Program, ref: str) -> None:
    for n, name in enumerate(NAMES, 1):
        made = program.api("Dara").post(
            f"{API}/findings/{ref}/evidence",
            data={"purpose": "problem"},
            files={"file": (name, PNG, "text/html")},
        )
        assert made.status_code == 201, name
        stored = made.json()["filename"]
        assert stored.isprintable(), name
        assert stored.endswith(".png"), name
        assert len(stored) <= 104, name
        assert not set(stored) & set('/\\"'), name
        saved = program.api("Dara").get(made.headers["location"])
        assert saved.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
        assert len(program.api("Dara").get(f"{API}/findings/{ref}").json()["evidence"]) == n
