"""Does any sentence about what is owed name the same party twice, in any language?"""

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date

import pytest

from clm_tracker import languages
from clm_tracker.delivery.letters import wordings
from clm_tracker.domain import events
from clm_tracker.domain.words import OWED_BY, Kind, Party
from clm_tracker.queries import owes, sentences, wording
from tests.delivery.letters import KEYS, LANGUAGES, facts
from tests.domain.world import NOW, an_open_case, rules

RULES = rules()
# The part of each party's name by which it is known again, whatever stands before it.
NAMES = {
    "en": ("duty bearer", "advocates", "committee", "coordinator"),
    "fr": ("responsable", "plaidoyer", "comité", "coordination"),
    "km": ("អ្នកទទួលខុសត្រូវ", "អ្នកតស៊ូមតិ", "គណៈកម្មាធិការ", "អ្នកសម្របសម្រួល"),
}
DAY = date(2026, 3, 9)
# What events that are about something owed hold besides.
FACTS: dict[str, object] = {
    **dict.fromkeys(("reason", "problem", "note", "name", "ladder"), "…"),
    **dict.fromkeys(("stage", "due_version", "version", "times"), 5),
    **dict.fromkeys(("missed_at", "next_step_at", "until")),
    **dict.fromkeys(("public", "by_itself"), True),
    **dict.fromkeys(("due_on", "was"), DAY),
    "told_roles": tuple(map(str, Party)),
}


def test_the_names_are_those_that_are_said() -> None:
    assert set(NAMES) == set(LANGUAGES)
    for tag, names in NAMES.items():
        with languages.speaking(tag):
            for name, party in zip(names, Party, strict=True):
                assert name in wording.PARTIES[party]


def told(kind: Kind) -> Iterator[str]:
    """Every line of the record about something owed, as it is said and as it is foretold."""
    facts = {"obligation": str(kind), "owed_by": str(OWED_BY[kind]), **FACTS}
    for cls in events.KINDS.values():
        names = {f.name for f in fields(cls)}
        if "obligation" in names:
            event = cls(**{name: fact for name, fact in facts.items() if name in names})
            for said in (sentences.say(event, "Bopha", RULES, DAY), sentences.foretell(event, RULES, DAY)):
                yield from (said.sentence, *said.details)


def in_letters(kind: Kind) -> Iterator[str]:
    """The words of every event, stage and role, with this in their places."""
    for key in KEYS:
        words = wordings.said(key)
        for part in wordings.PARTS:
            yield wordings.filled(getattr(words, part), facts(key) | {"obligation": wording.what(kind)})


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_no_sentence_names_a_party_twice(kind: Kind, tag: str) -> None:
    owed = next(iter(an_open_case(RULES).obligations.values()))
    with languages.speaking(tag):
        nexts = owes.of(replace(owed, kind=kind, owed_by=OWED_BY[kind], duty_bearer_id=None), RULES, NOW)
        texts = (nexts.sentence, nexts.then, *told(kind), *in_letters(kind))
    for sentence in (one for text in texts for one in re.split(r"[.!?។\n]", text.lower())):
        assert [name for name in NAMES[tag] if sentence.count(name) > 1] == [], sentence


@pytest.mark.parametrize(
    ("tag", "typed", "whole"),
    [
        ("en", "no car ", "no car."),
        ("en", "They said “come back.”", "They said “come back.”"),
        ("en", "no car (see the log)", "no car (see the log)."),
        ("fr", "Elle a dit « revenez ! »", "Elle a dit « revenez ! »"),
        ("fr", "pas de voiture", "pas de voiture."),
        ("km", "គ្មានឡាន", "គ្មានឡាន។"),
        ("km", "no car", "no car."),
        ("km", "ឡាន KH 12", "ឡាន KH 12។"),
        ("km", "គ្មានឡាន។", "គ្មានឡាន។"),
        ("km", " ", ""),
    ],
)
def test_what_somebody_typed_ends_before_the_next_sentence_begins(tag: str, typed: str, whole: str) -> None:
    with languages.speaking(tag):
        assert wording.ended(typed) == whole
