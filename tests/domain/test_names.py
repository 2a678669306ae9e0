"""Is everything that a new programme begins with called in the reader's language, and everything else as it was written?"""

import sys
from unicodedata import category

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clm_tracker import languages
from clm_tracker.commands.themes import SHIPPED as THEMES
from clm_tracker.domain import ladders, names
from clm_tracker.domain.ladders import Stage, StageKind
from tests.pseudo import TAG, Pseudo

UNSEEN = [
    *(chr(n) for n in range(sys.maxunicode + 1) if category(chr(n)) == "Cf"),
    *"\u034f\u115f\u1160\u17b4\u17b5\u180b\u3164\uffa0\ufe0f\U000e0100",
]


def test_every_shipped_ladder_stage_and_theme_has_its_name_in_the_catalogues() -> None:
    shipped = {name for _code, name, _in_khmer in THEMES}
    for name, stages in ladders.shipped().values():
        shipped |= {name, *(stage.name for stage in stages)}
    assert shipped == names.SHIPPED


def test_what_is_shipped_is_said_in_the_language_of_the_moment_and_kept_in_english() -> None:
    stage = Stage(number=1, name="Formal letter", kind=StageKind.FORMAL_LETTER, wait="1wd")
    assert stage.said == "Formal letter"
    with languages.with_one_more(TAG, Pseudo()), languages.speaking(TAG):
        assert (stage.said, stage.name) == ("⟦Formal letter⟧", "Formal letter")


def test_a_programmes_own_name_stays_as_it_was_written() -> None:
    with languages.with_one_more(TAG, Pseudo()), languages.speaking(TAG):
        assert names.said("Findings") == "Findings", "a text of the program, but not a name that is shipped"


def test_a_name_that_somebody_gave_in_the_readers_language_comes_first() -> None:
    own = {"km": "ការបង្ការ", "fr": ""}
    with languages.speaking("km"):
        assert names.said("Prevention", own) == "ការបង្ការ"
    assert names.said("Prevention", own) == "Prevention"
    with languages.speaking("fr"):
        assert names.said("Prevention", own) == "Prévention"


def test_another_name_is_told_beside_the_one_that_is_said() -> None:
    own = {"km": "កំពត"}
    assert names.other("Kampot", own) == ("km", "កំពត")
    assert names.other("Kampot", {"km": "Kampot"}) == (None, None)
    with languages.speaking("km"):
        assert names.other("Kampot", own) == (None, "Kampot")
        assert names.other("Kampot", {"fr": "Kampôt", "km": "កំពត"}) == (None, "Kampot")
    assert names.other("Kampot", {"fr": "Kampôt", "km": "កំពត"}) == ("km", "កំពត")
    assert names.other("Kampot", {"fr": "Kampôt"}) == ("fr", "Kampôt")


def test_what_reads_alike_is_told_apart_by_the_first_sign_that_differs_and_nothing_else_is_added() -> None:
    signs = {
        "one": ("district", "North", "01"),
        "two": ("district", "South", "02"),
        "three": ("district", "South", "03"),
        "four": ("town", "South", ""),
        "bare": ("district", "South", ""),
    }
    read = dict.fromkeys(signs, "Central") | {"two": "central\u200b", "else": "Elsewhere"}
    assert names.apart(read, signs.__getitem__) == {
        "one": ("district", "North"),
        "two": ("district", "South", "02"),
        "three": ("district", "South", "03"),
        "four": ("town",),
        "bare": ("district", "South"),
    }
    same = names.apart({1: "Chief", 2: "Chief"}, lambda _one: ("site",))
    assert same == {1: ("1 of 2",), 2: ("2 of 2",)}, "where nothing is known that differs"


@given(st.lists(st.tuples(*[st.sampled_from(["", "a", "b"])] * 3), max_size=9))
@example([("", "a", ""), ("", "b", ""), ("a", "", "")])
def test_no_two_read_alike_in_the_end(many: list[tuple[str, str, str]]) -> None:
    told = names.apart(dict.fromkeys(range(len(many)), "Central"), lambda n: many[n])
    assert len({names.with_signs("Central", told.get(n, ())) for n in range(len(many))}) == len(many)


@given(st.lists(st.text(max_size=5), max_size=5), st.lists(st.sampled_from(UNSEEN), min_size=6))
def test_what_nobody_sees_tells_no_names_apart(parts: list[str], unseen: list[str]) -> None:
    written = "".join(part + sign for part, sign in zip([*parts, ""], unseen, strict=False))
    assert names.folded(written) == names.folded("".join(parts))


@given(st.text())
def test_a_folded_name_stays_as_it_is_whatever_it_is_made_of(text: str) -> None:
    assert names.folded(names.folded(text)) == names.folded(text)
    assert names.folded(f" \u3000{text}\u00a0") == names.folded(text)


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E)))
def test_full_width_letters_and_capitals_tell_no_names_apart(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in text)
    assert names.folded(wide) == names.folded(text.upper()) == names.folded(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("កំពត", "កំពង់"), ("Kampot", "Kampót"), ("Ward 1", "Ward 11"), ("Thma Koul", "ThmaKoul")],
)
def test_what_reads_differently_stays_apart(one: str, other: str) -> None:
    assert names.folded(one) != names.folded(other)


@pytest.mark.parametrize(
    "text", ["", " \n\u3000", "\u200b", "\u200b \u2060", "\u202e\x07\x85", "\u2800", "\u3164\u17b5"]
)
def test_of_spaces_and_invisible_signs_nothing_is_seen(text: str) -> None:
    assert not names.is_seen(text)
    assert names.is_seen(f"{text}ភ្លៀង")
    assert names.is_seen(f"{text}-")
