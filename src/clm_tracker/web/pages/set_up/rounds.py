"""When are rounds and forums, and what would planning or changing one move? (R11)"""

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from clm_tracker.commands import rounds as commands
from clm_tracker.commands.moving import Move
from clm_tracker.db.units import Reading
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.queries import at_places
from clm_tracker.queries import rounds as questions
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import Day, NotValid, Valid, read
from clm_tracker.web.glossary import glossary
from clm_tracker.web.pages.answering import FRESH, Back, conflict
from clm_tracker.web.pages.set_up import marks, moves, naming
from clm_tracker.web.pages.set_up.frame import FormPage, Part, PartsPage, crumbs
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
ROUNDS = "/rounds"
FORUM = "/forums/{forum_id}"


class RoundForm(marks.Seen, moves.Seen, naming.Named):
    """A round's names, first and last day."""

    first_on: Day
    last_on: Day


class ForumForm(marks.Seen, moves.Seen, naming.Named):
    """A forum's names and day."""

    held_on: Day


SentRound = Annotated[Valid[RoundForm] | NotValid[RoundForm], read(RoundForm)]
SentForum = Annotated[Valid[ForumForm] | NotValid[ForumForm], read(ForumForm)]


@router.get(ROUNDS, access=may(Act.SET_UP))
def rounds(desk: AtDesk) -> Response:
    """Every round and forum."""
    return _show(desk)


@router.post(ROUNDS, access=may(Act.SET_UP))
def plan_round(desk: AtDesk, sent: SentRound) -> Response:
    """Plan a round: first what it would move, then done."""
    return moves.confirm(
        desk,
        sent,
        lambda look, given: commands.preview_round(look, first_on=given.first_on, last_on=given.last_on),
        lambda unit, given: commands.plan_round(
            unit, name=given.name, names=given.names, first_on=given.first_on, last_on=given.last_on
        ),
        lambda given: _preview_of_round(desk, given, ROUNDS, _("Plan this round")),
        lambda back: _show(desk, back, "plan-round"),
        to=ROUNDS,
        said=_("The round is planned."),
    )


@router.post("/forums", access=may(Act.SET_UP))
def plan_forum(desk: AtDesk, sent: SentForum) -> Response:
    """Plan a forum: first what it would move, then done."""
    return moves.confirm(
        desk,
        sent,
        lambda look, given: commands.preview_forum(look, held_on=given.held_on),
        lambda unit, given: commands.plan_forum(
            unit, name=given.name, names=given.names, held_on=given.held_on
        ),
        lambda given: _preview_of_forum(desk, given, "/forums", _("Plan this forum")),
        lambda back: _show(desk, back, "plan-forum"),
        to=ROUNDS,
        said=_("The forum is planned."),
    )


@router.get(ROUNDS + "/{round_id}", access=may(Act.SET_UP))
def ask_round(desk: AtDesk, round_id: UUID) -> Response:
    """One round, to give it another name or other days."""
    return _ask_round(desk, round_id)


@router.post(ROUNDS + "/{round_id}", access=may(Act.SET_UP))
def change_round(desk: AtDesk, round_id: UUID, sent: SentRound) -> Response:
    """Change a round: first what it would move, then done."""

    def preview(look: Reading, given: RoundForm) -> Sequence[Move]:
        marks.unchanged(given, _of_round(look, _round(look, round_id)))
        return commands.preview_round(look, first_on=given.first_on, last_on=given.last_on, round_id=round_id)

    return moves.confirm(
        desk,
        sent,
        preview,
        lambda unit, given: commands.change_round(
            unit, round_id, name=given.name, names=given.names, first_on=given.first_on, last_on=given.last_on
        ),
        lambda given: _preview_of_round(desk, given, f"{ROUNDS}/{round_id}", _("Keep the change")),
        lambda back: _ask_round(desk, round_id, back),
        to=ROUNDS,
        said=_("The round is changed."),
    )


@router.get(FORUM, access=may(Act.SET_UP))
def ask_forum(desk: AtDesk, forum_id: UUID) -> Response:
    """One forum, to give it another name or day."""
    return _ask_forum(desk, forum_id)


