"""What came in by mail, what became of it, and what does somebody have to look at? (R40)"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from clm_tracker.db import visible
from clm_tracker.db.tables import FindingRow, MessageRow
from clm_tracker.db.units import Reading
from clm_tracker.domain.messages import NEEDS_EYES
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Effect
from clm_tracker.kernel.refusals import NotAllowed
from clm_tracker.kernel.sayings import unpack
from clm_tracker.queries import paging

RECENTLY = timedelta(days=14)
_M = MessageRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message; `ref` where it is about a finding that the actor may see."""

    id: UUID
    at: datetime
    sender: str
    subject: str
    effect: Effect
    why: str
    ref: str | None


@dataclass(frozen=True, slots=True)
class MessagesPage:
    """A stretch of the messages, newest first; `next` is the cursor of the older ones."""

    items: tuple[Message, ...]
    next: str | None


def page(
    look: Reading, *, effects: Collection[Effect] = (), after: str | None = None, limit: int = 50
) -> MessagesPage:
    """The programme's messages with these effects, or all, for whoever looks after letters. Raises NotAllowed."""
    _must_be_allowed(look)
    limit = paging.checked(limit)
    key = paging.place("messages", after, (datetime, UUID))
    query = (
        select(_M.id, _M.received_at, _M.sender, _M.subject, _M.effect, _M.why, FindingRow.ref)
        .outerjoin(FindingRow, (FindingRow.id == _M.finding_id) & visible.condition(look))
        .where(_M.programme_id == look.programme_id)
    )
    if effects:
        query = query.where(_M.effect.in_(sorted(effects)))
    if key is not None:
        query = query.where(paging.after((_M.received_at, _M.id), key, descending=True))
    rows = look.session.execute(query.order_by(_M.received_at.desc(), _M.id.desc()).limit(limit + 1)).all()
    kept = rows[:limit]
    more = paging.cursor("messages", (kept[-1].received_at, kept[-1].id)) if len(rows) > limit else None
    items = tuple(
        Message(
            id=r.id,
            at=r.received_at,
            sender=r.sender,
            subject=r.subject,
            effect=Effect(r.effect),
            why=str(unpack(r.why)),
            ref=r.ref,
        )
        for r in kept
    )
    return MessagesPage(items, more)


def to_look_at(look: Reading) -> int:
    """How many of the last two weeks somebody has to look at."""
    _must_be_allowed(look)
    query = select(func.count()).where(
        _M.programme_id == look.programme_id,
        _M.received_at > look.now - RECENTLY,
        _M.effect.in_(sorted(NEEDS_EYES)),
    )
    return look.session.scalar(query) or 0


def _must_be_allowed(look: Reading) -> None:
    if why := look.why_not(Act.LOOK_AFTER_LETTERS, None):
        raise NotAllowed(why)
