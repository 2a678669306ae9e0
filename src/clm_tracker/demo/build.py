"""How does the demonstration come about: through the commands of real life, under a clock that is moved day by day?"""

import heapq
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import select

from clm_tracker.commands import findings
from clm_tracker.db import actors, mint
from clm_tracker.db.tables import ObligationRow, ProposalRow
from clm_tracker.db.units import Store
from clm_tracker.delivery.evidence_store import EvidenceStore
from clm_tracker.demo import programme
from clm_tracker.demo.acting import Life, Telling
from clm_tracker.demo.clock import LOOKS, mornings, post_times
from clm_tracker.demo.findings import Opening, openings
from clm_tracker.demo.ground import Ground, later, lay
from clm_tracker.demo.plots.step import Act, Aim
from clm_tracker.domain import deadlines
from clm_tracker.domain.words import FindingStatus, Party, ProposalState
from clm_tracker.jobs.sweep import run_sweep
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Refusal

SEED = 2026
Do = Callable[[datetime], object]
OnDay = Callable[[int, int], None]
Send = Callable[[Store, datetime], object]


def build(
    store: Store,
    evidence: EvidenceStore,
    *,
    seed: int = SEED,
    password: str | None = None,
    on_day: OnDay = lambda _done, _of: None,
    send: Send = lambda _store, _at: None,
) -> UUID:
    """Fill an empty database with the demonstration, up to its "today"; the programme's identifier.

    The same seed gives the same rows. `password` is everybody's; without it nobody has one. `on_day` is told how many days of
    how many are done; `send` lets letters leave at their hour of each day. Raises RuntimeError when the program refuses what the content wants.
    """
    clock = FixedClock(programme.STARTS_AT)
    with mint.ids_from(_Identifiers(random.Random(seed), clock)):  # noqa: S311 - the same every time, on purpose
        ground = lay(store, clock.now(), password)
        _Story(ground, evidence, seed, clock).tell(on_day, send)
    return ground.programme_id


class _Identifiers:
    """Identifiers as `mint` makes them (UUID version 7), by the story's clock and generator instead of the machine's."""

    def __init__(self, rng: random.Random, clock: FixedClock) -> None:
        self._rng = rng
        self._clock = clock
        self._count = 0
        self._at = 0

    def __call__(self) -> UUID:
        at = int(self._clock.now().timestamp() * 1000)
        self._count = self._count + 1 if at == self._at else 0
        self._at = at
        # Twelve bits count within a millisecond; the set-up needs more, so its count runs on into later ones.
        later, count = divmod(self._count, 1 << 12)
        return UUID(int=(at + later) << 80 | 0x7 << 76 | count << 64 | 0b10 << 62 | self._rng.getrandbits(62))


