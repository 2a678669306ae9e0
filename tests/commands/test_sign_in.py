"""Who comes in, how long, and what happens to those who try many passwords?"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clm_tracker.commands import people, sign_in
from clm_tracker.commands.sign_in import SignedIn
from clm_tracker.db.tables import MembershipRow, SessionRow, SignInFailureRow
from clm_tracker.domain.words import Role
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import NotAllowed, NotFound, NotNow, NotSignedIn
from tests.cast import PASSWORD, Cast

DARA = "dara@community-eyes.example.org"


@pytest.fixture(autouse=True)
def _daras_password(cast: Cast, clock: FixedClock) -> None:
    cast.give_password("Dara", clock.now())


def come_in(
    cast: Cast, clock: FixedClock, *, email: str = DARA, password: str = PASSWORD, host: str = "192.0.2.1"
) -> SignedIn:
    return sign_in.sign_in(cast.store, email=email, password=password, now=clock.now(), host=host)


def failed(cast: Cast, clock: FixedClock, email: str, host: str, times: int) -> None:
    """As if so many attempts had been counted; trying a real one takes long on purpose."""
    with cast.writing("operator", clock.now()) as unit:
        for _ in range(times):
            for key in (f"both:{email}:{host}", f"host:{host}", f"email:{email}"):
                sign_in._count(unit.session, sign_in.digest(key), clock.now())


class TestSignIn:
    def test_the_database_keeps_only_the_digest_of_the_word(self, cast: Cast, clock: FixedClock) -> None:
        came = come_in(cast, clock, email=f" {DARA.upper()} ")
        assert (came.person_id, came.programme_id) == (cast.people["Dara"], cast.programme_id)
        assert came.expires_at == clock.now() + timedelta(days=14)
        with cast.reading("operator", clock.now()) as look:
            (row,) = look.session.scalars(select(SessionRow)).all()
            assert look.session.scalars(select(SignInFailureRow.failures)).all() == [0, 0]
        assert row.id == sign_in.digest(came.word) != came.word
        assert (row.person_id, row.expires_at) == (cast.people["Dara"], came.expires_at)

    @pytest.mark.parametrize(
        ("email", "password"), [(DARA, "seven black herons"), ("nobody@example.org", PASSWORD), (DARA, "")]
    )
    def test_a_wrong_address_and_a_wrong_password_sound_alike(
        self, cast: Cast, clock: FixedClock, email: str, password: str
    ) -> None:
        with pytest.raises(NotSignedIn) as no:
            come_in(cast, clock, email=email, password=password)
        assert no.value.sentence == sign_in.WRONG
        with cast.reading("operator", clock.now()) as look:
            assert look.session.scalars(select(SessionRow)).all() == []
            assert set(look.session.scalars(select(SignInFailureRow.failures))) == {1}

    def test_without_a_password_nobody_comes_in(self, cast: Cast, clock: FixedClock) -> None:
        with pytest.raises(NotSignedIn):
            come_in(cast, clock, email="chan@community-eyes.example.org", password="")

    def test_a_disabled_account_is_like_none(self, cast: Cast, clock: FixedClock) -> None:
        with cast.writing("Sokha", clock.now()) as unit:
            people.disable(unit, cast.people["Dara"])
        with pytest.raises(NotSignedIn):
            come_in(cast, clock)

    def test_without_any_role_the_sentence_says_whom_to_ask(self, cast: Cast, clock: FixedClock) -> None:
        with cast.writing("Sokha", clock.now()) as unit:
            membership = unit.session.scalars(
                select(MembershipRow.id).where(MembershipRow.person_id == cast.people["Dara"])
            ).one()
            people.end_membership(unit, membership)
        with pytest.raises(NotAllowed, match="Ask the coordinator"):
            come_in(cast, clock)


class TestTooManyAttempts:
    @pytest.mark.parametrize(
        ("email", "host", "times"),
        [
            (DARA, "192.0.2.1", sign_in.MOST["both"]),
            ("others@example.org", "192.0.2.1", sign_in.MOST["host"]),
            (DARA, "192.0.2.9", sign_in.MOST["email"]),
        ],
    )
    def test_even_the_right_password_waits_until_the_window_is_over(
        self, cast: Cast, clock: FixedClock, email: str, host: str, times: int
    ) -> None:
        failed(cast, clock, email, host, times)
        with pytest.raises(NotNow) as no:
            come_in(cast, clock)
        assert no.value.sentence == "That was wrong too often. Try again in 15 minutes."
        clock.advance(minutes=15)
        assert come_in(cast, clock).person_id == cast.people["Dara"]

    def test_one_less_is_not_too_many(self, cast: Cast, clock: FixedClock) -> None:
        failed(cast, clock, DARA, "192.0.2.1", sign_in.MOST["both"] - 1)
        assert come_in(cast, clock).person_id == cast.people["Dara"]

    def test_nobody_is_shut_out_by_attempts_from_elsewhere(self, cast: Cast, clock: FixedClock) -> None:
        failed(cast, clock, DARA, "192.0.2.9", sign_in.MOST["both"])
        assert come_in(cast, clock).person_id == cast.people["Dara"]


class TestSessions:
    def test_signing_out_ends_this_session_and_those_that_are_over(
        self, cast: Cast, clock: FixedClock
    ) -> None:
        def demo(days: int) -> SignedIn:
            return sign_in.sign_in_as_demo(
                cast.store,
                person_id=cast.people["Phal"],
                programme_id=cast.programme_id,
                now=clock.now(),
                stays=timedelta(days=days),
            )

        demo(1)
        clock.advance(days=2)
        other, mine = demo(14), demo(14)
        sign_in.sign_out(cast.store, mine.word, now=clock.now())
        sign_in.sign_out(cast.store, mine.word, now=clock.now())
        with cast.reading("operator", clock.now()) as look:
            assert look.session.scalars(select(SessionRow.id)).all() == [sign_in.digest(other.word)]

    def test_nobody_of_another_programme_is_shown_in_a_demonstration(
        self, cast: Cast, clock: FixedClock
    ) -> None:
        with pytest.raises(NotFound):
            sign_in.sign_in_as_demo(
                cast.store, person_id=cast.people["Maly"], programme_id=cast.programme_id, now=clock.now()
            )

    def test_from_one_programme_of_ones_own_to_the_other(self, cast: Cast, clock: FixedClock) -> None:
        with cast.writing("Sokha", clock.now()) as unit:
            people.add(unit, name="Maly", email="maly@other.example.org", role=Role.OBSERVER)
        came = sign_in.sign_in_as_demo(
            cast.store,
            person_id=cast.people["Maly"],
            programme_id=cast.other_programme_id,
            now=clock.now(),
        )
        sign_in.switch_programme(cast.store, came.word, cast.programme_id, now=clock.now())
        with cast.reading("operator", clock.now()) as look:
            row = look.session.get_one(SessionRow, sign_in.digest(came.word))
            assert row.programme_id == cast.programme_id
        dara = come_in(cast, clock)
        with pytest.raises(NotFound):
            sign_in.switch_programme(cast.store, dara.word, cast.other_programme_id, now=clock.now())
        with pytest.raises(NotSignedIn):
            sign_in.switch_programme(
                cast.store, dara.word, cast.programme_id, now=clock.now() + timedelta(days=14)
            )
