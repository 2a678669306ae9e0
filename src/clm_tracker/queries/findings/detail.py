"""What does the page of one finding show? Everything that hangs on it and stands around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from clm_tracker.db import load, tables
from clm_tracker.db.base import table_of
from clm_tracker.db.typed import load_event
from clm_tracker.db.units import Reading
from clm_tracker.db.visible import Sight
from clm_tracker.domain import events, proposals
from clm_tracker.domain.cases import Action, Case, Evidence, Obligation, Proposal
from clm_tracker.domain.words import (
    LIVE,
    ClosedAs,
    Dimension,
    FindingStatus,
    Kind,
    ObligationState,
    Party,
    PauseReason,
    Severity,
    Track,
)
from clm_tracker.kernel.speech import _
from clm_tracker.queries import acts, notices, owes, promises, staircase, timeline, wording
from clm_tracker.queries.acts import PossibleAct
from clm_tracker.queries.findings import around
from clm_tracker.queries.findings.around import Around, Linked
from clm_tracker.queries.live import is_among
from clm_tracker.queries.notices import ToldOf
from clm_tracker.queries.owes import Next
from clm_tracker.queries.promises import PromiseLine
from clm_tracker.queries.proposals import shown
from clm_tracker.queries.staircase import Staircase
from clm_tracker.queries.timeline import Timeline

_TOLD = tuple(e.kind for e in (events.StageEntered, events.ExtensionGranted, events.Replied))
_LINE = table_of(tables.LedgerRow).c


def steps(of: ColumnElement[UUID], _sight: Sight) -> Select[*tuple[Any, ...]]:
    """The question for the lines of the record that a finding's page tells of elsewhere than in the record."""
    shown = (_LINE.seq, _LINE.obligation_id, _LINE.at, _LINE.kind, _LINE.facts, _LINE.changes)
    who = (_LINE.actor_name, _LINE.actor_role)
    return select(*shown, *who).where(_LINE.finding_id == of, is_among(_LINE.kind, _TOLD))


@dataclass(frozen=True, slots=True)
class Named:
    """Something with an identifier and a name."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One obligation as it is shown; `then` is the sentence of what follows, for a live one."""

    id: UUID
    action_id: UUID | None
    proposal_id: UUID | None
    kind: Kind
    what: str
    owed_by: Party
    who: str
    due_at: datetime
    due_on: date
    first_due_on: date
    state: ObligationState
    overdue: bool
    stage: int
    stage_name: str | None
    stage_entered_at: datetime | None
    next_step_at: datetime | None
    slips: int
    pause_reason: PauseReason | None
    pause_until: datetime | None
    ended_at: datetime | None
    then: str | None
    version: int


