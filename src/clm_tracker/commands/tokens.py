"""How does a program come to act for a person, and stop?"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from clm_tracker.commands import people, set_up
from clm_tracker.commands.sign_in import digest
from clm_tracker.db import actors, changes
from clm_tracker.db.mint import new_id, new_token
from clm_tracker.db.tables import MembershipRow, TokenRow
from clm_tracker.db.units import Writing
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import NotAllowed, NotFound, NotNow, each, invalid
from clm_tracker.kernel.sayings import saying
from clm_tracker.kernel.speech import _


@dataclass(frozen=True, slots=True)
class Token:
    """`word` is shown this once; only its digest is kept."""

    id: UUID
    word: str = field(repr=False)


def create(
    unit: Writing, *, name: str, person_id: UUID | None = None, expires_at: datetime | None = None
) -> Token:
    """Make a token of one's own, called `name`; without an end it works until it is revoked.

    For somebody else (`person_id`) only the operator of the machine makes one: it acts as that person.
    """
    unit.require(Act.OWN_ACCOUNT)
    whose = person_id or unit.actor.id
    if unit.actor.id not in {whose, actors.OPERATOR.id}:
        raise NotAllowed(_("A token acts as its person, so only they make one."))
    called, _end = each(lambda: set_up.named("name", name), lambda: _check_end(expires_at, unit.now))
    person = people.take_own_turn(unit, whose)
    role = (
        select(MembershipRow.id)
        .where(MembershipRow.person_id == whose, MembershipRow.programme_id == unit.programme_id)
        .where(or_(MembershipRow.ended_at.is_(None), MembershipRow.ended_at > unit.now))
    )
    if unit.session.scalar(role.limit(1)) is None:
        raise NotFound("person")
    word = new_token()
    row = TokenRow(
        id=new_id(),
        hash=digest(word),
        person_id=whose,
        programme_id=unit.programme_id,
        name=called,
        created_at=unit.now,
        expires_at=expires_at,
    )
    unit.session.add(row)
    after = {"name": row.name, "person_id": whose, "expires_at": expires_at}
    what = saying("made the token {name} for {person}", name=row.name, person=person.name)
    changes.record(unit, Act.OWN_ACCOUNT, "token", row.id, what, {}, after)
    return Token(row.id, word)


def _check_end(expires_at: datetime | None, now: datetime) -> None:
    if expires_at is not None and expires_at <= now:
        raise invalid("expires_at", _("The end has to lie in the future."))


def revoke(unit: Writing, token_id: UUID) -> None:
    """The token works no more: one's own, or as coordinator anybody's in the programme."""
    row = unit.session.get(TokenRow, token_id)
    if row is None or row.programme_id != unit.programme_id:
        raise NotFound("token")
    act = Act.OWN_ACCOUNT if row.person_id == unit.actor.id else Act.SET_UP
    unit.require(act)
    unit.take_turn()  # as whoever disables the account, which revokes it too
    unit.session.refresh(row)
    if row.revoked_at is not None:
        raise NotNow("revoked", _("This token is revoked already."))
    row.revoked_at = unit.now
    changes.record(
        unit,
        act,
        "token",
        token_id,
        saying("revoked the token {name}", name=row.name),
        {},
        {"revoked_at": unit.now},
    )
