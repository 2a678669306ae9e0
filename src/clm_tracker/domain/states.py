"""What may become what? The states of findings, obligations, actions and proposals, and every way between them (R1).

`cases.difference` refuses a change that is not in these tables, whoever asks for it; `docs/states.md` is drawn from them.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from clm_tracker.domain.words import ActionState, FindingStatus, ObligationState, ProposalState

F, O, A, P = FindingStatus, ObligationState, ActionState, ProposalState  # noqa: E741 - four tables side by side

FINDINGS: Mapping[FindingStatus, frozenset[FindingStatus]] = {
    F.DRAFT: frozenset({F.OPEN, F.CLOSED}),
    F.OPEN: frozenset({F.RESOLVED, F.CLOSED}),
    F.RESOLVED: frozenset({F.OPEN}),
    F.CLOSED: frozenset(),
}
OBLIGATIONS: Mapping[ObligationState, frozenset[ObligationState]] = {
    O.RUNNING: frozenset({O.PAUSED, O.SUSPENDED, O.AWAITING_DECISION, O.MET, O.VOID}),
    O.PAUSED: frozenset({O.RUNNING, O.MET, O.VOID}),
    O.SUSPENDED: frozenset({O.RUNNING, O.MET, O.VOID}),
    O.AWAITING_DECISION: frozenset({O.RUNNING, O.SUSPENDED, O.MET, O.VOID}),
    O.MET: frozenset(),
    O.VOID: frozenset(),
}
ACTIONS: Mapping[ActionState, frozenset[ActionState]] = {
    A.PROPOSED: frozenset({A.AGREED, A.DROPPED}),
    A.AGREED: frozenset({A.REPORTED, A.DROPPED}),
    A.REPORTED: frozenset({A.VERIFIED, A.AGREED, A.DROPPED}),
    A.VERIFIED: frozenset(),
    A.DROPPED: frozenset(),
}
PROPOSALS: Mapping[ProposalState, frozenset[ProposalState]] = {
    P.WAITING: frozenset({P.APPROVED, P.DEFERRED, P.REFUSED, P.SUPERSEDED}),
    P.DEFERRED: frozenset({P.APPROVED, P.REFUSED, P.SUPERSEDED}),
    P.APPROVED: frozenset(),
    P.REFUSED: frozenset(),
    P.SUPERSEDED: frozenset(),
}
TABLES: Mapping[type[StrEnum], Mapping[Any, frozenset[Any]]] = {
    F: FINDINGS,
    O: OBLIGATIONS,
    A: ACTIONS,
    P: PROPOSALS,
}


def may_become(old: StrEnum, new: StrEnum) -> bool:
    """Is there a way from the one state to the other?"""
    return old == new or new in TABLES[type(old)][old]
