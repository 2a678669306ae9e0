"""What may be done with a corrective action, by whom, and what does it leave behind?"""

from datetime import date
from uuid import uuid4

import pytest

from clm_tracker.commands import actions
from clm_tracker.db import load
from clm_tracker.db.units import Writing
from clm_tracker.domain.cases import Case
from clm_tracker.domain.words import (
    ActionState,
    AgreedWhere,
    Agreement,
    Kind,
    ObligationState,
    Side,
    Verdict,
)
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import NotFound, Stale
from tests.cast import Cast
from tests.commands import promises
from tests.commands.left import left_by, refused, sentence

NOT_INCLUDED = "Your role in this programme does not include this."
LATER = date(2026, 4, 10)


def case_of(cast: Cast, clock: FixedClock, ref: str) -> Case:
    with cast.reading("Sokha", clock.now()) as look:
        return load.case(look, ref)


class TestPropose:
    def test_by_the_duty_bearer_it_acknowledges_too(self, cast: Cast, clock: FixedClock) -> None:
        """R9, R14."""
        ref = cast.open_finding(clock.now()).ref
        with left_by(cast, clock.now()) as left, cast.writing("Sophea", clock.now()) as unit:
            made = actions.propose(unit, ref, what="Courier", due_on=promises.PROMISED, expected="Results")
        assert (made.state, made.proposed_side) == (ActionState.PROPOSED, Side.DUTY_BEARER)
        assert left.lines == ["acknowledged", "obligation_met", "obligation_opened", "action_proposed"]
        assert left.notices == {("action_proposed", "advocates")}, "it waits for the other side"

    def test_by_the_community(self, cast: Cast, clock: FixedClock) -> None:
        ref = cast.open_finding(clock.now()).ref
        with left_by(cast, clock.now()) as left, cast.writing("Chan", clock.now()) as unit:
            made = actions.propose(unit, ref, what="Courier", due_on=promises.PROMISED)
        assert made.proposed_side is Side.COMMUNITY
        assert left.lines == ["action_proposed"]

    def test_recorded_for_the_duty_bearer(self, cast: Cast, clock: FixedClock) -> None:
        ref = cast.open_finding(clock.now()).ref
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            made = actions.propose(unit, ref, what="Courier", due_on=promises.PROMISED, for_duty_bearer=True)
        assert made.proposed_side is Side.DUTY_BEARER
        assert left.facts[-1]["on_behalf_of"] == "Chief, Ta Pung Health Centre"
        assert left.by == {("Dara", "advocate")}

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        ref = cast.open_finding(clock.now()).ref

        def propose(unit: Writing) -> None:
            actions.propose(unit, ref, what="Courier", due_on=promises.PROMISED)

        assert sentence(cast, clock.now(), "Bopha", propose) == NOT_INCLUDED
        for name in ("Kosal", "Phal", "Maly"):
            assert isinstance(refused(cast, clock.now(), name, propose), NotFound)
        said = sentence(
            cast, clock.now(), "Dara", lambda u: actions.propose(u, ref, what="Now", due_on=date(2026, 3, 2))
        )
        assert said == "The date has to lie in the future."


