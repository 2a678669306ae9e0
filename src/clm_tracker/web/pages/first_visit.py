"""How does a programme begin from a page, when there is none yet?"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, ClassVar
from urllib.parse import urlencode
from zoneinfo import available_timezones

from babel.core import get_global
from pydantic import Field
from starlette.responses import RedirectResponse, Response

from clm_tracker import languages
from clm_tracker.commands import programmes
from clm_tracker.commands import sign_in as commands
from clm_tracker.db import actors
from clm_tracker.intake.public_holidays import countries
from clm_tracker.kernel import speech
from clm_tracker.kernel.cldr import locale
from clm_tracker.kernel.refusals import Invalid, NotFound, NotNow, invalid
from clm_tracker.web import components as c
from clm_tracker.web import sessions
from clm_tracker.web.access import ANYONE, Router
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.first_word import is_first_word
from clm_tracker.web.forms import Line, NotValid, Valid, read
from clm_tracker.web.pages.answering import FRESH, Back
from clm_tracker.web.pages.set_up import naming
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
BEGIN = "/begin"


class Beginning(naming.Named):
    """What a programme begins with."""

    word: Line = ""
    prefix: Line
    country: Line
    part: Line = ""
    timezone: Line = ""
    languages: Annotated[tuple[Line, ...], Field(min_length=1, max_length=20)]
    coordinator: Line
    email: Line
    password: Annotated[str, Field(max_length=1_000)]


@dataclass(frozen=True)
class BeginPage(Page):
    """The first visit: what the programme is called, where it is, and who coordinates it."""

    template: ClassVar[str] = "pages/begin.html"

    form: c.Form


@router.get(BEGIN, access=ANYONE)
def ask(desk: AtDesk) -> Response:
    """What shall the programme be called, and who coordinates it?"""
    if has_begun(desk):
        raise NotFound
    return _show(desk, word=desk.request.query_params.get("word", "")[:100])


@router.post(BEGIN, access=ANYONE)
def begin(desk: AtDesk, sent: Annotated[Valid[Beginning] | NotValid[Beginning], read(Beginning)]) -> Response:
    """Begin the programme and come in as its coordinator."""
    if has_begun(desk):
        raise NotFound
    if not is_first_word(str(sent.typed.get("word", "")), desk.house.key):
        no = invalid("word", _("This is not the word that the program printed when it was started."))
        return _show(desk, Back(sent.typed, no.errors, no.sentence, 403))
    if isinstance(sent, NotValid):
        return _show(desk, Back.mistaken(sent.typed, sent))
    given = sent.data
    try:
        programmes.init(
            desk.house.store,
            now=desk.now,
            name=given.name,
            names=given.names,
            prefix=given.prefix,
            country=_country(given),
            timezone=given.timezone or _only_zone(given.country),
            languages=given.languages,
            coordinator_name=given.coordinator,
            coordinator_email=given.email,
            password=given.password,
            first=True,
        )
    except Invalid as no:
        return _show(desk, Back.mistaken(sent.typed, no))
    except NotNow as no:
        return _show(desk, Back.late(sent.typed, no))
    host = desk.request.client.host if desk.request.client else ""
    came = commands.sign_in(
        desk.house.store, email=given.email, password=given.password, now=desk.now, host=host
    )
    answer = RedirectResponse("/", 303)
    seconds = int(max(came.expires_at - desk.now, timedelta()).total_seconds())
    sessions.give_cookie(answer, came.word, secure=desk.house.secure, seconds=seconds)
    return answer


def has_begun(desk: Desk) -> bool:
    """Whether there is a programme, so that nobody can begin the first one any more."""
    with desk.house.store.reading(now=desk.now, actor=actors.NOBODY, programme_id=None) as look:
        return programmes.exists(look)


def begin_at(base_url: str, word: str) -> str:
    """The address that the operator opens."""
    return f"{base_url}{BEGIN}?{urlencode({'word': word})}"


def _country(given: Beginning) -> str:
    return f"{given.country}-{given.part}" if given.part else given.country


def _only_zone(country: str) -> str:
    """The zone of a country that has a single one. Raises Invalid for any other."""
    of = {zone for zone, where in get_global("zone_territories").items() if where == country.upper()}
    found = sorted(of & available_timezones())
    if len(found) != 1:
        raise invalid("timezone", _("Choose the time zone: this country has several, or none that is known."))
    return found[0]


def _show(desk: Desk, back: Back = FRESH, *, word: str = "") -> Response:
    form = c.Form(BEGIN, c.Button(_("Begin the programme"), c.Look.MAIN), _fields(word), once=desk.once())
    return desk.show(
        BeginPage(
            back.on(form),
            purpose=c.plain(
                _(
                    "There is no programme here yet. It begins with its ladders, themes, windows and public holidays; all of them can be changed later."
                )
            ),
        ),
        status=back.status,
    )


def _fields(word: str) -> tuple[c.Field, ...]:
    said = locale(speech.language())
    named = sorted((str(said.territories.get(code, code)), code) for code in countries())
    zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    offered = languages.shipped()
    return (
        c.Field(
            "word",
            _("Set-up word"),
            value=word,
            hint=_(
                "The program printed it where it was started: whoever runs the machine begins the programme."
            ),
            autocomplete="off",
        ),
        *naming.name_fields("", _("Name of the programme"), offered[1:]),
        c.Field(
            "prefix",
            _("Beginning of references"),
            hint=_("2 to 8 letters, such as KH: findings are called KH-2026-0001 then."),
            longest=8,
        ),
        c.Field(
            "country",
            _("Country"),
            c.FieldKind.SELECT,
            hint=_("Its public holidays of three years come with it."),
            options=(c.Option("", _("Choose")), *(c.Option(code, name) for name, code in named)),
        ),
        c.Field(
            "part",
            _("Part of the country"),
            hint=_("Where public holidays differ inside it, by its code: MA for Massachusetts."),
            required=False,
            longest=10,
        ),
        c.Field(
            "timezone",
            _("Time zone"),
            c.FieldKind.SELECT,
            hint=_("A due day ends at its midnight. A country with a single zone needs no choice."),
            required=False,
            options=(
                c.Option("", _("That of the country")),
                *(c.Option(zone, zone.replace("_", " ")) for zone in zones),
            ),
        ),
        c.Field(
            "languages",
            _("Languages of the pages"),
            c.FieldKind.CHECKBOX,
            options=tuple(c.Option(tag, languages.name_of(tag), chosen=tag == offered[0]) for tag in offered),
        ),
        c.Field("coordinator", _("Your name"), hint=_("You become its coordinator."), autocomplete="name"),
        c.Field("email", _("Your email address"), c.FieldKind.EMAIL, autocomplete="username"),
        c.Field(
            "password",
            _("A password"),
            c.FieldKind.PASSWORD,
            hint=_("At least 10 characters."),
            autocomplete="new-password",
        ),
    )
