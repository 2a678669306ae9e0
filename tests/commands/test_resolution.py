"""How does a finding end, who may say so, and what is owed afterwards?"""

from clm_tracker.commands import actions, findings, programmes
from clm_tracker.db import load
from clm_tracker.db.units import Writing
from clm_tracker.domain.cases import Case
from clm_tracker.domain.words import FindingStatus, Kind
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import NotFound
from tests.cast import Cast
from tests.commands import promises
from tests.commands.left import left_by, refused, sentence


def case_of(cast: Cast, clock: FixedClock, ref: str) -> Case:
    with cast.reading("Sokha", clock.now()) as look:
        return load.case(look, ref)


class TestResolve:
    def test_one_proposes_and_a_second_person_confirms(self, cast: Cast, clock: FixedClock) -> None:
        """R18."""
        ref, _ = promises.verified(cast, clock)

        def resolve(unit: Writing) -> None:
            findings.resolve(unit, ref, note="Results arrive")

        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            resolve(unit)
        assert left.lines == ["resolution_proposed"]
        assert left.notices == set()
        assert (
            sentence(cast, clock.now(), "Dara", resolve)
            == "You proposed this; a second person from the community side confirms it."
        )
        with left_by(cast, clock.now()) as left, cast.writing("Bopha", clock.now()) as unit:
            resolve(unit)
        assert left.lines == [
            "finding_resolved",
            "obligation_met",
            "obligation_opened",
            "obligation_opened",
        ]
        assert left.notices == {("finding_resolved", "health_centre"), ("finding_resolved", "Dara")}
        case = case_of(cast, clock, ref)
        assert case.finding.status is FindingStatus.RESOLVED
        assert {o.kind for o in case.live()} == {Kind.TELL_COMMUNITY, Kind.SUSTAIN}

    def test_without_four_eyes_one_is_enough(self, cast: Cast, clock: FixedClock) -> None:
        with cast.writing("Sokha", clock.now()) as unit:
            programmes.change_settings(unit, {"four_eyes": False})
        ref, _ = promises.verified(cast, clock)
        with cast.writing("Dara", clock.now()) as unit:
            assert findings.resolve(unit, ref, note="Fixed").status is FindingStatus.RESOLVED

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        ref, action = promises.reported(cast, clock)

        def resolve(unit: Writing) -> None:
            findings.resolve(unit, ref, note="Results arrive")

        assert sentence(cast, clock.now(), "Dara", resolve) == (
            "A corrective action is neither verified nor dropped yet: Courier on Tuesdays"
        )
        assert sentence(cast, clock.now(), "Sophea", resolve) == "Only the community side resolves a finding."
        assert (
            sentence(cast, clock.now(), "Vanna", resolve)
            == "You are recused: this concerns your own organisation."
        )
        assert isinstance(refused(cast, clock.now(), "Maly", resolve), NotFound)
        with cast.writing("Dara", clock.now()) as unit:
            actions.drop(unit, action, reason="The laboratory moved")
        assert (
            sentence(cast, clock.now(), "Dara", resolve)
            == "Add at least one piece of evidence of the resolution that comes from the community."
        )


class TestAfterwards:
    def test_the_community_is_told(self, cast: Cast, clock: FixedClock) -> None:
        ref = promises.resolved(cast, clock)

        def tell(unit: Writing) -> None:
            findings.tell_community(unit, ref, note="At the monthly meeting")

        assert sentence(cast, clock.now(), "Bopha", tell) == (
            "Your role in this programme does not include this."
        )
        with left_by(cast, clock.now()) as left, cast.writing("Chan", clock.now()) as unit:
            tell(unit)
        assert left.lines == ["community_told", "obligation_met"]
        assert (
            sentence(cast, clock.now(), "Chan", tell)
            == "Nobody owes telling the community what came of it at present."
        )

    def test_still_fixed_a_round_later(self, cast: Cast, clock: FixedClock) -> None:
        ref = promises.resolved(cast, clock)
        clock.advance(days=90)
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            after = findings.check_sustained(unit, ref, still_fixed=True, note="Results within a week")
        assert after.status is FindingStatus.RESOLVED
        assert left.lines == ["sustain_checked", "obligation_met"]

    def test_not_fixed_any_more_it_is_open_again(self, cast: Cast, clock: FixedClock) -> None:
        ref = promises.resolved(cast, clock)
        clock.advance(days=90)
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            after = findings.check_sustained(unit, ref, still_fixed=False, note="No courier since May")
        assert (after.status, after.reopened) == (FindingStatus.OPEN, 1)
        assert left.lines == [
            "sustain_checked",
            "obligation_met",
            "finding_reopened",
            "obligation_voided",
            "obligation_opened",
        ]
        assert left.notices == {("finding_reopened", "health_centre")}

    def test_reopened_by_hand(self, cast: Cast, clock: FixedClock) -> None:
        """R8."""
        ref = promises.resolved(cast, clock)

        def reopen(unit: Writing) -> None:
            findings.reopen(unit, ref, reason="The same again")

        assert sentence(cast, clock.now(), "Sophea", reopen) == (
            "Your role in this programme does not include this."
        )
        with cast.writing("Chan", clock.now()) as unit:
            reopen(unit)
        assert [o.kind for o in case_of(cast, clock, ref).live()] == [Kind.AGREE]
        assert sentence(cast, clock.now(), "Chan", reopen) == "Only a resolved finding can be reopened."


class TestReply:
    def test_it_is_kept_and_the_advocates_hear_of_it(self, cast: Cast, clock: FixedClock) -> None:
        """R27."""
        ref = cast.open_finding(clock.now()).ref
        with left_by(cast, clock.now()) as left, cast.writing("Sophea", clock.now()) as unit:
            findings.reply(unit, ref, text="We have asked for a courier twice.")
        assert left.lines == ["replied"]
        assert left.facts == [
            {"text": "We have asked for a courier twice.", "stage": None, "on_behalf_of": None}
        ]
        assert left.notices == {("replied", "advocates")}
        said = sentence(cast, clock.now(), "Rith", lambda u: findings.reply(u, ref, text="Ours"))
        assert said == "Your role in this programme does not include this."


class TestReview:
    def test_there_is_nothing_to_review_before_the_last_stage(self, cast: Cast, clock: FixedClock) -> None:
        ref = cast.open_finding(clock.now()).ref
        said = sentence(cast, clock.now(), "Bopha", lambda u: findings.review(u, ref, note="seen"))
        assert said == "Nobody owes a review by the steering committee at present."
        said = sentence(cast, clock.now(), "Sokha", lambda u: findings.review(u, ref, note="seen"))
        assert said == "Only a member of the steering committee reviews findings."
