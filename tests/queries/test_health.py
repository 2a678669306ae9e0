"""Does the auditor find every broken promise, by its own questions, and nothing else (R2, R33)?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, select, text, update

from clm_tracker.commands import escalation as deciding
from clm_tracker.commands import obligations as pausing
from clm_tracker.commands import programmes
from clm_tracker.db.base import Base
from clm_tracker.db.tables import FindingRow, LedgerRow, ObligationRow
from clm_tracker.db.units import Store
from clm_tracker.domain.words import PauseReason, Severity
from clm_tracker.jobs.sweep import run_sweep
from clm_tracker.queries import health
from tests.db import kept
from tests.db.kept import DARA
from tests.domain.world import NOW, PROGRAMME
from tests.jobs import crowd

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
def store(engine: Engine) -> Store:
    store = Store(engine)
    kept.seed(store)
    return store


def behind(store: Store, table: type[Base], **values: Any) -> None:
    """A change behind the program's back: no ledger line, no event."""
    engine = create_engine(store.engine.url)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        connection.execute(update(table).values(**values))
    engine.dispose()


def test_a_life_with_sweeps_keeps_every_promise(store: Store) -> None:
    """Over half a year, two intervals after each sweep that was due."""
    crowd.opened(store, 6, severity=Severity.STANDARD)
    crowd.let_all_go(store)
    now = NOW
    for _ in range(180):
        now += DAY
        run_sweep(store, now)
        assert health.engine(store, now + MINUTE).problems == ()


def test_no_sweep_at_all_and_one_too_long_ago(store: Store) -> None:
    assert health.engine(store, NOW).problems == ("No sweep has run yet.",)
    run_sweep(store, NOW)
    assert health.engine(store, NOW + 5 * MINUTE).ok
    late = health.engine(store, NOW + 6 * MINUTE)
    assert late.problems == ("The last sweep was 6 minutes ago.",)
    assert late.last_sweep_at == NOW
    assert "a clock is wrong" in health.engine(store, NOW - DAY).problems[0]


def test_a_slower_engine_is_late_later(store: Store) -> None:
    run_sweep(store, NOW, every=10 * MINUTE)
    assert health.engine(store, NOW + 29 * MINUTE).ok
    assert not health.engine(store, NOW + 31 * MINUTE).ok


Break = Callable[[Store], None]


def lose_a_step(store: Store) -> None:
    behind(store, ObligationRow, next_check_at=NOW + 365 * DAY)


def forget_reminders(store: Store) -> None:
    behind(store, ObligationRow, next_check_at=ObligationRow.next_step_at)


def lose_the_obligation(store: Store) -> None:
    behind(store, ObligationRow, state="void", next_check_at=None, next_step_at=None)


def suspend_for_ever(store: Store) -> None:
    behind(store, ObligationRow, state="suspended", next_check_at=None)


@pytest.mark.parametrize(
    ("spoil", "days", "what"),
    [
        (lose_a_step, 30, "a stage is due"),
        (forget_reminders, 11, "a reminder is due"),
        (lose_the_obligation, 1, "it is open and nobody owes anything"),
        (suspend_for_ever, 1, "it is open and nobody owes anything"),
    ],
)
def test_whatever_a_sweep_cannot_see_the_auditor_does(
    store: Store, spoil: Break, days: int, what: str
) -> None:
    crowd.opened(store, 1, severity=Severity.STANDARD)
    now = NOW + days * DAY
    spoil(store)
    run_sweep(store, now)
    found = health.engine(store, now + MINUTE)
    assert [(one.ref, one.what) for one in found.broken] == [("KH-2026-0001", what)]
    assert all(one.since and one.since < now for one in found.broken), (
        "since it should have been, not until when"
    )
    assert not found.ok
    assert "KH-2026-0001" not in " ".join(found.problems), "the open page names nobody's finding"
    assert health.engine(store, NOW).broken == () or what.startswith("it is open")


def test_a_change_of_the_set_up_gives_a_sweep_time_however_much_else_happens(store: Store) -> None:
    """R25: a reminder that comes sooner now is not late yet, though a crowd's lines followed the change."""
    crowd.opened(store, 1)  # five working days to acknowledge
    now = NOW + DAY
    assert run_sweep(store, now).reminded == 0
    with store.writing(now=now, actor=DARA, programme_id=PROGRAMME) as unit:
        programmes.change_settings(unit, {"reminders": (4, 2)})
    crowd.opened(store, 60, now=now, first=2)
    with store.reading(now=now, actor=DARA, programme_id=PROGRAMME) as look:
        newest = look.session.scalars(select(LedgerRow.act).order_by(LedgerRow.seq.desc()).limit(100))
        assert "set_up" not in set(newest)
    assert health.engine(store, now + MINUTE).broken == ()
    assert [one.what for one in health.engine(store, now + 4 * MINUTE).broken] == ["a reminder is due"]


def test_a_pause_that_does_not_end_is_found(store: Store) -> None:
    crowd.opened(store, 1, severity=Severity.STANDARD)
    (o,) = crowd.obligations(store)
    with store.writing(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        pausing.pause(unit, o.id, reason=PauseReason.AGREED, until=NOW + DAY, note="")
    behind(store, ObligationRow, next_check_at=None)
    now = NOW + 2 * DAY
    run_sweep(store, now)
    assert [one.what for one in health.engine(store, now).broken] == ["a pause is over"]


def test_what_is_parked_or_braked_is_named_and_no_broken_promise(store: Store) -> None:
    crowd.opened(store, 60)
    now = NOW + 30 * DAY
    run_sweep(store, now)
    found = health.engine(store, now + MINUTE)
    assert (found.ok, found.broken, found.braked) == (True, (), ("Community Eyes",))
    with store.writing(now=now + 3 * MINUTE, actor=DARA, programme_id=PROGRAMME) as unit:
        deciding.release_brake(unit, reason="They are right.")
    assert health.engine(store, now + 4 * MINUTE).broken == (), "the next sweep has not been due yet"
    assert len(health.engine(store, now + 6 * MINUTE).broken) == 60


def test_a_row_that_cannot_be_decided_is_named(store: Store) -> None:
    crowd.opened(store, 1, severity=Severity.STANDARD)
    now = min(check for check in crowd.checks(store).values() if check)
    behind(store, ObligationRow, window="a while")
    run_sweep(store, now)
    found = health.engine(store, now + 3 * MINUTE)
    assert found.ok
    (parked,) = found.parked
    assert (parked.ref, parked.kind, parked.times) == ("KH-2026-0001", "acknowledge", 1)
    assert "a while" in parked.problem
    assert found.broken == ()


def test_a_closed_finding_owes_nothing(store: Store) -> None:
    crowd.opened(store, 1)
    behind(store, FindingRow, status="closed")
    behind(store, ObligationRow, state="void", next_check_at=None, next_step_at=None)
    run_sweep(store, NOW)
    assert health.engine(store, NOW).ok
