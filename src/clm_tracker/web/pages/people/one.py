"""Who is this person here: roles, posts, account, and what may a coordinator do about it?"""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from clm_tracker.commands import invitations, people
from clm_tracker.db.units import Reading, Writing
from clm_tracker.domain.policy import Act
from clm_tracker.queries import people as questions
from clm_tracker.queries import themes, wording
from clm_tracker.queries.people import AccountState, Person
from clm_tracker.web import components as c
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import NotValid, Pressed, Valid, read
from clm_tracker.web.pages import shown_once
from clm_tracker.web.pages.answering import FRESH, Back, M, carry_out, conflict
from clm_tracker.web.pages.people import roles
from clm_tracker.web.pages.people.listing import LIST, STATES, role
from clm_tracker.web.pages.set_up import frame, marks
from clm_tracker.web.pages.set_up.frame import Part
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
PAGE = f"{LIST}/{{person_id}}"
Names = dict[UUID, str]


class Ended(BaseModel):
    """Which role ends."""

    membership: UUID


@router.get(PAGE, access=may(Act.SET_UP, Act.SEE_LEDGER))
def person(desk: AtDesk, person_id: UUID) -> Response:
    """The person."""
    return _show(desk, person_id)


@router.post(f"{PAGE}/grant", access=may(Act.SET_UP))
def grant(
    desk: AtDesk,
    person_id: UUID,
    sent: Annotated[Valid[roles.Given] | NotValid[roles.Given], read(roles.Given)],
) -> Response:
    """A further role."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: people.grant(unit, person_id, **roles.values(unit, given)),
        lambda back: _show(desk, person_id, "grant", back),
        to=f"{LIST}/{person_id}",
        said=_("The role is given."),
    )


@router.post(f"{PAGE}/end-role", access=may(Act.SET_UP))
def end_role(
    desk: AtDesk, person_id: UUID, sent: Annotated[Valid[Ended] | NotValid[Ended], read(Ended)]
) -> Response:
    """A role ends."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: people.end_membership(unit, given.membership, of=person_id),
        lambda back: _show(desk, person_id, "end-role", back),
        to=LIST,
        said=_("The role has ended. What was done in it stays on record."),
    )


