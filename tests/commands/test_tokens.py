"""How does a program come to act for a person, and stop?"""

from datetime import timedelta

from clm_tracker.commands import tokens
from clm_tracker.commands.sign_in import digest
from clm_tracker.db.tables import TokenRow
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import NotFound
from tests.cast import Cast
from tests.commands.left import left_by, refused, sentence
from tests.commands.test_programmes import ONLY_COORDINATOR


class TestCreate:
    def test_the_word_is_shown_once_and_kept_as_a_digest(self, cast: Cast, clock: FixedClock) -> None:
        for name in ("Sokha", "Dara", "Bopha", "Sophea", "Phal"):
            with left_by(cast, clock.now()) as left, cast.writing(name, clock.now()) as unit:
                made = tokens.create(unit, name="script", expires_at=clock.now() + timedelta(days=30))
            assert left.facts == [{"what": f"made the token script for {name}"}]
            assert made.word not in repr(made)
            with cast.reading("operator", clock.now()) as look:
                row = look.session.get_one(TokenRow, made.id)
            assert (row.hash, row.person_id) == (digest(made.word), cast.people[name])

    def test_the_operator_makes_one_for_somebody(self, cast: Cast, clock: FixedClock) -> None:
        with cast.writing("operator", clock.now()) as unit:
            made = tokens.create(unit, name="script", person_id=cast.people["Dara"])
        with cast.reading("operator", clock.now()) as look:
            assert look.session.get_one(TokenRow, made.id).person_id == cast.people["Dara"]

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        """R21: a coordinator with the committee's tokens could approve for all of it."""
        said = sentence(
            cast, clock.now(), "Sokha", lambda u: tokens.create(u, name="x", person_id=cast.people["Bopha"])
        )
        assert said == "A token acts as its person, so only they make one."
        said = sentence(
            cast, clock.now(), "Dara", lambda u: tokens.create(u, name="x", expires_at=clock.now())
        )
        assert said == "The end has to lie in the future."
        for do in (
            lambda u: tokens.create(u, name="x"),
            lambda u: tokens.create(u, name="x", person_id=cast.people["Maly"]),
        ):
            assert isinstance(refused(cast, clock.now(), "operator", do), NotFound)


class TestRevoke:
    def test_ones_own_and_as_coordinator_anybodys(self, cast: Cast, clock: FixedClock) -> None:
        with cast.writing("Dara", clock.now()) as unit:
            first, second = (tokens.create(unit, name=name) for name in ("first", "second"))
        said = sentence(cast, clock.now(), "Chan", lambda u: tokens.revoke(u, first.id))
        assert said == ONLY_COORDINATOR
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            tokens.revoke(unit, first.id)
        assert left.facts == [{"what": "revoked the token first"}]
        with cast.writing("Sokha", clock.now()) as unit:
            tokens.revoke(unit, second.id)
        with cast.reading("operator", clock.now()) as look:
            for made in (first, second):
                assert look.session.get_one(TokenRow, made.id).revoked_at == clock.now()
        said = sentence(cast, clock.now(), "Dara", lambda u: tokens.revoke(u, first.id))
        assert said == "This token is revoked already."
