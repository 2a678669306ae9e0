"""Who is asking, with which roles and posts today?"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from clm_tracker.db.tables import DutyBearerRow, HolderRow, MembershipRow, PersonRow
from clm_tracker.domain.policy import Actor, Membership
from clm_tracker.domain.words import Role

ENGINE = Actor(
    id=UUID("c1a00000-0000-7000-8000-000000000001"),
    name="Escalation engine",
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


def within(actor: Actor, programme_id: UUID) -> Actor:
    """`ENGINE` or `OPERATOR` at work in one programme."""
    return replace(actor, programme_id=programme_id)


def load(session: Session, person_id: UUID, programme_id: UUID, *, now: datetime, day: date) -> Actor | None:
    """The person in this programme; None without a role there, or when the account is disabled.

    `day` is the local date: only posts held on it count.
    """
    person = session.get(PersonRow, person_id)
    if person is None or person.disabled_at is not None:
        return None
    memberships = session.execute(
        select(
            MembershipRow.role, MembershipRow.area_ids, MembershipRow.theme_ids, MembershipRow.organisation
        )
        .where(MembershipRow.person_id == person_id, MembershipRow.programme_id == programme_id)
        .where(or_(MembershipRow.ended_at.is_(None), MembershipRow.ended_at > now))
        .order_by(MembershipRow.id)
    ).all()
    if not memberships:
        return None
    posts: Iterable[UUID] = ()
    if any(m.role is Role.DUTY_BEARER for m in memberships):  # nobody else answers for a post
        posts = session.scalars(
            select(HolderRow.duty_bearer_id)
            .join(DutyBearerRow, DutyBearerRow.id == HolderRow.duty_bearer_id)
            .where(HolderRow.person_id == person_id, DutyBearerRow.programme_id == programme_id)
            .where(HolderRow.from_on <= day, or_(HolderRow.to_on.is_(None), HolderRow.to_on >= day))
        )
    return Actor(
        id=person_id,
        name=person.name,
        programme_id=programme_id,
        memberships=tuple(
            Membership(role=m.role, areas=m.area_ids, themes=m.theme_ids, organisation=m.organisation)
            for m in memberships
        ),
        posts=frozenset(posts),
    )
