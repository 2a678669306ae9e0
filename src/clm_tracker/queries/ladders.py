"""Which ladders does the programme have, in which versions, and how much runs on each? (R30)"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from clm_tracker.db import load, tables, visible
from clm_tracker.db.tables.cases import TABLES
from clm_tracker.db.units import Reading
from clm_tracker.domain import rescheduling
from clm_tracker.domain.cases import Obligation
from clm_tracker.domain.ladders import Ladder
from clm_tracker.domain.words import ObligationState
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


COMPUTED = (
    2_000  # obligations whose next step is computed for an edited ladder, those that climb soonest first
)


@dataclass(frozen=True, slots=True)
class Changed:
    """One obligation that would climb at another moment."""

    ref: str
    obligation: Obligation
    becomes: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What an edited ladder would do to what runs today if it followed it.

    `now` would climb with the next sweep, `sooner`, `later` and `never` again at another moment, `above` stand higher than
    it reaches and stay. `examples` are those whose step changes most visibly first; `left` were not computed.
    """

    running: int
    now: int
    sooner: int
    later: int
    never: int
    above: int
    same: int
    examples: tuple[Changed, ...]
    left: int


def effect(look: Reading, key: str, edited: Ladder, *, shown: int = 20) -> Effect:
    """What the edited ladder would do to what runs on any version of it, by the law's own function on copies (R30).

    A fixed number of statements; the `COMPUTED` that climb soonest are computed. Raises NotFound for an unknown key.
    """
    rules = look.rules
    if key not in rules.current:
        raise NotFound("ladder")
    ids = [x.id for x in rules.ladders.values() if x.key == key]
    running = sum(n for id, n in _running(look).items() if id in ids)
    table = TABLES["obligation"]
    where = (
        (table.c.programme_id == look.programme_id)
        & table.c.ladder_id.in_(ids)
        & table.c.state.in_(rescheduling.MOVING)
    )
    first = select(table.c.id).where(where).order_by(table.c.next_step_at.is_(None), table.c.next_step_at)
    owed: list[Obligation] = load.rows(look.session, "obligation", table.c.id.in_(first.limit(COMPUTED)))
    kinds, changed = Counter[str](), []
    for o in owed:
        if o.stage > edited.last:
            kinds["above"] += 1
            continue
        step = rescheduling.step_on(o, edited, rules, look.now)
        kinds[_kind(o, step, look.now)] += 1
        if step != o.next_step_at:
            changed.append((o, step))
    changed.sort(key=lambda pair: (pair[1] is None, pair[1] or look.now, str(pair[0].id)))
    refs = _refs(look, [o.finding_id for o, _ in changed[:shown]])
    return Effect(
        running=running,
        now=kinds["now"],
        sooner=kinds["sooner"],
        later=kinds["later"],
        never=kinds["never"],
        above=kinds["above"],
        same=kinds["same"],
        examples=tuple(
            Changed(refs[o.finding_id], o, step) for o, step in changed[:shown] if o.finding_id in refs
        ),
        left=max(0, running - len(owed)),
    )


def _kind(o: Obligation, becomes: datetime | None, now: datetime) -> str:
    was = o.next_step_at
    if was == becomes:
        return "same"
    if becomes is None:
        return "never"
    if becomes <= now and o.state is ObligationState.RUNNING:  # while its clock stands still nothing climbs
        return "now"
    return "sooner" if was is None or becomes < was else "later"


def _refs(look: Reading, finding_ids: Sequence[UUID]) -> Mapping[UUID, str]:
    f = tables.FindingRow
    rows = look.session.execute(
        visible.visible(look).with_only_columns(f.id, f.ref).where(f.id.in_(finding_ids))
    )
    return {r.id: r.ref for r in rows}


def _running(look: Reading) -> Mapping[UUID, int]:
    rows = look.session.execute(
        select(_O.ladder_id, func.count().label("running"))
        .where(_O.programme_id == look.programme_id, live(_O))
        .group_by(_O.ladder_id)
    )
    return {r.ladder_id: r.running for r in rows}
