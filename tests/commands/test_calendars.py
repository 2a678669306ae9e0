"""What does a closed day move, what does a planned round move, and is it seen before it is done? (R11, R13)"""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from clm_tracker.commands import calendars, findings, obligations, programmes, rounds
from clm_tracker.db import load
from clm_tracker.db.tables import ClosedDayRow, DaySource
from clm_tracker.db.units import Writing
from clm_tracker.domain.cases import Obligation
from clm_tracker.domain.words import Kind, PauseReason
from clm_tracker.jobs.sweep import run_sweep
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Invalid, NotAllowed
from clm_tracker.queries import health
from tests.cast import Cast
from tests.commands import promises
from tests.commands.left import left_by, refused, sentence
from tests.commands.test_programmes import ONLY_COORDINATOR

WEDNESDAY = date(2026, 3, 4)


def owed(cast: Cast, clock: FixedClock, ref: str, kind: Kind) -> Obligation:
    with cast.reading("Sokha", clock.now()) as look:
        (only,) = load.case(look, ref, lock=False).live(kind)
    return only


class TestClosedDays:
    def test_previewed_then_moved_later_with_a_line_each(self, cast: Cast, clock: FixedClock) -> None:
        """R13."""
        refs = [cast.open_finding(clock.now()).ref for _ in range(2)]
        before = owed(cast, clock, refs[0], Kind.ACKNOWLEDGE)
        with cast.reading("Sokha", clock.now()) as look:
            seen = calendars.preview_closed_day(look, WEDNESDAY, "Staff day")
        assert [(m.ref, m.kind, m.was, m.becomes) for m in seen] == [
            (ref, Kind.ACKNOWLEDGE, date(2026, 3, 9), date(2026, 3, 10)) for ref in refs
        ]
        assert owed(cast, clock, refs[0], Kind.ACKNOWLEDGE) == before, "a preview changes nothing"
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            moved = calendars.close_day(unit, WEDNESDAY, "Staff day")
        assert sorted(moved, key=lambda m: m.ref) == list(seen)
        assert left.lines == ["recorded", "due_moved", "due_moved"]
        assert left.facts[1]["reason"] == "Staff day does not count"
        assert left.notices == {("due_moved", "health_centre")}
        after = owed(cast, clock, refs[0], Kind.ACKNOWLEDGE)
        assert (after.due_on, after.due_version) == (date(2026, 3, 10), 2)
        assert after.first_due_on == date(2026, 3, 9), "the first date stays on record"
        assert after.next_step_at is not None
        assert before.next_step_at is not None
        assert after.next_step_at - before.next_step_at == timedelta(days=1)

    def test_an_agreed_date_and_a_missed_date_stay(self, cast: Cast, clock: FixedClock) -> None:
        promised, _ = promises.agreed(cast, clock)
        missed = cast.open_finding(clock.now()).ref
        clock.advance(days=10)
        days = {date(2026, 3, 5): "Flood", date(2026, 3, 18): "Elections"}
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            assert calendars.close_days(unit, days) == ()
        assert left.lines == ["recorded", "recorded"]
        assert owed(cast, clock, promised, Kind.ACT).due_on == promises.PROMISED
        assert owed(cast, clock, missed, Kind.ACKNOWLEDGE).due_on == date(2026, 3, 9)

    def test_a_date_that_stays_is_reminded_of_in_time(self, cast: Cast, clock: FixedClock) -> None:
        """R24, R25: with a day less before it, its reminder comes with the next sweep, and no promise is broken."""
        ref, _ = promises.agreed(cast, clock)
        with cast.reading("Sokha", clock.now()) as look:
            calendar = look.rules.calendar
        today, tomorrow = (calendar.subtract_working_days(promises.PROMISED, n) for n in (3, 2))
        clock.advance(seconds=(calendar.start_of(today) - clock.now()).total_seconds())
        run_sweep(cast.store, clock.now())
        reminded = owed(cast, clock, ref, Kind.ACT).reminded
        clock.advance(hours=8)
        with cast.writing("Sokha", clock.now()) as unit:
            assert calendars.close_day(unit, tomorrow, "Staff day") == ()
        assert health.engine(cast.store, clock.now() + timedelta(minutes=1)).broken == ()
        run_sweep(cast.store, clock.now())
        assert owed(cast, clock, ref, Kind.ACT).reminded == reminded + 1
        assert health.engine(cast.store, clock.now() + timedelta(minutes=10)).broken == ()

    def test_a_day_on_which_the_clock_stood_still_moves_nothing(self, cast: Cast, clock: FixedClock) -> None:
        ref = cast.open_finding(clock.now()).ref
        which = owed(cast, clock, ref, Kind.ACKNOWLEDGE).id
        clock.advance(days=1)
        with cast.writing("Dara", clock.now()) as unit:
            until = clock.now() + timedelta(days=9)
            obligations.pause(unit, which, reason=PauseReason.AGREED, until=until)
        clock.advance(days=2)
        with cast.writing("Dara", clock.now()) as unit:
            obligations.resume(unit, which)
        assert owed(cast, clock, ref, Kind.ACKNOWLEDGE).due_on == date(2026, 3, 11)
        with cast.writing("Sokha", clock.now()) as unit:
            assert calendars.close_day(unit, WEDNESDAY, "Staff day") == ()
        with cast.writing("Sokha", clock.now()) as unit:
            assert len(calendars.close_day(unit, date(2026, 3, 11), "The due day itself")) == 1
        assert owed(cast, clock, ref, Kind.ACKNOWLEDGE).due_on == date(2026, 3, 12)

    def test_a_weekend_moves_nothing_and_the_same_day_twice_is_refused(
        self, cast: Cast, clock: FixedClock
    ) -> None:
        cast.open_finding(clock.now())
        with cast.writing("Sokha", clock.now()) as unit:
            assert calendars.close_day(unit, date(2026, 3, 7), "A Saturday") == ()

        def again(unit: Writing) -> None:
            calendars.close_day(unit, date(2026, 3, 7), "A Saturday")

        assert (
            sentence(cast, clock.now(), "Sokha", again) == "Sat 7 March 2026 is closed already: A Saturday."
        )

    def test_the_holidays_of_a_further_year_are_closed_as_public_ones(
        self, cast: Cast, clock: FixedClock
    ) -> None:
        """R12: a programme begins with three years of them."""
        with cast.reading("Sokha", clock.now()) as look:
            assert calendars.coming_public_holidays(look, [2026, 2027, 2028]) == {}
            coming = calendars.coming_public_holidays(look, [2028, 2029])
        assert {day.year for day in coming} == {2029}
        with cast.writing("Sokha", clock.now()) as unit:
            calendars.close_days(unit, coming, source=DaySource.PUBLIC)
        with cast.reading("Sokha", clock.now()) as look:
            assert look.rules.calendar.why_closed(date(2029, 1, 1)) == "International New Year Day"
            sources = select(ClosedDayRow.source).where(ClosedDayRow.day >= date(2029, 1, 1)).distinct()
            assert look.session.scalars(sources).all() == [DaySource.PUBLIC]

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        def close(unit: Writing) -> None:
            calendars.close_day(unit, WEDNESDAY, "Staff day")

        for name in ("Dara", "Bopha", "Sophea", "Phal"):
            assert sentence(cast, clock.now(), name, close) == ONLY_COORDINATOR
        with pytest.raises(NotAllowed, match=ONLY_COORDINATOR), cast.reading("Phal", clock.now()) as look:
            calendars.preview_closed_day(look, WEDNESDAY, "Staff day")


