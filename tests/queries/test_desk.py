"""Does each desk show what waits for that person, and nothing else?"""

from datetime import timedelta
from uuid import UUID

import pytest

from clm_tracker.commands import actions, findings, obligations, places
from clm_tracker.db import load
from clm_tracker.domain.words import ClosedAs, Dimension, Kind, ObligationState, Severity, Track
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.queries import desk, post_records
from clm_tracker.queries.post_records import PromisesKept, Resolved
from tests.cast import Cast
from tests.queries.conftest import Statements
from tests.queries.stories import agree, report, resolve, verify


def waits(cast: Cast, clock: FixedClock, by: str) -> dict[str, list[str]]:
    """The findings on somebody's desk by group, without the empty groups."""
    with cast.reading(by, clock.now()) as look:
        groups = desk.my_desk(look).groups
    assert all(g.count.n == len(g.items) for g in groups)
    return {g.key: [i.ref for i in g.items] for g in groups if g.items}


def test_a_duty_bearer_sees_what_the_post_owes_soonest_first(cast: Cast, clock: FixedClock) -> None:
    later = cast.open_finding(clock.now(), severity=Severity.STANDARD).ref
    sooner = cast.open_finding(clock.now(), severity=Severity.CRITICAL).ref
    cast.open_finding(clock.now(), site="hospital")
    assert waits(cast, clock, "Sophea") == {"mine": [sooner, later]}
    with cast.reading("Sophea", clock.now()) as look:
        item = desk.my_desk(look).groups[0].items[0]
    assert (item.kind, item.what, item.stage, item.stages) == (Kind.ACKNOWLEDGE, "an acknowledgement", 0, 8)
    assert item.then is not None
    assert item.then.startswith("Stage 1, Reminder and dialogue, begins on ")


def test_an_advocate_answers_verifies_and_tells(cast: Cast, clock: FixedClock) -> None:
    draft = cast.draft(clock.now()).ref
    proposed, asked, moved, reported, confirmed, told = (
        cast.open_finding(clock.now(), title=f"Number {n}").ref for n in range(6)
    )
    with cast.writing("Sophea", clock.now()) as unit:
        actions.propose(unit, proposed, what="Order", due_on=clock.now().date() + timedelta(days=9))
        findings.propose_transfer(unit, moved, to=cast.posts["hospital"], reason="Their laboratory")
    more_time = agree(cast, clock, asked)
    with cast.writing("Sophea", clock.now()) as unit:
        late = clock.now().date() + timedelta(days=30)
        actions.ask_extension(unit, more_time, due_on=late, reason="The supplier is late")
    report(cast, clock, agree(cast, clock, reported))
    done = agree(cast, clock, confirmed)
    report(cast, clock, done)
    verify(cast, clock, done)
    with cast.writing("Sokha", clock.now()) as unit:
        findings.resolve(unit, confirmed, note="Works again")
    resolve(cast, clock, told)
    found = waits(cast, clock, "Dara")
    assert found == {
        "verify": [reported],
        "proposed": [proposed],
        "extensions": [asked],
        "transfers": [moved],
        "confirm": [confirmed],
        "tell": [told],
        "sustain": [told],
        "drafts": [draft],
    }
    assert "confirm" not in waits(cast, clock, "Sokha")
    assert waits(cast, clock, "Sokha")["verify"] == [reported]
    with cast.reading("Dara", clock.now()) as look:
        notes = {g.key: g.items[0].note for g in desk.my_desk(look).groups if g.items}
    assert (notes["proposed"], notes["transfers"]) == ("Order", "Their laboratory")


