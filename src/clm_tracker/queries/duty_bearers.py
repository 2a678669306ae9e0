"""Which posts are there, who holds them, and what do they owe now? Their record is in `post_records`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from clm_tracker.db import load, tables, visible
from clm_tracker.db.units import Reading
from clm_tracker.db.visible import Sight
from clm_tracker.domain import names
from clm_tracker.domain.duty_bearers import Post, superiors
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.queries import paging, post_records
from clm_tracker.queries.findings.detail import Owed, owed
from clm_tracker.queries.live import TICKING, live
from clm_tracker.queries.paging import Count
from clm_tracker.queries.post_records import Load, PostRecord, PostReply

SHOWN = 25
_F, _O = tables.FindingRow, tables.ObligationRow
_B, _H, _S = tables.DutyBearerRow, tables.HolderRow, tables.SiteRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    """One post. `titles` and `institutions` are by language; `holder` is None while it is vacant.

    `version` counts its changes, and those of who holds it.
    """

    id: UUID
    name: str
    title: str
    titles: Mapping[str, str]
    institution: str
    institutions: Mapping[str, str]
    level: str
    area_id: UUID | None
    area: str | None
    site_id: UUID | None
    superior_id: UUID | None
    superior: str | None
    themes: frozenset[UUID]
    holder: str | None
    from_on: date | None
    to_on: date | None
    version: int

    @property
    def said(self) -> str:
        """Its name in the language of the moment."""
        return names.said_post(self.title, self.institution, self.titles, self.institutions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Who held the post from when to when. How to reach them is for coordinators only; `email_failed_at`: a letter came back."""

    id: UUID
    name: str
    from_on: date
    to_on: date | None
    email: str | None
    phone: str | None
    language: str | None
    email_failed_at: datetime | None
    has_account: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDetail:
    """One post with what it owes, as far as this actor may see the findings behind it.

    `record` is None for whoever it is not shown to, `load` too; `all_seen`: a list of its findings shows the actor all
    of them. `above` begins with the nearest.
    """

    post: PostRow
    site: str | None
    holders: tuple[Held, ...]
    above: tuple[PostRow, ...]
    below: tuple[PostRow, ...]
    owes: tuple[tuple[str, str, Owed], ...]
    owes_count: Count
    overdue_count: Count
    load: Load | None
    record: PostRecord | None
    all_seen: bool
    replies: tuple[PostReply, ...]


@dataclass(frozen=True, slots=True)
class PostsPage:
    """Posts by name; `next` is the cursor of the page after it."""

    items: tuple[PostRow, ...]
    next: str | None


def page(
    look: Reading,
    *,
    q: str = "",
    level: str | None = None,
    area: UUID | None = None,
    vacant: bool = False,
    closed: bool = False,
    after: str | None = None,
    limit: int = 50,
) -> PostsPage:
    """The posts that exist today, or with `closed` those that do not, by name; `vacant` are those without a holder.

    The programme's posts are in memory, so this asks the database nothing.
    """
    limit = paging.checked(limit)
    key = paging.place("duty_bearers", after, (str, UUID))
    wanted, today = names.folded(q), look.rules.directory.day
    found = sorted(
        (
            p
            for p in look.rules.posts.values()
            if p.exists_on(today) is not closed
            and not (vacant and p.held_on(today))
            and (not wanted or any(wanted in names.folded(name) for name in (p.name, p.said, *_halves(p))))
            and level in {None, p.level}
            and area in {None, p.area_id}
        ),
        key=lambda p: (p.name, str(p.id)),
    )
    if key is not None:
        found = [p for p in found if (p.name, str(p.id)) > (key[0], str(key[1]))]
    kept = found[:limit]
    more = paging.cursor("duty_bearers", (kept[-1].name, kept[-1].id)) if len(found) > limit else None
    return PostsPage(tuple(row(look, p) for p in kept), more)


def of_area(look: Reading, area_id: UUID) -> tuple[PostRow, ...]:
    """The posts of an area and of its sites that are not over, by name."""
    found = (p for p in look.rules.posts.values() if p.area_id == area_id and not p.ended_before(look.today))
    return tuple(row(look, p) for p in sorted(found, key=lambda p: (p.name, str(p.id))))


