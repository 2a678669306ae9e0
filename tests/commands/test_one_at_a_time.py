"""Two people change the set-up at the same moment: does what was checked still hold when both are done?"""

import threading
from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from clm_tracker.commands import calendars, people
from clm_tracker.db.tables import ClosedDayRow, MembershipRow
from clm_tracker.db.units import Writing
from clm_tracker.domain.words import Role
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Refusal
from tests.cast import Cast

LONG = 10.0


def both(
    cast: Cast, clock: FixedClock, one: Callable[[Writing], object], other: Callable[[Writing], object]
) -> str:
    """Do `other` while `one` is done and not committed yet; what `other` was told."""
    said: list[str] = []
    begun = threading.Event()

    def second() -> None:
        try:
            begun.set()
            with cast.writing("Sokha", clock.now()) as unit:
                other(unit)
        except Refusal as no:
            said.append(no.sentence)

    thread = threading.Thread(target=second)
    with cast.writing("Sokha", clock.now()) as unit:
        one(unit)
        thread.start()
        assert begun.wait(LONG)
        thread.join(0.3)
    thread.join(LONG)
    assert not thread.is_alive()
    return " ".join(said)


def test_r39_two_who_leave_at_once_leave_a_coordinator(cast: Cast, clock: FixedClock) -> None:
    with cast.writing("Sokha", clock.now()) as unit:
        people.grant(unit, cast.people["Dara"], role=Role.COORDINATOR)
    mine = (
        select(MembershipRow)
        .where(MembershipRow.programme_id == cast.programme_id, MembershipRow.role == Role.COORDINATOR)
        .where(MembershipRow.ended_at.is_(None))
        .order_by(MembershipRow.id)
    )
    with cast.reading("Sokha", clock.now()) as look:
        first, second = (m.id for m in look.session.scalars(mine))
    said = both(
        cast, clock, lambda u: people.end_membership(u, first), lambda u: people.end_membership(u, second)
    )
    assert said == "A programme needs a coordinator. Name another one first."
    with cast.reading("operator", clock.now()) as look:
        assert len(look.session.scalars(mine).all()) == 1


def test_r13_a_day_is_closed_once(cast: Cast, clock: FixedClock) -> None:
    day = date(2026, 3, 19)
    said = both(
        cast,
        clock,
        lambda u: calendars.close_day(u, day, "Training"),
        lambda u: calendars.close_day(u, day, "Training"),
    )
    assert said == "Thu 19 March 2026 is closed already: Training."
    with cast.reading("Sokha", clock.now()) as look:
        closed = select(ClosedDayRow).where(ClosedDayRow.programme_id == cast.programme_id)
        assert len(look.session.scalars(closed.where(ClosedDayRow.day == day)).all()) == 1