class TestRounds:
    def test_what_stood_on_the_fallback_moves_to_the_planned_round(
        self, cast: Cast, clock: FixedClock
    ) -> None:
        """R11: to check whether it is still fixed is owed at the end of the next round."""
        ref = promises.resolved(cast, clock)
        before = owed(cast, clock, ref, Kind.SUSTAIN)
        assert (before.window, before.due_on.isoformat()) == ("round", "2026-06-11"), "60 working days"
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            rounds.plan_round(unit, name="Q2", first_on=date(2026, 4, 1), last_on=date(2026, 6, 30))
        assert left.lines == ["recorded", "due_moved"]
        assert left.facts[1]["reason"] == "Q2 is planned now"
        assert left.notices == {("due_moved", "advocates")}
        assert owed(cast, clock, ref, Kind.SUSTAIN).due_on == date(2026, 6, 30)

    def test_never_earlier(self, cast: Cast, clock: FixedClock) -> None:
        """R11."""
        ref = promises.resolved(cast, clock)
        before = owed(cast, clock, ref, Kind.SUSTAIN)
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            rounds.plan_round(unit, name="April", first_on=date(2026, 4, 1), last_on=date(2026, 4, 30))
        assert left.lines == ["recorded"]
        assert owed(cast, clock, ref, Kind.SUSTAIN) == before

    def test_what_is_tied_to_a_planned_round_stays_with_it(self, cast: Cast, clock: FixedClock) -> None:
        with cast.writing("Sokha", clock.now()) as unit:
            rounds.plan_round(unit, name="Q2", first_on=date(2026, 4, 1), last_on=date(2026, 6, 30))
        ref = promises.resolved(cast, clock)
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            rounds.plan_round(unit, name="Q3", first_on=date(2026, 7, 1), last_on=date(2026, 9, 30))
            rounds.plan_forum(unit, name="Forum", held_on=date(2026, 9, 1))
        assert left.lines == ["recorded", "recorded"]
        assert owed(cast, clock, ref, Kind.SUSTAIN).due_on == date(2026, 6, 30)

    def test_a_forum_moves_what_waits_for_one(self, cast: Cast, clock: FixedClock) -> None:
        with cast.writing("Sokha", clock.now()) as unit:
            programmes.change_settings(unit, {"windows": {"high": {"acknowledge": "forum"}}})
        ref = cast.open_finding(clock.now()).ref
        with cast.writing("Sokha", clock.now()) as unit:
            rounds.plan_forum(unit, name="Forum", held_on=date(2026, 9, 1))
        assert owed(cast, clock, ref, Kind.ACKNOWLEDGE).due_on == date(2026, 9, 1)
        with cast.writing("Sophea", clock.now()) as unit:
            findings.acknowledge(unit, ref)

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        def plan(unit: Writing, first: date = date(2026, 4, 1), last: date = date(2026, 6, 30)) -> None:
            rounds.plan_round(unit, name="Q2", first_on=first, last_on=last)

        for name in ("Dara", "Bopha", "Sophea", "Phal"):
            assert sentence(cast, clock.now(), name, plan) == ONLY_COORDINATOR
        no = refused(cast, clock.now(), "Sokha", lambda u: plan(u, last=date(2026, 3, 1)))
        assert isinstance(no, Invalid)
        said = sentence(cast, clock.now(), "Sokha", lambda u: plan(u, first=date(2026, 3, 31)))
        assert said == "These days overlap with This quarter."
