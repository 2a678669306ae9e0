"""Which letters leave now, and what became of each? The relay's own SQL, in sets. (decision 0015)"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, and_, case, delete, exists, insert, null, or_, select, update
from sqlalchemy.orm import Session, aliased

from clm_tracker.db.base import table_of
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import (
    AttemptRow,
    FindingRow,
    HolderRow,
    LetterItemRow,
    LetterRow,
    NoticeRow,
    ObligationRow,
    PersonRow,
)
from clm_tracker.db.units import Reading, Writing
from clm_tracker.domain.letters import Reader, Standing
from clm_tracker.domain.words import Channel, Kind, LetterState, NoticeState, Outcome

_LETTERS, _ITEMS, _ATTEMPTS = table_of(LetterRow), table_of(LetterItemRow), table_of(AttemptRow)
_N, _L, _F, _O = NoticeRow, LetterRow, FindingRow, ObligationRow
# A letter that was taken gathers no more. A webhook's keeps its event, so that no second one is made of it.
_GATHERED = case((_LETTERS.c.channel == Channel.WEBHOOK, _LETTERS.c.bundle), else_=null())


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A notice in a letter, and how what it tells of stands now: the finding and, where it is about one, the obligation.

    `letter_id` is None for a notice that is looked at by itself.
    """

    letter_id: UUID | None = None
    id: UUID
    kind: str
    finding_id: UUID | None
    obligation_id: UUID | None
    duty_bearer_id: UUID | None
    role: str | None
    stage: int | None
    due_on: date | None
    unit: UUID
    created_at: datetime
    now: Standing
    owed: Kind | None
    owed_on: date | None
    owed_at: datetime | None
    ladder_id: UUID | None
    next_step_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter that somebody has taken to hand over."""

    id: UUID
    programme_id: UUID
    reader: Reader
    digest: bool
    created_at: datetime
    attempts: int
    items: tuple[Item, ...] = ()


def programmes_with_letters(session: Session, now: datetime, channels: Collection[Channel]) -> list[UUID]:
    """The programmes in which a letter's moment has come."""
    query = select(_L.programme_id).where(*_due(now, channels)).distinct()
    return list(session.scalars(query))


