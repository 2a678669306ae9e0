"""How do notices come into letters? The relay's own SQL, in sets. (decision 0015)"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from clm_tracker.db.base import inserting, table_of
from clm_tracker.db.letters import OF_NOTICE
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import (
    FindingRow,
    LedgerRow,
    LetterItemRow,
    LetterRow,
    NoticeRow,
    ObligationRow,
    ProgrammeRow,
)
from clm_tracker.db.units import Writing
from clm_tracker.domain.letters import Reader
from clm_tracker.domain.words import LetterState, NoticeState, Party, Severity

_LETTERS, _ITEMS, _NOTICES = table_of(LetterRow), table_of(LetterItemRow), table_of(NoticeRow)
_N, _L, _F, _O = NoticeRow, LetterRow, FindingRow, ObligationRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice with what of its finding says who may read of it, and how soon; `actor_id` is who did what it tells of."""

    id: UUID
    kind: str
    finding_id: UUID | None
    obligation_id: UUID | None
    duty_bearer_id: UUID | None
    role: str | None
    person_id: UUID | None
    stage: int | None
    due_on: date | None
    unit: UUID
    created_at: datetime
    severity: Severity | None
    owed_by: Party | None
    ladder_id: UUID | None
    theme_id: UUID | None
    area_id: UUID | None
    actor_id: UUID | None


@dataclass(slots=True)
class Bundle:
    """What is put into one letter: notices for a reader, who has it at `send_at` at the latest.

    `key` is the letter's while it gathers; a webhook's letter gathers nothing, and its key is its event. Letters of one
    `line` leave one after the other.
    """

    reader: Reader
    key: str
    line: str
    send_at: datetime
    notices: list[UUID] = field(default_factory=list)


def programmes_with_notices(session: Session, now: datetime) -> list[UUID]:
    """The programmes in which a notice is in no letter yet."""
    return list(session.scalars(select(_N.programme_id).where(_unplaced(now)).distinct()))


def is_alone(unit: Writing) -> bool:
    """Whether nobody else places notices of the programme, or changes its set-up, until this unit ends.

    Only so are letters made in the order of what they tell.
    """
    p = ProgrammeRow
    query = select(p.id).where(p.id == unit.programme_id).with_for_update(key_share=True, skip_locked=True)
    return unit.session.scalar(query) is not None


def unplaced(unit: Writing, limit: int) -> list[Notice]:
    """Up to `limit` notices that are in no letter yet, the oldest first; no other worker has them."""
    columns = [getattr(_N, name) for name in (*OF_NOTICE, "person_id")]
    of_finding = [_F.severity, _F.theme_id, _F.area_id]
    query = (
        select(*columns, *of_finding, _O.owed_by, _O.ladder_id)
        .outerjoin(_F, _F.id == _N.finding_id)
        .outerjoin(_O, _O.id == _N.obligation_id)
        .where(_N.programme_id == unit.programme_id, _unplaced(unit.now))
        .order_by(_N.created_at, _N.id)
        .limit(limit)
        .with_for_update(of=_N, skip_locked=True)
    )
    rows = unit.session.execute(query).all()
    who = _who_did(unit.session, rows)
    return [Notice(**row._mapping, actor_id=who.get((row.unit, row.finding_id))) for row in rows]  # noqa: SLF001 - SQLAlchemy's own name for it


def _who_did(session: Session, rows: Sequence[Any]) -> dict[tuple[UUID, UUID | None], UUID | None]:
    """Who did what, by unit and finding: the first line that the unit wrote about the finding says it."""
    lines = (
        select(LedgerRow.unit, LedgerRow.finding_id, LedgerRow.actor_id)
        .where(
            LedgerRow.finding_id.in_({r.finding_id for r in rows if r.finding_id is not None}),
            LedgerRow.unit.in_({r.unit for r in rows}),
        )
        .order_by(LedgerRow.seq.desc())
    )
    return {(line.unit, line.finding_id): line.actor_id for line in session.execute(lines)}