def test_what_waits_for_an_answer_is_dated_by_the_day_that_asked_for_it(
    cast: Cast, clock: FixedClock
) -> None:
    """R4, R18: neither a transfer nor a claimed resolution waits since the finding was logged; the claim has a day to be checked by."""
    older, newer = (cast.open_finding(clock.now(), title=f"Number {n}").ref for n in range(2))
    claimed = cast.open_finding(clock.now()).ref
    done = agree(cast, clock, claimed)
    report(cast, clock, done)
    verify(cast, clock, done)
    asked = {}
    for ref in (newer, older):
        clock.advance(days=1)
        asked[ref] = clock.now()
        with cast.writing("Sophea", clock.now()) as unit:
            findings.propose_transfer(unit, ref, to=cast.posts["hospital"], reason="Their laboratory")
    clock.advance(days=1)
    with cast.writing("Sokha", clock.now()) as unit:
        findings.resolve(unit, claimed, note="Works again")
    with cast.reading("Dara", clock.now()) as look:
        [confirm], moved = desk.group(look, "confirm").items, desk.group(look, "transfers").items
        [owed] = load.case(look, claimed, lock=False).live(Kind.VERIFY)
    assert [(i.ref, i.since) for i in moved] == [(newer, asked[newer]), (older, asked[older])]
    assert (confirm.since, confirm.due_on) == (clock.now(), owed.due_on)


def test_a_duty_bearer_answers_what_the_community_proposes(cast: Cast, clock: FixedClock) -> None:
    ref = cast.open_finding(clock.now()).ref
    due_on = clock.now().date() + timedelta(days=9)
    clock.advance(days=2)
    with cast.writing("Dara", clock.now()) as unit:
        made = actions.propose(unit, ref, what="Order", due_on=due_on)
    assert waits(cast, clock, "Sophea") == {"mine": [ref], "asked": [ref]}
    assert "proposed" not in waits(cast, clock, "Dara")
    clock.advance(days=1)
    with cast.reading("Sophea", clock.now()) as look:
        (asked,) = desk.group(look, "asked").items
    assert asked.since == made.proposed_at
    with cast.writing("Sophea", clock.now()) as unit:
        actions.accept(unit, made.id)
    assert waits(cast, clock, "Sophea") == {"mine": [ref]}


def test_an_item_knows_what_the_law_would_refuse(cast: Cast, clock: FixedClock) -> None:
    ref = cast.open_finding(clock.now()).ref
    action = agree(cast, clock, ref)

    def cannot() -> tuple[ObligationState | None, frozenset[str]]:
        with cast.reading("Sophea", clock.now()) as look:
            item = next(i for g in desk.my_desk(look).groups for i in g.items)
        return item.state, item.cannot

    assert cannot() == (ObligationState.RUNNING, frozenset())
    with cast.writing("Sophea", clock.now()) as unit:
        findings.propose_transfer(unit, ref, to=cast.posts["hospital"], reason="Their laboratory")
    assert cannot() == (ObligationState.RUNNING, frozenset({"propose_transfer"}))
    report(cast, clock, action)
    assert cannot() == (
        ObligationState.SUSPENDED,
        frozenset({"propose_transfer", "report_done", "ask_extension"}),
    )


def test_a_long_group_is_cut_and_can_be_read_to_its_end(cast: Cast, clock: FixedClock) -> None:
    refs = [cast.open_finding(clock.now(), title=f"Number {n}").ref for n in range(desk.SHOWN + 2)]
    clock.advance(days=30)
    with cast.reading("Sophea", clock.now()) as look:
        [mine] = [g for g in desk.my_desk(look).groups if g.items]
        whole, rest = desk.group(look, "mine"), desk.group(look, "mine", desk.SHOWN)
        with pytest.raises(NotFound):
            desk.group(look, "verify")
    assert (len(mine.items), mine.count.n, mine.late.n) == (desk.SHOWN, len(refs), len(refs))
    assert sorted(i.ref for i in whole.items) == refs
    assert [*mine.items, *rest.items] == list(whole.items)


def test_the_committee_decides_and_sees_what_is_overdue(cast: Cast, clock: FixedClock) -> None:
    low = cast.open_finding(clock.now(), severity=Severity.CRITICAL).ref
    high = cast.open_finding(clock.now(), severity=Severity.HIGH).ref
    with cast.reading("Dara", clock.now()) as look:
        [owed] = load.case(look, high, lock=False).live()
    for stage in range(5):
        with cast.writing("Dara", clock.now()) as unit:
            obligations.escalate(unit, owed.id, from_stage=stage, reason="People go without")
    clock.advance(days=10)
    found = waits(cast, clock, "Bopha")
    assert found == {"decide": [high], "overdue": [high, low]}
    with cast.reading("Bopha", clock.now()) as look:
        first = next(g for g in desk.my_desk(look).groups if g.key == "decide").items[0]
    assert first.proposal_id is not None
    assert first.why_not is None
    assert first.overdue


