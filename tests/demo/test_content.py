"""Does the demonstration's content hold together before anything is built from it?"""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from itertools import pairwise

import holidays
import pytest

from clm_tracker.demo import people, places, programme
from clm_tracker.demo.findings import FINDINGS, openings
from clm_tracker.demo.findings.entry import Entry
from clm_tracker.demo.people import By
from clm_tracker.demo.plots import PLOTS
from clm_tracker.demo.plots.step import Act, Aim, Plot, Step
from clm_tracker.domain import deadlines
from clm_tracker.domain.calendars import Calendar
from clm_tracker.domain.words import Dimension, PauseReason, Role, Severity, Track

KHMER = re.compile("[\u1780-\u17ff]")
BRACES = re.compile(r"\{(\w+)\}")
STIGMATISING = re.compile(
    r"\b(addicts?|abusers?|prostitutes?|hiv/aids|victims?|sufferers?|infected|defaulters?|drug users?|idus?|std|stds"
    r"|junk(y|ies)|carriers?|illegal|high-risk group|clean needles?|suspects?)\b",
    re.IGNORECASE,
)


def calendar() -> Calendar:
    closed = dict(holidays.country_holidays("KH", years=range(2025, 2028)).items())
    closed |= {one.day: one.name for one in programme.CLOSED_DAYS}
    return Calendar(programme.TIMEZONE, frozenset({5, 6}), closed)


