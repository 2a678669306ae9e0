"""How does a demonstration run: what time is it in it, how do days pass, and who can be signed in as?"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

from sqlalchemy import select

from clm_tracker.db import actors
from clm_tracker.db.tables import HeartbeatRow, LedgerRow, MembershipRow, PersonRow, ProgrammeRow
from clm_tracker.db.units import Store
from clm_tracker.demo import people, programme
from clm_tracker.demo.clock import mornings, post_times
from clm_tracker.kernel.clock import Clock, FixedClock, SystemClock
from clm_tracker.kernel.refusals import Refusal, invalid
from clm_tracker.web.demonstration import DemoPerson

MOST_DAYS = 92


class Demonstration:
    """A demonstration that is being served, with a clock of its own (`web.demonstration.Demo`).

    The clock goes on from the last thing the database knows to have happened, as fast as `real`. While nobody serves
    the demonstration no time passes in it, so it never wakes up to weeks of missed dates. `by_itself` is what happens
    without anybody in each day that passes: the sweep, and whatever else runs on a schedule.
    """

    def __init__(
        self, store: Store, by_itself: Callable[[Store, datetime], object], *, real: Clock | None = None
    ) -> None:
        found = find(store)
        if found is None:
            raise Refusal("no_demonstration", "There is no demonstration in this database yet.")
        self._store, self._by_itself, self._real = store, by_itself, real or SystemClock()
        self._programme_id = found
        self._ahead = last_moment(store) - self._real.now()
        self._moving = Lock()

    def now(self) -> datetime:
        """The moment on the demonstration's own clock."""
        return self._real.now() + self._ahead

    def advance(self, days: int) -> None:
        """Let `days` pass, one after the other, with everything that the engine does in each."""
        if not 1 <= days <= MOST_DAYS:
            raise invalid("days", f"Choose between 1 and {MOST_DAYS} days.")
        with self._moving:
            start = self.now()
            end = start + timedelta(days=days)
            with self._store.reading(now=start, actor=actors.ENGINE, programme_id=self._programme_id) as look:
                calendar = look.rules.calendar
            moments = {*mornings(calendar, start, end), *post_times(calendar, start, end), end}
            for at in sorted(moments):
                self._ahead += max(at - self.now(), timedelta())
                self._by_itself(self._store, self.now())

    def people(self) -> Sequence[DemoPerson]:
        """Who can be signed in as, in the order of the cast."""
        query = (
            select(PersonRow.email, PersonRow.id)
            .join(MembershipRow, MembershipRow.person_id == PersonRow.id)
            .where(MembershipRow.programme_id == self._programme_id, PersonRow.disabled_at.is_(None))
        )
        with self._store.reading(now=self.now(), actor=actors.NOBODY, programme_id=None) as look:
            found = {row.email: row.id for row in look.session.execute(query)}
        return [
            DemoPerson(
                one.key,
                found[one.email],
                self._programme_id,
                people.introduce(one),
                one.role,
                guides=one.key in people.GUIDES,
            )
            for one in people.PEOPLE
            if one.email in found
        ]


def find(store: Store) -> UUID | None:
    """The demonstration's programme; None in a database without any. Raises Refusal when there is another one."""
    found = _programmes(store)
    if found and programme.PROGRAMME.name not in found:
        raise Refusal(
            "other_programme",
            "This data folder holds a programme of your own. Name another folder: CLM_DATA_DIR=demo-data",
        )
    return found.get(programme.PROGRAMME.name)


def clock_of(store: Store) -> Clock | None:
    """The clock of a demonstration while nobody serves it: it stands still. None where there is no demonstration."""
    return FixedClock(last_moment(store)) if programme.PROGRAMME.name in _programmes(store) else None


def _programmes(store: Store) -> dict[str, UUID]:
    query = select(ProgrammeRow.name, ProgrammeRow.id)
    with store.reading(now=programme.TODAY_AT, actor=actors.NOBODY, programme_id=None) as look:
        return {row.name: row.id for row in look.session.execute(query)}


def last_moment(store: Store) -> datetime:
    """When something last happened in the database: a line of the ledger, or a job that came to its end."""
    moments = [programme.TODAY_AT]
    with store.reading(now=programme.TODAY_AT, actor=actors.NOBODY, programme_id=None) as look:
        for column in (LedgerRow.at, HeartbeatRow.at):
            moments += look.session.scalars(select(column).order_by(column.desc()).limit(1))
    return max(moments)
