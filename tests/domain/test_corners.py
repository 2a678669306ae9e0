"""Where two rules meet: what has ended, what was stopped, what was asked before something else changed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from clm_tracker.domain import actions, findings, obligations, possible, transfers
from clm_tracker.domain.cases import Case, Story
from clm_tracker.domain.words import (
    AgreedWhere,
    ClosedAs,
    FindingStatus,
    Kind,
    ObligationState,
    Party,
    PauseReason,
    ProposalState,
    Purpose,
    Side,
    Verdict,
)
from clm_tracker.kernel.refusals import Invalid, NotNow
from tests.domain import world
from tests.domain.test_actions import only
from tests.domain.test_findings import CHAN, DARA, NOW, RULES, SOPHEA, an_action, days, fixed, shown

LAST = 8


def paused(case: Case, n: int) -> Case:
    """The case with the clock of its action stopped for so many days and running again."""
    act = case.live(Kind.ACT)[0]
    case = obligations.pause(case, act, PauseReason.AGREED, NOW + days(n), "", RULES, NOW).case
    return obligations.resume(case, case.live(Kind.ACT)[0], RULES, NOW + days(n)).case


def at_last_stage(case: Case) -> Case:
    """The case with its duty bearer's obligation at the last stage, which the committee reviews."""
    owed = next(o for o in case.live() if o.owed_by is Party.DUTY_BEARER)
    story = Story(case.with_row(replace(owed, stage=LAST, stage_entered_at=NOW, next_step_at=None)), NOW)
    obligations.open_(story, Kind.REVIEW, RULES)
    return story.case


def owed_kinds(case: Case) -> set[Kind]:
    return {o.kind for o in case.pressing}


def test_r2_nothing_is_owed_about_a_closed_finding_whatever_its_actions_are_asked() -> None:
    """R1, R2: dropping or checking an action of a closed finding opened an obligation that climbed for ever."""
    open_ = an_action(world.an_open_case())
    reported = shown(actions.report_done(open_, only(open_), SOPHEA, "Done", RULES, NOW).case)
    acts: list[Callable[[Case], Story]] = [
        lambda c: actions.drop(c, only(c), "not needed", RULES, NOW),
        lambda c: actions.verify(c, only(c), DARA, Verdict.FIXED, "Seen", RULES, NOW),
        lambda c: actions.report_done(c, only(c), SOPHEA, "Done", RULES, NOW),
        lambda c: actions.ask_extension(c, only(c), date(2026, 6, 1), "late", RULES, NOW),
    ]
    for case in (open_, reported):
        closed = findings.close(case, ClosedAs.WITHDRAWN, "a mistake", NOW).case
        for act in acts:
            with pytest.raises(NotNow) as no:
                act(closed)
            assert no.value.sentence == "This finding is closed."
    proposed = actions.propose(
        world.an_open_case(), SOPHEA, Side.DUTY_BEARER, RULES, NOW, what="Counted", due_on=date(2026, 3, 20)
    ).case
    closed = findings.close(proposed, ClosedAs.WITHDRAWN, "a mistake", NOW).case
    with pytest.raises(NotNow):
        actions.accept(closed, only(closed), Side.COMMUNITY, RULES, NOW)
    with pytest.raises(NotNow):
        actions.impose(closed, only(closed), "no answer", RULES, NOW)
    with pytest.raises(NotNow):
        actions.change(
            closed, only(closed), DARA, Side.COMMUNITY, RULES, NOW, what="x", due_on=date(2026, 6, 1)
        )


def test_r9_a_review_is_not_what_follows_the_last_action() -> None:
    """R2, R9: at the last stage the community still confirms, and the duty bearer still owes an answer."""
    case = at_last_stage(an_action(world.an_open_case()))
    assert owed_kinds(fixed(case)) == {Kind.VERIFY, Kind.REVIEW}
    dropped = actions.drop(case, only(case), "not needed", RULES, NOW).case
    assert owed_kinds(dropped) == {Kind.AGREE, Kind.REVIEW}


def test_r8_what_resumes_at_the_last_stage_is_reviewed() -> None:
    """R8, R9: nothing comes after the last stage by itself, so the committee looks at it regularly again."""
    case = fixed(at_last_stage(an_action(world.an_open_case())))
    case = shown(case, Purpose.RESOLUTION, at=days(4))
    for person in (DARA, CHAN):
        case = findings.resolve(case, person, "Fixed", RULES, NOW + days(4)).case
    assert case.finding.status is FindingStatus.RESOLVED
    again = findings.reopen(case, "Seen again", RULES, NOW + days(10)).case
    assert owed_kinds(again) == {Kind.AGREE, Kind.REVIEW}
    assert [o.stage for o in again.live(Kind.AGREE)] == [LAST]


