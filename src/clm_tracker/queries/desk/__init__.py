"""What waits for this person today? Grouped by role, soonest first; a fixed number of statements whatever the data."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    Integer,
    Select,
    Uuid,
    bindparam,
    case,
    cast,
    func,
    null,
    or_,
    select,
    union_all,
)

from clm_tracker.db import load, tables, visible
from clm_tracker.db.base import as_text
from clm_tracker.db.together import Together
from clm_tracker.db.units import Reading
from clm_tracker.db.visible import Sight
from clm_tracker.domain import actions, names, possible, proposals
from clm_tracker.domain.cases import Action, Obligation
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Kind, ObligationState, Role, Severity
from clm_tracker.kernel import sayings
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.kernel.speech import _
from clm_tracker.queries import first_steps, owes, paging, post_records, timeline, wording
from clm_tracker.queries.desk import questions
from clm_tracker.queries.desk.questions import Ask
from clm_tracker.queries.first_steps import FirstSteps
from clm_tracker.queries.letters import log
from clm_tracker.queries.live import NOW, TICKING
from clm_tracker.queries.paging import Count
from clm_tracker.queries.post_records import PostRecord
from clm_tracker.queries.proposals import subject_of

SHOWN, WHOLE = 5, 50
_F, _O, _A = tables.FindingRow, tables.ObligationRow, tables.ActionRow
_B = tables.BrakeRow
_OF = bindparam("of", type_=Uuid())
_BRAKE = select(_B.set_at, _B.reason, _B.held).where(_B.programme_id == _OF, _B.released_at.is_(None))
# The group, then the finding, the obligation and the action of one thing.
_Found = tuple[str, UUID, UUID | None, UUID | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that waits. What it asks stands in `what`; obligations bring their date, stage and next step.

    `cannot` are the acts about it that are not possible now, by the names in `queries.acts`. `recused` is the sentence
    why the actor has no say about it, `why_not` why they cannot approve the stage it asks about. `version` is that of the stage before the committee, else of the
    action, else of the finding. `stand` are the actions of a finding about which an agreement is
    owed, `handed_to` the post that it was said to be instead.
    """

    ref: str
    title: str
    severity: Severity
    severity_is_said: bool
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
    state: ObligationState | None
    cannot: frozenset[str]
    version: int
    recused: str | None
    why_not: str | None
    stand: tuple[Action, ...] = ()
    handed_to: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one sort: some of them, how many there are in all, and how many of all are late."""

    key: str
    title: str
    items: tuple[Item, ...]
    count: Count
    late: Count


@dataclass(frozen=True, slots=True)
class Brake:
    """Stage steps that wait for a coordinator (R31)."""

    since: datetime
    reason: str
    held: int


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that waits for one person, groups with a count of 0 too, and the records of that person's posts.

    `latest` is the newest line of the record. What is not the actor's to look after is None.
    """

    groups: tuple[Group, ...]
    latest: int
    brake: Brake | None
    letters: log.Waiting | None
    steps: FirstSteps | None
    records: Mapping[UUID, PostRecord]


def my_desk(look: Reading) -> Desk:
    """What waits for the actor, by the roles held: the first `SHOWN` of each group."""
    sight = Sight.of(look)
    asks = questions.asked(sight)
    beside = {
        "brake": Role.COORDINATOR in look.actor.roles(),
        "letters": look.why_not(Act.LOOK_AFTER_LETTERS, None) is None,
        "steps": look.why_not(Act.SET_UP, None) is None,
    }
    asked = _at_once(sight, asks, frozenset(name for name, theirs in beside.items() if theirs))
    found = asked.ask(look, _given(look) | post_records.given(look))
    groups = _groups(look, asks, (), SHOWN, found["groups"]) if asks else ()
    return Desk(
        groups,
        found["latest"][0].seq or 0,
        next(map(_brake, found.get("brake", ())), None),
        next(map(log.counted, found.get("letters", ())), None),
        next(map(first_steps.told, found.get("steps", ())), None),
        {post: post_records.told(look, post, found) for post in sorted(sight.posts)},
    )


@lru_cache(maxsize=questions.MANY)
def _at_once(sight: Sight, asks: tuple[Ask, ...], beside: frozenset[str]) -> Together:
    """The groups, and what is asked beside them, in one statement."""
    may = {"brake": _BRAKE, "letters": log.WAITING, "steps": first_steps.question(sight)}
    groups = {"groups": select(_few(asks, (), SHOWN).subquery())} if asks else {}
    # A committee's list of what is late is one that no plan suits for long.
    kept = sight.plain and Role.COMMITTEE not in sight.roles
    asked = groups | {name: may[name] for name in sorted(beside)}
    if sight.posts:
        asked |= post_records.questions(sight.posts)
    return Together.of(kept=kept, latest=timeline.LATEST, **asked)


