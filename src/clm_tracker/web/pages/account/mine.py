"""What is one's own: name, language, password, where one is signed in, tokens, and the programme to work in?"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.responses import Response

from clm_tracker import languages
from clm_tracker.commands import people, sign_in, tokens
from clm_tracker.commands.passwords import SHORTEST
from clm_tracker.commands.tokens import Token
from clm_tracker.db.units import Reading, Writing
from clm_tracker.domain.names import LONGEST
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import FieldError, Invalid, invalid
from clm_tracker.queries import account, feeds
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import TONGUE, AtDesk, Desk
from clm_tracker.web.forms import Line, NotValid, Plain, Pressed, Valid, read
from clm_tracker.web.pages import shown_once
from clm_tracker.web.pages.answering import FRESH, Back, carry_out
from clm_tracker.web.pages.language import A_YEAR
from clm_tracker.web.pages.set_up.frame import Part, PartsPage
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
PAGE = "/account"
MINE = may(Act.OWN_ACCOUNT)
DAYS = (30, 90, 365)
Secret = Annotated[Plain, Field(max_length=1_000)]


class About(BaseModel):
    """What one is called, and the language to read in."""

    name: Line = ""
    language: Plain = ""


class Passwords(BaseModel):
    """The old password and the new one."""

    old: Secret = ""
    new: Secret = ""


class NewToken(BaseModel):
    """What the program is called, and for how many days it may act."""

    name: Line = ""
    days: int = 0


class Which(BaseModel):
    """One of several."""

    id: UUID


@router.get(PAGE, access=MINE)
def mine(desk: AtDesk) -> Response:
    """One's own account."""
    return _show(desk)


@router.post(f"{PAGE}/about", access=MINE)
def about(desk: AtDesk, sent: Annotated[Valid[About] | NotValid[About], read(About)]) -> Response:
    """Another name or language."""

    def run(unit: Writing, given: About) -> str:
        if given.language not in desk.guest.languages:
            raise invalid("language", _("The pages are not there in this language."))
        people.change_own_name(unit, name=given.name)
        people.choose_language(unit, given.language)
        return given.language

    answer = carry_out(
        desk, sent, run, lambda back: _show(desk, "about", back), to=PAGE, said=_("This is kept.")
    )
    if answer.status_code in {204, 303} and isinstance(sent, Valid):
        secure = desk.house.secure
        answer.set_cookie(
            TONGUE, sent.data.language, max_age=A_YEAR, path="/", secure=secure, httponly=True, samesite="lax"
        )
    return answer


@router.post(f"{PAGE}/password", access=MINE)
def password(
    desk: AtDesk, sent: Annotated[Valid[Passwords] | NotValid[Passwords], read(Passwords)]
) -> Response:
    """Another password; every other session ends."""

    def run(unit: Writing, given: Passwords) -> None:
        try:
            people.change_own_password(unit, old=given.old, new=given.new, keep=sign_in.digest(desk.cookie))
        except Invalid as no:
            # What is wrong with a new password stands under the field of this form.
            raise Invalid(
                tuple(FieldError("new" if e.field == "password" else e.field, e.message) for e in no.errors),
                no.sentence,
            ) from None

    said = _("The password is changed. Everywhere else you are signed out.")
    return carry_out(desk, sent, run, lambda back: _show(desk, "password", back), to=PAGE, said=said)


@router.post(f"{PAGE}/sessions/end", access=MINE)
def end_others(desk: AtDesk, sent: Pressed) -> Response:
    """Sign out everywhere else."""
    return carry_out(
        desk,
        sent,
        lambda unit, _given: people.end_other_sessions(unit, keep=sign_in.digest(desk.cookie)),
        lambda back: _show(desk, "sessions", back),
        to=PAGE,
        said=_("Everywhere else you are signed out."),
    )


@router.post(f"{PAGE}/tokens", access=MINE)
def make_token(
    desk: AtDesk, sent: Annotated[Valid[NewToken] | NotValid[NewToken], read(NewToken)]
) -> Response:
    """A token, shown this once."""

    def run(unit: Writing, given: NewToken) -> Token:
        if given.days not in DAYS:
            raise invalid("days", _("Choose how long it works."))
        return tokens.create(unit, name=given.name, expires_at=unit.now + timedelta(days=given.days))

    said = _("The token is made. Copy it now; it is shown this once.")
    return carry_out(
        desk,
        sent,
        run,
        lambda back: _show(desk, "token", back),
        to=PAGE,
        said=said,
        word=lambda made: made.word,
    )


