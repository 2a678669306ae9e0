"""How does one choose by which phone and at which hours one is written to? The page that letters lead to."""

from typing import Annotated

from pydantic import BaseModel
from starlette.responses import Response

from clm_tracker import languages
from clm_tracker.commands import letter_hours as commands
from clm_tracker.commands.letter_hours import Chosen
from clm_tracker.db.units import Writing
from clm_tracker.domain.letters import Hours
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import invalid
from clm_tracker.queries import account
from clm_tracker.web import components as c
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import Line, NotValid, Plain, Valid, read
from clm_tracker.web.pages.answering import FRESH, Back, carry_out
from clm_tracker.web.pages.set_up.frame import Part, PartsPage
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
PAGE = "/account/letters"
MINE = may(Act.OWN_ACCOUNT)


class Asked(BaseModel):
    """A phone, a zone, and hours as the form has them: "8", or nothing for the programme's."""

    phone: Line = ""
    timezone: Line = ""
    letter_at: Plain = ""
    quiet_from: Plain = ""
    quiet_until: Plain = ""
    digest: Plain = ""


@router.get(PAGE, access=MINE)
def mine(desk: AtDesk) -> Response:
    """How one is written to."""
    return _show(desk)


@router.post(PAGE, access=MINE)
def choose(desk: AtDesk, sent: Annotated[Valid[Asked] | NotValid[Asked], read(Asked)]) -> Response:
    """Be written to otherwise from now on."""

    def run(unit: Writing, given: Asked) -> None:
        commands.choose(
            unit,
            Chosen(
                phone=given.phone.strip() or None,
                timezone=given.timezone.strip() or None,
                letter_at=_hour("letter_at", given.letter_at),
                quiet_from=_hour("quiet_from", given.quiet_from),
                quiet_until=_hour("quiet_until", given.quiet_until),
                digest=given.digest == "yes",
            ),
        )

    said = _("This is kept. The next letter comes like this.")
    return carry_out(desk, sent, run, lambda back: _show(desk, back), to=PAGE, said=said)


def _hour(name: str, typed: str) -> int | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= 2):
        raise invalid(name, _("Choose an hour of the day."))
    return int(typed)


def _show(desk: Desk, back: Back = FRESH) -> Response:
    with desk.reading() as look:
        now = account.written_to(look)
    usual = Hours(timezone=desk.guest.timezone)
    address = now.email or _("none")
    if now.email and now.email_failed:
        address = _("{email}; the last letter to it came back").format(email=now.email)
    facts = (
        c.Fact(_("Address"), address, in_words=True),
        c.Fact(_("Language"), languages.name_of(desk.guest.language), "/account", in_words=True),
    )
    fields = (
        c.Field(
            "phone",
            _("Phone, for when there is no mail"),
            value=now.phone or "",
            hint=_("With the code of its country, like +855 12 345 678."),
            required=False,
            autocomplete="tel",
            longest=40,
        ),
        c.Field(
            "timezone",
            _("Time zone"),
            value=now.timezone or "",
            hint=_("Like Asia/Phnom_Penh. Left empty, it is the programme's: {zone}.").format(
                zone=usual.timezone
            ),
            required=False,
            longest=60,
        ),
        _of_hours("letter_at", _("Hour of the day's letter"), now.letter_at, usual.letter_at),
        _of_hours("quiet_from", _("Nothing arrives from"), now.quiet_from, usual.quiet_from),
        _of_hours("quiet_until", _("Until"), now.quiet_until, usual.quiet_until),
        c.Field(
            "digest",
            _("The letter of the week"),
            c.FieldKind.CHECKBOX,
            required=False,
            options=(
                c.Option("yes", _("On Mondays: what moved, what is coming, what is late"), chosen=now.digest),
            ),
        ),
    )
    form = c.Form(PAGE, c.Button(_("Keep this"), c.Look.MAIN), fields, once=desk.once())
    page = PartsPage(
        (c.Link(_("Your account"), "/account"),),
        _("How you are written to"),
        None,
        (
            Part("where", _("Where letters go"), facts=facts),
            Part("when", _("When letters come"), form=back.on(form)),
        ),
        purpose=c.plain(
            _(
                "What is asked of you comes in one letter a day, at the hour you choose; what cannot wait comes at once."
            )
        ),
    )
    return desk.show(page, status=back.status)


def _of_hours(name: str, label: str, chosen: int | None, usual: int) -> c.Field:
    """A choice of whole hours; the first is the programme's."""
    first = c.Option("", _("As usual: {hour}").format(hour=_clock(usual)))
    hours = tuple(c.Option(str(n), _clock(n)) for n in commands.HOURS)
    value = "" if chosen is None else str(chosen)
    return c.Field(name, label, c.FieldKind.SELECT, value, required=False, options=(first, *hours))


def _clock(hour: int) -> str:
    return f"{hour:02}:00"
