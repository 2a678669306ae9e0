"""Who comes by this link, is it still good, and how often was it used within the hour? (R40)"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Insert, bindparam, case, select
from sqlalchemy.orm import Session

from clm_tracker.db import actors, rules
from clm_tracker.db.base import inserting
from clm_tracker.db.tables import (
    DutyBearerRow,
    HolderRow,
    LinkCountRow,
    LinkRow,
    PersonRow,
    ProgrammeRow,
)
from clm_tracker.domain import links, names
from clm_tracker.domain.links import Standing
from clm_tracker.domain.policy import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A link and whoever comes by it. `language` is the one its reader is written to in, or nothing."""

    actor: Actor
    link_id: UUID
    finding_id: UUID
    post_id: UUID
    holder: str
    title: str
    titles: Mapping[str, str]
    institution: str
    institutions: Mapping[str, str]
    standing: Standing
    expires_at: datetime
    programme_name: str
    programme_names: Mapping[str, str]
    timezone: str
    language: str | None
    languages: tuple[str, ...]

    @property
    def post(self) -> str:
        """The post in the language of the moment."""
        return names.said_post(self.title, self.institution, self.titles, self.institutions)


_L, _H, _P, _D, _A = LinkRow, HolderRow, ProgrammeRow, DutyBearerRow, PersonRow
_ONE = (
    select(
        _L.id.label("link_id"),
        _L.programme_id,
        _L.finding_id,
        _L.duty_bearer_id.label("post_id"),
        _L.expires_at,
        _L.revoked_at,
        _H.id.label("holder_id"),
        _H.name.label("holder"),
        _H.person_id.label("account_id"),
        _H.from_on,
        _H.to_on,
        _H.language.label("holder_language"),
        _A.language.label("account_language"),
        _A.disabled_at,
        _D.title,
        _D.titles,
        _D.institution,
        _D.institutions,
        _P.name.label("programme_name"),
        _P.names.label("programme_names"),
        _P.timezone,
        _P.languages,
    )
    .join(_H, _H.id == _L.holder_id)
    .join(_D, _D.id == _L.duty_bearer_id)
    .join(_P, _P.id == _L.programme_id)
    .outerjoin(_A, _A.id == _H.person_id)
    .where(_L.id == bindparam("of"), _H.duty_bearer_id == _L.duty_bearer_id)
)


def came(session: Session, link_id: UUID, now: datetime) -> Came | None:
    """Who comes by the link of a post; None for one that does not exist, or that only answers by mail."""
    row = session.execute(_ONE, {"of": link_id}).one_or_none()
    if row is None:
        return None
    today = rules.local_day(row.timezone, now)
    return Came(
        actor=actors.by_link(row, today),
        link_id=row.link_id,
        finding_id=row.finding_id,
        post_id=row.post_id,
        holder=row.holder,
        title=row.title,
        titles=row.titles,
        institution=row.institution,
        institutions=row.institutions,
        standing=links.standing(
            now=now,
            today=today,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            from_on=row.from_on,
            to_on=row.to_on,
            is_disabled=row.disabled_at is not None,
        ),
        expires_at=row.expires_at,
        programme_name=row.programme_name,
        programme_names=row.programme_names,
        timezone=row.timezone,
        language=row.holder_language or row.account_language,
        languages=row.languages,
    )


def count(session: Session, link_id: UUID, what: str, now: datetime) -> int:
    """Once more: how often it was `what` ("open", "act") in this hour."""
    row = LinkCountRow
    over = row.since <= now - links.WINDOW
    counted = (
        inserting(session)(row)
        .values(link_id=link_id, what=what, since=now, n=1)
        .on_conflict_do_update(
            index_elements=[row.link_id, row.what],
            set_={"n": case((over, 1), else_=row.n + 1), "since": case((over, now), else_=row.since)},
        )
    )
    n: int = session.execute(counted.returning(row.n)).scalar_one()
    return n


def put(session: Session, rows: Iterable[Mapping[str, object]]) -> None:
    """Write new links in one statement; one that is there stays as it is."""
    values = [dict(row) for row in rows]
    if values:
        new: Insert = inserting(session)(LinkRow).on_conflict_do_nothing(index_elements=[LinkRow.id])
        session.execute(new, values)
