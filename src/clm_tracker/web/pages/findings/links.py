"""Who can answer about a finding without an account, what did they do by it, and how is a link revoked? (R40)"""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from clm_tracker.commands import links as commands
from clm_tracker.db import load
from clm_tracker.domain.links import Standing
from clm_tracker.domain.policy import Act
from clm_tracker.queries import links
from clm_tracker.queries.links import Given
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import Note, NotValid, Valid, read
from clm_tracker.web.pages.answering import FRESH, Back, carry_out
from clm_tracker.web.pages.set_up.frame import Part, PartsPage
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
PAGE = "/findings/{ref}/links"


class Revoked(BaseModel):
    """Why."""

    reason: Note = ""


@router.get(PAGE, access=may(Act.REVOKE_LINK))
def of_finding(desk: AtDesk, ref: str) -> Response:
    """Each link, whose it is, and what was done by it."""
    return _show(desk, ref)


@router.post(PAGE + "/{link_id}/revoke", access=may(Act.REVOKE_LINK))
def revoke(
    desk: AtDesk, ref: str, link_id: UUID, sent: Annotated[Valid[Revoked] | NotValid[Revoked], read(Revoked)]
) -> Response:
    """It opens nothing any more."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: commands.revoke(unit, link_id, reason=given.reason),
        lambda back: _show(desk, ref, link_id, back),
        to=f"/findings/{ref}/links",
        said=_("The link is revoked: it opens nothing any more."),
    )


def _show(desk: Desk, ref: str, tried: UUID | None = None, back: Back = FRESH) -> Response:
    with desk.reading() as look:
        case = load.case(look, ref, lock=False)
        voice = Voice.of(look, desk.guest.language)
        given = links.of_finding(look, case.finding.id)
        parts = tuple(
            _part(desk, case.finding.ref, n, one, voice, back if one.id == tried else FRESH)
            for n, one in enumerate(given, 1)
        )
        is_there = any(one.id == tried and one.standing is not Standing.REVOKED for one in given)
        none = Part(
            "none",
            _("No links yet"),
            empty=c.Empty(
                _("No letter about this finding has left so far."),
                _("Letters to holders of posts bring the links."),
            ),
        )
        page = PartsPage(
            (c.Link(_("Findings"), "/findings"), c.Link(case.finding.ref, f"/findings/{case.finding.ref}")),
            _("Links without an account"),
            None if is_there or back.refused is None else c.Problem(back.refused),
            parts or (none,),
            purpose=c.plain(
                _(
                    "A letter to the holder of a post brings a link that opens this finding alone. Whoever has it answers for the post, so revoke one that reached somebody else."
                )
            ),
        )
    return desk.show(page, status=back.status)


def _part(desk: Desk, ref: str, n: int, one: Given, voice: Voice, back: Back) -> Part:
    revoke_it: tuple[c.Act, ...] = ()
    if one.standing is not Standing.REVOKED:
        form = c.Form(
            f"/findings/{ref}/links/{one.id}/revoke",
            c.Button(_("Revoke the link"), c.Look.MAIN),
            (
                c.Field(
                    "reason",
                    _("Why"),
                    c.FieldKind.TEXTAREA,
                    hint=_("It stands in the record."),
                    rows=2,
                    longest=4_000,
                    scope=f"link-{n}",
                ),
            ),
            once=desk.once(),
        )
        revoke_it = (c.Act(f"revoke-{n}", _("Revoke the link"), back.on(form), open=back.typed is not None),)
    used = tuple(c.Line(c.words("{at}", at=voice.moment(e.at)), (c.plain(e.sentence),)) for e in one.uses)
    return Part(
        f"link-{n}",
        _("{name}, {post}").format(name=one.holder, post=one.post),
        _standing(one, voice),
        table=c.Table(_("What was done by it"), (_("When"), _("What")), used) if used else None,
        empty=None if used else c.Empty(_("Not used yet")),
        acts=revoke_it,
    )


def _standing(one: Given, voice: Voice) -> c.Words:
    """Whether it opens, since when and until when."""
    given = voice.day(voice.local(one.given_at), words.Style.SHORT)
    until = voice.day(voice.local(one.expires_at), words.Style.SHORT)
    match one.standing:
        case Standing.GOOD:
            return c.words(_("Given {day}, good until {until}"), day=given, until=until)
        case Standing.EXPIRED:
            return c.words(_("Given {day}, expired {until}"), day=given, until=until)
        case Standing.ENDED:
            return c.words(_("Given {day}; its reader does not hold the post any more"), day=given)
    ended = voice.day(voice.local(one.revoked_at or one.given_at), words.Style.SHORT)
    return c.words(_("Given {day}, revoked {ended}"), day=given, ended=ended)
