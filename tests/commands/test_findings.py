"""What may be done with a finding before and while somebody answers, by whom, and what does it leave behind?"""

from datetime import timedelta
from uuid import uuid4

from clm_tracker.commands import duty_bearers, findings, places, themes
from clm_tracker.db import load
from clm_tracker.db.units import Writing
from clm_tracker.domain.cases import Case
from clm_tracker.domain.words import ClosedAs, FindingStatus, Kind, ObligationState, Severity, Track
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Invalid, NotAllowed, NotFound, NotNow, Stale
from tests.cast import Cast
from tests.commands.left import left_by, refused, sentence

NO_ROLE = "You have no role in this programme."
NOT_INCLUDED = "Your role in this programme does not include this."
NOT_YOURS = "There is no such finding, or it is not yours to see."


def case_of(cast: Cast, clock: FixedClock, ref: str) -> Case:
    with cast.reading("Sokha", clock.now()) as look:
        return load.case(look, ref)


class TestLog:
    def test_r6_the_two_tracks_are_told_apart(self, cast: Cast, clock: FixedClock) -> None:
        """R6: a systemic finding is on the systemic track, one person's case on the individual one; one may say otherwise."""
        tracks = {}
        with cast.writing("Dara", clock.now()) as unit:
            for severity in Severity:
                tracks[severity] = findings.log(unit, title="A fee was asked", severity=severity).track
            said = findings.log(unit, title="A fee", severity=Severity.HIGH, track=Track.SYSTEMIC)
        assert {s for s, track in tracks.items() if track is Track.SYSTEMIC} == {Severity.SYSTEMIC}
        assert said.track is Track.SYSTEMIC

    def test_a_draft_takes_what_follows_from_the_rest(self, cast: Cast, clock: FixedClock) -> None:
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            made = findings.log(
                unit,
                title="  Asked for money  ",
                severity=Severity.SYSTEMIC,
                site_id=cast.sites["health_centre"],
            )
        assert (made.status, made.title, made.track) == (
            FindingStatus.DRAFT,
            "Asked for money",
            Track.SYSTEMIC,
        )
        assert made.area_id == cast.areas["district"]
        assert made.round_id == cast.round_id
        assert (made.logged_by, made.organisation) == (cast.people["Dara"], "Rumduol")
        assert case_of(cast, clock, made.ref).finding == made
        assert left.lines == ["finding_drafted"]
        assert left.by == {("Dara", "advocate")}
        assert left.notices == set()

    def test_a_refused_draft_takes_no_reference(self, cast: Cast, clock: FixedClock) -> None:
        first = cast.draft(clock.now())
        no = refused(cast, clock.now(), "Dara", lambda u: findings.log(u, title=" "))
        assert no.sentence == "Give the finding a title of a few words."
        assert (first.ref, cast.draft(clock.now()).ref) == ("KH-2026-0001", "KH-2026-0002")

    def test_refused_by_role(self, cast: Cast, clock: FixedClock) -> None:
        def log(unit: Writing) -> None:
            findings.log(unit, title="Asked for money", severity=Severity.HIGH)

        for name in ("Bopha", "Sophea", "Phal"):
            assert sentence(cast, clock.now(), name, log) == NOT_INCLUDED
        assert sentence(cast, clock.now(), "Maly", log) == NO_ROLE

    def test_what_is_named_must_be_of_this_programme(self, cast: Cast, clock: FixedClock) -> None:
        maly = cast.actor("Maly", clock.now())
        with cast.store.writing(now=clock.now(), actor=maly, programme_id=cast.other_programme_id) as unit:
            theirs = places.add_area(unit, name="Elsewhere", level="country")
        no = refused(
            cast,
            clock.now(),
            "Dara",
            lambda u: findings.log(
                u, title="Asked for money", severity=Severity.HIGH, area_id=theirs, round_id=uuid4()
            ),
        )
        assert isinstance(no, Invalid)
        assert [(e.field, e.message) for e in no.errors] == [
            ("area_id", "There is no such area in this programme."),
            ("round_id", "There is no such round in this programme."),
        ]

    def test_a_retired_theme_is_not_used_again(self, cast: Cast, clock: FixedClock) -> None:
        with cast.writing("Sokha", clock.now()) as unit:
            themes.retire(unit, cast.themes["care"])
        no = refused(cast, clock.now(), "Dara", lambda _: cast.draft(clock.now()))
        assert isinstance(no, Invalid)
        assert no.errors[0].message == "The theme Care and treatment is no longer used; choose another one."

    def test_a_recurrence_names_the_earlier_finding(self, cast: Cast, clock: FixedClock) -> None:
        """R8."""
        earlier = cast.open_finding(clock.now())
        with cast.writing("Dara", clock.now()) as unit:
            again = findings.log(unit, title="Again", severity=Severity.HIGH, recurrence_of=earlier.ref)
        assert again.recurrence_of == earlier.id


