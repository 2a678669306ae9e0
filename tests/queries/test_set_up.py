"""Are places, posts, people, ladders, rounds and themes found as somebody looks for them?"""

from datetime import date, timedelta
from uuid import UUID

import pytest

from clm_tracker.commands import obligations as doing
from clm_tracker.commands import places as placing
from clm_tracker.commands import rounds as planning
from clm_tracker.db import load
from clm_tracker.domain.words import Kind, Party, Role
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Invalid, NotFound
from clm_tracker.queries import duty_bearers, ladders, obligations, people, places, proposals, rounds, themes
from tests.cast import Cast
from tests.queries.conftest import Statements
from tests.queries.stories import agree, report, verify

NOWHERE = UUID(int=7)


def test_the_tree_of_areas_opens_level_by_level(cast: Cast, clock: FixedClock) -> None:
    with cast.reading("Dara", clock.now()) as look:
        [top] = places.areas(look)
        [province] = places.areas(look, parent=top.id)
        assert (top.name, top.children, province.name, province.within) == (
            "Cambodia",
            1,
            "Battambang",
            ("Cambodia",),
        )
        with pytest.raises(NotFound):
            places.areas(look, parent=NOWHERE)
        with pytest.raises(NotFound):
            places.area(look, NOWHERE)
        assert places.area(look, top.id) == top


def test_places_are_found_by_any_of_their_names(cast: Cast, clock: FixedClock) -> None:
    with cast.writing("Sokha", clock.now()) as unit:
        khmer = placing.add_site(
            unit,
            name="Moung Ruessei Hospital",
            names={"km": "មន្ទីរ\u200bពេទ្យ\u200bមោងឫស្សី"},
            area_id=cast.areas["province"],
            latitude=12.77,
            longitude=103.45,
        )
    with cast.reading("Dara", clock.now()) as look:
        assert [s.id for s in places.find_sites(look, "ពេទ្យមោង")] == [khmer]
        # A name that was pasted brings signs that nobody sees, or full-width letters (decision 0018).
        assert [s.id for s in places.find_sites(look, "ពេទ្យ\u200bមោង\ufeff")] == [khmer]
        assert [s.id for s in places.find_sites(look, "Ｍｏｕｎｇ\u00a0 Rues\u00adsei")] == [khmer]
        assert [s.name for s in places.find_sites(look, "HOSPITAL")] == [
            "Battambang Referral Hospital",
            "Moung Ruessei Hospital",
        ]
        assert [s.name for s in places.find_sites(look, "ta pung", area=cast.areas["district"])] == [
            "Ta Pung Health Centre"
        ]
        assert places.find_sites(look, "100%") == places.find_sites(look, " ") == ()
        assert places.find_sites(look, "km") == (), "what a language is called is no name"
        assert [s.id for s in places.find_sites(look, "មន្ទីរ", limit=1)] == [khmer]
        assert [a.name for a in places.find_areas(look, "thma")] == ["Thma Koul"]
        assert [(s.id, s.km) for s in places.nearest(look, 12.77, 103.36)] == [(khmer, 9.8)]
        with pytest.raises(Invalid):
            places.nearest(look, 91, 0)
    with cast.writing("Sokha", clock.now()) as unit:
        placing.change_site(unit, khmer, name="Mongkol Borei")
    with cast.reading("Dara", clock.now()) as look:
        assert [s.id for s in places.find_sites(look, "borei")] == [khmer]
        assert places.find_sites(look, "moung") == places.find_sites(look, "ពេទ្យមោង") == ()


def test_sites_by_name_page_by_page(cast: Cast, clock: FixedClock) -> None:
    with cast.reading("Dara", clock.now()) as look:
        first = places.sites(look, limit=1)
        second = places.sites(look, limit=1, after=first.next)
        assert [s.name for s in (*first.items, *second.items)] == [
            "Battambang Referral Hospital",
            "Ta Pung Health Centre",
        ]
        assert second.next is None
        assert places.site(look, first.items[0].id) == first.items[0]


def test_a_post_shows_what_it_owes_and_its_record(
    cast: Cast, clock: FixedClock, statements: Statements
) -> None:
    kept = agree(cast, clock, cast.open_finding(clock.now()).ref, days=10)
    report(cast, clock, kept)
    verify(cast, clock, kept)
    agree(cast, clock, cast.open_finding(clock.now()).ref, days=10)
    clock.advance(days=12)
    with cast.reading("Dara", clock.now()) as look:
        _ = look.rules
        with statements() as made:
            one = duty_bearers.one(look, cast.posts["health_centre"])
        assert len(made) <= 12, made
    assert one.post.holder == "Sophea"
    assert one.record is not None
    promises, answering = one.record.promises, one.record.answering
    assert (promises.kept, promises.due, promises.enough) == (1, 2, False)
    assert (answering.median, answering.asked, answering.waiting, answering.enough) == (0, 2, 0, False)
    assert (one.owes_count.n, one.overdue_count.n) == (1, 1)
    assert one.above[0].name == "Director, Operational District"
    with cast.reading("Dara", clock.now()) as look, pytest.raises(NotFound):
        duty_bearers.one(look, NOWHERE)


