"""Is every kind of letter written, in every language, firmer from stage to stage, and can nothing be put in that is not there?"""

import re
from dataclasses import fields

import pytest

from clm_tracker import languages
from clm_tracker.delivery.letters import Wording, wordings
from clm_tracker.delivery.letters.shipped import SHIPPED
from clm_tracker.domain.notices import TELLS
from clm_tracker.kernel.refusals import Invalid
from clm_tracker.kernel.speech import _
from tests.delivery.letters import KEYS, LANGUAGES, facts

PLACE = re.compile(r"\{\w+\}")
OTHERS = tuple(tag for tag in LANGUAGES if tag != "en")
STAGES = range(1, 9)


def texts(key: str) -> dict[str, str]:
    return {f.name: getattr(SHIPPED[key], f.name) for f in fields(Wording)}


def test_every_kind_that_tells_somebody_has_its_words_and_no_others_have() -> None:
    kinds = {event.kind for event in TELLS}
    assert {key.partition(".")[0] for key in KEYS} == kinds | {wordings.BUNDLE, wordings.DIGEST}
    assert kinds <= set(KEYS)
    for kind in ("stage_entered", "stage_proposed"):
        assert {f"{kind}.{stage}" for stage in STAGES} <= set(KEYS)


def test_roles_of_the_community_have_words_of_their_own_where_a_post_is_asked() -> None:
    """A kind that goes to both a post and a role says what is asked of each, unless nothing differs."""
    both = {
        event.kind for event, words in TELLS.items() if {"addressed", "invited", "owner"} & set(words)
    } - {"due_moved"}
    assert {key for key in KEYS if key.endswith(".community")} == {
        f"{kind}.community" for kind in both | {wordings.BUNDLE}
    }


@pytest.mark.parametrize(
    ("kind", "stage", "community", "key"),
    [
        ("stage_entered", 3, False, "stage_entered.3"),
        ("stage_entered", 9, False, "stage_entered"),
        ("stage_entered", 3, True, "stage_entered.community"),
        ("stage_proposed", None, True, "stage_proposed.community"),
        ("proposal_approved", 5, True, "proposal_approved"),
        ("replied", None, False, "replied"),
    ],
)
def test_a_notice_finds_its_words(kind: str, stage: int | None, community: bool, key: str) -> None:
    assert wordings.key_of(kind, stage, community=community) == key


@pytest.mark.parametrize("key", KEYS)
def test_each_part_is_there_and_names_only_known_places(key: str) -> None:
    assert all(texts(key).values()), "subject, opening, what is asked and what follows"
    wordings.check(key, texts(key))


@pytest.mark.parametrize("tag", OTHERS)
@pytest.mark.parametrize("key", KEYS)
def test_no_letter_is_without_its_words_in_another_language(key: str, tag: str) -> None:
    """Line by line the same places, because a line is left out where there is nothing to put in."""
    for name, english in texts(key).items():
        with languages.speaking(tag):
            there = _(english)
        assert there != english, f"{key}.{name} is not translated to {tag}"
        lines = list(zip(english.split("\n"), there.split("\n"), strict=True))
        assert [sorted(PLACE.findall(a)) for a, _b in lines] == [sorted(PLACE.findall(b)) for _a, b in lines]


@pytest.mark.parametrize("kind", ["stage_entered", "stage_proposed"])
def test_no_two_stages_say_the_same(kind: str) -> None:
    said = [texts(f"{kind}.{stage}") for stage in STAGES]
    assert len({(s["opening"], s["ask"], s["after"]) for s in said}) == len(said)


@pytest.mark.parametrize("key", KEYS)
def test_what_is_asked_stays_a_sentence_when_no_day_is_known(key: str) -> None:
    """At the last stage no next one is known, and where nothing is owed no day is."""
    for missing in ({"next": "", "next_on": "", "otherwise": ""}, {"due": "", "obligation": ""}):
        known = facts(key) | {p: v for p, v in missing.items() if p in wordings.places_of(key)}
        for name, words in texts(key).items():
            whole = [line for line in words.split("\n") if all(known[p[1:-1]] for p in PLACE.findall(line))]
            assert whole or (name == "after" and "next" in missing), f"{key}.{name} would have a hole"
            assert wordings.filled(words, known) == "\n".join(
                line.format_map(known) for line in whole or [words]
            )


def test_a_place_without_a_fact_is_an_error_and_what_stands_in_a_fact_is_not_read_again() -> None:
    with pytest.raises(KeyError):
        wordings.filled("{ref} {nothing}", {"ref": "A"})
    assert wordings.filled("{title}", {"title": "{ref}"}) == "{ref}"
    assert wordings.filled("{title.__class__}", {"title.__class__": "x"}) == "x", "names, never looked into"


@pytest.mark.parametrize(
    ("key", "parts", "field", "sentence"),
    [
        ("bundle", {"subject": "{ref}"}, "subject", "There is nothing to put in the place {ref}."),
        ("replied", {"ask": "{reporter}"}, "ask", "There is nothing to put in the place {reporter}."),
        (
            "replied",
            {"ask": "{ref.__class__}"},
            "ask",
            "There is nothing to put in the place {ref.__class__}.",
        ),
        ("replied", {"after": "a { b"}, "after", "A brace stands alone; write places as {ref}."),
        ("replied", {"footer": "x"}, "footer", "A letter has no such part."),
        ("replied", {"opening": "  "}, "opening", "This part cannot be empty."),
        ("replied", {"subject": "a\nb"}, "subject", "A subject is one line."),
        ("replied", {"ask": "x" * 2_001}, "ask", "Shorten this to at most 2,000 characters."),
        ("replied", {"subject": "x" * 151}, "subject", "Shorten this to at most 150 characters."),
    ],
)
def test_words_of_a_programme_are_refused_by_the_field_that_is_wrong(
    key: str, parts: dict[str, str], field: str, sentence: str
) -> None:
    with pytest.raises(Invalid) as no:
        wordings.check(key, parts)
    assert [(e.field, e.message) for e in no.value.errors] == [(field, sentence)]


def test_words_of_a_programme_take_the_place_of_the_shipped_ones_part_by_part() -> None:
    shipped = wordings.said("replied")
    own = wordings.said("replied", {"subject": "Ours", "after": ""})
    assert (own.subject, own.opening, own.after) == ("Ours", shipped.opening, "")
    assert wordings.said("replied", {"subject": ""}).subject == shipped.subject
