"""Do the demonstration's places, people and days hold together before anything is built from them?"""

from collections import Counter
from datetime import date
from itertools import pairwise

import holidays
import pytest

from clm_tracker.demo import people, places, programme
from clm_tracker.demo.findings import FINDINGS
from clm_tracker.demo.plots import PLOTS
from clm_tracker.domain.words import Role
from tests.demo.content import KHMER, calendar

# -- places -----------------------------------------------------------------------------------------------------------


def test_a_dozen_provinces_each_with_districts_and_sites() -> None:
    assert len(places.PROVINCES) == 12
    for province in places.PROVINCES:
        assert sum(one.parent == province.key for one in places.DISTRICTS) >= 3
        assert sum(places.province_of(one.key) == province.key for one in places.SITES) >= 2
    assert len(places.SITES) >= 40


def test_every_place_hangs_on_the_level_above() -> None:
    above = {places.Level.PROVINCE: places.Level.COUNTRY, places.Level.DISTRICT: places.Level.PROVINCE}
    for one in places.AREAS[1:]:
        assert places.area(one.parent).level is above[one.level]
    for site in places.SITES:
        assert places.area(site.district).level is places.Level.DISTRICT


def test_keys_are_unique_over_areas_and_sites() -> None:
    keys = Counter([one.key for one in places.AREAS] + [one.key for one in places.SITES])
    assert [key for key, times in keys.items() if times > 1] == []


def test_no_name_twice_within_a_parent_in_either_language() -> None:
    named = [(one.parent, name) for one in places.AREAS for name in (one.name, one.name_km)]
    named += [(one.district, name) for one in places.SITES for name in (one.name, one.name_km)]
    assert [name for name, times in Counter(named).items() if times > 1] == []


def test_sites_of_every_kind_stand_near_their_district() -> None:
    assert {one.kind for one in places.SITES} == set(places.Kind)
    for site in places.SITES:
        district = places.area(site.district)
        assert abs(site.latitude - district.latitude) < 0.02
        assert abs(site.longitude - district.longitude) < 0.02


def test_every_khmer_name_is_written_in_khmer() -> None:
    named = (
        *places.AREAS,
        *places.SITES,
        *programme.THEMES,
        *programme.GROUPS,
        *programme.ROUNDS,
        *programme.FORUMS,
        *programme.CLOSED_DAYS,
        *people.ORGANISATIONS,
        programme.PROGRAMME,
    )
    for one in named:
        assert KHMER.search(one.name_km), one
        assert not KHMER.search(one.name), one


# -- people -----------------------------------------------------------------------------------------------------------


def test_every_post_has_a_superior_and_the_way_up_ends_at_the_oversight_body() -> None:
    posts = {one.key: one for one in people.POSTS}
    assert len(posts) == len(people.POSTS)
    for post in people.POSTS:
        seen: list[str] = []
        key = post.key
        while key:
            assert key not in seen
            seen.append(key)
            key = posts[key].superior
        assert seen[-1] == "oversight"


def test_every_area_of_a_finding_has_a_post_at_the_levels_a_ladder_addresses() -> None:
    at = {(one.level, one.place) for one in people.POSTS}
    for entry in FINDINGS:
        if places.is_site(entry.place):
            assert (people.PostLevel.DISTRICT, places.site(entry.place).district) in at
        province = places.province_of(entry.place)
        if province:
            assert (people.PostLevel.PROVINCE, province) in at
    per_area = Counter((one.level, one.place) for one in people.POSTS if one.level.name != "OTHER_SECTOR")
    assert set(per_area.values()) == {1}


def test_holders_follow_each_other_and_one_post_is_vacant_today() -> None:
    today = calendar().local_date(programme.TODAY_AT)
    vacant = []
    for post in people.POSTS:
        held = sorted((one for one in people.HOLDERS if one.post == post.key), key=lambda one: one.since)
        assert held[0].since < calendar().local_date(programme.STARTS_AT)
        for earlier, later in pairwise(held):
            assert earlier.until is not None
            assert earlier.until < later.since
        if not any(one.until is None or one.until >= today for one in held):
            vacant.append(post.key)
        if post.key == people.CHANGED_POST:
            assert len(held) == 2
    assert vacant == [people.VACANT_POST]


def test_no_name_is_shared() -> None:
    names = Counter(
        [one.name for one in people.HOLDERS]
        + [one.name for one in people.PEOPLE if one.role is not Role.DUTY_BEARER]
    )
    assert [name for name, times in names.items() if times > 1] == []
    assert len({one.email for one in people.PEOPLE}) == len(people.PEOPLE)


def test_the_cast_is_complete() -> None:
    roles = Counter(one.role for one in people.PEOPLE)
    assert roles[Role.COORDINATOR] == 1
    assert roles[Role.ADVOCATE] == 5
    assert roles[Role.COMMITTEE] == 5
    assert roles[Role.OBSERVER] == 1
    assert roles[Role.DUTY_BEARER] >= 5
    assert len({one.organisation for one in people.with_role(Role.COMMITTEE)}) == 5
    organisations = {one.key for one in people.ORGANISATIONS}
    posts = {one.key for one in people.POSTS}
    provinces = {one.key for one in places.PROVINCES}
    for person in people.PEOPLE:
        assert person.organisation in organisations or (not person.organisation and person.post in posts)
        assert set(person.provinces) <= provinces


def test_a_member_is_recused_where_the_own_organisation_runs_the_site() -> None:
    assert {one.run_by for one in places.SITES} <= {"", *(one.key for one in people.ORGANISATIONS)}
    assert len(people.deciders_for("mlub-chrey")) == 4
    assert people.RECUSED_ORGANISATION not in {one.organisation for one in people.deciders_for("mlub-chrey")}
    climbing = [one for one in FINDINGS if PLOTS[one.plot].stage >= 5 and places.is_site(one.place)]
    assert any(places.site(one.place).run_by == people.RECUSED_ORGANISATION for one in climbing)


def test_accounts_of_duty_bearers_belong_to_the_holder_of_today() -> None:
    today = calendar().local_date(programme.TODAY_AT)
    for person in people.with_role(Role.DUTY_BEARER):
        held = [
            one
            for one in people.HOLDERS
            if one.post == person.post and (one.until is None or one.until >= today)
        ]
        assert [one.name for one in held] == [person.name]


# -- days -------------------------------------------------------------------------------------------------------------


def test_rounds_follow_each_other_and_hold_the_whole_time() -> None:
    for earlier, later in pairwise(programme.ROUNDS):
        assert (later.first_day - earlier.last_day).days == 1
    assert programme.round_on(date(2026, 3, 16)).key == "2026-Q1"
    assert programme.round_on(date(2025, 9, 1)).key == "2025-Q3"
    with pytest.raises(LookupError):
        programme.round_on(date(2026, 7, 1))


def test_closed_days_and_forums_fall_on_days_that_would_be_worked() -> None:
    public = holidays.country_holidays("KH", years=range(2025, 2028))
    for closed in programme.CLOSED_DAYS:
        assert closed.day.weekday() < 5
        assert closed.day not in public
    assert all(calendar().is_working(one.day) for one in programme.FORUMS)
