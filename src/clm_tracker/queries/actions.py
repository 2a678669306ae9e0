"""What became of one corrective action: what was agreed, each later date and who granted it, reports and checks? (R14 to R17)"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from clm_tracker.db import load
from clm_tracker.db.typed import load_event
from clm_tracker.db.units import Reading
from clm_tracker.domain import events
from clm_tracker.domain.cases import Action, Case, Evidence, Obligation
from clm_tracker.domain.words import Kind
from clm_tracker.kernel.speech import _
from clm_tracker.queries import acts, promises, timeline
from clm_tracker.queries.acts import PossibleAct
from clm_tracker.queries.findings import around
from clm_tracker.queries.promises import PromiseLine
from clm_tracker.queries.timeline import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """More time that was asked for, and the answer; `granted` is None while it waits or when it lapsed (R15)."""

    asked_at: datetime
    asked_by: str
    was: date
    until: date
    reason: str
    granted: bool | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report that it is done, and what the community's own check found; no verdict yet is unverified (R17)."""

    at: datetime
    by: str
    note: str
    verdict: str | None = None
    checked_at: datetime | None = None
    checked_by: str | None = None
    saw: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionDetail:
    """One corrective action with its whole story. `owed` is what runs for it, `slips` how often its day moved."""

    case: Case
    action: Action
    promise: PromiseLine | None
    owed: tuple[Obligation, ...]
    slips: int
    imposed_because: str | None
    extensions: tuple[Extension, ...]
    reports: tuple[Report, ...]
    evidence: tuple[Evidence, ...]
    people: dict[UUID, str]
    acts: tuple[PossibleAct, ...]
    lines: tuple[Entry, ...]


@dataclass(slots=True)
class _Story:
    """What the lines told so far."""

    extensions: list[Extension] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    granted: list[date] = field(default_factory=list)
    imposed_because: str | None = None


def one(look: Reading, id: UUID) -> ActionDetail:
    """The corrective action with this identifier. Raises NotFound where the actor may not see its finding."""
    case = load.case_of(look, "action", id, lock=False)
    action = case.actions[id]
    own = [o for o in case.obligations.values() if o.action_id == id]
    shown = tuple(e for e in case.pieces if e.action_id == id)
    rows = timeline.rows_of(look, case.finding.id, {id, *(o.id for o in own), *(e.id for e in shown)})
    story = _told(look, rows)
    return ActionDetail(
        case=case,
        action=action,
        promise=promises.promise(action, story.granted, look.rules, look.now),
        owed=tuple(o for o in case.live(Kind.ACT, Kind.VERIFY) if o.action_id == id),
        slips=sum(o.slips for o in own if o.kind is Kind.ACT),
        imposed_because=story.imposed_because,
        extensions=tuple(story.extensions),
        reports=tuple(story.reports),
        evidence=shown,
        people=around.of(look, case)[0].people,
        acts=tuple(a for a in acts.acts_for(look, case) if a.target_id == id),
        lines=tuple(timeline.entry(look, r) for r in reversed(rows)),
    )


def _told(look: Reading, rows: Sequence[Any]) -> _Story:
    story = _Story()
    for r in rows:
        event = load_event(r.kind, r.facts) if r.kind in events.KINDS else None
        by = _by(look, r, event)
        match event:
            case events.ActionImposed():
                story.imposed_because = str(event.reason)
            case events.ExtensionAsked():
                story.extensions.append(
                    Extension(
                        asked_at=r.at, asked_by=by, was=event.was, until=event.due_on, reason=event.reason
                    )
                )
            case events.ExtensionGranted():
                story.granted.append(event.due_on)
                _answer(story, True, r.at, by, None)
            case events.ExtensionRefused():
                _answer(story, False, r.at, by, event.reason)
            case events.ActionReported():
                story.reports.append(Report(at=r.at, by=by, note=event.note))
            case events.ActionVerified() if story.reports:
                story.reports[-1] = replace(
                    story.reports[-1],
                    verdict=event.verdict,
                    checked_at=r.at,
                    checked_by=by,
                    saw=event.note,
                )
    return story


def _answer(story: _Story, granted: bool, at: datetime, by: str, why: str | None) -> None:
    if story.extensions:
        story.extensions[-1] = replace(
            story.extensions[-1], granted=granted, answered_at=at, answered_by=by, why=why
        )


def _by(look: Reading, r: Any, event: events.Event | None) -> str:  # noqa: ANN401 - a row of the ledger
    """Who did it, and for whom it was only put on record."""
    who = look.called(r.actor_name, r.actor_role)
    post = getattr(event, "on_behalf_of", None)
    return _("{who}, for {post}").format(who=who, post=post) if post else who
