"""Who can answer about this finding without an account, and what was done by which link? (R40)"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from clm_tracker.db import tables, visible
from clm_tracker.db.units import Reading
from clm_tracker.domain import links as law
from clm_tracker.domain.links import Standing
from clm_tracker.queries import timeline
from clm_tracker.queries.timeline import Entry

MOST = 200
_K, _H, _A, _L = tables.LinkRow, tables.HolderRow, tables.PersonRow, tables.LedgerRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One link: whose it is, how long it is good, and what was done by it, newest first."""

    id: UUID
    holder: str
    post: str
    given_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    asked_again_at: datetime | None
    standing: Standing
    uses: tuple[Entry, ...]


def uses(look: Reading, finding_id: UUID, link_id: UUID | None = None) -> Mapping[UUID, tuple[Entry, ...]]:
    """What people did about a finding by links, newest first, by link; or by one of them alone."""
    seen = visible.visible(look).with_only_columns(tables.FindingRow.id)
    seen = seen.where(tables.FindingRow.id == finding_id)
    query = select(*timeline.SHOWN).where(_L.link_id.is_not(None), _L.finding_id.in_(seen))
    if link_id is not None:
        query = query.where(_L.link_id == link_id)
    found: dict[UUID, list[Entry]] = {}
    for row in look.session.execute(query.order_by(_L.seq.desc()).limit(MOST)):
        entry = timeline.entry(look, row)
        # What follows from an act, such as that an obligation is met, is not what somebody did.
        if entry.subject is not None or entry.kind == "link_returned":
            found.setdefault(row.link_id, []).append(entry)
    return {one: tuple(entries) for one, entries in found.items()}


def of_finding(look: Reading, finding_id: UUID) -> tuple[Given, ...]:
    """The links of posts about a finding that the actor may see, the newest first."""
    used = uses(look, finding_id)
    seen = visible.visible(look).with_only_columns(tables.FindingRow.id)
    query = (
        select(_K, _H.name, _H.from_on, _H.to_on, _A.disabled_at)
        .join(_H, _H.id == _K.holder_id)
        .outerjoin(_A, _A.id == _H.person_id)
        .where(_K.finding_id == finding_id, _K.finding_id.in_(seen), _K.duty_bearer_id.is_not(None))
        .order_by(_K.created_at.desc(), _K.id)
        .limit(MOST)
    )
    return tuple(
        Given(
            id=row.id,
            holder=name,
            post=_post(look, row.duty_bearer_id),
            given_at=row.created_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            asked_again_at=row.asked_again_at,
            standing=law.standing(
                now=look.now,
                today=look.today,
                expires_at=row.expires_at,
                revoked_at=row.revoked_at,
                from_on=from_on,
                to_on=to_on,
                is_disabled=disabled_at is not None,
            ),
            uses=used.get(row.id, ()),
        )
        for row, name, from_on, to_on, disabled_at in look.session.execute(query)
    )


def _post(look: Reading, post_id: UUID | None) -> str:
    post = look.rules.posts.get(post_id) if post_id else None
    return post.said if post else ""
