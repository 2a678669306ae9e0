"""What became of a letter that was handed over, and what follows from it? (decision 0015)"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, bindparam, insert, select, update

from clm_tracker.db.base import table_of
from clm_tracker.db.letters import GATHERED, LET_GO, in_order
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import (
    AttemptRow,
    HolderRow,
    LetterItemRow,
    LetterRow,
    NoticeRow,
    PersonRow,
    WebhookRow,
)
from clm_tracker.db.units import Writing
from clm_tracker.domain.letters import Reader
from clm_tracker.domain.words import LetterState, NoticeState, Outcome

_LETTERS, _ITEMS, _ATTEMPTS = table_of(LetterRow), table_of(LetterItemRow), table_of(AttemptRow)
_NOTICES, _HOOKS = table_of(NoticeRow), table_of(WebhookRow)
_L = LetterRow
# What every letter asks is put together once.
_TRIED = insert(_ATTEMPTS)
_INSIDE = select(_ITEMS.c.notice_id).where(_ITEMS.c.letter_id == bindparam("of"), ~_ITEMS.c.left_out)
# One that was put back from another reader's letter still waits for that reader.
_UNSAID = in_order(
    _NOTICES.c.id.in_(_INSIDE),
    _NOTICES.c.placed_at.is_not(None),
    _NOTICES.c.state.not_in((NoticeState.SENT, NoticeState.WEEKLY)),
)
_SAID = update(_NOTICES).where(_NOTICES.c.id.in_(_UNSAID)).values(state=NoticeState.SENT)


@dataclass(frozen=True, slots=True)
class Lease:
    """Who took a letter, and until when: nobody else has it under the same."""

    worker: str
    until: datetime


def attempted(
    unit: Writing,
    letter_id: UUID,
    *,
    lease: Lease | None,
    outcome: Outcome,
    answer: str,
    reference: str | None,
    parts: int,
    again_at: datetime | None,
    said: Mapping[str, Any],
) -> LetterState | None:
    """Write down what became of one handing over, and how the letter stands after it.

    `said` holds `language`, `address`, `subject` and `text` as they were. `again_at` is when a later try is made; None:
    never. `lease` is under which it was taken; None for what a person did. An answer that came after the lease leaves how
    the letter stands to whoever had it since; only that it arrived counts as long as nobody knew any better. The answer is
    None where nothing followed from it.
    """
    values: dict[str, Any] = {**LET_GO, **said}
    if outcome is Outcome.LATER and again_at is not None:
        state = LetterState.WAITING
        values |= {"send_at": again_at}
    else:
        state = LetterState.SENT if outcome is Outcome.SENT else LetterState.DEAD
        values |= {"state": state, "ended_at": unit.now, "bundle": GATHERED}
    follows = _changed(unit, letter_id, *(() if state is LetterState.SENT else _held(lease)), **values)
    _tried(unit, letter_id, outcome, answer, reference=reference, parts=parts)
    if follows and state is LetterState.SENT:
        unit.session.execute(_SAID, {"of": letter_id})
    return state if follows else None


def _tried(
    unit: Writing,
    letter_id: UUID,
    outcome: Outcome,
    answer: str,
    *,
    reference: str | None = None,
    parts: int = 1,
) -> None:
    values = {"outcome": outcome, "answer": answer, "reference": reference, "parts": parts}
    unit.session.execute(_TRIED, {"id": new_id(), "letter_id": letter_id, "at": unit.now, **values})


def _held(lease: Lease | None) -> tuple[ColumnElement[bool], ...]:
    """Nobody else has taken it since."""
    row = _LETTERS.c
    if lease is None:
        return (row.leased_by.is_(None),)
    return (row.leased_by == lease.worker, row.leased_until == lease.until)


def _changed(unit: Writing, letter_id: UUID, *held: ColumnElement[bool], **values: Any) -> bool:
    """Change a letter that still waits; whether it did."""
    waiting = (_LETTERS.c.id == letter_id, _LETTERS.c.state == LetterState.WAITING)
    done = unit.session.execute(update(_LETTERS).where(*waiting, *held).values(**values))
    assert isinstance(done, CursorResult)
    return bool(done.rowcount)


def again(unit: Writing, letter_id: UUID) -> None:
    """A letter that had ended waits once more, from the first try on; its reader's mail address is good again."""
    row = unit.session.execute(select(_L.person_id, _L.holder_id).where(_L.id == letter_id)).one()
    _address(unit, row.person_id, row.holder_id, failed_at=None)
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
        _tried(unit, letter_id, Outcome.NEVER, said)
    return bool(changed.rowcount)


def address_failed(unit: Writing, reader: Reader) -> None:
    """There is nobody at the reader's mail address: what comes next goes by another channel."""
    _address(unit, reader.person_id, reader.holder_id, failed_at=unit.now)


def _address(
    unit: Writing, person_id: UUID | None, holder_id: UUID | None, *, failed_at: datetime | None
) -> None:
    """Since when nobody is at a reader's mail address; None when it is good."""
    for table, id in ((table_of(PersonRow), person_id), (table_of(HolderRow), holder_id)):
        if id is not None:
            unit.session.execute(update(table).where(table.c.id == id).values(email_failed_at=failed_at))


def heard(unit: Writing, webhook_id: UUID, *, took_it: bool) -> int:
    """One more message that it took, or did not take at all; how many it did not in a row."""
    mine = _HOOKS.c.id == webhook_id
    if took_it:
        unit.session.execute(update(_HOOKS).where(mine, _HOOKS.c.failures > 0).values(failures=0))
        return 0
    more = update(_HOOKS).where(mine).values(failures=_HOOKS.c.failures + 1).returning(_HOOKS.c.failures)
    n: int = unit.session.execute(more).scalar_one()
    return n


def turn_off(unit: Writing, webhook_id: UUID) -> str | None:
    """Tell it nothing more; its name, or None when it is off already."""
    on = (_HOOKS.c.id == webhook_id, _HOOKS.c.disabled_at.is_(None))
    off = update(_HOOKS).where(*on).values(disabled_at=unit.now, version=_HOOKS.c.version + 1)
    name: str | None = unit.session.execute(off.returning(_HOOKS.c.name)).scalar_one_or_none()
    return name
