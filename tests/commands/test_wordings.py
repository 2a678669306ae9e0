"""How does a programme write its letters in words of its own? (R29, R35)"""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from clm_tracker import languages
from clm_tracker.commands import ladders as changing
from clm_tracker.commands import wordings as commands
from clm_tracker.db.units import Writing
from clm_tracker.delivery.letters import wordings
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Invalid, NotAllowed, NotFound
from clm_tracker.queries import wordings as looking
from clm_tracker.queries.letters.example import example
from tests.cast import Cast
from tests.commands.left import left_by, sentence
from tests.commands.test_programmes import ONLY_COORDINATOR

KEY = "stage_entered.3"
OWN = {"subject": "{ref}: our own words", "after": ""}


def put(unit: Writing, version: int = 0, key: str = KEY, language: str = "en", **parts: str) -> None:
    put_all(unit, parts or OWN, version, key, language)


def put_all(
    unit: Writing, parts: Mapping[str, str], version: int = 0, key: str = KEY, language: str = "en"
) -> None:
    commands.put(unit, key=key, language=language, parts=parts, version=version)


def test_words_of_our_own_hold_for_their_key_and_language_with_a_line_in_the_ledger(
    cast: Cast, clock: FixedClock
) -> None:
    now = clock.now()
    with cast.reading("Sokha", now) as look:
        assert looking.own(look) == {}
    with left_by(cast, now) as left, cast.writing("Sokha", now) as unit:
        put(unit)
    assert left.facts == [{"what": f"changed the words of letters: {KEY} (en)"}]
    assert left.by == {("Sokha", "coordinator")}
    with cast.reading("Sokha", now) as look:
        own = looking.own(look)
        one = looking.one(look, KEY, "en")
        letter = example(look, KEY, own[KEY, "en"])
        lines = {line.key: line for line in looking.listed(look, "en")}
    assert set(own) == {(KEY, "en")}
    assert (letter.subject, letter.after) == ("KH-2026-0042: our own words", "")
    assert letter.opening.startswith("A reminder and a formal letter"), "what was not changed stays"
    assert (one.version, one.own, one.versions[0].by) == (1, True, "Sokha")
    assert (lines[KEY].own, lines["replied"].own) == (True, False)
    assert set(lines) == set(wordings.SHIPPED)


def test_older_versions_stay_readable_and_the_shipped_words_come_back(cast: Cast, clock: FixedClock) -> None:
    now = clock.now()
    for version, subject in enumerate(("First {ref}", "Second {ref}")):
        with cast.writing("Sokha", now) as unit:
            put(unit, version, subject=subject)
    with left_by(cast, now) as left, cast.writing("Sokha", now) as unit:
        commands.ship(unit, key=KEY, language="en", version=2)
    assert left.facts == [{"what": f"took the shipped words of letters again: {KEY} (en)"}]
    with cast.reading("Sokha", now) as look:
        one = looking.one(look, KEY, "en")
        assert looking.own(look) == {}
    assert [v.parts.get("subject") for v in one.versions] == [None, "Second {ref}", "First {ref}"]
    assert (one.own, one.version, one.words) == (False, 3, wordings.said(KEY))
    with cast.writing("Sokha", now) as unit:
        put(unit, 3, subject="Third {ref}")
        assert looking.own(unit)[KEY, "en"]["subject"] == "Third {ref}"


def test_who_changed_it_in_between_is_noticed(cast: Cast, clock: FixedClock) -> None:
    now = clock.now()
    with cast.writing("Sokha", now) as unit:
        put(unit)
    stale = "Somebody changed these words in the meantime. Look at them again."
    for act in (
        lambda unit: put(unit, 0, subject="Mine {ref}"),
        lambda unit: commands.ship(unit, key=KEY, language="en", version=0),
    ):
        assert sentence(cast, now, "Sokha", act) == stale


def test_what_changes_nothing_is_said_to(cast: Cast, clock: FixedClock) -> None:
    now = clock.now()
    same = "These are the words that hold already."
    shipped = wordings.parts(wordings.said(KEY))
    assert sentence(cast, now, "Sokha", lambda unit: put_all(unit, shipped)) == same
    with cast.writing("Sokha", now) as unit:
        put(unit)
    assert sentence(cast, now, "Sokha", lambda unit: put(unit, 1)) == same
    assert (
        sentence(
            cast, now, "Sokha", lambda unit: commands.ship(unit, key="replied", language="en", version=0)
        )
        == "The shipped words hold already."
    )


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"ask": "Call {reporter}."}, "ask"),
        ({"opening": "{{ 7*7 }} {% raw %}"}, "opening"),
        ({"subject": ""}, "subject"),
        ({"footer": "x"}, "footer"),
    ],
)
def test_words_that_cannot_be_filled_are_refused_by_their_field(
    cast: Cast, clock: FixedClock, parts: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as no, cast.writing("Sokha", clock.now()) as unit:
        put_all(unit, parts)
    assert {e.field for e in no.value.errors} == {field}
    with cast.reading("Sokha", clock.now()) as look:
        assert looking.own(look) == {}


def test_letters_and_languages_that_are_not_here_are_refused(cast: Cast, clock: FixedClock) -> None:
    now = clock.now()
    with pytest.raises(NotFound), cast.writing("Sokha", now) as unit:
        put(unit, key="stage_entered.9")
    assert (
        sentence(cast, now, "Sokha", lambda unit: put(unit, language="xx"))
        == "Choose one of the languages of the programme."
    )
    with cast.reading("Sokha", now) as look, pytest.raises(NotFound):
        looking.one(look, KEY, "xx")


def test_only_a_coordinator_changes_them(cast: Cast, clock: FixedClock) -> None:
    with pytest.raises(NotAllowed, match=ONLY_COORDINATOR), cast.writing("Dara", clock.now()) as unit:
        put(unit)


def test_an_example_of_every_letter_can_be_looked_at_in_every_language(cast: Cast, clock: FixedClock) -> None:
    with cast.reading("Sokha", clock.now()) as look:
        for tag in languages.shipped():
            with languages.speaking(tag):
                for key in wordings.SHIPPED:
                    letter = example(look, key)
                    assert "{" not in letter.subject + letter.opening + letter.ask + letter.after
                    assert letter.language == tag


def test_an_example_is_of_a_stage_that_there_is_and_of_working_days(cast: Cast, clock: FixedClock) -> None:
    """Shown on a Saturday, of a programme whose ladders have two stages."""
    now = clock.now()
    with cast.writing("Sokha", now) as unit:
        for key, id in unit.rules.current.items():
            ladder = unit.rules.ladders[id]
            changing.change(unit, key, name=ladder.name, stages=ladder.stages[:2])
    while now.weekday() != 5:
        now += timedelta(days=1)
    with cast.reading("Sokha", now) as look:
        letter = example(look, "stage_entered")
        community = example(look, "stage_entered.community")
    for one in (letter, community):
        assert "stage 2, Formal letter" in one.subject
        assert one.items[0].stage == 2
        days = {step.on[:3] for step in one.items[0].chronology}
        assert not days & {"Sat", "Sun"}
        assert "Sun " not in one.items[0].owed + one.opening + one.ask
    assert (letter.post != "", community.post) == (True, "")
