"""Are the messages that a network makes of a text counted as it counts them?"""

import pytest

from clm_tracker.delivery.sms_parts import is_plain, parts

KHMER = "ទឹក"  # three letters, as networks count


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("é" * 160, 1),
        ("{" * 80, 1),
        ("{" * 81, 2),
        ("ê" + "a" * 69, 1),
        ("ê" + "a" * 70, 2),
        (KHMER * 23 + "ក", 1),
        (KHMER * 23 + "កក", 2),
        (KHMER * 44 + "កក", 2),
        (KHMER * 44 + "កកក", 3),
        ("😀" * 35, 1),
    ],
)
def test_parts(text: str, n: int) -> None:
    assert parts(text) == n


def test_what_takes_two_places_is_never_cut_in_half() -> None:
    assert parts("a" * 152 + "€" + "a" * 151) == 2, "152, then 2 + 151"
    assert parts("a" * 152 + "€" + "a" * 152) == 3, "306 places would be two parts if it could be cut"
    assert parts("ក" * 66 + "😀" + "ក" * 65) == 2
    assert parts("ក" * 66 + "😀" + "ក" * 66) == 3


def test_one_letter_of_another_script_changes_the_whole_message() -> None:
    assert is_plain("Réf. KH-2026-0042: à régler")
    assert not is_plain("Réf. KH-2026-0042 – à régler"), "a dash of good print"
    assert not is_plain("KH-2026-0042 ក")
