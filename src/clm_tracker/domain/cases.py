"""What is known about one finding, and how does a change to it become ledger lines?

A case is a finding with its obligations, corrective actions, evidence and proposals. Each is a frozen dataclass whose
fields are the columns of the table of the same name. `Story` collects events together with the values they set, before
and after (R35); `replay` puts the values back in order and must give the rows (R37).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Protocol, TypeVar
from uuid import UUID

from clm_tracker.domain import states
from clm_tracker.domain.events import Event
from clm_tracker.domain.words import (
    LIVE,
    PRESSING,
    ActionState,
    AgreedWhere,
    Agreement,
    ClosedAs,
    Dimension,
    EvidenceKind,
    FindingStatus,
    Kind,
    ObligationState,
    Party,
    PauseReason,
    ProposalState,
    Purpose,
    Severity,
    Side,
    Track,
    Verdict,
)


class Graded(Protocol):
    """A finding, or a row that says of one how serious it is."""

    @property
    def severity(self) -> Severity: ...
    @property
    def severity_is_said(self) -> bool: ...


def said_severity(of: Graded) -> Severity | None:
    """How serious somebody said it is; None of a draft of which nobody did."""
    return of.severity if of.severity_is_said else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A problem that monitoring found."""

    id: UUID
    programme_id: UUID
    ref: str
    status: FindingStatus = FindingStatus.DRAFT
    title: str
    description: str = ""
    severity: Severity = Severity.STANDARD
    severity_is_said: bool = True  # of a draft: whether somebody chose it, or it only stands there
    track: Track = Track.INDIVIDUAL
    theme_id: UUID | None = None
    dimension: Dimension | None = None
    area_id: UUID | None = None
    site_id: UUID | None = None
    round_id: UUID | None = None
    observed_on: date | None = None
    affected: str = ""
    language: str = "en"
    organisation: str = ""
    logged_by: UUID | None = None
    logged_at: datetime
    opened_at: datetime | None = None
    duty_bearer_id: UUID | None = None
    transfers: int = 0
    transfer_to: UUID | None = None
    transfer_reason: str | None = None
    resolve_proposed_by: UUID | None = None
    resolve_proposed_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    closed_as: ClosedAs | None = None
    merged_into: UUID | None = None
    reached_stage: int = 0
    recurrence_of: UUID | None = None
    reopened: int = 0
    reopened_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """One thing that one party owes by one moment.

    `due_at` is the first instant that is late; `next_step_at` is when the next stage is entered or proposed if nothing
    is done (None: no further step); `stops` are the closed intervals in which the clock stood still.
    """

    id: UUID
    programme_id: UUID
    finding_id: UUID
    action_id: UUID | None = None
    proposal_id: UUID | None = None
    kind: Kind
    owed_by: Party
    duty_bearer_id: UUID | None = None
    ladder_id: UUID
    state: ObligationState = ObligationState.RUNNING
    window: str
    start_at: datetime
    due_at: datetime
    due_on: date
    first_due_at: datetime
    first_due_on: date
    due_version: int = 1
    slips: int = 0
    stage: int = 0
    stage_entered_at: datetime | None = None
    stage_missed_at: datetime | None = None
    next_step_at: datetime | None = None
    reminded: int = 0
    proposals: int = 0
    paused_at: datetime | None = None
    pause_until: datetime | None = None
    pause_reason: PauseReason | None = None
    pauses: int = 0
    stops: tuple[tuple[datetime, datetime, str], ...] = ()
    ended_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A corrective action: what, the result expected, how it is checked, and by when."""

    id: UUID
    programme_id: UUID
    finding_id: UUID
    duty_bearer_id: UUID
    state: ActionState = ActionState.PROPOSED
    what: str
    expected: str = ""
    how_checked: str = ""
    due_on: date
    first_due_on: date | None = None
    agreement: Agreement = Agreement.PROPOSED_ONLY
    agreed_where: AgreedWhere | None = None
    agreed_on: date | None = None
    proposed_by: UUID
    proposed_side: Side
    proposed_at: datetime
    extensions: int = 0
    extension_asked_on: date | None = None
    extension_reason: str | None = None
    extension_asked_at: datetime | None = None
    reported_by: UUID | None = None
    reported_at: datetime | None = None
    report_note: str | None = None
    verdict: Verdict | None = None
    verified_by: UUID | None = None
    verified_at: datetime | None = None
    drop_reason: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Something that shows something, with who gave it, when it was captured, and its SHA-256."""

    id: UUID
    programme_id: UUID
    finding_id: UUID
    action_id: UUID | None = None
    kind: EvidenceKind
    purpose: Purpose
    side: Side
    given_by: UUID
    captured_on: date | None = None
    attached_at: datetime
    caption: str = ""
    text: str | None = None
    url: str | None = None
    filename: str | None = None
    media_type: str | None = None
    size: int | None = None
    sha256: str
    taken_off_at: datetime | None = None  # while it was a draft: it shows nothing any more
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A stage that needs approval and waits for the committee (R26, R27)."""

    id: UUID
    programme_id: UUID
    finding_id: UUID
    obligation_id: UUID
    decide_id: UUID
    stage: int
    state: ProposalState = ProposalState.WAITING
    missed_at: datetime | None = None
    proposed_at: datetime
    approvals_needed: int
    public: bool = False
    approved_by: tuple[UUID, ...] = ()
    deferred_until: date | None = None
    reason: str | None = None
    risk_who: str | None = None
    risk_how: str | None = None
    risk_last_word: str | None = None
    risk_by: UUID | None = None
    risk_at: datetime | None = None
    reply_invited_at: datetime | None = None
    reply: str | None = None
    reply_at: datetime | None = None
    version: int = 1


Row = Finding | Obligation | Action | Evidence | Proposal
ROWS: dict[str, type[Row]] = {
    "finding": Finding,
    "obligation": Obligation,
    "action": Action,
    "evidence": Evidence,
    "proposal": Proposal,
}
_NAME = {cls: name for name, cls in ROWS.items()}
_FIELDS = {cls: tuple(f.name for f in fields(cls)) for cls in _NAME}
_VALUES = {cls: attrgetter(*names) for cls, names in _FIELDS.items()}

_STATES = frozenset({"state", "status"})

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Change:
    """One row's values, before and after. A new row's `before` is empty."""

    row: str
    id: UUID
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """One event and what it set."""

    event: Event
    changes: tuple[Change, ...] = ()
    obligation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One finding with everything that hangs on it."""

    finding: Finding
    obligations: Mapping[UUID, Obligation] = field(default_factory=dict)
    actions: Mapping[UUID, Action] = field(default_factory=dict)
    evidence: Mapping[UUID, Evidence] = field(default_factory=dict)
    proposals: Mapping[UUID, Proposal] = field(default_factory=dict)

    def live(self, *kinds: Kind) -> tuple[Obligation, ...]:
        """Live obligations, soonest due first; of the given kinds only, when any are given."""
        found = (o for o in self.obligations.values() if o.state in LIVE and (not kinds or o.kind in kinds))
        return tuple(sorted(found, key=lambda o: (o.due_at, o.id)))

    @property
    def pressing(self) -> tuple[Obligation, ...]:
        """What R2 asks for: the obligations that press on somebody, soonest first."""
        return tuple(o for o in self.live() if o.state in PRESSING)

    @property
    def pieces(self) -> tuple[Evidence, ...]:
        """The evidence that there is, oldest first: not what was taken off while the finding was a draft."""
        there = (e for e in self.evidence.values() if e.taken_off_at is None)
        return tuple(sorted(there, key=lambda e: (e.attached_at, e.id)))

    @property
    def stage(self) -> int:
        """The highest stage among the live obligations; 0 for none."""
        return max((o.stage for o in self.live()), default=0)

    def count(self, kind: Kind) -> int:
        """How many obligations of this kind the case ever had."""
        return sum(o.kind is kind for o in self.obligations.values())

    def get(self, row: str, id: UUID) -> Row | None:
        """The row of this kind with this identifier."""
        if row == "finding":
            return self.finding if self.finding.id == id else None
        found: Row | None = self._of(row).get(id)
        return found

    def with_row(self, new: Row) -> "Case":
        """The same case with this row in place of the one it replaces."""
        if isinstance(new, Finding):
            return replace(self, finding=new)
        name = _PLURAL[_NAME[type(new)]]
        rows: dict[str, Any] = {name: {**getattr(self, name), new.id: new}}
        return replace(self, **rows)

    def _of(self, row: str) -> Mapping[UUID, Any]:
        of: Mapping[UUID, Any] = getattr(self, _PLURAL[row])
        return of


