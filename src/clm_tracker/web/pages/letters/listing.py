"""Which letters were written, to everybody or to me, and how does each stand?"""

from dataclasses import dataclass, replace
from typing import ClassVar
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from clm_tracker.db.units import Reading
from clm_tracker.domain import names
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Channel, LetterState
from clm_tracker.kernel.ids import parse_reference
from clm_tracker.kernel.speech import N_, Labels
from clm_tracker.queries import people
from clm_tracker.queries.letters import log
from clm_tracker.queries.letters.log import LettersPage, Summary
from clm_tracker.web import components as c
from clm_tracker.web.access import Router, may
from clm_tracker.web.components import FieldKind
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.pages.findings.filters import read_id
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
LIST, MINE = "/letters", "/inbox"
STATES = Labels(
    {
        LetterState.WAITING: N_("Waiting"),
        LetterState.SENT: N_("Sent"),
        LetterState.LAPSED: N_("Not sent: no longer true"),
        LetterState.DEAD: N_("Could not be delivered"),
    }
)
CHANNELS = Labels(
    {
        Channel.MAIL: N_("by mail"),
        Channel.SMS: N_("by SMS"),
        Channel.WEBHOOK: N_("to another system"),
        Channel.INBOX: N_("on these pages"),
        Channel.PRINT: N_("in print"),
    }
)


@dataclass(frozen=True)
class LettersList(Page):
    """A stretch of letters."""

    template: ClassVar[str] = "pages/letters/list.html"

    heading: str
    filters: c.Filters | None
    filters_on: tuple[c.Link, ...]
    table: c.Table | None
    older: c.Link | None
    empty: c.Empty
    says: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """How the address narrows the list; what cannot be read narrows nothing."""

    state: LetterState | None = None
    channel: Channel | None = None
    person: UUID | None = None
    about: str | None = None

    @classmethod
    def of(cls, desk: Desk) -> "_Asked":
        query = desk.request.query_params
        state, channel = query.get("state", ""), query.get("channel", "")
        return cls(
            LetterState(state) if state in set(LetterState) else None,
            Channel(channel) if channel in set(Channel) else None,
            read_id(query.get("person")),
            parse_reference(query.get("about", "")),
        )

    def address(self, **more: str) -> str:
        narrowed = {"person": self.person, "about": self.about}
        given = {"state": self.state, "channel": self.channel, **narrowed, **more}
        kept = {name: str(value) for name, value in given.items() if value}
        return f"{LIST}?{urlencode(kept)}" if kept else LIST


@router.get(LIST, access=may(Act.LOOK_AFTER_LETTERS))
def letters(desk: AtDesk) -> Response:
    """All letters, newest first."""
    asked = _Asked.of(desk)
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        found = log.page(
            look,
            state=asked.state,
            channel=asked.channel,
            person_id=asked.person,
            ref=asked.about,
            after=desk.request.query_params.get("after"),
        )
        whose = _names(look).get(asked.person, _("somebody")) if asked.person else ""
    page = LettersList(
        _("Letters"),
        # There is nothing to narrow where nothing was written at all.
        _filters(asked) if found.items or asked != _Asked() else None,
        _on(asked, whose),
        _table(_("Letters, the newest first"), found, voice),
        c.Link(_("Older letters"), asked.address(after=found.next)) if found.next else None,
        c.Empty(_("No letter fits these filters"), act=c.Button(_("Show all letters"), href=LIST))
        if asked != _Asked()
        else c.Empty(
            _("Nothing has been written yet"),
            _("When somebody is asked or told something about a finding, the letter to them appears here."),
        ),
        purpose=c.plain(_("What was written to whom, whether it has left, and what the server answered.")),
    )
    return desk.show(page)


@router.get(MINE, access=may(Act.OWN_ACCOUNT))
def inbox(desk: AtDesk) -> Response:
    """What was written to me."""
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        found = log.mine(look, after=desk.request.query_params.get("after"))
    page = LettersList(
        _("Letters to you"),
        None,
        (),
        _table(_("Letters to you, the newest first"), found, voice, mine=True),
        c.Link(_("Older letters"), f"{MINE}?{urlencode({'after': found.next})}") if found.next else None,
        c.Empty(
            _("Nothing has been written to you yet"),
            _(
                "When something is asked of you, the letter appears here, whether or not it reaches you by mail."
            ),
        ),
        purpose=c.plain(_("Everything that was written to you, also when it did not reach you by mail.")),
    )
    return desk.show(page)


def _table(caption: str, found: LettersPage, voice: Voice, *, mine: bool = False) -> c.Table | None:
    if not found.items:
        return None
    of = {one.id: one for one in found.items}
    # Each link says which letter it opens: many have one subject, or none yet.
    more = names.apart(
        {one.id: one.subject for one in found.items},
        lambda id: (of[id].to, CHANNELS[of[id].channel], voice.moment(of[id].at).text),
    )
    lines = tuple(
        c.Line(
            (c.link(names.with_signs(one.subject, more.get(one.id, ())), f"{LIST}/{one.id}"),),
            (
                *(() if mine else (c.plain(one.to),)),
                c.plain(CHANNELS[one.channel]),
                c.plain(stands(one)),
                c.words("{at}", at=voice.moment(one.at)),
            ),
        )
        for one in found.items
    )
    whom = () if mine else (_("To"),)
    heads = (_("Letter"), *whom, _("Way"), _("How it stands"), _("When"))
    return c.Table(caption, heads, lines, plain=True)


def stands(one: Summary) -> str:
    """How a letter stands, in a few words."""
    if one.state is LetterState.WAITING and one.channel is Channel.PRINT:
        return _("To be printed")
    if one.state is LetterState.WAITING and one.attempts:
        return _("Tried {n} times, and waiting").format(n=one.attempts)
    return STATES[one.state]


def _names(look: Reading) -> dict[UUID, str]:
    return {p.id: p.name for p in people.everyone(look, ended=True)}


def _filters(asked: _Asked) -> c.Filters:
    everything = c.Option("", _("All"))
    states = (everything, *(c.Option(str(s), STATES[s]) for s in LetterState))
    channels = (everything, *(c.Option(str(ch), CHANNELS[ch]) for ch in Channel))
    fields = (
        c.Field(
            "state",
            _("How it stands"),
            FieldKind.SELECT,
            str(asked.state or ""),
            required=False,
            options=states,
        ),
        c.Field(
            "channel", _("Way"), FieldKind.SELECT, str(asked.channel or ""), required=False, options=channels
        ),
    )
    return c.Filters(LIST, (), fields, c.Link(_("Clear"), LIST))


def _on(asked: _Asked, whose: str) -> tuple[c.Link, ...]:
    on = []
    if asked.person:
        on.append(c.Link(_("To {name}").format(name=whose), replace(asked, person=None).address()))
    if asked.about:
        on.append(c.Link(_("About {ref}").format(ref=asked.about), replace(asked, about=None).address()))
    if asked.state:
        on.append(c.Link(STATES[asked.state], replace(asked, state=None).address()))
    if asked.channel:
        on.append(c.Link(CHANNELS[asked.channel], replace(asked, channel=None).address()))
    return tuple(on)
