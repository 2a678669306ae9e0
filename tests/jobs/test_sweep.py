"""Does a sweep do what the law says, once, in sets, and whatever is wrong with one row (R22 to R26, R31, R32)?"""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select, text, update

from clm_tracker.commands import escalation as commands
from clm_tracker.commands import obligations as pausing
from clm_tracker.db.tables import FindingRow, ObligationRow, ProgrammeRow
from clm_tracker.db.units import Store
from clm_tracker.domain.words import Kind, ObligationState, PauseReason, Severity
from clm_tracker.jobs.sweep import PARK, run_sweep
from clm_tracker.kernel import sayings
from tests.db import kept
from tests.db.kept import DARA, ENGINE
from tests.domain.world import NOW, PROGRAMME, the
from tests.jobs import crowd

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def test_r25_reminders_go_out_before_the_due_day_once(store: Store) -> None:
    crowd.opened(store, 3, severity=Severity.STANDARD)  # ten working days to acknowledge
    (o, *_) = crowd.obligations(store, Kind.ACKNOWLEDGE)
    first = crowd.checks(store)[o.id]
    assert first is not None
    assert run_sweep(store, first - SECOND).reminded == 0
    assert run_sweep(store, first).reminded == 3
    assert run_sweep(store, first).reminded == 0
    assert [line.kind for line in crowd.lines(store, "reminded")] == ["reminded"] * 3
    assert crowd.notices(store, "reminded") == 3
    crowd.assert_replay(store)


def test_r22_r23_one_stage_with_line_notice_and_next_check(store: Store) -> None:
    crowd.opened(store, 3)
    crowd.let_all_go(store)
    before = {o.id: o for o in crowd.obligations(store)}
    (step,) = {o.next_step_at for o in before.values()}
    assert step is not None
    report = run_sweep(store, step + 2 * DAY)
    assert (report.entered, report.reminded, report.parked) == (3, 0, 0)
    for o in crowd.obligations(store):
        assert (o.stage, o.stage_missed_at, o.stage_entered_at) == (1, step, step + 2 * DAY)
        assert o.version == before[o.id].version + 1
        assert crowd.checks(store)[o.id] == o.next_step_at
    lines = crowd.lines(store, "stage_entered")
    assert [line.dedup for line in lines] == [f"{line.obligation_id}:1:1" for line in lines]
    assert {(line.actor_name, line.act) for line in lines} == {("Escalation engine", "run_engine")}
    assert crowd.notices(store, "stage_entered") == 3
    assert run_sweep(store, step + 2 * DAY).entered == 0
    crowd.assert_replay(store)


def test_r26_a_stage_that_needs_approval_is_proposed(store: Store) -> None:
    crowd.opened(store, 2)
    crowd.let_all_go(store)
    now = NOW
    proposed = 0
    for _ in range(40):
        now += 7 * DAY
        proposed += run_sweep(store, now).proposed
    assert proposed == 2
    waiting = crowd.obligations(store, Kind.ACKNOWLEDGE)
    assert {(o.state, o.stage) for o in waiting} == {(ObligationState.AWAITING_DECISION, 4)}
    decisions = crowd.obligations(store, Kind.DECIDE)
    assert {o.id: crowd.checks(store)[o.id] for o in decisions}.keys() == {o.id for o in decisions}
    assert {o.stage for o in decisions} == {3}, "undecided, it reminds the committee up to the last stage"
    crowd.assert_replay(store)


