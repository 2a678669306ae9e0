"""Which letters leave now, and what of them is still true? The relay's own SQL, in sets. (decision 0015)"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    false,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from clm_tracker.db.base import table_of
from clm_tracker.db.tables import (
    ActionRow,
    FindingRow,
    LetterItemRow,
    LetterRow,
    NoticeRow,
    ObligationRow,
)
from clm_tracker.db.units import Reading, Writing
from clm_tracker.domain.letters import PROPOSALS, Reader, Situation
from clm_tracker.domain.words import ActionState, Channel, Kind, LetterState, NoticeState

_LETTERS, _ITEMS, _NOTICES = table_of(LetterRow), table_of(LetterItemRow), table_of(NoticeRow)
_N, _L, _F, _O = NoticeRow, LetterRow, FindingRow, ObligationRow
# Whoever changes a proposal proposes anew, and the moment is that of what is told (R14).
_STANDS = exists().where(
    ActionRow.finding_id == _N.finding_id,
    ActionRow.proposed_at == _N.created_at,
    ActionRow.state == ActionState.PROPOSED,
)
# A letter that was taken gathers no more. A webhook's keeps its event, so that no second one is made of it.
GATHERED = case((_LETTERS.c.channel == Channel.WEBHOOK, _LETTERS.c.bundle), else_=null())
LET_GO = {"leased_by": None, "leased_until": None}


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
    now: Situation
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
        .values(leased_by=worker, leased_until=until, bundle=GATHERED, attempts=_LETTERS.c.attempts + 1)
    )
    return _letters(unit, ids)


def letters(look: Reading, ids: Sequence[UUID]) -> list[Letter]:
    """Letters of the programme with their items, in the order of `ids`; for a look at what they would say."""
    return _letters(look, ids)


@dataclass(slots=True)
class Sifted:
    """What a last look at letters found, to be written down together. Pairs are a letter and a notice in it.

    `put_back`: the letter's reader is theirs no more; `left_out`: no longer true; `lapsed` letters have nothing true left;
    for the `postponed` it is not the hour.
    """

    put_back: list[tuple[UUID, UUID]] = field(default_factory=list)
    left_out: list[tuple[UUID, UUID]] = field(default_factory=list)
    lapsed: list[UUID] = field(default_factory=list)
    postponed: list[tuple[UUID, datetime]] = field(default_factory=list)


def sift(unit: Writing, found: Sifted) -> None:
    """Write down what the last look found, of all letters at once.

    What was put back is placed anew for whoever reads it today, also when another reader was sent it: placing tells
    nobody twice. Of what was left out has lapsed what no other letter has said (R25). Who waits for the hour has tried
    nothing.
    """
    session = unit.session
    _lock(session, {notice for _letter, notice in (*found.put_back, *found.left_out)})
    item = (_ITEMS.c.letter_id == bindparam("of"), _ITEMS.c.notice_id == bindparam("what"))
    if found.put_back:
        session.connection().execute(delete(_ITEMS).where(*item), _pairs(found.put_back))
        mine = _NOTICES.c.id.in_({notice for _letter, notice in found.put_back})
        again = {"placed_at": None, "state": NoticeState.WAITING}
        session.execute(update(_NOTICES).where(mine, _NOTICES.c.state != NoticeState.LAPSED).values(again))
    if found.left_out:
        session.connection().execute(
            update(_ITEMS).where(*item).values(left_out=True), _pairs(found.left_out)
        )
        mine = _NOTICES.c.id.in_({notice for _letter, notice in found.left_out})
        unsaid = _NOTICES.c.state == NoticeState.WAITING
        session.execute(update(_NOTICES).where(mine, unsaid).values(state=NoticeState.LAPSED))
    if found.lapsed:
        session.execute(
            update(_LETTERS)
            .where(_LETTERS.c.id.in_(found.lapsed))
            .values(state=LetterState.LAPSED, ended_at=unit.now, **LET_GO, bundle=GATHERED)
        )
    for letter_id, until in found.postponed:
        session.execute(
            update(_LETTERS)
            .where(_LETTERS.c.id == letter_id)
            .values(send_at=until, **LET_GO, attempts=_LETTERS.c.attempts - 1)
        )


def _lock(session: Session, notices: Collection[UUID]) -> None:
    """Several letters may hold the same notices: in one order for everybody, so that no two wait for each other."""
    if notices:
        session.execute(in_order(_NOTICES.c.id.in_(notices)))


def in_order(*which: ColumnElement[bool]) -> Select[UUID]:
    """These notices, locked one after the other in the order that everybody keeps to."""
    return select(_NOTICES.c.id).where(*which).order_by(_NOTICES.c.id).with_for_update()


def _pairs(found: Iterable[tuple[UUID, UUID]]) -> list[dict[str, UUID]]:
    return [{"of": letter, "what": notice} for letter, notice in found]


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
            *(getattr(_N, name) for name in OF_NOTICE),
            _F.status.label("finding"),
            _O.state.label("obligation"),
            _O.stage.label("at_stage"),
            case((_N.kind.in_(sorted(PROPOSALS)), _STANDS), else_=false()).label("proposed"),
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
    now = Situation(
        finding=values.pop("finding"),
        obligation=values.pop("obligation"),
        stage=values.pop("at_stage"),
        proposed=bool(values.pop("proposed")),
    )
    return Item(**values, now=now)


OF_NOTICE = (
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
