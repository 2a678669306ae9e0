"""Is a number that somebody wrote down the one that networks know, or refused?"""

import pytest

from clm_tracker.delivery.phone_numbers import NoNumber, number


@pytest.mark.parametrize(
    ("written", "code", "known"),
    [
        ("+855 12 345 678", "", "+85512345678"),
        ("+855-12-345-678", "265", "+85512345678"),
        ("00855 12 345 678", "", "+85512345678"),
        ("012 345 678", "855", "+85512345678"),
        ("12 345 678", "855", "+85512345678"),
        ("85512345678", "855", "+85512345678"),
        ("tel:+855(12)345.678", "", "+85512345678"),
        ("០១២ ៣៤៥ ៦៧៨", "855", "+85512345678"),
        ("\u202a+855 12 345 678\u202c", "", "+85512345678"),
        ("+1 (415) 555–2671", "", "+14155552671"),
        ("+442083661177", "855", "+442083661177"),
    ],
)
def test_a_number(written: str, code: str, known: str) -> None:
    assert number(written, code) == known


@pytest.mark.parametrize(
    "written",
    [
        "",
        "Sokha",
        "+855 12 CALL ME",
        "+",
        "+0123456789",
        "+1234567",
        "+1234567890123456",
        "12",
        "+855 12 345 678; +855 1",
        "0",
        "++85512345678",
    ],
)
@pytest.mark.parametrize("code", ["", "855"])
def test_what_is_no_number_is_refused(written: str, code: str) -> None:
    with pytest.raises(NoNumber) as no:
        number(written, code)
    assert str(no.value.said)


def test_without_a_country_the_sentence_says_what_is_missing() -> None:
    with pytest.raises(NoNumber, match="Write 012 345 678 with its country’s code"):
        number("012 345 678")
