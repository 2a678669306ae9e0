"""Promises: agreed, extended, kept or broken."""

from datetime import date, timedelta

import pytest

from clm_tracker.domain import actions, findings, obligations, possible
from clm_tracker.domain.cases import Action, Case
from clm_tracker.domain.words import (
    ActionState,
    AgreedWhere,
    Agreement,
    Kind,
    ObligationState,
    PauseReason,
    ProposalState,
    Side,
    Verdict,
)
from clm_tracker.kernel.refusals import Invalid, NotNow
from tests.domain import world
from tests.domain.test_findings import CHAN, NOW, RULES, SOPHEA, an_action, days, shown


def only(case: Case) -> Action:
    (action,) = case.actions.values()
    return action


def proposed(side: Side = Side.DUTY_BEARER) -> Case:
    return actions.propose(
        world.an_open_case(), SOPHEA, side, RULES, NOW, what="Stock is counted", due_on=date(2026, 3, 20)
    ).case


def test_r14_both_sides_accept_the_same_text_and_date() -> None:
    """R14: one's own proposal is not accepted by oneself; where it was agreed is kept."""
    case = proposed()
    assert "Your side proposed this" in str(
        possible.why_not_accept(only(case), Side.DUTY_BEARER, AgreedWhere.HERE)
    )
    assert [o.kind for o in case.pressing] == [Kind.AGREE]  # a proposal is an acknowledgement
    other = actions.change(
        case, only(case), CHAN, Side.COMMUNITY, RULES, NOW, what="Counted daily", due_on=date(2026, 3, 18)
    ).case
    assert "other side" in str(possible.why_not_accept(only(other), Side.COMMUNITY, AgreedWhere.HERE))
    agreed = actions.accept(other, only(other), Side.DUTY_BEARER, RULES, NOW, where=AgreedWhere.MEETING).case
    action = only(agreed)
    assert (action.state, action.agreement, action.agreed_where) == (
        ActionState.AGREED,
        Agreement.AGREED,
        AgreedWhere.MEETING,
    )
    assert [(o.kind, o.due_on) for o in agreed.pressing] == [(Kind.ACT, date(2026, 3, 18))]


def test_r14_without_agreement_the_action_is_imposed_and_says_so() -> None:
    """R14: imposed is kept as such."""
    case = proposed(Side.COMMUNITY)
    with pytest.raises(Invalid):
        actions.impose(case, only(case), "", RULES, NOW)
    case = actions.impose(case, only(case), "three meetings without an answer", RULES, NOW).case
    assert only(case).agreement is Agreement.IMPOSED
    assert [o.kind for o in case.pressing] == [Kind.ACT]


def test_r15_the_first_date_stays_and_slips_are_counted() -> None:
    """R15: two extensions at most, asked before the date, each a visible slip."""
    case = an_action(world.an_open_case())
    for n, later in enumerate((date(2026, 3, 27), date(2026, 4, 3)), 1):
        asked = actions.ask_extension(
            case, only(case), later, "motorbike in repair", RULES, NOW + days(1)
        ).case
        case = actions.answer_extension(asked, only(asked), True, "", RULES, NOW + days(1)).case
        act = case.live(Kind.ACT)[0]
        assert (act.slips, act.due_on, act.first_due_on, act.due_version) == (
            n,
            later,
            date(2026, 3, 20),
            n + 1,
        )
    assert only(case).first_due_on == date(2026, 3, 20)
    with pytest.raises(NotNow, match="limit"):
        actions.ask_extension(case, only(case), date(2026, 5, 1), "again", RULES, NOW + days(1))


def test_r15_more_time_is_asked_for_before_the_date() -> None:
    """R15: on the due day still, the day after no longer."""
    case = an_action(world.an_open_case())
    on_the_day = NOW + days(18)
    assert actions.why_not_extend(only(case), RULES, on_the_day) is None
    assert "before the due date" in str(actions.why_not_extend(only(case), RULES, on_the_day + days(1)))


def test_a_refused_extension_leaves_the_date() -> None:
    case = an_action(world.an_open_case())
    case = actions.ask_extension(case, only(case), date(2026, 4, 3), "busy", RULES, NOW).case
    with pytest.raises(Invalid):
        actions.answer_extension(case, only(case), False, "", RULES, NOW)
    case = actions.answer_extension(case, only(case), False, "people wait", RULES, NOW).case
    assert (only(case).due_on, only(case).extension_asked_on) == (date(2026, 3, 20), None)


def test_a_dropped_last_action_leaves_no_limbo() -> None:
    """R2: when everything was dropped, another action is owed."""
    case = an_action(world.an_open_case())
    case = actions.drop(case, only(case), "the depot does it now", RULES, NOW + days(1)).case
    assert [o.kind for o in case.pressing] == [Kind.AGREE]


def test_dates_are_in_the_future_and_within_a_year() -> None:
    case = findings.acknowledge(world.an_open_case(), RULES, NOW).case
    for day in (date(2026, 3, 2), date(2026, 3, 2) + timedelta(days=400)):
        with pytest.raises(Invalid):
            actions.propose(case, SOPHEA, Side.DUTY_BEARER, RULES, NOW, what="x", due_on=day)


def test_r17_a_report_while_a_stage_waits_withdraws_the_proposal() -> None:
    """R17, R26: the committee is not asked about what is being checked; if the report does not hold it is asked again."""
    case = an_action(world.an_open_case(), due_on=date(2026, 3, 4))
    act = case.live(Kind.ACT)[0]
    for stage in range(5):
        case = obligations.escalate(case, case.obligations[act.id], stage, "urgent", RULES, NOW).case
    case = actions.report_done(case, only(case), SOPHEA, "Done", RULES, NOW + days(1)).case
    assert [p.state for p in case.proposals.values()] == [ProposalState.SUPERSEDED]
    assert not case.live(Kind.DECIDE)
    case = shown(case, at=days(2))
    case = actions.verify(case, only(case), CHAN, Verdict.NOT_FIXED, "Empty", RULES, NOW + days(2)).case
    act = case.obligations[act.id]
    assert (act.stage, act.next_step_at) == (4, NOW)


def test_r16_a_report_ends_a_pause_first() -> None:
    """R16, R17: the paused days are given back before the check stops the clock again."""
    case = an_action(world.an_open_case())
    act = case.live(Kind.ACT)[0]
    case = obligations.pause(case, act, PauseReason.AGREED, NOW + days(10), "", RULES, NOW).case
    case = actions.report_done(case, only(case), SOPHEA, "Done", RULES, NOW + days(2)).case
    act = case.obligations[act.id]
    assert (act.state, len(act.stops), act.due_on) == (ObligationState.SUSPENDED, 1, date(2026, 3, 24))
