"""What stands in this letter, what became of it, and what can be done about it?"""

from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from clm_tracker.commands import letters
from clm_tracker.commands.letters import Printed
from clm_tracker.db.units import Reading, Writing
from clm_tracker.delivery.letters import Letter, documents, drawing
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Channel, LetterState, Outcome
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.kernel.speech import N_, Labels
from clm_tracker.queries.letters import contents, log
from clm_tracker.queries.letters.log import One
from clm_tracker.web import components as c
from clm_tracker.web import papers, words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import NotValid, Plain, Pressed, Valid, read
from clm_tracker.web.pages.answering import FRESH, Back, carry_out
from clm_tracker.web.pages.letters.listing import CHANNELS, LIST, MINE, stands
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
PAGE = f"{LIST}/{{letter_id}}"
_CAME = Labels(
    {
        Outcome.SENT: N_("Taken"),
        Outcome.LATER: N_("Not now"),
        Outcome.NEVER: N_("Refused for good"),
    }
)


class HandedOver(BaseModel):
    """The mark of the letter as it was printed."""

    printed: Plain = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A stretch of a letter, under a `head` of its own where it was written with one."""

    text: str
    head: str = ""

    @classmethod
    def of(cls, written: str) -> "Paragraph":
        """What was written as plain text, where a head stands in capitals on the first line."""
        head, _newline, rest = written.partition("\n")
        return cls(rest, head) if rest and head.isupper() else cls(written)


@dataclass(frozen=True)
class LetterPage(Page):
    """One letter. `paragraphs` are its text as it reads; it stands in `language`."""

    template: ClassVar[str] = "pages/letters/one.html"

    crumbs: tuple[c.Link, ...]
    heading: str
    says: str
    problem: c.Problem | None
    language: str
    paragraphs: tuple[Paragraph, ...]
    unwritten: str
    document: c.Button | None
    inside: c.Table | None
    attempts: c.Table | None
    acts: tuple[c.Act, ...]


@router.get(PAGE, access=may(Act.LOOK_AFTER_LETTERS, Act.OWN_ACCOUNT))
def letter(desk: AtDesk, letter_id: UUID) -> Response:
    """The letter, for whoever got it and whoever looks after letters."""
    return _show(desk, letter_id)


@router.post(f"{PAGE}/again", access=may(Act.LOOK_AFTER_LETTERS))
def again(desk: AtDesk, letter_id: UUID, sent: Pressed) -> Response:
    """Once more."""
    return carry_out(
        desk,
        sent,
        lambda unit, _given: letters.send_again(unit, letter_id),
        lambda back: _show(desk, letter_id, back),
        to=f"{LIST}/{letter_id}",
        said=_("The letter goes out again within a minute."),
    )


@router.post(f"{PAGE}/handed-over", access=may(Act.LOOK_AFTER_LETTERS))
def handed_over(
    desk: AtDesk,
    letter_id: UUID,
    sent: Annotated[Valid[HandedOver] | NotValid[HandedOver], read(HandedOver)],
) -> Response:
    """It was printed, and is in its reader's hands."""

    def run(unit: Writing, given: HandedOver) -> None:
        letters.hand_over(
            unit, letter_id, draw=lambda: _printed(_drawn(desk, unit, letter_id)), printed=given.printed
        )

    return carry_out(
        desk,
        sent,
        run,
        lambda back: _show(desk, letter_id, back),
        to=f"{LIST}/{letter_id}",
        said=_("It is on record that the letter was handed over."),
    )


@router.get(f"{PAGE}/pdf", access=may(Act.LOOK_AFTER_LETTERS))
def pdf(desk: AtDesk, letter_id: UUID) -> Response:
    """A letter that waits to be printed, as a document for a signature."""
    with desk.reading() as look:
        found = log.one(look, letter_id)
        drawn = _drawn(desk, look, letter_id) if _is_to_print(found) else None
    if drawn is None:
        raise NotFound("letter")
    return papers.paper(drawn, documents.PDF)


def _drawn(desk: Desk, look: Reading, letter_id: UUID) -> Letter | None:
    """A letter in print as it reads today."""
    return contents.in_print(look, letter_id, contents.Ways(desk.house.base_url))


