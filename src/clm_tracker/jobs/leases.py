"""Which worker does a job now, and until when? A lease always expires; nothing has to be cleared up after a crash."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import case, or_, update

from clm_tracker.db import actors
from clm_tracker.db.base import inserting
from clm_tracker.db.tables import LeaseRow
from clm_tracker.db.units import Store
from clm_tracker.kernel.clock import Clock

LEASE = timedelta(seconds=30)


class Lease:
    """One run's claim to a job. It spares double work; that nothing happens twice does not depend on it (R23)."""

    def __init__(
        self, store: Store, clock: Clock, job: str, worker: str, *, lasts: timedelta = LEASE
    ) -> None:
        self._store = store
        self._clock = clock
        self._job = job
        self._lasts = lasts
        # Of this run only: a worker that comes back after a crash is another one.
        self.holder = f"{worker} {uuid4().hex[:12]}"

    def take(self) -> bool:
        """Claim the job, or claim it for longer; False while somebody else holds it."""
        now = self._clock.now()
        free = or_(LeaseRow.holder == self.holder, LeaseRow.until <= now)
        changed = (
            update(LeaseRow)
            .where(LeaseRow.name == self._job, free)
            .values(
                holder=self.holder,
                until=now + self._lasts,
                generation=LeaseRow.generation + case((LeaseRow.holder == self.holder, 0), else_=1),
            )
            .execution_options(synchronize_session=False)
            .returning(LeaseRow.name)
        )
        with self._store.writing(now=now, actor=actors.ENGINE, programme_id=None) as unit:
            if unit.session.execute(changed).first() is not None:
                return True
            first = inserting(unit.session)(LeaseRow).values(
                name=self._job, holder=self.holder, until=now + self._lasts, generation=1
            )
            made = first.on_conflict_do_nothing().returning(LeaseRow.name)
            return unit.session.execute(made).first() is not None

    def give_back(self) -> None:
        """The run is over: the next one, here or elsewhere, need not wait."""
        now = self._clock.now()
        with self._store.writing(now=now, actor=actors.ENGINE, programme_id=None) as unit:
            unit.session.execute(
                update(LeaseRow)
                .where(LeaseRow.name == self._job, LeaseRow.holder == self.holder)
                .values(until=now)
                .execution_options(synchronize_session=False)
            )
