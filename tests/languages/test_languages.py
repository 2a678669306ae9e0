"""Which language is chosen, and what is known of each?"""

import pytest

from clm_tracker import languages
from clm_tracker.kernel.speech import _
from tests.pseudo import Pseudo


def test_english_is_always_there_and_first() -> None:
    assert languages.shipped()[0] == "en"
    assert languages.spoken(("xx", "en")) == ("en",)
    assert languages.spoken(("xx",)) == ("en",)
    assert languages.spoken() == languages.shipped()


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("fr-CH, fr;q=0.9, en;q=0.8", ["fr-CH", "fr", "fr", "en"]),
        ("en;q=0.2, km", ["km", "en"]),
        ("*;q=0, de;q=oops, ;q=1", []),
        ("", []),
    ],
)
def test_what_a_browser_accepts_is_read_in_its_order(header: str, wanted: list[str]) -> None:
    assert languages.accepted(header) == wanted


def test_a_persons_own_language_comes_before_what_the_browser_accepts() -> None:
    assert languages.chosen(("en", "fr", "km"), "km", accept="fr") == "km"
    assert languages.chosen(("en", "fr", "km"), "de", None, accept="pt, fr-CH;q=0.5") == "fr"
    assert languages.chosen(("km", "en"), "", accept="de") == "km"


def test_a_language_is_named_in_its_own_words_and_knows_its_direction() -> None:
    assert [languages.name_of(tag) for tag in ("en", "fr", "km")] == ["English", "Français", "ខ្មែរ"]
    assert (languages.direction("km"), languages.direction("ar")) == ("ltr", "rtl")


def test_a_language_that_is_not_there_speaks_english() -> None:
    with languages.speaking("xx"):
        assert _("Open") == "Open"
    with languages.with_one_more("en-XA", Pseudo()), languages.speaking("en-XA"):
        assert _("Open") == "⟦Open⟧"
