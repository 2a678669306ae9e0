"""When does a letter leave, and is it still true? (R25, R45)"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clm_tracker.domain.letters import (
    RETRIES,
    Hours,
    Pace,
    Situation,
    ToldTo,
    pace,
    retry_at,
    send_at,
    still_true,
)
from clm_tracker.domain.words import FindingStatus, ObligationState, Party, Severity

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
HOURS = st.builds(
    Hours,
    timezone=st.sampled_from(["Asia/Phnom_Penh", "Africa/Nairobi", "America/New_York", "Europe/Paris"]),
    letter_at=st.integers(0, 23),
    quiet_from=st.integers(0, 23),
    quiet_until=st.integers(0, 23),
)


@given(MOMENTS, HOURS)
def test_a_daily_letter_leaves_at_its_hour_of_a_working_day_and_never_before(
    now: datetime, hours: Hours
) -> None:
    def works(day: date) -> bool:
        return day.weekday() < 5

    at = send_at(Pace.DAILY, now, hours, works)
    local = at.astimezone(ZoneInfo(hours.timezone))
    assert now < at < now + timedelta(days=4, hours=2)
    assert works(local.date())
    # An hour that a change of the clocks leaves out is the one after it.
    assert local.hour in {hours.letter_at, (hours.letter_at + 1) % 24}


@given(MOMENTS, HOURS)
def test_an_urgent_letter_leaves_at_once_or_when_the_quiet_hours_end(now: datetime, hours: Hours) -> None:
    at = send_at(Pace.AT_ONCE, now, hours)
    assert now <= at < now + timedelta(days=1, hours=2)
    if at > now:
        assert hours.is_quiet(now.astimezone(ZoneInfo(hours.timezone)).hour)
    assert not hours.is_quiet(at.astimezone(ZoneInfo(hours.timezone)).hour) or at.minute


def test_from_and_until_the_same_hour_is_never_quiet() -> None:
    hours = Hours(timezone="Asia/Phnom_Penh", quiet_from=7, quiet_until=7)
    assert not any(hours.is_quiet(hour) for hour in range(24))


POST, ADVOCATES, COMMITTEE = ToldTo(post=True), ToldTo(role="advocates"), ToldTo(role="committee")


def test_only_what_is_dangerous_goes_at_once() -> None:
    assert pace("finding_opened", Severity.CRITICAL, POST) is Pace.AT_ONCE
    assert pace("finding_opened", Severity.HIGH, POST) is Pace.DAILY
    assert pace("replied", Severity.CRITICAL, ADVOCATES) is Pace.DAILY
    assert pace("parked", None, ToldTo(role="coordinator")) is Pace.AT_ONCE


@pytest.mark.parametrize(
    ("kind", "to", "expected"),
    [
        ("stage_proposed", COMMITTEE, Pace.DAILY),
        ("reminded", COMMITTEE, Pace.DAILY),
        ("action_reported", ADVOCATES, Pace.DAILY),
        ("extension_asked", ADVOCATES, Pace.DAILY),
        ("proposal_approved", ADVOCATES, Pace.WEEKLY),
        ("proposal_refused", ADVOCATES, Pace.WEEKLY),
        ("proposal_deferred", ADVOCATES, Pace.WEEKLY),
        ("finding_closed", ToldTo(), Pace.WEEKLY),
        ("finding_closed", POST, Pace.DAILY),
        ("finding_resolved", ToldTo(), Pace.DAILY),
        ("stage_entered", POST, Pace.DAILY),
        ("stage_entered", ToldTo(role="committee", owed_by=Party.DUTY_BEARER), Pace.WEEKLY),
        (
            "stage_entered",
            ToldTo(role="committee", owed_by=Party.DUTY_BEARER, addresses="committee"),
            Pace.DAILY,
        ),
        (
            "stage_entered",
            ToldTo(role="advocates", owed_by=Party.ADVOCATES, addresses="coordinator"),
            Pace.DAILY,
        ),
        ("stage_entered", ToldTo(role="coordinator", owed_by=Party.DUTY_BEARER), Pace.DAILY),
    ],
)
def test_r45_what_the_community_side_has_only_to_know_waits_for_the_letter_of_the_week(
    kind: str, to: ToldTo, expected: Pace
) -> None:
    """R45: and nothing of a critical finding waits longer than a day."""
    assert pace(kind, Severity.HIGH, to) is expected
    assert pace(kind, Severity.CRITICAL, to) is not Pace.WEEKLY


def test_tries_grow_apart_for_three_days_and_end() -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    assert list(RETRIES) == sorted(RETRIES)
    assert sum(RETRIES, timedelta()) == timedelta(days=3)
    assert retry_at(1, now) == now + timedelta(minutes=1)
    assert retry_at(len(RETRIES), now) is not None
    assert retry_at(len(RETRIES) + 1, now) is None


@pytest.mark.parametrize(
    ("kind", "stage", "now", "expected"),
    [
        ("reminded", None, Situation(finding=FindingStatus.OPEN, obligation=ObligationState.RUNNING), True),
        ("reminded", None, Situation(finding=FindingStatus.OPEN, obligation=ObligationState.MET), False),
        ("reminded", None, Situation(finding=FindingStatus.OPEN, obligation=ObligationState.PAUSED), False),
        ("reminded", None, Situation(finding=FindingStatus.RESOLVED, obligation=ObligationState.VOID), False),
        (
            "stage_entered",
            2,
            Situation(finding=FindingStatus.OPEN, obligation=ObligationState.RUNNING, stage=2),
            True,
        ),
        (
            "stage_entered",
            2,
            Situation(finding=FindingStatus.OPEN, obligation=ObligationState.RUNNING, stage=3),
            False,
        ),
        (
            "stage_entered",
            2,
            Situation(finding=FindingStatus.OPEN, obligation=ObligationState.MET, stage=2),
            False,
        ),
        ("finding_opened", None, Situation(finding=FindingStatus.CLOSED), False),
        ("finding_closed", None, Situation(finding=FindingStatus.CLOSED), True),
        ("replied", None, Situation(finding=FindingStatus.RESOLVED), True),
        ("parked", None, Situation(), True),
        ("action_proposed", None, Situation(finding=FindingStatus.OPEN, proposed=True), True),
        ("action_changed", None, Situation(finding=FindingStatus.OPEN), False),
        ("action_proposed", None, Situation(finding=FindingStatus.CLOSED, proposed=True), False),
    ],
)
def test_r25_what_asks_lapses_with_the_asking(
    kind: str, stage: int | None, now: Situation, expected: bool
) -> None:
    assert still_true(kind, stage, now) is expected
