"""Two people change the set-up at the same moment: does what was checked still hold when both are done?"""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from clm_tracker.commands import (
    bulk,
    calendars,
    feeds,
    findings,
    invitations,
    letter_hours,
    people,
    places,
    rounds,
    sign_in,
    tokens,
    views,
)
from clm_tracker.commands.bulk import Seen
from clm_tracker.commands.invitations import Invited
from clm_tracker.db import load
from clm_tracker.db.tables import ClosedDayRow, ForumRow, MembershipRow, SessionRow
from clm_tracker.db.units import Writing
from clm_tracker.domain import bulk as law
from clm_tracker.domain.bulk import Deed
from clm_tracker.domain.feeds import Scope
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import ClosedAs, FindingStatus, Role
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Refusal
from clm_tracker.queries import views as looking
from tests.cast import PASSWORD, Cast
from tests.commands.test_invitations import accept, invite

LONG = 10.0


def both(
    cast: Cast,
    clock: FixedClock,
    one: Callable[[Writing], object],
    other: Callable[[Writing], object],
    by: str = "Sokha",
) -> str:
    """Do `other` while `one` is done and not committed yet; what `other` was told."""

    def second() -> None:
        with cast.writing(by, clock.now()) as unit:
            other(unit)

    return meanwhile(cast, clock, one, second, by)


def meanwhile(
    cast: Cast,
    clock: FixedClock,
    one: Callable[[Writing], object],
    other: Callable[[], object],
    by: str = "Sokha",
    *,
    within: float = 0.3,
    then: Callable[[Writing], object] = lambda _unit: None,
) -> str:
    """The same with an `other` that opens its own unit; `then` is done after `one`, while `other` waits."""
    said: list[str] = []
    begun = threading.Event()

    def second() -> None:
        try:
            begun.set()
            other()
        except Refusal as no:
            said.append(no.sentence)

    thread = threading.Thread(target=second)
    with cast.writing(by, clock.now()) as unit:
        one(unit)
        unit.session.flush()
        thread.start()
        assert begun.wait(LONG)
        thread.join(within)
        then(unit)
    thread.join(LONG)
    assert not thread.is_alive()
    return " ".join(said)


def test_r39_two_who_leave_at_once_leave_a_coordinator(cast: Cast, clock: FixedClock) -> None:
    with cast.writing("Sokha", clock.now()) as unit:
        people.grant(unit, cast.people["Dara"], role=Role.COORDINATOR)
    mine = (
        select(MembershipRow)
        .where(MembershipRow.programme_id == cast.programme_id, MembershipRow.role == Role.COORDINATOR)
        .where(MembershipRow.ended_at.is_(None))
        .order_by(MembershipRow.id)
    )
    with cast.reading("Sokha", clock.now()) as look:
        first, second = (m.id for m in look.session.scalars(mine))
    said = both(
        cast, clock, lambda u: people.end_membership(u, first), lambda u: people.end_membership(u, second)
    )
    assert said == "A programme needs a coordinator. Name another one first."
    with cast.reading("operator", clock.now()) as look:
        assert len(look.session.scalars(mine).all()) == 1


def test_r13_a_day_is_closed_once(cast: Cast, clock: FixedClock) -> None:
    day = date(2026, 3, 19)
    said = both(
        cast,
        clock,
        lambda u: calendars.close_day(u, day, "Training"),
        lambda u: calendars.close_day(u, day, "Training"),
    )
    assert said == "Thu 19 March 2026 is closed already: Training."
    with cast.reading("Sokha", clock.now()) as look:
        closed = select(ClosedDayRow).where(ClosedDayRow.programme_id == cast.programme_id)
        assert len(look.session.scalars(closed.where(ClosedDayRow.day == day)).all()) == 1


def test_r11_two_who_plan_at_once_make_no_twins(cast: Cast, clock: FixedClock) -> None:
    """Whoever comes second is told, whichever preview they saw: a round has its name alone, a forum its name and day."""

    def plan(month: int, name: str) -> Callable[[Writing], object]:
        first, last = date(2027, month, 1), date(2027, month, 20)
        return lambda unit: rounds.plan_round(unit, name=name, first_on=first, last_on=last)

    def forum(name: str) -> Callable[[Writing], object]:
        return lambda unit: rounds.plan_forum(unit, name=name, held_on=date(2027, 1, 15))

    said = both(cast, clock, plan(1, "Spring"), plan(4, " SPRING"))
    assert said == "There is a round of this name already."
    said = both(cast, clock, forum("Forum"), forum("forum"))
    assert said == "There is a forum of this name on this day already."
    with cast.reading("Sokha", clock.now()) as look:
        assert [r.name for r in look.rules.rounds if r.first_on.year == 2027] == ["Spring"]
        held = select(ForumRow).where(ForumRow.held_on == date(2027, 1, 15))
        assert len(look.session.scalars(held).all()) == 1


