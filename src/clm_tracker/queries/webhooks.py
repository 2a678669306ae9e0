"""Which other systems are told of events, and what became of each letter to one?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from clm_tracker.db import tables
from clm_tracker.db.units import Reading
from clm_tracker.domain.words import LetterState, Outcome
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.kernel.sayings import Text, unpack

MOST = 50  # letters in a log
_W, _L, _A, _I, _N = (
    tables.WebhookRow,
    tables.LetterRow,
    tables.AttemptRow,
    tables.LetterItemRow,
    tables.NoticeRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """One webhook. No kinds means all; `old_until` is there while the secret before holds too."""

    id: UUID
    name: str
    url: str
    kinds: tuple[str, ...]
    created_at: datetime
    disabled_at: datetime | None
    old_until: datetime | None
    version: int
    waiting: int = 0
    dead: int = 0
    last_at: datetime | None = None
    last: Outcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One handing over, and what the other system said."""

    at: datetime
    outcome: Outcome
    said: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One letter to a webhook: of which event, how it stands, when it is tried next, and each try, the newest first."""

    id: UUID
    kind: str
    created_at: datetime
    state: LetterState
    next_at: datetime | None
    tries: tuple[Try, ...]


def listed(look: Reading) -> tuple[Hook, ...]:
    """Every webhook of the programme, those that are off last."""
    query = select(_W).where(_W.programme_id == look.programme_id)
    rows = list(look.session.scalars(query.order_by(_W.disabled_at.is_not(None), _W.name, _W.id)))
    return _hooks(look, rows)


def one(look: Reading, webhook_id: UUID) -> Hook:
    """Raises NotFound for one of another programme."""
    row = look.session.scalar(select(_W).where(_W.id == webhook_id, _W.programme_id == look.programme_id))
    if row is None:
        raise NotFound("webhook")
    return _hooks(look, [row])[0]


def log(look: Reading, webhook_id: UUID) -> tuple[Delivery, ...]:
    """The newest letters to a webhook of the programme."""
    letters = look.session.execute(
        select(_L.id, _L.created_at, _L.state, _L.send_at, _N.kind)
        .join(_I, _I.letter_id == _L.id)
        .join(_N, _N.id == _I.notice_id)
        .where(_L.webhook_id == webhook_id, _L.programme_id == look.programme_id)
        .order_by(_L.created_at.desc(), _L.id.desc())
        .limit(MOST)
    ).all()
    tries: dict[UUID, list[Try]] = {}
    for row in look.session.scalars(
        select(_A).where(_A.letter_id.in_([r.id for r in letters])).order_by(_A.at.desc(), _A.id.desc())
    ):
        tries.setdefault(row.letter_id, []).append(
            Try(at=row.at, outcome=row.outcome, said=unpack(row.answer))
        )
    return tuple(
        Delivery(
            id=r.id,
            kind=r.kind,
            created_at=r.created_at,
            state=r.state,
            next_at=r.send_at if r.state is LetterState.WAITING else None,
            tries=tuple(tries.get(r.id, ())),
        )
        for r in letters
    )


def _hooks(look: Reading, rows: list[tables.WebhookRow]) -> tuple[Hook, ...]:
    ids = [row.id for row in rows]
    counted = {
        (r.webhook_id, r.state): r.n
        for r in look.session.execute(
            select(_L.webhook_id, _L.state, func.count().label("n"))
            .where(_L.webhook_id.in_(ids), _L.state.in_([LetterState.WAITING, LetterState.DEAD]))
            .group_by(_L.webhook_id, _L.state)
        )
    }
    tried = _last(look, ids)
    return tuple(
        Hook(
            id=row.id,
            name=row.name,
            url=row.url,
            kinds=row.kinds,
            created_at=row.created_at,
            disabled_at=row.disabled_at,
            old_until=row.old_until if row.old_until and row.old_until > look.now else None,
            version=row.version,
            waiting=counted.get((row.id, LetterState.WAITING), 0),
            dead=counted.get((row.id, LetterState.DEAD), 0),
            last_at=last[0] if last else None,
            last=last[1] if last else None,
        )
        for row in rows
        for last in [tried.get(row.id)]
    )


def _last(look: Reading, ids: list[UUID]) -> dict[UUID, tuple[datetime, Outcome]]:
    """The last handing over to each of these."""
    newest = (
        select(_A.id)
        .join(_L, _L.id == _A.letter_id)
        .where(_L.webhook_id == _W.id)
        .order_by(_A.at.desc(), _A.id.desc())
        .limit(1)
        .correlate(_W)
        .scalar_subquery()
    )
    query = select(_W.id, _A.at, _A.outcome).join(_A, _A.id == newest).where(_W.id.in_(ids))
    return {row.id: (row.at, row.outcome) for row in look.session.execute(query)}
