"""Which letters did the stages of a finding bring, and how does one of them read today, as a document to sign? (R25, R41)

A letter is drawn as its reader: whoever holds the post today, or the post itself while nobody does.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clm_tracker import languages
from clm_tracker.db import letters
from clm_tracker.db.units import Reading
from clm_tracker.delivery.letters import Letter
from clm_tracker.domain import events
from clm_tracker.domain.cases import Case
from clm_tracker.domain.words import Side
from clm_tracker.kernel import cldr
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.kernel.speech import _
from clm_tracker.queries.letters import contents
from clm_tracker.queries.letters.readers import Readers


@dataclass(frozen=True, slots=True, kw_only=True)
class StageLetter:
    """What one post was told of one stage."""

    notice_id: UUID
    stage: int
    name: str
    to: str
    at: datetime


def of_case(look: Reading, case: Case) -> tuple[StageLetter, ...]:
    """Each stage's letter to each post, the newest first; whoever speaks for a post alone has its own."""
    found = []
    for one in reversed(letters.told_of(look, case.finding.id, events.StageEntered.kind)):
        post = look.rules.posts.get(one.duty_bearer_id) if one.duty_bearer_id else None
        if post is not None and one.stage is not None and may_read(look, post.id):
            found.append(
                StageLetter(
                    notice_id=one.id,
                    stage=one.stage,
                    name=_name(look, one),
                    to=post.said,
                    at=one.created_at,
                )
            )
    return tuple(found)


def drawn(
    look: Reading, case: Case, notice_id: UUID, *, base_url: str, language: str | None = None
) -> Letter:
    """The letter of one notice, in its reader's language or another that letters have. Raises NotFound.

    No link without an account stands in it: a paper may lie on any desk.
    """
    told = letters.told_of(look, case.finding.id, events.StageEntered.kind)
    one = next((i for i in told if i.id == notice_id), None)
    if one is None or one.duty_bearer_id is None or not may_read(look, one.duty_bearer_id):
        raise NotFound("letter")
    if language is not None and language not in languages.spoken(look.programme.languages):
        raise NotFound("letter")
    to = Readers(look, ()).of_post(one.duty_bearer_id)
    letter = letters.Letter(
        id=one.id,
        programme_id=look.programme_id,
        reader=to.reader,
        digest=False,
        created_at=one.created_at,
        attempts=0,
        items=(one,),
    )
    ways = contents.Ways(base_url)
    found = contents.written(look, letter, to, ways, language=language)
    if found is None:
        raise NotFound("letter")
    return found


def may_read(look: Reading, post_id: UUID | None) -> bool:
    """The community's side sees every letter; whoever speaks for a post those to it."""
    return look.actor.side is Side.COMMUNITY or post_id in look.actor.posts


def _name(look: Reading, one: letters.Item) -> str:
    """What the stage is called on the ladder that the obligation climbs."""
    ladder = look.rules.ladders.get(one.ladder_id) if one.ladder_id else None
    stage = ladder.stage(one.stage or 0) if ladder else None
    number = _("Stage {n}").format(n=cldr.number(one.stage or 0))
    return _("{stage}, {name}").format(stage=number, name=stage.said) if stage else number