def test_a_coordinator_routes_what_matched_nobody(cast: Cast, clock: FixedClock) -> None:
    with cast.writing("Sokha", clock.now()) as unit:
        island = places.add_area(unit, name="Koh Rong", level="country")
    ref = log_in(cast, clock, island)
    assert waits(cast, clock, "Sokha") == {"route": [ref]}
    assert "route" not in waits(cast, clock, "Dara")


def log_in(cast: Cast, clock: FixedClock, area_id: UUID) -> str:
    """A finding in an area for which no post answers."""
    with cast.writing("Dara", clock.now()) as unit:
        drafted = findings.log(
            unit,
            title="No clinic",
            severity=Severity.HIGH,
            theme_id=cast.themes["care"],
            dimension=Dimension.AVAILABILITY,
            area_id=area_id,
            observed_on=unit.today,
        )
        return findings.open_(unit, drafted.ref).ref


def test_an_observer_has_an_empty_desk(cast: Cast, clock: FixedClock) -> None:
    cast.open_finding(clock.now())
    with cast.reading("Phal", clock.now()) as look:
        found = desk.my_desk(look)
    assert (found.groups, found.brake, found.letters, found.steps) == ((), None, None, None)


def test_a_desk_takes_at_most_five_statements(cast: Cast, clock: FixedClock, statements: Statements) -> None:
    for _ in range(3):
        report(cast, clock, agree(cast, clock, cast.open_finding(clock.now()).ref))
    for by in ("Dara", "Sophea", "Bopha", "Sokha"):
        with cast.reading(by, clock.now()) as look:
            _ = look.rules
            with statements() as made:
                desk.my_desk(look)
        assert len(made) <= 5, made


def test_a_desk_brings_the_records_of_ones_own_posts_in_the_statement_it_takes_anyway(
    cast: Cast, clock: FixedClock, statements: Statements
) -> None:
    """R6, R15, R18: what was withdrawn is not counted; open findings are; tracks stand apart."""
    centre = cast.posts["health_centre"]
    with cast.reading("Sophea", clock.now()) as look:
        _ = look.rules
        with statements() as made:
            nothing = desk.my_desk(look).records[centre]
    assert len(made) == 1
    assert (nothing.promises.due, nothing.answering.asked, nothing.resolved) == (0, 0, ())
    seen, taken_back, *_waiting = (cast.open_finding(clock.now(), title=f"Number {n}").ref for n in range(4))
    cast.open_finding(clock.now(), severity=Severity.SYSTEMIC)
    cast.open_finding(clock.now(), site="hospital")
    resolve(cast, clock, seen)
    with cast.writing("Dara", clock.now()) as unit:
        findings.close(unit, taken_back, closed_as=ClosedAs.WITHDRAWN, reason="Logged twice")
    clock.advance(days=20)
    with cast.reading("Sophea", clock.now()) as look:
        records = desk.my_desk(look).records
        assert records == {centre: post_records.record(look, centre)}
    assert records[centre].promises == PromisesKept(1, 1)
    assert records[centre].resolved == (Resolved(Track.INDIVIDUAL, 1, 3), Resolved(Track.SYSTEMIC, 0, 1))
    with cast.reading("Dara", clock.now()) as look:
        assert desk.my_desk(look).records == {}


def test_what_was_reported_done_is_no_longer_among_what_a_post_owes(cast: Cast, clock: FixedClock) -> None:
    """R17: it stands still, and waits for the community's own check."""
    ref = cast.open_finding(clock.now()).ref
    report(cast, clock, agree(cast, clock, ref))
    with cast.reading("Sophea", clock.now()) as look:
        counts = {g.key: g.count.n for g in desk.my_desk(look).groups}
    assert (counts["mine"], counts["checked"]) == (0, 1)
