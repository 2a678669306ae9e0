"""From the first draft to the community being told: each rule once, by example."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from clm_tracker.domain import actions, duty_bearers, evidence, findings, obligations, states, transfers
from clm_tracker.domain.cases import Case
from clm_tracker.domain.words import (
    ClosedAs,
    EvidenceKind,
    FindingStatus,
    Kind,
    ObligationState,
    Party,
    Purpose,
    Severity,
    Side,
    Verdict,
)
from clm_tracker.kernel.refusals import Invalid, NotNow
from tests.domain import world

RULES, NOW = world.rules(), world.NOW
CHAN, DARA, SOPHEA = world.the("Chan"), world.the("Dara"), world.the("Sophea")


def days(n: float) -> timedelta:
    return timedelta(days=n)


def shown(case: Case, purpose: Purpose = Purpose.VERIFICATION, at: timedelta = timedelta(0)) -> Case:
    """The case with a community statement attached."""
    return evidence.attach(
        case,
        NOW + at,
        kind=EvidenceKind.STATEMENT,
        purpose=purpose,
        side=Side.COMMUNITY,
        given_by=DARA,
        text="Seen.",
    ).case


def an_action(case: Case, due_on: date = date(2026, 3, 20)) -> Case:
    """The case with one action agreed by both sides."""
    case = actions.propose(
        case, SOPHEA, Side.DUTY_BEARER, RULES, NOW, what="Stock is counted", due_on=due_on
    ).case
    return actions.accept(case, list(case.actions.values())[-1], Side.COMMUNITY, RULES, NOW).case


def fixed(case: Case) -> Case:
    """The case with its action reported done and verified."""
    action = next(iter(case.actions.values()))
    case = actions.report_done(case, action, SOPHEA, "Done", RULES, NOW + days(2)).case
    case = shown(case, at=days(3))
    return actions.verify(
        case, case.actions[action.id], DARA, Verdict.FIXED, "Seen", RULES, NOW + days(3)
    ).case


def test_r1_transitions_are_the_table() -> None:
    """R1: draft, open, resolved, closed, and nothing beside the table."""
    allowed = {(a, b) for a in FindingStatus for b in FindingStatus if a != b and states.may_become(a, b)}
    assert allowed == {
        (FindingStatus.DRAFT, FindingStatus.OPEN),
        (FindingStatus.DRAFT, FindingStatus.CLOSED),
        (FindingStatus.OPEN, FindingStatus.RESOLVED),
        (FindingStatus.OPEN, FindingStatus.CLOSED),
        (FindingStatus.RESOLVED, FindingStatus.OPEN),
    }


def test_r2_opening_leaves_somebody_owing() -> None:
    """R2: an open finding has an obligation at once."""
    case = world.an_open_case()
    (owed,) = case.pressing
    assert (owed.kind, owed.owed_by, owed.duty_bearer_id) == (
        Kind.ACKNOWLEDGE,
        Party.DUTY_BEARER,
        world.the("Chief"),
    )


@pytest.mark.parametrize("title", ["", "\u200b \u2060"])
def test_an_incomplete_draft_names_every_missing_field(title: str) -> None:
    case = Case(world.a_draft(title=title, theme_id=None, observed_on=None, site_id=None, area_id=None))
    with pytest.raises(Invalid) as no:
        findings.open_(case, RULES, NOW)
    assert {e.field for e in no.value.errors} == {"title", "theme_id", "observed_on", "site_id"}


def test_r3_routing_goes_to_the_nearest_area_upwards() -> None:
    """R3: at the site, else the nearest area; a post for the theme first."""
    for_theme = world.post(
        "TB officer", "district", None, area_id=world.the("Sangkae"), themes=frozenset({world.THEME})
    )
    posts = {**world.POSTS, for_theme.id: for_theme}

    def routed(site: str | None, area: str) -> object:
        return duty_bearers.route(
            theme_id=world.THEME,
            site_id=world.SITE if site else None,
            area_id=world.the(area),
            posts=posts,
            areas=world.AREAS,
            day=date(2026, 3, 2),
        )

    assert routed("health centre", "Sangkae") == world.the("Chief")
    assert routed(None, "Sangkae") == for_theme.id
    assert routed(None, "Battambang") == world.the("Provincial director")
    assert routed(None, "Pailin") is None


def test_r3_without_a_match_the_coordinator_routes() -> None:
    """R3: a finding nobody matches is an obligation of the coordinator; naming a duty bearer starts the full window."""
    case = world.an_open_case(site_id=None, area_id=world.the("Pailin"))
    (owed,) = case.pressing
    assert (owed.kind, owed.owed_by) == (Kind.ROUTE, Party.COORDINATOR)
    with pytest.raises(Invalid):
        findings.name_duty_bearer(case, world.the("Chief"), " ", RULES, NOW)
    case = findings.name_duty_bearer(case, world.the("Chief"), "nearest post", RULES, NOW + days(1)).case
    (owed,) = case.pressing
    assert (owed.kind, owed.due_on) == (Kind.ACKNOWLEDGE, date(2026, 3, 10))


def test_r3_by_hand_needs_a_reason() -> None:
    """R3: another duty bearer than routing finds needs a reason."""
    case = Case(world.a_draft())
    director = world.the("District director")
    with pytest.raises(Invalid):
        findings.open_(case, RULES, NOW, duty_bearer_id=director)
    story = findings.open_(case, RULES, NOW, duty_bearer_id=director, reason="the chief asked for it")
    assert story.case.finding.duty_bearer_id == director


def test_r4_a_transfer_keeps_the_age_and_gives_the_full_window() -> None:
    """R4: the finding stays open, its age runs on, the new duty bearer gets the whole acknowledgement window."""
    case = world.an_open_case()
    later = NOW + days(3)
    case = transfers.propose(case, world.the("District director"), "our depot", RULES, later).case
    assert case.pressing[0].duty_bearer_id == world.the("Chief")
    case = transfers.accept(case, RULES, later).case
    (owed,) = case.pressing
    assert (owed.duty_bearer_id, owed.stage, case.finding.transfers) == (world.the("District director"), 0, 1)
    assert owed.due_on == RULES.calendar.add_working_days(date(2026, 3, 5), 5)
    assert case.finding.opened_at == NOW


def test_r4_the_second_transfer_goes_to_the_common_superior() -> None:
    """R4: no ping-pong: the second time the post above both gets it."""
    case = world.an_open_case()
    case = transfers.propose(case, world.the("District director"), "theirs", RULES, NOW).case
    case = transfers.accept(case, RULES, NOW).case
    case = transfers.propose(case, world.the("Chief"), "no, theirs", RULES, NOW).case
    case = transfers.accept(case, RULES, NOW).case
    assert case.finding.duty_bearer_id == world.the("Provincial director")


def test_r5_severity_chooses_windows_and_ladder() -> None:
    """R5: two working days for a critical finding, twenty for a systemic one, each with its own ladder."""
    due = {s: world.an_open_case(severity=s).pressing[0] for s in Severity}
    assert due[Severity.CRITICAL].due_on == date(2026, 3, 4)
    assert due[Severity.HIGH].due_on == date(2026, 3, 9)
    assert due[Severity.STANDARD].due_on == date(2026, 3, 16)
    assert due[Severity.SYSTEMIC].due_on == date(2026, 3, 30)
    assert len({o.ladder_id for o in due.values()}) == 4


def test_r9_agree_is_due_the_later_of_two_windows() -> None:
    """R9: opening + agree window, or acknowledgement + acknowledge window when that is later."""
    prompt = findings.acknowledge(world.an_open_case(), RULES, NOW + days(1)).case.pressing[0]
    assert (prompt.kind, prompt.due_on) == (Kind.AGREE, date(2026, 3, 16))
    late = findings.acknowledge(world.an_open_case(), RULES, NOW + days(14)).case.pressing[0]
    assert late.due_on == date(2026, 3, 23)


def test_r10_the_community_side_has_ladders_too() -> None:
    """R10: what advocates owe climbs a ladder of reminders."""
    case = fixed(an_action(world.an_open_case()))
    (owed,) = case.pressing
    assert (owed.kind, owed.owed_by) == (Kind.VERIFY, Party.ADVOCATES)
    assert RULES.ladders[owed.ladder_id].key == "reminders"
    assert owed.next_step_at is not None


def test_r17_a_report_stops_the_clock_and_the_reporter_does_not_verify() -> None:
    """R17: evidence of the community's own, and another person."""
    case = an_action(world.an_open_case())
    action = next(iter(case.actions.values()))
    case = actions.report_done(case, action, DARA, "Done", RULES, NOW + days(2)).case
    assert {o.kind: o.state for o in case.live()} == {
        Kind.ACT: ObligationState.SUSPENDED,
        Kind.VERIFY: ObligationState.RUNNING,
    }
    action = case.actions[action.id]
    assert "somebody else" in str(actions.why_not_verify(case, action, DARA))
    assert "evidence" in str(actions.why_not_verify(case, action, CHAN))
    from_them = evidence.attach(
        case,
        NOW + days(3),
        kind=EvidenceKind.STATEMENT,
        purpose=Purpose.VERIFICATION,
        side=Side.DUTY_BEARER,
        given_by=SOPHEA,
        text="It is done.",
    ).case
    assert "does not come from the duty bearer" in str(actions.why_not_verify(from_them, action, CHAN))
    assert actions.why_not_verify(shown(from_them, at=days(3)), action, CHAN) is None


