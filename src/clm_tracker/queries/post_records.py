"""What does a post owe now, does it keep its word, and how soon does it answer? (R15, R39)

The record of a post is about the post, not about the person in it. It is made of all of the programme's findings,
since part of a record would be a wrong one; so only totals of it are shown, and only to these:

- whoever may see totals: advocates, the committee, coordinators and observers;
- a duty bearer: of their own post, and of the posts below it, for which theirs is asked next.

Which findings are behind a number is another question: a list of findings shows to each what they may see.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, select, true

from clm_tracker.db import tables, visible
from clm_tracker.db.units import Reading
from clm_tracker.domain import events
from clm_tracker.domain.deadlines import Unit, stopped_days
from clm_tracker.domain.duty_bearers import Post, superiors
from clm_tracker.domain.policy import GRANTS, Act, Actor
from clm_tracker.domain.words import ActionState, Agreement, FindingStatus, Kind, ObligationState, Role
from clm_tracker.queries.live import TICKING, live

ENOUGH = 5
_F, _O, _A = tables.FindingRow, tables.ObligationRow, tables.ActionRow
_L = tables.LedgerRow
Stops = tuple[tuple[datetime, datetime, str], ...]


@dataclass(frozen=True, slots=True)
class PromisesKept:
    """How many of the promises whose first date has passed were kept by it (R15); too few say nothing."""

    kept: int
    due: int

    @property
    def enough(self) -> bool:
        """Are there enough of them to say anything?"""
        return self.due >= ENOUGH


@dataclass(frozen=True, slots=True)
class Answering:
    """The median of the working days until a finding was acknowledged; one that waits counts with its days so far."""

    median: float
    asked: int
    waiting: int

    @property
    def enough(self) -> bool:
        """Are there enough of them to say anything?"""
        return self.asked >= ENOUGH


@dataclass(frozen=True, slots=True)
class PostRecord:
    """The record of one post, over the whole programme."""

    promises: PromisesKept
    answering: Answering


@dataclass(frozen=True, slots=True)
class Load:
    """The open findings that a post answers for, and in how many of them something is late."""

    open: int
    late: int


@dataclass(frozen=True, slots=True)
class PostReply:
    """What was said about a finding in the name of the post."""

    ref: str
    title: str
    at: datetime
    by: str
    text: str


def may_see(actor: Actor, post_id: UUID, posts: Mapping[UUID, Post]) -> bool:
    """Is the record of this post for this actor's eyes?"""
    if any(Act.SEE_TOTALS in GRANTS[role] for role in actor.roles()):
        return True
    return bool(actor.posts & {post_id, *superiors(post_id, posts)})


def sees_findings(actor: Actor, post_id: UUID) -> bool:
    """Does a list of this post's findings show this actor more than a stray one: is it theirs, or are they community?"""
    roles = {role for role in actor.roles() if Act.SEE_FINDINGS in GRANTS[role]}
    return bool(roles - {Role.DUTY_BEARER}) or post_id in actor.posts


def loads(look: Reading, post_ids: Collection[UUID]) -> dict[UUID, Load]:
    """The load of each of these posts that the actor may know; exactly what the list of findings shows them."""
    posts = look.rules.posts
    seen = [p for p in post_ids if may_see(look.actor, p, posts) and sees_findings(look.actor, p)]
    totals = [p for p in post_ids if may_see(look.actor, p, posts) and p not in set(seen)]
    return {**_loads(look, seen, visible.condition(look)), **_loads(look, totals, true())}


def record(look: Reading, post_id: UUID) -> PostRecord:
    """The record of one post; whether the actor may see it is asked by `may_see`."""
    return PostRecord(_promises(look, post_id), _answering(look, post_id))


def replies(look: Reading, post_id: UUID, *, limit: int = 10) -> tuple[PostReply, ...]:
    """The newest replies about findings that this post answers for, as far as the actor may see them."""
    rows = look.session.execute(
        select(_L.at, _L.actor_name, _L.actor_role, _L.facts, _F.ref, _F.title)
        .join(_F, _F.id == _L.finding_id)
        .where(
            visible.condition(look),
            _F.duty_bearer_id == post_id,
            _L.programme_id == look.programme_id,
            _L.kind == events.Replied.kind,
        )
        .order_by(_L.seq.desc())
        .limit(limit)
    )
    return tuple(
        PostReply(
            r.ref,
            r.title,
            r.at,
            r.facts.get("on_behalf_of") or look.called(r.actor_name, r.actor_role),
            r.facts["text"],
        )
        for r in rows
    )


def _loads(look: Reading, post_ids: Collection[UUID], seen: ColumnElement[bool]) -> dict[UUID, Load]:
    if not post_ids:
        return {}
    late = exists().where(
        _O.finding_id == _F.id, live(_O), and_(_O.state.in_(TICKING), _O.due_at <= look.now)
    )
    rows = look.session.execute(
        select(_F.duty_bearer_id, func.count(), func.sum(case((late, 1), else_=0)))
        .where(
            seen,
            _F.programme_id == look.programme_id,
            _F.status == FindingStatus.OPEN,
            _F.duty_bearer_id.in_(sorted(post_ids)),
        )
        .group_by(_F.duty_bearer_id)
    )
    found = {post: Load(n, int(n_late or 0)) for post, n, n_late in rows}
    return {post: found.get(post, Load(0, 0)) for post in post_ids}


def _promises(look: Reading, post_id: UUID) -> PromisesKept:
    """Agreed actions whose first date has passed: kept when they were reported by then and found fixed."""
    today = look.rules.calendar.local_date(look.now)
    rows = look.session.execute(
        select(_A.first_due_on, _A.state, _A.reported_at).where(
            _A.programme_id == look.programme_id,
            _A.duty_bearer_id == post_id,
            _A.first_due_on < today,
            _A.state != ActionState.DROPPED,
            _A.agreement == Agreement.AGREED,
        )
    )
    kept = due = 0
    for first, state, reported_at in rows:
        due += 1
        if state is ActionState.VERIFIED and reported_at is not None and first is not None:
            kept += look.rules.calendar.local_date(reported_at) <= first
    return PromisesKept(kept, due)


def _answering(look: Reading, post_id: UUID) -> Answering:
    """What was acknowledged, and what still waits for it; what was taken back from the post was never its to answer."""
    rows = look.session.execute(
        select(_O.start_at, _O.ended_at, _O.stops, _O.paused_at).where(
            _O.programme_id == look.programme_id,
            _O.duty_bearer_id == post_id,
            _O.kind == Kind.ACKNOWLEDGE,
            _O.state != ObligationState.VOID,
        )
    ).all()
    days = [_days(look, r.start_at, r.ended_at, r.stops, r.paused_at) for r in rows]
    waiting = sum(r.ended_at is None for r in rows)
    return Answering(float(median(days)) if days else 0.0, len(days), waiting)


def _days(
    look: Reading, start: datetime, ended: datetime | None, stops: Stops, paused_at: datetime | None
) -> int:
    """Working days from asking to answering; those on which the clock stood still are given back (R16)."""
    calendar, end = look.rules.calendar, ended or look.now
    passed = calendar.count_working_days(calendar.local_date(start), calendar.local_date(end))
    standing = [(one, other) for one, other, _why in stops]
    if ended is None and paused_at is not None:
        standing.append((paused_at, end))
    given_back = sum(
        stopped_days(one, min(other, end), calendar, Unit.WORKING_DAYS) for one, other in standing
    )
    return max(passed - given_back, 0)
