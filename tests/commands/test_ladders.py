"""How does a ladder change, and how do running obligations come to follow its new version? (R20, R30)"""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from clm_tracker.commands import ladders, obligations
from clm_tracker.db import load
from clm_tracker.db.units import Writing
from clm_tracker.domain.cases import Case, Obligation
from clm_tracker.domain.ladders import Ladder, Mode, Stage
from clm_tracker.domain.words import Kind, ObligationState, PauseReason
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Invalid, NotAllowed, NotFound
from tests.cast import Cast
from tests.commands.left import left_by, refused, sentence
from tests.commands.test_programmes import ONLY_COORDINATOR


def ladder_of(cast: Cast, clock: FixedClock, key: str = "high") -> Ladder:
    with cast.reading("Sokha", clock.now()) as look:
        return look.rules.ladders[look.rules.current[key]]


def case_of(cast: Cast, clock: FixedClock, ref: str) -> Case:
    with cast.reading("Sokha", clock.now()) as look:
        return load.case(look, ref, lock=False)


def owed(cast: Cast, clock: FixedClock, ref: str) -> Obligation:
    (only,) = case_of(cast, clock, ref).live(Kind.ACKNOWLEDGE)
    return only


def slower(cast: Cast, clock: FixedClock, *, last: int = 8) -> Ladder:
    """The next version of the ladder: each wait is eight working days, and it ends at `last`."""
    stages = tuple(replace(stage, wait="8wd") for stage in ladder_of(cast, clock).stages[:last])
    with cast.writing("Sokha", clock.now()) as unit:
        return ladders.change(unit, "high", name="Slower", stages=stages)


def climb(cast: Cast, clock: FixedClock, which: UUID, stage: int) -> None:
    for below in range(stage):
        with cast.writing("Dara", clock.now()) as unit:
            obligations.escalate(unit, which, from_stage=below, reason="nobody answers")


class TestChange:
    def test_what_is_running_stays_on_its_own_version(self, cast: Cast, clock: FixedClock) -> None:
        """R30."""
        running = owed(cast, clock, cast.open_finding(clock.now()).ref)
        with left_by(cast, clock.now()) as left:
            new = slower(cast, clock)
        assert (new.version, new.name) == (2, "Slower")
        assert left.facts == [{"what": "made version 2 of the ladder Slower"}]
        with cast.reading("Sokha", clock.now()) as look:
            assert load.case_of(look, "obligation", running.id).obligations[running.id] == running
        later = owed(cast, clock, cast.open_finding(clock.now()).ref)
        assert (running.ladder_id, later.ladder_id) == (cast.ladders["high"], new.id)

    def test_two_stages_of_one_name_are_not_called_alike_in_every_language(
        self, cast: Cast, clock: FixedClock
    ) -> None:
        first, second, *_rest = ladder_of(cast, clock).stages
        stages = (replace(first, name="Letter"), replace(second, name="Letter", names={"fr": "Rappel"}))
        with cast.writing("Sokha", clock.now()) as unit:
            ladders.change(unit, "high", name="Letter", stages=stages)
        kept = ladder_of(cast, clock)
        assert [dict(kept.names), *(dict(s.names) for s in kept.stages)] == [{}, {}, {"fr": "Rappel"}]

    def test_a_campaign_is_public_whatever_the_next_version_says(self, cast: Cast, clock: FixedClock) -> None:
        """R27, decision 0014: no version of a ladder lets a campaign begin with fewer than two approvals."""
        stages = ladder_of(cast, clock).stages
        for mode in Mode:
            quiet = tuple(replace(stage, mode=mode, public=False) for stage in stages)

            def change(unit: Writing, these: tuple[Stage, ...] = quiet) -> None:
                ladders.change(unit, "high", name="Quick", stages=these)

            no = refused(cast, clock.now(), "Sokha", change)
            assert isinstance(no, Invalid)
            assert [error.field for error in no.errors] == ["7.public", "8.public"]
            assert "two people approve it" in no.errors[0].message
        assert ladder_of(cast, clock).version == 1

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        stages = ladder_of(cast, clock).stages

        def change(unit: Writing, key: str = "high", these: tuple[Stage, ...] = stages) -> None:
            ladders.change(unit, key, name="Other", stages=these)

        for name in ("Dara", "Bopha", "Sophea", "Phal"):
            assert sentence(cast, clock.now(), name, change) == ONLY_COORDINATOR
        assert isinstance(refused(cast, clock.now(), "Sokha", lambda u: change(u, "urgent")), NotFound)
        for these in ((), stages[1:]):
            no = refused(cast, clock.now(), "Sokha", lambda u, t=these: change(u, these=t))  # type: ignore[misc]
            assert isinstance(no, Invalid)