@router.post(f"{PAGE}/link", access=may(Act.SET_UP))
def renew(desk: AtDesk, person_id: UUID, sent: marks.Pressed) -> Response:
    """A new link, shown this once."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: invitations.renew(unit, _as_seen(unit, person_id, given)),
        lambda back: _show(desk, person_id, "link", back),
        to=f"{LIST}/{person_id}",
        said=_("The link is made; an earlier one works no more. Hand it over; it is shown this once."),
        word=lambda made: made.word,
    )


@router.post(f"{PAGE}/withdraw", access=may(Act.SET_UP))
def withdraw(desk: AtDesk, person_id: UUID, sent: marks.Pressed) -> Response:
    """The link works no more."""

    def run(unit: Writing, given: marks.Seen) -> None:
        invitations.withdraw(unit, _as_seen(unit, person_id, given))

    return _simply(desk, person_id, sent, "withdraw", run, _("The link works no more."))


@router.post(f"{PAGE}/disable", access=may(Act.SET_UP))
def disable(desk: AtDesk, person_id: UUID, sent: Pressed) -> Response:
    """The account is closed."""
    said = _(
        "The account is disabled: they are signed out everywhere, and their tokens and calendars work no more."
    )
    return _simply(
        desk, person_id, sent, "disable", lambda unit, _given: people.disable(unit, person_id), said
    )


@router.post(f"{PAGE}/enable", access=may(Act.SET_UP))
def enable(desk: AtDesk, person_id: UUID, sent: Pressed) -> Response:
    """The account is open again."""
    return _simply(
        desk,
        person_id,
        sent,
        "enable",
        lambda unit, _given: people.enable(unit, person_id),
        _("The account is open again."),
    )


def _simply(
    desk: Desk,
    person_id: UUID,
    sent: Valid[M] | NotValid[M],
    act: str,
    run: Callable[[Writing, M], None],
    said: str,
) -> Response:
    return carry_out(
        desk,
        sent,
        run,
        lambda back: _show(desk, person_id, act, back),
        to=f"{LIST}/{person_id}",
        said=said,
    )


def _as_seen(unit: Writing, person_id: UUID, given: marks.Seen) -> UUID:
    """The person. Raises Stale when another link waits for them by now: a new one would end one that was handed over."""
    unit.require(Act.SET_UP)
    marks.unchanged(given, _stands(questions.one(unit, person_id)))
    return person_id


def _stands(p: Person, voice: Voice | None = None) -> tuple[c.Field, ...]:
    """What making and withdrawing a link rest on."""
    until = str(p.link_until or "")
    said = (c.Option(until, voice.moment(p.link_until).text),) if voice and p.link_until else ()
    return (c.Field("link", _("A link works until"), c.FieldKind.SELECT, until, options=said),)


def _show(desk: Desk, person_id: UUID, act: str = "", back: Back = FRESH) -> Response:
    here = f"{LIST}/{person_id}"
    word = shown_once.take(desk, here)
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        p = questions.one(look, person_id)
        coordinates = look.why_not(Act.SET_UP, None) is None
        names = {t.id: t.said for t in themes.themes(look, retired=True)}
        parts = [
            _link(desk, p, word, voice) if word else None,
            _roles(desk, look, p, names, voice, act, back, coordinates=coordinates),
            _account(desk, p, voice, coordinates=coordinates),
        ]
    stands = _stands(p, voice)
    changed = conflict(marks.mark(stands), (), back, stands) if act in {"link", "withdraw"} else None
    refused = back.refused if act != "grant" and not changed else None
    page = frame.PartsPage(
        frame.crumbs(c.Link(_("People"), LIST)) if coordinates else (c.Link(_("People"), LIST),),
        p.name,
        c.Problem(refused) if refused else None,
        tuple(part for part in parts if part is not None),
        conflict=changed,
        purpose=c.plain(_("Who this person is here: the roles they have, and how they sign in.")),
        says=c.plain(p.email or _("No address is known.")),
    )
    return shown_once.show(desk, page, here, word, status=back.status)


def _link(desk: Desk, p: Person, word: str, voice: Voice) -> Part:
    """The link to hand over, shown this once."""
    until = voice.moment(p.link_until).text if p.link_until else ""
    hint = _(
        "It works once, until {moment}. Hand it over by a way that only {name} reads. It is not shown again; a new one can"
        " be made."
    ).format(moment=until, name=p.name)
    label = _("The link for {name}").format(name=p.name)
    address = f"{desk.house.base_url}/invitation/{word}"
    return Part("link-for", _("Hand this over"), secret=c.Secret("the-link", label, address, hint))


def _roles(
    desk: Desk,
    look: Reading,
    p: Person,
    names: Names,
    voice: Voice,
    act: str,
    back: Back,
    *,
    coordinates: bool,
) -> Part:
    """The roles, those that ended too, and the posts held today."""
    lines = []
    for m in p.memberships:
        over = m.ended_at is not None and m.ended_at <= look.now
        until = (
            c.words(_("ended {day}"), day=voice.day(voice.local(m.ended_at)))
            if over and m.ended_at
            else c.plain(_("now"))
        )
        lines.append(
            c.Line(c.plain(wording.upper(role(m, look, names))), (c.plain(m.organisation or "–"), until))
        )
    lines += [c.Line(c.plain(post), (c.plain(_("a post held today")), c.plain(_("now")))) for post in p.posts]
    acts: list[c.Act] = []
    if coordinates:
        given = c.Form(
            f"{LIST}/{p.id}/grant",
            c.Button(_("Give this role"), c.Look.MAIN),
            roles.fields(look, "grant"),
            once=desk.once(),
        )
        is_back = act == "grant" and back.typed is not None
        acts.append(
            c.Act("grant", _("Give a further role"), back.on(given) if is_back else given, open=is_back)
        )
        running = [m for m in p.memberships if m.ended_at is None or m.ended_at > look.now]
        if running:
            options = tuple(
                c.Option(str(m.id), role(m, look, names), chosen=len(running) == 1) for m in running
            )
            which = c.Field("membership", _("Which role"), c.FieldKind.RADIO, options=options, scope="end")
            form = c.Form(
                f"{LIST}/{p.id}/end-role",
                c.Button(_("End this role"), c.Look.MAIN),
                (which,),
                once=desk.once(),
            )
            acts.append(c.Act("end-role", _("End a role"), form))
    heads = (_("Role"), _("Organisation"), _("Until"))
    return Part("roles", _("Roles"), table=c.Table(_("Roles"), heads, tuple(lines)), acts=tuple(acts))


def _account(desk: Desk, p: Person, voice: Voice, *, coordinates: bool) -> Part:
    """Whether they can sign in, and when they were last here."""
    state = STATES[p.state]
    if p.link_until:
        state = _("{state}; a link works until {moment}").format(
            state=state, moment=voice.moment(p.link_until).text
        )
    seen = voice.moment(p.last_seen_at).text if p.last_seen_at else _("never")
    facts = [c.Fact(_("Account"), state, in_words=True), c.Fact(_("Last here"), seen, in_words=True)]
    if desk.may(Act.LOOK_AFTER_LETTERS):
        facts.append(
            c.Fact(_("Letters"), _("What was written to them"), f"/letters?person={p.id}", in_words=True)
        )
    acts = _account_acts(desk, p) if coordinates else ()
    says = c.plain(
        _("Nobody but they themselves sets their password. Each link made is a line in the ledger.")
    )
    return Part("account", _("Account"), says, facts=tuple(facts), acts=acts)


def _account_acts(desk: Desk, p: Person) -> tuple[c.Act, ...]:
    if p.state is AccountState.DISABLED:
        about = _(
            "They sign in as before, with the roles they had. Tokens and calendars that were revoked stay so."
        )
        return (_act(desk, p, "enable", _("Open the account again"), about),)
    acts = []
    if p.id != desk.actor.id:
        if p.state is AccountState.ACTIVE:
            label = _("Make a link for a new password")
            about = _(
                "With it they choose a password themselves. It works once, for a week; an earlier link works no more. The"
                " committee sees in the ledger that you made it. Once they used it, the tokens and calendars they had work"
                " no more."
            )
        else:
            label = _("Make a new link")
            about = _(
                "With it they choose a password themselves. It works once, for a week; an earlier link works no more. The"
                " committee sees in the ledger that you made it."
            )
        acts.append(_act(desk, p, "link", label, about))
    if p.link_until:
        about = _("Whoever has it can do nothing with it any more.")
        acts.append(_act(desk, p, "withdraw", _("Withdraw the link"), about))
    about = _(
        "They are signed out everywhere, and their tokens and calendars work no more. Their roles stay on record."
    )
    return (*acts, _act(desk, p, "disable", _("Disable the account"), about))


def _act(desk: Desk, p: Person, verb: str, label: str, about: str) -> c.Act:
    version = marks.mark(_stands(p)) if verb in {"link", "withdraw"} else None
    form = c.Form(f"{LIST}/{p.id}/{verb}", c.Button(label, c.Look.MAIN), once=desk.once(), version=version)
    return c.Act(verb, label, form, about=about)
