"""What becomes of findings that had a life elsewhere: when they began, what was promised, and when it ended?"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clm_tracker.commands import duty_bearers, places
from clm_tracker.commands.intake import history
from clm_tracker.db import changes
from clm_tracker.db.tables import (
    AreaRow,
    DutyBearerRow,
    FindingRow,
    LedgerRow,
    NoticeRow,
    ObligationRow,
    ThemeRow,
)
from clm_tracker.domain import escalation
from clm_tracker.domain.cases import Case, Obligation, Story
from clm_tracker.domain.findings import LONGEST
from clm_tracker.domain.policy import Act, Actor, Membership
from clm_tracker.domain.words import (
    ActionState,
    Agreement,
    FindingStatus,
    Kind,
    ObligationState,
    Purpose,
    Role,
    Severity,
    Side,
)
from clm_tracker.intake.records import Import
from tests.intake.conftest import Desk

MAPPING = """
kind = "findings"
source = "old_register"
zone = "Asia/Phnom_Penh"
new_themes = true
[[parents]]
level = "province"
column = "province"
[columns]
source_id = "id"
title = "title"
theme = "theme"
opened_at = "opened"
due_at = "target"
resolved_at = "closed"
resolution_note = "note"
[duty_bearer.columns]
source_id = "office"
title = "office"
"""
HEAD = "id,title,theme,province,office,opened,target,closed,note\n"
ON_TIME = "1,Stock-out,Supply,Kampot,Depot,2025-06-02 08:00,2025-06-10 17:00,2025-06-10 17:00,Delivered\n"
LATE = "2,Rude words,Stigma,Kampot,Hospital,2025-06-02 08:00,2025-06-10 17:00,2025-06-10 17:01,\n"
OPEN = "3,No counsellor,Stigma,Kampot,Hospital,2025-06-03 08:00,2026-03-20,,\n"
OVERDUE = "4,Fee asked,Fees,Kampot,Hospital,2025-06-01 08:00,2025-07-01 12:00,,\n"
UNTARGETED = "5,Door locked,Fees,Kampot,Hospital,2026-02-27 08:00,,,\n"
FILE = HEAD + ON_TIME + LATE + OPEN + OVERDUE + UNTARGETED


def take(desk: Desk, text: str = FILE) -> dict[str, tuple[int, int, int]]:
    report = desk.take(Import.FINDINGS, text, MAPPING)
    assert report.refused == ()
    return desk.counts(report)


def the(case: Case, kind: Kind) -> Obligation:
    (found,) = [o for o in case.obligations.values() if o.kind is kind]
    return found


def test_findings_bring_areas_posts_and_themes(desk: Desk) -> None:
    assert take(desk) == {
        "area": (1, 0, 0),
        "duty_bearer": (2, 0, 0),
        "theme": (3, 0, 0),
        "finding": (5, 0, 0),
    }
    themes = {row["name"]: row["code"] for row in desk.rows(ThemeRow)}
    assert (themes["Supply"], themes["Fees"], themes["Stigma"]) == ("supply", "fees", "stigma_2")
    refs = {row["title"]: row["ref"] for row in desk.rows(FindingRow)}
    assert refs["Fee asked"] == "KH-2026-0001", "numbered in the order they were opened"


def test_a_title_is_as_long_as_on_the_pages_and_the_row_of_a_longer_one_is_in_the_report(desk: Desk) -> None:
    """Neither is anything of that row kept; the rows around it are."""
    longest, long = ("x" * n for n in (LONGEST["title"], LONGEST["title"] + 1))
    report = desk.take(
        Import.FINDINGS,
        HEAD
        + OPEN.replace("No counsellor", longest)
        + OVERDUE.replace("Fee asked", long).replace("Fees", "Other")
        + UNTARGETED,
        MAPPING,
    )
    (refused,) = report.refused
    assert (refused.line, refused.field, refused.value) == (3, "title", long[:200])
    assert refused.reason == "Shorten this to at most 200 characters."
    assert {row["title"] for row in desk.rows(FindingRow)} == {longest, "Door locked"}
    assert "Other" not in {row["name"] for row in desk.rows(ThemeRow)}


def test_a_finding_has_the_moments_of_its_source(desk: Desk) -> None:
    take(desk)
    finding = desk.case("Stock-out").finding
    opened = datetime(2025, 6, 2, 1, tzinfo=UTC)
    assert (finding.status, finding.logged_at, finding.opened_at) == (FindingStatus.RESOLVED, opened, opened)
    assert finding.resolved_at == datetime(2025, 6, 10, 10, tzinfo=UTC)
    assert finding.observed_on == date(2025, 6, 2)
    lines = desk.rows(LedgerRow, finding_id=finding.id)
    assert {line["at"] for line in lines} == {desk.clock.now()}, "the ledger says when it was put down"


def test_a_target_is_an_imposed_action_with_its_time_of_day(desk: Desk) -> None:
    take(desk)
    case = desk.case("Fee asked")
    (action,) = case.actions.values()
    act = the(case, Kind.ACT)
    assert (action.agreement, action.state) == (Agreement.IMPOSED, ActionState.AGREED)
    assert (act.window, act.due_on, action.due_on) == ("date", date(2025, 7, 1), date(2025, 7, 1))
    assert act.due_at == datetime(2025, 7, 1, 5, tzinfo=UTC) + timedelta(microseconds=1)
    assert act.first_due_at == act.due_at


def test_a_target_without_a_time_ends_with_its_day(desk: Desk) -> None:
    take(desk)
    act = the(desk.case("No counsellor"), Kind.ACT)
    assert (act.due_on, act.due_at) == (date(2026, 3, 20), datetime(2026, 3, 20, 17, tzinfo=UTC))


@pytest.mark.parametrize(("title", "on_time"), [("Stock-out", True), ("Rude words", False)])
def test_done_at_the_very_moment_of_the_target_is_on_time(desk: Desk, title: str, *, on_time: bool) -> None:
    take(desk)
    case = desk.case(title)
    act = the(case, Kind.ACT)
    assert act.state is ObligationState.MET
    assert act.ended_at is not None
    assert act.ended_at == case.finding.resolved_at
    assert (act.ended_at < act.due_at) is on_time


def test_a_day_after_a_day_is_late(desk: Desk) -> None:
    take(desk, HEAD + "9,Late,Fees,Kampot,Hospital,2025-06-01,2025-06-10,2025-06-11,\n")
    act = the(desk.case("Late"), Kind.ACT)
    assert act.ended_at == act.due_at == datetime(2025, 6, 10, 17, tzinfo=UTC)


def test_a_resolution_has_evidence_that_names_the_source(desk: Desk) -> None:
    take(desk)
    case = desk.case("Stock-out")
    (shown,) = case.evidence.values()
    assert (shown.purpose, shown.side, shown.captured_on) == (
        Purpose.RESOLUTION,
        Side.COMMUNITY,
        date(2025, 6, 10),
    )
    assert shown.text == (
        "old_register gives this as resolved on 2025-06-10 at 17:00 (Asia/Phnom_Penh). It says: Delivered"
    )
    assert not case.live(), "nothing is asked any more of what ended long ago"


def test_a_new_resolution_is_told_to_the_community(desk: Desk) -> None:
    take(desk, HEAD + "7,Fixed now,Fees,Kampot,Hospital,2026-02-20 08:00,,2026-02-27 09:00,\n")
    assert [o.kind for o in desk.case("Fixed now").live()] == [Kind.TELL_COMMUNITY, Kind.SUSTAIN]


def test_the_past_sends_no_letters_and_waits_for_the_sweep_where_it_is_open(desk: Desk) -> None:
    take(desk)
    assert desk.rows(NoticeRow) == []
    waiting = {row["kind"]: row["next_check_at"] for row in desk.rows(ObligationRow, state="running")}
    ended = [row["next_check_at"] for row in desk.rows(ObligationRow) if row["state"] in {"met", "void"}]
    assert waiting
    assert all(waiting.values())
    assert ended
    assert not any(ended)
    (overdue,) = [
        row for row in desk.rows(ObligationRow, state="running") if row["due_on"] < date(2026, 1, 1)
    ]
    assert overdue["next_check_at"] == overdue["next_step_at"] == desk.clock.now(), "nobody here missed it"
    with desk.store.reading(now=desk.clock.now(), actor=desk.actor, programme_id=desk.programme_id) as look:
        decision = escalation.decide(the(desk.case("Fee asked"), Kind.ACT), look.rules, look.now)
    assert isinstance(decision, escalation.Enter)
    assert (decision.stage.number, decision.missed_at) == (1, overdue["next_step_at"])


def test_without_a_target_an_acknowledgement_is_owed_since_the_opening(desk: Desk) -> None:
    take(desk)
    case = desk.case("Door locked")
    owed = the(case, Kind.ACKNOWLEDGE)
    assert owed.start_at == case.finding.opened_at == datetime(2026, 2, 27, 1, tzinfo=UTC)
    assert owed.due_on == date(2026, 3, 13), "ten working days"


def test_the_same_again_changes_nothing(desk: Desk) -> None:
    take(desk)
    before = desk.written()
    assert take(desk) == {"area": (0, 0, 1), "duty_bearer": (0, 0, 2), "finding": (0, 0, 5)}
    assert desk.written() == before


def test_a_finding_that_ended_since_is_resolved(desk: Desk) -> None:
    take(desk)
    desk.clock.advance(days=2)
    later = FILE.replace(OVERDUE, OVERDUE.replace("12:00,,", "12:00,2026-03-03 10:00,Refunded"))
    assert take(desk, later)["finding"] == (0, 1, 4)
    case = desk.case("Fee asked")
    assert case.finding.resolved_at == datetime(2026, 3, 3, 3, tzinfo=UTC)
    assert the(case, Kind.ACT).state is ObligationState.MET
    assert [o.kind for o in case.live()] == [Kind.TELL_COMMUNITY, Kind.SUSTAIN]


def test_a_later_target_is_a_slip_and_the_first_is_kept(desk: Desk) -> None:
    take(desk)
    take(desk, FILE.replace("2025-07-01 12:00", "2026-04-01 12:00"))
    case = desk.case("Fee asked")
    act = the(case, Kind.ACT)
    (action,) = case.actions.values()
    assert (act.slips, act.due_on, act.first_due_on) == (1, date(2026, 4, 1), date(2025, 7, 1))
    assert (action.due_on, action.first_due_on) == (date(2026, 4, 1), date(2025, 7, 1))


def test_a_target_that_comes_later_replaces_the_acknowledgement(desk: Desk) -> None:
    take(desk)
    take(desk, FILE.replace("2026-02-27 08:00,,", "2026-02-27 08:00,2026-03-31 12:00,"))
    case = desk.case("Door locked")
    assert [(o.kind, o.due_on) for o in case.live()] == [(Kind.ACT, date(2026, 3, 31))]


KEPT = [
    ("2025-07-01 12:00", "2025-06-20 12:00", "due_at", "only moves later"),
    ("2025-07-01 12:00", "", "due_at", "not taken back"),
    ("Fee asked,Fees,Kampot,Hospital", "Fee asked,Fees,Kampot,Depot", "duty_bearer", "by a transfer"),
    ("Fee asked,Fees", "Fee asked,Supply", "theme_id", "cannot change once the finding is open"),
    ("2025-06-01 08:00", "2025-05-01 08:00", "opened_at", "cannot change"),
    ("Stock-out,Supply", "Stock-out again,Supply", "", "resolved here"),
    ("Fee asked", "x" * 201, "title", "Shorten this"),
]


def test_what_an_open_finding_keeps_is_refused(desk: Desk) -> None:
    take(desk)
    before = desk.written()
    for was, now, field, reason in KEPT:
        report = desk.take(Import.FINDINGS, FILE.replace(was, now), MAPPING)
        assert {row.field for row in report.refused} == {field}
        assert reason in report.refused[0].reason
        assert desk.counts(report)["finding"] == (0, 0, 4)
    assert desk.written() == before


def test_what_was_resolved_here_and_at_the_source_is_one_resolution(desk: Desk) -> None:
    take(desk)
    case = desk.case("Door locked")
    with desk.store.writing(now=desk.clock.now(), actor=desk.actor, programme_id=desk.programme_id) as unit:
        zone = ZoneInfo("Asia/Phnom_Penh")
        telling = history.Telling(
            by=desk.actor.id, source="a visit", zone=zone, rules=unit.rules, now=unit.now
        )
        unit.require(Act.RESOLVE, case)
        story = history.resolved(Story(case, unit.now), unit.now, "", telling)
        changes.apply(unit, Act.RESOLVE, case, story.told)
    closed = FILE.replace("2026-02-27 08:00,,,", "2026-02-27 08:00,,2026-02-28 08:00,Opened")
    assert take(desk, closed)["finding"] == (0, 0, 5)
    assert desk.case("Door locked").finding.resolved_at == desk.clock.now()


def test_a_target_needs_somebody_and_a_finding_a_place(desk: Desk) -> None:
    plain = "source_id,title,opened_at,due_at,area\n1,Nowhere,2026-01-05T08:00Z,,\n2,Nobody,2026-01-05T08:00Z,2026-02-01T08:00Z,01\n3,Routed,2026-01-05T08:00Z,,01\n"
    desk.take(Import.AREAS, "source_id,level,name\n01,province,Kampot\n")
    report = desk.take(Import.FINDINGS, plain)
    assert [(row.line, row.field) for row in report.refused] == [(2, "area"), (3, "due_at")]
    case = desk.case("Routed")
    assert [o.kind for o in case.live()] == [Kind.ROUTE]
    assert case.finding.area_id == desk.rows(AreaRow)[0]["id"]
    assert case.finding.severity is Severity.STANDARD


def test_routing_finds_the_post_of_the_area(desk: Desk) -> None:
    desk.take(Import.AREAS, "source_id,level,name\n01,province,Kampot\n")
    desk.take(Import.DUTY_BEARERS, "source_id,title,level,area\nd,Director,province,01\n")
    text = "source_id,title,opened_at,due_at,area\n2,Somebody,2026-01-05T08:00Z,2026-02-01T08:00Z,01\n"
    assert desk.take(Import.FINDINGS, text).done
    case = desk.case("Somebody")
    assert [(o.kind, o.duty_bearer_id) for o in case.live()] == [(Kind.ACT, case.finding.duty_bearer_id)]
    assert case.finding.duty_bearer_id is not None


def test_a_post_that_has_ended_here_is_what_its_source_says_of_it(desk: Desk) -> None:
    """R29."""
    posts = "source_id,title,level,area\nd,Director,province,01\n"
    desk.take(Import.AREAS, "source_id,level,name\n01,province,Kampot\n02,province,Kep\n")
    desk.take(Import.DUTY_BEARERS, posts)
    (post,), (kep,) = desk.rows(DutyBearerRow), desk.rows(AreaRow, name="Kep")
    with desk.store.writing(now=desk.clock.now(), actor=desk.actor, programme_id=desk.programme_id) as unit:
        duty_bearers.close(unit, post["id"])
        places.close_area(unit, kep["id"], on=unit.today)
    assert desk.take(Import.DUTY_BEARERS, posts.replace("01", "02")).refused == ()
    text = "source_id,title,opened_at,area,duty_bearer\n1,Closed door,2026-01-05T08:00Z,01,d\n"
    assert desk.take(Import.FINDINGS, text).refused == ()
    case = desk.case("Closed door")
    assert [(o.kind, o.duty_bearer_id) for o in case.live()] == [(Kind.ACKNOWLEDGE, post["id"])]


def test_a_coordinator_of_one_area_takes_in_that_area(desk: Desk) -> None:
    desk.take(Import.AREAS, "source_id,level,name\n01,province,Kampot\n02,province,Kep\n")
    kampot = desk.rows(AreaRow, name="Kampot")[0]["id"]
    desk.actor = Actor(
        id=desk.actor.id,
        name="Sokha",
        programme_id=desk.programme_id,
        memberships=(Membership(role=Role.COORDINATOR, areas=frozenset({kampot})),),
    )
    text = "source_id,title,opened_at,area\n1,Ours,2026-01-05T08:00Z,01\n2,Theirs,2026-01-05T08:00Z,02\n"
    report = desk.take(Import.FINDINGS, text)
    assert [(row.line, row.reason) for row in report.refused] == [
        (3, "This finding is outside the areas, themes or posts you work for.")
    ]
    assert [row["title"] for row in desk.rows(FindingRow)] == ["Ours"]


def test_the_first_rows_are_shown_as_they_would_be_taken_in_and_nothing_of_them_is_kept(desk: Desk) -> None:
    take(desk, HEAD + ON_TIME + UNTARGETED)
    before = desk.written()
    long = OVERDUE.replace("Fee asked", "x" * 201)
    later = UNTARGETED.replace("Door locked", "Door still locked")
    more = "".join(OPEN.replace("3,", f"{n},", 1) for n in (6, 7, 8))
    looked = desk.take(Import.FINDINGS, HEAD + long + OPEN + later + ON_TIME + more, MAPPING, dry_run=True)
    assert desk.counts(looked)["finding"] == (4, 1, 1)
    assert desk.written() == before
    assert [(row.came, row.says["title"]) for row in looked.first] == [
        ("imported", "No counsellor"),
        ("changed", "Door still locked"),
        ("unchanged", "Stock-out"),
        ("imported", "No counsellor"),
        ("imported", "No counsellor"),
    ], "in the order of the file, without the row that is refused"
    assert looked.first[0].says == {
        "title": "No counsellor",
        "place": "Kampot",
        "observed_on": "2025-06-03",
        "severity": "standard",
        "theme": "Stigma",
    }
    assert desk.take(Import.FINDINGS, HEAD + OPEN, MAPPING).first == (), "what is taken in is in the lists"
