"""What is called what around a finding: its site, the people in it, and the findings it points to?"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, select

from clm_tracker.db import tables
from clm_tracker.db.base import table_of
from clm_tracker.db.together import Together
from clm_tracker.db.units import Reading
from clm_tracker.db.visible import Sight
from clm_tracker.domain import names
from clm_tracker.domain.cases import Case
from clm_tracker.domain.words import FindingStatus


@dataclass(frozen=True, slots=True)
class Linked:
    """Another finding."""

    ref: str
    title: str
    status: FindingStatus


@dataclass(frozen=True, slots=True)
class Around:
    """What a finding names by identifiers."""

    site: str
    people: dict[UUID, str]
    linked: dict[UUID, Linked]
    merged_here: tuple[Linked, ...]
    also: dict[str, list[Any]]


# Put together once for all pages.
_site, _person, _role = (
    table_of(tables.SiteRow).c,
    table_of(tables.PersonRow).c,
    table_of(tables.MembershipRow),
)
_SITE = select(_site.name, _site.names).where(_site.id == bindparam("site"))
_PEOPLE = (
    select(_person.id, _person.name, _role.c.role)
    .outerjoin_from(
        table_of(tables.PersonRow),
        _role,
        and_(_role.c.person_id == _person.id, _role.c.programme_id == bindparam("programme")),
    )
    .where(_person.id.in_(bindparam("people", expanding=True)))
)


def of(
    look: Reading, case: Case, *, given: Mapping[str, object] | None = None, **also: Select[Any]
) -> Around:
    """Its site, the people in it, what it points to and what was merged into it (R7), as far as the actor may see them.

    In the same statement is asked what a page wants `also`, of the finding `of` and of what is `given`.
    """
    f = case.finding
    asked = {
        "site": f.site_id,
        "people": _people(case),
        "programme": look.programme_id,
        "linked": [id for id in (f.merged_into, f.recurrence_of) if id],
        "of": f.id,
        **(given or {}),
    }
    found = _asked(Sight.of(look), tuple(also.items())).ask(look, asked)
    linked = sorted(found["linked"], key=lambda r: (r.ref, r.id))
    return Around(
        site=next((names.said(r.name, r.names) for r in found["sites"]), ""),
        people=_called(look, found["people"]),
        linked={r.id: Linked(r.ref, r.title, r.status) for r in linked},
        merged_here=tuple(Linked(r.ref, r.title, r.status) for r in linked if r.merged_into == f.id),
        also={name: found[name] for name in also},
    )


@lru_cache(maxsize=256)
def _asked(sight: Sight, also: tuple[tuple[str, Select[*tuple[Any, ...]]], ...]) -> Together:
    """All of it in one statement, put together once for who sees alike."""
    row = tables.FindingRow
    linked = sight.visible().where(
        row.id.in_(bindparam("linked", expanding=True)) | (row.merged_into == bindparam("of"))
    )
    shown = (row.id, row.ref, row.title, row.status, row.merged_into)
    asked = {"sites": _SITE, "people": _PEOPLE, "linked": linked.with_only_columns(*shown), **dict(also)}
    return Together.of(kept=sight.plain, **asked)


def _called(look: Reading, found: list[Any]) -> dict[UUID, str]:
    """What these people are called to the actor (decision 0010), by the roles they ever had in the programme."""
    roles: dict[UUID, list[str]] = {}
    for r in found:
        roles.setdefault(r.id, []).append(r.role or "")
    return {r.id: look.called(r.name, ", ".join(roles[r.id])) for r in found}


def _people(case: Case) -> list[UUID]:
    f = case.finding
    ids = {f.logged_by, f.resolve_proposed_by, *(e.given_by for e in case.pieces)}
    for a in case.actions.values():
        ids |= {a.proposed_by, a.reported_by, a.verified_by}
    for p in case.proposals.values():
        ids |= {p.risk_by, *p.approved_by}
    return sorted(id for id in ids if id is not None)