def test_r7_a_finding_is_not_merged_into_one_that_is_closed_in_the_same_moment(
    cast: Cast, clock: FixedClock
) -> None:
    """R2, R7: the earlier finding's obligations go on, so it may not end while another one is put into it."""
    first = cast.open_finding(clock.now()).ref
    clock.advance(hours=1)
    second, third = (cast.open_finding(clock.now()).ref for _n in range(2))

    def withdraw(unit: Writing) -> None:
        findings.close(unit, first, closed_as=ClosedAs.WITHDRAWN, reason="Logged by mistake")

    def merge(unit: Writing) -> None:
        findings.close(unit, second, closed_as=ClosedAs.MERGED, reason="The same", merged_into=first)

    assert both(cast, clock, withdraw, merge, "Dara") == "Merge into an earlier finding that is still open."
    with cast.reading("Dara", clock.now()) as look:
        assert load.case(look, second, lock=False).finding.status is FindingStatus.OPEN
        mark = law.mark(load.case(look, third, lock=False))
    outcomes: list[bulk.Outcome] = []

    def merge_many(unit: Writing) -> None:
        outcomes.extend(
            bulk.carry_out(unit, Deed.MERGE, [Seen(third, mark)], reason="The same", merged_into=second)
        )

    def withdraw_second(unit: Writing) -> None:
        findings.close(unit, second, closed_as=ClosedAs.WITHDRAWN, reason="Logged by mistake")

    both(cast, clock, withdraw_second, merge_many, "Dara")
    assert [o.why_not for o in outcomes] == ["Merge into an earlier finding that is still open."]


def test_r29_no_open_finding_is_left_in_an_area_that_is_closed_in_the_same_moment(
    cast: Cast, clock: FixedClock
) -> None:
    """R29, decision 0018: whichever comes first holds, and the other is told why not."""
    with cast.writing("Sokha", clock.now()) as unit:
        areas = {n: places.add_area(unit, name=n, level="commune") for n in ("North", "South")}
    there = replace(cast, areas=areas)
    drafts = {n: there.draft(clock.now(), site=None, area=n).ref for n in areas}

    def open_(name: str) -> Callable[[Writing], object]:
        return lambda unit: findings.open_(unit, drafts[name])

    def close(name: str) -> Callable[[Writing], None]:
        return lambda unit: places.close_area(unit, areas[name], on=unit.today)

    def closing() -> None:
        with cast.writing("Sokha", clock.now()) as unit:
            close("North")(unit)

    def opening() -> None:
        with cast.writing("Dara", clock.now()) as unit:
            open_("South")(unit)

    said = meanwhile(cast, clock, open_("North"), closing, "Dara")
    assert said == "North itself still holds one open finding. Move, close or finish these first."
    assert meanwhile(cast, clock, close("South"), opening) == "The finding cannot be opened yet."
    with cast.reading("Dara", clock.now()) as look:
        stand = {name: load.case(look, ref, lock=False).finding.status for name, ref in drafts.items()}
    assert stand == {"North": FindingStatus.OPEN, "South": FindingStatus.DRAFT}


@pytest.mark.parametrize("cast_on_each", ["postgresql"], indirect=True)
def test_r29_whoever_opens_a_finding_waits_for_nobody_who_only_changes_its_area(
    cast: Cast, clock: FixedClock
) -> None:
    """R29: an import may take minutes, and in the end change a finding that waits for it (SQLite has one writer at a time)."""
    draft, known = cast.draft(clock.now()).ref, cast.open_finding(clock.now()).ref
    with cast.writing("Sokha", clock.now()) as importing:
        places.change_area(importing, cast.areas["district"], name="Thma Koul", level="district", code="0202")
        importing.session.flush()
        with cast.writing("Dara", clock.now()) as unit:
            assert findings.open_(unit, draft).status is FindingStatus.OPEN
            with pytest.raises(Refusal, match="open already"):
                findings.open_(unit, known)
        load.case(importing, known)
    with cast.reading("Sokha", clock.now()) as look:
        assert look.rules.areas[cast.areas["district"]].code == "0202"


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
        sign_in.open_session(unit.session, dara, cast.programme_id, clock.now(), timedelta(days=1))

    def close(unit: Writing) -> None:
        people.disable(unit, dara)
        people.enable(unit, dara)

    own: dict[str, Callable[[Writing], object]] = {
        "signed out": lambda unit: people.end_other_sessions(unit, keep=""),
        "token": lambda unit: tokens.revoke(unit, token),
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


@pytest.mark.parametrize("by", ["Dara", "Sokha"])
def test_views_are_named_once_and_renamed_by_one(cast: Cast, clock: FixedClock, by: str) -> None:
    """Two windows, of one's own views or of those for everybody: the second is told, and nothing is written over."""
    shared = by == "Sokha"

    def save(unit: Writing) -> None:
        views.save(unit, name="Threats", query="status=open", shared=shared)

    assert both(cast, clock, save, save, by) == "There is a view of this name already."
    with cast.writing(by, clock.now()) as unit:
        seen = views.save(unit, name="Seen", query="q=x", shared=shared)

    def rename(name: str) -> Callable[[Writing], None]:
        return lambda unit: views.rename(unit, seen, name=name, version=1)

    said = both(cast, clock, rename("First"), rename("Second"), by)
    assert said == "Somebody changed this view in the meantime. Look at it again."
    with cast.reading(by, clock.now()) as look:
        assert looking.one(look, seen).name == "First"

    def remove(unit: Writing) -> None:
        views.remove(unit, seen)

    assert both(cast, clock, remove, remove, by) == "There is no such view, or it is not yours to see."
