"""How does a programme come to know who is obliged to act, and who holds which post? (R3, R29)"""

from datetime import date, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import select

from clm_tracker.commands import duty_bearers, findings
from clm_tracker.db import load
from clm_tracker.db.tables import DutyBearerRow, HolderRow, LedgerRow
from clm_tracker.db.units import Writing
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Invalid, NotFound, Stale
from tests.cast import Cast
from tests.commands.left import left_by, refused, sentence
from tests.commands.test_programmes import ONLY_COORDINATOR


class TestPosts:
    def test_a_post_for_a_theme_comes_first_in_routing(self, cast: Cast, clock: FixedClock) -> None:
        """R3."""
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            made = duty_bearers.add(
                unit,
                title="Head of Laboratory",
                institution="Ta Pung Health Centre",
                level="site",
                site_id=cast.sites["health_centre"],
                superior_id=cast.posts["health_centre"],
                themes=[cast.themes["care"]],
            )
        assert left.facts == [{"what": "added the duty bearer Head of Laboratory, Ta Pung Health Centre"}]
        assert cast.open_finding(clock.now()).duty_bearer_id == made
        assert cast.open_finding(clock.now(), theme="stigma").duty_bearer_id == cast.posts["health_centre"]
        with cast.reading("Sokha", clock.now()) as look:
            assert look.session.get_one(DutyBearerRow, made).area_id == cast.areas["district"]

    def test_changed_with_what_it_was(self, cast: Cast, clock: FixedClock) -> None:
        hospital = cast.posts["hospital"]
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            duty_bearers.change(unit, hospital, {"title": "Acting Director"}, version=1)
        assert left.lines == ["recorded"]
        no = refused(
            cast,
            clock.now(),
            "Sokha",
            lambda u: duty_bearers.change(u, hospital, {"title": "Director"}, version=1),
        )
        assert isinstance(no, Stale)

    def test_a_closed_post_is_passed_over_and_what_it_owes_climbs(
        self, cast: Cast, clock: FixedClock
    ) -> None:
        """R3, R29."""
        centre, today = cast.posts["health_centre"], date(2026, 3, 2)
        before = cast.open_finding(clock.now())
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            duty_bearers.close(unit, centre, from_on=today)
        assert left.facts == [
            {
                "what": "closed the duty bearer Chief, Ta Pung Health Centre, which existed until Sun 1 March 2026"
            }
        ]
        assert before.duty_bearer_id == centre
        assert cast.open_finding(clock.now()).duty_bearer_id == cast.posts["district"]
        with cast.reading("Sokha", clock.now()) as look:
            addressed = look.rules.directory.address("owner", centre, cast.areas["district"])
        assert addressed.posts == (cast.posts["district"],)
        assert addressed.fell_through is not None
        again = sentence(cast, clock.now(), "Sokha", lambda u: duty_bearers.close(u, centre, from_on=today))
        assert again == "Chief, Ta Pung Health Centre exists until Sun 1 March 2026 only, as it is."
        hospital = cast.posts["hospital"]
        for name in ("Dara", "Bopha", "Sophea", "Phal"):
            assert (
                sentence(cast, clock.now(), name, lambda u: duty_bearers.close(u, hospital))
                == ONLY_COORDINATOR
            )
        early = refused(
            cast,
            clock.now(),
            "Sokha",
            lambda u: duty_bearers.close(u, cast.posts["district"], from_on=date(2000, 1, 1)),
        )
        assert isinstance(early, Invalid)

    def test_superiors_do_not_form_a_circle(self, cast: Cast, clock: FixedClock) -> None:
        """R29."""
        no = refused(
            cast,
            clock.now(),
            "Sokha",
            lambda u: duty_bearers.change(
                u, cast.posts["national"], {"superior_id": cast.posts["health_centre"]}
            ),
        )
        assert no.sentence == "This post already stands below the one you change."

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        def add(unit: Writing) -> None:
            duty_bearers.add(unit, title="Chief", level="site")

        for name in ("Dara", "Bopha", "Sophea", "Phal"):
            assert sentence(cast, clock.now(), name, add) == ONLY_COORDINATOR
        for do in (
            lambda u: duty_bearers.add(u, title=" ", level="site"),
            lambda u: duty_bearers.change(u, cast.posts["hospital"], {"programme_id": None}),
            lambda u: duty_bearers.add(
                u, title="Chief", level="site", from_on=date(2026, 2, 1), to_on=date(2026, 1, 1)
            ),
        ):
            assert isinstance(refused(cast, clock.now(), "Sokha", do), Invalid)
        no = refused(
            cast,
            clock.now(),
            "Sokha",
            lambda u: duty_bearers.add(u, title="Chief", level="site", area_id=cast.themes["care"]),
        )
        assert isinstance(no, NotFound)


