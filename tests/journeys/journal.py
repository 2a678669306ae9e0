"""How does a journey let days pass, and what does it ask along the way: who was told, what is owed, does it all add up?"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from clm_tracker.db import load
from clm_tracker.db.tables import NoticeRow
from clm_tracker.db.units import Writing
from clm_tracker.domain.cases import Case
from clm_tracker.domain.words import Kind
from clm_tracker.jobs.sweep import run_sweep
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.queries import health
from tests.cast import Cast

PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")


@dataclass(slots=True)
class Journal:
    """One programme on its way through the days; everything is asked of the database."""

    cast: Cast
    now: datetime
    ref: str = ""
    _read: set[UUID] = field(default_factory=set)

    def until(self, day: date, hour: int = 9) -> None:
        """Let time pass to that local hour, with a sweep in the first minute of each day and one at the end."""
        end = datetime.combine(day, time(hour), PHNOM_PENH).astimezone(UTC)
        assert end > self.now
        morning = self.now.astimezone(PHNOM_PENH).date() + timedelta(days=1)
        while (at := datetime.combine(morning, time(0, 1), PHNOM_PENH).astimezone(UTC)) < end:
            run_sweep(self.cast.store, at)
            morning += timedelta(days=1)
        run_sweep(self.cast.store, end)
        self.now = end

    @contextmanager
    def as_(self, name: str) -> Iterator[Writing]:
        """A unit of work of this person, now."""
        with self.cast.writing(name, self.now) as unit:
            yield unit

    @property
    def case(self) -> Case:
        """The finding with all that hangs on it."""
        with self.cast.reading("engine", self.now) as look:
            return load.case(look, self.ref, lock=False)

    def sees(self, name: str) -> bool:
        """May this person know that the finding exists?"""
        with self.cast.reading(name, self.now) as look:
            try:
                load.case(look, self.ref, lock=False)
            except NotFound:
                return False
            return True

    def owed(self) -> dict[Kind, tuple[str, date, int]]:
        """What is live: its state, due day and stage."""
        return {o.kind: (str(o.state), o.due_on, o.stage) for o in self.case.live()}

    def told(self) -> list[tuple[date, str, str]]:
        """Who was told what on which local day, since this was last asked: all of it, in order of day, kind and name."""
        names = {id: key for key, id in (*self.cast.posts.items(), *self.cast.people.items())}
        with self.cast.reading("engine", self.now) as look:
            rows = look.session.scalars(select(NoticeRow)).all()
        new = [row for row in rows if row.id not in self._read]
        self._read |= {row.id for row in new}
        return sorted(
            (
                row.created_at.astimezone(PHNOM_PENH).date(),
                row.kind,
                row.role or names[row.duty_bearer_id or row.person_id or UUID(int=0)],
            )
            for row in new
        )

    def adds_up(self) -> None:
        """The ledger alone tells the same story (R37), the auditor finds nothing (R33), and no news is unread."""
        assert self.told() == []
        case = self.case
        with self.cast.reading("engine", self.now) as look:
            assert load.replayed(look.session, case.finding.id) == case
        assert health.engine(self.cast.store, self.now).problems == ()
