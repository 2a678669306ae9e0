"""Does the record read as sentences, and does every date explain itself?"""

from dataclasses import replace
from datetime import date

import pytest

from clm_tracker import languages
from clm_tracker.commands import findings, ladders, obligations
from clm_tracker.db import load
from clm_tracker.domain import events
from clm_tracker.domain.policy import Membership
from clm_tracker.domain.words import PauseReason, Role, Severity
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import NotAllowed, NotFound
from clm_tracker.queries import explain, exports, ledger, sentences, simulate, timeline
from tests.cast import Cast
from tests.queries.conftest import Statements
from tests.queries.stories import agree, resolve


def test_the_timeline_tells_it_newest_first(cast: Cast, clock: FixedClock) -> None:
    f = cast.open_finding(clock.now())
    clock.advance(days=1)
    with cast.writing("Dara", clock.now()) as unit:
        findings.acknowledge(unit, f.ref, note="By telephone")
    with cast.reading("Dara", clock.now()) as look:
        told = timeline.of(look, f.id).items
    assert [e.sentence for e in told] == [
        "A corrective action agreed with the community is owed by the duty bearer by Mon 16 March.",
        "An acknowledgement has been met.",
        "Dara put on record that Chief, Ta Pung Health Centre acknowledged the finding.",
        "An acknowledgement is owed by the duty bearer by Mon 9 March.",
        "Dara opened the finding.",
        "Dara wrote a draft: No viral load results for three months.",
    ]
    assert told[2].details == ("By telephone",)
    assert not told[0].engine


def test_the_timeline_goes_on_where_it_stopped(cast: Cast, clock: FixedClock) -> None:
    f = cast.open_finding(clock.now())
    resolve(cast, clock, f.ref)
    with cast.reading("Dara", clock.now()) as look:
        whole = [e.seq for e in timeline.of(look, f.id, limit=200).items]
        case = load.case(look, f.ref, lock=False)
        found: list[int] = []
        before = None
        while True:
            part = timeline.of(look, f.id, before=before, limit=3)
            assert timeline.of_case(look, case, before=before, limit=3) == part
            found += [e.seq for e in part.items]
            if (before := part.next) is None:
                break
    assert found == whole


def test_nobody_reads_the_record_of_what_they_may_not_see(cast: Cast, clock: FixedClock) -> None:
    f = cast.open_finding(clock.now())
    for by in ("Phal", "Ratha"):
        with cast.reading(by, clock.now()) as look, pytest.raises(NotFound):
            timeline.of(look, f.id)
    with cast.reading("Dara", clock.now()) as look, pytest.raises(NotAllowed):
        ledger.page(look)


def test_the_whole_ledger_names_the_finding(cast: Cast, clock: FixedClock, statements: Statements) -> None:
    f = cast.open_finding(clock.now())
    with cast.reading("Sokha", clock.now()) as look:
        _ = look.rules
        with statements() as made:
            page = ledger.page(look, limit=3)
        assert len(made) <= 6
        assert [line.ref for line in page.items] == [f.ref] * 3
        older = ledger.page(look, after=page.next, limit=200)
    assert page.items[-1].entry.seq > older.items[0].entry.seq


def test_the_ledger_shows_nothing_of_a_finding_that_its_reader_may_not_see(
    cast: Cast, clock: FixedClock
) -> None:
    """R39: neither a draft nor another area's finding; what is about no finding is there for all its readers."""
    secret = cast.draft(clock.now(), title="A draft of Dara's")
    cast.open_finding(clock.now(), title="At the hospital", site="hospital")
    near = cast.open_finding(clock.now(), title="At the health centre")
    for name, hidden in (("Sokha", False), ("Bopha", True)):
        with cast.reading(name, clock.now()) as look:
            refs = {line.ref for line in ledger.page(look, limit=200).items}
        assert (secret.ref not in refs) is hidden
    limited = replace(
        cast.actor("Bopha", clock.now()),
        memberships=(Membership(role=Role.COMMITTEE, areas=frozenset({cast.areas["district"]})),),
    )
    with cast.store.reading(now=clock.now(), actor=limited, programme_id=cast.programme_id) as look:
        lines = ledger.page(look, limit=200).items
        table = exports.sheet(look, exports.Export.LEDGER)
        left = {row[table.columns.index("finding")] for row in table.rows}
    assert {line.ref for line in lines} == left == {None, near.ref}
    assert not any("At the hospital" in line.entry.sentence for line in lines)


def test_a_stage_is_called_as_its_own_ladder_calls_it(cast: Cast, clock: FixedClock) -> None:
    """R30: two ladders have a stage of one name and call it differently in Khmer."""
    with cast.writing("Sokha", clock.now()) as unit:
        for key, own in (("high", "ការទៅសួរ"), ("critical", "ការជួប")):
            newest = unit.rules.ladders[unit.rules.current[key]]
            stages = (replace(newest.stages[0], name="Visit", names={"km": own}), *newest.stages[1:])
            ladders.change(unit, key, name=newest.name, stages=stages)
    found = {
        severity: cast.open_finding(clock.now(), severity=severity).ref
        for severity in (Severity.HIGH, Severity.CRITICAL)
    }
    for ref in found.values():
        with cast.writing("Dara", clock.now()) as unit:
            (o,) = load.case(unit, ref, lock=False).live()
            obligations.escalate(unit, o.id, from_stage=0, reason="They wait")
    with cast.reading("Dara", clock.now()) as look, languages.speaking("km"):
        high, critical = (
            timeline.of_case(look, load.case(look, ref, lock=False)).items[0].sentence
            for ref in found.values()
        )
        of_before = sentences.say(events.StageEntered("act", 1, "Visit", 1, None), "", look.rules, look.today)
    assert ("ការទៅសួរ" in high, "ការជួប" in critical) == (True, True)
    assert "Visit" in of_before.sentence, (
        "A line that does not know whose stage it was keeps what was written."
    )


