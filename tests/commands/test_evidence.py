"""Which evidence comes in, what is taken out of it first, and who may give it? (R17, R18, R41)"""

import hashlib
import io
import threading
import zipfile
from datetime import date, datetime, timedelta

import pytest
from PIL import Image, ImageDraw, PngImagePlugin

from clm_tracker.commands import evidence, findings
from clm_tracker.commands.evidence import Upload, clean
from clm_tracker.db import load
from clm_tracker.db.units import Writing
from clm_tracker.delivery.evidence_store import EvidenceStore
from clm_tracker.domain.cases import Evidence
from clm_tracker.domain.words import ClosedAs, EvidenceKind, Purpose, Side
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Invalid, NotFound
from clm_tracker.queries import verify
from tests.cast import Cast
from tests.commands.left import left_by, refused, sentence
from tests.intake import papers

CANARY = b"CANARY-0123456"
_MP4 = b"\x00\x00\x00\x20ftypisom" + b"\x00" * 64


def picture(fmt: str, *, size: tuple[int, int] = (40, 20), mode: str = "RGB") -> bytes:
    """A picture whose left half is red, with a place, a camera and a comment in it."""
    image = Image.new(mode, size, "white" if mode == "RGB" else (0, 0, 255, 0))
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2 - 1, size[1]), fill="red")
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = CANARY.decode()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (13.0, 6.0, 10.8)
    out = io.BytesIO()
    if fmt == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", CANARY.decode())
        image.save(out, fmt, exif=exif, pnginfo=text)
    elif fmt == "JPEG":
        image.save(out, fmt, exif=exif, comment=CANARY, quality=95)
    else:
        image.save(out, fmt, exif=exif, xmp=CANARY, lossless=True)
    return out.getvalue()


def office(*names: str, **contents: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"<xml/>")
        for name, content in contents.items():
            archive.writestr(name, content)
    return out.getvalue()


