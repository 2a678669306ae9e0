"""What does a list say of each finding, and what is owed about it?

Stage, lateness and what is due next are computed from live obligations (R1).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select

from clm_tracker.db import load, tables
from clm_tracker.db.units import Reading
from clm_tracker.domain import names
from clm_tracker.domain.cases import Obligation
from clm_tracker.domain.words import FindingStatus, Severity, Track
from clm_tracker.queries import owes, wording
from clm_tracker.queries.live import live
from clm_tracker.queries.owes import Next

_F = tables.FindingRow
# The columns that `items` reads.
SHOWN: tuple[Any, ...] = (
    _F.id,
    _F.ref,
    _F.title,
    _F.status,
    _F.severity,
    _F.severity_is_said,
    _F.track,
    _F.theme_id,
    _F.area_id,
    _F.duty_bearer_id,
    _F.opened_at,
    _F.logged_at,
    _F.version,
    tables.SiteRow.name.label("site"),
    tables.SiteRow.names.label("site_names"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """One finding in a list. `next` is None when nobody owes anything."""

    id: UUID
    ref: str
    title: str
    status: FindingStatus
    severity: Severity
    severity_is_said: bool
    track: Track
    theme: str | None
    site: str | None
    area: str | None
    duty_bearer: str | None
    stage: int
    stages: int
    stage_name: str | None
    overdue: bool
    next: Next | None
    opened_at: datetime | None
    logged_at: datetime
    version: int


def items(
    look: Reading, rows: Sequence[Any], of: Mapping[UUID, Sequence[Obligation]] | None = None
) -> tuple[FindingRow, ...]:
    """The rows with what is owed about each; asked in one more statement where it is not given."""
    of = live_of(look, [r.id for r in rows]) if of is None else of
    rules = look.rules
    themes = {theme.id: theme.said for theme in rules.themes}
    made = []
    for r in rows:
        mine = of.get(r.id, [])
        lead = owes.leading(mine)
        area = rules.areas.get(r.area_id)
        post = rules.posts.get(r.duty_bearer_id)
        made.append(
            FindingRow(
                id=r.id,
                ref=r.ref,
                title=wording.titled(r.title),
                status=r.status,
                severity=r.severity,
                severity_is_said=r.severity_is_said,
                track=r.track,
                theme=themes.get(r.theme_id),
                site=names.said(r.site, r.site_names) if r.site else None,
                area=area.said if area else None,
                duty_bearer=post.said if post else None,
                stage=owes.stage(mine),
                stages=rules.ladders[lead.ladder_id].last if lead else 0,
                stage_name=owes.stage_name(max(mine, key=lambda o: o.stage), rules) if mine else None,
                overdue=any(owes.overdue(o, look.now) for o in mine),
                next=owes.next_of(mine, rules, look.now),
                opened_at=r.opened_at,
                logged_at=r.logged_at,
                version=r.version,
            )
        )
    return tuple(made)


def live_of(look: Reading, finding_ids: Sequence[UUID]) -> dict[UUID, list[Obligation]]:
    """The live obligations of these findings, which the caller has seen to be visible."""
    if not finding_ids:
        return {}
    return by_finding(look.session.execute(owed(finding_ids)))


def owed(findings: Select[Any] | Sequence[UUID]) -> Select[Any]:
    """What is owed about these findings now."""
    o = tables.ObligationRow
    return load.EVERY["obligation"].where(o.finding_id.in_(findings), live(o))


def by_finding(found: Iterable[Any]) -> dict[UUID, list[Obligation]]:
    """What was found `owed`, as the domain's own values, by finding."""
    of: dict[UUID, list[Obligation]] = {}
    for o in sorted(load.values("obligation", found), key=lambda one: one.id):
        of.setdefault(o.finding_id, []).append(o)
    return of