def test_posts_by_name_page_by_page(cast: Cast, clock: FixedClock) -> None:
    with cast.reading("Dara", clock.now()) as look:
        whole = duty_bearers.page(look).items
        found: list[duty_bearers.PostRow] = []
        after = None
        for _ in whole:
            page = duty_bearers.page(look, after=after, limit=1)
            found += page.items
            after = page.next
        assert tuple(found) == whole
        assert after is None
        assert [p.holder for p in duty_bearers.page(look, q="referral").items] == [None]


def test_people_with_their_roles_and_posts(cast: Cast, clock: FixedClock) -> None:
    with cast.reading("Sokha", clock.now()) as look:
        by_name = {p.name: p for p in people.everyone(look)}
        assert by_name["Sophea"].posts == ("Chief, Ta Pung Health Centre",)
        assert not by_name["Bopha"].can_sign_in
        assert [m.role for m in by_name["Chan"].memberships] == [Role.ADVOCATE]
        assert "Maly" not in by_name
        assert people.one(look, by_name["Dara"].id).name == "Dara"
        with pytest.raises(NotFound):
            people.one(look, cast.people["Maly"])


def test_ladders_say_what_runs_on_them(cast: Cast, clock: FixedClock) -> None:
    cast.open_finding(clock.now())
    with cast.reading("Dara", clock.now()) as look:
        running = {v.ladder.key: v.running for v in ladders.current(look)}
        assert running == {"critical": 0, "high": 1, "reminders": 0, "standard": 0, "systemic": 0}
        assert [v.current for v in ladders.versions(look, "high")] == [True]
        with pytest.raises(NotFound):
            ladders.versions(look, "none")


def test_rounds_forums_and_closed_days(cast: Cast, clock: FixedClock) -> None:
    with cast.writing("Sokha", clock.now()) as unit:
        planning.plan_forum(unit, name="Quarterly forum", held_on=date(2026, 6, 18))
    with cast.reading("Dara", clock.now()) as look:
        assert [(r.name, r.current) for r in rounds.rounds(look)] == [("This quarter", True)]
        assert [f.held_on for f in rounds.forums(look)] == [date(2026, 6, 18)]
        assert date(2026, 4, 14) in {
            d.day for d in rounds.closed_days(look, date(2026, 4, 1), date(2026, 4, 30))
        }


def test_themes_of_today(cast: Cast, clock: FixedClock) -> None:
    with cast.reading("Dara", clock.now()) as look:
        found = themes.themes(look)
    assert {t.id for t in found} == set(cast.themes.values())
    assert all(t.current for t in found)


def test_what_is_owed_across_findings(cast: Cast, clock: FixedClock, statements: Statements) -> None:
    first = cast.open_finding(clock.now())
    second = cast.open_finding(clock.now(), site="hospital")
    report(cast, clock, agree(cast, clock, first.ref))
    with cast.reading("Dara", clock.now()) as look:
        _ = look.rules
        with statements() as made:
            everything = obligations.page(look)
        assert len(made) <= 6
        assert everything.count.n == 3
        assert [
            (r.ref, r.obligation.kind) for r in obligations.page(look, owed_by=Party.ADVOCATES).items
        ] == [(first.ref, Kind.VERIFY)]
        soon = clock.now() + timedelta(days=9)
        assert [r.ref for r in obligations.page(look, due_before=soon).items] == [second.ref]
        assert obligations.page(look, overdue=True).items == ()
        one = obligations.page(look, limit=1)
        assert obligations.page(look, after=one.next).items == everything.items[1:]
    with cast.reading("Sophea", clock.now()) as look:
        assert {r.ref for r in obligations.page(look).items} == {first.ref}


def test_a_stage_before_the_committee(cast: Cast, clock: FixedClock, statements: Statements) -> None:
    ref = cast.open_finding(clock.now()).ref
    with cast.reading("Dara", clock.now()) as look:
        [owed] = load.case(look, ref, lock=False).live()
    for stage in range(5):
        with cast.writing("Dara", clock.now()) as unit:
            doing.escalate(unit, owed.id, from_stage=stage, reason="People go without")
    why = {}
    for by in ("Bopha", "Vanna", "Dara"):
        with cast.reading(by, clock.now()) as look:
            _ = look.rules
            with statements() as made:
                [item] = proposals.page(look).items
            assert len(made) <= 6, made
            assert (item.ref, item.proposal.stage, item.stage_name) == (ref, 5, "National programme")
            why[by] = item.why_not
    assert why == {
        "Bopha": None,
        "Vanna": "You are recused: this concerns your own organisation.",
        "Dara": "Only a member of the steering committee decides this.",
    }
