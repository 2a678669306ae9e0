"""An account is changed, closed or taken back in the same moment as something else is done with it: does nobody stay in it beside its owner?"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import select, text

from clm_tracker.commands import feeds, invitations, letter_hours, passwords, people, sign_in, tokens, views
from clm_tracker.commands.invitations import Invited
from clm_tracker.db.tables import FeedRow, PersonRow, SessionRow, TokenRow
from clm_tracker.db.units import Writing
from clm_tracker.domain.feeds import Scope
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Role
from clm_tracker.kernel.clock import FixedClock
from tests.cast import PASSWORD, Cast
from tests.commands.test_invitations import accept, invite
from tests.commands.test_one_at_a_time import LONG, meanwhile


def until_it_waits(cast: Cast) -> Callable[[Writing], None]:
    """For `then`: the other has come as far as a row that this unit holds. PostgreSQL alone can say so."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )

    def wait(_unit: Writing) -> None:
        end = time.monotonic() + LONG
        while time.monotonic() < end:
            with cast.store.engine.connect() as connection:
                if connection.scalar(waiting):
                    return
            time.sleep(0.02)
        raise AssertionError("Nobody waits.")

    return wait


@pytest.mark.parametrize("end", [invitations.withdraw, people.disable])
def test_r39_a_link_that_ends_in_the_same_moment_lets_nobody_in(
    cast: Cast, clock: FixedClock, end: Callable[[Writing, UUID], None]
) -> None:
    thida, word = invite(cast, clock)
    said = meanwhile(
        cast,
        clock,
        lambda unit: end(unit, thida),
        lambda: accept(cast, clock, word),
        within=1.5,  # a password takes long to keep, on purpose
    )
    assert "This link was withdrawn" in said


@pytest.mark.parametrize("cast_on_each", ["postgresql"], indirect=True)
def test_r39_a_link_taken_up_ends_nothing_that_a_coordinator_has_begun(cast: Cast, clock: FixedClock) -> None:
    """Both take the turn before the account: in opposite orders each would wait for the other, and one be ended."""
    thida, word = invite(cast, clock)
    made: list[Invited] = []
    said = meanwhile(
        cast,
        clock,
        lambda unit: unit.require(Act.SET_UP),
        lambda: accept(cast, clock, word),
        within=1.5,  # a password takes long to keep, on purpose
        then=lambda unit: made.append(invitations.renew(unit, thida)),
    )
    assert "This link was withdrawn" in said
    assert made[0].word is not None
    accept(cast, clock, made[0].word)


@pytest.mark.parametrize("cast_on_each", ["postgresql"], indirect=True)
def test_r39_what_somebody_does_to_their_own_account_ends_nothing_that_a_coordinator_has_begun(
    cast: Cast, clock: FixedClock
) -> None:
    """Nor is it ended itself: it waits for the turn before it holds a row of the account that is closed meanwhile."""
    dara, new = cast.people["Dara"], "nine green parrots"
    cast.give_password("Dara", clock.now())
    with cast.writing("Dara", clock.now()) as unit:
        token = tokens.create(unit, name="Monthly export").id
        calendar = feeds.make(unit, scope=Scope.MINE).id
        sign_in.open_session(unit.session, dara, cast.programme_id, clock.now(), timedelta(days=1))

    def close(unit: Writing) -> None:
        people.disable(unit, dara)
        people.enable(unit, dara)

    own: dict[str, Callable[[Writing], object]] = {
        "signed out": lambda unit: people.end_other_sessions(unit, keep=""),
        "token": lambda unit: tokens.revoke(unit, token),
        "calendar": lambda unit: feeds.revoke(unit, calendar),
        "name": lambda unit: people.change_own_name(unit, name="Dara Chan"),
        "language": lambda unit: people.choose_language(unit, "fr"),
        "hours": lambda unit: letter_hours.choose(unit, letter_hours.Chosen(letter_at=9)),
        "feed": lambda unit: feeds.make(unit, scope=Scope.MINE),
        "view": lambda unit: views.save(unit, name="Mine", query="q=x"),
        "password": lambda unit: people.change_own_password(unit, old=PASSWORD, new=new),
    }
    said = {}
    for name, act in own.items():

        def mine(act: Callable[[Writing], object] = act) -> None:
            with cast.writing("Dara", clock.now()) as unit:
                act(unit)

        within = 0.6 if name == "password" else 0.2  # a password takes long to keep, on purpose
        said[name] = meanwhile(
            cast, clock, lambda unit: unit.require(Act.SET_UP), mine, within=within, then=close
        )
    assert said.pop("token") == "This token is revoked already."
    assert said.pop("calendar") == "This calendar is revoked already."
    assert set(said.values()) == {""}


