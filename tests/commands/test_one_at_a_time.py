"""Two people change the set-up at the same moment: does what was checked still hold when both are done?"""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from clm_tracker.commands import bulk, calendars, findings, people, places, rounds, views
from clm_tracker.commands.bulk import Seen
from clm_tracker.db import load
from clm_tracker.db.tables import ClosedDayRow, ForumRow, MembershipRow
from clm_tracker.db.units import Writing
from clm_tracker.domain import bulk as law
from clm_tracker.domain.bulk import Deed
from clm_tracker.domain.words import ClosedAs, FindingStatus, Role
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Refusal
from clm_tracker.queries import views as looking
from tests.cast import Cast

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
