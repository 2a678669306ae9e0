"""What does a list say of each finding, and what is owed about it?

Stage, lateness and what is due next are computed from live obligations (R1).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, cast

from clm_tracker.db import load, tables
from clm_tracker.db.units import Reading
from clm_tracker.domain import names
from clm_tracker.domain.cases import Obligation
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import FindingStatus, Severity, Track
from clm_tracker.kernel import speech
from clm_tracker.kernel.kept import Kept
from clm_tracker.kernel.same import Same
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
    cast(tables.SiteRow.names, Text).label("site_names"),  # as text, for a row is a key below
)


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
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


_SAID = Kept[FindingRow](2_048)


def items(
    look: Reading, rows: Iterable[Any], of: Mapping[UUID, Sequence[Obligation]]
) -> tuple[FindingRow, ...]:
    """The rows with what is owed about each, for a file or a letter: what many of them said once is not kept."""
    return tuple(_item(r, of.get(r.id, ()), look.rules, look.now) for r in rows)


def listed(look: Reading, rows: Iterable[Any], found: Iterable[Any]) -> tuple[FindingRow, ...]:
    """The rows of a list with what was `found` owed about them: the same things are looked at again and again.

    What was said before is said again where all of it is as it was: what was read, the set-up and its day, the language, and
    which of its moments have passed.
    """
    owed = _grouped(found)
    rules, now = look.rules, look.now
    at = (Same(rules), look.today, speech.language())

    def said(r: Any) -> FindingRow:  # noqa: ANN401 - a row of any question
        mine = tuple(owed.get(r.id, ()))
        passed = tuple((o.due_at <= now, o.next_step_at is not None and o.next_step_at <= now) for o in mine)
        return _SAID.get((at, r, mine, passed), lambda: _item(r, load.values("obligation", mine), rules, now))

    return tuple(map(said, rows))


def _item(r: Any, mine: Sequence[Obligation], rules: Rules, now: datetime) -> FindingRow:  # noqa: ANN401 - a row of any question
    lead = owes.leading(mine)
    area = rules.areas.get(r.area_id)
    post = rules.posts.get(r.duty_bearer_id)
    return FindingRow(
        id=r.id,
        ref=r.ref,
        title=wording.titled(r.title),
        status=r.status,
        severity=r.severity,
        severity_is_said=r.severity_is_said,
        track=r.track,
        theme=next((theme.said for theme in rules.themes if theme.id == r.theme_id), None),
        site=names.said(r.site, json.loads(r.site_names)) if r.site else None,
        area=area.said if area else None,
        duty_bearer=post.said if post else None,
        stage=owes.stage(mine),
        stages=rules.ladders[lead.ladder_id].last if lead else 0,
        stage_name=owes.stage_name(max(mine, key=lambda o: o.stage), rules) if mine else None,
        overdue=any(owes.overdue(o, now) for o in mine),
        next=owes.next_of(mine, rules, now),
        opened_at=r.opened_at,
        logged_at=r.logged_at,
        version=r.version,
    )


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
    return {id: load.values("obligation", owed) for id, owed in _grouped(found).items()}


def _grouped(found: Iterable[Any]) -> dict[UUID, list[Any]]:
    of: dict[UUID, list[Any]] = {}
    for o in sorted(found, key=attrgetter("id")):
        of.setdefault(o.finding_id, []).append(o)
    return of