def _show(desk: Desk, letter_id: UUID, back: Back = FRESH) -> Response:
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        found = log.one(look, letter_id)
        looks_after = desk.may(Act.LOOK_AFTER_LETTERS)
        drawn = _drawn(desk, look, letter_id) if _is_to_print(found) and looks_after else None
    text = found.text or (drawing.as_text(drawn, columns=None) if drawn else "")
    up = c.Link(_("Letters"), LIST) if looks_after else c.Link(_("Letters to you"), MINE)
    page = LetterPage(
        (up,),
        (drawn.subject if drawn else found.letter.subject),
        _says(found, voice, for_all=looks_after),
        c.Problem(back.refused) if back.refused else None,
        (drawn.language if drawn else found.language) or desk.guest.language,
        tuple(Paragraph.of(part) for part in text.split("\n\n") if part.strip()),
        "" if text else _("It is written when it leaves, so that it says what is true then."),
        c.Button(_("Document to sign (PDF)"), c.Look.PLAIN, href=f"{LIST}/{letter_id}/pdf")
        if drawn
        else None,
        _inside(found),
        _attempts(found, voice),
        _acts(desk, found, _printed(drawn)) if looks_after else (),
        purpose=c.plain(_("One letter as its reader gets it, and what became of it.")),
    )
    return desk.show(page, status=back.status)


def _printed(drawn: Letter | None) -> Printed | None:
    if drawn is None:
        return None
    text = drawing.as_text(drawn, columns=None)
    return Printed(language=drawn.language, subject=drawn.subject, text=text)


def _is_to_print(found: One) -> bool:
    return found.letter.channel is Channel.PRINT and found.letter.state is LetterState.WAITING


def _says(found: One, voice: Voice, *, for_all: bool) -> str:
    at = voice.moment(found.letter.at).text
    if not for_all:
        return _("Written to you on {at}, {way}.").format(at=at, way=CHANNELS[found.letter.channel])
    says = _("To {name}, {way}. {stands}, {at}.")
    return says.format(
        name=found.letter.to, way=CHANNELS[found.letter.channel], stands=stands(found.letter), at=at
    )


def _inside(found: One) -> c.Table | None:
    if not found.inside:
        return None
    lines = tuple(
        c.Line(
            (c.link(one.ref, f"/findings/{one.ref}"),) if one.ref else c.plain(_("The programme")),
            (c.plain(one.about), c.plain(_("left out: no longer true") if one.left_out else _("said"))),
        )
        for one in found.inside
    )
    return c.Table(_("What it is about"), (_("Finding"), _("What"), _("In the letter")), lines)


def _attempts(found: One, voice: Voice) -> c.Table | None:
    if not found.attempts:
        return None
    lines = tuple(
        c.Line(
            c.words("{at}", at=voice.moment(one.at)),
            (
                c.plain(_CAME[one.outcome]),
                c.plain(one.answer or "–"),
                c.plain(words.number(one.parts)),
            ),
        )
        for one in found.attempts
    )
    heads = (_("When"), _("What came of it"), _("What the server said"), _("Parts"))
    return c.Table(_("How it was handed over"), heads, lines)


def _acts(desk: Desk, found: One, printed: Printed | None) -> tuple[c.Act, ...]:
    at = f"{LIST}/{found.letter.id}"
    if found.letter.state is LetterState.DEAD:
        button = c.Button(_("Send it again"), c.Look.MAIN)
        about = _("Look at the address first. There are as many tries as at first.")
        return (
            c.Act(
                "again", _("Send it again"), c.Form(f"{at}/again", button, once=desk.once()), about, open=True
            ),
        )
    if printed:
        button = c.Button(_("It was handed over"), c.Look.MAIN)
        about = _("Print the document, sign it, and hand it over. Then say so here.")
        mark = (("printed", printed.mark),)
        form = c.Form(f"{at}/handed-over", button, once=desk.once(), hidden=mark)
        return (c.Act("handed-over", _("It was handed over"), form, about, open=True),)
    return ()