class TestChange:
    def test_the_other_side_has_to_accept_then(self, cast: Cast, clock: FixedClock) -> None:
        _, action = promises.proposed(cast, clock)
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            before = load.case_of(unit, "action", action).actions[action]
            other = actions.change(
                unit, action, what="Courier twice a week", due_on=LATER, how_checked="Slips are counted "
            )
        assert (other.proposed_side, other.due_on) == (Side.COMMUNITY, LATER)
        assert (other.expected, other.how_checked) == (before.expected, "Slips are counted")
        assert left.lines == ["action_changed"]
        said = sentence(cast, clock.now(), "Dara", lambda u: actions.accept(u, action))
        assert said == ("Your side proposed this; the other side accepts it. Or say where both sides agreed.")

    def test_of_nothing_is_refused(self, cast: Cast, clock: FixedClock) -> None:
        _, action = promises.proposed(cast, clock)
        with cast.reading("Dara", clock.now()) as look:
            stands = load.case_of(look, "action", action).actions[action]
        said = sentence(
            cast,
            clock.now(),
            "Dara",
            lambda u: actions.change(u, action, what=stands.what, due_on=stands.due_on),
        )
        assert said == "Nothing is changed in it. Whoever agrees accepts it as it stands."

    def test_a_duty_bearer_who_answers_has_acknowledged(self, cast: Cast, clock: FixedClock) -> None:
        """R14: nothing escalates about somebody who answered."""
        ref = cast.open_finding(clock.now()).ref
        with cast.writing("Dara", clock.now()) as unit:
            made = actions.propose(unit, ref, what="Courier", due_on=promises.PROMISED)
        with left_by(cast, clock.now()) as left, cast.writing("Sophea", clock.now()) as unit:
            actions.change(unit, made.id, what="Courier twice a week", due_on=LATER)
        assert left.lines[0] == "acknowledged"
        with cast.writing("Dara", clock.now()) as unit:
            actions.accept(unit, made.id)
        case = case_of(cast, clock, ref)
        assert [o.kind for o in case.obligations.values() if o.state is ObligationState.RUNNING] == [Kind.ACT]

    def test_a_change_of_what_was_changed_meanwhile_is_refused(self, cast: Cast, clock: FixedClock) -> None:
        _, action = promises.proposed(cast, clock)
        with cast.writing("Dara", clock.now()) as unit:
            actions.change(unit, action, what="Courier twice a week", due_on=LATER, version=1)
        no = refused(
            cast,
            clock.now(),
            "Sophea",
            lambda u: actions.change(u, action, what="Once", due_on=LATER, version=1),
        )
        assert isinstance(no, Stale)
        assert no.sentence == (
            "Dara changed this on Mon 2 March 2026 at 09:00. Look at it again before you go on."
        )


class TestAccept:
    def test_both_sides_accept_the_same_text_and_date(self, cast: Cast, clock: FixedClock) -> None:
        """R14."""
        ref, action = promises.proposed(cast, clock)
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            agreed = actions.accept(unit, action)
        assert (agreed.state, agreed.agreement) == (ActionState.AGREED, Agreement.AGREED)
        assert left.lines == ["action_agreed", "obligation_met", "obligation_opened"]
        assert left.notices == {("action_agreed", "health_centre")}
        (owed,) = case_of(cast, clock, ref).live()
        assert (owed.kind, owed.due_on) == (Kind.ACT, promises.PROMISED)

    def test_where_both_sides_agreed_is_kept(self, cast: Cast, clock: FixedClock) -> None:
        ref = cast.open_finding(clock.now()).ref
        with cast.writing("Dara", clock.now()) as unit:
            made = actions.propose(unit, ref, what="Courier", due_on=promises.PROMISED)
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            agreed = actions.accept(unit, made.id, where=AgreedWhere.MEETING, agreed_on=date(2026, 2, 27))
        assert (agreed.agreed_where, agreed.agreed_on) == (AgreedWhere.MEETING, date(2026, 2, 27))
        assert left.facts[0]["on_behalf_of"] == "Chief, Ta Pung Health Centre"
        running = [
            o for o in case_of(cast, clock, ref).obligations.values() if o.state is ObligationState.RUNNING
        ]
        assert [o.kind for o in running] == [Kind.ACT], "whoever was there need not acknowledge any more"

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        _, action = promises.proposed(cast, clock)
        assert sentence(cast, clock.now(), "Rith", lambda u: actions.accept(u, action)) == NOT_INCLUDED
        for who, which in (("Maly", action), ("Dara", uuid4())):
            no = refused(cast, clock.now(), who, lambda u, which=which: actions.accept(u, which))  # type: ignore[misc]
            assert isinstance(no, NotFound)


