"""Was each promise kept by its first date, and how often was it moved? (R15)"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from clm_tracker.domain.cases import Action
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import ActionState, Agreement, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseLine:
    """One corrective action as a line: agreed, first date, each later date, reported, verified.

    `kept` is judged by the first date: None while that still lies ahead, or while the check is awaited in time.
    """

    action_id: UUID
    what: str
    state: ActionState
    agreement: Agreement
    agreed_on: date
    first_due_on: date
    moved: tuple[date, ...]
    due_on: date
    reported_on: date | None
    verified_on: date | None
    verdict: Verdict | None
    kept: bool | None


def promise(action: Action, moved: Sequence[date], rules: Rules, now: datetime) -> PromiseLine | None:
    """The line of an action that was agreed or set; None for one that was only proposed, or dropped before that."""
    if action.agreed_on is None or action.first_due_on is None:
        return None
    local = rules.calendar.local_date
    reported = local(action.reported_at) if action.reported_at else None
    fixed = action.verdict is Verdict.FIXED and action.state is ActionState.VERIFIED
    return PromiseLine(
        action_id=action.id,
        what=action.what,
        state=action.state,
        agreement=action.agreement,
        agreed_on=action.agreed_on,
        first_due_on=action.first_due_on,
        moved=tuple(moved),
        due_on=action.due_on,
        reported_on=reported,
        verified_on=local(action.verified_at) if action.verified_at and fixed else None,
        verdict=action.verdict,
        kept=_kept(action, reported, local(now)),
    )


def _kept(action: Action, reported: date | None, today: date) -> bool | None:
    assert action.first_due_on is not None
    if action.state is ActionState.DROPPED:
        return None
    if action.state is ActionState.VERIFIED and reported is not None:
        return reported <= action.first_due_on
    if action.state is ActionState.REPORTED and reported is not None and reported <= action.first_due_on:
        return None
    return False if today > action.first_due_on else None


def moved_by_action(granted: Sequence[tuple[Mapping[str, str], date]]) -> dict[UUID, list[date]]:
    """The later dates of each action, from (what the ledger line changed, the new date), oldest first."""
    found: dict[UUID, list[date]] = {}
    for change, due_on in granted:
        if change["row"] == "action":
            found.setdefault(UUID(change["id"]), []).append(due_on)
    return found