class TestMigrate:
    def test_previewed_then_every_next_step_moves_with_a_line_each(
        self, cast: Cast, clock: FixedClock
    ) -> None:
        """R30: eight working days after the due date instead of one."""
        ref = cast.open_finding(clock.now()).ref
        before = owed(cast, clock, ref)
        new = slower(cast, clock)
        with cast.reading("Sokha", clock.now()) as look:
            (seen,) = ladders.preview_migration(look, "high")
            day = look.rules.calendar.start_of(look.rules.calendar.add_working_days(before.due_on, 8))
        assert (seen.ref, seen.was, seen.becomes) == (ref, before.next_step_at, day)
        assert owed(cast, clock, ref) == before
        said = sentence(cast, clock.now(), "Sokha", lambda u: ladders.migrate(u, "high", reason=" "))
        assert said == "Say why running obligations change to the new version."
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            assert ladders.migrate(unit, "high", reason="holidays") == (seen,)
        assert left.lines == ["recorded", "ladder_followed"]
        assert left.facts[1]["reason"] == "holidays"
        assert left.notices == set()
        after = owed(cast, clock, ref)
        assert (after.ladder_id, after.next_step_at, after.due_on) == (new.id, day, before.due_on)
        with cast.writing("Sokha", clock.now()) as unit:
            assert ladders.migrate(unit, "high", reason="again") == (), "there is nothing left to move"

    def test_a_stage_that_was_entered_counts_from_its_entry(self, cast: Cast, clock: FixedClock) -> None:
        """R22."""
        ref = cast.open_finding(clock.now()).ref
        climb(cast, clock, owed(cast, clock, ref).id, 2)
        slower(cast, clock)
        with cast.writing("Sokha", clock.now()) as unit:
            ladders.migrate(unit, "high", reason="holidays")
            calendar = unit.rules.calendar
            day = calendar.start_of(calendar.add_working_days(unit.today, 8))
        after = owed(cast, clock, ref)
        assert (after.stage, after.next_step_at) == (2, day)

    def test_a_pause_is_kept(self, cast: Cast, clock: FixedClock) -> None:
        """R30."""
        ref = cast.open_finding(clock.now()).ref
        which = owed(cast, clock, ref).id
        until = clock.now() + timedelta(days=7)
        with cast.writing("Dara", clock.now()) as unit:
            obligations.pause(unit, which, reason=PauseReason.AGREED, until=until)
        slower(cast, clock)
        with cast.writing("Sokha", clock.now()) as unit:
            ladders.migrate(unit, "high", reason="holidays")
        after = owed(cast, clock, ref)
        assert (after.state, after.pause_until) == (ObligationState.PAUSED, until)

    def test_what_waits_for_a_decision_or_stands_too_high_stays(self, cast: Cast, clock: FixedClock) -> None:
        waiting, high, low = (cast.open_finding(clock.now()).ref for _ in range(3))
        climb(cast, clock, owed(cast, clock, waiting).id, 5)
        climb(cast, clock, owed(cast, clock, high).id, 3)
        slower(cast, clock, last=2)
        with cast.writing("Sokha", clock.now()) as unit:
            moved = ladders.migrate(unit, "high", reason="shorter")
        assert [m.ref for m in moved] == [low]
        assert owed(cast, clock, waiting).state is ObligationState.AWAITING_DECISION

    def test_at_the_new_last_stage_the_committee_reviews(self, cast: Cast, clock: FixedClock) -> None:
        """R2, R9."""
        ref = cast.open_finding(clock.now()).ref
        climb(cast, clock, owed(cast, clock, ref).id, 2)
        slower(cast, clock, last=2)
        with cast.writing("Sokha", clock.now()) as unit:
            (moved,) = ladders.migrate(unit, "high", reason="shorter")
        assert moved.becomes is None
        assert len(case_of(cast, clock, ref).live(Kind.REVIEW)) == 1

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        slower(cast, clock)
        for name in ("Dara", "Bopha"):
            said = sentence(cast, clock.now(), name, lambda u: ladders.migrate(u, "high", reason="x"))
            assert said == ONLY_COORDINATOR
        with pytest.raises(NotAllowed), cast.reading("Dara", clock.now()) as look:
            ladders.preview_migration(look, "high")
