"""What happens next if nobody does anything: to one finding, or to all of a programme? (R34)"""

from collections.abc import Collection, Iterator
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from clm_tracker.db import load
from clm_tracker.db.tables import FindingRow, ObligationRow
from clm_tracker.db.units import Reading
from clm_tracker.db.visible import condition
from clm_tracker.domain import simulation
from clm_tracker.domain.escalation import Where
from clm_tracker.domain.simulation import Happening, Owed
from clm_tracker.domain.words import PRESSING

EVERY = timedelta(seconds=60)
DAYS = 90


def foretell(
    reading: Reading,
    finding_id: UUID | None = None,
    *,
    days: int = DAYS,
    every: timedelta = EVERY,
    among: Collection[UUID] | None = None,
) -> Iterator[Happening]:
    """The coming events in order, of one finding or of all that the actor may see; a step that a brake holds is let go.

    With `among`, only what comes of these obligations. What cannot be decided and is parked (R32) is left out.
    """
    about = {
        row.id: Where(row.ref, row.area_id, row.severity)
        for row in reading.session.execute(
            select(FindingRow.id, FindingRow.ref, FindingRow.area_id, FindingRow.severity).where(
                condition(reading),
                *([] if finding_id is None else [FindingRow.id == finding_id]),
                *(
                    []
                    if among is None
                    else [
                        FindingRow.id.in_(select(ObligationRow.finding_id).where(ObligationRow.id.in_(among)))
                    ]
                ),
            )
        )
    }
    pressing = ObligationRow.state.in_(sorted(PRESSING)) & ObligationRow.parked_until.is_(None)
    pressing &= ObligationRow.programme_id == reading.programme_id
    if among is not None:
        pressing &= ObligationRow.id.in_(among)
    if finding_id is not None:
        pressing &= ObligationRow.finding_id == finding_id
    checks = {
        row.id: row.next_check_at or row.next_step_at
        for row in reading.session.execute(
            select(ObligationRow.id, ObligationRow.next_check_at, ObligationRow.next_step_at).where(pressing)
        )
    }
    owed = [
        Owed(o, about[o.finding_id], checks[o.id])
        for o in load.rows(reading.session, "obligation", pressing)
        if o.finding_id in about
    ]
    return simulation.simulate(owed, reading.rules, reading.now, days=days, every=every)
