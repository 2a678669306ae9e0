"""What does the calendar of the coming weeks hold, how honestly is it capped, and is it the same both ways? (R34)"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from clm_tracker.commands import programmes, rounds
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Invalid
from clm_tracker.queries import ahead
from clm_tracker.queries.ahead import Ahead, Coming, What, asked
from clm_tracker.queries.ahead.asked import Filters
from tests.cast import SOPHEA, Cast
from tests.queries.conftest import Statements

EVERYTHING = Filters()


def weeks(
    cast: Cast, clock: FixedClock, filters: Filters = EVERYTHING, by: str = "Dara", shown: int = 6
) -> Ahead:
    with cast.reading(by, clock.now()) as look:
        return ahead.ahead(look, filters, shown=shown)


def of(found: Ahead, what: What) -> dict[date, int]:
    return {d.on: d.counts[what] for d in found.days if d.counts.get(what)}


def test_due_days_and_stages_stand_on_their_day(cast: Cast, clock: FixedClock) -> None:
    """R34: opened on Monday 2 March, five working days to acknowledge, a ladder from the next working day on."""
    ref = cast.open_finding(clock.now()).ref
    found = weeks(cast, clock)
    assert found.foretold
    assert len(found.days) == 35
    assert found.days[0].on == date(2026, 3, 2)
    due = next(d for d in found.days if d.counts.get(What.DUE))
    assert due.on == date(2026, 3, 9)
    assert (due.items[0].ref, due.items[0].stage) == (ref, 0)
    begins = of(found, What.BEGINS)
    assert list(begins)[:2] == [date(2026, 3, 10), date(2026, 3, 17)]
    first = next(i for d in found.days for i in d.items if i.what is What.BEGINS)
    assert (first.stage, first.stage_name, first.stages) == (1, "Reminder and dialogue", 8)


def test_without_the_simulator_each_shows_its_next_step(
    cast: Cast, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first step of each is the same both ways, also when it is due already."""
    for days in (0, 3, 12):
        cast.open_finding(clock.now() - timedelta(days=days))
    whole = weeks(cast, clock)
    monkeypatch.setattr(ahead, "FEW", 1)
    found = weeks(cast, clock)
    assert not found.foretold
    assert of(found, What.DUE) == of(whole, What.DUE)
    firsts: dict[str, tuple[date, Coming]] = {}
    for d in whole.days:
        for i in d.items:
            if i.what is What.BEGINS:
                firsts.setdefault(i.ref, (d.on, i))
    assert {i.ref: (d.on, i) for d in found.days for i in d.items if i.what is What.BEGINS} == firsts


def test_a_crowded_day_is_capped_and_says_so(
    cast: Cast, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        cast.open_finding(clock.now())
    for few in (1_000, 1):
        monkeypatch.setattr(ahead, "FEW", few)
        found = weeks(cast, clock, shown=2)
        for day in found.days:
            assert len(day.items) <= 2
            assert day.left == sum(day.counts.values()) - len(day.items) >= 0
        due = next(d for d in found.days if d.counts.get(What.DUE))
        assert (due.counts[What.DUE], due.left) == (5, 3)
        with cast.reading("Dara", clock.now()) as look:
            whole = ahead.day(look, Filters(), due.on)
        assert whole.left == 0
        assert len(whole.items) == 5


def test_it_is_narrowed_to_mine_area_and_theme(cast: Cast, clock: FixedClock) -> None:
    cast.open_finding(clock.now())
    assert of(weeks(cast, clock, Filters(mine=True), by=SOPHEA), What.DUE)
    assert not of(weeks(cast, clock, Filters(mine=True)), What.DUE)
    assert of(weeks(cast, clock, Filters(area=cast.areas["district"])), What.DUE)
    assert not of(weeks(cast, clock, Filters(theme=cast.people["Dara"])), What.DUE)
    assert not of(weeks(cast, clock, by="Phal"), What.DUE)
    with pytest.raises(Invalid):
        weeks(cast, clock, Filters(area=cast.people["Dara"]))


def test_meetings_rounds_and_closed_days_are_there(cast: Cast, clock: FixedClock) -> None:
    with cast.writing("Sokha", clock.now()) as unit:
        rounds.plan_forum(unit, name="Provincial forum", held_on=date(2026, 3, 20))
    days = {d.on: d for d in weeks(cast, clock).days}
    assert days[date(2026, 3, 20)].forums == ("Provincial forum",)
    assert days[date(2026, 3, 31)].ended
    assert days[date(2026, 3, 7)].closed == "weekend"


@pytest.mark.parametrize("few", [1_000, 0])
def test_it_takes_few_statements(
    cast: Cast, clock: FixedClock, statements: Statements, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    for _ in range(3):
        cast.open_finding(clock.now())
    monkeypatch.setattr(ahead, "FEW", few)
    with cast.reading("Dara", clock.now()) as look:
        _ = look.rules
        with statements() as made:
            ahead.ahead(look, Filters())
    assert len(made) <= 8, made


def test_its_days_are_put_together_once_for_all_who_see_alike(cast: Cast, clock: FixedClock) -> None:
    """For two advocates, at two moments, also after the set-up has changed; and of an area."""
    cast.open_finding(clock.now())
    asked.few_of_each.cache_clear()
    for n in range(2):
        with cast.reading("Dara", clock.now()) as look:
            another = look.seen_by(replace(look.actor, id=cast.people["Chan"], name="Chan"))
            for filters in (EVERYTHING, Filters(area=cast.areas["district"])):
                for eyes in (look, another):
                    assert of(ahead.ahead(eyes, filters), What.DUE) == {date(2026, 3, 9): 1}
        clock.advance(minutes=1)
        with cast.writing("Sokha", clock.now()) as unit:
            programmes.change_settings(unit, {"name": f"Name {n}"})
    assert asked.few_of_each.cache_info().misses == 2


def test_a_day_out_of_reach_is_refused(cast: Cast, clock: FixedClock) -> None:
    with cast.reading("Dara", clock.now()) as look:
        for start in (date(2026, 2, 1), date(2027, 6, 1), date(9999, 12, 31), date(1, 1, 1)):
            with pytest.raises(Invalid):
                ahead.ahead(look, Filters(), start)
            with pytest.raises(Invalid):
                ahead.day(look, Filters(), start)
