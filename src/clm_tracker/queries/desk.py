"""What waits for this person today? Grouped by role, soonest first; a fixed number of statements whatever the data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Uuid,
    and_,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)

from clm_tracker.db import load, tables, visible
from clm_tracker.db.units import Reading
from clm_tracker.domain.cases import Obligation
from clm_tracker.domain.words import (
    OWED_BY,
    ActionState,
    FindingStatus,
    Kind,
    ObligationState,
    Party,
    Role,
    Severity,
    Side,
)
from clm_tracker.queries import owes, paging, wording
from clm_tracker.queries.live import TICKING, live
from clm_tracker.queries.paging import Count

SHOWN = 10
_F, _O, _A = tables.FindingRow, tables.ObligationRow, tables.ActionRow
_COMMUNITY = frozenset({Role.ADVOCATE, Role.COORDINATOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that waits. What it asks stands in `what`; obligations bring their date, stage and next step."""

    ref: str
    title: str
    severity: Severity
    site: str | None
    area: str | None
    duty_bearer: str | None
    finding_id: UUID
    action_id: UUID | None
    obligation_id: UUID | None
    proposal_id: UUID | None
    kind: Kind | None
    what: str
    who: str | None
    note: str | None
    since: datetime
    due_at: datetime | None
    due_on: date | None
    overdue: bool
    stage: int
    stages: int
    stage_name: str | None
    next_step_at: datetime | None
    then: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one sort: the first of them, and how many there are in all."""

    key: str
    title: str
    items: tuple[Item, ...]
    count: Count


@dataclass(frozen=True, slots=True)
class Brake:
    """Stage steps that wait for a coordinator (R31)."""

    since: datetime
    reason: str
    held: int


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that waits for one person. Groups without anything in them are there too, with a count of 0."""

    groups: tuple[Group, ...]
    brake: Brake | None


@dataclass(frozen=True, slots=True)
class _Ask:
    """One group as a question, read from obligations, actions or findings. `what` stands in for the obligation's kind."""

    key: str
    title: str
    query: Select[Any]
    by: tuple[Any, ...]
    what: str = ""
    of: Any = _O


def my_desk(look: Reading) -> Desk:
    """What waits for the actor, by the roles held in this programme."""
    asks = list(_asks(look))
    brake = _brake(look) if Role.COORDINATOR in look.actor.roles() else None
    if not asks:
        return Desk((), brake)
    found = _found(look, asks)
    counts = look.session.execute(
        select(*(paging.bounded(a.query.with_only_columns(_F.id)).scalar_subquery() for a in asks))
    ).one()
    items = _items(look, found, {a.key: a for a in asks})
    return Desk(
        tuple(
            Group(a.key, a.title, tuple(items.get(a.key, ())), paging.counted(n))
            for a, n in zip(asks, counts, strict=True)
        ),
        brake,
    )


def _asks(look: Reading) -> Iterator[_Ask]:
    roles = look.actor.roles()
    if roles & _COMMUNITY:
        yield from _of_advocate(look)
    if look.actor.posts:
        mine = _owed(look, _O.duty_bearer_id.in_(sorted(look.actor.posts)))
        yield _Ask("mine", "What we owe", mine, (_O.due_at, _O.id))
    if Role.COMMITTEE in roles:
        yield from _of_committee(look)
    if Role.COORDINATOR in roles:
        yield _Ask("route", "Name the duty bearer", _owed(look, *_of_kind(Kind.ROUTE)), (_O.due_at, _O.id))
        held = and_(_O.next_check_at.is_(None), _O.next_step_at.is_not(None), _running())
        yield _Ask("held", "Held by the brake", _owed(look, held), (_O.due_at, _O.id))
        parked = _O.parked_until.is_not(None)
        yield _Ask("parked", "Could not be decided", _owed(look, parked), (_O.due_at, _O.id))


def _of_advocate(look: Reading) -> Iterator[_Ask]:
    open_ = visible.visible(look).where(
        _F.status == bindparam(None, FindingStatus.OPEN, type_=_F.status.type, literal_execute=True)
    )
    soonest = (_O.due_at, _O.id)
    yield _Ask("verify", "Verify", _owed(look, *_of_kind(Kind.VERIFY)), soonest)
    yield _Ask(
        "proposed",
        "Answer a proposed action",
        open_.join(_A, _A.finding_id == _F.id).where(
            _A.programme_id == look.programme_id,
            _A.state == bindparam(None, ActionState.PROPOSED, type_=_A.state.type, literal_execute=True),
            _A.proposed_side == Side.DUTY_BEARER,
        ),
        (_A.proposed_at, _A.id),
        "an answer to the proposed action",
        _A,
    )
    yield _Ask(
        "extensions",
        "Answer a request for more time",
        open_.join(_A, _A.finding_id == _F.id).where(_A.extension_asked_at.is_not(None)),
        (_A.extension_asked_at, _A.id),
        "an answer to the request for more time",
        _A,
    )
    yield _Ask(
        "transfers",
        "Answer a transfer",
        open_.where(_F.transfer_to.is_not(None)),
        (_F.logged_at, _F.id),
        "an answer to the transfer",
        _F,
    )
    yield _Ask(
        "confirm",
        "Confirm a resolution",
        open_.where(_F.resolve_proposed_by.is_not(None), _F.resolve_proposed_by != look.actor.id),
        (_F.resolve_proposed_at, _F.id),
        "a second person's confirmation",
        _F,
    )
    yield _Ask("tell", "Tell the community", _owed(look, *_of_kind(Kind.TELL_COMMUNITY)), soonest)
    yield _Ask("sustain", "Is it still fixed?", _owed(look, *_of_kind(Kind.SUSTAIN)), soonest)
    yield _Ask(
        "drafts",
        "Unfinished drafts",
        visible.visible(look).where(_F.status == FindingStatus.DRAFT, _F.logged_by == look.actor.id),
        (_F.logged_at.desc(), _F.id),
        "to be completed and opened",
        _F,
    )


