"""How does somebody say that a link is not theirs, and how does one ask for another when its time is over? (R40)"""

from typing import Annotated

from pydantic import BaseModel
from starlette.responses import Response

from clm_tracker.commands import links
from clm_tracker.domain.links import Standing
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import Invalid, NotNow
from clm_tracker.web import components as c
from clm_tracker.web.access import Router, by_link
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import Note, NotValid, Pressed, Valid, read
from clm_tracker.web.pages.answering import FRESH, Back
from clm_tracker.web.pages.by_link.answering import AnswerPage
from clm_tracker.web.pages.by_link.one import PAGE, link_of, sent_to
from clm_tracker.web.pages.by_link.over import OverPage
from clm_tracker.web.words import _

router = Router(include_in_schema=False)


class Returned(BaseModel):
    """What whoever has the link wants to say of it."""

    note: Note = ""


@router.get(PAGE + "/not-me", access=by_link(Act.USE_LINK))
def not_me(desk: AtDesk, word: str) -> Response:  # noqa: ARG001 - its door has read the word
    """What becomes of the link when it is given back."""
    return _ask(desk)


@router.post(PAGE + "/not-me", access=by_link(Act.USE_LINK))
def give_back(
    desk: AtDesk,
    word: str,  # noqa: ARG001 - its door has read the word
    sent: Annotated[Valid[Returned] | NotValid[Returned], read(Returned)],
) -> Response:
    """The link ends, and the coordinator hears of it."""
    if isinstance(sent, NotValid):
        return _ask(desk, Back.mistaken(sent.typed, sent))
    try:
        with desk.writing() as unit:
            links.give_back(unit, note=sent.data.note)
    except Invalid as no:
        return _ask(desk, Back.mistaken(sent.typed, no))
    said = _("The link opens nothing any more, and the coordinator of the programme is told.")
    return desk.show(OverPage(_("Thank you for saying so"), said, _("You can close this page.")))


@router.post(PAGE + "/again", access=by_link(Act.USE_LINK, expired=True))
def ask_again(desk: AtDesk, word: str, pressed: Pressed) -> Response:  # noqa: ARG001 - its door has read the word
    """A new letter to the address that is known; nothing of it is shown here."""
    link = link_of(desk)
    assert link.came is not None
    if link.came.standing is Standing.GOOD:
        raise NotNow("good", _("This link still opens what it was sent about."))
    with desk.writing() as unit:
        links.ask_again(unit)
    said = _("A new letter goes to {name}, {post}, at the address that the programme knows.").format(
        name=link.came.holder, post=link.came.post
    )
    return desk.show(OverPage(_("A new link is on its way"), said, _("You can close this page.")))


def _ask(desk: Desk, back: Back = FRESH) -> Response:
    link = link_of(desk)
    assert link.came is not None
    form = c.Form(
        link.to("/not-me"),
        c.Button(_("Give the link back"), c.Look.MAIN),
        (
            c.Field(
                "note",
                _("Who holds the post, if you know"),
                c.FieldKind.TEXTAREA,
                required=False,
                rows=2,
                longest=4_000,
            ),
        ),
        once=desk.once(),
    )
    page = AnswerPage(
        "",
        "",
        "",
        _("That is not me"),
        sent_to(link),
        _("Then it opens nothing any more from here on, and the coordinator of the programme is told."),
        back.on(form),
        None,
        None,
        (),
        c.Link(_("Back without answering"), link.to()),
        purpose=c.plain(_("Nothing is sent before you press the button at the end.")),
    )
    return desk.show(page, status=back.status)
