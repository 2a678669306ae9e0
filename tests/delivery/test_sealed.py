"""Can a secret be read again with the secret key, and with nothing else?"""

import pytest

from clm_tracker.delivery.sealed import Seal, Unreadable

KEY, OTHER = b"Zq8w3N5v7yB2x4C6m9K1j0H3g5F7d9S2", b"another key of the same length, 32"
SECRET = "whsec_c2VjcmV0IG9mIGEgcmVjZWl2ZXI="


def test_a_sealed_secret_is_read_again_by_the_same_key_and_purpose() -> None:
    kept = Seal("webhooks", KEY).close(SECRET)
    assert SECRET not in kept
    assert Seal("webhooks", KEY).open(kept) == SECRET, "another process, the same key"
    assert Seal("webhooks", KEY).close(SECRET) != kept, "two rows with one secret do not look alike"


@pytest.mark.parametrize(
    "opener",
    [Seal("webhooks", OTHER), Seal("links", KEY)],
    ids=["another key", "another purpose"],
)
def test_nothing_else_opens_it(opener: Seal) -> None:
    with pytest.raises(Unreadable):
        opener.open(Seal("webhooks", KEY).close(SECRET))


@pytest.mark.parametrize("kept", ["", "not sealed", SECRET, "gAAAAABé"])
def test_what_is_no_seal_is_said_to_be_unreadable(kept: str) -> None:
    with pytest.raises(Unreadable):
        Seal("webhooks", KEY).open(kept)


def test_an_altered_seal_is_unreadable() -> None:
    kept = Seal("webhooks", KEY).close(SECRET)
    middle = len(kept) // 2
    with pytest.raises(Unreadable):
        Seal("webhooks", KEY).open(kept[:middle] + ("A" if kept[middle] != "A" else "B") + kept[middle + 1 :])


def test_a_key_that_was_changed_still_opens_what_it_sealed() -> None:
    kept = Seal("webhooks", OTHER).close(SECRET)
    now = Seal("webhooks", KEY, OTHER)
    assert now.open(kept) == SECRET
    with pytest.raises(Unreadable):
        Seal("webhooks", OTHER).open(now.close(SECRET))