_PLURAL = {"obligation": "obligations", "action": "actions", "evidence": "evidence", "proposal": "proposals"}


class Story:
    """A case being changed: each `tell` adds one event and the rows it sets.

    Lives inside one call of a domain function, which returns `told`; nothing else is touched, so the function is pure.
    """

    def __init__(self, case: Case, now: datetime) -> None:
        self.case = case
        self.now = now
        self.told: list[Told] = []

    def tell(self, event: Event, *rows: Row, about: UUID | None = None) -> None:
        """Add `event`; `rows` are whole new values whose differences from the case are recorded, version + 1."""
        changes = []
        for row in rows:
            before = self.case.get(_NAME[type(row)], row.id)
            change = difference(before, row)
            if change is not None:
                changes.append(change)
                self.case = self.case.with_row(with_change(row, change))
        self.told.append(Told(event, tuple(changes), about))

    def touch(self, event: Event) -> None:
        """Add `event`, which sets nothing, yet makes another version: who has not read it yet is told first (decision 0020)."""
        old = self.case.finding
        change = Change("finding", old.id, {"version": old.version}, {"version": old.version + 1})
        self.case = self.case.with_row(with_change(old, change))
        self.told.append(Told(event, (change,)))


def difference(before: Row | None, after: Row) -> Change | None:
    """What `after` sets beyond `before`, with its next version; None when nothing. A new row sets everything."""
    values = dict(zip(_FIELDS[type(after)], _VALUES[type(after)](after), strict=True))
    if before is None:
        return Change(_NAME[type(after)], after.id, {}, values)
    del values["version"]
    return setting(before, **values)


