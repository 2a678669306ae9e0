"""Does the demonstration's own clock run on, stand still while nobody serves it, and bring what each day brings?"""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from clm_tracker.commands import programmes
from clm_tracker.db import actors
from clm_tracker.db.engine import make_engine
from clm_tracker.db.tables import BrakeRow, LedgerRow, ObligationRow
from clm_tracker.db.units import Store
from clm_tracker.demo import people, programme
from clm_tracker.demo.clock import mornings, post_times
from clm_tracker.demo.running import Demonstration, find
from clm_tracker.domain.calendars import Calendar
from clm_tracker.jobs.sweep import run_sweep
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Invalid, Refusal
from clm_tracker.queries import health


def entered(store: Store) -> list[tuple[datetime, int]]:
    """When the engine entered which stage after the demonstration's first day."""
    with store.reading(now=programme.TODAY_AT, actor=actors.ENGINE, programme_id=None) as look:
        rows = look.session.execute(
            select(LedgerRow.at, LedgerRow.facts)
            .where(LedgerRow.kind == "stage_entered", LedgerRow.at > programme.TODAY_AT)
            .order_by(LedgerRow.seq)
        ).all()
    return [(row.at, row.facts["stage"]) for row in rows]


def test_the_clock_begins_at_today_and_runs_as_fast_as_the_real_one(built: Store, clock: FixedClock) -> None:
    running = Demonstration(built, run_sweep, real=clock)
    assert running.now() == programme.TODAY_AT
    clock.advance(minutes=7)
    assert running.now() == programme.TODAY_AT + timedelta(minutes=7)


def test_days_pass_one_by_one_with_what_each_brings(own: Store, clock: FixedClock) -> None:
    seen: list[datetime] = []

    def by_itself(store: Store, now: datetime) -> None:
        seen.append(now)
        run_sweep(store, now)

    running = Demonstration(own, by_itself, real=clock)
    running.advance(20)
    assert running.now() == programme.TODAY_AT + timedelta(days=20)
    calendar = Calendar(programme.TIMEZONE, frozenset({5, 6}), {})
    looks = mornings(calendar, programme.TODAY_AT, running.now())
    letters = post_times(calendar, programme.TODAY_AT, running.now())
    assert seen == sorted({*looks, *letters, running.now()})
    assert len(seen) == 40
    climbed = entered(own)
    assert len(climbed) >= 10
    assert {at for at, _ in climbed} <= set(seen)
    assert health.engine(own, running.now()).problems == ()


def test_the_longest_stride_sets_no_brake_and_breaks_no_promise(own: Store, clock: FixedClock) -> None:
    """R31, R33."""
    running = Demonstration(own, run_sweep, real=clock)
    running.advance(92)
    with own.reading(now=running.now(), actor=actors.ENGINE, programme_id=None) as look:
        assert look.session.scalars(select(BrakeRow.id)).all() == []
        late = select(ObligationRow.id).where(ObligationRow.next_check_at <= running.now())
        assert look.session.scalars(late).all() == []
    assert health.engine(own, running.now()).problems == ()


def test_it_goes_on_where_it_was_left_however_long_nobody_served_it(own: Store, clock: FixedClock) -> None:
    Demonstration(own, run_sweep, real=clock).advance(3)
    clock.advance(days=400)
    again = Demonstration(own, run_sweep, real=clock)
    assert again.now() == programme.TODAY_AT + timedelta(days=3)


@pytest.mark.parametrize("days", [0, -1, 93])
def test_a_stride_has_a_sensible_length(days: int, built: Store, clock: FixedClock) -> None:
    running = Demonstration(built, run_sweep, real=clock)
    with pytest.raises(Invalid, match="between 1 and 92 days"):
        running.advance(days)
    assert running.now() == programme.TODAY_AT


def test_everybody_of_the_cast_can_be_signed_in_as(built: Store, clock: FixedClock) -> None:
    running = Demonstration(built, run_sweep, real=clock)
    found = running.people()
    assert [one.key for one in found] == [one.key for one in people.PEOPLE]
    assert {one.programme_id for one in found} == {find(built)}
    for one, person in zip(found, people.PEOPLE, strict=True):
        with built.reading(now=running.now(), actor=actors.NOBODY, programme_id=None) as look:
            actor = actors.load(
                look.session,
                one.person_id,
                one.programme_id,
                now=running.now(),
                day=running.now().date(),
            )
        assert actor is not None
        assert actor.name == person.name
        assert bool(actor.posts) is bool(person.post)


def test_an_empty_database_has_no_demonstration(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    assert find(Store(engine)) is None
    with pytest.raises(Refusal, match="no demonstration"):
        Demonstration(Store(engine), run_sweep)
    engine.dispose()


def test_a_programme_of_ones_own_is_no_demonstration(sqlite_url: str, clock: FixedClock) -> None:
    engine = make_engine(sqlite_url)
    programmes.init(
        Store(engine),
        now=clock.now(),
        name="Our own programme",
        prefix="OWN",
        country="KH",
        timezone="Asia/Phnom_Penh",
        coordinator_name="Sokha",
        coordinator_email="sokha@own.example.org",
        password=None,
    )
    with pytest.raises(Refusal, match="a programme of your own"):
        find(Store(engine))
    engine.dispose()
