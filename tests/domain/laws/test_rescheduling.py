"""Does a day closed later move a date to where it would have been, and never earlier? (R11, R13)"""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from clm_tracker.domain import findings, obligations, rescheduling
from clm_tracker.domain.calendars import Calendar
from clm_tracker.domain.cases import Case, Obligation
from clm_tracker.domain.rules import FORUM, ROUND, WINDOWS, Rules
from clm_tracker.domain.words import PauseReason, Severity
from tests.domain import world

OPENED = st.integers(-10 * 24 * 60, 18 * 24 * 60).map(lambda minutes: world.NOW + timedelta(minutes=minutes))
DAYS = st.sets(st.dates(date(2026, 2, 15), date(2026, 5, 31)), min_size=1, max_size=8)
# Hours from the opening to the first stop, its length, to the second stop, its length.
STOPS = st.lists(st.tuples(st.integers(1, 200), st.integers(1, 200)), max_size=2)


def rules(window: str, closed: set[date] | None = None) -> Rules:
    windows = WINDOWS | {Severity.HIGH: replace(WINDOWS[Severity.HIGH], acknowledge=window)}
    base = world.CALENDAR
    calendar = Calendar(base.tz, base.weekend, {**base.closed, **dict.fromkeys(closed or (), "closed")})
    return world.rules(windows=windows, calendar=calendar)


def lived(of: Rules, opened: datetime, stops: list[tuple[int, int]]) -> tuple[Case, datetime]:
    """Opened, paused and resumed; until when that took. A clock whose date has passed is not paused."""
    case, now = world.an_open_case(of, opened, observed_on=opened.date() - timedelta(days=5)), opened
    for wait, length in stops:
        now += timedelta(hours=wait)
        (owed,) = case.live()
        assume(now < owed.due_at)
        case = obligations.pause(case, owed, PauseReason.SAFETY, None, "", of, now).case
        now += timedelta(hours=length)
        case = obligations.resume(case, case.obligations[owed.id], of, now).case
    return case, now


def only(case: Case) -> Obligation:
    (owed,) = case.live()
    return owed


@given(opened=OPENED, amount=st.integers(1, 40), stops=STOPS, days=DAYS)
def test_a_day_closed_later_gives_the_date_it_would_have_given_from_the_start(
    opened: datetime, amount: int, stops: list[tuple[int, int]], days: set[date]
) -> None:
    """R13: and nothing but the dates changes."""
    before, after = rules(f"{amount}wd"), rules(f"{amount}wd", days)
    case, now = lived(before, opened, stops)
    owed = only(case)
    moved = only(rescheduling.closed(case, days, before, after, now, "closed").case)
    known, _ = lived(after, opened, stops)
    event("moved" if moved.due_on > owed.due_on else "stayed")
    assert moved.due_on == max(owed.due_on, only(known).due_on)
    assert moved.first_due_on == owed.first_due_on
    if moved.due_on > owed.due_on:
        assert moved.next_step_at == only(known).next_step_at


@given(opened=OPENED, amount=st.integers(1, 40), days=DAYS)
def test_closing_the_days_one_by_one_or_all_at_once_is_the_same(
    opened: datetime, amount: int, days: set[date]
) -> None:
    """R13."""
    window = f"{amount}wd"
    start = world.an_open_case(rules(window), opened, observed_on=opened.date() - timedelta(days=5))
    at_once = rescheduling.closed(start, days, rules(window), rules(window, days), opened, "closed").case
    case, done = start, set[date]()
    for day in sorted(days, reverse=True):
        before, after = rules(window, done), rules(window, done | {day})
        case = rescheduling.closed(case, {day}, before, after, opened, "closed").case
        done.add(day)
    assert only(case).due_on == only(at_once).due_on