def setting(row: Row, **values: Any) -> Change | None:
    """What these values change in the row, with its next version; None when nothing."""
    old, new = {}, {}
    for name, value in values.items():
        was = getattr(row, name)
        if was is not value and was != value:
            old[name], new[name] = was, value
    if not new:
        return None
    kind = _NAME[type(row)]
    for state in _STATES & new.keys():
        if not states.may_become(old[state], new[state]):
            raise AssertionError(f"{kind} {row.id} cannot go from {old[state]} to {new[state]}.")
    old["version"], new["version"] = row.version, row.version + 1
    return Change(kind, row.id, old, new)


def with_change(row: R, change: Change) -> R:
    """The row after the change."""
    cls: type[Any] = type(row)
    changed: R = cls(**{**dict(zip(_FIELDS[cls], _VALUES[cls](row), strict=True)), **change.after})
    return changed


def replay(changes: Iterable[Change]) -> Case | None:
    """The case that these changes, oldest first, add up to (R37); None when they hold no finding."""
    rows: dict[tuple[str, UUID], dict[str, Any]] = {}
    for change in changes:
        rows.setdefault((change.row, change.id), {}).update(change.after)
    built: dict[str, dict[UUID, Any]] = {name: {} for name in ROWS}
    for (name, id), values in rows.items():
        built[name][id] = ROWS[name](**values)
    if not built["finding"]:
        return None
    finding = next(iter(built["finding"].values()))
    return Case(finding, built["obligation"], built["action"], built["evidence"], built["proposal"])
