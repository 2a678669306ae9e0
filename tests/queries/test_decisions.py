"""What does the committee see before it decides, narrowed how, and in how few statements? (R26, R27, R39)"""

from datetime import timedelta
from uuid import UUID

import pytest

from clm_tracker.commands import escalation, obligations
from clm_tracker.db import load, tables
from clm_tracker.domain.words import PauseReason
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Invalid, NotFound
from clm_tracker.queries import decisions, desk, overdue
from clm_tracker.queries.decisions import Filters, State
from tests.cast import Cast
from tests.queries import stories
from tests.queries.committee import proposed
from tests.queries.conftest import Statements


def ids(cast: Cast, clock: FixedClock, filters: Filters, by: str = "Bopha") -> list[UUID]:
    with cast.reading(by, clock.now()) as look:
        return [i.proposal.id for i in decisions.page(look, filters).items]


def counts(cast: Cast, clock: FixedClock) -> dict[State | None, int]:
    with cast.reading("Bopha", clock.now()) as look:
        return {state: count.n for state, count in decisions.page(look, Filters()).counts.items()}


class TestTheList:
    def test_each_state_holds_what_stands_there(self, cast: Cast, clock: FixedClock) -> None:
        """R26: proposed, deferred and decided; late after its date, too long after twenty working days."""
        _, deferred = proposed(cast, clock)
        _, refused = proposed(cast, clock)
        with cast.writing("Bopha", clock.now()) as unit:
            until = unit.today + timedelta(days=60)
            escalation.defer(unit, deferred, until=until, reason="After the meeting")
            escalation.refuse(unit, refused, reason="First the province")
        _, waiting = proposed(cast, clock)
        assert ids(cast, clock, Filters()) == [waiting, deferred]
        assert ids(cast, clock, Filters(State.WAITING)) == [waiting]
        assert ids(cast, clock, Filters(State.DEFERRED)) == [deferred]
        assert ids(cast, clock, Filters(State.DECIDED)) == [refused]
        assert ids(cast, clock, Filters(State.LATE)) == ids(cast, clock, Filters(State.LONG)) == []
        clock.advance(days=8)
        assert ids(cast, clock, Filters(State.LATE)) == [waiting]
        clock.advance(days=30)
        assert ids(cast, clock, Filters(State.LONG)) == [waiting, deferred]
        assert counts(cast, clock) == {
            None: 2,
            State.WAITING: 1,
            State.LATE: 1,
            State.DEFERRED: 1,
            State.LONG: 2,
            State.DECIDED: 1,
        }

    def test_it_is_narrowed_by_stage_area_and_theme(self, cast: Cast, clock: FixedClock) -> None:
        _, fifth = proposed(cast, clock)
        _, sixth = proposed(cast, clock, stage=6)
        assert set(ids(cast, clock, Filters())) == {fifth, sixth}
        assert ids(cast, clock, Filters(stage=6)) == [sixth]
        assert set(ids(cast, clock, Filters(area=cast.areas["country"]))) == {fifth, sixth}
        assert ids(cast, clock, Filters(theme=cast.people["Dara"])) == []
        with pytest.raises(Invalid, match="no such area"):
            ids(cast, clock, Filters(area=cast.people["Dara"]))

    def test_pages_follow_one_another_without_gap_or_repetition(self, cast: Cast, clock: FixedClock) -> None:
        made = {proposed(cast, clock)[1] for _ in range(5)}
        seen: list[UUID] = []
        after = None
        with cast.reading("Bopha", clock.now()) as look:
            while True:
                page = decisions.page(look, Filters(), after=after, limit=2)
                seen += [i.proposal.id for i in page.items]
                if (after := page.next) is None:
                    break
            with pytest.raises(Invalid, match="This place in the list"):
                decisions.page(look, Filters(State.LATE), after="WyJkZWNpc2lvbnMtYWxsIl0")
        assert len(seen) == 5
        assert set(seen) == made

    def test_a_recused_member_sees_it_and_hears_why(self, cast: Cast, clock: FixedClock) -> None:
        """R39: Vanna's organisation logged it."""
        proposed(cast, clock)
        with cast.reading("Vanna", clock.now()) as look:
            (item,) = decisions.page(look, Filters()).items
        assert item.recused == "You are recused: this concerns your own organisation."
        with cast.reading("Rith", clock.now()) as look:
            (item,) = decisions.page(look, Filters()).items
        assert item.recused is None
        assert item.why_not is None

    def test_it_takes_at_most_six_statements(
        self, cast: Cast, clock: FixedClock, statements: Statements
    ) -> None:
        proposed(cast, clock)
        proposed(cast, clock, stage=7)
        clock.advance(days=30)
        with cast.reading("Bopha", clock.now()) as look:
            _ = look.rules  # kept in the process, under the programme's version
            with statements() as made:
                assert len(decisions.page(look, Filters(area=cast.areas["country"])).items) == 2
                assert overdue.table(look, overdue.Filters(area=cast.areas["country"])).late
        assert len(made) <= 6, made