@pytest.mark.parametrize("cast_on_each", ["postgresql"], indirect=True)
def test_an_old_password_that_is_changed_in_the_same_moment_lets_nobody_in(
    cast: Cast, clock: FixedClock
) -> None:
    """Changing it ends every session; one that is about to begin is not left over."""
    cast.give_password("Dara", clock.now())
    email = "dara@community-eyes.example.org"

    def change(unit: Writing) -> None:
        people.change_own_password(unit, old=PASSWORD, new="nine green parrots")

    def enter() -> None:
        sign_in.sign_in(cast.store, email=email, password=PASSWORD, host="192.0.2.1", now=clock.now())

    said = meanwhile(cast, clock, change, enter, "Dara", within=1.0)  # a password takes long to check
    assert said == "The address or the password is not right."
    with cast.reading("Dara", clock.now()) as look:
        assert look.session.scalars(select(SessionRow)).all() == []


@pytest.mark.parametrize("cast_on_each", ["postgresql"], indirect=True)
def test_an_own_password_is_changed_only_as_the_one_that_was_checked(cast: Cast, clock: FixedClock) -> None:
    """Whoever knew the old one, in another programme perhaps, does not choose the next after its owner did."""
    dara, first, second = cast.people["Dara"], "nine green parrots", "ten brown sparrows"
    cast.give_password("Dara", clock.now())
    with cast.writing("operator", clock.now()) as unit:
        email = unit.session.get_one(PersonRow, dara).email
    there = replace(cast, programme_id=cast.other_programme_id)
    with there.writing("Maly", clock.now()) as unit:
        people.add(unit, name="Dara", email=email, role=Role.OBSERVER)

    def change(new: str) -> Callable[[Writing], None]:
        return lambda unit: people.change_own_password(unit, old=PASSWORD, new=new)

    def elsewhere() -> None:
        with there.writing("Dara", clock.now()) as unit:
            change(second)(unit)

    said = meanwhile(cast, clock, change(first), elsewhere, "Dara", within=0, then=until_it_waits(cast))
    assert said == "Somebody else is changing this right now. Try again in a moment."
    with cast.reading("operator", clock.now()) as look:
        kept = look.session.get_one(PersonRow, dara).password_hash
    assert (passwords.check(first, kept), passwords.check(second, kept)) == (True, False)


@pytest.mark.parametrize("cast_on_each", ["postgresql"], indirect=True)
@pytest.mark.parametrize("make", ["token", "calendar"])
def test_r39_nothing_that_opens_an_account_is_made_while_it_is_closed(
    cast: Cast, clock: FixedClock, make: str
) -> None:
    """It waits for whoever closes the account, or chooses its password, and is refused; made first, it ends with the rest."""
    dara = cast.people["Dara"]
    cast.give_password("Dara", clock.now())
    table: type[TokenRow | FeedRow] = TokenRow if make == "token" else FeedRow

    def made(unit: Writing) -> None:
        if make == "token":
            tokens.create(unit, name="late")
        else:
            feeds.make(unit, scope=Scope.MINE)

    def late() -> None:
        with cast.writing("Dara", clock.now()) as unit:
            made(unit)

    def good() -> int:
        with cast.reading("operator", clock.now()) as look:
            return len(look.session.scalars(select(table.id).where(table.revoked_at.is_(None))).all())

    waits = until_it_waits(cast)
    said = meanwhile(cast, clock, lambda unit: people.disable(unit, dara), late, within=0, then=waits)
    assert (said, good()) == ("The account with this address is disabled.", 0)
    with cast.writing("Sokha", clock.now()) as unit:
        people.enable(unit, dara)
    change = partial(people.change_own_password, old=PASSWORD, new="nine green parrots")
    said = meanwhile(cast, clock, change, late, "Dara", within=0, then=waits)
    assert (said, good()) == ("Somebody else is changing this right now. Try again in a moment.", 0)

    def close() -> None:
        with cast.writing("Sokha", clock.now()) as unit:
            people.disable(unit, dara)

    assert meanwhile(cast, clock, made, close, "Dara", within=0, then=waits) == ""
    assert good() == 0


@pytest.mark.parametrize("reach", [invitations.renew, people.disable])
def test_r39_nobody_reaches_into_a_programme_that_takes_the_person_in_at_that_moment(
    cast: Cast, clock: FixedClock, reach: Callable[[Writing, UUID], object]
) -> None:
    """Each programme has a turn of its own, an account is one for all of them."""

    def here() -> None:
        with cast.writing("Sokha", clock.now()) as unit:
            reach(unit, cast.people["Dara"])

    def invited(unit: Writing) -> Invited:
        email = "Dara@Community-Eyes.example.org"
        return invitations.invite(unit, name="Whoever", email=email, role=Role.OBSERVER)

    there = replace(cast, programme_id=cast.other_programme_id)
    assert "also belongs to another programme" in meanwhile(there, clock, invited, here, "Maly")


def test_r39_two_programmes_that_invite_one_address_at_once_make_one_account(
    cast: Cast, clock: FixedClock
) -> None:
    there = replace(cast, programme_id=cast.other_programme_id)
    made: list[Invited] = []

    def invited(unit: Writing) -> None:
        made.append(
            invitations.invite(unit, name="Thida", email="thida@neary.example.org", role=Role.OBSERVER)
        )

    def invited_there() -> None:
        with there.writing("Maly", clock.now()) as unit:
            invited(unit)

    assert meanwhile(cast, clock, invited, invited_there) == ""
    first, second = made
    assert first.person_id == second.person_id
    assert (first.word is None, second.word is None) == (False, True)