@router.post(FORUM, access=may(Act.SET_UP))
def change_forum(desk: AtDesk, forum_id: UUID, sent: SentForum) -> Response:
    """Change a forum: first what it would move, then done."""

    def preview(look: Reading, given: ForumForm) -> Sequence[Move]:
        was = _forum(look, forum_id)
        marks.unchanged(given, _of_forum(look, was))
        return commands.preview_forum(look, held_on=given.held_on, was=was.held_on)

    return moves.confirm(
        desk,
        sent,
        preview,
        lambda unit, given: commands.change_forum(
            unit, forum_id, name=given.name, names=given.names, held_on=given.held_on
        ),
        lambda given: _preview_of_forum(desk, given, f"/forums/{forum_id}", _("Keep the change")),
        lambda back: _ask_forum(desk, forum_id, back),
        to=ROUNDS,
        said=_("The forum is changed."),
    )


def _show(desk: Desk, back: Back = FRESH, opened: str = "") -> Response:
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        known, forums = questions.rounds(look), questions.forums(look)
        found = at_places.by_round(look)
        tags = naming.others(look.programme.languages, {})
    page = PartsPage(
        crumbs(),
        _("Rounds and forums"),
        None,
        (
            _part_of_rounds(known, found, voice, _act(desk, back, opened, "plan-round", tags)),
            _part_of_forums(forums, voice, _act(desk, back, opened, "plan-forum", tags)),
        ),
        purpose=c.plain(
            _(
                "A window may end with the next round or forum. While that is not planned, 60 working days hold; planning it moves a date only later."
            )
        ),
    )
    return desk.show(page, status=back.status)


def _act(desk: Desk, back: Back, opened: str, key: str, tags: tuple[str, ...]) -> c.Act:
    if key == "plan-round":
        label, action, fields = _("Plan a round"), ROUNDS, _round_fields(key, tags)
    else:
        label, action, fields = _("Plan a forum"), "/forums", _forum_fields(key, tags)
    form = c.Form(action, c.Button(_("See what it moves"), c.Look.MAIN), fields, once=desk.once())
    is_open = opened == key
    about = _("Next you see every due date that would move; nothing is changed before you confirm it.")
    return c.Act(key, label, back.on(form) if is_open else form, about=about, open=is_open)


def _part_of_rounds(
    known: tuple[questions.ListedRound, ...], found: Mapping[UUID, tuple[int, int]], voice: Voice, act: c.Act
) -> Part:
    def line(r: questions.ListedRound) -> c.Line:
        state = _("now") if r.current else _("to come") if r.first_on > voice.today else _("over")
        n = found.get(r.id, (0, 0))[0]
        findings = (c.link(words.number(n), f"/findings?round={r.id}"),) if n else c.plain("–")
        return c.Line(
            (c.link(r.said, f"{ROUNDS}/{r.id}"),),
            (
                c.words("{day}", day=voice.long(r.first_on)),
                c.words("{day}", day=voice.long(r.last_on)),
                c.plain(state),
                findings,
            ),
        )

    heads = (_("Round"), _("First day"), _("Last day"), _("State"), _("Findings"))
    return Part(
        "rounds",
        _("Rounds"),
        table=c.Table(_("Rounds"), heads, tuple(line(r) for r in known)) if known else None,
        acts=(act,),
        empty=None if known else c.Empty(_("No round is planned yet."), _("A round is usually a quarter.")),
        explain=glossary().round,
    )


def _part_of_forums(known: tuple[questions.Forum, ...], voice: Voice, act: c.Act) -> Part:
    lines = tuple(
        c.Line(
            (c.link(f.said, f"/forums/{f.id}"),),
            (
                c.words("{day}", day=voice.long(f.held_on)),
                c.plain(_("to come") if f.held_on > voice.today else _("held")),
            ),
        )
        for f in known
    )
    empty = c.Empty(_("No forum is planned yet."), _("A forum is a dated meeting with those who answer."))
    return Part(
        "forums",
        _("Forums"),
        table=c.Table(_("Forums"), (_("Forum"), _("Day"), _("State")), lines) if known else None,
        acts=(act,),
        empty=None if known else empty,
        explain=glossary().forum,
    )


def _round_fields(
    scope: str, tags: tuple[str, ...], was: questions.ListedRound | None = None
) -> tuple[c.Field, ...]:
    days = (was.first_on.isoformat(), was.last_on.isoformat()) if was else ("", "")
    return (
        *_name_fields(scope, tags, was),
        c.Field("first_on", _("First day"), c.FieldKind.DATE, days[0], scope=scope),
        c.Field("last_on", _("Last day"), c.FieldKind.DATE, days[1], scope=scope),
    )


