"""Is each photo of a draft called what it shows, and taken off again, with no script, on both databases? (R17, R35)"""

import io
import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import select

from clm_tracker.commands import findings
from clm_tracker.db import load
from clm_tracker.db.tables import LedgerRow
from clm_tracker.domain.cases import Case
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import NotFound
from tests.cast import Cast
from tests.web import markup, pages
from tests.web import program as programs
from tests.web.program import Program

KEEP = "Keep it, then see who has to answer"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def program(app: FastAPI, cast_on_each: Cast, clock: FixedClock) -> Program:
    """The program, once on SQLite and once on PostgreSQL."""
    return programs.put(app, cast_on_each, clock)


def case_of(program: Program, ref: str) -> Case:
    with program.cast.reading("Sokha", program.clock.now()) as look:
        return load.case(look, ref, lock=False)


def lines(program: Program, ref: str) -> list[str]:
    with program.cast.reading("Sokha", program.clock.now()) as look:
        finding = load.case(look, ref, lock=False).finding
        query = select(LedgerRow.kind).where(LedgerRow.finding_id == finding.id).order_by(LedgerRow.seq)
        return list(look.session.scalars(query))


def photo(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return out.getvalue()


def two_photos(program: Program) -> tuple[TestClient, str]:
    """A browser of Dara's, and where the form of a draft with two photos is."""
    dara = program.browser("Dara")
    action, filled = pages.form(dara.get("/findings/new").text, KEEP)
    sent = [("file", (f"{name}.jpg", photo(name), "image/jpeg")) for name in ("teal", "red")]
    typed = {**filled, "title": "Empty shelf", "caption": "In the pharmacy", "go": "here"}
    kept = dara.post(action, data=typed, files=sent)
    assert kept.status_code == 303, kept.text
    return dara, kept.headers["location"].partition("?")[0]


def test_each_photo_says_what_it_shows(program: Program) -> None:
    dara, at = two_photos(program)
    ref = at.split("/")[2]
    first, other = case_of(program, ref).pieces
    page = dara.get(f"{at}?step=6").text
    assert markup.faults(page) == []
    assert re.search(r"problem, .*, [\d.]+ (byte|kB)", pages.text(page)), "its size is shown"
    answer = pages.send(dara, page, KEEP, **{f"says-{first.id}": "A shelf, “empty”", "go": "here"})
    assert answer.status_code == 303
    assert [e.caption for e in case_of(program, ref).pieces] == ["A shelf, “empty”", "In the pharmacy"]
    assert lines(program, ref)[-1] == "evidence_captioned"
    again = dara.get(f"{at}?step=6").text
    assert re.search('alt="Picture, [^":]*: A shelf, “empty”"', again)
    assert pages.form(again, KEEP)[1][f"says-{first.id}"] == "A shelf, “empty”"
    told = pages.text(dara.get(f"/findings/{ref}").text)
    assert "changed what evidence shows from “In the pharmacy” to “A shelf, “empty””" in told
    assert other.id != first.id
    pages.send(dara, again, KEEP, **{f"says-{first.id}": "", "go": "here"})
    assert case_of(program, ref).pieces[0].caption.startswith("picture-"), "it goes by the name of its file"
    asked = pages.form(dara.get(f"{at}?step=6").text, KEEP)[1]
    assert (asked[f"says-{first.id}"], asked[f"was-says-{first.id}"]) == ("", "")


def test_an_old_form_takes_nothing_back_that_it_did_not_change(program: Program) -> None:
    dara, at = two_photos(program)
    ref = at.split("/")[2]
    first, other = case_of(program, ref).pieces
    old = dara.get(f"{at}?step=6").text
    pages.send(dara, dara.get(at).text, KEEP, go="here", **{f"says-{first.id}": "A shelf"})
    before = lines(program, ref)
    pages.send(dara, old, KEEP, go="here", **{f"says-{other.id}": "The door"})
    assert [e.caption for e in case_of(program, ref).pieces] == ["A shelf", "The door"]
    assert lines(program, ref) == [*before, "evidence_captioned"]


def test_what_is_too_long_comes_back_with_everything_else(program: Program) -> None:
    dara, at = two_photos(program)
    ref = at.split("/")[2]
    first, _ = case_of(program, ref).pieces
    page = dara.get(f"{at}?step=6").text
    answer = pages.send(dara, page, KEEP, go="here", affected="Everybody", **{f"says-{first.id}": "x" * 301})
    assert answer.status_code == 422
    assert markup.faults(answer.text) == []
    assert "Shorten this to at most 300 characters." in pages.text(answer.text)
    assert "6 of 6" in pages.text(answer.text)
    filled = pages.form(answer.text, KEEP)[1]
    assert (filled["affected"], filled[f"says-{first.id}"]) == ("Everybody", "x" * 301)
    assert case_of(program, ref).finding.affected == "", "all of it is kept, or nothing"
    strange = pages.send(
        dara, page, KEEP, go="here", **{"says-": "x", "says-1": "x", f"says-{first.id}": "a\0b"}
    )
    assert strange.status_code == 422


def test_while_writing_too_and_back_again(program: Program) -> None:
    dara, at = two_photos(program)
    ref = at.split("/")[2]
    first, _ = case_of(program, ref).pieces
    name = f"says-{first.id}"
    said = dara.post(at, data={"go": "auto", name: "A shelf", f"was-{name}": "In the pharmacy"}, headers=HTMX)
    assert case_of(program, ref).pieces[0].caption == "A shelf"
    held = re.search(rf'name="was-{name}" value="([^"]*)" hx-swap-oob="true"', said.text)
    assert held is not None
    assert held[1] == "A shelf"
    dara.post(at, data={"go": "auto", name: "In the pharmacy", f"was-{name}": held[1]}, headers=HTMX)
    assert case_of(program, ref).pieces[0].caption == "In the pharmacy"


def test_a_photo_is_taken_off_with_what_was_typed_kept(program: Program) -> None:
    dara, at = two_photos(program)
    ref = at.split("/")[2]
    first, other = case_of(program, ref).pieces
    files = program.app.state.house.evidence
    page = dara.get(f"{at}?step=6").text
    assert f'name="take_off" value="{first.id}"' in page
    answer = pages.send(dara, page, KEEP, affected="Everybody", take_off=str(first.id))
    assert answer.headers["location"] == f"{at}?step=6#photo"
    assert lines(program, ref)[-2:] == ["finding_edited", "evidence_taken_off"]
    assert case_of(program, ref).finding.affected == "Everybody"
    after = dara.get(f"{at}?step=6").text
    assert "It is taken off the draft." in pages.text(after)
    assert str(first.id) not in after
    assert str(other.id) in after
    for door in ("", "/small", "/picture", "/about"):
        assert dara.get(f"/evidence/{first.id}{door}").status_code == 404
    with pytest.raises(NotFound):
        files.get(first.sha256)
    assert files.get(other.sha256)
    again = pages.send(dara, page, KEEP, affected="Everybody", take_off=str(first.id))
    assert again.headers["location"] == f"{at}?step=6#photo", "pressed twice is pressed once"
    assert lines(program, ref).count("evidence_taken_off") == 1


def test_once_it_is_open_every_photo_stays(program: Program) -> None:
    """R17: an hour-old form of the draft takes nothing off the open finding."""
    now = program.clock.now()
    ref = program.cast.draft(now).ref
    dara = program.browser("Dara")
    action, filled = pages.form(dara.get(f"/findings/{ref}/edit").text, KEEP)
    dara.post(action, data=filled | {"go": "here"}, files=[("file", ("a.jpg", photo("teal"), "image/jpeg"))])
    (piece,) = case_of(program, ref).pieces
    old = dara.get(f"/findings/{ref}/edit").text
    with program.cast.writing("Dara", now) as unit:
        findings.open_(unit, ref)
    now_at = str(case_of(program, ref).finding.version)
    answer = pages.send(dara, old, KEEP, version=now_at, title="No results yet", take_off=str(piece.id))
    assert answer.status_code == 409
    assert "only while the finding is a draft" in pages.text(answer.text)
    assert "No results yet" in answer.text
    assert case_of(program, ref).pieces == (piece,)
    assert "take_off" not in dara.get(f"/findings/{ref}/edit").text


def test_a_photo_alone_begins_a_draft_and_what_is_no_photo_does_not(program: Program) -> None:
    dara = program.browser("Dara")
    action, filled = pages.form(dara.get("/findings/new").text, KEEP)
    no = dara.post(action, data=filled, files=[("file", ("a.jpg", b"no picture", "image/jpeg"))])
    assert no.status_code == 422
    assert "a.jpg was not added:" in pages.text(no.text)
    assert dara.get("/findings/KH-2026-0001").status_code == 404, "Nothing was begun."
    files = [("file", ("a.jpg", photo("teal"), "image/jpeg"))]
    kept = dara.post(action, data={**filled, "keep": "yes"}, files=files)
    assert kept.status_code == 303, kept.text
    case = case_of(program, "KH-2026-0001")
    assert (case.finding.title, len(case.pieces)) == ("", 1)
    assert lines(program, "KH-2026-0001") == ["finding_begun", "evidence_attached"]
    again = dara.post(action, data={**filled, "keep": "yes"}, files=files)
    assert again.headers["location"] == kept.headers["location"]
    assert len(case_of(program, "KH-2026-0001").pieces) == 1
    other = dara.get("/findings/new")
    told = pages.send(dara, other.text, KEEP, reporter_name="Sok Chantha", keep="yes")
    assert told.status_code == 303, told.text
