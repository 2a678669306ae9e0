"""What waits for the committee, soonest first: proposed, late, deferred or undecided too long? (R26, R27)"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import aliased

from clm_tracker.db import load, tables, visible
from clm_tracker.db.tables.cases import TABLES
from clm_tracker.db.units import Reading
from clm_tracker.domain import events, proposals
from clm_tracker.domain.cases import Case, Obligation, Proposal
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Kind, Party, ProposalState, Severity
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.queries import approvers, findings, owes, paging, staircase, timeline
from clm_tracker.queries.approvers import Approver
from clm_tracker.queries.findings import FindingDetail
from clm_tracker.queries.findings.detail import Decision
from clm_tracker.queries.findings.within import inside
from clm_tracker.queries.live import is_word, live
from clm_tracker.queries.owes import Next
from clm_tracker.queries.paging import Count
from clm_tracker.queries.proposals import HEAD, UNDECIDED, shown, subject_of
from clm_tracker.queries.staircase import Staircase
from clm_tracker.queries.timeline import Entry

_F, _P = tables.FindingRow, tables.ProposalRow
_D: Any = aliased(tables.ObligationRow)
LONG = 20  # working days after which something is undecided too long
LINES = 200  # of what happened to a finding on its ladder; what is older is in its record
# What a committee wants to know of a finding's way up: who was told when, what was asked, answered and decided.
CHRONOLOGY = tuple(
    e.kind
    for e in (
        events.FindingOpened,
        events.FindingReopened,
        events.DutyBearerNamed,
        events.TransferAccepted,
        events.Acknowledged,
        events.Refused,
        events.ActionAgreed,
        events.ActionReported,
        events.ActionVerified,
        events.StageEntered,
        events.StageProposed,
        events.RiskChecked,
        events.Replied,
        events.ProposalApproved,
        events.ProposalDeferred,
        events.ProposalRefused,
        events.ReviewDone,
    )
)


class State(StrEnum):
    """Where a decision stands, as a committee asks for it."""

    WAITING = "waiting"
    LATE = "late"
    DEFERRED = "deferred"
    LONG = "long"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrows the list. Without a state: everything undecided. `stage` is the stage that is asked for."""

    state: State | None = None
    stage: int | None = None
    area: UUID | None = None
    theme: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One stage before the committee, and where the finding stands.

    `recused` says why this actor has no say about it, `why_not` why they cannot approve it now,
    `why_not_yet` why nobody can.
    """

    proposal: Proposal
    ref: str
    title: str
    severity: Severity
    stage: int
    stages: int
    stage_name: str
    owed: Next
    decide_by: date
    late: bool
    long: bool
    opens_at: datetime | None
    ended_at: datetime | None
    recused: str | None
    why_not: str | None
    why_not_yet: str | None


@dataclass(frozen=True, slots=True)
class DecisionsPage:
    """One page, the cursor of the next, and how many there are of each state with these filters; None for undecided."""

    items: tuple[Item, ...]
    next: str | None
    counts: dict[State | None, Count]


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """All that a committee looks at before it decides about one stage."""

    case: Case
    finding: FindingDetail
    decision: Decision
    ladder: Staircase
    owed: Next
    late: bool
    ended_at: datetime | None
    chronology: tuple[Entry, ...]
    approvers: tuple[Approver, ...]
    recused: str | None


def page(
    look: Reading, filters: Filters, *, after: str | None = None, limit: int = 25, counted: bool = True
) -> DecisionsPage:
    """One page of decisions. Raises Invalid for a wrong cursor, limit or filter."""
    limit = paging.checked(limit)
    over = filters.state is State.DECIDED
    by = (_D.ended_at if over else _D.due_at, _P.id)
    kind = f"decisions-{filters.state or 'all'}"
    key = paging.place(kind, after, (datetime, UUID))
    asked = _query(look, filters, filters.state)
    if key is not None:
        asked = asked.where(paging.after(by, key, descending=over))
    order = [column.desc() if over else column for column in by]
    rows = look.session.execute(
        asked.with_only_columns(
            _P.id, by[0].label("place"), _D.due_at, _D.due_on, _D.state, _D.ended_at, *HEAD
        )
        .order_by(*order)
        .limit(limit + 1)
    ).all()
    kept = rows[:limit]
    return DecisionsPage(
        _items(look, kept),
        paging.cursor(kind, (kept[-1].place, kept[-1].id)) if len(rows) > limit else None,
        _counts(look, filters) if counted else {},
    )


def one(look: Reading, proposal_id: UUID) -> One:
    """One stage with the whole history of its finding. Raises NotFound where the actor may not look."""
    case = load.case_of(look, "proposal", proposal_id, lock=False)
    proposal = case.proposals.get(proposal_id)
    if proposal is None:
        raise NotFound("proposal")
    detail = findings.of_case(look, case)
    about, decide = case.obligations[proposal.obligation_id], case.obligations[proposal.decide_id]
    line = tables.LedgerRow
    rows = look.session.execute(
        select(*timeline.SHOWN)
        .where(line.finding_id == case.finding.id, line.kind.in_(CHRONOLOGY))
        .order_by(line.seq.desc())
        .limit(LINES)
    ).all()[::-1]
    found = next(d for d in detail.proposals if d.proposal.id == proposal_id)
    return One(
        case=case,
        finding=detail,
        decision=found,
        ladder=staircase.staircase(about, staircase.of_lines(rows), look.rules),
        owed=owes.of(about, look.rules, look.now),
        late=owes.overdue(decide, look.now),
        ended_at=decide.ended_at,
        chronology=tuple(timeline.entry(look, r) for r in rows),
        approvers=approvers.of(look, [by for by in found.proposal.approved_by if by in detail.people]),
        recused=look.why_not(Act.DECIDE_STAGE, case),
    )


def _query(look: Reading, filters: Filters, state: State | None) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = [
        _P.programme_id == look.programme_id,
        _D.programme_id == look.programme_id,
        *_standing(look, state),
    ]
    if filters.stage is not None:
        conditions.append(_P.stage == filters.stage)
    if filters.theme is not None:
        conditions.append(_F.theme_id == filters.theme)
    if filters.area is not None:
        conditions.append(inside(look, filters.area))
    return (
        visible.visible(look)
        .join(_P, _P.finding_id == _F.id)
        .join(_D, _D.id == _P.decide_id)
        .where(*conditions)
    )


def _standing(look: Reading, state: State | None) -> list[ColumnElement[bool]]:
    match state:
        case None:
            return [_P.state.in_(UNDECIDED)]
        case State.WAITING:
            return [_P.state == ProposalState.WAITING]
        case State.DEFERRED:
            return [_P.state == ProposalState.DEFERRED]
        case State.LATE:
            return [_P.state.in_(UNDECIDED), _D.due_at <= look.now]
        case State.LONG:
            return [_P.state.in_(UNDECIDED), _P.proposed_at < long_before(look)]
        case State.DECIDED:
            decided = (ProposalState.APPROVED, ProposalState.REFUSED)
            return [_P.state.in_(decided), _D.ended_at.is_not(None)]


def long_before(look: Reading) -> datetime:
    """What was proposed before this moment is undecided too long."""
    calendar = look.rules.calendar
    return calendar.start_of(calendar.subtract_working_days(look.today, LONG))


def undecided_long(look: Reading) -> Count:
    """How many decisions of all wait too long."""
    return paging.count(look.session, _query(look, Filters(), State.LONG).with_only_columns(_P.id))


def for_others(look: Reading, filters: Filters | None = None) -> dict[UUID, bool]:
    """What waits for other members than this one, who is recused or has approved it already (R27, R39), and is it late?

    By the obligation: decisions as they are narrowed, or without filters all of them and the reviews; up to `paging.MOST`.
    """
    if filters is None:
        asked = (
            visible.visible(look)
            .join(_D, _D.finding_id == _F.id)
            .outerjoin(_P, _P.decide_id == _D.id)
            .where(
                _D.programme_id == look.programme_id,
                is_word(_D.owed_by, Party.COMMITTEE),
                live(_D),
                _D.kind.in_((Kind.DECIDE, Kind.REVIEW)),
            )
        )
    else:
        asked = _query(look, filters, None)
    rows = look.session.execute(
        asked.with_only_columns(_D.id, _D.kind, _D.due_at, _P.approved_by, *HEAD).limit(paging.MOST)
    )
    acts = {Kind.DECIDE: Act.DECIDE_STAGE, Kind.REVIEW: Act.REVIEW}
    return {
        r.id: r.due_at <= look.now
        for r in rows
        if look.actor.id in (r.approved_by or ()) or look.why_not(acts[r.kind], subject_of(look, r))
    }


def _counts(look: Reading, filters: Filters) -> dict[State | None, Count]:
    states = (None, *State)
    asked = select(
        *(
            paging.bounded(_query(look, filters, state).with_only_columns(_P.id)).scalar_subquery()
            for state in states
        )
    )
    found = look.session.execute(asked).one()
    return {state: paging.counted(n) for state, n in zip(states, found, strict=True)}


def _with_what_is_owed(
    look: Reading, ids: Sequence[UUID]
) -> tuple[dict[UUID, Proposal], dict[UUID, Obligation]]:
    """These proposals and the obligations they are about, by identifier, asked for together."""
    proposed, owed = (list(load.EVERY[row].selected_columns) for row in ("proposal", "obligation"))
    about = TABLES["obligation"]
    both = TABLES["proposal"].join(about, about.c.id == _P.obligation_id)
    found = look.session.execute(select(*proposed, *owed).select_from(both).where(_P.id.in_(ids))).all()
    n = len(proposed)
    return (
        {p.id: p for p in load.values("proposal", (row[:n] for row in found))},
        {o.id: o for o in load.values("obligation", (row[n:] for row in found))},
    )


def _items(look: Reading, rows: Sequence[Any]) -> tuple[Item, ...]:
    if not rows:
        return ()
    rules = look.rules
    known, owed = _with_what_is_owed(look, [r.id for r in rows])
    long = long_before(look)
    items = []
    for r in rows:
        p = known[r.id]
        o, subject = owed[p.obligation_id], subject_of(look, r)
        ladder = rules.ladders[o.ladder_id]
        stage = ladder.stage(p.stage)
        items.append(
            Item(
                proposal=shown(look, p, subject.held_by),
                ref=r.ref,
                title=r.title,
                severity=r.severity,
                stage=o.stage,
                stages=ladder.last,
                stage_name=stage.said if stage else "",
                owed=owes.of(o, rules, look.now),
                decide_by=r.due_on,
                late=p.state in UNDECIDED and r.due_at <= look.now,
                long=p.state in UNDECIDED and p.proposed_at < long,
                opens_at=proposals.reply_until(p, rules) if p.public else None,
                ended_at=r.ended_at,
                recused=look.why_not(Act.DECIDE_STAGE, subject),
                why_not=proposals.why_not_approve(p, look.actor.id, rules, look.now),
                why_not_yet=proposals.why_not_yet(p, rules, look.now),
            )
        )
    return tuple(items)