class TestClean:
    @pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP"])
    def test_a_picture_keeps_its_pixels_upright_and_nothing_else(self, fmt: str) -> None:
        """R41: neither place nor camera nor comment leaves the telephone."""
        given = picture(fmt)
        assert CANARY in given
        kept = clean(Upload("C:\\Users\\me\\ photo.old.HEIC", given))
        assert CANARY not in kept.content
        with Image.open(io.BytesIO(kept.content)) as seen:
            assert seen.format == fmt
            assert not seen.getexif()
            assert not {"comment", "Comment", "xmp", "exif"} & seen.info.keys()
            assert seen.size == (20, 40), "turned as it was meant to be seen"
            red, white = seen.convert("RGB").getpixel((10, 5)), seen.convert("RGB").getpixel((10, 35))
        assert isinstance(red, tuple)
        assert isinstance(white, tuple)
        assert red[0] > 200
        assert max(red[1:]) < 60
        assert min(white) > 200
        digest = hashlib.sha256(kept.content).hexdigest()
        assert kept.filename == f"picture-{digest[:8]}.{evidence.ENDINGS[kept.media_type]}", "and its name"

    def test_what_hangs_behind_a_picture_is_gone(self) -> None:
        kept = clean(Upload("a.jpg", picture("JPEG") + b"<html><script>" + CANARY))
        assert b"<script>" not in kept.content

    def test_a_see_through_picture_stays_see_through(self) -> None:
        kept = clean(Upload("a.png", picture("PNG", mode="RGBA")))
        with Image.open(io.BytesIO(kept.content)) as seen:
            assert seen.mode == "RGBA"

    @pytest.mark.parametrize(
        ("content", "media_type"),
        [
            (papers.pdf(signed=True), "application/pdf"),
            (
                office("[Content_Types].xml", "xl/workbook.xml"),
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
            (
                office("[Content_Types].xml", "word/document.xml"),
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            (
                office(mimetype=b"application/vnd.oasis.opendocument.text"),
                "application/vnd.oasis.opendocument.text",
            ),
            (
                office(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"),
                "application/vnd.oasis.opendocument.spreadsheet",
            ),
            (b"\xff\xfb\x90\x64" + b"\x00" * 64, "audio/mpeg"),
            (b"OggS" + b"\x00" * 64, "audio/ogg"),
            (b"RIFF\x00\x00\x00\x00WAVEfmt \x40\x00\x00\x00" + b"\x00" * 64, "audio/x-wav"),
            (b"\x00\x00\x00\x20ftypM4A " + b"\x00" * 64, "audio/mp4"),
            (_MP4, "video/mp4"),
        ],
    )
    def test_the_type_is_what_the_content_says(self, content: bytes, media_type: str) -> None:
        kept = clean(Upload("evidence.html", content))
        assert kept.media_type == media_type
        if content.startswith(b"PK"):
            assert papers.parts(kept.content) == papers.parts(content)
        else:
            assert kept.content == content
        named = "recording-" if media_type.partition("/")[0] in {"audio", "video"} else "evidence."
        assert kept.filename.startswith(named)
        assert kept.filename.endswith(f".{evidence.ENDINGS[media_type]}")

    @pytest.mark.parametrize(
        "content",
        [
            b"<html><script>alert(1)</script>",
            b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
            b"MZ" + b"\x00" * 100,
            b"GIF89a" + b"\x00" * 100,
            office("anything.txt"),
            office(mimetype=b"application/epub+zip"),
            b"just text",
        ],
    )
    def test_anything_else_is_refused(self, content: bytes) -> None:
        with pytest.raises(Invalid, match="Send a picture"):
            clean(Upload("photo.jpg", content))

    def test_macros_are_refused(self) -> None:
        with pytest.raises(Invalid, match="macros"):
            clean(Upload("a.docx", office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")))

    def test_a_damaged_picture_is_refused(self) -> None:
        whole = picture("PNG", size=(200, 200))
        with pytest.raises(Invalid, match="cannot be read"):
            clean(Upload("a.png", whole[: len(whole) // 2]))

    def test_an_empty_and_a_huge_file_are_refused(self) -> None:
        with pytest.raises(Invalid, match="empty"):
            clean(Upload("a.pdf", b""))
        with pytest.raises(Invalid, match="at most 25 MB"):
            clean(Upload("a.pdf", b"%PDF-" + bytes(evidence.LARGEST)))

    def test_a_picture_of_too_many_pixels_is_refused_before_it_is_drawn(self) -> None:
        out = io.BytesIO()
        Image.new("1", (9_000, 9_000)).save(out, "PNG")
        with pytest.raises(Invalid, match="at most 50 million pixels"):
            clean(Upload("a.png", out.getvalue()))

    def test_a_picture_that_moves_is_refused(self) -> None:
        frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
        out = io.BytesIO()
        frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
        with pytest.raises(Invalid, match="does not move"):
            clean(Upload("a.webp", out.getvalue()))


class TestAttach:
    def test_a_file(self, cast: Cast, clock: FixedClock) -> None:
        ref, store = cast.open_finding(clock.now()).ref, EvidenceStore.at("memory:///")
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            made = evidence.attach(
                unit,
                ref,
                purpose=Purpose.PROBLEM,
                caption="The empty box",
                captured_on=date(2026, 3, 1),
                file=clean(Upload("box.png", picture("PNG"))),
                store=store,
            )
        assert (made.kind, made.side, made.media_type) == (EvidenceKind.FILE, Side.COMMUNITY, "image/png")
        assert len(store.get(made.sha256)) == made.size
        assert left.lines == ["evidence_attached"]
        assert left.facts[0]["caption"] == "The empty box"
        assert left.notices == set()

    def test_a_link_and_a_statement(self, cast: Cast, clock: FixedClock) -> None:
        ref, store = cast.open_finding(clock.now()).ref, EvidenceStore.at("memory:///")
        with cast.writing("Sophea", clock.now()) as unit:
            link = evidence.attach(
                unit, ref, purpose=Purpose.COMPLETION, url=" https://example.org/a ", store=store
            )
            said = evidence.attach(unit, ref, purpose=Purpose.REPLY, text="The courier came. ", store=store)
        assert (link.kind, link.url, link.side) == (
            EvidenceKind.LINK,
            "https://example.org/a",
            Side.DUTY_BEARER,
        )
        assert (said.kind, said.text) == (EvidenceKind.STATEMENT, "The courier came.")
        with cast.reading("Dara", clock.now()) as look:
            assert len(load.case(look, ref).evidence) == 2

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        ref, store = cast.open_finding(clock.now()).ref, EvidenceStore.at("memory:///")

        def state(unit: Writing) -> None:
            evidence.attach(unit, ref, purpose=Purpose.PROBLEM, text="Seen", store=store)

        for name in ("Phal", "Maly", "Kosal"):
            assert isinstance(refused(cast, clock.now(), name, state), NotFound)
        assert (
            sentence(cast, clock.now(), "Vanna", state)
            == "You are recused: this concerns your own organisation."
        )
        for given in ({}, {"text": "Seen", "url": "https://example.org"}, {"text": "  "}):

            def attach(unit: Writing, given: dict[str, str] = given) -> None:
                evidence.attach(unit, ref, purpose=Purpose.PROBLEM, store=store, **given)  # type: ignore[arg-type]

            said = sentence(cast, clock.now(), "Dara", attach)
            assert said == "Add one thing at a time: a file, a link or a statement."
        said = sentence(
            cast,
            clock.now(),
            "Dara",
            lambda u: evidence.attach(
                u, ref, purpose=Purpose.PROBLEM, url="javascript:alert(1)", store=store
            ),
        )
        assert said == "A link begins with https:// or http://."
        said = sentence(
            cast,
            clock.now(),
            "Dara",
            lambda u: evidence.attach(
                u,
                ref,
                purpose=Purpose.PROBLEM,
                text="Seen",
                captured_on=clock.now().date() + timedelta(days=3),
                store=store,
            ),
        )
        assert said == "The day it was captured cannot lie in the future."
        with cast.writing("Dara", clock.now()) as unit:
            findings.close(unit, ref, closed_as=ClosedAs.WITHDRAWN, reason="seen wrongly")
        assert sentence(cast, clock.now(), "Dara", state) == "Evidence is not added to a closed finding."


class TestOfADraft:
    @pytest.fixture
    def files(self) -> EvidenceStore:
        return EvidenceStore.at("memory:///")

    def attached(self, cast: Cast, now: datetime, ref: str, files: EvidenceStore) -> Evidence:
        with cast.writing("Dara", now) as unit:
            return evidence.attach(
                unit,
                ref,
                purpose=Purpose.PROBLEM,
                caption="The empty box",
                file=clean(Upload("box.png", picture("PNG"))),
                store=files,
            )

    def let_go(self, cast: Cast, now: datetime, piece: Evidence, ref: str, files: EvidenceStore) -> None:
        with cast.writing("Dara", now) as unit:
            assert evidence.take_off(unit, ref, piece.id).sha256 == piece.sha256
        with cast.writing("Dara", now) as unit:
            evidence.forget(unit, files, piece.sha256)

    def test_taken_off_it_is_gone_everywhere_but_in_the_record(
        self, cast: Cast, clock: FixedClock, files: EvidenceStore
    ) -> None:
        """R35, R37: one line says it, and replaying the ledger gives the rows."""
        now, ref = clock.now(), cast.draft(clock.now()).ref
        first, other = (self.attached(cast, now, ref, files) for _ in range(2))
        with left_by(cast, now) as left:
            self.let_go(cast, now, first, ref, files)
            with cast.writing("Dara", now) as unit:
                evidence.take_off(unit, ref, first.id)
        assert left.lines == ["evidence_taken_off"], "twice is as good as once"
        assert left.facts[0] == {"evidence": "file", "caption": "The empty box", "sha256": first.sha256}
        assert left.notices == set()
        assert files.get(first.sha256), "another piece shows the same picture"
        with cast.reading("Dara", now) as look:
            case = load.case(look, ref)
            assert [e.id for e in case.pieces] == [other.id]
            with pytest.raises(NotFound):
                load.case_of(look, "evidence", first.id)
            assert [wrong for wrong in verify.differences(look.session) if wrong] == []
        third = self.attached(cast, now, ref, files)
        assert third.id not in {first.id, other.id}, "an identifier is never given again"
        for piece in (other, third):
            self.let_go(cast, now, piece, ref, files)
        with pytest.raises(NotFound):
            files.get(first.sha256)

    def test_a_file_that_another_finding_shows_stays(
        self, cast: Cast, clock: FixedClock, files: EvidenceStore
    ) -> None:
        now = clock.now()
        mine, opened = cast.draft(now).ref, cast.open_finding(now).ref
        piece = self.attached(cast, now, mine, files)
        self.attached(cast, now, opened, files)
        self.let_go(cast, now, piece, mine, files)
        assert files.get(piece.sha256)

    def test_it_is_called_otherwise(self, cast: Cast, clock: FixedClock, files: EvidenceStore) -> None:
        now, ref = clock.now(), cast.draft(clock.now()).ref
        piece = self.attached(cast, now, ref, files)
        for words in (" An empty shelf ", "An empty shelf", ""):
            with left_by(cast, now) as left, cast.writing("Dara", now) as unit:
                evidence.call(unit, ref, piece.id, words)
            if words.startswith(" "):
                assert left.facts == [{"caption": "An empty shelf", "before": "The empty box"}]
            elif words:
                assert left.facts == [], "the same words change nothing"
        with cast.reading("Dara", now) as look:
            assert load.case(look, ref).pieces[0].caption.startswith("picture-"), (
                "without words it goes by its file"
            )
            assert [wrong for wrong in verify.differences(look.session) if wrong] == []

    def test_of_an_open_finding_it_stays(self, cast: Cast, clock: FixedClock, files: EvidenceStore) -> None:
        """R17, R18: what an open finding rests on is nobody's to take away."""
        now, ref = clock.now(), cast.open_finding(clock.now()).ref
        piece = self.attached(cast, now, ref, files)
        said = "Evidence is taken off or called otherwise only while the finding is a draft; now it stays."
        for name in ("Dara", "Sokha"):
            for do in (
                lambda u: evidence.take_off(u, ref, piece.id),
                lambda u: evidence.call(u, ref, piece.id, "Nothing"),
            ):
                assert sentence(cast, now, name, do) == said
        with cast.writing("Sokha", now) as unit:
            evidence.forget(unit, files, piece.sha256)
        assert files.get(piece.sha256)

    def test_a_draft_is_nobody_elses(self, cast: Cast, clock: FixedClock, files: EvidenceStore) -> None:
        now, ref = clock.now(), cast.draft(clock.now()).ref
        piece = self.attached(cast, now, ref, files)
        for name in ("Chan", "Sophea", "Maly"):
            no = refused(cast, now, name, lambda u: evidence.take_off(u, ref, piece.id))
            assert isinstance(no, NotFound)
        other = cast.draft(now).ref
        assert isinstance(
            refused(cast, now, "Dara", lambda u: evidence.take_off(u, other, piece.id)), NotFound
        )

    def test_the_same_picture_added_while_it_goes_is_kept(
        self, cast: Cast, clock: FixedClock, files: EvidenceStore
    ) -> None:
        """Whoever attaches holds the content until the commit: letting go waits, and then finds it needed."""
        now, ref = clock.now(), cast.draft(clock.now()).ref
        piece = self.attached(cast, now, ref, files)
        with cast.writing("Dara", now) as unit:
            evidence.take_off(unit, ref, piece.id)
        begun = threading.Event()

        def forget() -> None:
            with cast.writing("Dara", now) as unit:
                begun.set()
                evidence.forget(unit, files, piece.sha256)

        going = threading.Thread(target=forget)
        with cast.writing("Dara", now) as unit:
            evidence.attach(
                unit,
                ref,
                purpose=Purpose.PROBLEM,
                file=clean(Upload("box.png", picture("PNG"))),
                store=files,
            )
            going.start()
            assert begun.wait(10)
            going.join(0.5)
            assert going.is_alive(), "it waits for the one who attaches"
        going.join(10)
        assert files.get(piece.sha256)