def _of_committee(look: Reading) -> Iterator[_Ask]:
    yield _Ask("decide", "Decisions waiting", _owed(look, *_of_kind(Kind.DECIDE)), (_O.due_at, _O.id))
    late = _owed(look, _O.owed_by == Party.DUTY_BEARER, _O.state.in_(TICKING), _O.due_at <= look.now)
    yield _Ask("overdue", "Overdue, highest stage first", late, (_O.stage.desc(), _O.due_at, _O.id))
    yield _Ask("review", "Reviews at the last stage", _owed(look, *_of_kind(Kind.REVIEW)), (_O.due_at, _O.id))


def _running() -> ColumnElement[bool]:
    """As literal text, so that the database can match it with its index (`tables.obligations.HELD`)."""
    return _O.state == bindparam(None, ObligationState.RUNNING, type_=_O.state.type, literal_execute=True)


def _of_kind(kind: Kind) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The party says nothing new, and finds the index."""
    return _O.owed_by == OWED_BY[kind], _O.kind == kind


def _owed(look: Reading, *conditions: Any) -> Select[Any]:
    return (
        visible.visible(look)
        .join(_O, _O.finding_id == _F.id)
        .where(_O.programme_id == look.programme_id, live(_O), *conditions)
    )


def _found(look: Reading, asks: Sequence[_Ask]) -> list[tuple[str, UUID, UUID | None, UUID | None]]:
    """(group, finding, obligation, action) of the first few of every group, in one statement."""
    none = cast(null(), Uuid)
    parts = []
    for number, ask in enumerate(asks):
        first = (
            ask.query.with_only_columns(
                literal(number).label("place"),
                _F.id.label("finding_id"),
                (_O.id if ask.of is _O else none).label("obligation_id"),
                (_A.id if ask.of is _A else none).label("action_id"),
            )
            .order_by(*ask.by)
            .limit(SHOWN)
            .subquery()
        )
        parts.append(select(first))
    rows = look.session.execute(union_all(*parts))
    return [(asks[r.place].key, r.finding_id, r.obligation_id, r.action_id) for r in rows]


def _items(
    look: Reading, found: Sequence[tuple[str, UUID, UUID | None, UUID | None]], asks: dict[str, _Ask]
) -> dict[str, list[Item]]:
    if not found:
        return {}
    heads = {
        r.id: r
        for r in look.session.execute(
            visible.visible(look)
            .with_only_columns(
                _F.id,
                _F.ref,
                _F.title,
                _F.severity,
                _F.area_id,
                _F.duty_bearer_id,
                _F.logged_at,
                _F.transfer_reason,
                tables.SiteRow.name.label("site"),
            )
            .outerjoin(tables.SiteRow, tables.SiteRow.id == _F.site_id)
            .where(_F.id.in_({finding for _, finding, _, _ in found}))
        )
    }
    owed = {
        o.id: o for o in load.rows(look.session, "obligation", _O.id.in_({o for _, _, o, _ in found if o}))
    }
    action_ids = {a for _, _, _, a in found if a} | {o.action_id for o in owed.values() if o.action_id}
    actions = {a.id: a for a in load.rows(look.session, "action", _A.id.in_(action_ids))}
    groups: dict[str, list[Item]] = {}
    for key, finding_id, obligation_id, action_id in found:
        o = owed.get(obligation_id) if obligation_id else None
        about = action_id or (o.action_id if o else None)
        action = actions.get(about) if about else None
        note = action.what if action else heads[finding_id].transfer_reason if key == "transfers" else None
        groups.setdefault(key, []).append(_item(look, heads[finding_id], o, about, note, asks[key].what))
    return groups


def _item(
    look: Reading,
    r: Any,  # noqa: ANN401 - a row of the head columns
    o: Obligation | None,
    action_id: UUID | None,
    note: str | None,
    what: str,
) -> Item:
    rules = look.rules
    area = rules.areas.get(r.area_id)
    post = rules.posts.get(r.duty_bearer_id)
    return Item(
        ref=r.ref,
        title=r.title,
        severity=r.severity,
        site=r.site,
        area=area.name if area else None,
        duty_bearer=post.name if post else None,
        finding_id=r.id,
        action_id=action_id,
        obligation_id=o.id if o else None,
        proposal_id=o.proposal_id if o else None,
        kind=o.kind if o else None,
        what=what or (wording.what(o.kind) if o else ""),
        who=wording.who(o, rules) if o else None,
        note=note,
        since=o.start_at if o else r.logged_at,
        due_at=o.due_at if o else None,
        due_on=o.due_on if o else None,
        overdue=owes.overdue(o, look.now) if o else False,
        stage=o.stage if o else 0,
        stages=rules.ladders[o.ladder_id].last if o else 0,
        stage_name=owes.stage_name(o, rules) if o else None,
        next_step_at=o.next_step_at if o else None,
        then=owes.follows(o, rules, look.now)[0] if o else None,
    )


def _brake(look: Reading) -> Brake | None:
    brake = tables.BrakeRow
    row = look.session.execute(
        select(brake.set_at, brake.reason, brake.held).where(
            brake.programme_id == look.programme_id, brake.released_at.is_(None)
        )
    ).one_or_none()
    return None if row is None else Brake(row.set_at, row.reason, row.held)
