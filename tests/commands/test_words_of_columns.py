"""Does a database whose columns take other words go up and down with what is in it, guards and checks and all? (R7, R35)"""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from clm_tracker.commands import evidence
from clm_tracker.db import migrate
from clm_tracker.delivery.evidence_store import EvidenceStore
from clm_tracker.domain.words import Purpose
from clm_tracker.kernel.clock import FixedClock
from tests.cast import Cast

ALL = "SELECT * FROM {} ORDER BY id"


def contents(engine: Engine, table: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(ALL.format(table)))]


def test_a_signed_letter_goes_down_and_up_and_all_else_stays(
    cast: Cast, clock: FixedClock, engine: Engine
) -> None:
    finding = cast.open_finding(clock.now())
    kept = EvidenceStore.at("memory:///")
    for purpose in (Purpose.LETTER, Purpose.VERIFICATION):
        with cast.writing("Dara", clock.now()) as unit:
            evidence.attach(unit, finding.ref, purpose=purpose, store=kept, text=f"To show: {purpose}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE notices SET state = 'weekly'"))
    evidence_before, notices_before = contents(engine, "evidence"), contents(engine, "notices")
    assert notices_before

    migrate.downgrade(engine, "0014")
    with engine.connect() as connection:
        purposes = connection.scalars(text("SELECT purpose FROM evidence ORDER BY attached_at, id")).all()
        states = set(connection.scalars(text("SELECT state FROM notices")))
    assert sorted(purposes) == ["problem", "verification"]
    assert states == {"lapsed"}
    for wrong in ("UPDATE evidence SET purpose = 'letter'", "UPDATE notices SET state = 'weekly'"):
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(text(wrong))

    migrate.upgrade(engine)
    migrate.compare(engine)
    assert len(contents(engine, "evidence")) == len(evidence_before)
    assert len(contents(engine, "notices")) == len(notices_before)
    for wrong in (
        "DELETE FROM evidence",
        "UPDATE evidence SET purpose = 'another'",
        "UPDATE evidence SET side = 'another'",
        "UPDATE notices SET state = 'another'",
    ):
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(text(wrong))
