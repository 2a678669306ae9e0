"""How does a letter become a document for a signature: a PDF for the printer, and a DOCX to be changed by hand?

A PDF is set by typst, which breaks Khmer lines where a reader would, with the fonts that lie beside this file, tagged
for screen readers (PDF/UA-1). What a letter says is handed over as data and never as a part of the source. The same
letter gives the same bytes. Signs that those fonts do not have are drawn with the machine's; what nobody can draw is a box.
"""

import io
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import docx
import typst
from docx.document import Document
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.text.run import Run

from clm_tracker import languages
from clm_tracker.delivery.letters import Item, Letter
from clm_tracker.delivery.letters.drawing import greeting, paragraphs
from clm_tracker.kernel import cldr
from clm_tracker.kernel.speech import _

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_HERE = Path(__file__).parent
_FACES = {"km": "Noto Sans Khmer"}
_LATIN_FACE = "Noto Sans"
_ONE_AT_A_TIME = Lock()  # a compiler of typst keeps what it has read, and is not shared while it works
# What no XML may hold; a PDF has no use for it either.
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matter:
    head: str
    title: str
    what: str
    owed: str
    then: str
    answer: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signature:
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    """A letter as both kinds of document lay it out, in its language."""

    language: str
    programme: str
    year: int
    month: int
    day: int
    subject: str
    to: tuple[str, ...]
    marks: tuple[tuple[str, str], ...]
    greeting: str
    opening: tuple[str, ...]
    items: tuple[_Matter, ...]
    ask_title: str
    ask: tuple[str, ...]
    after: tuple[str, ...]
    signatures: tuple[_Signature, ...]
    annex_title: str
    annex_says: str
    annex_heads: tuple[str, str]
    chronology: tuple[tuple[str, str], ...]
    foot: str
    page_of: str


def as_pdf(letter: Letter) -> bytes:
    """The letter as a PDF on A4."""
    data = json.dumps(_clean(asdict(_laid_out(letter))), ensure_ascii=False)
    written = datetime.combine(letter.on, time(), UTC)
    with _ONE_AT_A_TIME:
        try:
            return _printed(data, written, _compiler())
        except typst.TypstError:
            pass  # a sign that the fonts beside this file do not have: a picture of a face, or another country's script
        try:
            return _printed(data, written, _compiler(own=False))
        except typst.TypstError:
            return _printed(data, written, _compiler(own=False), accessible=False)


def as_docx(letter: Letter) -> bytes:
    """The letter as a document of a word processor, for whoever signs it or writes something by hand."""
    laid_out = _laid_out(letter)
    made = docx.Document()
    _set_up(made, laid_out)
    text = _Writer(made, laid_out.language)
    text.line(laid_out.programme, size=14, bold=True)
    for n, line in enumerate(laid_out.to):
        text.line(line, bold=n == 0, close=True)
    text.line("", close=True)
    for label, value in laid_out.marks:
        text.line(f"{label} {value}", close=True)
    text.heading(laid_out.subject, 1)
    text.lines((laid_out.greeting, *laid_out.opening))
    for m in laid_out.items:
        for n, line in enumerate(line for line in (m.head, m.title, m.what, m.owed, m.then) if line):
            text.line(line, bold=line in {m.title, m.owed}, close=n > 0, indent=True)
        if m.url:
            text.line(m.answer, indent=True, close=True)
            text.line(m.url, indent=True)
    if laid_out.ask:
        text.heading(laid_out.ask_title, 2)
        text.lines(laid_out.ask)
    text.lines(laid_out.after)
    for signature in laid_out.signatures:
        text.heading(signature.title, 3)
        for label in signature.lines:
            text.line(f"{label} {'.' * 60}")
    if laid_out.chronology:
        made.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        text.heading(laid_out.annex_title, 2)
        text.line(laid_out.annex_says)
        text.table(laid_out.annex_heads, laid_out.chronology)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def filename(letter: Letter, ending: str) -> str:
    """A name for the file: reference, stage and day."""
    item = letter.items[0] if len(letter.items) == 1 else None
    stage = f"stage-{item.stage}" if item and item.stage else ""
    return "-".join(p for p in (item.ref if item else "letters", stage, letter.on.isoformat()) if p) + ending


def _laid_out(letter: Letter) -> _Document:
    with languages.speaking(letter.language):
        one = letter.items[0] if len(letter.items) == 1 else None
        marks = [(_("Date:"), cldr.dated(letter.on))]
        if one and one.ref:
            marks.append((_("Our reference:"), one.ref))
        if one and one.stage:
            marks.append((_("Stage:"), cldr.number(one.stage)))
        hand = (_("Name:"), _("Post:"), _("Date:"), _("Signature:"))
        return _Document(
            language=letter.language,
            programme=letter.programme,
            year=letter.on.year,
            month=letter.on.month,
            day=letter.on.day,
            subject=letter.subject,
            to=tuple(dict.fromkeys(line for line in (letter.reader, *_addressed(letter)) if line)),
            marks=tuple(marks),
            greeting=greeting(letter),
            opening=paragraphs(letter.opening),
            items=tuple(_matter(item) for item in letter.items),
            ask_title=_("What is asked of you"),
            ask=paragraphs(letter.ask),
            after=paragraphs(letter.after),
            signatures=(
                _Signature(title=_("For {programme}").format(programme=letter.programme), lines=hand),
                _Signature(title=_("Received by the office of the addressee"), lines=hand),
            ),
            annex_title=_("Annex: what happened so far"),
            annex_says=_("From the record of {ref}, the oldest first.").format(ref=one.ref if one else ""),
            annex_heads=(_("Day"), _("What happened")),
            chronology=tuple((step.on, step.what) for step in one.chronology) if one else (),
            foot=" · ".join(p for p in (letter.programme, one.ref if one else "") if p),
            page_of=_("Page {page} of {pages}"),
        )