@pytest.mark.parametrize("verdict", [Verdict.NOT_FIXED, Verdict.PARTLY])
def test_r17_not_fixed_returns_the_same_remaining_working_time(verdict: Verdict) -> None:
    """R17: reported with four working days left, refused ten days later: four working days are left again."""
    case = an_action(world.an_open_case(), due_on=date(2026, 3, 13))
    action = next(iter(case.actions.values()))
    monday = NOW + days(7)
    case = actions.report_done(case, action, SOPHEA, "Done", RULES, monday).case
    refused = monday + days(10)  # a Thursday
    case = shown(case, at=days(17))
    case = actions.verify(case, case.actions[action.id], DARA, verdict, "Shelves empty", RULES, refused).case
    act = case.live(Kind.ACT)[0]
    before = RULES.calendar.count_working_days(date(2026, 3, 9), date(2026, 3, 13))
    assert RULES.calendar.count_working_days(date(2026, 3, 19), act.due_on) == before == 4
    assert (act.state, act.stage, act.first_due_on) == (ObligationState.RUNNING, 0, date(2026, 3, 13))


def test_r18_resolving_needs_evidence_and_two_people() -> None:
    """R18: every action verified or dropped, evidence of the community, four eyes, not the reporter."""
    case = an_action(world.an_open_case())
    assert "neither verified nor dropped" in str(findings.why_not_resolve(case, CHAN, RULES))
    without = world.an_open_case()
    assert "evidence" in str(findings.why_not_resolve(without, CHAN, RULES))
    with pytest.raises(NotNow):
        findings.resolve(without, CHAN, "fixed", RULES, NOW)
    case = fixed(case)
    assert "somebody else" in str(findings.why_not_resolve(case, SOPHEA, RULES))
    case = findings.resolve(case, CHAN, "fixed", RULES, NOW + days(4)).case
    assert case.finding.status is FindingStatus.OPEN
    assert "second person" in str(findings.why_not_resolve(case, CHAN, RULES))
    case = findings.resolve(case, DARA, "fixed", RULES, NOW + days(4)).case
    assert case.finding.status is FindingStatus.RESOLVED
    assert {o.kind for o in case.live()} == {Kind.TELL_COMMUNITY, Kind.SUSTAIN}


