"""What does somebody see who opens the link in a letter? One thing, in their language; opening it changes nothing. (R40)"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from starlette.responses import Response

from clm_tracker.db import load
from clm_tracker.db.units import Reading
from clm_tracker.domain.cases import Case, Obligation
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Purpose
from clm_tracker.queries import links, owes, wording
from clm_tracker.queries.findings import FindingDetail
from clm_tracker.queries.findings.detail import of_case
from clm_tracker.web import attachments
from clm_tracker.web import components as c
from clm_tracker.web.access import Router, by_link
from clm_tracker.web.by_link import ByLink
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.pages import owing as said
from clm_tracker.web.pages.by_link import offers
from clm_tracker.web.pages.findings import dates, parts, shown
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.render import Page
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
PAGE = "/a/{word}"
MOST_PICTURES, LINES = 6, 3


@dataclass(frozen=True)
class LinkPage(Page):
    """One finding, for the holder of one post."""

    template: ClassVar[str] = "pages/by_link/one.html"

    ref: str
    title: str
    title_lang: str
    place: str
    sent_to: c.Words
    not_me: c.Link
    whose: str | None
    answered: tuple[c.Words, ...]
    owes: c.Owes
    due: c.Due | None
    stands: tuple[c.Words, ...]
    big: tuple[c.Button, ...]
    more: tuple[c.Button, ...]
    cannot: tuple[offers.Cannot, ...]
    claim: c.Side | None
    pictures: tuple[c.Evidence, ...]
    reply: c.Side | None
    good_until: c.Words


@router.head(PAGE, access=by_link(Act.SEE_FINDINGS))
def is_there(desk: AtDesk, word: str) -> Response:  # noqa: ARG001 - its door has read the word
    """What programs ask that look whether a link leads anywhere."""
    return Response(headers={"Content-Type": "text/html; charset=utf-8"})


@router.get(PAGE, access=by_link(Act.SEE_FINDINGS))
def one(desk: AtDesk, word: str) -> Response:  # noqa: ARG001 - its door has read the word
    """What is asked, by when, and the answers."""
    with desk.reading() as look:
        page = _page(desk, look)
    return desk.show(page)


@router.get(PAGE + "/pictures/{part}", access=by_link(Act.SEE_FINDINGS, counted=False))
def picture(desk: AtDesk, word: str, part: UUID) -> Response:  # noqa: ARG001 - its door has read the word
    """A picture of the finding, drawn small."""
    with desk.reading() as look:
        hidden = look.programme.safety_mode
    return attachments.small(desk, part, hidden=hidden)


def link_of(desk: Desk) -> ByLink:
    """The link that somebody came by; its door has looked."""
    assert desk.link is not None
    return desk.link


def sent_to(link: ByLink) -> c.Words:
    """Whose link it is, so that whoever it was forwarded to knows."""
    assert link.came is not None
    return c.words(
        _("This link was sent to {name}, {post}."), name=c.strong(link.came.holder), post=link.came.post
    )


def titled(look: Reading, case: Case) -> tuple[str, str]:
    """What the finding is called, and in which language; in safety mode by its reference alone (R43)."""
    if look.programme.safety_mode:
        return "", ""
    return wording.titled(case.finding.title), case.finding.language


def pressing(look: Reading, case: Case) -> Obligation | None:
    """What the reader's own post owes first, else what presses first."""
    mine = [o for o in case.obligations.values() if o.duty_bearer_id in look.actor.posts]
    return owes.first(mine) or owes.first(case.obligations.values())


def owing(d: FindingDetail, look: Reading, case: Case, voice: Voice) -> c.Owes:
    """Who owes what by when, and what follows if nothing is done."""
    o = pressing(look, case)
    return said.of(owes.of(o, look.rules, look.now), voice) if o else parts.owes(d, voice, explained=False)


def answered(link: ByLink, look: Reading, case: Case, voice: Voice) -> tuple[c.Words, ...]:
    """What was put on record through this link, newest first; in safety mode without words of it (R43)."""
    assert link.came is not None
    used = links.uses(look, case.finding.id, link.came.link_id).get(link.came.link_id, ())
    quietly = look.programme.safety_mode
    return tuple(
        c.words(
            _("{at}: {sentence}"),
            at=voice.moment(e.at),
            sentence=_("an answer is on record") if quietly else e.sentence,
        )
        for e in used
    )


def _page(desk: Desk, look: Reading) -> LinkPage:
    link, voice = link_of(desk), Voice.of(look, desk.guest.language)
    assert link.came is not None
    case = load.case(look, link.came.finding_id, lock=False)
    d, quietly = of_case(look, case), look.programme.safety_mode
    title, lang = titled(look, case)
    place = d.site or d.area
    o = pressing(look, case)
    found = offers.of(link, look, case, d.acts, voice, quietly=quietly)
    beside = None if quietly else parts.beside(d, voice)
    return LinkPage(
        ref=d.ref,
        title=title or _("A finding about services"),
        title_lang=lang or desk.guest.language,
        place=place.name if place and not quietly else "",
        sent_to=sent_to(link),
        not_me=c.Link(_("That is not me"), link.to("/not-me")),
        whose=offers.whose(look, case),
        answered=answered(link, look, case, voice)[:LINES],
        owes=parts.owes(d, voice, explained=False) if o is None else owing(d, look, case, voice),
        due=dates.card(case, o, voice, late=owes.overdue(o, look.now)) if o else None,
        stands=offers.stands(look, case, voice, quietly=quietly),
        big=found.big,
        more=found.more,
        cannot=found.cannot,
        claim=beside.claim if beside else None,
        pictures=() if quietly else _pictures(link, d, voice),
        reply=beside.reply if beside and d.replies else None,
        good_until=c.words(
            _(
                "This link is good until {day}, and for this finding alone. Opening it changes nothing; every answer is on record."
            ),
            day=voice.long(voice.local(link.came.expires_at)),
        ),
        purpose=c.plain(_("Here you read what the community found, and answer it. You need no account.")),
    )


def _pictures(link: ByLink, d: FindingDetail, voice: Voice) -> tuple[c.Evidence, ...]:
    """The newest pictures, small; what else there is needs an account."""
    shows = [e for e in reversed(d.evidence) if e.purpose is not Purpose.LETTER]
    taken = [e for e in shows if e.media_type in attachments.PICTURES][:MOST_PICTURES]
    return tuple(shown.piece(e, d.people, voice, picture=link.to(f"/pictures/{e.id}")) for e in taken)
