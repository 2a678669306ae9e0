"""What happens in the next days if nobody does anything, for one finding or all? (R34)"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clm_tracker.db import load, tables, visible
from clm_tracker.db.units import Reading
from clm_tracker.domain import simulation
from clm_tracker.domain.escalation import Where
from clm_tracker.domain.words import Kind
from clm_tracker.kernel.refusals import invalid
from clm_tracker.queries import sentences
from clm_tracker.queries.live import live

LONGEST = 366
MOST = 5_000
EVERY = timedelta(seconds=60)
ENGINE = "Escalation engine"
_F, _O = tables.FindingRow, tables.ObligationRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Future:
    """One event that would happen, in words. `stage` is set where one is entered or proposed."""

    at: datetime
    ref: str
    finding_id: UUID
    obligation_id: UUID
    kind: str
    obligation: Kind | None
    stage: int | None
    sentence: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Futures:
    """The events in their order; `more` when there were too many to list."""

    items: tuple[Future, ...]
    days: int
    more: bool


def simulate(look: Reading, ref: str | UUID | None, days: int = 90, *, every: timedelta = EVERY) -> Futures:
    """The events of the next days, with a sweep now and then each `every`. Raises Invalid, or NotFound for no finding."""
    if not 1 <= days <= LONGEST:
        raise invalid("days", f"Look 1 to {LONGEST} days ahead.")
    happening = simulation.simulate(_owed(look, ref), look.rules, look.now, days=days, every=every)
    first = list(islice(happening, MOST + 1))
    return Futures(tuple(_said(look, h) for h in first[:MOST]), days, len(first) > MOST)


def _owed(look: Reading, ref: str | UUID | None) -> list[simulation.Owed]:
    """Every obligation that the engine will look at, longest waiting first."""
    wheres = visible.visible(look).with_only_columns(_F.id, _F.ref, _F.area_id, _F.severity)
    about = [_O.programme_id == look.programme_id, live(_O), _O.next_check_at.is_not(None)]
    if ref is not None:
        finding_id = load.case(look, ref, lock=False).finding.id
        wheres = wheres.where(_F.id == finding_id)
        about.append(_O.finding_id == finding_id)
    else:
        wheres = wheres.where(_F.id.in_(select(_O.finding_id).where(*about)))
    found: dict[UUID, Any] = {r.id: r for r in look.session.execute(wheres)}
    checks = {
        r.id: r.next_check_at for r in look.session.execute(select(_O.id, _O.next_check_at).where(*about))
    }
    rows = load.rows(look.session, "obligation", _O.id.in_(select(_O.id).where(*about)))
    return [
        simulation.Owed(
            o,
            Where(found[o.finding_id].ref, found[o.finding_id].area_id, found[o.finding_id].severity),
            checks[o.id],
        )
        for o in rows
        if o.finding_id in found
    ]


def _said(look: Reading, h: simulation.Happening) -> Future:
    rules = look.rules
    words = sentences.say(h.told.event, ENGINE, rules, rules.calendar.local_date(look.now))
    obligation = getattr(h.told.event, "obligation", None)
    return Future(
        at=h.at,
        ref=h.ref,
        finding_id=h.finding_id,
        obligation_id=h.obligation_id,
        kind=h.told.event.kind,
        obligation=Kind(obligation) if obligation else None,
        stage=getattr(h.told.event, "stage", None),
        sentence=words.sentence,
        details=words.details,
    )
