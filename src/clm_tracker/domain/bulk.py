"""What would one act do to each of many findings? The same laws as one by one, so a preview and the deed say the same. (R7, R16, R28)"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clm_tracker.domain import findings, obligations
from clm_tracker.domain.cases import Case, Finding, Story
from clm_tracker.domain.policy import Act
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import ClosedAs, ObligationState, Party, PauseReason
from clm_tracker.kernel.refusals import NotNow
from clm_tracker.kernel.speech import _

MOST = 200


class Deed(StrEnum):
    """What can be done to many findings at once."""

    PAUSE = "pause"
    RESUME = "resume"
    ESCALATE = "escalate"
    MERGE = "merge"
    WITHDRAW = "withdraw"


ACTS: Mapping[Deed, Act] = {
    Deed.PAUSE: Act.PAUSE,
    Deed.RESUME: Act.RESUME,
    Deed.ESCALATE: Act.ESCALATE,
    Deed.MERGE: Act.CLOSE,
    Deed.WITHDRAW: Act.CLOSE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a person answers once for all of them. A pause has a `why` and, unless it is for safety, an end."""

    reason: str = ""
    why: PauseReason = PauseReason.SAFETY
    until: datetime | None = None
    into: Finding | None = None


def mark(case: Case) -> int:
    """A number that is another one after every change of the case: what a person saw, as it stood."""
    parts = (case.obligations, case.actions, case.evidence, case.proposals)
    return case.finding.version + sum(row.version for part in parts for row in part.values())


def stories(deed: Deed, case: Case, given: Given, rules: Rules, now: datetime) -> tuple[Story, ...]:
    """What the deed does to this finding, one story after the other. Raises a Refusal, as the act alone would."""
    return _DO[deed](case, given, rules, now)


def _pause(case: Case, given: Given, rules: Rules, now: datetime) -> tuple[Story, ...]:
    running = [
        o for o in case.live() if o.owed_by is Party.DUTY_BEARER and o.state is ObligationState.RUNNING
    ]
    if not running:
        raise NotNow("cannot_pause", _("No clock of the duty bearer runs."))
    told: list[Story] = []
    for o in running:
        before = told[-1].case if told else case
        told.append(obligations.pause(before, o, given.why, given.until, given.reason, rules, now))
    return tuple(told)


def _resume(case: Case, given: Given, rules: Rules, now: datetime) -> tuple[Story, ...]:
    del given
    paused = [o for o in case.live() if o.state is ObligationState.PAUSED]
    if not paused:
        raise NotNow("not_paused", _("No clock of this finding is paused."))
    told: list[Story] = []
    for o in paused:
        told.append(obligations.resume(told[-1].case if told else case, o, rules, now))
    return tuple(told)


def _escalate(case: Case, given: Given, rules: Rules, now: datetime) -> tuple[Story, ...]:
    owed = [o for o in case.live() if o.owed_by is Party.DUTY_BEARER]
    if not owed:
        raise NotNow("nothing_owed", _("The duty bearer owes nothing at present."))
    highest = max(owed, key=lambda o: o.stage)  # of equals the one that is due first
    return (obligations.escalate(case, highest, highest.stage, given.reason, rules, now),)


def _merge(case: Case, given: Given, rules: Rules, now: datetime) -> tuple[Story, ...]:
    del rules
    return (findings.close(case, ClosedAs.MERGED, given.reason, now, merged_into=given.into),)


def _withdraw(case: Case, given: Given, rules: Rules, now: datetime) -> tuple[Story, ...]:
    del rules
    return (findings.close(case, ClosedAs.WITHDRAWN, given.reason, now),)


_DO: Mapping[Deed, Callable[[Case, Given, Rules, datetime], tuple[Story, ...]]] = {
    Deed.PAUSE: _pause,
    Deed.RESUME: _resume,
    Deed.ESCALATE: _escalate,
    Deed.MERGE: _merge,
    Deed.WITHDRAW: _withdraw,
}
