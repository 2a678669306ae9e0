"""Who owes what, soonest first, across all findings that this actor may see; and what is known about one of it? (R9, R16)"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement

from clm_tracker.db import load, tables, visible
from clm_tracker.db.units import Reading
from clm_tracker.domain import deadlines, events
from clm_tracker.domain.cases import Case, Obligation
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import LIVE, FindingStatus, Kind, ObligationState, Party
from clm_tracker.queries import acts, explain, owes, paging, staircase, timeline
from clm_tracker.queries.acts import PossibleAct
from clm_tracker.queries.explain import DueDate, Explained
from clm_tracker.queries.findings.detail import Owed, owed
from clm_tracker.queries.live import TICKING, live
from clm_tracker.queries.owes import Next
from clm_tracker.queries.paging import Count
from clm_tracker.queries.staircase import Staircase
from clm_tracker.queries.timeline import Entry

_F, _O = tables.FindingRow, tables.ObligationRow


@dataclass(frozen=True, slots=True)
class OwedRow:
    """One live obligation and the finding it is about."""

    ref: str
    title: str
    obligation: Owed


@dataclass(frozen=True, slots=True)
class ObligationsPage:
    """One page; `next` is the cursor of the page after it."""

    items: tuple[OwedRow, ...]
    next: str | None
    count: Count


@dataclass(frozen=True, slots=True)
class Stop:
    """A while in which the clock stood still, and why; no end while it lasts."""

    start: datetime
    end: datetime | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationDetail:
    """One obligation, live or over. `next` and `explained` are there while it is live; `left` when its clock stands.

    `left` is the due day if the clock ran again now: the working time that is kept (R16).
    """

    case: Case
    obligation: Obligation
    owed: Owed
    next: Next | None
    explained: Explained | None
    due: DueDate
    stairs: Staircase
    stops: tuple[Stop, ...]
    left: date | None
    reminders: tuple[datetime, ...]
    acts: tuple[PossibleAct, ...]
    lines: tuple[Entry, ...]


def one(look: Reading, id: UUID) -> ObligationDetail:
    """The obligation with this identifier. Raises NotFound where the actor may not see its finding."""
    case = load.case_of(look, "obligation", id, lock=False)
    o, rules = case.obligations[id], look.rules
    lives = o.state in LIVE and case.finding.status is not FindingStatus.DRAFT
    asked_for = {p.id for p in case.proposals.values() if p.obligation_id == id}
    rows = timeline.rows_of(look, case.finding.id, {id, *asked_for})
    kinds = [(r.at, r.kind) for r in rows if r.obligation_id == id]
    return ObligationDetail(
        case=case,
        obligation=o,
        owed=owed(o, look),
        next=owes.of(o, rules, look.now) if lives else None,
        explained=explain.explained(o, case, look) if lives else None,
        due=explain.due_date(o, case, rules, look.now),
        stairs=staircase.staircase(o, staircase.of_lines(rows), rules),
        stops=_stops(o),
        left=_left(o, rules, look.now),
        reminders=tuple(at for at, kind in kinds if kind == events.Reminded.kind),
        acts=tuple(a for a in acts.acts_for(look, case) if a.target_id == id or _is_about(a, o)),
        lines=tuple(timeline.entry(look, r) for r in reversed(rows)),
    )


# What is done about the finding as a whole, and answers an obligation of this kind.
_MEETS = {
    Kind.ROUTE: ("name_duty_bearer",),
    Kind.ACKNOWLEDGE: ("acknowledge", "refuse", "propose_transfer"),
    Kind.AGREE: ("propose", "refuse", "propose_transfer"),
    Kind.ACT: ("report_done", "ask_extension"),
    Kind.VERIFY: ("verify", "resolve"),
    Kind.DECIDE: ("approve", "defer", "refuse", "check_risk"),
    Kind.TELL_COMMUNITY: ("tell_community",),
    Kind.SUSTAIN: ("check_sustained",),
    Kind.REVIEW: ("review",),
}


def _is_about(act: PossibleAct, o: Obligation) -> bool:
    if act.target == "obligation" or act.verb not in _MEETS[o.kind] or o.state not in LIVE:
        return False
    if act.target == "action":
        return act.target_id == o.action_id
    if act.target == "proposal":
        return act.target_id == o.proposal_id
    return o.kind not in {Kind.ACT, Kind.DECIDE} and not (act.verb == "resolve" and o.action_id)


def _stops(o: Obligation) -> tuple[Stop, ...]:
    over = [Stop(start, end, explain.reason(why)) for start, end, why in o.stops]
    if o.paused_at is not None and o.state in LIVE:
        why = str(o.pause_reason) if o.pause_reason else explain.BEING_CHECKED
        over.append(Stop(o.paused_at, None, explain.reason(why)))
    return tuple(over)


def _left(o: Obligation, rules: Rules, now: datetime) -> date | None:
    if o.paused_at is None or o.state not in {ObligationState.PAUSED, ObligationState.SUSPENDED}:
        return None
    due = deadlines.Due(o.due_on, o.due_at)
    return deadlines.after_stop(due, rules.unit(o.window), o.paused_at, now, rules.calendar).on


def page(
    look: Reading,
    *,
    owed_by: Party | None = None,
    duty_bearer: UUID | None = None,
    kind: Kind | None = None,
    overdue: bool | None = None,
    due_before: datetime | None = None,
    after: str | None = None,
    limit: int = 25,
) -> ObligationsPage:
    """What is owed now. Raises Invalid for a wrong cursor or limit."""
    limit = paging.checked(limit)
    key = paging.place("obligations", after, (datetime, UUID))
    conditions: list[ColumnElement[bool]] = [_O.programme_id == look.programme_id, live(_O)]
    if owed_by is not None:
        conditions.append(_O.owed_by == owed_by)
    if duty_bearer is not None:
        conditions.append(_O.duty_bearer_id == duty_bearer)
    if kind is not None:
        conditions.append(_O.kind == kind)
    if overdue is not None:
        late = (_O.due_at <= look.now) & _O.state.in_(TICKING)
        conditions.append(late if overdue else ~late)
    if due_before is not None:
        conditions.append(_O.due_at < due_before)
    query = (
        visible.visible(look)
        .with_only_columns(_O.id, _O.due_at, _F.ref, _F.title)
        .join(_O, _O.finding_id == _F.id)
        .where(*conditions)
    )
    asked = query if key is None else query.where(paging.after((_O.due_at, _O.id), key, descending=False))
    rows = look.session.execute(asked.order_by(_O.due_at, _O.id).limit(limit + 1)).all()
    kept = rows[:limit]
    found = {o.id: o for o in load.rows(look.session, "obligation", _O.id.in_([r.id for r in kept]))}
    return ObligationsPage(
        tuple(OwedRow(r.ref, r.title, owed(found[r.id], look)) for r in kept),
        paging.cursor("obligations", (kept[-1].due_at, kept[-1].id)) if len(rows) > limit else None,
        paging.count(look.session, query),
    )
