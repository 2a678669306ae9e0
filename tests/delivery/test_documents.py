"""Is a letter a whole document in every language, readable by machines, and does nothing in it run?"""

import io
import json
import zipfile
from dataclasses import asdict, replace
from typing import Any

import docx
import pytest
from PIL import Image
from pypdf import PdfReader

from clm_tracker.delivery.letters import Letter, Step, documents
from clm_tracker.delivery.letters.documents import as_docx, as_pdf, filename
from clm_tracker.delivery.letters.drawing import paragraphs
from tests.delivery.letters import ANSWER, KEYS, LANGUAGES, POST, PROGRAMME, READER, REF, TITLE, letter

HOSTILE = '#read("/etc/passwd") #{1+1} \\u{41} $x$ ] [ *b* `c` "quote" {{ 7*7 }} {% raw %} <w:p/> &amp; = + \x00\x0b\ud800'
SEEN = HOSTILE.replace("\x00\x0b\ud800", "")


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf), strict=True)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())


def words_of(word: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(word))
    return [p.text for p in document.paragraphs] + [
        cell.text for table in document.tables for row in table.rows for cell in row.cells
    ]


def hostile() -> Letter:
    base = letter("stage_entered.2")
    item = replace(
        base.items[0],
        title=HOSTILE,
        what=HOSTILE,
        owed=HOSTILE,
        place=HOSTILE,
        chronology=(Step(on=HOSTILE, what=HOSTILE),),
    )
    return replace(
        base,
        subject=HOSTILE,
        opening=HOSTILE,
        ask=HOSTILE,
        after=HOSTILE,
        reader=HOSTILE,
        programme=HOSTILE,
        items=(item,),
    )


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("stage", range(1, 9))
def test_a_letter_of_each_stage_is_a_tagged_pdf_in_its_language(tag: str, stage: int) -> None:
    made = letter(f"stage_entered.{stage}", tag)
    pdf = read(as_pdf(made))
    root: Any = pdf.trailer["/Root"]
    assert root["/Lang"] == tag
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert pdf.xmp_metadata
    assert b"pdfuaid:part" in pdf.xmp_metadata.stream.get_data()
    assert len(pdf.pages) == 2, "the letter on one page, and what happened so far as an annex"
    assert [round(float(side)) for side in pdf.pages[0].mediabox[2:]] == [595, 842], "A4"
    assert pdf.metadata
    assert pdf.metadata.title == made.subject
    first = " ".join((pdf.pages[0].extract_text()).split())
    for said in (PROGRAMME, READER, POST.split(", ")[0], REF, TITLE, ANSWER):
        assert said in first


@pytest.mark.parametrize("key", [k for k in KEYS if not k.startswith("stage_entered.")])
def test_every_letter_can_be_printed(key: str) -> None:
    for tag in LANGUAGES:
        made = letter(key, tag)
        assert len(read(as_pdf(made)).pages) <= 2
        assert set(paragraphs(made.opening)) <= set(words_of(as_docx(made)))


def test_a_language_of_one_country_is_that_language() -> None:
    made = replace(letter("stage_entered.1"), language="en-GB")
    root: Any = read(as_pdf(made)).trailer["/Root"]
    assert root["/Lang"] == "en-GB"


def test_an_english_letter_says_all_of_it() -> None:
    made = letter("stage_entered.6")
    said = text_of(as_pdf(made))
    for part in (*paragraphs(made.opening), *paragraphs(made.ask), *paragraphs(made.after)):
        assert part in said
    for step in made.items[0].chronology:
        assert step.what in said
    assert "Page 1 of 2" in said
    assert said.count("Signature:") == 2


def test_fonts_are_those_beside_it_and_go_along() -> None:
    for tag in LANGUAGES:
        faces = set()
        for page in read(as_pdf(letter("stage_entered.2", tag))).pages:
            for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
                inner = font.get_object()["/DescendantFonts"][0].get_object()
                faces.add(str(inner["/BaseFont"]).rpartition("+")[2].split("-")[0])
                assert {"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"])
        assert faces <= {"NotoSans", "NotoSansKhmer"}
        assert ("NotoSansKhmer" in faces) == (tag == "km")


