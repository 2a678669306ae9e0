"""How is a person invited: a name, an address, a role with its limits, and then a link to hand over?"""

from typing import Annotated

from starlette.responses import Response

from clm_tracker import languages
from clm_tracker.commands import invitations, people
from clm_tracker.commands.invitations import Invited
from clm_tracker.db.units import Writing
from clm_tracker.domain.names import LONGEST
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import each, invalid
from clm_tracker.web import components as c
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import Line, NotValid, Plain, Valid, read
from clm_tracker.web.pages.answering import FRESH, Back, carry_out
from clm_tracker.web.pages.people import roles
from clm_tracker.web.pages.people.listing import LIST
from clm_tracker.web.pages.set_up import frame
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
INVITE = f"{LIST}/invite"


class Person(roles.Given):
    """Who is invited, into which role."""

    name: Line = ""
    email: Line = ""
    language: Plain = "en"


@router.get(INVITE, access=may(Act.SET_UP))
def ask(desk: AtDesk) -> Response:
    """A form for the person."""
    return _show(desk)


@router.post(INVITE, access=may(Act.SET_UP))
def invite(desk: AtDesk, sent: Annotated[Valid[Person] | NotValid[Person], read(Person)]) -> Response:
    """Invite the person; their page shows the link, this once."""

    def run(unit: Writing, given: Person) -> Invited:
        if given.language not in desk.guest.languages:
            raise invalid("language", _("The pages are not there in this language."))
        email, role = each(lambda: _address(given.email), lambda: roles.values(unit, given))
        return invitations.invite(unit, name=given.name, email=email, language=given.language, **role)

    return carry_out(
        desk,
        sent,
        run,
        lambda back: _show(desk, back),
        to=lambda made: f"{LIST}/{made.person_id}",
        said=_told,
        word=lambda made: made.word,
    )


def _address(given: str) -> str:
    if not given:
        raise invalid("email", _("Write the address that they will sign in with."))
    return people.address(given)


def _told(done: Invited) -> str:
    if done.word is None:
        return _("This person has an account already, and the new role here. They sign in as they do.")
    return _("The person is invited. Hand over the link below; it is shown this once.")


def _show(desk: Desk, back: Back = FRESH) -> Response:
    spoken = tuple(c.Option(tag, languages.name_of(tag)) for tag in desk.guest.languages)
    with desk.reading() as look:
        fields = (
            c.Field("name", _("Name"), longest=LONGEST),
            c.Field("email", _("Email address"), c.FieldKind.EMAIL),
            *roles.fields(look),
            c.Field(
                "language",
                _("Language of their pages"),
                c.FieldKind.SELECT,
                desk.guest.language,
                options=spoken,
            ),
        )
    form = c.Form(INVITE, c.Button(_("Invite, and make the link"), c.Look.MAIN), fields, once=desk.once())
    page = frame.FormPage(
        frame.crumbs(c.Link(_("People"), LIST)),
        _("Invite a person"),
        (),
        None,
        back.on(form),
        c.Button(_("Back"), c.Look.PLAIN, href=LIST),
        purpose=c.plain(
            _("You get a link to hand over. With it they choose their own password; nobody else knows it.")
        ),
    )
    return desk.show(page, status=back.status)