def test_r19_a_refusal_makes_the_next_stage_due_now() -> None:
    """R19: a deadline is not the only trigger."""
    case = world.an_open_case()
    case = findings.refuse(case, "no budget line", True, NOW + days(1)).case
    assert case.pressing[0].next_step_at == NOW + days(1)
    assert case.pressing[0].due_on == date(2026, 3, 9)


def test_r7_merging_keeps_the_earlier_finding_going() -> None:
    """R7: only into an earlier open finding; unresolvable needs a reason; nothing is deleted."""
    later = world.an_open_case(logged_at=NOW + days(1), id=world.the("later"))
    earlier = world.an_open_case().finding
    with pytest.raises(Invalid):
        findings.close(world.an_open_case(), ClosedAs.MERGED, "same", NOW, merged_into=later.finding)
    closed = findings.close(later, ClosedAs.MERGED, "same thing", NOW + days(2), merged_into=earlier).case
    assert (closed.finding.status, closed.finding.merged_into) == (FindingStatus.CLOSED, earlier.id)
    assert not closed.live()
    with pytest.raises(Invalid):
        findings.close(world.an_open_case(), ClosedAs.UNRESOLVABLE, "", NOW)


def test_r8_reopening_resumes_the_ladder_at_its_stage() -> None:
    """R8: the ladder goes on where it stood, with a new date, and old evidence no longer counts."""
    rules = world.rules(four_eyes=False)
    case = world.an_open_case(rules)
    o = case.pressing[0]
    for stage in range(3):
        case = obligations.escalate(case, case.obligations[o.id], stage, "urgent", rules, NOW).case
    case = findings.resolve(shown(case, Purpose.RESOLUTION), DARA, "fixed", rules, NOW + days(1)).case
    case = findings.check_sustained(case, False, "empty again", rules, NOW + days(20)).case
    (owed,) = case.pressing
    assert (case.finding.status, owed.kind, owed.stage) == (FindingStatus.OPEN, Kind.AGREE, 3)
    assert owed.due_at > NOW + days(20)
    assert "evidence" in str(findings.why_not_resolve(case, DARA, rules))


def test_an_open_finding_keeps_what_its_dates_rest_on() -> None:
    case = world.an_open_case()
    with pytest.raises(Invalid):
        findings.edit(case, {"severity": Severity.CRITICAL}, NOW)
    edited = findings.edit(case, {"title": "Medicines out of stock for two weeks"}, NOW).case.finding
    assert edited == replace(
        case.finding, title="Medicines out of stock for two weeks", version=edited.version
    )