def _addressed(letter: Letter) -> tuple[str, ...]:
    """The post, and its institution on a line of its own."""
    post, _comma, institution = letter.post.partition(", ")
    return post, institution


def _matter(item: Item) -> _Matter:
    return _Matter(
        head=" · ".join(part for part in (item.ref, item.place) if part),
        title=item.title,
        what=item.what,
        owed=item.owed,
        then=item.then,
        answer=_("Answer here, without an account:"),
        url=item.answer_url or "",
    )


def _printed(data: str, written: datetime, compiler: typst.Compiler, *, accessible: bool = True) -> bytes:
    """A PDF. Raises TypstError where it is to be `accessible` (PDF/UA-1) and a sign cannot be drawn."""
    made = compiler.compile(
        format="pdf",
        sys_inputs={"data": data},
        pdf_standards=["ua-1"] if accessible else [],
        timestamp=int(written.timestamp()),
    )
    assert isinstance(made, bytes)
    return made


@cache
def _compiler(*, own: bool = True) -> typst.Compiler:
    """The compiler with the fonts beside this file, and with those of the machine unless they are to be our `own` alone."""
    return typst.Compiler(
        str(_HERE / "letter.typ"),
        root=str(_HERE),
        font_paths=[str(_HERE / "fonts")],
        ignore_system_fonts=own,
    )


def _clean(value: Any) -> Any:  # noqa: ANN401 - whatever JSON may hold
    """The same without characters that no document can hold."""
    match value:
        case str():
            return _UNSPEAKABLE.sub("", value)
        case dict():
            return {key: _clean(one) for key, one in value.items()}
        case list() | tuple():
            return [_clean(one) for one in value]
        case _:
            return value


def _set_up(made: Document, laid_out: _Document) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin, section.bottom_margin = Mm(22), Mm(24)
    section.footer.paragraphs[0].text = _UNSPEAKABLE.sub("", laid_out.foot)
    made.core_properties.title = _UNSPEAKABLE.sub("", laid_out.subject)
    made.core_properties.author = _UNSPEAKABLE.sub("", laid_out.programme)
    made.core_properties.language = laid_out.language
    made.core_properties.created = made.core_properties.modified = datetime(
        laid_out.year, laid_out.month, laid_out.day, tzinfo=UTC
    )
    made.core_properties.comments = ""
    face = _FACES.get(laid_out.language.partition("-")[0], _LATIN_FACE)
    for name in ("Normal", "Heading 1", "Heading 2", "Heading 3"):
        style = made.styles[name]
        assert isinstance(style, ParagraphStyle)
        style.font.name = _LATIN_FACE
        style.font.color.rgb = None
        properties = style.element.get_or_add_rPr()
        fonts = properties.get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:cs"), face)
        fonts.set(qn("w:eastAsia"), face)
        said = properties.makeelement(qn("w:lang"), {})
        said.set(qn("w:val"), laid_out.language)
        said.set(qn("w:bidi"), laid_out.language)
        properties.append(said)
    made.styles["Normal"].font.size = Pt(10.5)


class _Writer:
    """Paragraphs of one language, one after another."""

    def __init__(self, made: Document, language: str) -> None:
        self._made = made
        self._complex = language.partition("-")[0] in _FACES

    def heading(self, text: str, level: int) -> None:
        self._say(self._made.add_heading("", level).add_run(_UNSPEAKABLE.sub("", text)), bold=True)

    def lines(self, texts: Iterable[str]) -> None:
        for text in texts:
            self.line(text)

    def line(
        self, text: str, *, bold: bool = False, size: float = 0, close: bool = False, indent: bool = False
    ) -> None:
        paragraph = self._made.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(6)
        paragraph.paragraph_format.space_before = Pt(0 if close else 4)
        paragraph.paragraph_format.line_spacing = 1.6 if self._complex else 1.25
        if close:
            paragraph.paragraph_format.space_after = Pt(0)
        if indent:
            paragraph.paragraph_format.left_indent = Mm(6)
        self._say(paragraph.add_run(_UNSPEAKABLE.sub("", text)), bold=bold, size=size)

    def table(self, heads: tuple[str, str], rows: Iterable[tuple[str, str]]) -> None:
        table = self._made.add_table(rows=1, cols=2)
        table.style = "Light Grid" if "Light Grid" in self._made.styles else None
        for row, bold in [(heads, True), *((row, False) for row in rows)]:
            cells = table.rows[0].cells if bold else table.add_row().cells
            for cell, text, width in zip(cells, row, (Mm(40), Mm(120)), strict=True):
                cell.width = width
                self._say(cell.paragraphs[0].add_run(_UNSPEAKABLE.sub("", text)), bold=bold)

    def _say(self, run: Run, *, bold: bool = False, size: float = 0) -> None:
        """A script that Word calls complex has a boldness and a size of its own."""
        run.font.bold = bold
        run.font.complex_script = self._complex or None
        run.font.cs_bold = bold if self._complex else None
        if size:
            run.font.size = Pt(size)