def group(look: Reading, key: str, start: int = 0) -> Group:
    """One group, `WHOLE` of it from its `start`-th. Raises NotFound for a group that this desk does not have."""
    return groups(look, {key: start})[0]


def groups(look: Reading, starts: Mapping[str, int]) -> tuple[Group, ...]:
    """Several of them in as few statements as one, each from its own start, in the order of the desk."""
    asks = tuple(a for a in questions.asked(Sight.of(look)) if a.key in starts)
    if len(asks) < len(starts) or not all(0 <= start <= paging.MOST for start in starts.values()):
        raise NotFound("group")
    begin = tuple(starts[a.key] for a in asks)
    return _groups(look, asks, begin, WHOLE, look.session.execute(_few(asks, begin, WHOLE), _given(look)))


def _groups(
    look: Reading, asks: tuple[Ask, ...], starts: tuple[int, ...], shown: int, rows: Iterable[Any]
) -> tuple[Group, ...]:
    rows = sorted(rows, key=attrgetter("place", "nth"))
    found = [(asks[r.place].key, r.finding_id, r.obligation_id, r.action_id) for r in rows]
    items = _items(look, found, {a.key: a for a in asks})
    begun = {a.key for a, start in zip(asks, starts, strict=False) if start}
    # What is here from its first to its last needs no counting.
    long = _counted(look, tuple(a for a in asks if a.key in begun or len(items.get(a.key, ())) == shown))
    groups = []
    for a in asks:
        here = tuple(items.get(a.key, ()))
        all_, late = long.get(a.key) or (Count(len(here)), Count(sum(i.overdue for i in here)))
        groups.append(Group(a.key, _(a.title), here, all_, late))
    return tuple(groups)


def _given(look: Reading) -> dict[str, object]:
    return {"now": look.now, "me": look.actor.id}


def _counted(look: Reading, asks: tuple[Ask, ...]) -> dict[str, tuple[Count, Count]]:
    """How many there are of a group, and how many are late, as `owes.overdue` says it; only obligations have a day."""
    if not asks:
        return {}
    keys, statement = _many(asks)
    told = map(paging.counted, look.session.execute(statement, _given(look)).one())
    counts = dict(zip(keys, told, strict=True))
    return {a.key: (counts[a.key, False], counts.get((a.key, True), Count(0))) for a in asks}


@lru_cache(maxsize=questions.MANY)
def _many(asks: tuple[Ask, ...]) -> tuple[tuple[tuple[str, bool], ...], Select[Any]]:
    """The counts of these groups in one statement, and which is which."""
    of = {
        (a.key, late): a.query.where(_O.state.in_(TICKING), _O.due_at <= NOW) if late else a.query
        for a in asks
        for late in ((False, True) if a.of is _O else (False,))
    }
    bounded = (
        paging.bounded(q.with_only_columns(_F.id)).scalar_subquery().label(f"n{n}")
        for n, q in enumerate(of.values())
    )
    return tuple(of), select(*bounded)


@lru_cache(maxsize=questions.MANY)
def _few(asks: tuple[Ask, ...], starts: tuple[int, ...], shown: int) -> CompoundSelect[Any]:
    """A few of every group, each from its own start or from the first, in one statement."""
    none = cast(null(), Uuid)
    parts = []
    for number, ask in enumerate(asks):
        first = (
            ask.query.with_only_columns(
                as_text(number).label("place"),
                func.row_number(type_=Integer()).over(order_by=ask.by).label("nth"),
                _F.id.label("finding_id"),
                (_O.id if ask.of is _O else none).label("obligation_id"),
                (_A.id if ask.of is _A else none).label("action_id"),
            )
            .order_by(*ask.by)
            .offset(as_text(starts[number] if starts else 0))
            .limit(as_text(shown))
            .subquery()
        )
        parts.append(select(first))
    return union_all(*parts)


