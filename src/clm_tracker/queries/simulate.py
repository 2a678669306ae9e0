"""How is what would happen in the next days said to people? (R34)"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from clm_tracker.db import load
from clm_tracker.db.units import Reading
from clm_tracker.domain import simulation
from clm_tracker.domain.words import Kind
from clm_tracker.kernel.refusals import invalid
from clm_tracker.kernel.speech import _
from clm_tracker.queries import foretold, sentences

LONGEST = 366
MOST = 5_000


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


def simulate(
    look: Reading, ref: str | UUID | None, days: int = 90, *, every: timedelta = foretold.EVERY
) -> Futures:
    """The events of the next days, with a sweep now and then each `every`. Raises Invalid, or NotFound for no finding."""
    if not 1 <= days <= LONGEST:
        raise invalid("days", _("Look 1 to {longest} days ahead.").format(longest=LONGEST))
    about = None if ref is None else load.case(look, ref, lock=False).finding.id
    first = list(islice(foretold.foretell(look, about, days=days, every=every), MOST + 1))
    return Futures(tuple(_said(look, h) for h in first[:MOST]), days, len(first) > MOST)


def _said(look: Reading, h: simulation.Happening) -> Future:
    rules = look.rules
    words = sentences.foretell(h.told.event, rules, rules.calendar.local_date(look.now))
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
