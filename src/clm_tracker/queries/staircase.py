"""Which steps of the ladder were climbed, which comes next, and when could the later ones begin? (R20 to R22)"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from clm_tracker.db.typed import load_event
from clm_tracker.domain import events
from clm_tracker.domain.cases import Obligation
from clm_tracker.domain.ladders import Mode, Stage, StageKind, begins
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import Kind, ObligationState
from clm_tracker.kernel.sayings import Text
from clm_tracker.queries import wording


class Reach(StrEnum):
    """Where a step stands."""

    CLIMBED = "climbed"
    NOW = "now"
    NEXT = "next"
    LATER = "later"


class Gate(StrEnum):
    """What a stage needs before it is entered (R21)."""

    OPEN = "open"
    APPROVAL = "approval"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Entered:
    """A stage that was entered, as the ledger tells it."""

    at: datetime
    missed_at: datetime | None
    told: tuple[str, ...]
    posts: tuple[UUID, ...]
    fell_through: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stage of the ladder.

    `on` is the day it was entered, or the day it begins (proposed, where it needs approval) if nothing is done;
    `not_before` is the earliest day of a later step. `posts` are those that have a letter about it.
    """

    number: int
    name: str
    kind: StageKind
    reach: Reach
    gate: Gate
    approvals: int
    wait: str
    tactics: str
    entered_at: datetime | None = None
    missed_at: datetime | None = None
    on: date | None = None
    not_before: date | None = None
    told: tuple[str, ...] = ()
    posts: tuple[UUID, ...] = ()
    fell_through: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Staircase:
    """The ladder of one obligation; `asked` when its next stage waits for the committee."""

    obligation_id: UUID
    kind: Kind
    name: str
    version: int
    stage: int
    paused: bool
    asked: bool
    steps: tuple[Step, ...]


def entered(lines: Iterable[tuple[UUID | None, datetime, events.Event]]) -> dict[tuple[UUID, int], Entered]:
    """When each obligation's stages were entered and who was told, from (obligation, moment, event), oldest first."""
    found: dict[tuple[UUID, int], Entered] = {}
    for obligation_id, at, event in lines:
        if isinstance(event, events.StageEntered) and obligation_id is not None:
            told = tuple(dict.fromkeys((*event.addressed_names, *map(wording.party, event.told_roles))))
            found[obligation_id, event.stage] = Entered(
                at, event.missed_at, told, event.addressed, event.fell_through
            )
    return found


def of_lines(rows: Iterable[Any]) -> dict[tuple[UUID, int], Entered]:
    """The same from rows of the ledger that have `obligation_id`, `at`, `kind` and `facts`."""
    return entered(
        (r.obligation_id, r.at, load_event(r.kind, r.facts))
        for r in rows
        if r.kind == events.StageEntered.kind
    )


def staircase(o: Obligation, climbed: Mapping[tuple[UUID, int], Entered], rules: Rules) -> Staircase:
    """The steps of an obligation's ladder. `climbed` holds the entries of the whole finding: a reopened one resumes."""
    ladder = rules.ladders[o.ladder_id]
    before: dict[int, Entered] = {}
    for (_, number), known in climbed.items():
        before[number] = known
    coming = _coming(o, ladder.stages, rules)
    steps = []
    for stage in ladder.stages:
        entry = climbed.get((o.id, stage.number)) or (
            before.get(stage.number) if stage.number <= o.stage else None
        )
        begin = coming.get(stage.number)
        steps.append(_step(o, stage, entry, begin, rules))
    return Staircase(
        obligation_id=o.id,
        kind=o.kind,
        name=ladder.said,
        version=ladder.version,
        stage=o.stage,
        paused=o.state in {ObligationState.PAUSED, ObligationState.SUSPENDED},
        asked=o.state is ObligationState.AWAITING_DECISION,
        steps=tuple(steps),
    )


def _step(o: Obligation, stage: Stage, entry: Entered | None, begin: datetime | None, rules: Rules) -> Step:
    local = rules.calendar.local_date
    reach = _reach(o.stage, stage.number)
    behind = reach in {Reach.CLIMBED, Reach.NOW}
    on = local(entry.at) if behind and entry else local(begin) if reach is Reach.NEXT and begin else None
    return Step(
        number=stage.number,
        name=stage.said,
        kind=stage.kind,
        reach=reach,
        gate=Gate.PUBLIC if stage.public else Gate.APPROVAL if stage.mode is Mode.APPROVAL else Gate.OPEN,
        approvals=stage.approvals,
        wait=stage.wait,
        tactics=stage.tactics,
        entered_at=entry.at if behind and entry else None,
        missed_at=entry.missed_at if behind and entry else None,
        on=on,
        not_before=local(begin) if reach is Reach.LATER and begin else None,
        told=tuple(map(rules.directory.said, entry.told)) if behind and entry else (),
        posts=entry.posts if behind and entry else (),
        fell_through=wording.on_record(entry.fell_through, rules)
        if behind and entry and entry.fell_through
        else None,
    )


def _reach(stage: int, number: int) -> Reach:
    if number < stage:
        return Reach.CLIMBED
    if number == stage:
        return Reach.NOW
    return Reach.NEXT if number == stage + 1 else Reach.LATER


def _coming(o: Obligation, stages: tuple[Stage, ...], rules: Rules) -> dict[int, datetime]:
    """When each stage above begins at the earliest, each wait counted from the entry of the one before (R22)."""
    at = o.next_step_at if o.state is ObligationState.RUNNING else None
    found: dict[int, datetime] = {}
    for stage in stages[o.stage :]:
        if at is None:
            break
        if stage.number > o.stage + 1:
            at = begins(at, stage.wait, rules.calendar)
        found[stage.number] = at
    return found
