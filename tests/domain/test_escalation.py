"""What happens to an obligation as time goes by: reminders, stages, gates, pauses."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from clm_tracker.domain import escalation, findings, ladders, obligations, proposals
from clm_tracker.domain.cases import Case, Obligation, Proposal
from clm_tracker.domain.duty_bearers import Directory, superiors, would_loop
from clm_tracker.domain.ladders import Mode, StageKind
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import Kind, ObligationState, Party, PauseReason, ProposalState
from clm_tracker.kernel.refusals import Invalid, NotNow
from tests.domain import world
from tests.domain.laws.test_lives import sweep
from tests.domain.test_findings import NOW, RULES, an_action, days

BOPHA, RITH = world.the("Bopha"), world.the("Rith")


def local(day: date, hour: int = 0) -> datetime:
    """A moment in Phnom Penh."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=7)


def climbed(case: Case, to: int, rules: Rules = RULES) -> tuple[Case, datetime]:
    """Sweep at each stated moment until the stage is reached, or proposed."""
    now = NOW
    while case.pressing and case.stage < to and not case.proposals:
        due = [escalation.wake(o, rules, now) for o in case.pressing]
        now = max(now, min(at for at in due if at is not None))
        case = sweep(case, rules, now).case
    return case, now


def gated(to: int) -> tuple[Case, datetime]:
    """A finding whose first obligation is proposed for stage `to`, earlier gates approved."""
    case, now = climbed(world.an_open_case(), to)
    while (proposal := waiting(case)).stage < to:
        case = proposals.approve(case, proposal, BOPHA, RULES, now).case
        step = case.obligations[proposal.obligation_id].next_step_at
        assert step is not None
        now = step
        case = sweep(case, RULES, now).case
    return case, now


def waiting(case: Case) -> Proposal:
    return next(p for p in case.proposals.values() if p.state in obligations.UNDECIDED)


def first(case: Case) -> Obligation:
    return next(iter(case.obligations.values()))


def test_r11_overdue_a_second_after_the_last_of_the_due_day() -> None:
    """R11: on time at 23:59:59 of the programme's own day, overdue a second later."""
    o = first(world.an_open_case())
    assert o.due_on == date(2026, 3, 9)
    assert o.due_at == local(date(2026, 3, 10))


def test_r20_the_first_wait_counts_from_the_due_day_the_next_from_entry() -> None:
    """R20, R22: one working day after Monday is Tuesday; five after Tuesday's entry is the next Tuesday."""
    o = first(world.an_open_case())
    assert o.next_step_at == local(date(2026, 3, 10))
    case = sweep(world.an_open_case(), RULES, local(date(2026, 3, 10), 6)).case
    assert (first(case).stage, first(case).next_step_at) == (1, local(date(2026, 3, 17)))


def test_r21_the_shipped_ladder() -> None:
    """R21: eight stages; 5 and 6 need one approval, 7 and 8 are public and need two."""
    for key, (_, stages) in ladders.shipped().items():
        if key != ladders.REMINDERS:
            assert [s.approvals for s in stages] == [0, 0, 0, 0, 1, 1, 2, 2]
            assert [s.public for s in stages] == [False] * 6 + [True] * 2
    with pytest.raises(ValueError, match="approval"):
        ladders.Stage(
            number=1, name="x", kind=StageKind.PUBLIC_CAMPAIGN, wait="1wd", mode=Mode.AUTOMATIC, public=True
        )


def test_r22_after_an_outage_one_stage_and_a_full_window() -> None:
    """R22: ninety days late moves one stage; both moments are kept and the next wait starts now."""
    late = local(date(2026, 6, 8), 6)
    case = sweep(world.an_open_case(), RULES, late).case
    o = first(case)
    assert (o.stage, o.stage_missed_at, o.stage_entered_at) == (1, local(date(2026, 3, 10)), late)
    assert o.next_step_at == local(date(2026, 6, 15))
    assert not sweep(case, RULES, late).told


def test_r24_nothing_before_its_stated_moment_and_something_at_it() -> None:
    """R24: `wake` is exact to the microsecond, reminders included."""
    case, o = world.an_open_case(), first(world.an_open_case())
    wake = escalation.wake(o, RULES, NOW)
    assert wake == local(
        date(2026, 3, 5)
    )  # R25: two working days before Monday 9; seven lie before the start
    assert escalation.decide(o, RULES, wake - timedelta(microseconds=1)) == escalation.Rest(wake)
    assert isinstance(escalation.decide(o, RULES, wake), escalation.Remind)
    case = sweep(case, RULES, wake).case
    assert escalation.decide(first(case), RULES, wake) == escalation.Rest(first(case).next_step_at)


