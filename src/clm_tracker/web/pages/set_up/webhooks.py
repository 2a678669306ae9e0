"""Which other systems are told of events, how are they set up, and what became of each message?"""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from starlette.responses import Response

from clm_tracker.commands import webhooks as commands
from clm_tracker.db.units import Writing
from clm_tracker.delivery.sealed import WEBHOOKS, Seal
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import LetterState, Outcome
from clm_tracker.kernel.speech import N_, Labels
from clm_tracker.queries import notices
from clm_tracker.queries import webhooks as questions
from clm_tracker.queries.webhooks import Delivery, Hook
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import Line, NotValid, Plain, Pressed, PressedAsSeen, Seen, Valid, read, seen
from clm_tracker.web.pages import shown_once
from clm_tracker.web.pages.answering import FRESH, Back, carry_out, conflict
from clm_tracker.web.pages.set_up.frame import FormPage, Part, PartsPage, crumbs
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
LIST = "/webhooks"
PAGE = LIST + "/{webhook_id}"
LONGEST_URL = 2_000
STATES = Labels(
    {
        LetterState.WAITING: N_("waiting"),
        LetterState.SENT: N_("arrived"),
        LetterState.LAPSED: N_("not sent: nothing in it was true any more, or the webhook was off"),
        LetterState.DEAD: N_("could not be delivered"),
    }
)
OUTCOMES = Labels(
    {
        Outcome.SENT: N_("took it"),
        Outcome.LATER: N_("did not take it; tried again later"),
        Outcome.NEVER: N_("will not take it"),
    }
)


class HookForm(Seen):
    """What a webhook is called, where it is, and what it hears of."""

    name: Line = ""
    url: Plain = ""
    kinds: frozenset[Plain] = frozenset()


Sent = Annotated[Valid[HookForm] | NotValid[HookForm], read(HookForm)]


@router.get(LIST, access=may(Act.SET_UP))
def webhooks(desk: AtDesk) -> Response:
    """Every webhook."""
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        known = questions.listed(look)
    heads = (_("Name"), _("Server"), _("Hears of"), _("State"), _("Last message"))
    table = c.Table(_("Webhooks"), heads, tuple(_line(h, voice) for h in known)) if known else None
    empty = c.Empty(
        _("No other system is told of anything yet."),
        _(
            "A webhook tells a dashboard or another register at once what happens here, without names or texts."
        ),
    )
    page = PartsPage(
        crumbs(),
        _("Webhooks"),
        None,
        (Part("webhooks", _("Webhooks"), table=table, empty=None if known else empty),),
        add=c.Button(_("Add a webhook"), c.Look.MAIN, href=f"{LIST}/new"),
        purpose=c.plain(
            _(
                "Other systems that are told of events as they happen: references, stages and days, never the words of a finding. Each message is signed."
            )
        ),
    )
    return desk.show(page)


@router.get(f"{LIST}/new", access=may(Act.SET_UP))
def ask_new(desk: AtDesk) -> Response:
    """A form for another webhook."""
    return _form(desk)


@router.post(f"{LIST}/new", access=may(Act.SET_UP))
def add(desk: AtDesk, sent: Sent) -> Response:
    """Add it; its page shows the secret, this once."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: commands.add(
            unit,
            _seal(desk),
            name=given.name,
            url=given.url,
            kinds=given.kinds,
            development=desk.house.development,
        ),
        lambda back: _form(desk, None, back),
        to=lambda made: f"{LIST}/{made.id}",
        said=_("The webhook is added. Give the secret below to the other system; it is shown this once."),
        word=lambda made: made.secret,
    )


@router.get(PAGE, access=may(Act.SET_UP))
def webhook(desk: AtDesk, webhook_id: UUID) -> Response:
    """One webhook, with what became of each message."""
    return _show(desk, webhook_id)


@router.get(f"{PAGE}/change", access=may(Act.SET_UP))
def ask_change(desk: AtDesk, webhook_id: UUID) -> Response:
    """The form with what it is now."""
    return _form(desk, webhook_id)


@router.post(f"{PAGE}/change", access=may(Act.SET_UP))
def change(desk: AtDesk, webhook_id: UUID, sent: Sent) -> Response:
    """Another name, address or choice of events."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: commands.change(
            unit,
            webhook_id,
            name=given.name,
            url=given.url,
            kinds=given.kinds,
            version=seen(given.version),
            development=desk.house.development,
        ),
        lambda back: _form(desk, webhook_id, back),
        to=f"{LIST}/{webhook_id}",
        said=_("The webhook is changed."),
    )


