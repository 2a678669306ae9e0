"""Who is asking, with which roles and posts today?"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from clm_tracker.db.tables import DutyBearerRow, HolderRow, MembershipRow, PersonRow
from clm_tracker.domain.policy import Actor, Membership
from clm_tracker.domain.words import Role
from clm_tracker.kernel.speech import N_

ENGINE = Actor(
    id=UUID("c1a00000-0000-7000-8000-000000000001"),
    name=N_("Escalation engine"),
    programme_id=None,
    memberships=(Membership(role=Role.ENGINE),),
)
# Who types on the machine itself: makes the first programme and the first coordinator.
OPERATOR = Actor(
    id=UUID("c1a00000-0000-7000-8000-000000000002"),
    name="Operator",
    programme_id=None,
    memberships=(Membership(role=Role.COORDINATOR),),
)
# Somebody at the door, before signing in.
NOBODY = Actor(id=UUID(int=0), name="Nobody", programme_id=None)

# What is asked of a person for `of`.
PERSON = (PersonRow.id.label("person_id"), PersonRow.name.label("person_name"), PersonRow.disabled_at)


def within(actor: Actor, programme_id: UUID) -> Actor:
    """`ENGINE` or `OPERATOR` at work in one programme."""
    return replace(actor, programme_id=programme_id)


def load(session: Session, person_id: UUID, programme_id: UUID, *, now: datetime, day: date) -> Actor | None:
    """The person in this programme; None without a role there, or when the account is disabled.

    `day` is the local date: only posts held on it count.
    """
    with_roles = roles_beside(select(*PERSON), PersonRow.id, programme_id, now)
    rows = session.execute(with_roles.where(PersonRow.id == person_id)).all()
    return of(rows, programme_id, day) if rows else None


def load_many(
    session: Session, people: Collection[UUID], programme_id: UUID, *, now: datetime, day: date
) -> dict[UUID, Actor]:
    """Those of the people who have a role there and may sign in."""
    if not people:
        return {}
    with_roles = roles_beside(select(*PERSON), PersonRow.id, programme_id, now)
    rows: dict[UUID, list[Any]] = {}
    for row in session.execute(with_roles.where(PersonRow.id.in_(people))):
        rows.setdefault(row.person_id, []).append(row)
    found = {person: of(theirs, programme_id, day) for person, theirs in rows.items()}
    return {person: actor for person, actor in found.items() if actor is not None}


def roles_beside(
    query: Select[*tuple[Any, ...]],
    person_id: ColumnElement[UUID] | InstrumentedAttribute[UUID],
    programme_id: UUID | ColumnElement[UUID] | InstrumentedAttribute[UUID],
    now: datetime | BindParameter[datetime],
) -> Select[*tuple[Any, ...]]:
    """The query of `PERSON` with, beside each row, one of their roles in the programme and one time in a post; for `of`."""
    m, h = MembershipRow, HolderRow
    role = and_(
        m.person_id == person_id,
        m.programme_id == programme_id,
        or_(m.ended_at.is_(None), m.ended_at > now),
    )
    own_posts = select(DutyBearerRow.id).where(DutyBearerRow.programme_id == programme_id)
    # Nobody else answers for a post.
    post = and_(
        m.role == Role.DUTY_BEARER,
        h.person_id == person_id,
        h.duty_bearer_id.in_(own_posts.correlate_except(DutyBearerRow)),
    )
    return (
        query.add_columns(
            m.id.label("membership_id"),
            m.role,
            m.area_ids,
            m.theme_ids,
            m.organisation,
            h.duty_bearer_id.label("post_id"),
            h.from_on,
            h.to_on,
        )
        .outerjoin(m, role)
        .outerjoin(h, post)
    )


def of(rows: Sequence[Any], programme_id: UUID, day: date) -> Actor | None:
    """The same of rows that `roles_beside` asked for."""
    person = rows[0]
    roles = {r.membership_id: r for r in rows if r.membership_id is not None}
    if person.disabled_at is not None or not roles:
        return None
    return Actor(
        id=person.person_id,
        name=person.person_name,
        programme_id=programme_id,
        memberships=tuple(
            Membership(role=m.role, areas=m.area_ids, themes=m.theme_ids, organisation=m.organisation)
            for _, m in sorted(roles.items())
        ),
        posts=frozenset(
            r.post_id
            for r in rows
            if r.post_id is not None and r.from_on <= day and (r.to_on is None or r.to_on >= day)
        ),
    )


def by_link(row: Any, day: date) -> Actor:  # noqa: ANN401 - a row that `db.links` asked for
    """Whoever came by a link: the holder of its post, for its finding alone (R40). Their account does nothing more."""
    held = row.from_on <= day and (row.to_on is None or row.to_on >= day)
    return Actor(
        id=row.account_id or row.holder_id,
        name=row.holder,
        programme_id=row.programme_id,
        memberships=(Membership(role=Role.DUTY_BEARER),),
        posts=frozenset({row.post_id}) if held else frozenset(),
        only=row.finding_id,
        link_id=row.link_id,
    )
