"""Do the laws of the engine hold for every ladder, clock and outage (R16, R20, R22, R24, R25, R26, R34)?"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import assume, given
from hypothesis import strategies as st

from clm_tracker.domain import actions, escalation, obligations, simulation, turns
from clm_tracker.domain.cases import Case, Obligation, Story
from clm_tracker.domain.ladders import Ladder, Mode, Stage, StageKind
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import Kind, ObligationState, Party, PauseReason, Severity, Side
from clm_tracker.kernel.refusals import Refusal
from tests.domain import world

INSTANT = timedelta(microseconds=1)
WAITS = st.one_of(
    st.integers(1, 30).map(lambda n: f"{n}wd"), st.integers(1, 40).map(lambda n: f"{n}d"), st.just("36h")
)
# Zero waits are lawful too: the next stage is due at once, and still takes a turn of its own.
ANY_WAIT = st.one_of(WAITS, st.sampled_from(("0d", "0wd", "0h")))
WINDOWS = st.one_of(WAITS, st.just("0wd"))


def stages(waits: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[Stage, ...]]:
    one = st.tuples(
        waits, st.sampled_from(Mode), st.sampled_from(("duty_bearer", "superior:1", "level:province"))
    )
    return st.lists(one, min_size=1, max_size=6).map(
        lambda drawn: tuple(
            Stage(number=n, name=f"Stage {n}", kind=StageKind.DIALOGUE, wait=wait, mode=mode, addresses=to)
            for n, (wait, mode, to) in enumerate(drawn, 1)
        )
    )


@dataclass(frozen=True)
class Life:
    """An obligation that has just been opened, and the rules it lives under."""

    o: Obligation
    rules: Rules
    where: escalation.Where
    now: datetime


@st.composite
def lives(draw: st.DrawFn, waits: st.SearchStrategy[str] = WAITS) -> Life:
    shipped = world.rules()
    ladder = replace(shipped.ladder_for(Party.DUTY_BEARER, Severity.HIGH), stages=draw(stages(waits)))
    rules = replace(
        shipped,
        ladders={**shipped.ladders, ladder.id: ladder},
        reminders=draw(st.lists(st.integers(0, 15), max_size=3, unique=True).map(tuple)),
    )
    now = world.NOW + draw(st.timedeltas(timedelta(), timedelta(days=40)))
    story = Story(Case(world.a_draft(severity=Severity.HIGH, duty_bearer_id=world.the("Chief"))), now)
    o = obligations.open_(story, Kind.ACKNOWLEDGE, rules, window=draw(WINDOWS))
    return Life(o, rules, obligations.where(story.case), now)


def applied(o: Obligation, turn: turns.Turn) -> Obligation:
    for told in turn.told:
        for change in told.changes:
            if change.id == o.id:
                o = turns.applied(change, o)
    return o


def take(life: Life, o: Obligation, now: datetime) -> tuple[turns.Turn, Obligation]:
    turn = turns.take(o, life.rules, life.where, now)
    return turn, applied(o, turn)


def moments_of(o: Obligation, life: Life) -> list[datetime]:
    """Whatever is written in the obligation that could mean something to the engine."""
    named = [o.start_at, o.due_at, o.next_step_at, o.pause_until, *escalation.reminder_moments(o, life.rules)]
    return [at for at in named if at is not None]


SPANS = st.timedeltas(timedelta(), timedelta(days=60))


@given(lives(), st.lists(SPANS, max_size=12))
def test_r24_deciding_again_right_after_gives_rest(life: Life, spans: list[timedelta]) -> None:
    o, now = life.o, life.now
    for span in spans:
        now += span
        _, o = take(life, o, now)
        again, unchanged = take(life, o, now)
        assert isinstance(again.decision, escalation.Rest)
        assert unchanged == o


@given(lives(ANY_WAIT), st.lists(SPANS, max_size=12))
def test_r22_one_turn_climbs_at_most_one_stage_and_never_down(life: Life, spans: list[timedelta]) -> None:
    o, now = life.o, life.now
    for span in spans:
        now += span
        turn, after = take(life, o, now)
        assert after.stage - o.stage in {0, 1}
        assert len({change.id for told in turn.told for change in told.changes if change.id == o.id}) <= 1
        for at in turn.next_check.values():
            assert at is None or at > now  # nothing it touched has another turn at the same moment
        if after.stage > o.stage:
            assert isinstance(turn.decision, escalation.Enter)
            assert after.stage_entered_at == now
            assert after.stage_missed_at == o.next_step_at  # both moments are kept
            following = life.rules.ladders[o.ladder_id].stage(after.stage + 1)
            if following is not None and following.wait[0] != "0":
                assert after.next_step_at is not None
                assert after.next_step_at > now  # the wait is counted from the real entry
        o = after


@given(lives(), st.lists(SPANS, max_size=10), st.floats(0, 1))
def test_r24_nothing_happens_before_the_stated_moment_and_something_at_it(
    life: Life, spans: list[timedelta], part: float
) -> None:
    o, now = life.o, life.now
    for span in spans:
        turn, o = take(life, o, now)
        until = turn.next_check[o.id]
        if until is None:
            assert o.next_step_at is None
            return
        for before in (until - INSTANT, now + (until - now) * part):
            if now <= before < until:
                assert isinstance(escalation.decide(o, life.rules, before), escalation.Rest)
        assert not isinstance(escalation.decide(o, life.rules, until), escalation.Rest)
        now = until + span


@given(lives(ANY_WAIT), st.lists(SPANS, max_size=10))
def test_r20_no_stage_is_early_and_no_reminder_late(life: Life, spans: list[timedelta]) -> None:
    o, now = life.o, life.now
    for span in spans:
        now += span
        turn, after = take(life, o, now)
        match turn.decision:
            case escalation.Enter() | escalation.Propose():
                assert now >= o.due_at
                if o.stage_entered_at is not None:
                    assert now >= o.stage_entered_at
                assert turn.decision.missed_at is not None
                assert turn.decision.missed_at <= now
            case escalation.Remind():
                assert now < o.due_at
                assert o.reminded < after.reminded <= len(life.rules.reminders)
            case _:
                assert turn.told == ()
        o = after


@given(lives(ANY_WAIT), st.sampled_from(ObligationState), SPANS)
def test_r22_only_a_running_clock_climbs(life: Life, state: ObligationState, span: timedelta) -> None:
    assume(state is not ObligationState.RUNNING)
    until = life.now + timedelta(days=3) if state is ObligationState.PAUSED else None
    o = replace(life.o, state=state, paused_at=life.now, pause_until=until, pause_reason=PauseReason.AGREED)
    for now in (*moments_of(o, life), life.now + span, life.now + timedelta(days=4_000)):
        decision = escalation.decide(o, life.rules, now)
        ended = state is ObligationState.PAUSED and until is not None and now >= until
        assert isinstance(decision, escalation.EndPause if ended else escalation.Rest)


@given(lives(), st.integers(1, 400))
def test_r22_after_an_outage_one_stage_and_then_a_whole_wait(life: Life, days: int) -> None:
    assert life.o.next_step_at is not None
    now = life.o.next_step_at + timedelta(days=days)
    turn, o = take(life, life.o, now)
    assume(isinstance(turn.decision, escalation.Enter))
    assert (o.stage, o.stage_missed_at, o.stage_entered_at) == (1, life.o.next_step_at, now)
    ladder: Ladder = life.rules.ladders[o.ladder_id]
    assert o.next_step_at == escalation.next_step(ladder, 1, now, life.rules)


@given(lives(ANY_WAIT), st.integers(0, 30))
def test_r26_an_approval_stage_is_proposed_and_waits(life: Life, days: int) -> None:
    o, now = life.o, life.o.due_at + timedelta(days=60)
    for _ in range(8):
        turn, after = take(life, o, now)
        if isinstance(turn.decision, escalation.Propose):
            assert after.stage == o.stage
            assert after.state is ObligationState.AWAITING_DECISION
            opened = [c for told in turn.told for c in told.changes if not c.before]
            assert {c.row for c in opened} == {"proposal", "obligation"}
            assert turn.next_check[o.id] is None
            rested, same = take(life, after, now + timedelta(days=days * 30))
            assert isinstance(rested.decision, escalation.Rest)
            assert same == after
            return
        o, now = after, now + timedelta(days=60)


MOVES = st.lists(
    st.tuples(st.sampled_from(("pause", "extend", "wait")), st.integers(1, 366), st.integers(0, 400)),
    max_size=14,
)


@given(MOVES)
def test_r15_r16_no_sequence_of_extensions_or_pauses_keeps_an_obligation_for_ever(
    moves: list[tuple[str, int, int]],
) -> None:
    rules, now = world.rules(), world.NOW
    case = world.an_open_case(rules, now)
    due = rules.calendar.local_date(now) + timedelta(days=5)
    case = actions.propose(
        case, world.the("Chief"), Side.DUTY_BEARER, rules, now, what="Count stock", due_on=due
    ).case
    (action_id,) = case.actions
    case = actions.accept(case, case.actions[action_id], Side.COMMUNITY, rules, now).case
    latest = now + timedelta(days=3 * rules.max_action_days + 3 * rules.max_pause_days + 30)

    def owed() -> Obligation:
        return next(o for o in case.obligations.values() if o.kind is Kind.ACT)

    for move, days, wait in moves:
        try:
            if move == "pause":
                until = now + timedelta(days=days % 31)
                case = obligations.pause(case, owed(), PauseReason.AGREED, until, "", rules, now).case
            elif move == "extend":
                later = rules.calendar.local_date(now) + timedelta(days=days)
                case = actions.ask_extension(case, case.actions[action_id], later, "late", rules, now).case
                case = actions.answer_extension(case, case.actions[action_id], True, "", rules, now).case
        except Refusal:
            pass
        target = now + timedelta(hours=wait)
        while (at := escalation.wake(owed(), rules, now)) is not None and at <= target:
            now = max(now, at)
            case = _swept(case, owed(), rules, now)
        now = target
    for _ in range(20):  # and now nobody does anything any more
        at = escalation.wake(owed(), rules, now)
        if owed().stage > 0 or at is None:
            break
        now = max(now, at)
        case = _swept(case, owed(), rules, now)
    assert owed().stage > 0
    entered = owed().stage_entered_at
    assert entered is not None
    assert entered <= latest


def _swept(case: Case, o: Obligation, rules: Rules, now: datetime) -> Case:
    story = Story(case, now)
    obligations.adopt(story, list(turns.take(o, rules, obligations.where(case), now).told))
    return story.case


@given(lives(ANY_WAIT), st.integers(1, 7), st.integers(20, 200))
def test_r34_the_simulator_takes_the_same_turns_as_a_sweep_at_each_tick(
    life: Life, hours: int, days: int
) -> None:
    every = timedelta(hours=hours)
    first = escalation.wake(life.o, life.rules, life.now)
    owed = simulation.Owed(life.o, life.where, first)
    foretold = [
        (h.at, h.told) for h in simulation.simulate([owed], life.rules, life.now, days=days, every=every)
    ]

    happened = []
    known: dict[UUID, Obligation] = {life.o.id: life.o}
    checks = {life.o.id: first}
    now = life.now
    while now <= life.now + timedelta(days=days):
        due = sorted((at, of) for of, at in checks.items() if at is not None and at <= now)
        for _, of in due:
            turn = turns.take(known[of], life.rules, life.where, now)
            happened += [(now, told) for told in turn.told]
            for told in turn.told:
                for change in told.changes:
                    if change.row == "obligation":
                        known[change.id] = turns.applied(change, known[of])
            checks |= turn.next_check
        now += every
    assert foretold == happened