@router.post(f"{PAGE}/tokens/revoke", access=MINE)
def revoke_token(desk: AtDesk, sent: Annotated[Valid[Which] | NotValid[Which], read(Which)]) -> Response:
    """A token works no more."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: tokens.revoke(unit, given.id),
        lambda back: _show(desk, "revoke", back),
        to=PAGE,
        said=_("The token works no more."),
    )


@router.post(f"{PAGE}/programme", access=MINE)
def switch(desk: AtDesk, sent: Annotated[Valid[Which] | NotValid[Which], read(Which)]) -> Response:
    """Go on in another programme of one's own."""
    if isinstance(sent, NotValid):
        return _show(desk, "programme", Back.mistaken(sent.typed, sent))
    sign_in.switch_programme(desk.house.store, desk.cookie, sent.data.id, now=desk.now)
    return desk.back_to("/")


def _show(desk: Desk, act: str = "", back: Back = FRESH) -> Response:
    word = shown_once.take(desk, PAGE)
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        parts = (
            _programmes(desk, look),
            _about(desk, act, back),
            _password(desk, act, back),
            _sessions(desk, look, voice),
            _letters(),
            _calendars(desk),
            _tokens(desk, look, voice, word, act, back),
        )
    says = c.words(_("You are here as {name}: {role}."), name=c.strong(desk.actor.name), role=desk.guest.role)
    refused = back.refused if act not in {"about", "password", "token"} else None
    page = PartsPage(
        (),
        _("Your account"),
        c.Problem(refused) if refused else None,
        tuple(part for part in parts if part is not None),
        says=says,
        purpose=c.plain(_("Your name and password, where you are signed in, and how you are reached.")),
    )
    return shown_once.show(desk, page, PAGE, word, status=back.status)


def _folded(name: str, label: str, form: c.Form, act: str, back: Back, about: str | None = None) -> c.Act:
    """A panel with a form; open when it came back."""
    is_back = act == name and back.typed is not None
    return c.Act(name, label, back.on(form) if is_back else form, about=about, open=is_back)


def revoking(desk: Desk, to: str, known: Iterable[account.Token | feeds.Given]) -> tuple[c.Act, ...]:
    """A button for each of one's tokens or calendars, after which nothing comes in by it."""
    return tuple(
        c.Act(
            f"revoke-{one.id}",
            "",
            c.Form(
                to,
                c.Button(_("Revoke “{name}”").format(name=one.name)),
                hidden=(("id", str(one.id)),),
                once=desk.once(),
            ),
        )
        for one in known
    )


def _programmes(desk: Desk, look: Reading) -> Part | None:
    """The programmes one works in, when there are several."""
    known = account.programmes(look)
    if len(known) < 2:
        return None
    acts = tuple(
        c.Act(
            f"to-{one.id}",
            "",
            c.Form(
                f"{PAGE}/programme",
                c.Button(_("Go on in {programme}").format(programme=one.name)),
                hidden=(("id", str(one.id)),),
                once=desk.once(),
            ),
        )
        for one in known
        if not one.here
    )
    says = c.words(_("You work in {programme} now."), programme=c.strong(desk.guest.programme))
    return Part("programmes", _("Your programmes"), says, acts=acts)


def _about(desk: Desk, act: str, back: Back) -> Part:
    spoken = tuple(c.Option(tag, languages.name_of(tag)) for tag in desk.guest.languages)
    fields = (
        c.Field(
            "name", _("Your name"), value=desk.actor.name, autocomplete="name", longest=LONGEST, scope="about"
        ),
        c.Field(
            "language",
            _("Language of your pages"),
            c.FieldKind.SELECT,
            desk.guest.language,
            options=spoken,
            scope="about",
        ),
    )
    form = c.Form(f"{PAGE}/about", c.Button(_("Keep this"), c.Look.MAIN), fields, once=desk.once())
    said = _("What is on record keeps the name that you had then.")
    acts = (_folded("about", _("Change name or language"), form, act, back, said),)
    facts = (
        c.Fact(_("Name"), desk.actor.name, in_words=True),
        c.Fact(_("Language"), languages.name_of(desk.guest.language), in_words=True),
    )
    return Part("you", _("Name and language"), facts=facts, acts=acts)


