"""How many sites and findings are in each area, and what has been found at a site?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, select

from clm_tracker.db import tables
from clm_tracker.db.units import Reading
from clm_tracker.db.visible import visible
from clm_tracker.domain import duty_bearers
from clm_tracker.domain.places import upwards
from clm_tracker.domain.words import FindingStatus
from clm_tracker.queries.live import TICKING, live

_A, _F, _S, _O = tables.AreaRow, tables.FindingRow, tables.SiteRow, tables.ObligationRow


@dataclass(frozen=True, slots=True)
class Held:
    """What an area holds, with everything inside it: sites in service, open findings, and those of them that are late."""

    sites: int = 0
    open: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class AtSite:
    """What has been found at one site. `again` are findings that were opened again or broke out anew."""

    open: int
    overdue: int
    resolved: int
    closed: int
    again: int


@dataclass(frozen=True, slots=True)
class Answering:
    """A post that answers at a site: its own, or the one that routing finds for it."""

    id: UUID
    name: str
    own: bool


def in_areas(look: Reading, parent: UUID | None) -> Mapping[UUID, Held]:
    """What each area directly below this one (None: at the top) holds, and this one itself, in two statements.

    Only findings that the actor may see are counted.
    """
    areas = look.rules.areas
    outer = areas[parent].path if parent is not None else "/"
    inside = [_A.programme_id == look.programme_id, _A.path.startswith(outer)]
    found: dict[str, Counter[UUID]] = {"sites": Counter(), "open": Counter(), "overdue": Counter()}

    def add(what: str, area_id: UUID | None, n: int) -> None:
        for above in upwards(area_id, areas):
            found[what][above] += n

    in_service = (_S.closed_on.is_(None)) | (_S.closed_on > look.today)
    sites = (
        select(_S.area_id, func.count())
        .join(_A, _A.id == _S.area_id)
        .where(_S.programme_id == look.programme_id, in_service, *inside)
        .group_by(_S.area_id)
    )
    for area_id, n in look.session.execute(sites):
        add("sites", area_id, n)
    findings = (
        visible(look)
        .with_only_columns(_F.area_id, func.count(), func.sum(case((_late(look), 1), else_=0)))
        .where(_F.status == FindingStatus.OPEN, _F.area_id.in_(select(_A.id).where(*inside)))
        .group_by(_F.area_id)
    )
    for area_id, n, late in look.session.execute(findings):
        add("open", area_id, n)
        add("overdue", area_id, late or 0)
    wanted = [a.id for a in areas.values() if parent in (a.parent_id, a.id)]
    return {one: Held(found["sites"][one], found["open"][one], found["overdue"][one]) for one in wanted}


def at_site(look: Reading, site_id: UUID) -> AtSite:
    """How many findings there are at a site, by where they stand, of those that the actor may see."""
    rows = look.session.execute(
        visible(look)
        .with_only_columns(
            _F.status,
            func.count(),
            func.sum(case((_late(look), 1), else_=0)),
            func.sum(case((_F.reopened > 0, 1), else_=0)),
        )
        .where(_F.site_id == site_id)
        .group_by(_F.status)
    ).all()
    by_status = {status: n for status, n, _late_, _again in rows}
    return AtSite(
        open=by_status.get(FindingStatus.OPEN, 0),
        overdue=sum(late or 0 for _status, _n, late, _again in rows),
        resolved=by_status.get(FindingStatus.RESOLVED, 0),
        closed=by_status.get(FindingStatus.CLOSED, 0),
        again=sum(again or 0 for _status, _n, _late_, again in rows),
    )


def open_findings(look: Reading, sites: Sequence[UUID]) -> Mapping[UUID, int]:
    """How many open findings there are at each of these sites, of those that the actor may see; none for a site without."""
    if not sites:
        return {}
    rows = look.session.execute(
        visible(look)
        .with_only_columns(_F.site_id, func.count())
        .where(_F.site_id.in_(sites), _F.status == FindingStatus.OPEN)
        .group_by(_F.site_id)
    )
    return {site: n for site, n in rows if site is not None}


def answering(look: Reading, site_id: UUID, area_id: UUID | None) -> tuple[Answering, ...]:
    """The posts of the site itself, else the one that routing finds for it, whatever the theme (R3)."""
    rules = look.rules
    own = [p for p in rules.posts.values() if p.site_id == site_id and p.exists_on(look.today)]
    if own:
        return tuple(Answering(p.id, p.said, own=True) for p in sorted(own, key=lambda p: p.name))
    found = duty_bearers.route(
        theme_id=None, site_id=site_id, area_id=area_id, posts=rules.posts, areas=rules.areas, day=look.today
    )
    return (Answering(found, rules.posts[found].said, own=False),) if found else ()


def by_theme(look: Reading) -> Mapping[UUID, tuple[int, int]]:
    """All findings and the open ones of each theme, of those that the actor may see."""
    return _counted(look, _F.theme_id)


def by_round(look: Reading) -> Mapping[UUID, tuple[int, int]]:
    """All findings and the open ones of each round, of those that the actor may see."""
    return _counted(look, _F.round_id)


def _counted(look: Reading, column: Any) -> Mapping[UUID, tuple[int, int]]:  # noqa: ANN401 - a column
    is_open = case((_F.status == FindingStatus.OPEN, 1), else_=0)
    rows = look.session.execute(
        visible(look)
        .with_only_columns(column, func.count(), func.sum(is_open))
        .where(column.is_not(None))
        .group_by(column)
    )
    return {key: (n, open_ or 0) for key, n, open_ in rows}


def _late(look: Reading) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            _O.finding_id == _F.id,
            _O.programme_id == look.programme_id,
            live(_O),
            and_(_O.state.in_(TICKING), _O.due_at <= look.now),
        )
        .correlate(_F)
    )
