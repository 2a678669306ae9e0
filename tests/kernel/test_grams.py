"""Is whatever stands in a text found by its words, and by any piece of a script without spaces?"""

import csv
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clm_tracker.kernel import grams
from clm_tracker.kernel.grams import Term

KHMER_LETTERS = [chr(n) for n in range(0x1780, 0x17B4)]
KHMER_VOWELS = [chr(n) for n in range(0x17B6, 0x17D2)]


@st.composite
def clusters(draw: st.DrawFn) -> str:
    """A Khmer letter, perhaps with one below it, perhaps with a vowel or sign."""
    letter = st.sampled_from(KHMER_LETTERS)
    below = draw(st.one_of(st.just(""), letter.map(lambda c: "\u17d2" + c)))
    return draw(letter) + below + draw(st.one_of(st.just(""), st.sampled_from(KHMER_VOWELS)))


def found(q: str, text: str) -> bool:
    kept = grams.kept(text)
    asked = grams.asked(q)
    return bool(asked) and all(term.spaced in f" {kept} " for term in asked)


@given(st.text())
def test_a_text_is_found_by_each_of_its_words(text: str) -> None:
    for word in grams.plain(text).split():
        assert found(word, text)


@given(st.text())
def test_a_text_is_found_by_all_of_itself(text: str) -> None:
    if grams.plain(text):
        assert found(text, text)


@given(st.text())
def test_what_was_made_plain_stays_as_it_is(text: str) -> None:
    assert grams.plain(grams.plain(text)) == grams.plain(text)


@given(st.text())
def test_terms_hold_letters_marks_and_numbers_alone(text: str) -> None:
    for term in grams.terms(text):
        assert {unicodedata.category(c)[0] for c in term} <= set("LMN")


@given(st.lists(clusters(), min_size=2, max_size=30), st.data())
def test_khmer_is_found_by_any_two_clusters_or_more(text: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(text) - 2))
    last = data.draw(st.integers(first + 2, len(text)))
    assert found("".join(text[first:last]), "".join(text))


@given(st.lists(clusters(), min_size=2, max_size=30), st.data())
def test_khmer_is_found_while_it_is_typed(text: list[str], data: st.DataObject) -> None:
    whole = "".join(text)
    assert found(whole[: data.draw(st.integers(1, len(whole)))], whole)


@given(st.lists(clusters(), min_size=2, max_size=12), st.lists(clusters(), min_size=2, max_size=4))
def test_khmer_is_found_only_where_it_stands(text: list[str], q: list[str]) -> None:
    whole, looked_for = grams.plain("".join(text)), grams.plain("".join(q))
    if found(looked_for, whole):
        assert looked_for in whole


@given(st.text("abcdefghijklmnopqrstuvwxyzéèüñ", min_size=2, max_size=20), st.data())
def test_a_word_is_found_by_its_beginning_while_it_is_typed(word: str, data: st.DataObject) -> None:
    assert found(word[: data.draw(st.integers(2, len(word)))], f"before {word} after")


@pytest.mark.parametrize(
    ("q", "text"),
    [
        ("refere", "Le référé de l'hôpital"),
        ("RÉFÉRÉ", "refere"),
        ("hopital", "l'HÔPITAL"),
        ("strasse", "Straße"),
        ("duong", "Đường"),
        ("0042", "KH-2026-0042"),
        ("medic", "No medicines"),
        ("2026", "ឆ្នាំ២០២៦"),
        ("រង់ចាំ", "អ្នកជំងឺរង់ចាំយូរ"),
        ("ភ្នំពេញ", "រាជធានី\u200bភ្នំ\u200bពេញ"),
        ("ยาหมด", "คลินิกยาหมดสต็อก"),
        ("ຢາ", "ບໍ່ມີຢາ"),
        ("ဆေး", "ဆေးမရှိပါ"),
        ("药品", "没有药品"),
        ("クスリ", "ｸｽﾘがない"),
        ("दवा", "दवा नहीं"),
        ("Ελλάδα", "ΕΛΛΑΔΑ"),
    ],
)
def test_found(q: str, text: str) -> None:
    assert found(q, text)


@pytest.mark.parametrize(
    ("q", "text"),
    [
        ("icines", "medicines"),  # the end of a word is no beginning
        ("medic out", "medicines out"),  # only the last word is still being typed
        ("m", "medicines"),
        ("medic ", "medicines"),  # typed to its end
        ("ពេញភ្នំ", "ភ្នំពេញ"),
        ("品药", "没有药品"),
        ("...", "Nothing to look for..."),
        ("100%", "10 of 1000"),
    ],
)
def test_not_found(q: str, text: str) -> None:
    assert not found(q, text)


def test_a_term_may_be_a_beginning() -> None:
    assert grams.asked("out of st") == (Term(("out",)), Term(("of",)), Term(("st",), begins=True))
    assert grams.asked("កខគ") == (Term(("កខ", "ខគ"), begins=True),)
    assert grams.asked("--- %") == ()


def test_a_text_has_an_end() -> None:
    assert len(grams.terms("药" * 20_000)) == grams.MOST
    assert grams.terms("a" * 5_000) == ["a" * grams.LONGEST]


def test_every_name_of_cambodia_is_found_by_every_piece_of_it(shared_dir: Path) -> None:
    with (shared_dir / "data" / "cambodia" / "areas.csv").open(encoding="utf-8") as file:
        names = [row["name_km"] for row in csv.DictReader(file)]
    assert len(names) == 1_887
    for name in names:
        kept = grams.kept(f"មណ្ឌលសុខភាព{name}គ្មានថ្នាំ")
        letters = grams._CLUSTER.findall(grams.plain(name).replace(" ", ""))
        assert all(term.spaced in f" {kept} " for term in grams.asked(name))
        if " " in grams.plain(name):
            continue
        for first in range(len(letters) - 1):
            for last in range(first + 2, len(letters) + 1):
                assert all(t.spaced in f" {kept} " for t in grams.asked("".join(letters[first:last]))), name
