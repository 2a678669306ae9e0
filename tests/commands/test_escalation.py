"""How does the committee decide about a stage, and who lets held stages go? (R26, R27, R31)"""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from clm_tracker.commands import escalation, findings, obligations
from clm_tracker.db import changes, load
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import BrakeRow
from clm_tracker.db.units import Writing
from clm_tracker.domain import events
from clm_tracker.domain.cases import Case
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Kind, ObligationState, ProposalState, Severity
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.queries import findings as findings_seen
from clm_tracker.queries import proposals as proposals_seen
from tests.cast import Cast
from tests.commands.left import left_by, refused, sentence

ONLY_COMMITTEE = "Only a member of the steering committee decides this."


def case_of(cast: Cast, clock: FixedClock, ref: str) -> Case:
    with cast.reading("Sokha", clock.now()) as look:
        return load.case(look, ref, lock=False)


def waiting(case: Case) -> UUID:
    (one,) = [p.id for p in case.proposals.values() if p.state is ProposalState.WAITING]
    return one


def proposed(cast: Cast, clock: FixedClock, stage: int = 5) -> tuple[str, UUID]:
    """A finding whose acknowledgement was pushed up to a stage that waits for the committee, and its proposal."""
    ref = cast.open_finding(clock.now(), severity=Severity.CRITICAL).ref
    (owed,) = case_of(cast, clock, ref).live()
    for below in range(stage):
        with cast.writing("Dara", clock.now()) as unit:
            obligations.escalate(unit, owed.id, from_stage=below, reason="nobody answers")
        case = case_of(cast, clock, ref)
        if 4 <= below < stage - 1:
            with cast.writing("Bopha", clock.now()) as unit:
                escalation.approve(unit, waiting(case))
    return ref, waiting(case_of(cast, clock, ref))


class TestApprove:
    def test_one_approval_enters_the_stage(self, cast: Cast, clock: FixedClock) -> None:
        """R26."""
        ref, proposal = proposed(cast, clock)
        case = case_of(cast, clock, ref)
        assert {o.kind: o.state for o in case.live()} == {
            Kind.ACKNOWLEDGE: ObligationState.AWAITING_DECISION,
            Kind.DECIDE: ObligationState.RUNNING,
        }
        with left_by(cast, clock.now()) as left, cast.writing("Bopha", clock.now()) as unit:
            decided = escalation.approve(unit, proposal)
        assert decided.state is ProposalState.APPROVED
        assert left.lines == ["proposal_approved", "stage_entered"]
        assert left.notices == {
            ("proposal_approved", "advocates"),
            ("stage_entered", "national"),
            ("stage_entered", "health_centre"),
        }
        (owed,) = case_of(cast, clock, ref).live()
        assert (owed.stage, owed.state) == (5, ObligationState.RUNNING)

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        """R26, R39."""
        _, proposal = proposed(cast, clock)

        def approve(unit: Writing) -> None:
            escalation.approve(unit, proposal)

        for name in ("Dara", "Sokha"):
            assert sentence(cast, clock.now(), name, approve) == ONLY_COMMITTEE
        assert (
            sentence(cast, clock.now(), "Vanna", approve)
            == "You are recused: this concerns your own organisation."
        )
        for name in ("Phal", "Maly"):
            assert isinstance(refused(cast, clock.now(), name, approve), NotFound)
        with cast.writing("Rith", clock.now()) as unit:
            approve(unit)
        assert sentence(cast, clock.now(), "Bopha", approve) == "This proposal is approved already."

    def test_a_public_stage_needs_a_risk_check_a_reply_and_two_people(
        self, cast: Cast, clock: FixedClock
    ) -> None:
        """R21, R27."""
        ref, proposal = proposed(cast, clock, stage=7)

        def approve(unit: Writing) -> None:
            escalation.approve(unit, proposal)

        assert sentence(cast, clock.now(), "Bopha", approve).startswith(
            "A public stage needs a completed risk check first"
        )

        def check(unit: Writing) -> None:
            escalation.check_risk(
                unit, proposal, who="People seen at the site", how="In totals only", last_word="Ponleu"
            )

        assert (
            sentence(cast, clock.now(), "Dara", check)
            == "The risk check is done by the steering committee or a coordinator."
        )
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            check(unit)
        assert left.lines == ["risk_checked"]
        assert sentence(cast, clock.now(), "Bopha", approve).startswith(
            "The duty bearer has the right of reply first"
        )
        # Who could be harmed is not for those whom it is about to read.
        for name, seen in (
            ("Sophea", None),
            ("Bopha", "People seen at the site"),
            ("Dara", "People seen at the site"),
        ):
            with cast.reading(name, clock.now()) as look:
                shown = {p.proposal.stage: p.proposal for p in findings_seen.one(look, ref).proposals}
                assert shown[7].risk_who == seen
                assert [p.proposal.risk_who for p in proposals_seen.page(look).items] == [seen]
        with cast.writing("Sophea", clock.now()) as unit:
            findings.reply(unit, ref, text="We have no courier.")
        clock.advance(days=8)
        with left_by(cast, clock.now()) as left, cast.writing("Bopha", clock.now()) as unit:
            assert escalation.approve(unit, proposal).state is ProposalState.WAITING
        assert left.lines == ["proposal_approved"]
        assert (
            sentence(cast, clock.now(), "Bopha", approve)
            == "You approved this already; a different person has to approve it too."
        )
        with left_by(cast, clock.now()) as left, cast.writing("Rith", clock.now()) as unit:
            decided = escalation.approve(unit, proposal)
        assert (decided.state, decided.reply) == (ProposalState.APPROVED, "We have no courier.")
        assert left.lines == ["proposal_approved", "stage_entered"]
        assert left.facts[1]["public"] is True


