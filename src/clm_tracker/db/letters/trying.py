"""How does a letter come about that nothing happened for: one that tries out a way to a reader? (decision 0015)"""

from uuid import UUID

from sqlalchemy import insert

from clm_tracker.db.base import table_of
from clm_tracker.db.letters.placing import new_row
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import LetterItemRow, LetterRow, NoticeRow
from clm_tracker.db.units import Writing
from clm_tracker.domain.letters import Reader
from clm_tracker.domain.words import NoticeState


def put(unit: Writing, reader: Reader, kind: str) -> UUID:
    """A letter of `kind` to this reader alone, which leaves at the relay's next run and waits for none before it."""
    notice_id, session = new_id(), unit.session
    session.execute(
        insert(table_of(NoticeRow)).values(
            id=notice_id,
            programme_id=unit.programme_id,
            kind=kind,
            person_id=unit.actor.id,
            created_at=unit.now,
            placed_at=unit.now,
            unit=unit.id,
            state=NoticeState.WAITING,
        )
    )
    line = f"{reader.key}:{kind}"  # a row of its own: what is tried out is not kept waiting
    letter = new_row(unit, reader, line=line, send_at=unit.now)
    letter_id: UUID = letter["id"]
    session.execute(insert(table_of(LetterRow)).values(letter))
    item = {"letter_id": letter_id, "notice_id": notice_id, "left_out": False}
    session.execute(insert(table_of(LetterItemRow)).values(item))
    return letter_id