class TestOneDecision:
    def test_it_tells_how_it_came_here_in_at_most_twelve_statements(
        self, cast: Cast, clock: FixedClock, statements: Statements
    ) -> None:
        """R22, R26, R27: the stages that were entered with who was told, what was asked and decided."""
        ref, proposal = proposed(cast, clock, stage=7)
        with cast.reading("Bopha", clock.now()) as look:
            _ = look.rules
            with statements() as made:
                one = decisions.one(look, proposal)
        assert len(made) <= 12, made
        assert one.finding.ref == ref
        assert one.decision.stage_name == "Public campaign"
        assert one.decision.opens_at is not None
        kinds = [e.kind for e in one.chronology]
        assert kinds[0] == "finding_opened"
        assert [kinds.count(k) for k in ("stage_entered", "stage_proposed", "proposal_approved")] == [6, 3, 2]
        assert one.ladder.stage == 6
        assert one.ladder.steps[5].told
        assert len(one.finding.proposals) == 3

    def test_it_is_not_there_for_those_who_may_not_look(self, cast: Cast, clock: FixedClock) -> None:
        """R38."""
        _, proposal = proposed(cast, clock)
        for by in ("Maly", "Phal"):
            with cast.reading(by, clock.now()) as look, pytest.raises(NotFound):
                decisions.one(look, proposal)
        with cast.reading("Bopha", clock.now()) as look, pytest.raises(NotFound):
            decisions.one(look, cast.people["Dara"])


class TestOverdue:
    def test_numbers_and_lists_are_of_the_same_things(self, cast: Cast, clock: FixedClock) -> None:
        """Each number by stage and age has as many rows behind it, for every length of lateness."""
        for days in (0, 1, 5, 6, 9):
            cast.open_finding(clock.now() - timedelta(days=days))
        for wait in (6, 8, 9, 10, 13, 34, 35, 60, 90, 140):
            now = clock.now() + timedelta(days=wait)
            with cast.reading("Bopha", now) as look:
                found = overdue.table(look, overdue.Filters()).late
                for stage, row in found.items():
                    for age, n in enumerate(row):
                        listed = overdue.page(look, overdue.Filters(stage=stage, age=age), limit=50)
                        assert listed.count.n == len(listed.items) == n
                        for late in listed.items:
                            passed = look.rules.calendar.count_working_days(
                                late.obligation.due_on, look.today
                            )
                            edges = (-1, *overdue.AGES, 10_000)
                            assert edges[age] < passed <= edges[age + 1]
                assert sum(map(sum, found.values())) == overdue.page(look, overdue.Filters()).count.n

    def test_what_is_not_counted_is_counted_beside_it(
        self, cast: Cast, clock: FixedClock, statements: Statements
    ) -> None:
        """R16, R17, R32: a clock that stands still, and a stage that is not certain; each number has its rows."""
        refs = [cast.open_finding(clock.now()).ref for _ in range(5)]
        paused, reported, told, parked, late = refs
        with cast.writing("Dara", clock.now()) as unit:
            (owed,) = load.case(unit, paused, lock=False).live()
            until = clock.now() + timedelta(days=20)
            obligations.pause(
                unit, owed.id, reason=PauseReason.AGREED, until=until, note="The road is closed"
            )
        stories.report(cast, clock, stories.agree(cast, clock, reported))
        stories.resolve(cast, clock, told)
        clock.advance(days=10)
        with cast.writing("engine", clock.now()) as unit:
            (owed,) = load.case(unit, parked, lock=False).live()
            row = unit.session.get_one(tables.ObligationRow, owed.id)
            row.parked_until = clock.now() + timedelta(hours=1)
        with cast.reading("Bopha", clock.now()) as look:
            _ = look.rules
            with statements() as made:
                table = overdue.table(look, overdue.Filters())
            assert len(made) == 1
            assert sum(map(sum, table.late.values())) == 1
            beside = {
                aside: [one.ref for one in overdue.page(look, overdue.Filters(aside=aside)).items]
                for aside in overdue.Aside
            }
            assert {aside: count.n for aside, count in table.aside.items()} == dict.fromkeys(beside, 1)
            assert list(beside.values()) == [[paused], [reported], [parked], [told]]
            group = next(g for g in desk.my_desk(look).groups if g.key == "overdue")
            assert [i.ref for i in group.items] == [late], "what the table counts stands on the same page"
            elsewhere = overdue.table(
                look, overdue.Filters(area=cast.areas["country"], theme=cast.themes["stigma"])
            )
            assert not elsewhere.late
            assert not any(count.n for count in elsewhere.aside.values())

    def test_what_stands_still_is_not_late(self, cast: Cast, clock: FixedClock) -> None:
        cast.open_finding(clock.now())
        with cast.reading("Bopha", clock.now()) as look:
            assert not overdue.table(look, overdue.Filters()).late
            with pytest.raises(Invalid):
                overdue.page(look, overdue.Filters(age=7))