def _halves(p: Post) -> tuple[str, ...]:
    """What else it is called."""
    return (*p.titles.values(), *p.institutions.values())


def row(look: Reading, p: Post) -> PostRow:
    """One post as it stands today."""
    rules = look.rules
    today = rules.directory.day
    area = rules.areas.get(p.area_id) if p.area_id else None
    above = rules.posts.get(p.superior_id) if p.superior_id else None
    return PostRow(
        id=p.id,
        name=p.name,
        title=p.title,
        titles=p.titles,
        institution=p.institution,
        institutions=p.institutions,
        level=p.level,
        area_id=p.area_id,
        area=area.said if area else None,
        site_id=p.site_id,
        superior_id=p.superior_id,
        superior=above.said if above else None,
        themes=p.themes,
        holder=next((h.name for h in p.holders if h.on(today)), None),
        from_on=p.from_on,
        to_on=p.to_on,
        version=p.version,
    )


def one(look: Reading, id: UUID) -> PostDetail:
    """One post with what it owes now, soonest first, and its record. Raises NotFound."""
    posts = look.rules.posts
    if id not in posts:
        raise NotFound("duty bearer")
    owing = (
        visible.visible(look)
        .with_only_columns(_O.id, _F.ref, _F.title)
        .join(_O, _O.finding_id == _F.id)
        .where(_O.programme_id == look.programme_id, _O.duty_bearer_id == id, live(_O))
    )
    late = owing.where(_O.state.in_(TICKING), _O.due_at <= look.now)
    rows = look.session.execute(owing.order_by(_O.due_at, _O.id).limit(SHOWN)).all()
    found = {o.id: o for o in load.rows(look.session, "obligation", _O.id.in_([r.id for r in rows]))}
    of_site = [
        select(column).where(tables.SiteRow.id == posts[id].site_id).scalar_subquery()
        for column in (tables.SiteRow.name, tables.SiteRow.names)
    ]
    counts = (paging.bounded(owing).scalar_subquery(), paging.bounded(late).scalar_subquery())
    n_owed, n_late, site, site_names = look.session.execute(select(*counts, *of_site)).one()
    return PostDetail(
        post=row(look, posts[id]),
        site=names.said(site, site_names) if site else None,
        holders=_holders(look, id),
        above=tuple(row(look, posts[p]) for p in superiors(id, posts)),
        below=tuple(
            row(look, p)
            for p in sorted(posts.values(), key=lambda p: (p.name, str(p.id)))
            if p.superior_id == id
        ),
        owes=tuple((r.ref, r.title, owed(found[r.id], look)) for r in rows),
        owes_count=paging.counted(n_owed),
        overdue_count=paging.counted(n_late),
        load=post_records.loads(look, [id]).get(id),
        record=post_records.record(look, id) if post_records.may_see(look.actor, id, posts) else None,
        all_seen=id in look.actor.posts or Sight.of(look).whole,
        replies=post_records.replies(look, id),
    )


class Site(NamedTuple):
    """A site that a post answers for: its name in the language of the moment, and its code."""

    said: str
    code: str | None


def sites(look: Reading) -> Mapping[UUID, Site]:
    """The sites that posts answer for, by their identifiers."""
    answered_for = select(_B.site_id).where(_B.programme_id == look.programme_id, _B.site_id.is_not(None))
    rows = look.session.execute(select(_S.id, _S.name, _S.names, _S.code).where(_S.id.in_(answered_for)))
    return {id: Site(names.said(name, by_language), code) for id, name, by_language, code in rows}


def _holders(look: Reading, post_id: UUID) -> tuple[Held, ...]:
    """Everybody who held the post, the newest first."""
    told = look.why_not(Act.SET_UP, None) is None
    rows = look.session.scalars(
        select(_H).where(_H.duty_bearer_id == post_id).order_by(_H.from_on.desc(), _H.id.desc())
    )
    return tuple(
        Held(
            id=h.id,
            name=h.name,
            from_on=h.from_on,
            to_on=h.to_on,
            email=h.email if told else None,
            phone=h.phone if told else None,
            language=h.language if told else None,
            email_failed_at=h.email_failed_at if told else None,
            has_account=h.person_id is not None,
        )
        for h in rows
    )
