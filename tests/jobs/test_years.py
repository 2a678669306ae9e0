"""Does the real run do what was foretold, and do years with crashes leave every promise kept (R22, R23, R34, R37)?"""

import multiprocessing
import random
import time
from collections import defaultdict
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from clm_tracker.commands import escalation as deciding
from clm_tracker.commands import obligations as pausing
from clm_tracker.db.engine import make_engine
from clm_tracker.db.typed import dump_change, dump_event
from clm_tracker.db.units import Store
from clm_tracker.domain.words import Kind, ObligationState, PauseReason, Severity
from clm_tracker.jobs.sweep import run_sweep
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Refusal
from clm_tracker.queries import foretold, health
from tests.db.kept import DARA
from tests.domain.world import NOW, PROGRAMME
from tests.jobs import crowd

DAY = timedelta(days=1)
TOLD = ("reminded", "stage_entered", "stage_proposed", "obligation_opened", "pause_ended")


def test_r34_ninety_days_come_as_they_were_foretold(store: Store) -> None:
    every = timedelta(hours=6)
    for n, severity in enumerate(Severity):
        crowd.opened(store, 6, first=1 + 10 * n, severity=severity, now=NOW + n * timedelta(hours=7))
    crowd.let_all_go(store)
    start = NOW + 2 * DAY
    for o in crowd.obligations(store)[::5]:
        with store.writing(now=start, actor=DARA, programme_id=PROGRAMME) as unit, suppress(Refusal):
            pausing.pause(unit, o.id, reason=PauseReason.AGREED, until=start + 9 * DAY, note="")
    already = len(crowd.lines(store, *TOLD))
    with store.reading(now=start, actor=DARA, programme_id=PROGRAMME) as look:
        expected = [
            (one.at, one.obligation_id, dump_event(one.told.event), [*map(dump_change, one.told.changes)])
            for one in foretold.foretell(look, days=90, every=every)
        ]
    clock = FixedClock(start)
    while clock.now() <= start + 90 * DAY:
        run_sweep(store, clock.now(), batch=7)
        clock.advance(hours=6)
    happened = [
        (line.at, line.obligation_id, line.facts, line.changes)
        for line in crowd.lines(store, *TOLD)[already:]
    ]
    assert len(expected) > 150
    assert {kind for _, _, facts, _ in expected for kind in facts} >= {"missed_at", "by_itself", "due_on"}
    assert happened == expected


def _sweep_apart(url: str, now: datetime) -> None:
    engine = make_engine(url)
    run_sweep(Store(engine), now, batch=5)
    engine.dispose()


def test_r23_two_years_with_four_workers_that_crash(on_postgresql: Store, postgres_url: str) -> None:
    chance = random.Random(1907)
    store, now, opened = on_postgresql, NOW, 0
    apart = multiprocessing.get_context("fork")
    crashes = 0
    while now < NOW + 2 * 365 * DAY:
        now += timedelta(hours=chance.randrange(72, 12 * 24))
        opened = _people(store, now, opened, chance)
        workers = [apart.Process(target=_sweep_apart, args=(postgres_url, now)) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            if chance.random() < 0.3:
                time.sleep(chance.random() * 0.05)
                worker.kill()
        for worker in workers:
            worker.join()
            assert worker.exitcode in {0, -9}
            crashes += worker.exitcode == -9
    assert crashes > 50
    _settle(store, now)
    crowd.assert_replay(store)
    _assert_each_thing_once(store)
    assert health.engine(store, now).problems == ()


def _people(store: Store, now: datetime, opened: int, chance: random.Random) -> int:
    """Now and then somebody opens findings, pauses a clock, releases the brake."""
    if opened < 60 and chance.random() < 0.4:
        severity = chance.choice(list(Severity))
        crowd.opened(store, 6, first=opened + 1, now=now, severity=severity)
        opened += 6
    if chance.random() < 0.3 and (running := crowd.obligations(store)):
        o = chance.choice(running)
        with suppress(Refusal), store.writing(now=now, actor=DARA, programme_id=PROGRAMME) as unit:
            until = now + timedelta(days=chance.randrange(1, 12))
            pausing.pause(unit, o.id, reason=PauseReason.AGREED, until=until, note="")
    _release(store, now)
    return opened


def _release(store: Store, now: datetime) -> None:
    with suppress(Refusal), store.writing(now=now, actor=DARA, programme_id=PROGRAMME) as unit:
        deciding.release_brake(unit, reason="Looked at.")


def _settle(store: Store, now: datetime) -> None:
    """A quiet end: what a brake still holds is let go, and one worker does what is left."""
    for _ in range(3):
        run_sweep(store, now)
        _release(store, now)


def _assert_each_thing_once(store: Store) -> None:
    stages: dict[Any, list[Any]] = defaultdict(list)
    for line in crowd.lines(store, "stage_entered"):
        stages[line.obligation_id].append(line)
    assert len(stages) > 50
    for lines in stages.values():
        assert [line.facts["stage"] for line in lines] == [*range(1, len(lines) + 1)]
        assert all(one.at < other.at for one, other in pairwise(lines))
    moments = [
        (line.obligation_id, line.at) for line in crowd.lines(store, "stage_entered", "stage_proposed")
    ]
    assert len(moments) == len(set(moments)), "two steps in one sweep"
    wanted = sum(
        len(line.facts["addressed"]) + len(line.facts["told_roles"])
        for line in crowd.lines(store, "stage_entered")
    )
    assert crowd.notices(store, "stage_entered") == wanted
    waiting = [o for o in crowd.obligations(store) if o.state is ObligationState.AWAITING_DECISION]
    assert (
        len(crowd.obligations(store, Kind.DECIDE))
        == len(waiting)
        == len(crowd.lines(store, "stage_proposed"))
    )