@dataclass(frozen=True, slots=True)
class Reply:
    """The duty bearer's answer, which stands beside the claim (R27)."""

    at: datetime
    by: str
    text: str
    stage: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """What somebody asked for and waits to be answered: a transfer, more time, a resolution."""

    kind: str
    sentence: str
    reason: str | None
    asked_at: datetime | None
    action_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A stage before the committee; `opens_at` is when the right of reply has run (R27)."""

    proposal: Proposal
    stage_name: str
    due_on: date
    opens_at: datetime | None


@dataclass(frozen=True, slots=True)
class History:
    """How often what happened."""

    transfers: int
    reopened: int
    extensions: int
    slips: int
    pauses: int
    stages_entered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingDetail:
    """One finding with all that hangs on it. `people` gives the names to the identifiers of persons in it."""

    id: UUID
    ref: str
    title: str
    description: str
    status: FindingStatus
    closed_as: ClosedAs | None
    severity: Severity
    severity_is_said: bool
    track: Track
    theme: Named | None
    dimension: Dimension | None
    area: Named | None
    site: Named | None
    round: Named | None
    observed_on: date | None
    affected: str
    language: str
    organisation: str
    logged_at: datetime
    opened_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    duty_bearer: Named | None
    stage: int
    overdue: bool
    next: Next | None
    ladder: Staircase | None
    promises: tuple[PromiseLine, ...]
    actions: tuple[Action, ...]
    obligations: tuple[Owed, ...]
    evidence: tuple[Evidence, ...]
    proposals: tuple[Decision, ...]
    pending: tuple[Pending, ...]
    replies: tuple[Reply, ...]
    merged_into: Linked | None
    merged_here: tuple[Linked, ...]
    recurrence_of: Linked | None
    history: History
    people: dict[UUID, str]
    acts: tuple[PossibleAct, ...]
    version: int


def one(look: Reading, ref: str | UUID) -> FindingDetail:
    """The finding with this reference or identifier. Raises NotFound where the actor may not see it."""
    return of_case(look, load.case(look, ref, lock=False))


def of_case(look: Reading, case: Case) -> FindingDetail:
    """The same of a case that was loaded for this actor."""
    beside, found = around.of(look, case, steps)
    return _detail(look, case, beside, found["steps"])


def with_record(
    look: Reading, ref: str, *, newest: int
) -> tuple[Case, FindingDetail, Timeline, tuple[ToldOf, ...]]:
    """The same, with the case, the newest lines of its record and who was told of it: all in one statement."""
    asked = (*around.QUESTIONS, steps, timeline.lines, notices.notices)
    case, found = load.case_with(look, ref, asked, {timeline.MOST: newest + 1})
    detail = _detail(look, case, around.read(look, case, found), found["steps"])
    return case, detail, timeline.newest(look, found["lines"], newest), notices.told(look, found["notices"])


def _detail(look: Reading, case: Case, beside: Around, steps: Sequence[Any]) -> FindingDetail:
    f, rules = case.finding, look.rules
    live = case.live()
    lines = sorted(steps, key=lambda r: r.seq)
    told = [(r.obligation_id, r.at, load_event(r.kind, r.facts)) for r in lines]
    climbed = staircase.entered(told)
    lead = owes.leading(live)
    people, linked = beside.people, beside.linked
    theme = next((t for t in rules.themes if t.id == f.theme_id), None)
    area = rules.areas.get(f.area_id) if f.area_id else None
    the_round = next((r for r in rules.rounds if r.id == f.round_id), None)
    return FindingDetail(
        id=f.id,
        ref=f.ref,
        title=f.title,
        description=f.description,
        status=f.status,
        closed_as=f.closed_as,
        severity=f.severity,
        severity_is_said=f.severity_is_said,
        track=f.track,
        theme=Named(theme.id, theme.said) if theme else None,
        dimension=f.dimension,
        area=Named(area.id, area.said) if area else None,
        site=Named(f.site_id, beside.site) if f.site_id else None,
        round=Named(the_round.id, the_round.said) if the_round else None,
        observed_on=f.observed_on,
        affected=f.affected,
        language=f.language,
        organisation=f.organisation,
        logged_at=f.logged_at,
        opened_at=f.opened_at,
        resolved_at=f.resolved_at,
        closed_at=f.closed_at,
        duty_bearer=_post(look, f.duty_bearer_id),
        stage=case.stage,
        overdue=any(owes.overdue(o, look.now) for o in live),
        next=owes.next_of(live, rules, look.now),
        ladder=staircase.staircase(lead, climbed, rules) if lead else None,
        promises=_promises(look, case, lines, told),
        actions=tuple(sorted(case.actions.values(), key=lambda a: (a.proposed_at, a.id))),
        obligations=tuple(owed(o, look) for o in _ordered(case)),
        evidence=case.pieces,
        proposals=tuple(_decision(look, case, p) for p in _newest_first(case)),
        pending=tuple(_pending(look, case, people)),
        replies=tuple(
            Reply(at, e.on_behalf_of or look.called(r.actor_name, r.actor_role), e.text, e.stage)
            for r, (_, at, e) in zip(lines, told, strict=True)
            if isinstance(e, events.Replied)
        ),
        merged_into=linked.get(f.merged_into) if f.merged_into else None,
        merged_here=beside.merged_here,
        recurrence_of=linked.get(f.recurrence_of) if f.recurrence_of else None,
        history=History(
            transfers=f.transfers,
            reopened=f.reopened,
            extensions=sum(a.extensions for a in case.actions.values()),
            slips=sum(o.slips for o in case.obligations.values()),
            pauses=sum(len(o.stops) for o in case.obligations.values() if o.pauses),
            stages_entered=len(climbed),
        ),
        people=people,
        acts=acts.acts_for(look, case),
        version=f.version,
    )


def owed(o: Obligation, look: Reading) -> Owed:
    """One obligation as it is shown, on a page and in JSON."""
    return Owed(
        id=o.id,
        action_id=o.action_id,
        proposal_id=o.proposal_id,
        kind=o.kind,
        what=wording.owed(o.kind),
        owed_by=o.owed_by,
        who=wording.who(o, look.rules),
        due_at=o.due_at,
        due_on=o.due_on,
        first_due_on=o.first_due_on,
        state=o.state,
        overdue=owes.overdue(o, look.now),
        stage=o.stage,
        stage_name=owes.stage_name(o, look.rules),
        stage_entered_at=o.stage_entered_at,
        next_step_at=o.next_step_at,
        slips=o.slips,
        pause_reason=o.pause_reason,
        pause_until=o.pause_until,
        ended_at=o.ended_at,
        then=owes.follows(o, look.rules, look.now)[0] if o.state in LIVE else None,
        version=o.version,
    )


def _post(look: Reading, id: UUID | None) -> Named | None:
    post = look.rules.posts.get(id) if id else None
    return Named(post.id, post.said) if post else None


def _promises(
    look: Reading, case: Case, lines: Sequence[Any], told: Sequence[Any]
) -> tuple[PromiseLine, ...]:
    granted = [
        (change, e.due_on)
        for r, (_, _, e) in zip(lines, told, strict=True)
        if isinstance(e, events.ExtensionGranted)
        for change in r.changes
    ]
    moved = promises.moved_by_action(granted)
    found = (
        promises.promise(a, moved.get(a.id, ()), look.rules, look.now)
        for a in sorted(case.actions.values(), key=lambda a: (a.proposed_at, a.id))
    )
    return tuple(p for p in found if p is not None)


def _ordered(case: Case) -> list[Obligation]:
    """What is owed now, soonest first, then what is over, latest first."""
    over = [o for o in case.obligations.values() if o.state not in LIVE]
    over.sort(key=lambda o: (o.ended_at or o.start_at, o.id), reverse=True)
    return [*case.live(), *over]


def _newest_first(case: Case) -> list[Proposal]:
    return sorted(case.proposals.values(), key=lambda p: (p.proposed_at, p.id), reverse=True)


def _decision(look: Reading, case: Case, p: Proposal) -> Decision:
    stage = look.rules.ladders[case.obligations[p.obligation_id].ladder_id].stage(p.stage)
    opens = proposals.reply_until(p, look.rules) if p.public else None
    seen = shown(look, p, look.subject(case).held_by)
    return Decision(seen, stage.said if stage else "", case.obligations[p.decide_id].due_on, opens)


def _pending(look: Reading, case: Case, people: dict[UUID, str]) -> list[Pending]:
    f, found = case.finding, []
    today = look.rules.calendar.local_date(look.now)
    if to := _post(look, f.transfer_to):
        found.append(
            Pending(
                kind="transfer",
                sentence=_("The duty bearer says that this belongs to {post}.").format(post=to.name),
                reason=f.transfer_reason,
                asked_at=None,
            )
        )
    found += [
        Pending(
            kind="extension",
            sentence=_("More time is asked for, until {day}: {what}").format(
                day=wording.day(a.extension_asked_on, today), what=a.what
            ),
            reason=a.extension_reason,
            asked_at=a.extension_asked_at,
            action_id=a.id,
        )
        for a in case.actions.values()
        if a.extension_asked_on is not None
    ]
    if f.resolve_proposed_by is not None and f.status is FindingStatus.OPEN:
        who = people.get(f.resolve_proposed_by, _("Somebody"))
        found.append(
            Pending(
                kind="resolution",
                sentence=_("{who} proposed to call the finding resolved; a second person confirms.").format(
                    who=who
                ),
                reason=None,
                asked_at=f.resolve_proposed_at,
            )
        )
    return found