def ink_beyond(made: Letter, millimetres: float) -> bool:
    """Whether anything is printed on the first page right of this."""
    drawn = documents._compiler().compile(
        sys_inputs={"data": json.dumps(asdict(documents._laid_out(made)))}, format="png", ppi=72.0
    )
    first = drawn[0] if isinstance(drawn, list) else drawn
    assert first
    page = Image.open(io.BytesIO(first)).convert("L")
    beyond = page.crop((round(millimetres / 25.4 * 72), 0, page.width, page.height))
    return min(beyond.tobytes()) < 200


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_line_leaves_the_page(tag: str) -> None:
    """Khmer has no spaces: its lines are broken by a dictionary, or they run off the paper."""
    khmer = "គណៈកម្មាធិការដឹកនាំពិនិត្យលទ្ធផលនៅមន្ទីរពេទ្យ" * 20
    base = letter("stage_entered.2", tag)
    item = replace(base.items[0], chronology=())
    made = replace(base, opening=khmer, subject=khmer[:100], items=(item,))
    assert ink_beyond(made, 180), "the lines are full"
    assert not ink_beyond(made, 186), "the margin is white"


def test_the_same_letter_is_the_same_bytes() -> None:
    """An upload of the signed copy is another file; the letter itself can be made again at any time."""
    assert as_pdf(letter("stage_entered.2", "km")) == as_pdf(letter("stage_entered.2", "km"))


def test_what_people_wrote_stays_text() -> None:
    said = text_of(as_pdf(hostile()))
    assert "root:" not in said
    assert said.count('#read("/etc/passwd")') >= 8
    assert "{{ 7*7 }}" in said
    word = as_docx(hostile())
    assert SEEN in words_of(word)
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        xml = archive.read("word/document.xml").decode()
        assert not [name for name in archive.namelist() if "vba" in name.lower()]
    assert "w:instrText" not in xml
    assert "w:fldSimple" not in xml


@pytest.mark.parametrize(
    "sign", ["🚨", "病人", "ผู้ป่วย", "လူနာ", "한글", "\ue000", "\U0001ffff", "\u202ea\u2069"]
)
def test_no_sign_that_somebody_wrote_keeps_a_letter_from_the_printer(sign: str) -> None:
    """Not even one that the fonts beside it do not have; everything else stands where it stood."""
    base = letter("stage_entered.2", "km")
    item = replace(base.items[0], title=f"{TITLE} {sign}", chronology=(Step(on="1", what=f"{TITLE} {sign}"),))
    pdf = as_pdf(replace(base, items=(item,), reader=f"{READER} {sign}"))
    assert len(read(pdf).pages) == 2
    said = text_of(pdf)
    for known in (TITLE, READER, REF, ANSWER):
        assert known in said


def test_a_long_history_goes_on_over_pages_with_its_head_on_each() -> None:
    base = letter("stage_entered.5")
    steps = tuple(Step(on=f"Day {n}", what="Somebody did something. " * 6) for n in range(1, 41))
    made = replace(base, items=(replace(base.items[0], chronology=steps),))
    pages = [page.extract_text() for page in read(as_pdf(made)).pages]
    assert len(pages) >= 3
    assert all("What happened" in page for page in pages[1:])
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]


def test_safety_mode_prints_nothing_of_the_finding() -> None:
    """R43: neither kind of document holds more than its letter."""
    base = letter("stage_entered.2")
    made = replace(base, items=(replace(base.items[0], title="", place="", chronology=()),))
    assert len(read(as_pdf(made)).pages) == 1
    for said in (text_of(as_pdf(made)), " ".join(words_of(as_docx(made)))):
        assert TITLE not in said
        assert REF in said


@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_document_of_a_word_processor_says_the_same_and_its_language(tag: str) -> None:
    made = letter("stage_entered.4", tag)
    word = as_docx(made)
    said = words_of(word)
    for part in (
        made.subject,
        READER,
        TITLE,
        ANSWER,
        *paragraphs(made.opening),
        *paragraphs(made.ask),
        *paragraphs(made.after),
        *(step.what for step in made.items[0].chronology),
    ):
        assert part in said
    document = docx.Document(io.BytesIO(word))
    assert document.core_properties.language == tag
    assert document.core_properties.title == made.subject
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        styles = archive.read("word/styles.xml").decode()
        body = archive.read("word/document.xml").decode()
    assert f'w:bidi="{tag}"' in styles
    assert ("<w:cs/>" in body) == (tag == "km"), "Khmer takes the font of complex scripts"
    assert 'w:cs="Noto Sans Khmer"' in styles or tag != "km"


def test_a_file_is_called_by_its_finding_stage_and_day() -> None:
    assert filename(letter("stage_entered.4"), ".pdf") == "KH-2026-0042-stage-4-2026-10-22.pdf"
    assert filename(letter("replied"), ".docx") == "KH-2026-0042-2026-10-22.docx"
    assert filename(letter("bundle"), ".pdf") == "letters-2026-10-22.pdf"