def test_r18_a_new_action_or_a_new_duty_bearer_asks_both_people_again() -> None:
    """R18: a resolution proposed before does not confirm what was promised and checked afterwards."""
    case = findings.resolve(fixed(an_action(world.an_open_case())), DARA, "Fixed", RULES, NOW + days(3)).case
    assert case.finding.resolve_proposed_by == DARA
    case = an_action(case, date(2026, 4, 20))
    action = list(case.actions.values())[-1]
    case = actions.report_done(case, action, SOPHEA, "Done", RULES, NOW + days(9)).case
    case = shown(case, at=days(10))
    case = actions.verify(
        case, case.actions[action.id], CHAN, Verdict.FIXED, "Seen", RULES, NOW + days(10)
    ).case
    alone = findings.resolve(case, CHAN, "Fixed", RULES, NOW + days(10)).case
    assert (alone.finding.status, alone.finding.resolve_proposed_by) == (FindingStatus.OPEN, CHAN)
    elsewhere = transfers.propose(alone, world.the("Inspector"), "theirs", RULES, NOW + days(11)).case
    elsewhere = transfers.accept(elsewhere, RULES, NOW + days(11)).case
    assert elsewhere.finding.resolve_proposed_by is None


def test_r14_the_duty_bearer_alone_makes_no_agreement() -> None:
    """R14: one side records that both agreed, but never the side that owes and proposed it."""
    case = actions.propose(
        world.an_open_case(), SOPHEA, Side.DUTY_BEARER, RULES, NOW, what="Later", due_on=date(2026, 12, 1)
    ).case
    for where in AgreedWhere:
        assert possible.why_not_accept(only(case), Side.DUTY_BEARER, where)
        assert possible.why_not_accept(only(case), Side.COMMUNITY, where) is None


def test_r15_more_time_counts_from_where_a_stop_of_the_clock_left_the_date() -> None:
    """R11, R15, R16: it is asked for until that day, for a later one, and never moves it back."""
    case = paused(an_action(world.an_open_case()), 14)
    owed = case.live(Kind.ACT)[0]
    assert owed.due_on == date(2026, 4, 3)
    with pytest.raises(Invalid):
        actions.ask_extension(case, only(case), date(2026, 3, 23), "late", RULES, NOW + days(15))
    assert (
        actions.why_not_extend(only(case), RULES, NOW + days(20), actions.owed_on(case, only(case))) is None
    )
    asked = actions.ask_extension(
        an_action(world.an_open_case()), only(case), date(2026, 3, 23), "late", RULES, NOW
    ).case
    later = paused(asked, 14)
    with pytest.raises(NotNow) as no:
        actions.answer_extension(later, only(later), True, "", RULES, NOW + days(15))
    assert "Fri 3 April 2026" in no.value.sentence


def test_r15_more_time_granted_ends_the_question_whether_to_escalate() -> None:
    """R15, R26: a stage that waited for a decision is not entered for a date that was moved."""
    case = an_action(world.an_open_case())
    act = case.live(Kind.ACT)[0]
    case = case.with_row(replace(act, stage=4))
    case = obligations.escalate(case, case.obligations[act.id], 4, "urgent", RULES, NOW).case
    assert case.obligations[act.id].state is ObligationState.AWAITING_DECISION
    case = actions.ask_extension(case, only(case), date(2026, 5, 4), "late", RULES, NOW + days(1)).case
    case = actions.answer_extension(case, only(case), True, "", RULES, NOW + days(1)).case
    (proposal,) = case.proposals.values()
    owed = case.obligations[act.id]
    assert proposal.state is ProposalState.SUPERSEDED
    assert (owed.state, owed.due_on) == (ObligationState.RUNNING, date(2026, 5, 4))
    assert owed.next_step_at is not None
    assert owed.next_step_at >= owed.due_at


def test_r16_the_communitys_check_is_no_pause() -> None:
    """R16, R17: the days of a check are not taken from the days of pausing."""
    case = an_action(world.an_open_case(), date(2026, 5, 20))
    case = shown(actions.report_done(case, only(case), SOPHEA, "Done", RULES, NOW).case, at=days(25))
    case = actions.verify(case, only(case), DARA, Verdict.NOT_FIXED, "Seen", RULES, NOW + days(25)).case
    act = case.live(Kind.ACT)[0]
    assert obligations.why_not_pause(act, PauseReason.AGREED, NOW + days(55), RULES, NOW + days(25)) is None
    why = obligations.why_not_pause(act, PauseReason.AGREED, NOW + days(56), RULES, NOW + days(25))
    assert why is not None
    assert "30 days" in why


def test_r16_a_pause_lasts_no_longer_than_it_was_given() -> None:
    """R16: whoever comes before the engine ends it where it ended, and reports where the clock stood."""
    case = an_action(world.an_open_case())
    act = case.live(Kind.ACT)[0]
    case = obligations.pause(case, act, PauseReason.AGREED, NOW + days(2), "", RULES, NOW).case
    late = NOW + days(60)
    resumed = obligations.resume(case, case.obligations[act.id], RULES, late)
    assert resumed.case.obligations[act.id].stops[-1][1] == NOW + days(2)
    assert resumed.case.obligations[act.id].due_on == date(2026, 3, 24)
    reported = actions.report_done(case, only(case), SOPHEA, "Done", RULES, late).case
    assert reported.obligations[act.id].due_on == date(2026, 3, 24)
