"""What does a post owe now, does it keep its word, and how soon does it answer? (R15, R39)

The record of a post is about the post, not about the person in it. It is made of all of the programme's findings,
since part of a record would be a wrong one; so only totals of it are shown, and only to these:

- whoever may see totals: advocates, the committee, coordinators and observers;
- a duty bearer: of their own post, and of the posts below it, for which theirs is asked next.

Which findings are behind a number is another question: a list of findings shows to each what they may see.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    true,
)

from clm_tracker.db import tables, visible
from clm_tracker.db.together import Together
from clm_tracker.db.units import Reading
from clm_tracker.domain import events
from clm_tracker.domain.deadlines import Unit, stopped_days
from clm_tracker.domain.duty_bearers import Post, superiors
from clm_tracker.domain.policy import GRANTS, Act, Actor
from clm_tracker.domain.words import (
    ActionState,
    Agreement,
    ClosedAs,
    FindingStatus,
    Kind,
    ObligationState,
    Role,
    Track,
)
from clm_tracker.queries.live import TICKING, is_word, live

ENOUGH = 5
_F, _O, _A = tables.FindingRow, tables.ObligationRow, tables.ActionRow
_L = tables.LedgerRow
_OF = bindparam("of", type_=Uuid())
ASKED = ("promised", "asked_of", "addressed")
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
class Resolved:
    """How many of the post's findings of one track are resolved, which the community checked (R6, R18); open ones count."""

    track: Track
    resolved: int
    of: int

    @property
    def enough(self) -> bool:
        """Are there enough of them to say anything?"""
        return self.of >= ENOUGH


@dataclass(frozen=True, slots=True)
class PostRecord:
    """The record of one post, over the whole programme; of tracks only those in which it has a finding."""

    promises: PromisesKept
    answering: Answering
    resolved: tuple[Resolved, ...]


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
    return told(look, post_id, Together.of(kept=False, **questions({post_id})).ask(look, given(look)))


def questions(post_ids: Collection[UUID]) -> dict[str, Select[*tuple[Any, ...]]]:
    """What the records of these posts are made of, to be asked with what is `given` beside other questions."""
    these = sorted(post_ids)
    return {"promised": _promised(these), "asked_of": _asked_of(these), "addressed": _addressed(these)}


def given(look: Reading) -> dict[str, object]:
    """What the questions are asked with."""
    return {"of": look.programme_id, "today": look.today}


def told(look: Reading, post_id: UUID, found: Mapping[str, Sequence[Any]]) -> PostRecord:
    """The record of one of the posts that were asked about, from the answers."""
    of = {name: [r for r in found[name] if r.duty_bearer_id == post_id] for name in ASKED}
    return PostRecord(
        _promises(look, of["promised"]), _answering(look, of["asked_of"]), _resolved(of["addressed"])
    )


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


def _promised(post_ids: list[UUID]) -> Select[*tuple[Any, ...]]:
    """Agreed actions whose first date has passed."""
    return select(_A.duty_bearer_id, _A.first_due_on, _A.state, _A.reported_at).where(
        _A.programme_id == _OF,
        _A.duty_bearer_id.in_(post_ids),
        _A.first_due_on < bindparam("today", type_=Date()),
        ~is_word(_A.state, ActionState.DROPPED),
        is_word(_A.agreement, Agreement.AGREED),
    )


def _promises(look: Reading, rows: Sequence[Any]) -> PromisesKept:
    """They are kept when they were reported by their first date and found fixed."""
    local = look.rules.calendar.local_date
    kept = sum(
        r.state is ActionState.VERIFIED
        and r.reported_at is not None
        and local(r.reported_at) <= r.first_due_on
        for r in rows
    )
    return PromisesKept(kept, len(rows))


def _asked_of(post_ids: list[UUID]) -> Select[*tuple[Any, ...]]:
    """What was acknowledged, and what still waits for it; what was taken back from the post was never its to answer."""
    return select(_O.duty_bearer_id, _O.start_at, _O.ended_at, _O.stops, _O.paused_at).where(
        _O.programme_id == _OF,
        _O.duty_bearer_id.in_(post_ids),
        is_word(_O.kind, Kind.ACKNOWLEDGE),
        ~is_word(_O.state, ObligationState.VOID),
    )


def _answering(look: Reading, rows: Sequence[Any]) -> Answering:
    days = [_days(look, r.start_at, r.ended_at, r.stops, r.paused_at) for r in rows]
    waiting = sum(r.ended_at is None for r in rows)
    return Answering(float(median(days)) if days else 0.0, len(days), waiting)


def _addressed(post_ids: list[UUID]) -> Select[*tuple[Any, ...]]:
    """The findings that these posts answer for, by track; what was withdrawn or merged asks nothing of anybody."""
    resolved = case((is_word(_F.status, FindingStatus.RESOLVED), 1), else_=0)
    return (
        select(_F.duty_bearer_id, _F.track, func.count().label("n"), func.sum(resolved).label("resolved"))
        .where(
            _F.programme_id == _OF,
            _F.duty_bearer_id.in_(post_ids),
            ~is_word(_F.status, FindingStatus.DRAFT),
            or_(_F.closed_as.is_(None), is_word(_F.closed_as, ClosedAs.UNRESOLVABLE)),
        )
        .group_by(_F.duty_bearer_id, _F.track)
    )


def _resolved(rows: Sequence[Any]) -> tuple[Resolved, ...]:
    return tuple(Resolved(r.track, int(r.resolved), r.n) for t in Track for r in rows if r.track is t)


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
