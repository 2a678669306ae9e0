"""How do people stop and start a clock, and climb early? (R16, R28)"""

from datetime import timedelta

from clm_tracker.commands import findings, obligations
from clm_tracker.db import load
from clm_tracker.db.units import Writing
from clm_tracker.domain.cases import Obligation
from clm_tracker.domain.words import Kind, ObligationState, PauseReason
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import NotFound, NotNow
from tests.cast import Cast
from tests.commands.left import left_by, refused, sentence


def owed(cast: Cast, clock: FixedClock, ref: str) -> Obligation:
    with cast.reading("Sokha", clock.now()) as look:
        (only,) = load.case(look, ref, lock=False).live()
    return only


class TestPause:
    def test_the_clock_stands_still_and_runs_on(self, cast: Cast, clock: FixedClock) -> None:
        """R16: Monday to Wednesday noon gives two working days back."""
        ref = cast.open_finding(clock.now()).ref
        before = owed(cast, clock, ref)
        until = clock.now() + timedelta(days=10)
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            paused = obligations.pause(
                unit, before.id, reason=PauseReason.WAITING_FOR_US, until=until, note="our list is late"
            )
        assert (paused.state, paused.pause_until, paused.pauses) == (ObligationState.PAUSED, until, 1)
        assert left.lines == ["paused"]
        assert left.notices == {("paused", "health_centre")}
        clock.advance(days=2)
        with left_by(cast, clock.now()) as left, cast.writing("Bopha", clock.now()) as unit:
            running = obligations.resume(unit, before.id)
        assert running.state is ObligationState.RUNNING
        assert (before.due_on.isoformat(), running.due_on.isoformat()) == ("2026-03-09", "2026-03-11")
        assert left.lines == ["pause_ended"]
        assert left.notices == {("pause_ended", "health_centre")}

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        ref = cast.open_finding(clock.now()).ref
        which = owed(cast, clock, ref).id

        def pause(unit: Writing) -> None:
            obligations.pause(unit, which, reason=PauseReason.AGREED, until=clock.now() + timedelta(days=31))

        said = sentence(cast, clock.now(), "Dara", pause)
        assert said == "All pauses together last at most 30 days; 30 are left."
        for name in ("Sophea", "Bopha"):
            said = sentence(cast, clock.now(), name, pause)
            assert said == "Only an advocate or a coordinator pauses a clock."
        for name in ("Phal", "Maly", "Kosal"):
            assert isinstance(refused(cast, clock.now(), name, pause), NotFound)
        said = sentence(cast, clock.now(), "Dara", lambda u: obligations.resume(u, which))
        assert said == "This clock is not paused."

    def test_a_duty_bearer_does_not_lift_a_freeze(self, cast: Cast, clock: FixedClock) -> None:
        ref = cast.open_finding(clock.now()).ref
        which = owed(cast, clock, ref).id
        with cast.writing("Dara", clock.now()) as unit:
            frozen = obligations.pause(unit, which, reason=PauseReason.SAFETY)
        assert frozen.pause_until is None
        said = sentence(cast, clock.now(), "Sophea", lambda u: obligations.resume(u, which))
        assert said == "Only the community side lifts a pause."


class TestEscalate:
    def test_early_with_a_reason(self, cast: Cast, clock: FixedClock) -> None:
        """R28."""
        ref = cast.open_finding(clock.now()).ref
        which = owed(cast, clock, ref).id
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            climbed = obligations.escalate(unit, which, from_stage=0, reason="people are sent away")
        assert (climbed.stage, climbed.stage_entered_at) == (1, clock.now())
        assert left.lines == ["stage_entered"]
        assert left.facts[0]["reason"] == "people are sent away"
        assert left.notices == {("stage_entered", "health_centre")}

    def test_what_moved_meanwhile_is_not_moved_again(self, cast: Cast, clock: FixedClock) -> None:
        """R28."""
        ref = cast.open_finding(clock.now()).ref
        which = owed(cast, clock, ref).id

        def escalate(unit: Writing) -> None:
            obligations.escalate(unit, which, from_stage=0, reason="people are sent away")

        with cast.writing("Bopha", clock.now()) as unit:
            escalate(unit)
        no = refused(cast, clock.now(), "Dara", escalate)
        assert isinstance(no, NotNow)
        assert (no.code, no.sentence) == (
            "already_escalated",
            "This was already escalated: it stands at stage 1 now.",
        )

    def test_a_vacant_post_falls_through_to_its_superior(self, cast: Cast, clock: FixedClock) -> None:
        """R29: nobody holds the hospital's post, so the provincial director is told."""
        ref = cast.open_finding(clock.now(), site="hospital").ref
        which = owed(cast, clock, ref).id
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            obligations.escalate(unit, which, from_stage=0, reason="people are sent away")
        assert left.notices == {("stage_entered", "province")}
        assert left.facts[0]["fell_through"] == (
            "Director, Battambang Referral Hospital is vacant; "
            "Director, Provincial Health Department was told instead."
        )
        with cast.writing("Ratha", clock.now()) as unit:
            findings.acknowledge(unit, ref)
        assert owed(cast, clock, ref).kind is Kind.AGREE

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        ref = cast.open_finding(clock.now()).ref
        which = owed(cast, clock, ref).id

        def escalate(unit: Writing) -> None:
            obligations.escalate(unit, which, from_stage=0, reason=" ")

        assert sentence(cast, clock.now(), "Dara", escalate) == "Say why this cannot wait for its date."
        assert (
            sentence(cast, clock.now(), "Sophea", escalate)
            == "Only an advocate, a coordinator or the committee escalates."
        )
        assert (
            sentence(cast, clock.now(), "Vanna", escalate)
            == "You are recused: this concerns your own organisation."
        )