@router.post(f"{PAGE}/secret", access=may(Act.SET_UP))
def rotate(desk: AtDesk, webhook_id: UUID, sent: PressedAsSeen) -> Response:
    """A new secret, shown this once."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: commands.rotate(unit, _seal(desk), webhook_id, version=seen(given.version)),
        lambda back: _show(desk, webhook_id, back, "secret"),
        to=f"{LIST}/{webhook_id}",
        said=_("The new secret is below; it is shown this once. The one before holds for a day."),
        word=lambda made: made.secret,
    )


@router.post(f"{PAGE}/test", access=may(Act.SET_UP))
def test(desk: AtDesk, webhook_id: UUID, sent: Pressed) -> Response:
    """A message that says nothing."""
    said = _("A test message is on its way. What came of it stands below within a minute.")
    return _simply(desk, webhook_id, sent, commands.test, said)


@router.post(f"{PAGE}/disable", access=may(Act.SET_UP))
def disable(desk: AtDesk, webhook_id: UUID, sent: Pressed) -> Response:
    """It hears of nothing more."""
    return _simply(desk, webhook_id, sent, commands.disable, _("The webhook is off."))


@router.post(f"{PAGE}/enable", access=may(Act.SET_UP))
def enable(desk: AtDesk, webhook_id: UUID, sent: Pressed) -> Response:
    """It hears of what happens from now on."""
    return _simply(desk, webhook_id, sent, commands.enable, _("The webhook is on."))


def _simply(
    desk: Desk, webhook_id: UUID, sent: Pressed, run: Callable[[Writing, UUID], object], said: str
) -> Response:
    return carry_out(
        desk,
        sent,
        lambda unit, _given: run(unit, webhook_id),
        lambda back: _show(desk, webhook_id, back),
        to=f"{LIST}/{webhook_id}",
        said=said,
    )


def _seal(desk: Desk) -> Seal:
    return Seal(WEBHOOKS, desk.house.key)


def _show(desk: Desk, webhook_id: UUID, back: Back = FRESH, act: str = "") -> Response:
    here = f"{LIST}/{webhook_id}"
    secret = shown_once.take(desk, here)
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        h = questions.one(look, webhook_id)
        log = questions.log(look, webhook_id)
    parts = (_secret(secret), _about(desk, h, voice), _log(log, voice))
    changed = conflict(h.version, (), back, _stands(h, voice)) if act == "secret" else None
    page = PartsPage(
        crumbs(c.Link(_("Webhooks"), LIST)),
        h.name,
        c.Problem(back.refused) if back.refused and not changed else None,
        tuple(part for part in parts if part is not None),
        conflict=changed,
        add=c.Button(_("Change name, address or events"), href=f"{here}/change"),
        purpose=c.plain(_("What this system is told of, and what has reached it.")),
        says=c.plain(_("Off: it is told of nothing.") if h.disabled_at else _heard(h)),
    )
    return shown_once.show(desk, page, here, secret, status=back.status)


def _stands(h: Hook, voice: Voice) -> tuple[c.Field, ...]:
    """What a new secret rests on, as it stands now."""
    until = voice.moment(h.old_until).text if h.old_until else ""
    server = c.Field("url", _("Server"), value=urlsplit(h.url).netloc)
    return server, c.Field("old_until", _("The secret before holds until"), value=until)


def _secret(secret: str | None) -> Part | None:
    if not secret:
        return None
    hint = _(
        "With it the other system checks the signature of each message (Standard Webhooks). It is not shown again; a new one can be made."
    )
    return Part(
        "hand-over", _("Hand this over"), secret=c.Secret("the-secret", _("The secret"), secret, hint)
    )


def _about(desk: Desk, h: Hook, voice: Voice) -> Part:
    facts = [
        c.Fact(_("Server"), urlsplit(h.url).netloc, in_words=True),
        c.Fact(_("Waiting messages"), words.number(h.waiting)),
        c.Fact(_("Could not be delivered"), words.number(h.dead)),
    ]
    if h.old_until:
        facts.append(
            c.Fact(_("The secret before holds until"), voice.moment(h.old_until).text, in_words=True)
        )
    return Part("about", _("The webhook"), c.plain(_kinds(h)), facts=tuple(facts), acts=_acts(desk, h))


def _acts(desk: Desk, h: Hook) -> tuple[c.Act, ...]:
    if h.disabled_at is not None:
        about = _("It hears of what happens from then on; what happened meanwhile is not told.")
        return (_act(desk, h, "enable", _("Turn it on"), about),)
    return (
        _act(
            desk,
            h,
            "test",
            _("Send a test message"),
            _("It says nothing but that it is a test, and leaves within a minute."),
        ),
        _act(
            desk,
            h,
            "secret",
            _("Make a new secret"),
            _(
                "For a day messages are signed with both, so that the other system can change over in its own time."
            ),
        ),
        _act(desk, h, "disable", _("Turn it off"), _("What waits for it is not sent any more.")),
    )


def _act(desk: Desk, h: Hook, verb: str, label: str, about: str) -> c.Act:
    version = h.version if verb == "secret" else None
    form = c.Form(f"{LIST}/{h.id}/{verb}", c.Button(label, c.Look.MAIN), once=desk.once(), version=version)
    return c.Act(verb, label, form, about=about)


def _log(log: tuple[Delivery, ...], voice: Voice) -> Part:
    heads = (_("Event"), _("When"), _("State"), _("Tries"), _("Answer"))
    lines = tuple(
        c.Line(
            c.plain(_event(d.kind)),
            (
                c.words("{moment}", moment=voice.moment(d.created_at)),
                _state(d, voice),
                c.plain(words.number(len(d.tries))),
                c.plain(str(d.tries[0].said) if d.tries else "–"),
            ),
        )
        for d in log
    )
    return Part(
        "log",
        _("Messages"),
        c.plain(_("The newest {n}, with the last answer of the other system.").format(n=questions.MOST))
        if log
        else (),
        table=c.Table(_("Messages"), heads, lines) if log else None,
        empty=None if log else c.Empty(_("Nothing was sent to it yet.")),
    )


def _state(d: Delivery, voice: Voice) -> c.Words:
    if d.next_at is not None and d.tries:
        return c.words(_("next try {moment}"), moment=voice.moment(d.next_at))
    return c.plain(STATES[d.state])


def _line(h: Hook, voice: Voice) -> c.Line:
    last: c.Words = c.plain("–")
    if h.last_at is not None and h.last is not None:
        last = c.words(_("{moment}: {what}"), moment=voice.moment(h.last_at), what=OUTCOMES[h.last])
    state = _("off") if h.disabled_at else _("on")
    hears = words.counted(len(h.kinds), "{n} kind of event", "{n} kinds of events") if h.kinds else _("all")
    server = c.plain(urlsplit(h.url).netloc)
    return c.Line((c.link(h.name, f"{LIST}/{h.id}"),), (server, c.plain(hears), c.plain(state), last))


def _heard(h: Hook) -> str:
    if not h.kinds:
        return _("It is told of every event that somebody here is told of.")
    return words.counted(
        len(h.kinds), "It is told of {n} kind of event.", "It is told of {n} kinds of events."
    )


def _kinds(h: Hook) -> str:
    if not h.kinds:
        return _("All events.")
    return _("Events: {events}.").format(events=words.listed([_event(kind) for kind in h.kinds]))


def _event(kind: str) -> str:
    return _("a test") if kind == commands.TEST else notices.ABOUT.get(kind, kind)


def _form(desk: Desk, webhook_id: UUID | None = None, back: Back = FRESH) -> Response:
    h = None
    if webhook_id is not None:
        with desk.reading() as look:
            h = questions.one(look, webhook_id)
    form = _fields(desk, h)
    links = (c.Link(_("Webhooks"), LIST), *((c.Link(h.name, f"{LIST}/{h.id}"),) if h else ()))
    page = FormPage(
        crumbs(*links),
        _("Change the webhook") if h else _("Add a webhook"),
        (),
        None,
        back.on(form),
        c.Button(_("Back"), c.Look.PLAIN, href=f"{LIST}/{h.id}" if h else LIST),
        conflict=conflict(form.version, form.fields, back),
        purpose=c.plain(
            _("The other system needs an address that everybody can reach and that begins with https://.")
        ),
    )
    return desk.show(page, status=back.status)


def _fields(desk: Desk, h: Hook | None) -> c.Form:
    chosen = h.kinds if h else ()
    kinds = tuple(
        c.Option(kind, notices.ABOUT.get(kind, kind), hint=kind, chosen=kind in chosen)
        for kind in commands.KINDS
    )
    fields = (
        c.Field("name", _("Name"), value=h.name if h else "", longest=commands.LONGEST_NAME),
        c.Field(
            "url",
            _("Address"),
            value=h.url if h else "",
            hint=_("Such as https://dashboard.example.org/clm"),
            longest=LONGEST_URL,
        ),
        c.Field(
            "kinds",
            _("Which events"),
            c.FieldKind.CHECKBOX,
            hint=_("Choose none to tell it of all."),
            required=False,
            options=kinds,
        ),
    )
    action = f"{LIST}/{h.id}/change" if h else f"{LIST}/new"
    label = _("Keep the change") if h else _("Add it, and make the secret")
    return c.Form(action, c.Button(label, c.Look.MAIN), fields, desk.once(), h.version if h else None)