def _items(look: Reading, found: Sequence[_Found], asks: dict[str, Ask]) -> dict[str, list[Item]]:
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
                _F.severity_is_said,
                _F.area_id,
                _F.duty_bearer_id,
                _F.logged_at,
                _F.transfer_reason,
                _F.transfer_to,
                _F.resolve_proposed_at,
                case((_F.transfer_to.is_not(None), questions.SAID_ELSEWHERE_AT)).label("said_elsewhere_at"),
                _F.programme_id,
                _F.status,
                _F.theme_id,
                _F.logged_by,
                _F.organisation,
                _F.version,
                tables.SiteRow.name.label("site"),
                tables.SiteRow.names.label("site_names"),
            )
            .outerjoin(tables.SiteRow, tables.SiteRow.id == _F.site_id)
            .where(_F.id.in_({finding for _, finding, _, _ in found}))
        )
    }
    owed = {
        o.id: o for o in load.rows(look.session, "obligation", _O.id.in_({o for _, _, o, _ in found if o}))
    }
    action_ids = {a for _, _, _, a in found if a} | {o.action_id for o in owed.values() if o.action_id}
    asked = {o.finding_id for o in owed.values() if o.kind is Kind.AGREE}
    of_these = or_(_A.id.in_(action_ids), _A.finding_id.in_(asked)) if asked else _A.id.in_(action_ids)
    known = {a.id: a for a in load.rows(look.session, "action", of_these)}
    proposal_ids = {o.proposal_id for o in owed.values() if o.proposal_id}
    asked_for = {
        p.id: p for p in load.rows(look.session, "proposal", tables.ProposalRow.id.in_(proposal_ids))
    }
    groups: dict[str, list[Item]] = {}
    rules = look.rules
    for key, finding_id, obligation_id, action_id in found:
        o = owed.get(obligation_id) if obligation_id else None
        about = action_id or (o.action_id if o else None)
        action = known.get(about) if about else None
        note = action.what if action else heads[finding_id].transfer_reason if key == "transfers" else None
        head = heads[finding_id]
        proposal = asked_for.get(o.proposal_id) if o and o.proposal_id else None
        act = asks[key].act
        recused = look.why_not(act, subject_of(look, head)) if act else None
        why_not = proposals.why_not_approve(proposal, look.actor.id, rules, look.now) if proposal else None
        cannot = frozenset(_cannot(look, head, o, action))
        version = (proposal or action or head).version
        item = _item(look, head, o, about, note, _(asks[key].what), cannot, version)
        stand = [a for a in known.values() if a.finding_id == finding_id] if finding_id in asked else []
        stand.sort(key=lambda a: (a.proposed_at, a.id))
        since = _asked_at(key, head, action) or item.since
        item = replace(item, since=since, recused=recused, why_not=why_not, stand=tuple(stand))
        groups.setdefault(key, []).append(item)
    return groups


def _asked_at(key: str, head: Any, action: Action | None) -> datetime | None:  # noqa: ANN401 - as below
    """Since when an answer is waited for, where that is what the group asks."""
    asked = {"transfers": head.said_elsewhere_at, "confirm": head.resolve_proposed_at}
    if action is not None:
        proposed = action.proposed_at
        asked |= {"proposed": proposed, "asked": proposed, "extensions": action.extension_asked_at}
    return asked.get(key)


def _cannot(
    look: Reading,
    r: Any,  # noqa: ANN401 - a row of the head columns
    o: Obligation | None,
    action: Action | None,
) -> Iterator[str]:
    """The acts of the desk that are done already, or would be refused by the law (R15, R17)."""
    if r.transfer_to is not None:
        yield "propose_transfer"
    if action is None:
        return
    if possible.why_not_report_done(action):
        yield "report_done"
    if actions.why_not_extend(action, look.rules, look.now, o.due_on if o else None):
        yield "ask_extension"
    if possible.why_not_keep(action, look.rules.calendar.local_date(look.now)):
        yield "accept"


def _item(
    look: Reading,
    r: Any,  # noqa: ANN401 - a row of the head columns
    o: Obligation | None,
    action_id: UUID | None,
    note: str | None,
    what: str,
    cannot: frozenset[str],
    version: int,
) -> Item:
    rules = look.rules
    area = rules.areas.get(r.area_id)
    post = rules.posts.get(r.duty_bearer_id)
    return Item(
        ref=r.ref,
        title=wording.titled(r.title),
        severity=r.severity,
        severity_is_said=r.severity_is_said,
        site=names.said(r.site, r.site_names) if r.site else None,
        area=area.said if area else None,
        duty_bearer=post.said if post else None,
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
        then=owes.follows(o, rules, look.now, drawn=True)[0] if o else None,
        state=o.state if o else None,
        cannot=cannot,
        version=version,
        recused=None,
        why_not=None,
        handed_to=rules.posts[r.transfer_to].said if r.transfer_to in rules.posts else None,
    )


def _brake(row: Any) -> Brake:  # noqa: ANN401 - the row of `_BRAKE`
    return Brake(row.set_at, str(sayings.unpack(row.reason)), row.held)
