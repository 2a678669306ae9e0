"""What is called what around a finding: its site, the people in it, and the findings it points to?"""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, and_, cast, func, literal, null, select, union_all

from clm_tracker.db import tables, visible
from clm_tracker.db.units import Reading
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


def of(look: Reading, case: Case) -> Around:
    """Its site, the people in it, what it points to and what was merged into it (R7), as far as the actor may see them."""
    f, row = case.finding, tables.FindingRow
    site, person, role = tables.SiteRow, tables.PersonRow, tables.MembershipRow
    ids = [id for id in (f.merged_into, f.recurrence_of) if id]
    nothing: tuple[ColumnElement[Any], ...] = (literal(""), literal(""), cast(null(), Uuid))
    linked = visible.visible(look).where(row.id.in_(ids) | (row.merged_into == f.id))
    found = look.session.execute(
        union_all(
            select(
                literal("site").label("what"), site.id, site.name, cast(site.names, Text), *nothing[1:]
            ).where(site.id == f.site_id),
            select(
                literal("person"),
                person.id,
                person.name,
                func.coalesce(cast(role.role, Text), ""),
                *nothing[1:],
            )
            .outerjoin(role, and_(role.person_id == person.id, role.programme_id == look.programme_id))
            .where(person.id.in_(_people(case))),
            linked.with_only_columns(
                literal("finding"), row.id, row.title, row.ref, cast(row.status, Text), row.merged_into
            ),
        )
    ).all()
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
