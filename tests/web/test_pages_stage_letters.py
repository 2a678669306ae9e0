"""Are the letters of stages printed for whoever may see them, and is a signed copy kept as evidence? (R18, R25, R41)"""

import io
import re

import docx
import pytest
from pypdf import PdfReader

from clm_tracker.commands import programmes
from tests.cast import SOPHEA
from tests.intake import papers
from tests.web import markup, pages
from tests.web.program import Program, a_finding

API = "/api/v1"
DOOR = re.compile(r'href="(/findings/[^"]+/letters/[^"]+/(?:pdf|docx)\?in=[a-z]+)"')


def escalated(program: Program, stages: int = 3, **other: object) -> str:
    """A finding whose acknowledgement climbed so many stages."""
    dara = program.api("Dara")
    ref = dara.post(f"{API}/findings", json=a_finding(program.cast) | other).json()["ref"]
    owed = dara.post(f"{API}/findings/{ref}/open").json()["obligations"][0]["id"]
    for stage in range(stages):
        sent = dara.post(
            f"{API}/obligations/{owed}/escalate", json={"from_stage": stage, "reason": "People wait."}
        )
        assert sent.status_code == 200, sent.text
    return str(ref)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_a_finding_leads_to_the_letters_of_its_stages(program: Program) -> None:
    dara = program.browser("Dara")
    ref = escalated(program, 0)
    assert "letters of the stages" not in dara.get(f"/findings/{ref}").text
    assert "No stage has begun." in dara.get(f"/findings/{ref}/letters").text
    ref = escalated(program, 3)
    finding = dara.get(f"/findings/{ref}").text
    assert f'href="/findings/{ref}/letters"' in finding
    page = dara.get(f"/findings/{ref}/letters").text
    steps = re.findall(rf'href="/findings/{ref}/letters#(stage-[0-9])">Letter<', finding)
    assert steps == ["stage-1", "stage-2", "stage-3"]
    assert sorted(re.findall('<tr id="([^"]+)"', page)) == steps
    assert markup.faults(page) == []
    assert "Stage 3, District" in page
    assert "Stage 1, Reminder and dialogue" in page


def test_each_letter_is_a_pdf_and_a_docx_in_each_language(program: Program) -> None:
    dara = program.browser("Dara")
    ref = escalated(program)
    doors = DOOR.findall(dara.get(f"/findings/{ref}/letters").text)
    assert len({door.rpartition("/")[0] for door in doors}) >= 4, "stages 1 to 3, one of them to two posts"
    for door in doors:
        answer = dara.get(door)
        assert answer.status_code == 200, door
        assert "attachment" in answer.headers["content-disposition"]
        assert f"{ref}-stage-" in answer.headers["content-disposition"]
        assert "sandbox" in answer.headers["content-security-policy"]
        if "/pdf" in door:
            said = text_of(answer.content)
        else:
            said = " ".join(p.text for p in docx.Document(io.BytesIO(answer.content)).paragraphs)
        assert ref in said
        assert "/l/" not in said, "no link without an account on paper"
    assert {door.rpartition("=")[2] for door in doors} >= {"en", "km"}


def test_the_names_of_the_community_stand_in_no_letter_where_its_reader_may_not_know_them(
    program: Program,
) -> None:
    """R41: a letter is drawn as its reader, whoever prints it."""
    dara = program.browser("Dara")
    ref = escalated(program)
    doors = [d for d in DOOR.findall(dara.get(f"/findings/{ref}/letters").text) if d.endswith("pdf?in=en")]
    assert any("Dara" in text_of(dara.get(door).content) for door in doors)
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        programmes.change_settings(unit, {"community_by_role": True})
    assert not any("Dara" in text_of(dara.get(door).content) for door in doors)


def test_in_safety_mode_nothing_of_the_finding_is_printed(program: Program) -> None:
    """R43."""
    dara = program.browser("Dara")
    ref = escalated(program)
    with program.cast.writing("Sokha", program.clock.now()) as unit:
        programmes.change_settings(unit, {"safety_mode": True})
    doors = [d for d in DOOR.findall(dara.get(f"/findings/{ref}/letters").text) if d.endswith("?in=en")]
    assert doors
    for door in doors:
        content = dara.get(door).content
        said = (
            text_of(content)
            if "/pdf" in door
            else " ".join(p.text for p in docx.Document(io.BytesIO(content)).paragraphs)
        )
        assert ref in said
        for planted in ("Dara", "viral load", "Annex"):
            assert planted not in said