def place(
    unit: Writing, bundles: Sequence[Bundle], seen: Collection[UUID], weekly: Collection[UUID] = ()
) -> None:
    """Put the notices into their letters, making those that do not gather yet; all of `seen` are placed then.

    What had no reader at all has lapsed; `weekly` are those that all their readers find in the letter of the week. What came back from one reader's letter is not told again to the others.
    """
    session = unit.session
    had = _had(session, seen)
    for bundle in bundles:
        bundle.notices = [n for n in dict.fromkeys(bundle.notices) if (bundle.reader.one, n) not in had]
    # In one order for everybody, so that two relays do not wait for each other in a circle.
    new = sorted((bundle for bundle in bundles if bundle.notices), key=lambda bundle: bundle.key)
    into = _letters(unit, new)
    items = [
        {"letter_id": into[bundle.key], "notice_id": notice, "left_out": False}
        for bundle in new
        for notice in bundle.notices
    ]
    if items:
        session.execute(inserting(session)(_ITEMS).on_conflict_do_nothing(), items)
    _mark(session, seen, placed_at=unit.now)
    still = {notice for bundle in new for notice in bundle.notices}
    told = {notice for (_reader, notice), was_sent in had.items() if was_sent} - still
    _mark(session, told, state=NoticeState.SENT)
    _mark(session, set(weekly) - told, state=NoticeState.WEEKLY)
    _mark(
        session,
        set(seen) - set(weekly) - still - {notice for _reader, notice in had},
        state=NoticeState.LAPSED,
    )


def _had(session: Session, notices: Collection[UUID]) -> dict[tuple[UUID | None, UUID], bool]:
    """Who has which of the notices in a letter already, by whatever channel; whether that was sent."""
    reader = func.coalesce(_L.person_id, _L.holder_id, _L.webhook_id, _L.duty_bearer_id)
    query = (
        select(reader, _ITEMS.c.notice_id, _L.state)
        .join(_L, _L.id == _ITEMS.c.letter_id)
        .where(_ITEMS.c.notice_id.in_(notices))
    )
    found: dict[tuple[UUID | None, UUID], bool] = {}
    for who, notice, state in session.execute(query):
        found[who, notice] = found.get((who, notice), False) or state is LetterState.SENT
    return found


def _letters(unit: Writing, bundles: Sequence[Bundle]) -> dict[str, UUID]:
    """The letters that gather for these, by key; each leaves at the earlier of its moment and the bundle's."""
    session = unit.session
    into: dict[str, UUID] = {}
    missing = {bundle.key: bundle for bundle in bundles}
    while missing:
        # A letter that left in this very moment gathers no more, and another one is made.
        session.execute(
            inserting(session)(_LETTERS).on_conflict_do_nothing(index_elements=[_LETTERS.c.bundle]),
            [
                new_row(unit, one.reader, line=one.line, send_at=one.send_at, bundle=one.key)
                for one in missing.values()
            ],
        )
        found = session.execute(
            select(_L.id, _L.bundle, _L.send_at)
            .where(_L.bundle.in_(missing))
            .order_by(_L.bundle)
            .with_for_update()
        ).all()
        for letter_id, key, send_at in found:
            assert key is not None
            bundle = missing.pop(key)
            into[key] = letter_id
            if bundle.send_at < send_at:
                session.execute(
                    update(_LETTERS).where(_LETTERS.c.id == letter_id).values(send_at=bundle.send_at)
                )
    return into


def new_row(
    unit: Writing,
    reader: Reader,
    *,
    line: str,
    send_at: datetime,
    bundle: str | None = None,
    digest_of: str | None = None,
) -> dict[str, Any]:
    """A letter that waits, as it is put down."""
    return {
        "id": new_id(),
        "programme_id": unit.programme_id,
        "channel": reader.channel,
        "reader": line,
        "person_id": reader.person_id,
        "holder_id": reader.holder_id,
        "webhook_id": reader.webhook_id,
        "duty_bearer_id": reader.duty_bearer_id,
        "bundle": bundle,
        "digest": digest_of is not None,
        "digest_of": digest_of,
        "state": LetterState.WAITING,
        "created_at": unit.now,
        "send_at": send_at,
        "attempts": 0,
    }


def park(unit: Writing, notice_id: UUID, why: str, until: datetime) -> int:
    """It could not be placed: look at it again at `until`. How often that has been so now."""
    row = _NOTICES.c
    changed = {"parked_until": until, "park_count": row.park_count + 1, "problem": why}
    n: int = unit.session.execute(
        update(_NOTICES).where(row.id == notice_id).values(changed).returning(row.park_count)
    ).scalar_one()
    return n


def _unplaced(now: datetime) -> Any:  # noqa: ANN401 - a condition on columns
    looked_at = or_(_N.parked_until.is_(None), _N.parked_until <= now)
    return and_(_N.placed_at.is_(None), _N.state == NoticeState.WAITING, looked_at)


def _mark(session: Session, notices: Collection[UUID], **values: Any) -> None:
    if notices:
        session.execute(update(_NOTICES).where(_NOTICES.c.id.in_(notices)).values(**values))
