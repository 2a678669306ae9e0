"""Who takes part in this programme, and with which roles?"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import or_, select

from clm_tracker.db import tables
from clm_tracker.db.units import Reading
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Role
from clm_tracker.kernel.refusals import NotAllowed, NotFound

_P, _M, _I = tables.PersonRow, tables.MembershipRow, tables.InvitationRow


class AccountState(StrEnum):
    """Whether a person can sign in: not asked yet, a link waits, they chose a password, or the account is closed."""

    NAMED = "named"
    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One role; no areas or themes means all of them."""

    id: UUID
    role: Role
    organisation: str
    areas: frozenset[UUID]
    themes: frozenset[UUID]
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person with the roles in this programme and the posts held today. Never a password or its hash."""

    id: UUID
    name: str
    email: str | None
    language: str
    can_sign_in: bool
    state: AccountState
    link_until: datetime | None
    last_seen_at: datetime | None
    disabled_at: datetime | None
    memberships: tuple[Membership, ...]
    posts: tuple[str, ...]


def everyone(look: Reading, *, ended: bool = False) -> tuple[Person, ...]:
    """The people of the programme by name; those whose roles have all ended only when asked for.

    Raises NotAllowed for whoever may not see the set-up.
    """
    if why := look.why_not(Act.SEE_SET_UP, None):
        raise NotAllowed(why)
    query = (
        select(_P, _M)
        .join(_M, _M.person_id == _P.id)
        .where(_M.programme_id == look.programme_id)
        .order_by(_P.name, _P.id, _M.id)
    )
    if not ended:
        query = query.where(or_(_M.ended_at.is_(None), _M.ended_at > look.now))
    people: dict[UUID, tables.PersonRow] = {}
    roles: dict[UUID, list[Membership]] = {}
    for person, m in look.session.execute(query):
        people[person.id] = person
        roles.setdefault(person.id, []).append(
            Membership(
                id=m.id,
                role=m.role,
                organisation=m.organisation,
                areas=m.area_ids,
                themes=m.theme_ids,
                ended_at=m.ended_at,
            )
        )
    held, links = _held(look), _links(look)
    return tuple(
        Person(
            id=p.id,
            name=p.name,
            email=p.email,
            language=p.language,
            can_sign_in=p.password_hash is not None and p.disabled_at is None,
            state=_state(p, has_link=p.id in links),
            link_until=links.get(p.id),
            last_seen_at=p.last_seen_at,
            disabled_at=p.disabled_at,
            memberships=tuple(roles[p.id]),
            posts=held.get(p.id, ()),
        )
        for p in people.values()
    )


def one(look: Reading, id: UUID) -> Person:
    """One person of the programme, also one whose roles have ended. Raises NotFound or NotAllowed."""
    found = next((p for p in everyone(look, ended=True) if p.id == id), None)
    if found is None:
        raise NotFound("person")
    return found


def _state(p: tables.PersonRow, *, has_link: bool) -> AccountState:
    if p.disabled_at is not None:
        return AccountState.DISABLED
    if p.password_hash is not None:
        return AccountState.ACTIVE
    return AccountState.INVITED if has_link else AccountState.NAMED


def _links(look: Reading) -> dict[UUID, datetime]:
    """Until when the link works that waits for each person."""
    rows = look.session.execute(
        select(_I.person_id, _I.expires_at).where(
            _I.programme_id == look.programme_id,
            _I.used_at.is_(None),
            _I.withdrawn_at.is_(None),
            _I.expires_at > look.now,
        )
    )
    return {row.person_id: row.expires_at for row in rows}


def _held(look: Reading) -> dict[UUID, tuple[str, ...]]:
    """The posts that each person holds today, from the rules in memory."""
    today = look.rules.directory.day
    held: dict[UUID, tuple[str, ...]] = {}
    for post in look.rules.posts.values():
        for h in post.holders:
            if h.person_id is not None and h.on(today):
                held[h.person_id] = (*held.get(h.person_id, ()), post.said)
    return held
