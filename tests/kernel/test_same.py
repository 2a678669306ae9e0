"""Is what is kept for a thing found for that very thing alone, and is the thing let go when nobody else needs it?"""

from dataclasses import dataclass
from functools import lru_cache
from weakref import ref

from clm_tracker.kernel.same import Same


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Thing:
    name: str


@lru_cache(maxsize=2)
def kept(of: Same[Thing]) -> list[str]:
    return [of.it.name]


def test_what_is_kept_is_found_for_the_very_same_thing_alone() -> None:
    one, like_it = Thing("a ladder"), Thing("a ladder")
    assert one == like_it
    assert kept(Same(one)) is kept(Same(one))
    assert kept(Same(one)) is not kept(Same(like_it))
    assert Same(one) != one


def test_a_thing_is_not_held_and_none_in_its_place_finds_what_was_kept_for_it() -> None:
    one = Thing("a ladder")
    key, gone = Same(one), ref(one)
    assert kept(key) == ["a ladder"]
    del one
    assert gone() is None
    assert Same(Thing("another")) != key
    for n in range(5):
        assert kept(Same(Thing(f"number {n}"))) == [f"number {n}"]