class TestEdit:
    def test_a_draft_changes_and_the_line_says_what(self, cast: Cast, clock: FixedClock) -> None:
        drafted = cast.draft(clock.now())
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            edited = findings.edit(
                unit, drafted.ref, {"title": "No results", "site_id": cast.sites["hospital"]}, version=1
            )
        assert (edited.title, edited.area_id, edited.version) == ("No results", cast.areas["province"], 2)
        assert left.lines == ["finding_edited"]
        assert left.facts == [{"what": "area, site, title"}]

    def test_an_open_finding_keeps_what_its_dates_rest_on(self, cast: Cast, clock: FixedClock) -> None:
        opened = cast.open_finding(clock.now())
        no = refused(
            cast, clock.now(), "Dara", lambda u: findings.edit(u, opened.ref, {"severity": Severity.CRITICAL})
        )
        assert isinstance(no, Invalid)
        assert no.errors[0].field == "severity"

    def test_two_people_at_once_the_second_is_told_who_was_first(self, cast: Cast, clock: FixedClock) -> None:
        opened = cast.open_finding(clock.now())
        clock.advance(hours=1)
        with cast.writing("Sokha", clock.now()) as unit:
            findings.edit(unit, opened.ref, {"title": "No results"}, version=opened.version)
        no = refused(
            cast,
            clock.now(),
            "Dara",
            lambda u: findings.edit(u, opened.ref, {"title": "None"}, version=opened.version),
        )
        assert isinstance(no, Stale)
        assert no.version == opened.version + 1
        assert no.sentence == (
            "Sokha changed this on Mon 2 March 2026 at 10:00. Look at it again before you go on."
        )

    def test_a_draft_is_its_authors_and_the_coordinators(self, cast: Cast, clock: FixedClock) -> None:
        drafted = cast.draft(clock.now())
        for name in ("Chan", "Bopha", "Sophea", "Phal", "Maly"):
            no = refused(cast, clock.now(), name, lambda u: findings.edit(u, drafted.ref, {"title": "Mine"}))
            assert isinstance(no, NotFound)
            assert no.sentence == NOT_YOURS
        with cast.writing("Sokha", clock.now()) as unit:
            assert findings.edit(unit, drafted.ref, {"title": "Ours"}).title == "Ours"


