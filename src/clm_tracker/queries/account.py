"""What belongs to one's own account: sessions, tokens, and the programmes one works in?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from clm_tracker.db import tables
from clm_tracker.db.units import Reading

_P, _M = tables.ProgrammeRow, tables.MembershipRow
_S, _T = tables.SessionRow, tables.TokenRow


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in; `here` is the one that asks."""

    here: bool
    since: datetime
    seen: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """A program that may act for one, without its word."""

    id: UUID
    name: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme in which one has a role, as it is called in the language of the moment; `here` is the one at work in."""

    id: UUID
    name: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenTo:
    """Where and when one is written to; None is as the programme has it."""

    email: str | None
    email_failed: bool
    phone: str | None
    timezone: str | None
    letter_at: int | None
    quiet_from: int | None
    quiet_until: int | None
    digest: bool


def written_to(look: Reading) -> WrittenTo:
    """What the actor chose."""
    p = tables.PersonRow
    row = look.session.execute(
        select(
            p.email,
            p.email_failed_at,
            p.phone,
            p.timezone,
            p.letter_at,
            p.quiet_from,
            p.quiet_until,
            p.digest,
        ).where(p.id == look.actor.id)
    ).one()
    return WrittenTo(
        email=row.email,
        email_failed=row.email_failed_at is not None,
        phone=row.phone,
        timezone=row.timezone,
        letter_at=row.letter_at,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        digest=row.digest,
    )


def sessions(look: Reading, digest: str) -> tuple[Session, ...]:
    """The actor's sessions, the latest used first; `digest` is that of this browser's word."""
    rows = look.session.scalars(
        select(_S)
        .where(_S.person_id == look.actor.id, _S.expires_at > look.now)
        .order_by(_S.last_seen_at.desc(), _S.id)
    )
    return tuple(Session(s.id == digest, s.created_at, s.last_seen_at) for s in rows)


def tokens(look: Reading) -> tuple[Token, ...]:
    """The actor's tokens in this programme that work, the newest first."""
    rows = look.session.scalars(
        select(_T)
        .where(_T.person_id == look.actor.id, _T.programme_id == look.programme_id, _T.revoked_at.is_(None))
        .where(or_(_T.expires_at.is_(None), _T.expires_at > look.now))
        .order_by(_T.id.desc())
    )
    return tuple(Token(t.id, t.name, t.created_at, t.expires_at, t.last_used_at) for t in rows)


def programmes(look: Reading) -> tuple[Programme, ...]:
    """Where the actor has a role, by name."""
    mine = select(_M.programme_id).where(
        _M.person_id == look.actor.id, or_(_M.ended_at.is_(None), _M.ended_at > look.now)
    )
    rows = look.session.scalars(select(_P).where(_P.id.in_(mine)).order_by(_P.name, _P.id))
    return tuple(Programme(r.id, r.said, r.id == look.programme_id) for r in rows)


def programme_name(look: Reading, programme_id: UUID) -> str:
    """What a programme is called, for somebody invited to it."""
    return look.session.get_one(_P, programme_id).said
