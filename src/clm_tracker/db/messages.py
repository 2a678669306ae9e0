"""Whose answer is it that came by mail, and of which letter does a server speak?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from clm_tracker.db import actors, links, rules
from clm_tracker.db.base import inserting, table_of
from clm_tracker.db.tables import (
    HolderRow,
    LetterItemRow,
    LetterRow,
    LinkRow,
    MessageRow,
    NoticeRow,
    PersonRow,
    ProgrammeRow,
)
from clm_tracker.domain import links as link_law
from clm_tracker.domain.letters import Reader
from clm_tracker.domain.links import Standing
from clm_tracker.domain.policy import Actor
from clm_tracker.domain.words import Channel

_MESSAGES = table_of(MessageRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerer:
    """The reader of a link: as whom they answer, and the addresses that are theirs today.

    No actor: they have no part in the programme any more. `post`: they answer for a post, and not for themselves.
    """

    link_id: UUID
    programme_id: UUID
    finding_id: UUID
    letter_id: UUID | None
    actor: Actor | None
    standing: Standing
    addresses: tuple[str, ...]
    post: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A letter that went out by mail. `address` is where to, `now_at` where its reader is written to today.

    `alarm`: all it said was that another letter had not arrived.
    """

    id: UUID
    programme_id: UUID
    reader: Reader
    name: str
    address: str
    now_at: str
    alarm: bool


def is_known(session: Session, message_id: str) -> bool:
    """Has this message come before?"""
    return session.scalar(select(MessageRow.id).where(MessageRow.message_id == message_id)) is not None


def add(session: Session, line: Mapping[str, Any]) -> bool:
    """Write the line of a message. False when another one brought the same message first, however close in time."""
    made = inserting(session)(_MESSAGES).values(**line)
    new = made.on_conflict_do_nothing(index_elements=[_MESSAGES.c.message_id]).returning(_MESSAGES.c.id)
    return session.execute(new).first() is not None


def explain(session: Session, id: UUID, why: str) -> None:
    """Say more about a message whose line was just written."""
    session.execute(update(_MESSAGES).where(_MESSAGES.c.id == id).values(why=why))


def only_programme(session: Session) -> UUID | None:
    """The programme that there is, when there is one alone."""
    found = list(session.scalars(select(ProgrammeRow.id).limit(2)))
    return found[0] if len(found) == 1 else None


def link_exists(session: Session, link_id: UUID) -> bool:
    """Is there such a link, good or not?"""
    return session.scalar(select(LinkRow.id).where(LinkRow.id == link_id)) is not None


def letter_exists(session: Session, letter_id: UUID) -> bool:
    """Is there such a letter?"""
    return session.scalar(select(LetterRow.id).where(LetterRow.id == letter_id)) is not None


def answerer(session: Session, link_id: UUID, now: datetime) -> Answerer | None:
    """The reader of the link; None when there is no such link."""
    row = session.execute(
        select(LinkRow, ProgrammeRow.timezone)
        .join(ProgrammeRow, ProgrammeRow.id == LinkRow.programme_id)
        .where(LinkRow.id == link_id)
    ).one_or_none()
    if row is None:
        return None
    link: LinkRow = row.LinkRow
    if link.person_id is not None:
        return _by_person(session, link, link.person_id, row.timezone, now)
    came = links.came(session, link_id, now)
    if came is None:
        return None
    theirs = session.execute(
        select(HolderRow.email, PersonRow.email.label("account"))
        .outerjoin(PersonRow, PersonRow.id == HolderRow.person_id)
        .where(HolderRow.id == link.holder_id)
    ).one()
    return Answerer(
        link_id=link.id,
        programme_id=link.programme_id,
        finding_id=link.finding_id,
        letter_id=link.letter_id,
        actor=came.actor,
        standing=came.standing,
        addresses=tuple(one for one in (theirs.email, theirs.account) if one),
        post=True,
    )


def _by_person(session: Session, link: LinkRow, person_id: UUID, timezone: str, now: datetime) -> Answerer:
    today = rules.local_day(timezone, now)
    actor = actors.load(session, person_id, link.programme_id, now=now, day=today)
    email = session.scalar(select(PersonRow.email).where(PersonRow.id == person_id))
    return Answerer(
        link_id=link.id,
        programme_id=link.programme_id,
        finding_id=link.finding_id,
        letter_id=link.letter_id,
        actor=actor,
        standing=link_law.standing(
            now=now,
            today=today,
            expires_at=link.expires_at,
            revoked_at=link.revoked_at,
            from_on=today,
            to_on=None,
            is_disabled=actor is None,
        ),
        addresses=(email,) if email else (),
        post=False,
    )


def sent(session: Session, letter_id: UUID) -> Sent | None:
    """The letter, when it went by mail to somebody who is still known."""
    row = session.execute(
        select(
            LetterRow.id,
            LetterRow.programme_id,
            LetterRow.person_id,
            LetterRow.holder_id,
            LetterRow.address,
            func.coalesce(HolderRow.name, PersonRow.name).label("name"),
            func.coalesce(HolderRow.email, PersonRow.email).label("email"),
        )
        .outerjoin(HolderRow, HolderRow.id == LetterRow.holder_id)
        .outerjoin(PersonRow, PersonRow.id == LetterRow.person_id)
        .where(LetterRow.id == letter_id, LetterRow.channel == Channel.MAIL)
    ).one_or_none()
    if row is None or row.name is None:
        return None
    kinds = set(
        session.scalars(
            select(NoticeRow.kind)
            .join(LetterItemRow, LetterItemRow.notice_id == NoticeRow.id)
            .where(LetterItemRow.letter_id == letter_id)
        )
    )
    return Sent(
        id=row.id,
        programme_id=row.programme_id,
        reader=Reader(channel=Channel.MAIL, person_id=row.person_id, holder_id=row.holder_id),
        name=row.name,
        address=(row.address or "").lower(),
        now_at=(row.email or "").lower(),
        alarm=kinds == {"letter_undeliverable"},
    )