def _forum_fields(
    scope: str, tags: tuple[str, ...], was: questions.Forum | None = None
) -> tuple[c.Field, ...]:
    return (
        *_name_fields(scope, tags, was),
        c.Field("held_on", _("Day"), c.FieldKind.DATE, was.held_on.isoformat() if was else "", scope=scope),
    )


def _name_fields(
    scope: str, tags: tuple[str, ...], was: questions.ListedRound | questions.Forum | None
) -> tuple[c.Field, ...]:
    return naming.name_fields(
        scope, _("Name"), tags, value=was.name if was else "", names=was.names if was else None
    )


def _ask_round(desk: Desk, round_id: UUID, back: Back = FRESH) -> Response:
    with desk.reading() as look:
        was = _round(look, round_id)
        fields = _of_round(look, was)
    says = _("A round that has begun keeps its first day; one that is over keeps both.")
    return _ask(desk, was.said, says, f"{ROUNDS}/{round_id}", fields, back)


def _ask_forum(desk: Desk, forum_id: UUID, back: Back = FRESH) -> Response:
    with desk.reading() as look:
        was = _forum(look, forum_id)
        fields = _of_forum(look, was)
    says = _("A forum that was held keeps its day.")
    return _ask(desk, was.said, says, f"/forums/{forum_id}", fields, back)


def _ask(
    desk: Desk, heading: str, says: str, action: str, fields: tuple[c.Field, ...], back: Back
) -> Response:
    see = c.Button(_("See what it moves"), c.Look.MAIN)
    form = c.Form(action, see, fields, once=desk.once(), version=marks.mark(fields))
    page = FormPage(
        crumbs(c.Link(_("Rounds and forums"), ROUNDS)),
        heading,
        (),
        None,
        back.on(form),
        _cancel(),
        conflict=conflict(form.version, form.fields, back),
        says=c.plain(says),
        purpose=c.plain(_("Change its name or its days; you see which due dates move before it is kept.")),
    )
    return desk.show(page, status=back.status)


def _of_round(look: Reading, was: questions.ListedRound) -> tuple[c.Field, ...]:
    return _round_fields("", naming.others(look.programme.languages, was.names), was)


def _of_forum(look: Reading, was: questions.Forum) -> tuple[c.Field, ...]:
    return _forum_fields("", naming.others(look.programme.languages, was.names), was)


def _round(look: Reading, round_id: UUID) -> questions.ListedRound:
    was = next((r for r in questions.rounds(look) if r.id == round_id), None)
    if was is None:
        raise NotFound("round")
    return was


def _forum(look: Reading, forum_id: UUID) -> questions.Forum:
    was = next((f for f in questions.forums(look) if f.id == forum_id), None)
    if was is None:
        raise NotFound("forum")
    return was


def _preview_of_round(desk: Desk, given: RoundForm, action: str, submit: str) -> FormPage:
    hidden = (
        *given.hidden,
        ("first_on", given.first_on.isoformat()),
        ("last_on", given.last_on.isoformat()),
    )
    says = c.words(
        _("From {first} to {last}."), first=words.when(given.first_on), last=words.when(given.last_on)
    )
    return _preview(desk, given, says, action, submit, hidden)


def _preview_of_forum(desk: Desk, given: ForumForm, action: str, submit: str) -> FormPage:
    hidden = (*given.hidden, ("held_on", given.held_on.isoformat()))
    says = c.words(_("On {day}."), day=words.when(given.held_on))
    return _preview(desk, given, says, action, submit, hidden)


def _preview(
    desk: Desk,
    given: RoundForm | ForumForm,
    says: c.Words,
    action: str,
    submit: str,
    hidden: tuple[tuple[str, str], ...],
) -> FormPage:
    button = c.Button(submit, c.Look.MAIN)
    form = c.Form(action, button, once=desk.once(), version=given.version, hidden=hidden)
    return FormPage(
        crumbs(c.Link(_("Rounds and forums"), ROUNDS)),
        given.name,
        (),
        None,
        form,
        _cancel(),
        says=says,
        purpose=c.plain(_("See which due dates would move before it is kept.")),
    )


def _cancel() -> c.Button:
    return c.Button(_("Leave it as it is"), c.Look.PLAIN, href=ROUNDS)
