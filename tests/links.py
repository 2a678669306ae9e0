"""How do tests give a link without an account? As the relay does: for one reader of one letter about one finding."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from clm_tracker.commands import links
from clm_tracker.db import actors
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import HolderRow, LetterRow, ObligationRow
from clm_tracker.db.units import Store
from clm_tracker.domain import links as law
from clm_tracker.domain.words import Channel, LetterState
from tests.cast import Cast


def a_letter(store: Store, programme_id: UUID, now: datetime, holder_id: UUID) -> UUID:
    """A letter that was sent to this holder of a post."""
    actor, letter_id = actors.within(actors.ENGINE, programme_id), new_id()
    with store.writing(now=now, actor=actor, programme_id=programme_id) as unit:
        row = LetterRow(
            id=letter_id,
            programme_id=programme_id,
            channel=Channel.MAIL,
            reader=f"mail:{holder_id}",
            holder_id=holder_id,
            state=LetterState.SENT,
            created_at=now,
            send_at=now,
        )
        unit.session.add(row)
    return letter_id


def holder_of(store: Store, programme_id: UUID, now: datetime, post_id: UUID) -> UUID:
    """Whoever holds this post last."""
    actor = actors.within(actors.ENGINE, programme_id)
    with store.reading(now=now, actor=actor, programme_id=programme_id) as look:
        query = select(HolderRow.id).where(HolderRow.duty_bearer_id == post_id)
        return look.session.scalars(query.order_by(HolderRow.from_on.desc()).limit(1)).one()


def give(store: Store, programme_id: UUID, now: datetime, finding_id: UUID, post_id: UUID) -> UUID:
    """A link for whoever holds the post, in a letter of its own."""
    holder_id = holder_of(store, programme_id, now, post_id)
    letter_id = a_letter(store, programme_id, now, holder_id)
    actor = actors.within(actors.ENGINE, programme_id)
    with store.writing(now=now, actor=actor, programme_id=programme_id) as unit:
        due = unit.session.scalar(
            select(ObligationRow.due_at).where(ObligationRow.finding_id == finding_id).limit(1)
        )
        wanted = links.Wanted(
            letter_id=letter_id,
            finding_id=finding_id,
            duty_bearer_id=post_id,
            holder_id=holder_id,
            due_at=due,
        )
        return links.give(unit, wanted)


def a_link(cast: Cast, now: datetime, finding_id: UUID, *, post: str = "health_centre") -> UUID:
    """The same for a post of the cast's."""
    return give(cast.store, cast.programme_id, now, finding_id, cast.posts[post])


def word(secret: bytes, link_id: UUID) -> str:
    """The word of a link under this secret key."""
    return law.word(law.key_of(secret), link_id)
