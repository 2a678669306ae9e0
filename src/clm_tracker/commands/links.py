"""How is a duty bearer given a way to answer without an account, and how does that way end? (R40)

What is done by a link is done by the commands of its topic: the actor holds one post and knows of one finding
(`db.actors.by_link`), and the lines of the ledger name the link.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, or_, update

from clm_tracker.commands import holding
from clm_tracker.db import links
from clm_tracker.db.tables import HolderRow, LinkRow
from clm_tracker.db.units import Writing
from clm_tracker.domain import events as e
from clm_tracker.domain import links as law
from clm_tracker.domain.cases import Case, Story
from clm_tracker.domain.names import must_say
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.cldr import number
from clm_tracker.kernel.refusals import NotFound, NotNow, invalid
from clm_tracker.kernel.speech import _

LONGEST = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A link for one reader of one letter about one finding: for a post by its holder, or by mail alone for a person.

    `due_at` is when that which the letter asks for is due, if anything is.
    """

    letter_id: UUID
    finding_id: UUID
    duty_bearer_id: UUID | None = None
    holder_id: UUID | None = None
    person_id: UUID | None = None
    due_at: datetime | None = None

    @property
    def link_id(self) -> UUID:
        """The same however often the letter is written, so that its words stay good."""
        reader = self.holder_id or self.person_id
        assert reader is not None, "A link is for somebody."
        return law.id_of(self.letter_id, reader, self.finding_id)


def give(unit: Writing, wanted: Wanted) -> UUID:
    """One link; see `give_many`."""
    return give_many(unit, [wanted])[0]


def give_many(unit: Writing, wanted: Iterable[Wanted]) -> list[UUID]:
    """Links for what letters say, in one statement and in this order; those that were given before stay as they are.

    The letter is their record, so no line is written. `domain.links.word` makes the word of each.
    """
    unit.require(Act.RUN_ENGINE)
    asked = list(wanted)
    rows = {
        one.link_id: {
            "id": one.link_id,
            "programme_id": unit.programme_id,
            "finding_id": one.finding_id,
            "duty_bearer_id": one.duty_bearer_id,
            "holder_id": one.holder_id,
            "person_id": one.person_id,
            "letter_id": one.letter_id,
            "created_at": unit.now,
            "expires_at": law.expires_at(unit.now, one.due_at),
        }
        for one in asked
    }
    links.put(unit.session, rows.values())
    return [one.link_id for one in asked]


def revoke(unit: Writing, link_id: UUID, *, reason: str) -> None:
    """The link opens nothing any more; what is owed stays owed. Raises NotNow for one that was revoked before."""
    row = unit.session.get(LinkRow, link_id)
    if row is None or row.programme_id != unit.programme_id:
        raise NotFound("link")
    case = holding.take(unit, Act.REVOKE_LINK, row.finding_id)
    said = reason.strip()
    must_say("reason", said, _("Say why."))
    if not _end(unit, link_id):
        raise NotNow("revoked", _("This link was revoked already."))
    to, post = _whose(unit, row)
    _tell(unit, Act.REVOKE_LINK, case, e.LinkRevoked(to=to, post=post, reason=said))


def end_of_holding(unit: Writing, holders: Collection[UUID], last_on: date) -> int:
    """The holders' links end with the holding, if that is over; how many did.

    One that is to end later ends by itself: whoever comes by a link is asked whether they hold the post today. The line
    of whoever ended the holding is the record.
    """
    if last_on >= unit.today or not holders:
        return 0
    mine = LinkRow.holder_id.in_(holders)
    return _changed(
        unit, update(LinkRow).where(mine, LinkRow.revoked_at.is_(None)).values(revoked_at=unit.now)
    )


def give_back(unit: Writing, *, note: str = "") -> None:
    """Whoever opened the link is not whom it was sent to: it ends at once, and the coordinator hears of it."""
    case, row = _own(unit)
    if len(note) > LONGEST:
        raise invalid("note", _("Shorten this to at most {n} characters.").format(n=number(LONGEST)))
    if not _end(unit, row.id):
        raise NotNow("revoked", _("This link was revoked already."))
    to, post = _whose(unit, row)
    _tell(unit, Act.USE_LINK, case, e.LinkReturned(to=to, post=post, note=note.strip()))


def ask_again(unit: Writing) -> None:
    """A new letter with a new link, to the address at which this reader is known: at most once an hour.

    Nothing is shown to whoever asks. Raises NotNow when one was asked for within the hour.
    """
    case, row = _own(unit)
    before = unit.now - law.ASK_EVERY
    late = or_(LinkRow.asked_again_at.is_(None), LinkRow.asked_again_at <= before)
    asked = update(LinkRow).where(LinkRow.id == row.id, late).values(asked_again_at=unit.now)
    if not _changed(unit, asked):
        raise NotNow("asked_again", _("A new letter was asked for within the hour. It is on its way."))
    assert row.duty_bearer_id is not None
    _tell(unit, Act.USE_LINK, case, e.LinkAskedAgain(post=row.duty_bearer_id))


def _own(unit: Writing) -> tuple[Case, LinkRow]:
    """The case and the link by which the actor came."""
    row = unit.session.get(LinkRow, unit.actor.link_id) if unit.actor.link_id else None
    if row is None:
        raise NotFound("link")
    return holding.take(unit, Act.USE_LINK, row.finding_id), row


def _end(unit: Writing, link_id: UUID) -> bool:
    good = LinkRow.revoked_at.is_(None)
    return bool(
        _changed(unit, update(LinkRow).where(LinkRow.id == link_id, good).values(revoked_at=unit.now))
    )


def _changed(unit: Writing, what: Any) -> int:  # noqa: ANN401 - an update of links
    done = unit.session.execute(what.execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    return done.rowcount


def _whose(unit: Writing, row: LinkRow) -> tuple[str, str]:
    """The names of the holder and the post."""
    holder = unit.session.get(HolderRow, row.holder_id) if row.holder_id else None
    post = unit.rules.posts[row.duty_bearer_id].name if row.duty_bearer_id else ""
    return holder.name if holder else _("somebody"), post


def _tell(unit: Writing, act: Act, case: Case, event: e.Event) -> None:
    story = Story(case, unit.now)
    story.tell(event)
    holding.put(unit, act, case, story)