class TestImposeAndDrop:
    def test_an_action_set_without_agreement_says_so(self, cast: Cast, clock: FixedClock) -> None:
        """R14."""
        ref, action = promises.proposed(cast, clock)
        said = sentence(cast, clock.now(), "Sophea", lambda u: actions.impose(u, action, reason="x"))
        assert said == NOT_INCLUDED
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            imposed = actions.impose(unit, action, reason="no answer to two letters")
        assert imposed.agreement is Agreement.IMPOSED
        assert left.lines == ["action_imposed", "obligation_met", "obligation_opened"]
        assert left.notices == {("action_imposed", "health_centre")}
        assert [o.kind for o in case_of(cast, clock, ref).live()] == [Kind.ACT]

    def test_dropping_the_last_one_asks_for_another(self, cast: Cast, clock: FixedClock) -> None:
        """R2, decision 0005."""
        ref, action = promises.agreed(cast, clock)
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            dropped = actions.drop(unit, action, reason="The laboratory moved")
        assert (dropped.state, dropped.drop_reason) == (ActionState.DROPPED, "The laboratory moved")
        assert left.lines == ["action_dropped", "obligation_voided", "obligation_opened"]
        assert left.notices == {("action_dropped", "health_centre")}
        assert [o.kind for o in case_of(cast, clock, ref).live()] == [Kind.AGREE]
        said = sentence(cast, clock.now(), "Sophea", lambda u: actions.drop(u, action, reason="x"))
        assert said == NOT_INCLUDED


class TestExtension:
    def test_asked_and_granted_the_first_date_stays_on_record(self, cast: Cast, clock: FixedClock) -> None:
        """R15."""
        ref, action = promises.agreed(cast, clock)
        with left_by(cast, clock.now()) as left, cast.writing("Sophea", clock.now()) as unit:
            asked = actions.ask_extension(unit, action, due_on=LATER, reason="the courier left")
        assert asked.extension_asked_on == LATER
        assert left.lines == ["extension_asked"]
        assert left.notices == {("extension_asked", "advocates")}
        said = sentence(
            cast, clock.now(), "Sophea", lambda u: actions.answer_extension(u, action, grant=True)
        )
        assert said == "Only the community side grants or refuses more time."
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            granted = actions.answer_extension(unit, action, grant=True)
        assert (granted.due_on, granted.first_due_on, granted.extensions) == (LATER, promises.PROMISED, 1)
        assert left.lines == ["extension_granted", "due_moved"]
        assert left.notices == {("extension_granted", "health_centre"), ("due_moved", "health_centre")}
        (owed,) = case_of(cast, clock, ref).live()
        assert (owed.due_on, owed.slips, owed.due_version) == (LATER, 1, 2)

    def test_refused_with_a_reason_the_date_stays(self, cast: Cast, clock: FixedClock) -> None:
        ref, action = promises.agreed(cast, clock)
        with cast.writing("Dara", clock.now()) as unit:
            actions.ask_extension(unit, action, due_on=LATER, reason="they called")
        said = sentence(cast, clock.now(), "Dara", lambda u: actions.answer_extension(u, action, grant=False))
        assert said == "Say why more time is not granted."
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            actions.answer_extension(unit, action, grant=False, reason="people wait")
        assert left.lines == ["extension_refused"]
        assert case_of(cast, clock, ref).live()[0].due_on == promises.PROMISED

    def test_after_the_due_date_it_is_too_late(self, cast: Cast, clock: FixedClock) -> None:
        _, action = promises.agreed(cast, clock)
        clock.advance(days=19)
        said = sentence(
            cast,
            clock.now(),
            "Sophea",
            lambda u: actions.ask_extension(u, action, due_on=LATER, reason="late"),
        )
        assert said == "More time has to be asked for before the due date, Fri 20 March 2026."


