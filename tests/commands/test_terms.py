"""How does a programme change the words that are pointed out? (R44)"""

from clm_tracker.commands import terms
from clm_tracker.db.units import Writing
from clm_tracker.domain.terms import Weight
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.queries import terms as looking
from tests.cast import Cast
from tests.commands.left import left_by, sentence
from tests.commands.test_programmes import ONLY_COORDINATOR


def put(unit: Writing, *avoid: str, version: int = 0, year: int = 2020, prefer: str = "kind words") -> None:
    terms.put(
        unit,
        language="en",
        avoid=avoid,
        prefer=[prefer],
        source="Our own meeting",
        year=year,
        version=version,
    )


def found(cast: Cast, clock: FixedClock, text: str) -> list[str]:
    with cast.reading("Dara", clock.now()) as look:
        return [h.found for h in looking.in_text(look, text, "en")]


def test_a_term_of_our_own_is_pointed_out_with_a_line_in_the_ledger(cast: Cast, clock: FixedClock) -> None:
    """R44, R35."""
    assert found(cast, clock, "a hurtful  word") == []
    with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
        put(unit, " hurtful   word ", "hurtful phrase", "hurtful word")
    assert left.facts == [{"what": "put down the term hurtful word"}]
    assert found(cast, clock, "Hurtful words, a hurtful  phrase") == ["Hurtful words", "hurtful  phrase"]


def test_a_shipped_term_is_hidden_shown_again_and_changed(cast: Cast, clock: FixedClock) -> None:
    """R44: shipped lists are editable."""
    with cast.writing("Sokha", clock.now()) as unit:
        terms.hide(unit, language="en", key="prostitute")
    assert found(cast, clock, "prostitute") == []
    with cast.writing("Sokha", clock.now()) as unit:
        terms.show(unit, language="en", key="prostitute", version=1)
    assert found(cast, clock, "prostitute") == ["prostitute"]
    with cast.writing("Sokha", clock.now()) as unit:
        terms.put(
            unit,
            language="en",
            avoid=["prostitute"],
            prefer=["entertainment worker"],
            source="Us",
            year=2021,
            weight=Weight.CARE,
            version=2,
        )
    with cast.reading("Dara", clock.now()) as look:
        (hint,) = looking.in_text(look, "A prostitute", "en")
    assert hint.term.prefer == ("entertainment worker",)


def test_refused_in_a_sentence(cast: Cast, clock: FixedClock) -> None:
    def told(name: str, *avoid: str, version: int = 0, year: int = 2020, prefer: str = "better") -> str:
        return sentence(
            cast,
            clock.now(),
            name,
            lambda unit: put(unit, *avoid, version=version, year=year, prefer=prefer),
        )

    assert told("Dara", "word") == ONLY_COORDINATOR
    assert told("Sokha", " ") == "Write the words that should be pointed out."
    assert told("Sokha", "word", prefer=" ") == "Write what says it better."
    assert told("Sokha", "word", year=1901).startswith("Write the year of the source, from 1980 to ")
    assert told("Sokha", "w" * 101) == "Shorten each to at most 100 characters."
    with cast.writing("Sokha", clock.now()) as unit:
        put(unit, "word")
    assert told("Sokha", "word", version=0, prefer="other").startswith("Somebody changed this term")
    assert told("Sokha", "word", version=7, prefer="other").startswith("Somebody changed this term")
    assert told("Sokha", "another", version=1).startswith("The first line names the term")
    no = sentence(cast, clock.now(), "Sokha", lambda unit: hide(unit, "nothing"))
    assert "no such term" in no


def hide(unit: Writing, key: str) -> None:
    terms.hide(unit, language="en", key=key)