def test_a_post_gets_its_own_letters_and_no_others(program: Program) -> None:
    ref = escalated(program)
    every = DOOR.findall(program.browser("Dara").get(f"/findings/{ref}/letters").text)
    post = program.browser(SOPHEA)
    page = post.get(f"/findings/{ref}/letters")
    assert page.status_code == 200
    own = DOOR.findall(page.text)
    assert own
    assert set(own) < set(every)
    rows = set(re.findall('<tr id="([^"]+)"', page.text))
    assert set(re.findall("/letters#(stage-[0-9])", post.get(f"/findings/{ref}").text)) == rows
    assert {post.get(door).status_code for door in own} == {200}
    assert {post.get(door).status_code for door in set(every) - set(own)} == {404}


def test_a_signed_copy_is_kept_as_evidence_with_its_day(program: Program) -> None:
    dara = program.browser("Dara")
    ref = escalated(program)
    page = dara.get(f"/findings/{ref}/letters").text
    door = next(d for d in DOOR.findall(page) if d.endswith("pdf?in=en"))
    signed = dara.get(door).content
    action, filled = pages.form(page, "Keep the signed copy")
    notice = door.split("/")[4]
    answer = dara.post(
        action,
        data={**filled, "letter": notice},
        files={"file": ("signed.pdf", signed, "application/pdf")},
    )
    assert answer.status_code == 303, answer.text
    whole = dara.get(f"/findings/{ref}").text
    assert 'id="evidence"' not in whole, "what was sent shows nothing of what was found"
    assert "Signed letter: Stage" in whole.partition('id="signed-letters"')[2]
    (kept,) = program.api("Dara").get(f"{API}/findings/{ref}").json()["evidence"]
    assert kept["caption"].startswith("Signed letter: Stage")
    assert kept["purpose"] == "letter"


def test_r17_a_signed_letter_is_no_evidence_of_a_check_or_of_a_resolution(program: Program) -> None:
    """R17, R18: nor is it offered among the things that evidence may show."""
    dara, sokha = program.api("Dara"), program.api("Sokha")
    ref = escalated(program, 1)
    at = f"{API}/findings/{ref}"
    made = program.api(SOPHEA).post(f"{at}/actions", json={"what": "Send a courier", "due_on": "2026-03-20"})
    action = f"{API}/actions/{made.json()['id']}"
    assert dara.post(f"{action}/accept", json={}).status_code == 200
    assert program.api(SOPHEA).post(f"{action}/report-done", json={"note": "It came"}).status_code == 200
    letter = {"purpose": "letter", "text": "A signed copy"}
    assert sokha.post(f"{at}/evidence", data=letter).status_code in {200, 201}
    no = dara.post(f"{action}/verify", json={"verdict": "fixed", "note": "Seen"})
    assert no.status_code == 409
    assert "evidence of the check" in no.text
    form = program.browser("Dara").get(f"/findings/{ref}/attach").text
    assert 'value="verification"' in form
    assert 'value="letter"' not in form


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("run.exe", b"MZ\x90\x00 not a document", "Send a picture"),
        ("empty.pdf", b"", "The file is empty."),
    ],
)
def test_what_is_no_document_is_refused_and_says_why(
    program: Program, name: str, content: bytes, sentence: str
) -> None:
    dara = program.browser("Dara")
    ref = escalated(program)
    action, filled = pages.form(dara.get(f"/findings/{ref}/letters").text, "Keep the signed copy")
    answer = dara.post(action, data=filled, files={"file": (name, content, "application/pdf")})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert markup.faults(answer.text) == []


def test_without_a_file_or_with_anothers_letter_it_is_refused(program: Program) -> None:
    dara = program.browser("Dara")
    ref, other = escalated(program), escalated(program)
    action, filled = pages.form(dara.get(f"/findings/{ref}/letters").text, "Keep the signed copy")
    assert "Choose the file of the signed copy." in dara.post(action, data=filled).text
    door = DOOR.findall(dara.get(f"/findings/{other}/letters").text)[0]
    foreign = {**filled, "letter": door.split("/")[4]}
    answer = dara.post(action, data=foreign, files={"file": ("a.pdf", papers.pdf(), "application/pdf")})
    assert answer.status_code == 422
    assert "Choose one of the letters." in answer.text
    assert dara.get(door.replace(other, ref)).status_code == 404
    assert dara.get(door.replace("in=en", "in=xx")).status_code == 404
