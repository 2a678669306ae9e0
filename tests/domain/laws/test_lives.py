"""Laws over random lives of a finding: no limbo, no escape, replay gives the case back (R1, R2, R15, R16, R22, R37)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from clm_tracker.domain import actions, escalation, evidence, findings, obligations, proposals, transfers
from clm_tracker.domain.cases import Action, Case, Obligation, Proposal, Story, replay
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import (
    AgreedWhere,
    ClosedAs,
    EvidenceKind,
    FindingStatus,
    Kind,
    ObligationState,
    PauseReason,
    Purpose,
    Severity,
    Side,
    Verdict,
)
from clm_tracker.kernel.refusals import Refusal
from tests.domain import world

PEOPLE = [world.the(name) for name in ("Chan", "Dara", "Sophea", "Bopha", "Rith")]
Act = Callable[[Case, Rules, datetime, int], Story | None]


def _actions(case: Case, n: int) -> Action | None:
    found = list(case.actions.values())
    return found[n % len(found)] if found else None


def _obligations(case: Case, n: int) -> Obligation | None:
    found = list(case.obligations.values())
    return found[n % len(found)] if found else None


def sweep(case: Case, rules: Rules, now: datetime) -> Story:
    """What one run of the engine does to one case."""
    story = Story(case, now)
    for o in sorted(case.obligations.values(), key=lambda o: str(o.id)):
        match escalation.decide(o, rules, now):
            case escalation.Enter() as step:
                obligations.adopt(story, escalation.enter(o, step, rules, obligations.where(case), now))
            case escalation.Propose() as step:
                obligations.adopt(story, escalation.propose(o, step, rules, obligations.where(case), now))
            case escalation.Remind() as step:
                obligations.adopt(story, escalation.remind(o, step, rules))
            case escalation.EndPause(at):
                story.tell(*obligations.end_pause(o, rules, at, by_itself=True), about=o.id)
            case escalation.Rest():
                pass
    return story


def _day(now: datetime, n: int) -> date:
    return now.date() + timedelta(days=2 + n % 40)


def _on_action(do: Callable[[Case, Action, Rules, datetime, int], Story]) -> Act:
    def act(case: Case, rules: Rules, now: datetime, n: int) -> Story | None:
        action = _actions(case, n)
        return do(case, action, rules, now, n) if action else None

    return act


def _on_obligation(do: Callable[[Case, Obligation, Rules, datetime, int], Story]) -> Act:
    def act(case: Case, rules: Rules, now: datetime, n: int) -> Story | None:
        o = _obligations(case, n)
        return do(case, o, rules, now, n) if o else None

    return act


def _on_proposal(do: Callable[[Case, Proposal, Rules, datetime, int], Story]) -> Act:
    def act(case: Case, rules: Rules, now: datetime, n: int) -> Story | None:
        found = list(case.proposals.values())
        return do(case, found[n % len(found)], rules, now, n) if found else None

    return act


def _attach(case: Case, now: datetime, n: int) -> Story:
    return evidence.attach(
        case,
        now,
        kind=EvidenceKind.STATEMENT,
        purpose=list(Purpose)[n % len(Purpose)],
        side=list(Side)[n % 2],
        given_by=PEOPLE[n % 5],
        text="Seen on the day.",
    )


ACTS: dict[str, Act] = {
    "open": lambda c, r, t, n: findings.open_(c, r, t),
    "acknowledge": lambda c, r, t, n: findings.acknowledge(c, r, t),
    "refuse": lambda c, r, t, n: findings.refuse(c, "no budget", True, t),
    "transfer": lambda c, r, t, n: transfers.propose(c, list(world.POSTS)[n % 5], "theirs", r, t),
    "accept transfer": lambda c, r, t, n: transfers.accept(c, r, t),
    "propose": lambda c, r, t, n: actions.propose(
        c, PEOPLE[n % 5], list(Side)[n % 2], r, t, what="Stock is counted weekly", due_on=_day(t, n)
    ),
    "accept": _on_action(
        lambda c, a, r, t, n: actions.accept(c, a, list(Side)[n % 2], r, t, where=AgreedWhere.MEETING)
    ),
    "impose": _on_action(lambda c, a, r, t, n: actions.impose(c, a, "no answer", r, t)),
    "drop": _on_action(lambda c, a, r, t, n: actions.drop(c, a, "not needed", r, t)),
    "report": _on_action(lambda c, a, r, t, n: actions.report_done(c, a, PEOPLE[n % 5], "done", r, t)),
    "verify": _on_action(
        lambda c, a, r, t, n: actions.verify(c, a, PEOPLE[n % 5], list(Verdict)[n % 3], "looked", r, t)
    ),
    "ask more time": _on_action(
        lambda c, a, r, t, n: actions.ask_extension(c, a, a.due_on + timedelta(n % 60), "late", r, t)
    ),
    "grant": _on_action(lambda c, a, r, t, n: actions.answer_extension(c, a, True, "", r, t)),
    "pause": _on_obligation(
        lambda c, o, r, t, n: obligations.pause(
            c, o, list(PauseReason)[1 + n % 3], t + timedelta(days=1 + n % 20), "", r, t
        )
    ),
    "resume": _on_obligation(lambda c, o, r, t, n: obligations.resume(c, o, r, t)),
    "escalate": _on_obligation(lambda c, o, r, t, n: obligations.escalate(c, o, o.stage, "urgent", r, t)),
    "risk": _on_proposal(
        lambda c, p, r, t, n: proposals.check_risk(c, p, PEOPLE[3], "nobody", "totals", "them", t)
    ),
    "approve": _on_proposal(lambda c, p, r, t, n: proposals.approve(c, p, PEOPLE[n % 5], r, t)),
    "defer": _on_proposal(lambda c, p, r, t, n: proposals.defer(c, p, _day(t, n), "wait", r, t)),
    "refuse stage": _on_proposal(lambda c, p, r, t, n: proposals.refuse(c, p, "not yet", r, t)),
    "evidence": lambda c, r, t, n: _attach(c, t, n),
    "resolve": lambda c, r, t, n: findings.resolve(c, PEOPLE[n % 5], "fixed", r, t),
    "reopen": lambda c, r, t, n: findings.reopen(c, "seen again", r, t),
    "sustained": lambda c, r, t, n: findings.check_sustained(c, n % 2 == 0, "looked", r, t),
    "told": lambda c, r, t, n: findings.tell_community(c, "meeting", t),
    "review": lambda c, r, t, n: findings.review(c, "go on", r, t),
    "withdraw": lambda c, r, t, n: findings.close(c, ClosedAs.WITHDRAWN, "a mistake", t),
}
STEPS = st.tuples(
    st.sampled_from([*(name for name in ACTS if name != "withdraw"), *["sweep"] * 6, "withdraw"]),
    st.integers(0, 400),
    st.integers(0, 9 * 24),
)


@settings(max_examples=250)
@given(st.lists(STEPS, max_size=60), st.sampled_from(Severity), st.booleans())
def test_random_lives_keep_every_promise(
    steps: list[tuple[str, int, int]], severity: Severity, four_eyes: bool
) -> None:
    """R2, R22, R37: never in limbo, at most one stage up at once, and the ledger tells the whole case."""
    rules = world.rules(four_eyes=four_eyes)
    first = world.a_draft(severity=severity)
    case, now = Case(first), world.NOW
    told = [*findings.draft(first)]
    sentences: list[str] = []
    for name, n, hours in [("open", 0, 0), *steps]:
        now += timedelta(hours=hours)
        try:
            story = sweep(case, rules, now) if name == "sweep" else ACTS[name](case, rules, now, n)
        except Refusal as no:
            sentences.append(no.sentence)
            continue
        if story is None:
            continue
        _nothing_jumps(case, story.case)
        told += story.told
        case = story.case
        obligations.check_limbo(case)
        if name == "sweep":
            # Whoever's pause ended may have a reminder due as well: that is the next sweep's turn (R22).
            had_turn = {one.obligation_id for one in story.told if one.event.kind != "pause_ended"}
            again = [t for t in sweep(case, rules, now).told if t.obligation_id in had_turn]
            assert not [t for t in again if t.event.kind == "reminded"], "reminded twice of one date"
    assert replay(change for one in told for change in one.changes) == case
    assert all(sentence[0].isupper() and len(sentence) > 10 for sentence in sentences)


def _nothing_jumps(before: Case, after: Case) -> None:
    for id, o in after.obligations.items():
        was = before.obligations.get(id)
        if was is None:
            continue
        assert o.stage - was.stage in (0, 1)
        assert o.first_due_on == was.first_due_on
        assert o.due_on >= was.due_on, "a due date moved earlier"
        if o.stage > was.stage:
            assert was.state in (ObligationState.RUNNING, ObligationState.AWAITING_DECISION)
        if was.state in (ObligationState.MET, ObligationState.VOID):
            assert o == was, "what has ended changed"


@settings(max_examples=100)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 90), st.integers(0, 30)), max_size=30))
def test_no_sequence_of_extensions_or_pauses_keeps_an_obligation_for_ever(
    plan: list[tuple[bool, int, int]],
) -> None:
    """R15, R16: whatever is asked and granted, the ladder goes on within a bounded time."""
    rules, now = world.rules(), world.NOW
    case = world.an_open_case(rules)
    case = actions.propose(
        case, PEOPLE[2], Side.DUTY_BEARER, rules, now, what="Stock is counted", due_on=date(2026, 4, 1)
    ).case
    case = actions.accept(case, next(iter(case.actions.values())), Side.COMMUNITY, rules, now).case
    for pausing, days, wait in plan:
        now += timedelta(days=wait)
        action, act = next(iter(case.actions.values())), case.live(Kind.ACT)[0]
        try:
            if pausing:
                case = obligations.pause(
                    case, act, PauseReason.AGREED, now + timedelta(days=days), "", rules, now
                ).case
            else:
                later = action.due_on + timedelta(days=days)
                case = actions.ask_extension(case, action, later, "late", rules, now).case
                case = actions.answer_extension(case, case.actions[action.id], True, "", rules, now).case
        except Refusal:
            continue
    # Two extensions of at most a year each, from a first date a year ahead, and 30 days of pauses with their weekends.
    end = world.NOW + timedelta(days=3 * rules.max_action_days + 90)
    assert case.live(Kind.ACT)[0].due_at < end
    case = sweep(sweep(case, rules, end).case, rules, end + timedelta(days=90)).case
    assert case.live(Kind.ACT)[0].stage >= 1
    assert case.finding.status is FindingStatus.OPEN
