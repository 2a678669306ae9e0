"""Is the word of a link nobody else's to make, and is a link good for exactly as long as it should be? (R40)"""

from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clm_tracker.domain import links
from clm_tracker.domain.links import Standing

KEY = links.key_of(b"a secret of thirty-two characters")
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
LETTERS = st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ é\0")


@given(st.uuids())
def test_r40_a_word_names_its_link_and_no_other_key_reads_it(link_id: UUID) -> None:
    """R40: and it stands in an address as it is."""
    word = links.word(KEY, link_id)
    assert (len(word), links.read(KEY, word)) == (links.LENGTH, link_id)
    assert word.replace("-", "a").replace("_", "a").isalnum()
    assert links.read(links.key_of(b"another secret"), word) is None


@given(st.uuids(), st.integers(0, links.LENGTH - 1), LETTERS)
def test_r40_an_altered_word_is_none(link_id: UUID, at: int, letter: str) -> None:
    """R40: also where the last character has bits that mean nothing."""
    word = links.word(KEY, link_id)
    altered = word[:at] + letter + word[at + 1 :]
    assert links.read(KEY, altered) == (link_id if altered == word else None)


@given(
    st.text(max_size=60)
    | st.binary(min_size=32, max_size=32).map(lambda b: urlsafe_b64encode(b).decode()[:43])
)
def test_r40_nothing_else_is_a_word(said: str) -> None:
    """R40."""
    assert links.read(KEY, said) is None


def test_r40_the_same_letter_gives_the_same_links() -> None:
    """R40: written a second time, its words stay good."""
    letter, reader, finding = (UUID(int=n) for n in (1, 2, 3))
    assert links.id_of(letter, reader, finding) == links.id_of(letter, reader, finding)
    assert len({links.id_of(*ids) for ids in ((letter, reader, finding), (letter, finding, reader))}) == 2


@pytest.mark.parametrize(("due_in", "days"), [(None, 30), (-5, 30), (0, 30), (12, 42)])
def test_r40_it_is_good_for_a_month_after_what_is_later(due_in: int | None, days: int) -> None:
    """R40: the letter, or the day on which that which it asks for is due."""
    due = None if due_in is None else NOW + timedelta(days=due_in)
    assert links.expires_at(NOW, due) == NOW + timedelta(days=days)


@pytest.mark.parametrize(
    ("changed", "standing"),
    [
        ({}, Standing.GOOD),
        ({"to_on": date(2026, 3, 2)}, Standing.GOOD),
        ({"to_on": date(2026, 3, 1)}, Standing.ENDED),
        ({"from_on": date(2026, 3, 3)}, Standing.ENDED),
        ({"is_disabled": True}, Standing.ENDED),
        ({"expires_at": NOW}, Standing.EXPIRED),
        ({"expires_at": NOW, "to_on": date(2026, 3, 1)}, Standing.ENDED),
        ({"revoked_at": NOW, "expires_at": NOW}, Standing.REVOKED),
    ],
)
def test_r40_where_a_link_stands(changed: dict[str, object], standing: Standing) -> None:
    """R40: what cannot be mended by a new link is said first."""
    facts: dict[str, object] = {
        "expires_at": NOW + timedelta(days=1),
        "revoked_at": None,
        "from_on": date(2026, 1, 1),
        "to_on": None,
    }
    assert links.standing(now=NOW, today=date(2026, 3, 2), **{**facts, **changed}) is standing  # type: ignore[arg-type]