class TestDeferAndRefuse:
    def test_deferred_to_a_day_with_a_reason(self, cast: Cast, clock: FixedClock) -> None:
        """R26."""
        ref, proposal = proposed(cast, clock)
        day = date(2026, 3, 25)

        def defer(unit: Writing) -> None:
            escalation.defer(unit, proposal, until=day, reason="The minister visits")

        assert sentence(cast, clock.now(), "Sokha", defer) == ONLY_COMMITTEE
        with left_by(cast, clock.now()) as left, cast.writing("Rith", clock.now()) as unit:
            defer(unit)
        assert left.lines == ["proposal_deferred", "due_moved"]
        assert left.notices == {("proposal_deferred", "advocates"), ("due_moved", "committee")}
        (decide,) = case_of(cast, clock, ref).live(Kind.DECIDE)
        assert decide.due_on == day

    def test_refused_it_is_proposed_again_after_its_wait(self, cast: Cast, clock: FixedClock) -> None:
        """R26."""
        ref, proposal = proposed(cast, clock)

        def refuse(unit: Writing) -> None:
            escalation.refuse(unit, proposal, reason="The province answers")

        assert sentence(cast, clock.now(), "Dara", refuse) == ONLY_COMMITTEE
        with left_by(cast, clock.now()) as left, cast.writing("Bopha", clock.now()) as unit:
            assert escalation.refuse(unit, proposal, reason="The province answers").state is (
                ProposalState.REFUSED
            )
        assert left.lines == ["proposal_refused"]
        assert left.notices == {("proposal_refused", "advocates")}
        (owed,) = case_of(cast, clock, ref).live()
        assert (owed.stage, owed.state) == (4, ObligationState.RUNNING)
        assert owed.next_step_at is not None
        assert owed.next_step_at > clock.now()


class TestReview:
    def test_at_the_last_stage_the_committee_reviews_for_ever(self, cast: Cast, clock: FixedClock) -> None:
        """R9."""
        ref, _ = proposed(cast, clock, stage=7)
        for stage in (7, 8):
            proposal = waiting(case_of(cast, clock, ref))
            with cast.writing("Sokha", clock.now()) as unit:
                escalation.check_risk(unit, proposal, who="Nobody", how="In totals", last_word="Ponleu")
            clock.advance(days=10)
            for name in ("Bopha", "Rith"):
                with cast.writing(name, clock.now()) as unit:
                    escalation.approve(unit, proposal)
            if stage == 7:
                (owed,) = case_of(cast, clock, ref).live(Kind.ACKNOWLEDGE)
                with cast.writing("Dara", clock.now()) as unit:
                    obligations.escalate(unit, owed.id, from_stage=7, reason="nobody answers")
        assert len(case_of(cast, clock, ref).live(Kind.REVIEW)) == 1
        with left_by(cast, clock.now()) as left, cast.writing("Rith", clock.now()) as unit:
            findings.review(unit, ref, note="A second letter to the ministry")
        assert left.lines == ["review_done", "obligation_met", "obligation_opened"]
        assert len(case_of(cast, clock, ref).live(Kind.REVIEW)) == 1


class TestReleaseBrake:
    @pytest.fixture
    def brake(self, cast: Cast, clock: FixedClock) -> UUID:
        with cast.writing("engine", clock.now()) as unit:
            unit.require(Act.RUN_ENGINE)
            row = BrakeRow(
                id=new_id(),
                programme_id=cast.programme_id,
                set_at=clock.now(),
                reason="60 of 100 would climb at once",
                held=60,
                running=100,
                through=clock.now(),
            )
            unit.session.add(row)
            unit.session.flush()
            event = events.BrakeSet(60, 100, row.reason)
            changes.announce(unit, Act.RUN_ENGINE, event, "brake", row.id)
        return row.id

    def test_a_coordinator_lets_them_go(self, cast: Cast, clock: FixedClock, brake: UUID) -> None:
        """R31."""
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            assert escalation.release_brake(unit, reason="The outage is over") == 60
        assert left.lines == ["brake_released"]
        assert left.facts == [{"held": 60, "reason": "The outage is over"}]
        with cast.reading("Sokha", clock.now()) as look:
            row = look.session.scalars(select(BrakeRow).where(BrakeRow.id == brake)).one()
        assert (row.released_at, row.released_by) == (clock.now(), cast.people["Sokha"])
        said = sentence(
            cast, clock.now(), "Sokha", lambda u: escalation.release_brake(u, reason="The outage is over")
        )
        assert said == "No stages are held at present."

    @pytest.mark.usefixtures("brake")
    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        def release(unit: Writing) -> None:
            escalation.release_brake(unit, reason=" ")

        assert sentence(cast, clock.now(), "Sokha", release) == "Say why the held stages may go on."
        for name in ("Dara", "Bopha", "Sophea", "Phal"):
            assert sentence(cast, clock.now(), name, release) == "Only a coordinator releases held stages."
        assert sentence(cast, clock.now(), "Maly", release) == "You have no role in this programme."