class TestOpen:
    def test_routing_names_the_post_and_the_clock_starts(self, cast: Cast, clock: FixedClock) -> None:
        """R3, R9."""
        drafted = cast.draft(clock.now())
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            opened = findings.open_(unit, drafted.ref)
        assert opened.duty_bearer_id == cast.posts["health_centre"]
        (owed,) = case_of(cast, clock, opened.ref).live()
        assert (owed.kind, owed.due_on.isoformat()) == (Kind.ACKNOWLEDGE, "2026-03-09")
        assert left.lines == ["finding_opened", "obligation_opened"]
        assert left.notices == {("finding_opened", "health_centre")}

    def test_by_hand_it_needs_a_reason(self, cast: Cast, clock: FixedClock) -> None:
        drafted, district = cast.draft(clock.now()), cast.posts["district"]
        said = sentence(
            cast, clock.now(), "Dara", lambda u: findings.open_(u, drafted.ref, duty_bearer_id=district)
        )
        assert said == "Say why this duty bearer is named instead of the one that routing finds."
        with cast.writing("Dara", clock.now()) as unit:
            opened = findings.open_(unit, drafted.ref, duty_bearer_id=district, reason="the chief is accused")
        assert opened.duty_bearer_id == district

    def test_a_post_that_is_over_takes_nothing_more(self, cast: Cast, clock: FixedClock) -> None:
        with cast.writing("Sokha", clock.now()) as unit:
            gone = duty_bearers.add(unit, title="Old chief", level="district", area_id=cast.areas["district"])
            duty_bearers.close(unit, gone)
        clock.advance(days=1)
        drafted = cast.draft(clock.now()).ref
        opened = cast.open_finding(clock.now()).ref
        over = "This duty bearer exists no more. Choose the one that answers today."
        for who, act in (
            ("Dara", lambda u: findings.open_(u, drafted, duty_bearer_id=gone, reason="Theirs")),
            ("Sophea", lambda u: findings.propose_transfer(u, opened, to=gone, reason="Theirs")),
        ):
            assert sentence(cast, clock.now(), who, act) == over

    def test_without_a_match_the_coordinator_routes_it(self, cast: Cast, clock: FixedClock) -> None:
        """R2, R3."""
        with cast.writing("Sokha", clock.now()) as unit:
            nowhere = places.add_area(unit, name="Pailin", level="country")
        drafted = cast.draft(clock.now(), site=None, area="country")
        with cast.writing("Dara", clock.now()) as unit:
            findings.edit(unit, drafted.ref, {"area_id": nowhere})
            opened = findings.open_(unit, drafted.ref)
        assert opened.duty_bearer_id is None
        assert [o.kind for o in case_of(cast, clock, opened.ref).live()] == [Kind.ROUTE]

        def name(unit: Writing) -> None:
            findings.name_duty_bearer(
                unit, opened.ref, duty_bearer_id=cast.posts["national"], reason="nearest one above"
            )

        assert sentence(cast, clock.now(), "Dara", name) == "Only a coordinator routes findings."
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            name(unit)
        assert left.lines == ["duty_bearer_named", "obligation_met", "obligation_opened"]
        assert left.notices == {("duty_bearer_named", "national")}

    def test_an_incomplete_draft_says_all_that_is_missing(self, cast: Cast, clock: FixedClock) -> None:
        with cast.writing("Dara", clock.now()) as unit:
            drafted = findings.log(unit, title="Asked for money", severity=Severity.HIGH)
        no = refused(cast, clock.now(), "Dara", lambda u: findings.open_(u, drafted.ref))
        assert isinstance(no, Invalid)
        assert {e.field for e in no.errors} == {"theme_id", "dimension", "observed_on", "site_id"}

    def test_an_advocate_opens_only_where_they_work(self, cast: Cast, clock: FixedClock) -> None:
        """R39: the draft is Chan's, but an open finding of the whole country is not."""
        drafted = cast.draft(clock.now(), by="Chan", site=None, area="country")
        no = refused(cast, clock.now(), "Chan", lambda u: findings.open_(u, drafted.ref))
        assert isinstance(no, NotAllowed)
        assert no.sentence == "This finding is outside the areas, themes or posts you work for."

    def test_opened_once(self, cast: Cast, clock: FixedClock) -> None:
        opened = cast.open_finding(clock.now())
        assert (
            sentence(cast, clock.now(), "Dara", lambda u: findings.open_(u, opened.ref))
            == "This finding is open already."
        )


