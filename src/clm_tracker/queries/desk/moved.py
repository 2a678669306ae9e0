"""What did others do since a person last looked, about the findings of that person's own side of the work?"""

from dataclasses import dataclass

from sqlalchemy import or_

from clm_tracker.db import tables, visible
from clm_tracker.db.units import Reading
from clm_tracker.domain import events
from clm_tracker.queries import timeline
from clm_tracker.queries.timeline import Entry

_F, _L = tables.FindingRow, tables.LedgerRow
FARTHEST = 50_000  # lines of the record: whoever stayed away longer reads the newest
# What follows from an act is told by the act.
_QUIET = (
    events.ObligationOpened,
    events.ObligationMet,
    events.ObligationVoided,
    events.ObligationSuspended,
    events.ObligationReturned,
    events.DueMoved,
    events.Reminded,
    events.Parked,
)


@dataclass(frozen=True, slots=True)
class Moved:
    """One thing that happened, and the finding it happened to."""

    ref: str
    title: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Movement:
    """The newest first; `more` when there were too many to list."""

    items: tuple[Moved, ...]
    more: bool


def since(look: Reading, seq: int, *, limit: int) -> Movement:
    """What others did after this line to findings that the actor, or somebody of the same organisation, logged."""
    own = sorted({m.organisation for m in look.actor.memberships if m.organisation})
    recent = max(seq, timeline.latest(look) - FARTHEST)
    rows = look.session.execute(
        visible.visible(look)
        .with_only_columns(*timeline.SHOWN, _F.ref, _F.title)
        .select_from(_F)
        .join(_L, _L.finding_id == _F.id)
        .where(
            _L.programme_id == look.programme_id,
            _L.seq > recent,
            _L.actor_id != look.actor.id,
            _L.kind.not_in([kind.kind for kind in _QUIET]),
            or_(_F.logged_by == look.actor.id, _F.organisation.in_(own)),
        )
        .order_by(_L.seq.desc())
        .limit(limit + 1)
    ).all()
    return Movement(
        tuple(Moved(r.ref, r.title, timeline.entry(look, r)) for r in rows[:limit]), len(rows) > limit
    )
