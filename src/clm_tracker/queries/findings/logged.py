"""What does somebody who is logging want to know: where they logged last, and is it there already?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from clm_tracker.db import tables, visible
from clm_tracker.db.units import Reading
from clm_tracker.domain.words import FindingStatus
from clm_tracker.queries import owes
from clm_tracker.queries.findings.rows import live_of

MOST = 5
LOOKED_AT = 60
_ALIKE = 0.3  # the share of the shorter title's letters in threes that the other one has too
_F = tables.FindingRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """An open finding that may be the same problem, and how many of the stages of its ladder it has climbed, as in a list."""

    id: UUID
    ref: str
    title: str
    opened_at: datetime | None
    same_theme: bool
    alike: bool
    stage: int = 0
    stages: int = 1


def recent_sites(look: Reading, *, limit: int = 6) -> tuple[UUID, ...]:
    """The sites that this person logged at last, the latest first."""
    rows = look.session.scalars(
        visible.visible(look)
        .with_only_columns(_F.site_id)
        .where(_F.logged_by == look.actor.id, _F.site_id.is_not(None))
        .order_by(_F.logged_at.desc())
        .limit(LOOKED_AT)
    )
    return tuple(dict.fromkeys(site for site in rows if site is not None))[:limit]


def similar(
    look: Reading, *, site: UUID | None, area: UUID | None, theme: UUID | None, title: str
) -> tuple[Similar, ...]:
    """Open findings at this site, or about this area as a whole, likeliest first; elsewhere nothing is the same.

    In an area, where there may be many, only those of the same theme or with similar words.
    """
    if site is None and area is None:
        return ()
    here = _F.site_id == site if site else _F.area_id == area
    rows = look.session.execute(
        visible.visible(look)
        .with_only_columns(_F.id, _F.ref, _F.title, _F.opened_at, _F.theme_id)
        .where(here, _F.status == FindingStatus.OPEN)
        .order_by(_F.logged_at.desc(), _F.id)
        .limit(LOOKED_AT)
    )
    wanted = _threes(title)
    found = [
        Similar(
            id=r.id,
            ref=r.ref,
            title=r.title,
            opened_at=r.opened_at,
            same_theme=theme is not None and r.theme_id == theme,
            alike=_is_alike(wanted, _threes(r.title)),
        )
        for r in rows
    ]
    if site is None:
        found = [s for s in found if s.same_theme or s.alike]
    found.sort(key=lambda s: (not s.alike, not s.same_theme))
    return _climbed(look, found[:MOST])


def _climbed(look: Reading, found: Sequence[Similar]) -> tuple[Similar, ...]:
    owed = live_of(look, [s.id for s in found])

    def climbed(s: Similar) -> Similar:
        lead = owes.leading(owed.get(s.id, ()))
        stages = look.rules.ladders[lead.ladder_id].last if lead else s.stages
        return replace(s, stage=owes.stage(owed.get(s.id, ())), stages=stages)

    return tuple(map(climbed, found))


def _threes(text: str) -> frozenset[str]:
    """Every three letters in a row, in any script; enough to see two titles that say the same."""
    plain = " ".join(text.lower().split())
    return frozenset(plain[n : n + 3] for n in range(len(plain) - 2))


def _is_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    shorter = min(len(one), len(other))
    return shorter >= 6 and len(one & other) / shorter >= _ALIKE