class TestAcknowledge:
    def test_the_holder_answers_for_the_post(self, cast: Cast, clock: FixedClock) -> None:
        ref = cast.open_finding(clock.now()).ref
        with left_by(cast, clock.now()) as left, cast.writing("Sophea", clock.now()) as unit:
            findings.acknowledge(unit, ref, note="seen")
        assert left.lines == ["acknowledged", "obligation_met", "obligation_opened"]
        assert left.facts[0] == {"note": "seen", "on_behalf_of": None}
        assert left.by == {("Sophea", "duty_bearer")}
        assert left.notices == set()
        assert [o.kind for o in case_of(cast, clock, ref).live()] == [Kind.AGREE]

    def test_an_advocate_records_it_on_behalf_of_the_post(self, cast: Cast, clock: FixedClock) -> None:
        ref = cast.open_finding(clock.now()).ref
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            findings.acknowledge(unit, ref)
        assert left.facts[0]["on_behalf_of"] == "Chief, Ta Pung Health Centre"

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        ref = cast.open_finding(clock.now()).ref

        def acknowledge(unit: Writing) -> None:
            findings.acknowledge(unit, ref)

        assert sentence(cast, clock.now(), "Bopha", acknowledge) == NOT_INCLUDED
        for name in ("Kosal", "Phal", "Maly"):
            assert isinstance(refused(cast, clock.now(), name, acknowledge), NotFound)
        with cast.writing("Sophea", clock.now()) as unit:
            findings.acknowledge(unit, ref)
        no = refused(cast, clock.now(), "Dara", acknowledge)
        assert isinstance(no, NotNow)
        assert no.sentence == "Nobody owes an acknowledgement at present."

    def test_who_holds_the_post_no_more_answers_no_more(self, cast: Cast, clock: FixedClock) -> None:
        """R38: the post stays, and so do its obligations; the person is outside from the next day."""
        ref = cast.open_finding(clock.now()).ref
        with cast.writing("Sokha", clock.now()) as unit:
            duty_bearers.relieve(unit, cast.posts["health_centre"])
        assert isinstance(
            refused(cast, clock.now(), "Sophea", lambda u: findings.acknowledge(u, ref)), NotFound
        )


class TestRefuse:
    def test_the_next_stage_is_due_now(self, cast: Cast, clock: FixedClock) -> None:
        """R19."""
        ref = cast.open_finding(clock.now()).ref
        with left_by(cast, clock.now()) as left, cast.writing("Sophea", clock.now()) as unit:
            findings.refuse(unit, ref, reason="no budget", outside_power=True)
        (owed,) = case_of(cast, clock, ref).live()
        assert owed.next_step_at == clock.now()
        assert left.lines == ["refused"]
        assert left.notices == {("refused", "advocates"), ("refused", "coordinator")}

    def test_it_needs_a_reason_and_the_right_person(self, cast: Cast, clock: FixedClock) -> None:
        ref = cast.open_finding(clock.now()).ref
        said = sentence(cast, clock.now(), "Sophea", lambda u: findings.refuse(u, ref, reason=" "))
        assert said == "Say why, so that the next level can act on it."
        assert (
            sentence(cast, clock.now(), "Rith", lambda u: findings.refuse(u, ref, reason="no"))
            == NOT_INCLUDED
        )


