"""Is every notice said in words, to whom it goes, and only to those who may see the finding? (R45)"""

from clm_tracker.commands import findings
from clm_tracker.domain import notices as law
from clm_tracker.domain.words import NoticeState
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.queries import notices
from clm_tracker.queries.findings.detail import with_record
from tests.cast import Cast
from tests.queries.conftest import Statements


def test_every_kind_that_tells_somebody_has_its_words() -> None:
    assert set(notices.ABOUT) == {event.kind for event in law.TELLS}


def test_what_was_told_stands_newest_first_with_all_whom_it_went_to(
    cast: Cast, clock: FixedClock, statements: Statements
) -> None:
    f = cast.open_finding(clock.now())
    clock.advance(days=1)
    with cast.writing("Sophea", clock.now()) as unit:
        findings.refuse(unit, f.ref, reason="No budget")
    with cast.reading("Dara", clock.now()) as look:
        _ = look.rules
        with statements() as made:
            told = notices.of(look, f.id)
        assert with_record(look, f.ref, newest=1)[3] == told
    assert len(made) == 1
    refused = next(n for n in told if n.about == "the duty bearer refused")
    assert set(refused.to) == {"the advocates", "the coordinator"}
    assert (refused.at, refused.state) == (clock.now(), NoticeState.WAITING)
    assert (told[-1].about, told[-1].to) == (
        "the finding, and what is asked",
        ("Chief, Ta Pung Health Centre",),
    )
    assert [n.at for n in told] == sorted((n.at for n in told), reverse=True)


def test_outsiders_are_told_nothing(cast: Cast, clock: FixedClock) -> None:
    f = cast.open_finding(clock.now())
    for by in ("Phal", "Ratha"):
        with cast.reading(by, clock.now()) as look:
            assert notices.of(look, f.id) == ()