class TestHolders:
    def test_who_follows_takes_over_what_the_post_owes(self, cast: Cast, clock: FixedClock) -> None:
        """R3: obligations stay with the post; the one before holds it until the day before."""
        ref = cast.open_finding(clock.now()).ref
        tomorrow = date(2026, 3, 3)
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            duty_bearers.appoint(
                unit,
                cast.posts["health_centre"],
                name="Kosal",
                from_on=tomorrow,
                phone="012 345 678",
                person_id=cast.people["Kosal"],
            )
        assert left.facts == [
            {"what": "put down Kosal as holder of Chief, Ta Pung Health Centre from Tue 3 March 2026"}
        ]
        assert isinstance(
            refused(cast, clock.now(), "Kosal", lambda u: findings.acknowledge(u, ref)), NotFound
        )
        clock.advance(days=1)
        assert isinstance(
            refused(cast, clock.now(), "Sophea", lambda u: findings.acknowledge(u, ref)), NotFound
        )
        with cast.writing("Kosal", clock.now()) as unit:
            findings.acknowledge(unit, ref)

    def test_relieved_the_post_is_vacant(self, cast: Cast, clock: FixedClock) -> None:
        post = cast.posts["health_centre"]
        with cast.writing("Sokha", clock.now()) as unit:
            duty_bearers.relieve(unit, post, last_on=unit.today)
        with cast.reading("Sokha", clock.now()) as look:
            assert look.rules.posts[post].held_on(look.today)
            assert not look.rules.posts[post].held_on(look.today + timedelta(days=1))
        said = sentence(
            cast,
            clock.now(),
            "Sokha",
            lambda u: duty_bearers.relieve(u, post, last_on=u.today + timedelta(days=1)),
        )
        assert said == "Chief, Ta Pung Health Centre is vacant already."

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        post = cast.posts["health_centre"]

        def appoint(unit: Writing) -> None:
            duty_bearers.appoint(unit, post, name="Kosal", from_on=date(2020, 1, 1))

        assert sentence(cast, clock.now(), "Chan", appoint) == ONLY_COORDINATOR
        assert sentence(cast, clock.now(), "Sokha", appoint) == (
            "Sophea holds the post from Sun 26 January 2025 on."
        )
        no = refused(
            cast,
            clock.now(),
            "Sokha",
            lambda u: duty_bearers.appoint(u, post, name="Maly", person_id=cast.people["Maly"]),
        )
        assert isinstance(no, NotFound)