def test_r26_an_approval_stage_is_proposed_never_entered() -> None:
    """R26: undecided, it reminds the committee and never enters by itself."""
    case, now = gated(5)
    o = case.obligations[waiting(case).obligation_id]
    assert (o.stage, o.state) == (4, ObligationState.AWAITING_DECISION)
    for week in range(30):
        case = sweep(case, RULES, now + days(7 * week)).case
    assert case.obligations[o.id].stage == 4
    decide = case.live(Kind.DECIDE)[0]
    assert (decide.owed_by, decide.stage) == (Party.COMMITTEE, 3)


def test_r26_refused_it_is_proposed_again_after_its_wait() -> None:
    """R26: a refusal has a reason and lasts one wait."""
    case, now = gated(5)
    proposal = waiting(case)
    with pytest.raises(Invalid):
        proposals.refuse(case, proposal, "", RULES, now)
    case = proposals.refuse(case, proposal, "give them until the forum", RULES, now).case
    o = case.obligations[proposal.obligation_id]
    assert o.state is ObligationState.RUNNING
    assert o.next_step_at is not None
    case = sweep(case, RULES, o.next_step_at).case
    assert [p.state for p in case.proposals.values()] == [ProposalState.REFUSED, ProposalState.WAITING]


def test_r26_deferred_to_a_date_with_a_reason() -> None:
    """R26: the decision is owed by that date."""
    case, now = gated(5)
    until = (now + days(20)).date()
    case = proposals.defer(case, waiting(case), until, "after the forum", RULES, now).case
    assert case.live(Kind.DECIDE)[0].due_on == until
    assert waiting(case).state is ProposalState.DEFERRED


def test_r27_a_public_stage_needs_risk_check_reply_and_two_people() -> None:
    """R27, R21: no order of steps gets around any of them."""
    case, now = gated(7)

    def why(at: datetime, who: UUID) -> str | None:
        return proposals.why_not_approve(waiting(case), who, RULES, at)

    assert waiting(case).public
    assert "risk check" in str(why(now, BOPHA))
    with pytest.raises(Invalid) as no:
        proposals.check_risk(case, waiting(case), RITH, "\u200b", " \u2060", "\u00ad", now)
    assert [e.field for e in no.value.errors] == ["risk_who", "risk_how", "risk_last_word"]
    case = proposals.check_risk(
        case, waiting(case), RITH, "staff", "with totals", "the people who reported", now
    ).case
    assert "right of reply" in str(why(now, BOPHA))
    opens = proposals.reply_until(waiting(case), RULES)
    assert opens is not None
    assert "right of reply" in str(why(opens - timedelta(seconds=1), BOPHA))
    assert (
        RULES.calendar.count_working_days(RULES.calendar.local_date(now), RULES.calendar.local_date(opens))
        == 5
    )
    case = proposals.reply(case, "Fuel was not released.", now + days(1)).case
    case = proposals.approve(case, waiting(case), BOPHA, RULES, opens).case
    assert case.obligations[waiting(case).obligation_id].stage == 6
    assert "different person" in str(why(opens, BOPHA))
    proposal = waiting(case)
    case = proposals.approve(case, proposal, RITH, RULES, opens).case
    assert case.obligations[proposal.obligation_id].stage == 7
    assert case.proposals[proposal.id].reply == "Fuel was not released."


def test_r28_escalating_by_hand_names_the_stage_that_was_seen() -> None:
    """R28: the second of two people gets "already escalated" and nothing happens."""
    case = world.an_open_case()
    with pytest.raises(Invalid):
        obligations.escalate(case, first(case), 0, " ", RULES, NOW)
    case = obligations.escalate(case, first(case), 0, "no medicines tomorrow", RULES, NOW).case
    with pytest.raises(NotNow) as no:
        obligations.escalate(case, first(case), 0, "no medicines tomorrow", RULES, NOW)
    assert no.value.code == "already_escalated"
    assert first(case).stage == 1


def test_r28_by_hand_leads_to_the_gate_not_through_it() -> None:
    """R27, R28: an approval stage is only ever proposed."""
    case = world.an_open_case()
    for stage in range(4):
        case = obligations.escalate(case, first(case), stage, "urgent", RULES, NOW).case
    case = obligations.escalate(case, first(case), 4, "urgent", RULES, NOW).case
    assert (first(case).stage, first(case).state) == (4, ObligationState.AWAITING_DECISION)