class TestTransfer:
    def test_proposed_accepted_and_the_second_goes_to_the_common_superior(
        self, cast: Cast, clock: FixedClock
    ) -> None:
        """R4."""
        ref = cast.open_finding(clock.now()).ref
        with left_by(cast, clock.now()) as left, cast.writing("Sophea", clock.now()) as unit:
            findings.propose_transfer(unit, ref, to=cast.posts["hospital"], reason="their laboratory")
        assert left.lines == ["transfer_proposed"]
        assert left.notices == {("transfer_proposed", "advocates")}
        clock.advance(days=3)
        with left_by(cast, clock.now()) as left, cast.writing("Chan", clock.now()) as unit:
            moved = findings.accept_transfer(unit, ref)
        assert (moved.duty_bearer_id, moved.transfers) == (cast.posts["hospital"], 1)
        assert left.lines == ["transfer_accepted", "obligation_voided", "obligation_opened"]
        assert left.notices == {("transfer_accepted", "hospital")}
        (owed,) = case_of(cast, clock, ref).live()
        assert owed.start_at == clock.now(), "the full window again"
        with cast.writing("Dara", clock.now()) as unit:
            findings.propose_transfer(unit, ref, to=cast.posts["health_centre"], reason="not ours either")
            again = findings.accept_transfer(unit, ref)
        assert (again.duty_bearer_id, again.transfers) == (cast.posts["province"], 2)

    def test_declined_with_a_reason(self, cast: Cast, clock: FixedClock) -> None:
        ref = cast.open_finding(clock.now()).ref
        with cast.writing("Sophea", clock.now()) as unit:
            findings.propose_transfer(unit, ref, to=cast.posts["hospital"], reason="their laboratory")
        said = sentence(cast, clock.now(), "Sophea", lambda u: findings.decline_transfer(u, ref, reason="x"))
        assert said == "Only the community side accepts or declines a transfer."
        assert (
            sentence(cast, clock.now(), "Bopha", lambda u: findings.accept_transfer(u, ref))
            == "Only the community side accepts or declines a transfer."
        )
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            findings.decline_transfer(unit, ref, reason="the samples are sent from there")
        assert left.lines == ["transfer_declined"]
        assert left.notices == {("transfer_declined", "health_centre")}
        assert (
            sentence(cast, clock.now(), "Dara", lambda u: findings.accept_transfer(u, ref))
            == "No transfer is proposed."
        )


class TestClose:
    def test_withdrawn_owes_nothing_more(self, cast: Cast, clock: FixedClock) -> None:
        ref = cast.open_finding(clock.now()).ref
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            closed = findings.close(unit, ref, closed_as=ClosedAs.WITHDRAWN, reason="seen wrongly")
        assert closed.status is FindingStatus.CLOSED
        assert left.lines == ["finding_closed", "obligation_voided"]
        assert left.notices == {("finding_closed", "health_centre"), ("finding_closed", "Dara")}
        assert case_of(cast, clock, ref).live() == ()

    def test_merged_into_an_earlier_one_whose_obligations_go_on(self, cast: Cast, clock: FixedClock) -> None:
        """R7."""
        first = cast.open_finding(clock.now())
        clock.advance(hours=1)
        second = cast.open_finding(clock.now(), by="Chan", title="The same again")
        with cast.writing("Sokha", clock.now()) as unit:
            merged = findings.close(
                unit, second.ref, closed_as=ClosedAs.MERGED, reason="the same", merged_into=first.ref
            )
        assert merged.merged_into == first.id
        (owed,) = case_of(cast, clock, first.ref).live()
        assert owed.state is ObligationState.RUNNING
        no = refused(
            cast,
            clock.now(),
            "Sokha",
            lambda u: findings.close(
                u, first.ref, closed_as=ClosedAs.MERGED, reason="the same", merged_into=second.ref
            ),
        )
        assert no.sentence == "Merge into an earlier finding that is still open."

    def test_unresolvable_is_for_the_committee(self, cast: Cast, clock: FixedClock) -> None:
        """R7, R39: Vanna is of the organisation that logged it, so she is recused."""
        ref = cast.open_finding(clock.now()).ref

        def close(unit: Writing) -> None:
            findings.close(unit, ref, closed_as=ClosedAs.UNRESOLVABLE, reason="the site is gone")

        decision = "Closing a finding as unresolvable is a decision of the steering committee."
        assert sentence(cast, clock.now(), "Sokha", close) == decision
        assert (
            sentence(cast, clock.now(), "Vanna", close)
            == "You are recused: this concerns your own organisation."
        )
        with cast.writing("Bopha", clock.now()) as unit:
            close(unit)
        assert case_of(cast, clock, ref).finding.closed_as is ClosedAs.UNRESOLVABLE

    def test_a_committee_member_does_not_withdraw(self, cast: Cast, clock: FixedClock) -> None:
        ref = cast.open_finding(clock.now()).ref
        no = refused(
            cast,
            clock.now() + timedelta(days=1),
            "Bopha",
            lambda u: findings.close(u, ref, closed_as=ClosedAs.WITHDRAWN, reason="seen wrongly"),
        )
        assert no.sentence == NOT_INCLUDED