class TestReportAndVerify:
    def test_a_report_stops_the_clock_and_the_community_checks(self, cast: Cast, clock: FixedClock) -> None:
        """R17."""
        ref, action = promises.agreed(cast, clock)
        said = sentence(cast, clock.now(), "Bopha", lambda u: actions.report_done(u, action, note="done"))
        assert said == NOT_INCLUDED
        with left_by(cast, clock.now()) as left, cast.writing("Sophea", clock.now()) as unit:
            assert actions.report_done(unit, action, note="done").state is ActionState.REPORTED
        assert left.lines == ["action_reported", "obligation_suspended", "obligation_opened"]
        assert left.notices == {("action_reported", "advocates")}
        states = {o.kind: o.state for o in case_of(cast, clock, ref).live()}
        assert states == {Kind.ACT: ObligationState.SUSPENDED, Kind.VERIFY: ObligationState.RUNNING}

    def test_a_check_needs_evidence_of_the_community(self, cast: Cast, clock: FixedClock) -> None:
        _, action = promises.reported(cast, clock)
        said = sentence(
            cast,
            clock.now(),
            "Dara",
            lambda u: actions.verify(u, action, verdict=Verdict.FIXED, note="Fixed"),
        )
        assert said == (
            "Add at least one piece of evidence of the check that does not come from the duty bearer."
        )

    def test_fixed(self, cast: Cast, clock: FixedClock) -> None:
        """R17, decision 0005: then the finding as a whole is to be confirmed."""
        ref, action = promises.reported(cast, clock)
        with left_by(cast, clock.now()) as left, cast.writing("Bopha", clock.now()) as unit:
            assert promises.fixed(unit, action).state is ActionState.VERIFIED
        assert left.lines == [
            "evidence_attached",
            "action_verified",
            "obligation_met",
            "obligation_met",
            "obligation_opened",
        ]
        assert left.notices == {("action_verified", "health_centre")}
        case = case_of(cast, clock, ref)
        (seen,) = case.evidence.values()
        assert (seen.side, seen.action_id, seen.text) == (
            Side.COMMUNITY,
            action,
            "Results of last week are there",
        )
        assert [o.kind for o in case.live()] == [Kind.VERIFY]

    @pytest.mark.parametrize("verdict", [Verdict.PARTLY, Verdict.NOT_FIXED])
    def test_not_fixed_returns_it_with_the_time_it_had_left(
        self, cast: Cast, clock: FixedClock, verdict: Verdict
    ) -> None:
        """R17: reported on Friday the 6th, checked on Wednesday the 11th: three working days stood still."""
        ref, action = promises.reported(cast, clock)
        clock.advance(days=5)
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            back = actions.verify(unit, action, verdict=verdict, note="Not yet", statement="No results")
        assert (back.state, back.verdict) == (ActionState.AGREED, verdict)
        assert left.lines == [
            "evidence_attached",
            "action_verified",
            "obligation_met",
            "obligation_returned",
        ]
        (owed,) = case_of(cast, clock, ref).live()
        assert (owed.kind, owed.due_on.isoformat()) == (Kind.ACT, "2026-03-25")

    def test_whoever_reported_it_does_not_check_it(self, cast: Cast, clock: FixedClock) -> None:
        """R17."""
        _, action = promises.agreed(cast, clock)
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            actions.report_done(unit, action, note="they called")
        assert left.facts[0]["on_behalf_of"] == "Chief, Ta Pung Health Centre"
        said = sentence(cast, clock.now(), "Dara", lambda u: promises.fixed(u, action))
        assert said == "You reported it done, so somebody else has to check it."
        said = sentence(cast, clock.now(), "Sophea", lambda u: promises.fixed(u, action))
        assert said == "Only the community side verifies: the one who owes the action does not check it."
        said = sentence(cast, clock.now(), "Vanna", lambda u: promises.fixed(u, action))
        assert said == "You are recused: this concerns your own organisation."
        with cast.writing("Chan", clock.now()) as unit:
            assert promises.fixed(unit, action).verified_by == cast.people["Chan"]