class TestReached:
    def appointed(self, cast: Cast, clock: FixedClock) -> UUID:
        with cast.writing("Sokha", clock.now()) as unit:
            return duty_bearers.appoint(
                unit, cast.posts["hospital"], name="Nary", email="nary@old.example.org"
            )

    def row(self, cast: Cast, clock: FixedClock, holder: UUID) -> HolderRow:
        with cast.reading("Sokha", clock.now()) as look:
            found = look.session.get(HolderRow, holder)
            assert found is not None
            return found

    def test_another_address_is_put_down_and_said_in_no_record(self, cast: Cast, clock: FixedClock) -> None:
        """R35, R41: the ledger says that it changed, and never the address itself."""
        holder, post = self.appointed(cast, clock), cast.posts["hospital"]
        new = {"email": " nary@new.example.org ", "phone": "012 345 678", "language": "en"}
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            duty_bearers.reach(unit, post, new)
            duty_bearers.reach(unit, post, new, holder_id=holder)
        (fact,) = left.facts
        assert str(fact["what"]).startswith("changed how Nary, who holds ")
        with cast.reading("Sokha", clock.now()) as look:
            newest = select(LedgerRow).order_by(LedgerRow.seq.desc()).limit(1)
            line = look.session.scalars(newest).one()
            said = repr((line.facts, line.changes))
        assert "Nary" in said
        for secret in ("nary@", "012 345", "example.org"):
            assert secret not in said
        found = self.row(cast, clock, holder)
        assert (found.email, found.phone, found.language) == ("nary@new.example.org", "012 345 678", "en")
        with cast.writing("Sokha", clock.now()) as unit:
            duty_bearers.reach(unit, post, {"phone": ""})
        found = self.row(cast, clock, holder)
        assert (found.email, found.phone) == ("nary@new.example.org", None), "what is left out stays"

    def test_an_address_that_failed_is_good_again_when_it_is_given_anew(
        self, cast: Cast, clock: FixedClock
    ) -> None:
        """R45."""
        holder, post = self.appointed(cast, clock), cast.posts["hospital"]
        for changes, failed in (({"phone": "012 345 678"}, True), ({"email": "nary@old.example.org"}, False)):
            with cast.writing("engine", clock.now()) as unit:
                row = unit.session.get(HolderRow, holder)
                assert row is not None
                row.email_failed_at = unit.now
            with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
                duty_bearers.reach(unit, post, changes)
            assert len(left.lines) == 1
            assert (self.row(cast, clock, holder).email_failed_at is not None) is failed

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        holder, post = self.appointed(cast, clock), cast.posts["hospital"]

        def reach(unit: Writing, **changes: str) -> None:
            duty_bearers.reach(unit, post, changes)

        for name in ("Dara", "Bopha", "Sophea", "Phal"):
            assert sentence(cast, clock.now(), name, lambda u: reach(u, email="x@example.org")) == (
                ONLY_COORDINATOR
            )
        for field, value in (
            ("email", "nary"),
            ("email", "a b@example.org"),
            ("phone", "x"),
            ("language", "xx"),
        ):
            no = refused(
                cast,
                clock.now(),
                "Sokha",
                partial(duty_bearers.reach, duty_bearer_id=post, changes={field: value}),
            )
            assert isinstance(no, Invalid)
            assert [one.field for one in no.errors] == [field]
        no = refused(cast, clock.now(), "Sokha", lambda u: reach(u, name="Thida"))
        assert isinstance(no, Invalid)
        other = cast.posts["health_centre"]
        no = refused(cast, clock.now(), "Sokha", lambda u: duty_bearers.reach(u, other, {}, holder_id=holder))
        assert isinstance(no, NotFound), "of this post only"
        with cast.writing("Sokha", clock.now()) as unit:
            duty_bearers.relieve(unit, other)
        said = sentence(cast, clock.now(), "Sokha", lambda u: duty_bearers.reach(u, other, {"phone": ""}))
        assert said.endswith("is vacant.")


def test_r17_whoever_holds_a_post_by_an_address_alone_does_not_check_their_own_work(
    cast: Cast, clock: FixedClock
) -> None:
    """The account with that address is the same person, in whichever role it is used."""
    finding = cast.open_finding(clock.now())
    with cast.writing("Sokha", clock.now()) as unit:
        duty_bearers.appoint(
            unit, cast.posts["health_centre"], name="D.", email=" Dara@community-eyes.example.org"
        )
    with cast.reading("Dara", clock.now()) as look:
        no = look.why_not(Act.VERIFY, load.case(look, finding.id, lock=False))
    assert no == "You hold the post that this is addressed to, so somebody else does this."