def test_a_stage_says_who_was_told_and_when_it_was_due(cast: Cast, clock: FixedClock) -> None:
    with cast.reading("Dara", clock.now()) as look:
        said = sentences.say(
            events.StageEntered(
                obligation="act",
                stage=3,
                name="District",
                due_version=1,
                missed_at=clock.now(),
                addressed_names=("Director, Operational District",),
                told_roles=("coordinator",),
                fell_through="Chief is vacant; Director was told instead.",
            ),
            "Escalation engine",
            look.rules,
            date(2027, 1, 1),
        )
    assert said.sentence == "Escalation engine entered stage 3, District, for the agreed corrective action."
    assert said.details == (
        "Told: Director, Operational District and the coordinator.",
        "Chief is vacant; Director was told instead.",
        "It was due on Mon 2 March 2026.",
    )


def test_each_day_on_the_way_to_a_due_date(cast: Cast, clock: FixedClock, statements: Statements) -> None:
    ref = cast.open_finding(clock.now()).ref
    with cast.reading("Dara", clock.now()) as look:
        _ = look.rules
        with statements() as made:
            [owed] = explain.explain(look, ref).obligations
    assert len(made) <= 12, made
    assert owed.due.sentence == "Due Mon 9 March: 5 working days from its beginning, Mon 2 March."
    assert owed.due.days[-1].date == date(2026, 3, 9)
    assert [d.date.day for d in owed.due.days if d.counted] == [3, 4, 5, 6, 9]
    assert owed.decision == "Rest"
    assert owed.sentence.endswith("Stage 1, Reminder and dialogue, begins on Tue 10 March.")


def test_an_answer_is_explained_by_the_later_of_two_windows(cast: Cast, clock: FixedClock) -> None:
    ref = cast.open_finding(clock.now()).ref
    with cast.writing("Sophea", clock.now()) as unit:
        findings.acknowledge(unit, ref)
    with cast.reading("Dara", clock.now()) as look:
        [owed] = explain.explain(look, ref).obligations
    assert "10 working days from the day it was addressed, Mon 2 March." in owed.due.sentence
    assert owed.due.days[-1].date == owed.obligation.due_on


def test_an_agreed_date_needs_no_counting(cast: Cast, clock: FixedClock) -> None:
    ref = cast.open_finding(clock.now()).ref
    agree(cast, clock, ref)
    with cast.reading("Dara", clock.now()) as look:
        [owed] = explain.explain(look, ref).obligations
    assert owed.due.sentence == "Due Thu 12 March, the day that was agreed."
    assert owed.due.days == ()
    with cast.writing("Dara", clock.now()) as unit:
        obligations.pause(unit, owed.obligation.id, reason=PauseReason.SAFETY)
    clock.advance(days=2)
    with cast.writing("Dara", clock.now()) as unit:
        obligations.resume(unit, owed.obligation.id)
    with cast.reading("Dara", clock.now()) as look:
        [owed] = explain.explain(look, ref).obligations
    said = "Due {}: Thu 12 March, the day that was agreed, and the days on which the clock stood still."
    assert owed.due.sentence == said.format("Mon 16 March")


def test_a_pause_is_among_the_days(cast: Cast, clock: FixedClock) -> None:
    ref = cast.open_finding(clock.now()).ref
    with cast.reading("Dara", clock.now()) as look:
        [before] = explain.explain(look, ref).obligations
    with cast.writing("Dara", clock.now()) as unit:
        obligations.pause(unit, before.obligation.id, reason=PauseReason.SAFETY)
    clock.advance(days=2)
    with cast.writing("Dara", clock.now()) as unit:
        obligations.resume(unit, before.obligation.id)
    with cast.reading("Dara", clock.now()) as look:
        [after] = explain.explain(look, ref).obligations
    assert after.obligation.due_on > before.obligation.due_on
    assert after.due.days[-1].date == after.obligation.due_on
    assert "clock stopped: for safety" in {d.reason for d in after.due.days}


def test_the_future_climbs_the_ladder_if_nobody_does_anything(cast: Cast, clock: FixedClock) -> None:
    ref = cast.open_finding(clock.now(), severity=Severity.CRITICAL).ref
    other = cast.open_finding(clock.now(), severity=Severity.STANDARD).ref
    with cast.reading("Dara", clock.now()) as look:
        mine = simulate.simulate(look, ref, 30).items
        everything = simulate.simulate(look, None, 30).items
    entered = [f.stage for f in mine if f.kind == "stage_entered" and f.obligation == "acknowledge"]
    assert entered == [1, 2, 3, 4]
    assert {f.ref for f in mine} == {ref}
    assert {f.ref for f in everything} == {ref, other}
    assert [f.at for f in everything] == sorted(f.at for f in everything)


def test_what_somebody_wrote_stays_as_it_was_written(cast: Cast, clock: FixedClock) -> None:
    with cast.reading("Dara", clock.now()) as look:
        today = clock.now().date()
        wrote = sentences.say(events.TransferDeclined("agreed"), "Dara", look.rules, today)
        paused = sentences.say(
            events.Paused("act", "agreed", clock.now(), "New year"), "Dara", look.rules, today
        )
    assert wrote.sentence == "Dara declined the transfer: agreed."
    assert (
        paused.sentence == "Dara paused the clock: agreed by both sides (for the agreed corrective action)."
    )
    assert paused.details == ("New year", "Until Mon 2 March.")
