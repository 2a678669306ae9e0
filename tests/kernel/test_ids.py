"""Is a thing named the same way wherever it is named?"""

from uuid import UUID

import pytest

from clm_tracker.kernel.ids import child_id, parse_reference, reference

FINDING = UUID("01a2079a-0000-7000-8000-000000000001")


@pytest.mark.parametrize("number", [1, 42, 9_999, 10_000, 123_456])
def test_a_reference_reads_back_as_written(number: int) -> None:
    written = reference("KH", 2026, number)
    assert parse_reference(written) == written


@pytest.mark.parametrize("typed", ["KH-2026-0042", "kh-2026-42", "  Kh-2026-042 "])
def test_people_type_a_reference_as_they_like(typed: str) -> None:
    assert parse_reference(typed) == "KH-2026-0042"


@pytest.mark.parametrize(
    "typed", ["", "42", "KH-26-0042", "K-2026-0042", "KH-2026-", "KH-2026-0042-1", str(FINDING)]
)
def test_what_is_no_reference_is_none(typed: str) -> None:
    assert parse_reference(typed) is None


def test_a_child_has_one_name_and_no_other_child_has_it() -> None:
    """R37: a replay names the same things."""
    assert child_id(FINDING, "obligation", 3) == child_id(FINDING, "obligation", 3)
    names = {child_id(FINDING, kind, n) for kind in ("obligation", "action") for n in range(20)}
    assert len(names) == 40