def _password(desk: Desk, act: str, back: Back) -> Part:
    fields = (
        c.Field(
            "old",
            _("The password until now"),
            c.FieldKind.PASSWORD,
            autocomplete="current-password",
            scope="password",
        ),
        c.Field(
            "new",
            _("A new password"),
            c.FieldKind.PASSWORD,
            hint=_("At least {n} characters.").format(n=SHORTEST),
            autocomplete="new-password",
            scope="password",
        ),
    )
    form = c.Form(
        f"{PAGE}/password", c.Button(_("Change the password"), c.Look.MAIN), fields, once=desk.once()
    )
    said = _("You stay signed in here, and are signed out everywhere else.")
    says = c.plain(_("Forgotten? A coordinator can make a link with which you choose a new one."))
    return Part(
        "pass",
        _("Password"),
        says,
        acts=(_folded("password", _("Change the password"), form, act, back, said),),
    )


def _sessions(desk: Desk, look: Reading, voice: Voice) -> Part:
    known = account.sessions(look, sign_in.digest(desk.cookie))
    lines = tuple(
        c.Line(
            c.plain(_("This browser") if s.here else _("Another browser")),
            (
                c.words("{at}", at=voice.moment(s.since)),
                c.words("{at}", at=voice.moment(s.seen)),
            ),
        )
        for s in known
    )
    heads = (_("Where"), _("Signed in"), _("Last used"))
    table = c.Table(_("Where you are signed in"), heads, lines)
    acts: tuple[c.Act, ...] = ()
    if len(known) > 1:
        label = _("Sign out everywhere else")
        acts = (c.Act("others", label, c.Form(f"{PAGE}/sessions/end", c.Button(label), once=desk.once())),)
    return Part("sessions", _("Where you are signed in"), table=table, acts=acts)


def _letters() -> Part:
    """The way to how one is written to."""
    link = c.link(_("How you are written to"), "/account/letters")
    return Part("letters", _("Letters"), c.words(_("{link}: by which phone, and at which hours."), link=link))


def _calendars(desk: Desk) -> Part | None:
    """The way to one's calendars, for whoever sees findings."""
    if not desk.may(Act.SEE_FINDINGS):
        return None
    link = c.link(_("Your calendars"), "/account/calendars")
    says = c.words(_("{link} show in another program what falls due and when."), link=link)
    return Part("calendars", _("Calendars"), says)


def _tokens(desk: Desk, look: Reading, voice: Voice, word: str | None, act: str, back: Back) -> Part:
    known = account.tokens(look)
    lines = tuple(
        c.Line(
            c.plain(t.name),
            (
                c.words("{day}", day=voice.day(voice.local(t.created_at))),
                c.words(_("until {day}"), day=voice.day(voice.local(t.expires_at)))
                if t.expires_at
                else c.plain(_("without an end")),
                c.words(_("used {at}"), at=voice.moment(t.last_used_at))
                if t.last_used_at
                else c.plain(_("never used")),
            ),
        )
        for t in known
    )
    options = tuple(c.Option(str(n), words.counted(n, "{n} day", "{n} days")) for n in DAYS)
    fields = (
        c.Field(
            "name", _("What it is for"), longest=LONGEST, hint=_("Such as: monthly export."), scope="token"
        ),
        c.Field(
            "days", _("How long it works"), c.FieldKind.SELECT, str(DAYS[1]), options=options, scope="token"
        ),
    )
    form = c.Form(f"{PAGE}/tokens", c.Button(_("Make the token"), c.Look.MAIN), fields, once=desk.once())
    said = _(
        "A program that has it can do everything that you can. What it does is on record under your name."
    )
    secret = None
    if word:
        hint = _("Copy it now; it is not shown again.")
        secret = c.Secret("the-token", _("The new token"), word, hint)
    heads = (_("Token"), _("Made"), _("Works"), _("Used"))
    return Part(
        "tokens",
        _("Tokens of programs"),
        c.plain(_("With a token, a program acts for you through the JSON interface.")),
        table=c.Table(_("Tokens"), heads, lines) if lines else None,
        acts=(
            _folded("token", _("Make a token"), form, act, back, said),
            *revoking(desk, f"{PAGE}/tokens/revoke", known),
        ),
        secret=secret,
    )
