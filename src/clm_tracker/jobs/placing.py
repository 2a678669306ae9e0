"""Into whose letters does each waiting notice come? (R25, R45, decision 0015)

In batches, the oldest first. A notice that cannot be placed is put aside for a while, as the engine does with what it
cannot decide: no other waits for it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy.exc import DataError, IntegrityError

from clm_tracker.db import actors, changes
from clm_tracker.db.letters import placing
from clm_tracker.db.letters.placing import Bundle, Notice
from clm_tracker.db.sweep import problem
from clm_tracker.db.units import Store, Writing
from clm_tracker.domain import events
from clm_tracker.domain import letters as law
from clm_tracker.domain.letters import Pace, Reader
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Channel
from clm_tracker.jobs.patience import patiently
from clm_tracker.kernel.clock import Clock
from clm_tracker.queries.letters.readers import Readers

AT_ONCE = 500  # notices
PARK = timedelta(hours=1)
ALARM_AFTER = 3  # times parked


@dataclass(slots=True)
class Placed:
    """How many notices came into letters, had no reader, or were put aside."""

    placed: int = 0
    unread: int = 0
    parked: int = 0


@dataclass(frozen=True, slots=True)
class _Run:
    store: Store
    clock: Clock
    channels: Collection[Channel]
    keep_going: Callable[[], bool]
    done: Placed = field(default_factory=Placed)


@dataclass(frozen=True, slots=True)
class _Parked:
    notice: Notice
    why: str


def place_all(
    store: Store, clock: Clock, channels: Collection[Channel], keep_going: Callable[[], bool]
) -> Placed:
    """Put every waiting notice into the letters of its readers; `keep_going` is asked before each batch."""
    run = _Run(store, clock, channels, keep_going)
    with store.reading(now=clock.now(), actor=actors.ENGINE, programme_id=None) as look:
        programmes = placing.programmes_with_notices(look.session, look.now)
    for programme in programmes:
        _place_programme(run, programme)
    return run.done


def _place_programme(run: _Run, programme: UUID) -> None:
    careful = 0  # notices still to be taken one by one, after a batch that the database refused
    while run.keep_going():
        limit = 1 if careful else AT_ONCE
        try:
            had = patiently(partial(_place, run, programme, limit))
        except (IntegrityError, DataError) as error:
            if limit > 1:
                careful = limit
                continue
            had = patiently(partial(_park_refused, run, programme, error))
        careful = max(0, careful - 1)
        if had < limit:
            return


def _place(run: _Run, programme: UUID, limit: int) -> int:
    """One batch; how many notices it had."""
    actor = actors.within(actors.ENGINE, programme)
    with run.store.writing(now=run.clock.now(), actor=actor, programme_id=programme) as unit:
        if not placing.is_alone(unit):
            return 0
        notices = placing.unplaced(unit, limit)
        bundles, weekly, parked = _bundles(unit, notices, run.channels)
        aside = {one.notice.id for one in parked}
        seen = [n.id for n in notices if n.id not in aside]
        placing.place(unit, bundles, seen, weekly)
        _park(unit, parked)
    read = {notice for bundle in bundles for notice in bundle.notices} | weekly
    run.done.placed += len(read)
    run.done.unread += len(seen) - len(read)
    run.done.parked += len(parked)
    return len(notices)


def _bundles(
    unit: Writing, notices: Sequence[Notice], channels: Collection[Channel]
) -> tuple[list[Bundle], set[UUID], list[_Parked]]:
    """The letters that these notices belong into, the notices that all their readers find in the letter of the week, and
    those for which it could not be found out.
    """
    readers = Readers(unit, channels)
    readers.foresee(notices)
    found: dict[str, Bundle] = {}
    weekly: set[UUID] = set()
    parked = []
    for notice in notices:
        try:
            mine, is_weekly = _of_people(unit, readers, notice)
        except Exception as error:  # noqa: BLE001 - whatever one notice raises, the others go on
            parked.append(_Parked(notice, problem(error)))
            continue
        if is_weekly:
            weekly.add(notice.id)
        for one in (*mine, *(_of_systems(unit, readers, notice) if Channel.WEBHOOK in channels else ())):
            bundle = found.setdefault(one.key, one)
            # An urgent one brings the whole letter forward, so that order is kept. Another system hears of an event once.
            bundle.send_at = min(bundle.send_at, one.send_at)
            if bundle is not one and one.reader.webhook_id is None:
                bundle.notices += one.notices
    return list(found.values()), weekly, parked


def _of_people(unit: Writing, readers: Readers, notice: Notice) -> tuple[list[Bundle], bool]:
    """The letters of people that it belongs into; whether all its readers find it in the letter of the week.

    Who has no letter of the week reads within the day.
    """
    pace = law.pace(notice.kind, notice.severity, _told_to(unit, notice))
    works = unit.rules.calendar.is_working
    found, addressees = [], readers.of(notice)
    for to in addressees:
        if pace is Pace.WEEKLY and to.weekly:
            continue
        at = law.send_at(pace, notice.created_at, to.hours, works)
        found.append(Bundle(to.reader, to.reader.key, to.reader.key, at, [notice.id]))
    return found, bool(addressees) and not found


def _told_to(unit: Writing, notice: Notice) -> law.ToldTo:
    ladder = unit.rules.ladders.get(notice.ladder_id) if notice.ladder_id else None
    stage = ladder.stage(notice.stage) if ladder and notice.stage else None
    return law.ToldTo(
        post=notice.duty_bearer_id is not None,
        role=notice.role,
        owed_by=notice.owed_by,
        addresses=stage.addresses if stage else None,
    )


def _of_systems(unit: Writing, readers: Readers, notice: Notice) -> list[Bundle]:
    found = []
    for hook in readers.webhooks:
        if (hook.kinds and notice.kind not in hook.kinds) or notice.created_at < hook.created_at:
            continue
        reader = Reader(channel=Channel.WEBHOOK, webhook_id=hook.id)
        # One event may be told to many; another system hears of it once.
        key = f"{reader.key}:{notice.unit}:{notice.kind}:{notice.finding_id}:{notice.obligation_id}"
        # One finding's events come in their order; another finding does not wait for them.
        line = f"{reader.key}:{notice.finding_id or notice.id}"
        found.append(Bundle(reader, key, line, unit.now, [notice.id]))
    return found


def _park_refused(run: _Run, programme: UUID, error: Exception) -> int:
    """Put aside the one notice that the database refused to place."""
    actor = actors.within(actors.ENGINE, programme)
    with run.store.writing(now=run.clock.now(), actor=actor, programme_id=programme) as unit:
        parked = [_Parked(notice, problem(error)) for notice in placing.unplaced(unit, 1)]
        _park(unit, parked)
    run.done.parked += len(parked)
    return len(parked)


def _park(unit: Writing, parked: Sequence[_Parked]) -> None:
    """Look at these again in an hour. A coordinator hears of those for whom that did not help, all in one alarm."""
    late = []
    for one in parked:
        structlog.get_logger().error("a notice could not be placed", notice=one.notice.id, why=one.why)
        times = placing.park(unit, one.notice.id, one.why, unit.now + PARK)
        # That the alarm itself could not be placed stands in the log alone.
        if times == ALARM_AFTER and one.notice.kind != events.NoticesParked.kind:
            late.append(one)
    if late:
        unit.require(Act.RUN_ENGINE)
        event = events.NoticesParked(len(late), late[0].why)
        changes.announce(unit, Act.RUN_ENGINE, event, "notice", late[0].notice.id)