@given(opened=OPENED, window=st.sampled_from(["30d", "48h"]), days=DAYS)
def test_other_windows_do_not_move(opened: datetime, window: str, days: set[date]) -> None:
    """R12, R13: calendar days and hours count closed days anyway."""
    before, after = rules(window), rules(window, days)
    case = world.an_open_case(before, opened, observed_on=opened.date() - timedelta(days=5))
    assert rescheduling.closed(case, days, before, after, opened, "closed").told == []


@given(
    tied=st.sampled_from([ROUND, FORUM]),
    stops=STOPS,
    planned_in=st.integers(1, 200),
)
def test_planning_moves_only_what_stood_on_the_fallback_and_only_later(
    tied: str, stops: list[tuple[int, int]], planned_in: int
) -> None:
    """R11."""
    day = world.NOW.date() + timedelta(days=planned_in)
    q1 = world.rules().rounds[:1]
    before = replace(rules(tied), rounds=q1, forums=())
    again = replace(q1[0], first_on=max(day - timedelta(days=30), date(2026, 4, 1)), last_on=day)
    assume(again.first_on <= again.last_on)
    after = replace(before, rounds=(*q1, again), forums=(day,))
    case, now = lived(before, world.NOW, stops)
    owed = only(case)
    moved = only(rescheduling.planned(case, before, after, now, "planned").case)
    known, _ = lived(after, world.NOW, stops) if day > (now + timedelta(days=1)).date() else (case, now)
    event("moved" if moved.due_on > owed.due_on else "stayed")
    assert moved.due_on == max(owed.due_on, only(known).due_on)
    assert rescheduling.planned(moved_case(case, moved), after, after, now, "again").told == []


def moved_case(case: Case, owed: Obligation) -> Case:
    return case.with_row(owed)


def test_a_date_that_has_passed_stays_missed() -> None:
    """R13, R15: a day that is closed afterwards makes nobody punctual."""
    before, after = rules("5wd"), rules("5wd", {date(2026, 3, 4)})
    case = world.an_open_case(before)
    late = only(case).due_at
    assert rescheduling.closed(case, {date(2026, 3, 4)}, before, after, late, "closed").told == []
    told = rescheduling.closed(
        case, {date(2026, 3, 4)}, before, after, late - timedelta(seconds=1), "closed"
    ).told
    assert len(told) == 1


def test_an_answer_after_the_last_forum_keeps_its_date_when_another_is_planned() -> None:
    """R9, R11: the date came from the acknowledgement, not from the fallback."""
    windows = WINDOWS | {Severity.HIGH: replace(WINDOWS[Severity.HIGH], agree=FORUM)}
    before = world.rules(windows=windows, forums=(date(2026, 3, 10),))
    after = replace(before, forums=(date(2026, 3, 10), date(2026, 9, 1)))
    answered = world.NOW + timedelta(days=9)
    case = findings.acknowledge(world.an_open_case(before), before, answered).case
    assert only(case).due_on == date(2026, 3, 18)
    assert rescheduling.planned(case, before, after, answered, "planned").told == []


@pytest.mark.parametrize(
    ("days", "due_on"), [({2}, "2026-03-17"), ({5}, "2026-03-18"), ({5, 17}, "2026-03-19")]
)
def test_a_date_counted_from_the_opening_moves_by_the_days_it_lost(days: set[int], due_on: str) -> None:
    """R9, R13: opened on Monday the 2nd, eleven working days to agree, answered on the 4th."""
    closed = {date(2026, 3, day) for day in days}
    windows = WINDOWS | {Severity.HIGH: replace(WINDOWS[Severity.HIGH], acknowledge="2wd", agree="11wd")}
    before = world.rules(windows=windows)
    answered = world.NOW + timedelta(days=2)
    case = findings.acknowledge(world.an_open_case(before), before, answered).case
    assert only(case).due_on == date(2026, 3, 17)
    after = replace(rules("2wd", closed), windows=windows)
    assert only(rescheduling.closed(case, closed, before, after, answered, "closed").case).due_on == (
        date.fromisoformat(due_on)
    )
