"""Do the demonstration's findings and plots hold together before anything is built from them?"""

import random
import re
from collections import Counter

import pytest

from clm_tracker.demo import people, places, programme
from clm_tracker.demo.findings import FINDINGS, openings
from clm_tracker.demo.findings.entry import Entry
from clm_tracker.demo.people import By
from clm_tracker.demo.plots import PLOTS
from clm_tracker.demo.plots.step import Act, Aim, Plot, Step
from clm_tracker.domain import deadlines
from clm_tracker.domain.words import Dimension, PauseReason, Severity, Track
from tests.demo.content import EVERYTHING, KHMER, calendar, texts

BRACES = re.compile(r"\{(\w+)\}")
STIGMATISING = re.compile(
    r"\b(addicts?|abusers?|prostitutes?|hiv/aids|victims?|sufferers?|infected|defaulters?|drug users?|idus?|std|stds"
    r"|junk(y|ies)|carriers?|illegal|high-risk group|clean needles?|suspects?)\b",
    re.IGNORECASE,
)


def steps(act: Act) -> list[tuple[Entry, Step]]:
    """Every step of this act that some finding will go through."""
    return [(entry, step) for entry in FINDINGS for step in PLOTS[entry.plot].steps if step.act is act]


@pytest.mark.parametrize("entry", FINDINGS, ids=lambda one: one.key)
def test_a_finding_is_written_in_its_language(entry: Entry) -> None:
    own = (entry.title, entry.description, entry.remedy, entry.check, entry.obstacle, entry.reply)
    assert {bool(KHMER.search(text)) for text in own if text} == {entry.language == "km"}


# -- findings ---------------------------------------------------------------------------------------------------------


def test_some_eighty_findings_over_every_theme_dimension_severity_and_track() -> None:
    assert 78 <= len(FINDINGS) < 95
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
    climbed = {(one.severity, PLOTS[one.plot].stage) for one in FINDINGS} - {(s, 0) for s in Severity}
    assert climbed == {(severity, number) for severity in Severity for number in range(1, 9)}
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
    plots = {"promised_in_forum", "broken_at_forum"}
    made = [one for one in openings(random.Random(7), days) if one.entry.plot in plots]
    forum = programme.FORUMS[0].day
    assert {one.entry.plot for one in made} == plots
    for one in made:
        agreed = days.add_working_days(days.local_date(one.at), 5)
        assert agreed == forum