def test_r29_a_vacant_post_falls_through_to_its_superior() -> None:
    """R29: the ledger says so."""
    vacant = world.post(
        "District director", "district", "Provincial director", held=False, area_id=world.the("Sangkae")
    )
    directory = Directory({**world.POSTS, vacant.id: vacant}, world.AREAS, date(2026, 3, 2))
    to = directory.address("level:district", world.the("Chief"), world.the("Sangkae"))
    assert to.posts == (world.the("Provincial director"),)
    assert str(to.fell_through) == "District director is vacant; Provincial director was told instead."


def test_r20_a_post_of_another_site_is_no_post_at_a_level_for_this_area() -> None:
    """R20: of two sites in one area each has its own chief, wherever the identifiers put them in order."""
    others = [
        world.post(
            f"Chief of site {n}",
            "site",
            "District director",
            site_id=world.the(f"site {n}"),
            area_id=world.the("Sangkae"),
        )
        for n in range(6)
    ]
    directory = Directory({**world.POSTS, **{p.id: p for p in others}}, world.AREAS, date(2026, 3, 2))
    for chief in (world.the("Chief"), *(p.id for p in others)):
        assert directory.address("level:site", chief, world.the("Sangkae")).posts == (chief,)
    above = directory.address("level:site", world.the("District director"), world.the("Sangkae"))
    assert not {p.id for p in others} & set(above.posts)


def test_r29_superiors_never_loop() -> None:
    """R29: a circle of delegations ends where it would begin again."""
    looped = {**world.POSTS}
    top = world.post("Inspector", "oversight", "Chief")
    looped[top.id] = top
    chain = superiors(world.the("Chief"), looped)
    assert len(chain) == len(set(chain)) == 4
    assert would_loop(world.the("Inspector"), world.the("Chief"), world.POSTS)


def test_r9_the_last_stage_opens_reviews_for_ever() -> None:
    """R9: every twenty working days, until closed."""
    rules = world.rules()
    case, now = gated(7)
    for stage in (7, 8):
        proposal = waiting(case)
        assert proposal.stage == stage
        case = proposals.check_risk(case, proposal, RITH, "staff", "totals", "them", now).case
        opens = proposals.reply_until(waiting(case), rules)
        assert opens is not None
        case = proposals.approve(case, waiting(case), BOPHA, rules, opens).case
        case = proposals.approve(case, waiting(case), RITH, rules, opens).case
        step = case.obligations[proposal.obligation_id].next_step_at
        if step is not None:
            now = step
            case = sweep(case, rules, now).case
    (owed,) = case.live(Kind.REVIEW)
    for _ in range(3):
        now = owed.due_at
        case = findings.review(case, "go on", rules, now).case
        (owed,) = case.live(Kind.REVIEW)
        assert owed.due_at > now


def test_r16_two_pauses_of_thirty_days_in_all() -> None:
    """R16: a reason and an end; not after the due date; it ends by itself; a weekend adds nothing."""
    case = an_action(world.an_open_case())
    act = case.live(Kind.ACT)[0]

    def why(o: Obligation, until: datetime | None, at: datetime = NOW) -> str | None:
        return obligations.why_not_pause(o, PauseReason.AGREED, until, RULES, at)

    assert "end" in str(why(act, None))
    assert "30 days" in str(why(act, NOW + days(31)))
    assert "passed" in str(why(act, act.due_at + days(1), act.due_at))
    friday = local(date(2026, 3, 6), 18)
    monday = local(date(2026, 3, 9), 8)
    case = obligations.pause(case, act, PauseReason.AGREED, monday, "", RULES, friday).case
    assert not sweep(case, RULES, monday - timedelta(seconds=1)).told
    case = sweep(
        case, RULES, monday + days(2)
    ).case  # the sweep is late; the pause ended on Monday all the same
    act = case.live(Kind.ACT)[0]
    assert (act.state, act.due_on, act.pauses) == (ObligationState.RUNNING, date(2026, 3, 20), 1)
    tuesday = local(date(2026, 3, 10), 9)
    case = obligations.pause(case, act, PauseReason.AGREED, tuesday + days(2), "", RULES, tuesday).case
    act = obligations.resume(case, case.live(Kind.ACT)[0], RULES, tuesday + days(2)).case.live(Kind.ACT)[0]
    assert act.due_on == date(2026, 3, 24)
    assert "2 times" in str(why(act, tuesday + days(5), tuesday + days(3)))


def test_r16_a_safety_freeze_has_no_limit() -> None:
    """R16: only people of the community side lift it."""
    case = world.an_open_case()
    case = obligations.pause(case, first(case), PauseReason.SAFETY, None, "threats", RULES, NOW).case
    assert escalation.decide(first(case), RULES, NOW + days(1000)) == escalation.Rest(None)
    back = obligations.resume(case, first(case), RULES, NOW + days(1000)).case
    assert first(back).due_at > NOW + days(1000)
