"""Which ladders does the programme have, in which versions, and how much runs on each? (R30)"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from clm_tracker.db import tables
from clm_tracker.db.units import Reading
from clm_tracker.domain.ladders import Ladder
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.queries.live import live

_O = tables.ObligationRow


@dataclass(frozen=True, slots=True)
class LadderVersion:
    """One version; `running` is how many live obligations stand on it."""

    ladder: Ladder
    current: bool
    running: int


def current(look: Reading) -> tuple[LadderVersion, ...]:
    """The newest version of every ladder, by key."""
    running = _running(look)
    rules = look.rules
    return tuple(
        LadderVersion(rules.ladders[id], True, running.get(id, 0)) for _, id in sorted(rules.current.items())
    )


def versions(look: Reading, key: str) -> tuple[LadderVersion, ...]:
    """Every version of one ladder, newest first. Raises NotFound for an unknown key."""
    rules = look.rules
    if key not in rules.current:
        raise NotFound("ladder")
    running = _running(look)
    found = sorted((x for x in rules.ladders.values() if x.key == key), key=lambda x: -x.version)
    return tuple(LadderVersion(x, rules.current[key] == x.id, running.get(x.id, 0)) for x in found)


def _running(look: Reading) -> Mapping[UUID, int]:
    rows = look.session.execute(
        select(_O.ladder_id, func.count().label("running"))
        .where(_O.programme_id == look.programme_id, live(_O))
        .group_by(_O.ladder_id)
    )
    return {r.ladder_id: r.running for r in rows}
