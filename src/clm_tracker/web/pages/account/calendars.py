"""Which calendars of one's own may other programs read, and how does one make or revoke one?"""

from typing import Annotated

from pydantic import BaseModel
from starlette.responses import Response

from clm_tracker.commands import feeds as commands
from clm_tracker.commands.feeds import Made
from clm_tracker.db.units import Reading, Writing
from clm_tracker.domain.feeds import Scope, may_have
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import invalid
from clm_tracker.queries import feeds, views
from clm_tracker.web import components as c
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import NotValid, Plain, Valid, read
from clm_tracker.web.pages import shown_once
from clm_tracker.web.pages.account.mine import Which, revoking
from clm_tracker.web.pages.answering import FRESH, Back, carry_out
from clm_tracker.web.pages.findings.filters import read_id
from clm_tracker.web.pages.set_up.frame import Part, PartsPage
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.security import CALENDARS
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
PAGE = "/account/calendars"
MINE = may(Act.SEE_FINDINGS)


class NewCalendar(BaseModel):
    """What it holds: the word of a scope, and after a colon what it is about."""

    holds: Plain = ""


@router.get(PAGE, access=MINE)
def mine(desk: AtDesk) -> Response:
    """One's own calendars; `post` in the address offers the one of that post."""
    return _show(desk)


@router.post(PAGE, access=MINE)
def make(
    desk: AtDesk, sent: Annotated[Valid[NewCalendar] | NotValid[NewCalendar], read(NewCalendar)]
) -> Response:
    """A calendar, whose address is shown this once."""

    def run(unit: Writing, given: NewCalendar) -> Made:
        word, _colon, about = given.holds.partition(":")
        about_id = read_id(about)
        if word not in set(Scope) or (about and about_id is None):
            raise invalid("holds", _("Choose what the calendar holds."))
        return commands.make(unit, scope=Scope(word), about=about_id)

    said = _("The calendar is made. Copy its address now; it is shown this once.")
    return carry_out(
        desk, sent, run, lambda back: _show(desk, back), to=PAGE, said=said, word=lambda made: made.word
    )


@router.post(f"{PAGE}/revoke", access=MINE)
def revoke(desk: AtDesk, sent: Annotated[Valid[Which] | NotValid[Which], read(Which)]) -> Response:
    """Nothing reads this calendar any more."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: commands.revoke(unit, given.id),
        lambda back: _show(desk, back),
        to=PAGE,
        said=_(
            "The calendar is revoked. Programs that read it keep what they have until you remove it there."
        ),
    )


def _show(desk: Desk, back: Back = FRESH) -> Response:
    word = shown_once.take(desk, PAGE)
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        known, form = feeds.mine(look), _form(desk, look)
        safe = look.programme.safety_mode
    parts = (_new(desk, form, word, back), _known(desk, known, voice))
    says = c.plain(
        _(
            "Another program, such as the calendar of your phone, shows what falls due. It can read, and change nothing."
        )
    )
    page = PartsPage(
        (c.Link(_("Your account"), "/account"),),
        _("Calendars"),
        c.Problem(back.refused) if back.refused and not (back.typed or {}).get("holds") else None,
        parts,
        purpose=says
        if not safe
        else (*says, *c.plain(" " + _("In safety mode no words of a finding are in it."))),
    )
    return shown_once.show(desk, page, PAGE, word, status=back.status)


def _new(desk: Desk, form: c.Form, word: str | None, back: Back) -> Part:
    secret = None
    if word:
        address = f"{desk.house.base_url}{CALENDARS}{word}.ics"
        hint = _("Copy it now and subscribe to it in your calendar program; it is not shown again.")
        secret = c.Secret("the-address", _("The address of the new calendar"), address, hint)
    told = _(
        "Whoever has the address reads the calendar, as you would see it that day. Revoke it when it got about."
    )
    return Part("new", _("A new calendar"), c.plain(told), form=back.on(form), secret=secret)


def _form(desk: Desk, look: Reading) -> c.Form:
    options = tuple(c.Option(value, label) for value, label in _offered(desk, look))
    asked = read_id(desk.request.query_params.get("post"))
    chosen = f"{Scope.POST}:{asked}"
    value = chosen if chosen in {o.value for o in options} else options[0].value
    field = c.Field("holds", _("What it holds"), c.FieldKind.SELECT, value, options=options)
    return c.Form(PAGE, c.Button(_("Make the calendar"), c.Look.MAIN), (field,), once=desk.once())


def _offered(desk: Desk, look: Reading) -> list[tuple[str, str]]:
    """What one may choose: what one's role includes, the posts one holds and one asked for, and the views one has."""
    plain = (Scope.MINE, Scope.ADVOCATES, Scope.COMMITTEE)
    found = [(str(s), feeds.called(look, s, None)) for s in plain if may_have(look.actor, s, None)]
    asked = read_id(desk.request.query_params.get("post"))
    posts = sorted(look.actor.posts | ({asked} if asked in look.rules.posts else set()), key=str)
    found += [
        (
            f"{Scope.POST}:{post}",
            _("What is owed by {post}").format(post=feeds.called(look, Scope.POST, post)),
        )
        for post in posts
        if may_have(look.actor, Scope.POST, post)
    ]
    found += [
        (f"{Scope.VIEW}:{v.id}", feeds.called(look, Scope.VIEW, v.id, v.said)) for v in views.saved(look)
    ]
    return found


def _known(desk: Desk, known: tuple[feeds.Given, ...], voice: Voice) -> Part:
    lines = tuple(
        c.Line(
            c.plain(one.name),
            (
                c.words("{day}", day=voice.day(voice.local(one.created_at))),
                c.words("{at}", at=voice.moment(one.read_at)) if one.read_at else c.plain(_("never")),
            ),
        )
        for one in known
    )
    heads = (_("Calendar"), _("Made"), _("Last read"))
    return Part(
        "known",
        _("Your calendars"),
        table=c.Table(_("Your calendars"), heads, lines) if lines else None,
        acts=revoking(desk, f"{PAGE}/revoke", known),
        empty=None if lines else c.Empty(_("None yet")),
    )