def texts(thing: object) -> Iterator[str]:
    """Every string in a dataclass or a tuple of them, however deep."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, tuple | frozenset):
        for one in thing:
            yield from texts(one)
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from texts(getattr(thing, field.name))


EVERYTHING = (
    programme.PROGRAMME,
    programme.THEMES,
    programme.GROUPS,
    programme.ROUNDS,
    programme.FORUMS,
    programme.CLOSED_DAYS,
    places.AREAS,
    places.SITES,
    people.ORGANISATIONS,
    people.POSTS,
    people.HOLDERS,
    people.PEOPLE,
    FINDINGS,
    tuple(PLOTS.values()),
)


def steps(act: Act) -> list[tuple[Entry, Step]]:
    """Every step of this act that some finding will go through."""
    return [(entry, step) for entry in FINDINGS for step in PLOTS[entry.plot].steps if step.act is act]


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


# -- languages --------------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("entry", FINDINGS, ids=lambda one: one.key)
def test_a_finding_is_written_in_its_language(entry: Entry) -> None:
    own = (entry.title, entry.description, entry.remedy, entry.check, entry.obstacle, entry.reply)
    assert {bool(KHMER.search(text)) for text in own if text} == {entry.language == "km"}


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


# -- findings ---------------------------------------------------------------------------------------------------------


def test_some_eighty_findings_over_every_theme_dimension_severity_and_track() -> None:
    assert 78 <= len(FINDINGS) <= 92
    assert len({one.key for one in FINDINGS}) == len(FINDINGS)
    assert len({one.title for one in FINDINGS}) == len(FINDINGS)
    themes = Counter(one.theme for one in FINDINGS)
    assert set(themes) == {one.key for one in programme.THEMES}
    assert min(themes.values()) >= 10
    assert {one.dimension for one in FINDINGS} == set(Dimension)
    assert {one.severity for one in FINDINGS} == set(Severity)
    assert Counter(one.track for one in FINDINGS)[Track.INDIVIDUAL] >= 5
    assert {one.affected for one in FINDINGS} == {one.key for one in programme.GROUPS}
    assert Counter(one.language for one in FINDINGS)["km"] >= 12
    assert {places.province_of(one.place) for one in FINDINGS} == {"", *(one.key for one in places.PROVINCES)}


@pytest.mark.parametrize("entry", FINDINGS, ids=lambda one: one.key)
def test_a_finding_fits_its_place_and_plot(entry: Entry) -> None:
    plot = PLOTS[entry.plot]
    assert entry.place in {one.key for one in (*places.AREAS, *places.SITES)}
    assert entry.severity in plot.severities
    routed = people.route(entry.place, entry.theme)
    routes = any(step.act is Act.ROUTE for step in plot.steps)
    assert bool(routed) is not (plot.aim is Aim.TO_ROUTE or routes)
    if entry.transfer_to:
        assert entry.transfer_to in {one.key for one in people.POSTS}
        assert entry.transfer_to != routed


@pytest.mark.parametrize("entry", FINDINGS, ids=lambda one: one.key)
def test_a_plot_finds_its_words_and_actors_in_the_finding(entry: Entry) -> None:
    words = entry.words()
    posts = {one.key for one in people.POSTS}
    for step in PLOTS[entry.plot].steps:
        for name in BRACES.findall(step.text + step.evidence + step.to):
            assert words[name], f"{entry.key}: the plot {entry.plot} needs {name}."
        if step.to:
            known = {one.key for one in FINDINGS} if step.act is Act.MERGE else posts
            assert step.to.format(**words) in known
        if step.by not in {By.POST, By.NEW_POST}:
            assert people.actor(step.by, entry.place) in people.PEOPLE


@pytest.mark.parametrize("place", [one.key for one in (*places.SITES, *places.PROVINCES)])
def test_two_different_people_verify_and_decide_everywhere(place: str) -> None:
    assert people.actor(By.ADVOCATE, place) != people.actor(By.SECOND_ADVOCATE, place)
    assert people.actor(By.CHAIR, place) != people.actor(By.MEMBER, place)


def test_a_repeated_finding_is_at_the_same_site_and_theme_and_later() -> None:
    by_key = {one.key: one for one in FINDINGS}
    repeats = [one for one in FINDINGS if one.repeats]
    assert repeats
    for one in repeats:
        earlier = by_key[one.repeats]
        assert (earlier.place, earlier.theme) == (one.place, one.theme)
        resolved_before = PLOTS[earlier.plot].aim is Aim.RESOLVED
        assert resolved_before is not any(step.act is Act.MERGE for step in PLOTS[one.plot].steps)
        assert PLOTS[earlier.plot].age[0] > PLOTS[one.plot].age[1]


def test_nothing_points_at_a_real_person() -> None:
    for text in texts(EVERYTHING):
        for address in re.findall(r"\S+@\S+", text):
            assert address.endswith(".example.org")
        assert not re.search(r"https?://|www\.", text)
        assert not re.search(r"\+?\d[\d\- ]{7,}\d", text), text


def test_words_about_people_put_people_first() -> None:
    for text in texts(EVERYTHING):
        assert not STIGMATISING.search(text), text


def test_no_small_number_of_people_is_told() -> None:
    people_counted = re.compile(
        r"\b([1-4]|one|two|three|four) (of \d+ )?(people|persons?|women|mothers|families|workers)\b",
        re.IGNORECASE,
    )
    for one in FINDINGS:
        assert not people_counted.search(one.title + " " + one.description), one.key


# -- plots ------------------------------------------------------------------------------------------------------------


def test_every_plot_is_lived_by_a_finding() -> None:
    assert {one.plot for one in FINDINGS} == set(PLOTS)


def test_every_stage_and_every_aim_has_a_finding() -> None:
    lived = [PLOTS[one.plot] for one in FINDINGS]
    assert {one.stage for one in lived if one.aim is Aim.CLIMBING} == set(range(1, 9))
    assert {one.aim for one in lived} == set(Aim)
    for one in PLOTS.values():
        assert bool(one.stage) is (one.aim is Aim.CLIMBING)


def test_every_act_happens() -> None:
    assert {act for act in Act if not steps(act)} == set()


@pytest.mark.parametrize("plot", PLOTS.values(), ids=lambda one: one.key)
def test_the_windows_of_a_plot_can_be_read_and_its_dates_are_given(plot: Plot) -> None:
    dated = {Act.PROPOSE_ACTION, Act.ASK_EXTENSION, Act.DEFER}
    for step in plot.steps:
        assert deadlines.parse_window(step.after).unit is deadlines.Unit.WORKING_DAYS
        if step.due:
            deadlines.parse_window(step.due)
        frozen = step.reason is PauseReason.SAFETY
        assert bool(step.due) is (step.act in dated or (step.act is Act.PAUSE and not frozen))
        assert (step.reason is not None) is (step.act is Act.PAUSE)
        assert re.fullmatch(r"((stage|proposal):[1-8])?", step.awaits)
    assert plot.age[0] <= plot.age[1]


@pytest.mark.parametrize("plot", PLOTS.values(), ids=lambda one: one.key)
def test_a_plot_that_is_over_is_over_before_today(plot: Plot) -> None:
    waited = sum(deadlines.parse_window(step.after).amount for step in plot.steps if not step.awaits)
    assert waited <= plot.age[0], f"{plot.key}: its steps take {waited} working days."


@pytest.mark.parametrize("stage", [7, 8])
def test_a_public_stage_has_reply_risk_check_and_two_approvers(stage: int) -> None:
    plots = [one for one in PLOTS.values() if one.stage >= stage]
    assert plots
    for plot in plots:
        start = next(n for n, step in enumerate(plot.steps) if step.awaits == f"proposal:{stage}")
        gate = plot.steps[start : start + 4]
        assert [step.act for step in gate] == [
            Act.RISK_CHECK,
            Act.REPLY,
            Act.APPROVE,
            Act.APPROVE,
        ]
        assert sum(deadlines.parse_window(step.after).amount for step in gate[:3]) > 5
        assert gate[2].by is not gate[3].by


def test_at_most_two_extensions_and_two_pauses() -> None:
    for plot in PLOTS.values():
        acts = Counter(step.act for step in plot.steps)
        assert acts[Act.ASK_EXTENSION] == acts[Act.GRANT_EXTENSION] + acts[Act.REFUSE_EXTENSION]
        assert acts[Act.ASK_EXTENSION] <= 2
        assert acts[Act.PAUSE] <= 2
    assert any(sum(step.act is Act.GRANT_EXTENSION for step in plot.steps) == 2 for plot in PLOTS.values())


def test_who_verifies_did_not_report_and_who_confirms_did_not_resolve() -> None:
    verify = {Act.VERIFY_FIXED, Act.VERIFY_PARTLY, Act.VERIFY_NOT_FIXED}
    for plot in PLOTS.values():
        for step in plot.steps:
            if step.act is Act.REPORT_DONE:
                assert step.by in {By.POST, By.NEW_POST}
            if step.act in verify:
                assert step.by is By.ADVOCATE
                assert step.evidence
            if step.act is Act.CONFIRM_RESOLUTION:
                assert step.by is By.SECOND_ADVOCATE


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


@pytest.mark.parametrize("seed", [1, 7, 2026])
def test_findings_open_between_the_start_and_today_on_working_days(seed: int) -> None:
    days = calendar()
    made = openings(random.Random(seed), days)
    assert [one.at for one in made] == sorted(one.at for one in made)
    assert Counter(one.entry.key for one in made) == Counter(one.key for one in FINDINGS)
    for one in made:
        assert programme.STARTS_AT <= one.at < programme.TODAY_AT
        assert days.is_working(days.local_date(one.at))
        assert one.observed_on <= days.local_date(one.at)
        assert programme.round_on(one.observed_on) in programme.ROUNDS


def test_the_same_seed_gives_the_same_days_and_another_seed_others() -> None:
    days = calendar()
    assert openings(random.Random(7), days) == openings(random.Random(7), days)
    assert openings(random.Random(7), days) != openings(random.Random(8), days)


def test_what_was_promised_at_the_forum_was_promised_when_it_met() -> None:
    days = calendar()
    made = [one for one in openings(random.Random(7), days) if one.entry.plot == "promised_in_forum"]
    forum = programme.FORUMS[0].day
    assert made
    for one in made:
        agreed = days.add_working_days(days.local_date(one.at), 5)
        assert agreed == forum