class _Story:
    """Everything that is still to happen, by its moment."""

    def __init__(
        self,
        ground: Ground,
        evidence: EvidenceStore,
        seed: int,
        clock: FixedClock,
    ) -> None:
        self._ground, self._store, self._clock, self._seed = ground, ground.store, clock, seed
        with self._store.reading(
            now=clock.now(), actor=actors.NOBODY, programme_id=ground.programme_id
        ) as look:
            self._calendar = look.rules.calendar
        self._telling = Telling(ground, self._calendar, evidence, {})
        self._hours: dict[str, random.Random] = {}
        self._waiting: list[Life] = []
        self._more_wait = False
        self._coming: list[tuple[datetime, int, Do]] = []
        self._planned = 0
        for opening in openings(random.Random(seed), self._calendar):  # noqa: S311 - the same every time
            self._plan_opening(opening)
        for day, do in later(ground):
            self._plan(self._calendar.start_of(day) + timedelta(hours=8, minutes=30), do)

    def tell(self, on_day: OnDay, send: Send) -> None:
        """Let everything happen, in order."""
        for at in post_times(self._calendar, programme.STARTS_AT, programme.TODAY_AT):
            self._plan(at, partial(send, self._store))
        days = list(mornings(self._calendar, programme.STARTS_AT, programme.TODAY_AT))
        for at in (*days, programme.TODAY_AT):
            self._plan(at, self._look)
        done = 0
        while self._coming and self._coming[0][0] <= programme.TODAY_AT:
            at, _, do = heapq.heappop(self._coming)
            self._clock.set(at)
            do(at)
            if done < len(days) and at >= days[done]:
                done += 1
                on_day(done, len(days))

    def _plan(self, at: datetime, do: Do) -> None:
        self._planned += 1
        heapq.heappush(self._coming, (at, self._planned, do))

    def _plan_opening(self, opening: Opening) -> None:
        entry = opening.entry
        life = self._telling.lives[entry.key] = Life(entry, opening.at)
        self._hours[entry.key] = random.Random(f"{self._seed} {entry.key}")  # noqa: S311 - the same every time
        self._plan(opening.at, lambda at: self._log(life, opening, at))
        if life.plot.aim is not Aim.DRAFT:
            self._plan(opening.at + timedelta(minutes=10), lambda at: self._open(life, at))

    def _plan_next(self, life: Life) -> None:
        if life.step is None:
            return
        if life.step.awaits:
            self._waiting.append(life)
            self._more_wait = True
        else:
            self._plan_step(life, life.since)

    def _plan_step(self, life: Life, base: datetime) -> None:
        """The next step, its wait counted from `base`, at some time between 08:00 and 16:30."""
        assert life.step is not None
        wait = deadlines.parse_window(life.step.after).amount
        day = self._calendar.add_working_days(self._calendar.local_date(base), wait)
        minutes = 5 * self._hours[life.entry.key].randint(0, 102)
        at = self._calendar.start_of(day) + timedelta(hours=8, minutes=minutes)
        if at < programme.TODAY_AT:
            self._plan(at, lambda now: self._take(life, now))

    def _log(self, life: Life, opening: Opening, now: datetime) -> None:
        entry, ground = life.entry, self._ground
        group = next(one for one in programme.GROUPS if one.key == entry.affected)
        earlier = self._telling.lives[entry.repeats] if entry.repeats else None
        with self._store.writing(
            now=now, actor=self._telling.advocate(life, now), programme_id=ground.programme_id
        ) as unit:
            finding = findings.log(
                unit,
                title=entry.title,
                description=entry.description,
                severity=entry.severity,
                track=entry.track,
                theme_id=ground.themes[entry.theme],
                dimension=entry.dimension,
                area_id=ground.areas.get(entry.place),
                site_id=ground.sites.get(entry.place),
                observed_on=opening.observed_on,
                affected=group.name_km if entry.language == "km" else group.name,
                language=entry.language,
                recurrence_of=earlier.ref if earlier and earlier.plot.aim is Aim.RESOLVED else None,
            )
        life.ref, life.id = finding.ref, finding.id

    def _open(self, life: Life, now: datetime) -> None:
        with self._store.writing(
            now=now, actor=self._telling.advocate(life, now), programme_id=self._ground.programme_id
        ) as unit:
            opened = findings.open_(unit, life.ref)
        assert opened.status is FindingStatus.OPEN
        life.duty_bearer, life.since = opened.duty_bearer_id, now
        self._plan_next(life)

    def _take(self, life: Life, now: datetime) -> None:
        step = life.step
        assert step is not None
        try:
            self._telling.take(life, step, now)
        except Refusal as no:
            raise RuntimeError(f"{life.entry.key}, {step.act} on {now}: {no.sentence}") from no
        self._plan_next(life)
        if step.act is Act.REFUSE:  # the next stage is due at once (R19)
            self._plan(now + LOOKS, self._look)

    def _look(self, now: datetime) -> None:
        """A sweep of the engine; then go on with whatever awaited it."""
        report = run_sweep(self._store, now)
        if report.problems or report.held or report.left:
            raise RuntimeError(f"The engine stumbled on {now}: {report.outcome()} {report.problems}")
        if not (report.entered or report.proposed or self._more_wait):
            return
        waiting, self._waiting, self._more_wait = self._waiting, [], False
        happened = self._happened(waiting)
        for life in waiting:
            assert life.step is not None
            assert life.id is not None
            at = happened.get((life.id, life.step.awaits))
            if at is None:
                self._waiting.append(life)
            else:
                self._plan_step(life, max(at, life.since))

    def _happened(self, waiting: list[Life]) -> Mapping[tuple[UUID, str], datetime]:
        """What the engine brought to the waiting lives, in the words of `Step.awaits`, and when."""
        ids = [life.id for life in waiting if life.id is not None]
        found: dict[tuple[UUID, str], datetime] = {}
        with self._store.reading(
            now=self._clock.now(), actor=actors.ENGINE, programme_id=self._ground.programme_id
        ) as look:
            for row in look.session.execute(
                select(ObligationRow.finding_id, ObligationRow.stage, ObligationRow.stage_entered_at).where(
                    ObligationRow.finding_id.in_(ids),
                    ObligationRow.owed_by == Party.DUTY_BEARER,
                    ObligationRow.stage_entered_at.is_not(None),
                )
            ):
                found[row.finding_id, f"stage:{row.stage}"] = row.stage_entered_at
            for row in look.session.execute(
                select(ProposalRow.finding_id, ProposalRow.stage, ProposalRow.proposed_at).where(
                    ProposalRow.finding_id.in_(ids), ProposalRow.state == ProposalState.WAITING
                )
            ):
                found[row.finding_id, f"proposal:{row.stage}"] = row.proposed_at
        return found
