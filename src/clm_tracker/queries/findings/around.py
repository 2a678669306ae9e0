"""What is called what around a finding: its site, the people in it, and the findings it points to?"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from clm_tracker.db import tables
from clm_tracker.db.base import table_of
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


# Put together once for all pages.
_site, _person, _role = (
    table_of(tables.SiteRow).c,
    table_of(tables.PersonRow).c,
    table_of(tables.MembershipRow),
)
_NOTHING: tuple[ColumnElement[Any], ...] = (literal(""), cast(null(), Uuid))
_SITE = select(literal("site").label("what"), _site.id, _site.name, cast(_site.names, Text), *_NOTHING).where(
    _site.id == bindparam("site")
)
_PEOPLE = (
    select(
        literal("person"), _person.id, _person.name, func.coalesce(cast(_role.c.role, Text), ""), *_NOTHING
    )
    .outerjoin_from(
        table_of(tables.PersonRow),
        _role,
        and_(_role.c.person_id == _person.id, _role.c.programme_id == bindparam("programme")),
    )
    .where(_person.id.in_(bindparam("people", expanding=True)))
)


def of(look: Reading, case: Case) -> Around:
    """Its site, the people in it, what it points to and what was merged into it (R7), as far as the actor may see them."""
    f = case.finding
    given = {
        "site": f.site_id,
        "people": _people(case),
        "programme": look.programme_id,
        "linked": [id for id in (f.merged_into, f.recurrence_of) if id],
        "of": f.id,
    }
    found = look.session.execute(_asked(Sight.of(look)), given).all()
    findings = sorted(
        (ref, id, Linked(ref, title, FindingStatus(status)), into)
        for what, id, title, ref, status, into in found
        if what == "finding"
    )
    return Around(
        site=next(
            (names.said(name, json.loads(kept)) for what, _, name, kept, *_rest in found if what == "site"),
            "",
        ),
        people=_called(
            look, [(id, name, role) for what, id, name, role, *_rest in found if what == "person"]
        ),
        linked={id: one for _, id, one, _into in findings},
        merged_here=tuple(one for _, _, one, into in findings if into == f.id),
    )


@lru_cache(maxsize=256)
def _asked(sight: Sight) -> CompoundSelect[Any]:
    """All of it in one statement, put together once for who sees alike."""
    row = tables.FindingRow
    linked = sight.visible().where(
        row.id.in_(bindparam("linked", expanding=True)) | (row.merged_into == bindparam("of"))
    )
    shown = (literal("finding"), row.id, row.title, row.ref, cast(row.status, Text), row.merged_into)
    return union_all(_SITE, _PEOPLE, linked.with_only_columns(*shown))


def _called(look: Reading, found: list[tuple[UUID, str, str]]) -> dict[UUID, str]:
    """What these people are called to the actor (decision 0010), by the roles they ever had in the programme."""
    roles: dict[UUID, list[str]] = {}
    for id, _, role in found:
        roles.setdefault(id, []).append(role)
    return {id: look.called(name, ", ".join(roles[id])) for id, name, _ in found}


def _people(case: Case) -> list[UUID]:
    f = case.finding
    ids = {f.logged_by, f.resolve_proposed_by, *(e.given_by for e in case.pieces)}
    for a in case.actions.values():
        ids |= {a.proposed_by, a.reported_by, a.verified_by}
    for p in case.proposals.values():
        ids |= {p.risk_by, *p.approved_by}
    return sorted(id for id in ids if id is not None)
