"""Which letters did the stages of a finding bring, and how are they printed, signed and filed? (R18, R25)"""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from clm_tracker import languages
from clm_tracker.commands import evidence
from clm_tracker.commands.evidence import LARGEST, Clean
from clm_tracker.db import load
from clm_tracker.db.units import Writing
from clm_tracker.delivery.letters import documents
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Purpose
from clm_tracker.kernel.refusals import Invalid, invalid
from clm_tracker.queries.letters import stage
from clm_tracker.queries.letters.stage import StageLetter
from clm_tracker.web import components as c
from clm_tracker.web import papers, words
from clm_tracker.web.access import Router, may
from clm_tracker.web.components import FieldKind
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import Day, File, NotValid, Valid, read
from clm_tracker.web.pages.answering import FRESH, Back, carry_out
from clm_tracker.web.pages.set_up.frame import Part, PartsPage
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.security import UPLOAD_LIMIT
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
PAGE = "/findings/{ref}/letters"
ONE = PAGE + "/{notice_id}"
ACCEPTED = ".pdf,.jpg,.jpeg,.png,.webp,.docx,.odt"


class Signed(BaseModel):
    """A letter as it was signed: which one, the file, and the day."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    letter: UUID
    file: File | None = None
    signed_on: Day | None = None


@router.get(PAGE, access=may(Act.SEE_FINDINGS))
def of_finding(desk: AtDesk, ref: str) -> Response:
    """Each letter of a stage, to be printed in each language; and the form for a signed copy."""
    return _show(desk, ref)


@router.get(ONE + "/pdf", access=may(Act.SEE_FINDINGS))
def as_pdf(desk: AtDesk, ref: str, notice_id: UUID) -> Response:
    """The letter as it reads today, to be printed and signed."""
    return _document(desk, ref, notice_id, documents.PDF)


@router.get(ONE + "/docx", access=may(Act.SEE_FINDINGS))
def as_docx(desk: AtDesk, ref: str, notice_id: UUID) -> Response:
    """The same for a word processor."""
    return _document(desk, ref, notice_id, documents.DOCX)


@router.post(PAGE, access=may(Act.ATTACH_EVIDENCE), limit=UPLOAD_LIMIT)
def file_signed(
    desk: AtDesk, ref: str, sent: Annotated[Valid[Signed] | NotValid[Signed], read(Signed)]
) -> Response:
    """Keep the signed copy with the evidence of the finding."""
    try:
        file = evidence.clean(sent.data.file) if isinstance(sent, Valid) and sent.data.file else None
    except Invalid as no:
        return _show(desk, ref, Back.mistaken(sent.typed, no))
    return carry_out(
        desk,
        sent,
        lambda unit, given: _file(desk, unit, ref, given, file),
        lambda back: _show(desk, ref, back),
        to=f"/findings/{ref}/letters",
        said=_("The signed copy is kept with the evidence of the finding."),
    )


def _file(desk: Desk, unit: Writing, ref: str, given: Signed, file: Clean | None) -> None:
    case = load.case(unit, ref)
    one = next((one for one in stage.of_case(unit, case) if one.notice_id == given.letter), None)
    if one is None:
        raise invalid("letter", _("Choose one of the letters."))
    if file is None:
        raise invalid("file", _("Choose the file of the signed copy."))
    evidence.attach(
        unit,
        ref,
        purpose=Purpose.LETTER,
        store=desk.house.evidence,
        caption=_("Signed letter: {stage}, to {post}").format(stage=one.name, post=one.to),
        captured_on=given.signed_on,
        file=file,
    )


def _document(desk: Desk, ref: str, notice_id: UUID, kind: str) -> Response:
    with desk.reading() as look:
        case = load.case(look, ref, lock=False)
        asked = desk.request.query_params.get("in")
        letter = stage.drawn(look, case, notice_id, base_url=desk.house.base_url, language=asked)
    return papers.paper(letter, kind)


def _show(desk: Desk, ref: str, back: Back = FRESH) -> Response:
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        case = load.case(look, ref, lock=False)
        found = stage.of_case(look, case)
        spoken = languages.spoken(look.programme.languages)
        why_not = look.why_not(Act.ATTACH_EVIDENCE, case)
    at = f"/findings/{case.finding.ref}"
    letters = Part(
        "letters",
        _("To print and sign"),
        c.plain(
            _("Each as it reads today, to whoever holds the post. No link without an account stands in it.")
        ),
        table=_table(at, found, spoken, voice) if found else None,
        empty=None
        if found
        else c.Empty(_("No stage has begun."), _("A letter is there as soon as a stage has begun.")),
    )
    signed = (
        (
            Part(
                "signed",
                _("A signed copy"),
                c.plain(_("It is kept with the evidence of this finding, and cannot be changed afterwards.")),
                form=back.on(_form(desk, at, found, voice.today)),
            ),
        )
        if found and why_not is None
        else ()
    )
    page = PartsPage(
        (c.Link(_("Findings"), "/findings"), c.Link(case.finding.ref, at)),
        _("Letters of the stages"),
        c.Problem(back.refused) if back.refused and not signed else None,
        (letters, *signed),
        purpose=c.plain(
            _("For whoever is written to on paper: print, sign, hand over, and keep the signed copy here.")
        ),
    )
    return desk.show(page, status=back.status)


def _table(at: str, found: tuple[StageLetter, ...], spoken: tuple[str, ...], voice: Voice) -> c.Table:
    heads = (_("Letter"), _("To"), _("Begun"), "PDF", "DOCX")
    first = {one.stage: one.notice_id for one in reversed(found)}
    lines = tuple(
        c.Line(
            c.plain(one.name),
            (
                c.plain(one.to),
                c.words("{at}", at=voice.moment(one.at)),
                _ways(at, one, spoken, "pdf", voice),
                _ways(at, one, spoken, "docx", voice),
            ),
            row_of(one.stage) if first[one.stage] == one.notice_id else None,
        )
        for one in found
    )
    return c.Table(_("Letters of the stages"), heads, lines)


def row_of(stage: int) -> str:
    """Where on the page the letters of a stage begin."""
    return f"stage-{stage}"


def _ways(at: str, one: StageLetter, spoken: tuple[str, ...], kind: str, voice: Voice) -> c.Words:
    """The file in each language of the programme."""
    links = {
        tag: c.link(words.language_name(tag, voice.lang), f"{at}/letters/{one.notice_id}/{kind}?in={tag}")
        for tag in spoken
    }
    return c.words(words.listed([f"{{{tag}}}" for tag in links]), **links)


def _form(desk: Desk, at: str, found: tuple[StageLetter, ...], today: date) -> c.Form:
    options = tuple(
        c.Option(str(one.notice_id), _("{stage}, to {post}").format(stage=one.name, post=one.to))
        for one in found
    )
    return c.Form(
        f"{at}/letters",
        c.Button(_("Keep the signed copy"), c.Look.MAIN),
        (
            c.Field("letter", _("Which letter"), FieldKind.SELECT, options=options),
            c.Field(
                "file",
                _("The file"),
                FieldKind.FILE,
                hint=_(
                    "A scan or a photo, or a PDF, at most {n} MB. A digitally signed one stays as it is."
                ).format(n=LARGEST // 1024**2),
                accept=ACCEPTED,
            ),
            c.Field("signed_on", _("Signed on"), FieldKind.DATE, required=False, most=today.isoformat()),
        ),
        desk.once(),
    )
