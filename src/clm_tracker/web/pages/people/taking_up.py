"""What does somebody see who opens an invitation, and how do they take it up? Opening it changes nothing. (R40)"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from clm_tracker import languages
from clm_tracker.commands import invitations
from clm_tracker.commands.passwords import SHORTEST
from clm_tracker.db import actors
from clm_tracker.domain.names import LONGEST
from clm_tracker.kernel.refusals import Invalid, invalid
from clm_tracker.queries import account
from clm_tracker.web import components as c
from clm_tracker.web import sessions
from clm_tracker.web.access import ANYONE, Router
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import Line, NotValid, Plain, Valid, read
from clm_tracker.web.pages.answering import FRESH, Back
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
PAGE = "/invitation/{word}"


class Taken(BaseModel):
    """What is one's own: a name, a language, a password."""

    name: Line = ""
    language: Plain = "en"
    password: Annotated[Plain, Field(max_length=1_000)] = ""


@dataclass(frozen=True)
class InvitationPage(Page):
    """The page behind the link."""

    template: ClassVar[str] = "pages/invitation.html"

    heading: str
    form: c.Form


@router.get(PAGE, access=ANYONE)
def invitation(desk: AtDesk, word: str) -> Response:
    """What one is invited to."""
    return _show(desk, word)


@router.post(PAGE, access=ANYONE)
def take_up(
    desk: AtDesk, word: str, sent: Annotated[Valid[Taken] | NotValid[Taken], read(Taken)]
) -> Response:
    """Choose name, language and password, and come in."""
    if isinstance(sent, NotValid):
        return _show(desk, word, Back.mistaken(sent.typed, sent))
    try:
        if sent.data.language not in languages.spoken():
            raise invalid("language", _("The pages are not there in this language."))
        came = invitations.accept(
            desk.house.store,
            word=word,
            name=sent.data.name,
            language=sent.data.language,
            password=sent.data.password,
            now=desk.now,
        )
    except Invalid as no:
        return _show(desk, word, Back.mistaken(sent.typed, no))
    answer = RedirectResponse("/", 303)
    seconds = int(max(came.expires_at - desk.now, timedelta()).total_seconds())
    sessions.give_cookie(answer, came.word, secure=desk.house.secure, seconds=seconds)
    return answer


def _show(desk: Desk, word: str, back: Back = FRESH) -> Response:
    store = desk.house.store
    with store.reading(now=desk.now, actor=actors.NOBODY, programme_id=None) as look:
        row, person = invitations.waiting(look, word)
        programme = account.programme_name(look, row.programme_id)
        name, email, language = person.name, person.email or "", person.language
    spoken = tuple(c.Option(tag, languages.name_of(tag)) for tag in languages.spoken())
    fields = (
        c.Field("name", _("Your name"), value=name, autocomplete="name", longest=LONGEST),
        c.Field("language", _("Language of your pages"), c.FieldKind.SELECT, language, options=spoken),
        c.Field(
            "password",
            _("A new password"),
            c.FieldKind.PASSWORD,
            hint=_("At least {n} characters. Nobody else knows it, also not the coordinator.").format(
                n=SHORTEST
            ),
            autocomplete="new-password",
        ),
    )
    form = c.Form(
        f"/invitation/{word}", c.Button(_("Choose it and come in"), c.Look.MAIN), fields, once=desk.once()
    )
    says = c.words(
        _("You sign in with the address {email} and the password that you choose here."),
        email=c.strong(email),
    )
    page = InvitationPage(
        _("Welcome to {programme}").format(programme=programme),
        back.on(form),
        purpose=says,
    )
    return desk.show(page, status=back.status)