def test_r16_a_pause_ends_by_itself_and_runs_on_from_its_end(store: Store) -> None:
    (finding,) = crowd.opened(store, 1, severity=Severity.STANDARD)
    (o,) = crowd.obligations(store)
    until = NOW + 6 * DAY
    with store.writing(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        pausing.pause(unit, o.id, reason=PauseReason.AGREED, until=until, note="roads are closed")
    assert run_sweep(store, until - SECOND).resumed == 0
    assert run_sweep(store, until + DAY).resumed == 1
    (after,) = crowd.obligations(store)
    assert after.state is ObligationState.RUNNING
    assert after.stops == ((NOW, until, "agreed"),)
    assert after.due_on > o.due_on
    (line,) = crowd.lines(store, "pause_ended")
    assert line.facts["by_itself"] is True
    assert crowd.notices(store, "pause_ended") == 1
    assert finding.id == line.finding_id
    crowd.assert_replay(store)


def corrupt(store: Store, **values: object) -> None:
    """Spoil the first due obligation behind the program's back, as a wrong script would."""
    victim = crowd.obligations(store)[0]
    engine = create_engine(store.engine.url)  # none of the program's own care
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        connection.execute(update(ObligationRow).where(ObligationRow.id == victim.id).values(**values))
    engine.dispose()


@pytest.mark.parametrize(
    "spoiled", [{"window": "a while"}, {"ladder_id": the("no such ladder")}, {"stops": text("'[1]'")}]
)
def test_r32_one_bad_row_in_five_hundred_is_parked_and_named(
    store: Store, spoiled: dict[str, object]
) -> None:
    crowd.opened(store, 500)
    crowd.let_all_go(store)
    now = max(o.next_step_at for o in crowd.obligations(store) if o.next_step_at)
    if "window" in spoiled:
        now = min(check for check in crowd.checks(store).values() if check)
    corrupt(store, **spoiled)
    report = run_sweep(store, now)
    assert (report.entered + report.reminded, report.parked) == (499, 1)
    assert len(report.problems) == 1
    assert report.problems[0].startswith("KH-2026-") or "stops" in spoiled


def test_r32_a_parked_row_is_tried_again_and_alarmed_after_three_times(store: Store) -> None:
    crowd.opened(store, 2, severity=Severity.STANDARD)
    now = min(check for check in crowd.checks(store).values() if check)
    corrupt(store, window="a while")
    alarms = []
    for hour in range(6):
        run_sweep(store, now + hour * PARK)
        run_sweep(store, now + hour * PARK + SECOND)  # not before the hour is over
        alarms.append(crowd.notices(store, "parked"))
    assert alarms == [0, 0, 1, 1, 1, 1]
    (line,) = crowd.lines(store, "parked")
    assert line.facts["times"] == 3
    assert "a while" in line.facts["problem"]
    corrupt(store, window="10wd")
    assert run_sweep(store, now + 6 * PARK).reminded == 1
    with store.reading(now=now, actor=DARA, programme_id=PROGRAMME) as unit:
        kept_as = unit.session.execute(
            select(ObligationRow.park_count, ObligationRow.problem).distinct()
        ).all()
    assert kept_as == [(0, None)]


def test_r23_a_stage_that_the_ledger_knows_is_not_entered_again(store: Store) -> None:
    """Somebody put an obligation back behind the program's back: the rest goes on, this row is parked."""
    crowd.opened(store, 30)
    crowd.let_all_go(store)
    before = crowd.obligations(store)[0]
    assert before.next_step_at is not None
    assert run_sweep(store, before.next_step_at).entered == 30
    corrupt(store, stage=0, next_step_at=before.next_step_at, next_check_at=before.next_step_at)
    crowd.opened(store, 30, first=31, now=NOW)
    report = run_sweep(store, before.next_step_at + SECOND, batch=20)
    assert (report.entered, report.parked) == (30, 1)
    assert "dedup" in report.problems[0]
    assert len(crowd.lines(store, "stage_entered")) == 60
    assert crowd.notices(store, "stage_entered") == 60


def test_batches_and_budget(store: Store) -> None:
    crowd.opened(store, 50)
    crowd.let_all_go(store)
    now = NOW + 30 * DAY
    asked: list[None] = []

    def twice() -> bool:
        asked.append(None)
        return len(asked) <= 3

    report = run_sweep(store, now, batch=10, keep_going=twice)
    assert (report.entered, report.left) == (20, 1)
    report = run_sweep(store, now, batch=10)
    assert (report.entered, report.left, report.batches) == (30, 0, 3)
    assert run_sweep(store, now, budget_seconds=0).left == 0, "nothing was left to do"


def test_a_dry_run_says_the_same_and_writes_nothing(store: Store) -> None:
    crowd.opened(store, 10)
    now = NOW + 30 * DAY
    before = crowd.obligations(store)
    dry = run_sweep(store, now, dry_run=True)
    assert crowd.obligations(store) == before
    real = run_sweep(store, now)
    assert (dry.entered, dry.steps) == (10, real.steps)
    assert {(step.what, step.stage) for step in real.steps} == {("entered", 1)}


# -- the brake (R31) ----------------------------------------------------------------------------------------------------


def test_r31_a_backlog_is_held_once_and_goes_on_after_the_release(store: Store) -> None:
    crowd.opened(store, 60)
    now = NOW + 30 * DAY
    first = run_sweep(store, now)
    assert (first.entered, first.held, first.brakes) == (0, 60, 1)
    again = run_sweep(store, now + DAY)
    assert (again.entered, again.held, again.brakes) == (0, 0, 0)
    assert len(crowd.lines(store, "brake_set")) == crowd.notices(store, "brake_set") == 1
    with store.writing(now=now + DAY, actor=DARA, programme_id=PROGRAMME) as unit:
        commands.release_brake(unit, reason="All of them are right.")
    after = run_sweep(store, now + DAY + SECOND, batch=25)
    assert (after.entered, after.released, after.brakes) == (60, 60, 0)
    assert len(crowd.lines(store, "brake_set")) == 1
    crowd.assert_replay(store)


def test_r31_fifty_or_a_fifth_are_no_backlog(store: Store) -> None:
    crowd.opened(store, 50)
    assert run_sweep(store, NOW + 30 * DAY).entered == 50  # not more than 50
    crowd.opened(store, 260, first=100, now=NOW + 30 * DAY, severity=Severity.SYSTEMIC)
    crowd.opened(store, 60, first=400, now=NOW + 20 * DAY, severity=Severity.HIGH)
    report = run_sweep(store, NOW + 36 * DAY)
    assert report.brakes == 0  # 60 are more than 50, but not more than a fifth of 370
    assert report.entered == 60


def test_r31_reminders_and_ends_of_pauses_go_on(store: Store) -> None:
    crowd.opened(store, 60)
    now = NOW + 20 * DAY
    run_sweep(store, now)
    crowd.opened(store, 2, first=100, now=now, severity=Severity.STANDARD)
    quiet = [o for o in crowd.obligations(store) if o.start_at == now]
    with store.writing(now=now, actor=DARA, programme_id=PROGRAMME) as unit:
        pausing.pause(unit, quiet[0].id, reason=PauseReason.AGREED, until=now + DAY, note="")
    report = run_sweep(store, now + 6 * DAY)
    assert (report.resumed, report.reminded, report.entered) == (1, 1, 0)


def test_r31_a_jump_of_the_clock_holds_everything_with_one_alert(store: Store) -> None:
    crowd.opened(store, 3)
    run_sweep(store, NOW)
    year = timedelta(days=365)
    for minute in range(3):
        report = run_sweep(store, NOW + year + timedelta(minutes=minute))
        assert (report.entered, report.proposed) == (0, 0)
    assert crowd.notices(store, "brake_set") == len(crowd.lines(store, "brake_set")) == 1
    assert "365 days" in str(sayings.load(crowd.lines(store, "brake_set")[0].facts["reason"]))
    assert not crowd.lines(store, "stage_entered", "stage_proposed")


def test_r22_r31_after_ninety_days_of_outage_each_moves_one_stage_with_a_full_new_wait(store: Store) -> None:
    crowd.opened(store, 20)
    run_sweep(store, NOW)
    due = {o.id: o.next_step_at for o in crowd.obligations(store)}
    back = NOW + 90 * DAY
    assert run_sweep(store, back).held == 20
    with store.writing(now=back, actor=DARA, programme_id=PROGRAMME) as unit:
        commands.release_brake(unit, reason="The server was down.")
    for minute in range(3):
        run_sweep(store, back + timedelta(minutes=minute))
    for o in crowd.obligations(store):
        assert (o.stage, o.stage_missed_at) == (1, due[o.id])
        assert o.stage_entered_at is not None
        assert back <= o.stage_entered_at <= back + timedelta(minutes=3)
        assert o.next_step_at is not None
        assert o.next_step_at > back + 4 * DAY  # five working days from the real entry
    assert crowd.notices(store, "stage_entered") == 20


def test_two_programmes_do_not_share_a_brake(store: Store) -> None:
    kept.seed(store, programme_id=the("another"), key="ug")
    crowd.opened(store, 60)
    assert run_sweep(store, NOW + 30 * DAY).brakes == 1
    with store.reading(now=NOW, actor=ENGINE, programme_id=PROGRAMME) as unit:
        assert unit.session.execute(text("SELECT count(DISTINCT programme_id) FROM brakes")).scalar() == 1


def test_r32_a_programme_whose_set_up_cannot_be_read_keeps_nobody_waiting(store: Store) -> None:
    other = the("another")
    kept.seed(store, programme_id=other, key="ug")
    crowd.opened(store, 2)
    engine = create_engine(store.engine.url)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        # One finding of ours becomes theirs, and their settings mean nothing.
        for table, key in ((FindingRow, "id"), (ObligationRow, "finding_id")):
            one = table.__table__.c[key] == crowd.obligations(store)[0].finding_id
            connection.execute(update(table).where(one).values(programme_id=other))
        wrong = {"windows": {"terrible": {"fix": "soon"}}}
        connection.execute(update(ProgrammeRow).where(ProgrammeRow.id == other).values(settings=wrong))
    engine.dispose()
    report = run_sweep(store, NOW + 30 * DAY)
    assert (report.entered, report.parked) == (1, 0)
    assert len(report.problems) == 1
    assert str(other) in report.problems[0]
    assert run_sweep(store, NOW + 30 * DAY, dry_run=True).problems == report.problems