def claim(
    unit: Writing, channels: Collection[Channel], limit: int, *, worker: str, until: datetime
) -> list[Letter]:
    """Take up to `limit` letters whose moment has come, until `until`; they gather nothing more, and count one attempt more.

    Of each reader only the oldest letter: what comes later waits for what came before. A letter that still gathers is the
    newest of its reader; those of a webhook gather nothing, and each waits for all before it.
    """
    before = aliased(_L)
    waits_for_another = exists().where(
        before.reader == _L.reader,
        before.state == LetterState.WAITING,
        or_(before.bundle.is_(None), before.channel == Channel.WEBHOOK),
        or_(before.created_at < _L.created_at, and_(before.created_at == _L.created_at, before.id < _L.id)),
    )
    query = (
        select(_L.id)
        .where(_L.programme_id == unit.programme_id, *_due(unit.now, channels), ~waits_for_another)
        .order_by(_L.send_at, _L.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(unit.session.scalars(query))
    if not ids:
        return []
    unit.session.execute(
        update(_LETTERS)
        .where(_LETTERS.c.id.in_(ids))
        .values(leased_by=worker, leased_until=until, bundle=_GATHERED, attempts=_LETTERS.c.attempts + 1)
    )
    return _letters(unit, ids)


def letters(look: Reading, ids: Sequence[UUID]) -> list[Letter]:
    """Letters of the programme with their items, in the order of `ids`; for a look at what they would say."""
    return _letters(look, ids)


def left_out(unit: Writing, letter_id: UUID, notices: Iterable[UUID]) -> None:
    """These are no longer true: the letter goes without them (R25). A notice that no other letter has said has lapsed."""
    gone = list(notices)
    if not gone:
        return
    unit.session.execute(
        update(_ITEMS)
        .where(_ITEMS.c.letter_id == letter_id, _ITEMS.c.notice_id.in_(gone))
        .values(left_out=True)
    )
    table = table_of(NoticeRow)
    unit.session.execute(
        update(table)
        .where(table.c.id.in_(gone), table.c.state == NoticeState.WAITING)
        .values(state=NoticeState.LAPSED)
    )


def postpone(unit: Writing, letter_id: UUID, until: datetime) -> None:
    """It is not the hour: nothing was tried."""
    unit.session.execute(
        update(_LETTERS)
        .where(_LETTERS.c.id == letter_id)
        .values(send_at=until, leased_by=None, leased_until=None, attempts=_LETTERS.c.attempts - 1)
    )


def lapse(unit: Writing, letter_id: UUID) -> None:
    """Nothing in the letter is true any more."""
    _end(unit, letter_id, state=LetterState.LAPSED)


def put_back(unit: Writing, letter_id: UUID, notices: Iterable[UUID]) -> None:
    """The letter's reader is theirs no more: they leave it, and are placed anew for whoever reads them today.

    Those too that another reader was sent: placing tells nobody twice.
    """
    gone = list(notices)
    if not gone:
        return
    unit.session.execute(delete(_ITEMS).where(_ITEMS.c.letter_id == letter_id, _ITEMS.c.notice_id.in_(gone)))
    table = table_of(NoticeRow)
    unit.session.execute(
        update(table)
        .where(table.c.id.in_(gone), table.c.state != NoticeState.LAPSED)
        .values(placed_at=None, state=NoticeState.WAITING)
    )


def attempted(
    unit: Writing,
    letter_id: UUID,
    *,
    worker: str | None,
    outcome: Outcome,
    answer: str,
    reference: str | None,
    parts: int,
    again_at: datetime | None,
    said: Mapping[str, Any],
) -> LetterState | None:
    """Write down what became of one handing over, and how the letter stands after it.

    `said` holds `language`, `address`, `subject` and `text` as they were. `again_at` is when a later try is made; None: never.
    `worker` is who took it; None for what a person did. A worker that took so long that the letter is another's by now leaves how it stands to that one, unless it arrived;
    the answer is None then.
    """
    session = unit.session
    held = session.execute(select(_L.state, _L.leased_by).where(_L.id == letter_id).with_for_update()).one()
    is_ours = held.state is LetterState.WAITING and held.leased_by == worker
    session.execute(
        insert(_ATTEMPTS).values(
            id=new_id(),
            letter_id=letter_id,
            at=unit.now,
            outcome=outcome,
            answer=answer,
            reference=reference,
            parts=parts,
        )
    )
    if not is_ours and (outcome is not Outcome.SENT or held.state is LetterState.SENT):
        return None
    if outcome is Outcome.LATER and again_at is not None:
        session.execute(
            update(_LETTERS)
            .where(_LETTERS.c.id == letter_id)
            .values(send_at=again_at, leased_by=None, leased_until=None, **said)
        )
        return LetterState.WAITING
    state = LetterState.SENT if outcome is Outcome.SENT else LetterState.DEAD
    _end(unit, letter_id, state=state, **said)
    if state is LetterState.SENT:
        _mark_sent(session, letter_id)
    return state


def _mark_sent(session: Session, letter_id: UUID) -> None:
    table = table_of(NoticeRow)
    inside = select(_ITEMS.c.notice_id).where(_ITEMS.c.letter_id == letter_id, ~_ITEMS.c.left_out)
    # One that was put back from another reader's letter still waits for that reader. Locked in one order: two letters with the same notices may be written down in the same moment.
    unsaid = (
        select(table.c.id)
        .where(
            table.c.id.in_(inside),
            table.c.placed_at.is_not(None),
            table.c.state.not_in((NoticeState.SENT, NoticeState.WEEKLY)),
        )
        .order_by(table.c.id)
        .with_for_update()
    )
    session.execute(update(table).where(table.c.id.in_(unsaid)).values(state=NoticeState.SENT))


def again(unit: Writing, letter_id: UUID) -> None:
    """A letter that had ended waits once more, from the first try on; its reader's mail address is good again."""
    row = unit.session.execute(select(_L.person_id, _L.holder_id).where(_L.id == letter_id)).one()
    for table, id in ((table_of(PersonRow), row.person_id), (table_of(HolderRow), row.holder_id)):
        if id is not None:
            unit.session.execute(update(table).where(table.c.id == id).values(email_failed_at=None))
    unit.session.execute(
        update(_LETTERS)
        .where(_LETTERS.c.id == letter_id)
        .values(state=LetterState.WAITING, send_at=unit.now, ended_at=None, attempts=0)
    )


def came_back(unit: Writing, letter_id: UUID, said: str) -> bool:
    """A server that took the letter says afterwards that it cannot be delivered. False when that was known."""
    changed = unit.session.execute(
        update(_LETTERS)
        .where(_LETTERS.c.id == letter_id, _LETTERS.c.state == LetterState.SENT)
        .values(state=LetterState.DEAD)
    )
    assert isinstance(changed, CursorResult)
    if changed.rowcount:
        attempt = {
            "letter_id": letter_id,
            "at": unit.now,
            "outcome": Outcome.NEVER,
            "answer": said,
            "parts": 1,
        }
        unit.session.execute(insert(_ATTEMPTS).values(id=new_id(), **attempt))
    return bool(changed.rowcount)


def address_failed(unit: Writing, reader: Reader) -> None:
    """There is nobody at the reader's mail address: what comes next goes by another channel."""
    for table, id in ((table_of(PersonRow), reader.person_id), (table_of(HolderRow), reader.holder_id)):
        if id is not None:
            unit.session.execute(update(table).where(table.c.id == id).values(email_failed_at=unit.now))


def _letters(look: Reading, ids: Sequence[UUID]) -> list[Letter]:
    rows = look.session.execute(
        _noticed(LetterItemRow.letter_id)
        .join(LetterItemRow, LetterItemRow.notice_id == _N.id)
        .where(LetterItemRow.letter_id.in_(ids), ~LetterItemRow.left_out)
        .order_by(_N.created_at, _N.id)
    )
    inside: dict[UUID, list[Item]] = {}
    for row in rows:
        inside.setdefault(row.letter_id, []).append(_item(row))
    found = {}
    for row in look.session.execute(select(*(getattr(_L, n) for n in _OF_LETTER)).where(_L.id.in_(ids))):
        reader = Reader(
            channel=row.channel,
            person_id=row.person_id,
            holder_id=row.holder_id,
            webhook_id=row.webhook_id,
            duty_bearer_id=row.duty_bearer_id,
        )
        found[row.id] = Letter(
            id=row.id,
            programme_id=row.programme_id,
            reader=reader,
            digest=row.digest,
            created_at=row.created_at,
            attempts=row.attempts,
            items=tuple(inside.get(row.id, ())),
        )
    return [found[id] for id in ids if id in found]


def told_of(look: Reading, finding_id: UUID, kind: str) -> list[Item]:
    """The notices of one kind about a finding that go to posts, the oldest first; the caller has seen the finding."""
    query = _noticed().where(
        _N.programme_id == look.programme_id,
        _N.finding_id == finding_id,
        _N.kind == kind,
        _N.duty_bearer_id.is_not(None),
    )
    return [_item(row) for row in look.session.execute(query.order_by(_N.created_at, _N.id))]


def _noticed(*also: Any) -> Any:  # noqa: ANN401 - columns, and a select of them
    """Notices with how what they tell of stands now."""
    return (
        select(
            *also,
            *(getattr(_N, name) for name in _OF_NOTICE),
            _F.status.label("finding"),
            _O.state.label("obligation"),
            _O.stage.label("at_stage"),
            _O.kind.label("owed"),
            _O.due_on.label("owed_on"),
            _O.due_at.label("owed_at"),
            _O.ladder_id,
            _O.next_step_at,
        )
        .select_from(_N)
        .outerjoin(_F, _F.id == _N.finding_id)
        .outerjoin(_O, _O.id == _N.obligation_id)
    )


def _item(row: Any) -> Item:  # noqa: ANN401 - a row of `_noticed`
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's own name for it
    now = Standing(
        finding=values.pop("finding"), obligation=values.pop("obligation"), stage=values.pop("at_stage")
    )
    return Item(**values, now=now)


_OF_NOTICE = (
    "id",
    "kind",
    "finding_id",
    "obligation_id",
    "duty_bearer_id",
    "role",
    "stage",
    "due_on",
    "unit",
    "created_at",
)
_OF_LETTER = (
    "id",
    "programme_id",
    "channel",
    "person_id",
    "holder_id",
    "webhook_id",
    "duty_bearer_id",
    "digest",
    "created_at",
    "attempts",
)


def _due(now: datetime, channels: Collection[Channel]) -> tuple[Any, ...]:
    return (
        _L.state == LetterState.WAITING,
        _L.send_at <= now,
        or_(_L.leased_until.is_(None), _L.leased_until <= now),
        _L.channel.in_(sorted(channels)),
    )


def _end(unit: Writing, letter_id: UUID, **values: Any) -> None:
    unit.session.execute(
        update(_LETTERS)
        .where(_LETTERS.c.id == letter_id)
        .values(ended_at=unit.now, leased_by=None, leased_until=None, bundle=_GATHERED, **values)
    )
