"""What is called what around a finding: its site, the people in it, and the findings it points to?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select, union

from clm_tracker.db import tables
from clm_tracker.db.base import table_of
from clm_tracker.db.load import Beside
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


_finding, _site, _person, _line = (
    table_of(row).c for row in (tables.FindingRow, tables.SiteRow, tables.PersonRow, tables.LedgerRow)
)
_role = table_of(tables.MembershipRow).c


def sites(of: ColumnElement[UUID], _sight: Sight) -> Select[*tuple[Any, ...]]:
    """The question where it lies."""
    lies = select(_finding.site_id).where(_finding.id == of)
    return select(_site.name, _site.names).where(_site.id == lies.scalar_subquery())


def people(of: ColumnElement[UUID], sight: Sight) -> Select[*tuple[Any, ...]]:
    """The question who is who in it: whoever did something to it is in its ledger."""
    named = union(
        select(_finding.logged_by).where(_finding.id == of),
        select(_line.actor_id).where(_line.finding_id == of),
    )
    in_programme = and_(_role.person_id == _person.id, _role.programme_id == sight.programme_id)
    return (
        select(_person.id, _person.name, _role.role)
        .outerjoin_from(table_of(tables.PersonRow), table_of(tables.MembershipRow), in_programme)
        .where(_person.id.in_(named))
    )


def linked(of: ColumnElement[UUID], sight: Sight) -> Select[*tuple[Any, ...]]:
    """The question what it points to and what was merged into it (R7), as far as somebody sees them."""
    row = tables.FindingRow
    to = (
        select(way).where(_finding.id == of).scalar_subquery()
        for way in (_finding.merged_into, _finding.recurrence_of)
    )
    which = or_(row.merged_into == of, *(row.id == one for one in to))
    return (
        sight.visible()
        .where(which)
        .with_only_columns(row.id, row.ref, row.title, row.status, row.merged_into)
    )


QUESTIONS: tuple[Beside, ...] = (sites, people, linked)


def of(look: Reading, case: Case, *also: Beside) -> tuple[Around, dict[str, list[Any]]]:
    """What is around a case that was loaded for this actor, and what is asked `also`, in the same statement."""
    found = _asked(Sight.of(look), also).ask(look, {"of": case.finding.id})
    return read(look, case, found), found


def read(look: Reading, case: Case, found: Mapping[str, Sequence[Any]]) -> Around:
    """The same of the answers to `QUESTIONS`."""
    f, called = case.finding, _called(look, found["people"])
    others = sorted(found["linked"], key=lambda r: (r.ref, r.id))
    return Around(
        site=next((names.said(r.name, r.names) for r in found["sites"]), ""),
        people={id: called[id] for id in _people(case) if id in called},
        linked={r.id: Linked(r.ref, r.title, r.status) for r in others},
        merged_here=tuple(Linked(r.ref, r.title, r.status) for r in others if r.merged_into == f.id),
    )


@lru_cache(maxsize=256)
def _asked(sight: Sight, also: tuple[Beside, ...]) -> Together:
    """All of it in one statement, put together once for who sees alike."""
    of = bindparam("of", type_=_finding.id.type)
    asked = {ask.__name__: ask(of, sight) for ask in (*QUESTIONS, *also)}
    return Together.of(kept=sight.plain, **asked)


def _called(look: Reading, found: Sequence[Any]) -> dict[UUID, str]:
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
