"""Does the engine keep its promises? The auditor's own questions, which never look at what a sweep searches by. (R2, R33)"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Session

from clm_tracker.db import actors, migrate
from clm_tracker.db.tables import (
    BrakeRow,
    FindingRow,
    HeartbeatRow,
    LedgerRow,
    ObligationRow,
    ProgrammeRow,
)
from clm_tracker.db.tables.obligations import LIVE
from clm_tracker.db.units import Reading, Store
from clm_tracker.domain.policy import Act
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import FindingStatus, ObligationState
from clm_tracker.kernel import cldr
from clm_tracker.kernel.refusals import Refusal
from clm_tracker.kernel.speech import N_, _

SWEEP = "sweep"
EVERY = timedelta(seconds=60)
LISTED = 100  # broken promises that are named; one is enough to fail
OLDEST = timedelta(minutes=5)  # a sweep that is older than this and than three intervals is late


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that was not kept: of which finding, which one, since when."""

    ref: str
    what: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Parked:
    """An obligation that cannot be decided, and why (R32)."""

    ref: str
    kind: str
    problem: str
    times: int
    until: datetime


@dataclass(frozen=True, slots=True)
class EngineHealth:
    """`problems` are sentences without anything about a finding; `broken` and `parked` name findings, for insiders."""

    problems: tuple[str, ...]
    last_sweep_at: datetime | None = None
    broken: tuple[Broken, ...] = ()
    parked: tuple[Parked, ...] = ()
    braked: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Is every promise kept, and is somebody sweeping?"""
        return not self.problems


def engine(store: Store, now: datetime) -> EngineHealth:
    """The state of the engine at `now`, over all programmes."""
    try:
        migrate.check(store.engine)
    except Refusal as no:
        return EngineHealth((no.sentence,))
    with store.reading(now=now, actor=actors.ENGINE, programme_id=None) as look:
        found = well(look)
        braked = look.session.scalars(
            select(ProgrammeRow.name).where(ProgrammeRow.id.in_(_braked())).order_by(ProgrammeRow.name)
        )
        return replace(found, parked=tuple(parked(look.session)), braked=tuple(braked))


def well(look: Reading) -> EngineHealth:
    """The same without what is parked and braked, in three statements."""
    beat = look.session.get(HeartbeatRow, SWEEP)
    every = timedelta(seconds=beat.outcome.get("every", EVERY.total_seconds())) if beat else EVERY
    broken = tuple(audit(look, every))
    return EngineHealth(
        (*_about_the_sweep(beat, every, look.now), *_about_promises(broken)),
        beat.at if beat else None,
        broken,
    )


def _about_the_sweep(beat: HeartbeatRow | None, every: timedelta, now: datetime) -> Iterator[str]:
    if beat is None:
        yield _("No sweep has run yet.")
        return
    allowed = max(OLDEST, 3 * every)
    if now - beat.at > allowed:
        yield _("The last sweep was {time} ago.").format(time=_long(now - beat.at))
    if beat.at - now > allowed:
        yield _("The last sweep is dated {time} ahead: a clock is wrong.").format(time=_long(beat.at - now))


def _about_promises(broken: tuple[Broken, ...]) -> Iterator[str]:
    if broken:
        n = len(broken)
        if n >= LISTED:
            said = _("{n} or more promises are broken; clm-tracker health names them.")
            yield said.format(n=cldr.number(n))
        else:
            yield cldr.counted(
                n,
                "{n} promise is broken; clm-tracker health names them.",
                "{n} promises are broken; clm-tracker health names them.",
            )


def _long(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return cldr.counted(minutes, "{n} minute", "{n} minutes")
    return cldr.counted(minutes // 60, "{n} hour", "{n} hours")


# -- the auditor --------------------------------------------------------------------------------------------------------


def audit(look: Reading, every: timedelta) -> list[Broken]:
    """Promises broken for longer than two sweep intervals, and open findings that nobody owes anything; at most `LISTED`."""
    late = look.now - 2 * every
    asked = [_steps(late), _pauses(late), _limbo(), *_reminders(look, late)]
    # Each with its own end, so that one that finds much is stopped.
    one_by_one = union_all(*(select(one.limit(LISTED).subquery()) for one in asked))
    rows = look.session.execute(one_by_one.limit(LISTED))
    return [Broken(row.ref, _(row.what), row.since) for row in rows]


def parked(session: Session) -> Iterator[Parked]:
    """The obligations that could not be decided, longest first."""
    rows = session.execute(
        select(
            FindingRow.ref,
            ObligationRow.kind,
            ObligationRow.problem,
            ObligationRow.park_count,
            ObligationRow.parked_until,
        )
        .join(FindingRow, FindingRow.id == ObligationRow.finding_id)
        .where(ObligationRow.parked_until.is_not(None))
        .order_by(ObligationRow.park_count.desc(), FindingRow.ref)
        .limit(LISTED)
    )
    for row in rows:
        yield Parked(row.ref, str(row.kind), row.problem or "", row.park_count, row.parked_until)


def _braked() -> Select[UUID]:
    return select(BrakeRow.programme_id).where(BrakeRow.released_at.is_(None))


def _not_parked(late: datetime) -> ColumnElement[bool]:
    return or_(ObligationRow.parked_until.is_(None), ObligationRow.parked_until < late)


def _broken(what: str, since: SQLColumnExpression[datetime | None]) -> Select[str, str, datetime | None]:
    return select(FindingRow.ref, literal(what).label("what"), since.label("since")).join(
        FindingRow, FindingRow.id == ObligationRow.finding_id
    )


def _steps(late: datetime) -> Select[str, str, datetime | None]:
    """A stage that should have been entered or proposed."""
    released_lately = select(BrakeRow.programme_id).where(BrakeRow.released_at >= late)
    return _broken(N_("a stage is due"), ObligationRow.next_step_at).where(
        ObligationRow.state == ObligationState.RUNNING,
        ObligationRow.next_step_at < late,
        _not_parked(late),
        ObligationRow.programme_id.not_in(_braked()),
        ObligationRow.programme_id.not_in(released_lately),
    )


def _pauses(late: datetime) -> Select[str, str, datetime | None]:
    """A pause that should have ended."""
    return _broken(N_("a pause is over"), ObligationRow.pause_until).where(
        ObligationRow.state == ObligationState.PAUSED, ObligationRow.pause_until < late, _not_parked(late)
    )


def _limbo() -> Select[str, str, datetime | None]:
    """An open finding that nobody owes anything (R2)."""
    pressing = exists().where(
        ObligationRow.finding_id == FindingRow.id,
        ObligationRow.state.in_([ObligationState.RUNNING, ObligationState.PAUSED]),
    )
    return select(
        FindingRow.ref,
        literal(N_("it is open and nobody owes anything")).label("what"),
        FindingRow.opened_at.label("since"),
    ).where(FindingRow.status == FindingStatus.OPEN, ~pressing)


def _reminders(look: Reading, late: datetime) -> Iterator[Select[str, str, datetime | None]]:
    """A reminder that should have gone out, in each programme by its own calendar (R25)."""
    # What somebody has just changed gets its reminder with the next sweep, and so does what a change of the set-up touches.
    lately = exists().where(LedgerRow.obligation_id == ObligationRow.id, LedgerRow.at >= late)
    for programme in look.session.scalars(select(ProgrammeRow)):
        missed = list(_missed(look.rules_of(programme), look.now, late))
        if missed:
            since = case(*((is_it, literal(at, ObligationRow.due_at.type)) for is_it, at in missed))
            yield _broken(N_("a reminder is due"), since).where(
                ObligationRow.programme_id == programme.id,
                text(LIVE),
                ObligationRow.due_at > look.now,
                ObligationRow.state == ObligationState.RUNNING,
                ObligationRow.stage == 0,
                ObligationRow.window.not_like("%h%"),  # a window in hours has no reminders
                _not_parked(late),
                or_(*(is_it for is_it, _at in missed)),
                ~lately,
                ~_set_up_lately(programme.id, late),
            )


def _set_up_lately(programme_id: UUID, late: datetime) -> ColumnElement[bool]:
    """Does one of the programme's lines since then tell of a change of the set-up? No long record is read.

    Lines stand by their number in the order of time, so the first older one from the end is where to begin.
    """
    of_it = LedgerRow.programme_id == programme_id
    older = select(LedgerRow.seq).where(of_it, LedgerRow.at < late).order_by(LedgerRow.seq.desc()).limit(1)
    since = LedgerRow.seq > func.coalesce(older.scalar_subquery(), 0)
    return exists().where(of_it, since, LedgerRow.act == str(Act.SET_UP))


def _missed(rules: Rules, now: datetime, late: datetime) -> Iterator[tuple[ColumnElement[bool], datetime]]:
    """Obligations of each coming due day that began before a reminder's day and had fewer reminders than days passed.

    Each with that reminder's moment.
    """
    calendar = rules.calendar
    day = calendar.local_date(now)
    last = calendar.add_working_days(day, max(rules.reminders, default=0) + 1)
    while day <= last:
        moments = [calendar.start_of(calendar.subtract_working_days(day, n)) for n in rules.reminders]
        passed = sorted((at for at in moments if at <= late), reverse=True)
        for count, at in enumerate(passed, 1):
            yield (
                and_(
                    ObligationRow.due_on == day, ObligationRow.reminded < count, ObligationRow.start_at < at
                ),
                at,
            )
        day += timedelta(days=1)
