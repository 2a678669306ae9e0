"""Who are those that approved a stage: since when in the committee, by whose word, and by whose link into their account? (R27)

Two approvals count for something when two people gave them. A coordinator may give the role and make links by which a
password is chosen, so the committee sees both beside each approval.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from clm_tracker.db import actors, tables
from clm_tracker.db.units import Reading
from clm_tracker.domain.words import Role

_I, _L, _M, _P = tables.InvitationRow, tables.LedgerRow, tables.MembershipRow, tables.PersonRow


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did it, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Approver:
    """One who approved. `role` is none when no line tells of it, `link` when nobody made the link they came in by."""

    id: UUID
    name: str
    role: Deed | None
    link: Deed | None


def of(look: Reading, ids: Sequence[UUID]) -> tuple[Approver, ...]:
    """These people as they stand today, in this order."""
    if not ids:
        return ()
    names = {r.id: r.name for r in look.session.execute(select(_P.id, _P.name).where(_P.id.in_(ids)))}
    roles, links = _roles(look, ids), _links(look, ids)
    return tuple(Approver(id, names[id], roles.get(id), links.get(id)) for id in ids if id in names)


def _roles(look: Reading, ids: Sequence[UUID]) -> dict[UUID, Deed]:
    """Who gave each the role of the committee that they have longest without a break."""
    rows = select(_M.id, _M.person_id).where(
        _M.programme_id == look.programme_id,
        _M.person_id.in_(ids),
        _M.role == Role.COMMITTEE,
        or_(_M.ended_at.is_(None), _M.ended_at > look.now),
    )
    whose = {r.id: r.person_id for r in look.session.execute(rows)}
    # No line about a finding is read: those of the set-up are few.
    lines = (
        select(_L.subject_id, _L.actor_name, _L.at)
        .where(
            _L.finding_id.is_(None),
            _L.programme_id == look.programme_id,
            _L.subject == "membership",
            _L.subject_id.in_(whose),
        )
        .order_by(_L.seq)
    )
    found: dict[UUID, Deed] = {}
    for membership, by, at in look.session.execute(lines):
        found.setdefault(whose[membership], Deed(by, at))
    return found


def _links(look: Reading, ids: Sequence[UUID]) -> dict[UUID, Deed]:
    """Who made the link by which each last chose a password, and when it was made."""
    rows = (
        select(_I.person_id, _P.name, _I.created_at)
        .outerjoin(_P, _P.id == _I.created_by)
        .where(_I.programme_id == look.programme_id, _I.person_id.in_(ids), _I.used_at.is_not(None))
        .order_by(_I.used_at)
    )
    # Nobody of the people: then it was made at the machine itself.
    return {person: Deed(by or actors.OPERATOR.name, at) for person, by, at in look.session.execute(rows)}
