"""Whose calendar is it that a program reads without a session, and how often did it within the hour?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, case, or_, select, update
from sqlalchemy.orm import Session

from clm_tracker.db.tables import FeedRow, PersonRow, ProgrammeRow
from clm_tracker.domain import feeds
from clm_tracker.domain.feeds import Scope

_F, _P, _G = FeedRow, PersonRow, ProgrammeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A calendar and the person as whom it looks. `language` is the one they read in."""

    id: UUID
    programme_id: UUID
    person_id: UUID
    scope: Scope
    about: UUID | None
    revoked: bool
    language: str
    languages: tuple[str, ...]


def known(session: Session, digest: str) -> Feed | None:
    """The calendar whose word has this digest; None for a word that was never given."""
    row = session.execute(
        select(_F, _P.language, _G.languages)
        .join(_P, _P.id == _F.person_id)
        .join(_G, _G.id == _F.programme_id)
        .where(_F.hash == digest)
    ).one_or_none()
    if row is None:
        return None
    feed: Any = row[0]
    return Feed(
        id=feed.id,
        programme_id=feed.programme_id,
        person_id=feed.person_id,
        scope=Scope(feed.scope),
        about=feed.about,
        revoked=feed.revoked_at is not None,
        language=row.language,
        languages=row.languages,
    )


def read_again(session: Session, feed_id: UUID, now: datetime) -> bool:
    """Count that it is read once more; False when that is too often."""
    over = or_(_F.asked_since.is_(None), _F.asked_since <= now - feeds.WINDOW)
    counted = (
        update(_F)
        .where(_F.id == feed_id, or_(over, _F.asked < feeds.READS))
        .values(
            asked=case((over, 1), else_=_F.asked + 1),
            asked_since=case((over, now), else_=_F.asked_since),
            read_at=now,
        )
        .execution_options(synchronize_session=False)
    )
    done = session.execute(counted)
    assert isinstance(done, CursorResult)
    return done.rowcount == 1
