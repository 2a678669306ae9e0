"""Are hurtful words pointed out where they stand, with a better one, and quotations left alone? (R44)"""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clm_tracker.domain.terms import Term, Weight, hints, merged
from clm_tracker.intake.shipped_terms import shipped_terms

SHIPPED = shipped_terms()


def found(text: str, terms: tuple[Term, ...] = SHIPPED) -> list[str]:
    return [h.found for h in hints(text, terms)]


def test_every_shipped_term_has_a_source_a_year_and_a_better_word() -> None:
    """R44: the lists of English, French and Spanish."""
    assert {t.language for t in SHIPPED} == {"en", "fr", "es"}
    for term in SHIPPED:
        assert term.avoid, term
        assert term.prefer, term
        assert term.source, term
        assert 2000 <= term.year <= 2026, term
    assert len({t.key for t in SHIPPED}) == len(SHIPPED)


@pytest.mark.parametrize("term", SHIPPED, ids=lambda t: f"{t.language}: {t.avoid[0]}")
def test_each_term_is_found_in_a_sentence_and_its_better_word_is_not(term: Term) -> None:
    for words in term.avoid:
        assert any(words.casefold() in h.casefold() for h in found(f"They say {words.upper()}.", (term,))), (
            words
        )
    for better in term.prefer:
        assert found(f"They say {better}.", (term,)) == [], better


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Prostitutes were turned away", ["Prostitutes"]),
        ("A defaulter's file", ["defaulter's"]),
        ("HIV - infected people and HIV-infected men", ["HIV - infected", "HIV-infected"]),
        ("The control group had clean water, and the contact was made", []),
        ("The water is clean water", []),
        ("Alcoholic drinks are sold; an alcoholic was sent away", ["alcoholic"]),
        ("National TB Control Programme", []),
        ("She said “the nurse called us drug addicts” and left", []),
        ('She said "addict" twice, but an addict it is not', ["addict"]),
        ("Il dit « toxicomane » ; les toxicomanes attendent", ["toxicomanes"]),
        ("it's a nurse's addict's word", ["addict's"]),
        ('an unfinished "quotation of an addict', ["addict"]),
        ("addiction, addictive", []),
        ("Drug addicts wait", ["Drug addicts"]),
    ],
)
def test_whole_words_in_every_form_and_never_in_quotations(text: str, expected: list[str]) -> None:
    """R44: quoted testimony is exempt."""
    assert found(text) == expected


def test_a_programmes_own_term_is_found_in_a_script_without_spaces() -> None:
    own = Term(language="km", avoid=("ពាក្យអាក្រក់",), prefer=("ពាក្យល្អ",), source="Invented", year=2026)
    assert found("នេះជាពាក្យអាក្រក់ណាស់", (own,)) == ["ពាក្យអាក្រក់"]


def test_a_programmes_own_term_takes_the_place_of_a_shipped_one_and_others_can_be_hidden() -> None:
    """R44: the list is editable."""
    own = Term(
        language="en", avoid=("Prostitute",), prefer=("woman",), source="Us", year=2026, weight=Weight.CARE
    )
    used = merged(SHIPPED, (own,), [("en", "std")])
    assert [t.prefer for t in used if t.key == own.key] == [("woman",)]
    assert found("STD", used) == []
    assert len(used) == len(SHIPPED) - 1


@given(st.text(alphabet="aHIV/DS \"“”«»'-clean addict", max_size=60))
def test_hints_lie_in_the_text_in_order_and_never_inside_one_another(text: str) -> None:
    shown = hints(text, SHIPPED)
    assert all(text[h.start : h.end] == h.found for h in shown)
    assert all(a.end < b.end and a.start <= b.start for a, b in pairwise(shown))
