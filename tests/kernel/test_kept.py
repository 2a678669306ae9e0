"""Is what was made found again by all that it was made of, and are there never too many of it?"""

from clm_tracker.kernel.kept import Kept


def test_a_thing_is_made_once_for_a_key_and_anew_for_another() -> None:
    made: list[str] = []

    def of(name: str, n: int = 1) -> str:
        def make() -> str:
            made.append(f"{name} {n}")
            return name.upper()

        return kept.get((name, n), make)

    kept = Kept[str](2)
    assert [of(name) for name in "aabab"] == list("AABAB")
    assert made == ["a 1", "b 1"]
    assert of("a", 2) == "A"
    assert of("a") == "A", "of more than so many it begins anew"
    assert made == ["a 1", "b 1", "a 2", "a 1"], "another key is another thing"
