"""Is one act done to many findings, each with its own lines, and are those that refuse it named and left alone? (R7, R16, R28, R35)"""

from datetime import timedelta

from clm_tracker.commands import bulk, findings, obligations
from clm_tracker.commands.bulk import Outcome, Seen
from clm_tracker.db import load
from clm_tracker.db.units import Writing
from clm_tracker.domain.bulk import MOST, Deed, mark
from clm_tracker.domain.words import ClosedAs, FindingStatus, ObligationState, PauseReason
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.queries import bulk as asking
from tests.cast import Cast
from tests.commands.left import left_by, sentence


def some(cast: Cast, clock: FixedClock, n: int = 3) -> list[str]:
    return [cast.open_finding(clock.advance(minutes=1), title=f"Number {k}").ref for k in range(n)]


def seen(cast: Cast, clock: FixedClock, refs: list[str]) -> list[Seen]:
    with cast.reading("Sokha", clock.now()) as look:
        return [Seen(ref, mark(load.case(look, ref))) for ref in refs]


def states(cast: Cast, clock: FixedClock, refs: list[str]) -> list[ObligationState]:
    with cast.reading("Sokha", clock.now()) as look:
        return [load.case(look, ref).live()[0].state for ref in refs]


def test_clocks_are_paused_and_run_again_each_with_its_line(cast: Cast, clock: FixedClock) -> None:
    """R16, R35."""
    refs = some(cast, clock)
    what = seen(cast, clock, refs)
    until = clock.now() + timedelta(days=5)
    with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
        came = bulk.carry_out(
            unit, Deed.PAUSE, what, reason="Floods", why=PauseReason.FORCE_MAJEURE, until=until
        )
    assert [o.why_not for o in came] == [None] * 3
    assert left.lines == ["paused"] * 3
    assert {facts["note"] for facts in left.facts} == {"Floods"}
    assert states(cast, clock, refs) == [ObligationState.PAUSED] * 3
    with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
        bulk.carry_out(unit, Deed.RESUME, seen(cast, clock, refs))
    assert left.lines == ["pause_ended"] * 3
    assert states(cast, clock, refs) == [ObligationState.RUNNING] * 3


def test_what_changed_in_between_is_named_and_left_alone(cast: Cast, clock: FixedClock) -> None:
    refs = some(cast, clock)
    what = seen(cast, clock, refs)
    with cast.writing("Sophea", clock.now()) as unit:
        findings.acknowledge(unit, refs[1])
    with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
        came = bulk.carry_out(unit, Deed.ESCALATE, what, reason="People go without")
    assert came[1] == Outcome(refs[1], "Number 1", "Somebody changed it in the meantime. Look at it again.")
    assert (came[0].why_not, came[2].why_not) == (None, None)
    assert left.lines == ["stage_entered"] * 2


def test_a_preview_says_what_the_deed_then_does(cast: Cast, clock: FixedClock) -> None:
    refs = some(cast, clock)
    draft = cast.draft(clock.now()).ref
    with cast.reading("Sokha", clock.now()) as look:
        found = asking.preview(look, Deed.ESCALATE, [*refs, draft, "KH-2026-9999"])
        [paused, *_rest] = asking.preview(look, Deed.PAUSE, refs)
        [closed, *_rest] = asking.preview(look, Deed.WITHDRAW, refs)
        running = asking.preview(look, Deed.RESUME, refs)
    assert [f.ref for f in found] == [*refs, draft]
    assert found[0].then == "Stage 1, Reminder and dialogue, begins now."
    assert found[0].now == "Chief, Ta Pung Health Centre owes an acknowledgement by Mon 9 March."
    assert found[3].why_not == "The duty bearer owes nothing at present."
    assert paused.then == "1 clock stands still."
    assert closed.then == "It is closed, and 1 obligation ends."
    assert running[0].why_not == "No clock of this finding is paused."
    what = [Seen(f.ref, f.mark) for f in found]
    with cast.writing("Sokha", clock.now()) as unit:
        came = bulk.carry_out(unit, Deed.ESCALATE, what, reason="People go without")
    assert [o.why_not for o in came] == [f.why_not for f in found]


def test_a_stage_that_needs_approval_is_proposed(cast: Cast, clock: FixedClock) -> None:
    """R26, R28: bulk is no way round the committee."""
    [ref] = some(cast, clock, 1)
    with cast.reading("Sokha", clock.now()) as look:
        owed = load.case(look, ref).live()[0].id
    for stage in range(4):
        with cast.writing("Sokha", clock.now()) as unit:
            obligations.escalate(unit, owed, from_stage=stage, reason="People go without")
    with cast.reading("Sokha", clock.now()) as look:
        [foreseen] = asking.preview(look, Deed.ESCALATE, [ref])
    assert foreseen.then.endswith("is proposed to the steering committee.")
    with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
        bulk.carry_out(unit, Deed.ESCALATE, [Seen(ref, foreseen.mark)], reason="People go without")
    assert "stage_proposed" in left.lines
    assert "stage_entered" not in left.lines


def test_duplicates_are_merged_into_the_earliest(cast: Cast, clock: FixedClock) -> None:
    """R7: the earlier finding goes on."""
    refs = some(cast, clock)
    with cast.writing("Dara", clock.now()) as unit:
        came = bulk.carry_out(
            unit, Deed.MERGE, seen(cast, clock, refs), reason="The same", merged_into=refs[0]
        )
    assert [(o.ref, o.why_not) for o in came] == [(ref, None) for ref in refs[1:]]
    with cast.reading("Dara", clock.now()) as look:
        first, *later = (load.case(look, ref).finding for ref in refs)
    assert first.status is FindingStatus.OPEN
    assert {(f.closed_as, f.merged_into) for f in later} == {(ClosedAs.MERGED, first.id)}


def test_answers_that_fit_no_finding_are_refused_before_anything(cast: Cast, clock: FixedClock) -> None:
    refs = some(cast, clock, 1)
    what = seen(cast, clock, refs)

    def told(deed: Deed, **given: object) -> str:
        def do(unit: Writing) -> None:
            bulk.carry_out(unit, deed, what, **given)  # type: ignore[arg-type]  # each test gives what it means

        return sentence(cast, clock.now(), "Sokha", do)

    assert told(Deed.WITHDRAW).startswith("Say why, in a sentence")
    assert told(Deed.PAUSE, reason="x", why=PauseReason.AGREED).startswith("A pause needs an end")
    assert told(Deed.MERGE, reason="x", merged_into="KH-2026-9999") == "No finding has this reference."

    def many(unit: Writing) -> None:
        bulk.carry_out(unit, Deed.RESUME, [Seen(f"KH-2026-{n:04}", 1) for n in range(MOST + 1)])

    assert sentence(cast, clock.now(), "Sokha", many) == "Choose at most 200 findings at once."
    none = sentence(cast, clock.now(), "Sokha", lambda unit: bulk.carry_out(unit, Deed.RESUME, []))
    assert none == "Choose at least one finding."


def test_each_finding_asks_whether_this_person_may(cast: Cast, clock: FixedClock) -> None:
    """R38, R39: no finding is changed by somebody who could not change it alone."""
    refs = some(cast, clock, 2)
    what = seen(cast, clock, refs)
    for name, why in (
        ("Sophea", "Your role in this programme does not include this."),
        ("Phal", "There is no such finding, or it is not yours to see."),
    ):
        with left_by(cast, clock.now()) as left, cast.writing(name, clock.now()) as unit:
            came = bulk.carry_out(unit, Deed.WITHDRAW, what, reason="No")
        assert {o.why_not for o in came} == {why}
        assert left.lines == []
