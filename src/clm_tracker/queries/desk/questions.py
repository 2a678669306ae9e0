"""Which groups does a desk have for each role, and what stands in them?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, or_

from clm_tracker.db import tables, visible
from clm_tracker.db.units import Reading
from clm_tracker.domain.words import (
    OWED_BY,
    ActionState,
    FindingStatus,
    Kind,
    ObligationState,
    Party,
    Role,
    Side,
)
from clm_tracker.kernel.speech import _
from clm_tracker.queries.live import TICKING, is_word, live

_F, _O, _A = tables.FindingRow, tables.ObligationRow, tables.ActionRow
_COMMUNITY = frozenset({Role.ADVOCATE, Role.COORDINATOR})


@dataclass(frozen=True, slots=True)
class Ask:
    """One group as a question, read from obligations, actions or findings. `what` stands in for the obligation's kind."""

    key: str
    title: str
    query: Select[Any]
    by: tuple[Any, ...]
    what: str = ""
    of: Any = _O


def asked(look: Reading) -> Iterator[Ask]:
    """The questions of the actor's desk, by the roles held in this programme."""
    roles = look.actor.roles()
    if roles & _COMMUNITY:
        yield from _of_advocate(look)
    if look.actor.posts:
        mine = _owed(look, _O.duty_bearer_id.in_(sorted(look.actor.posts)))
        checked = is_word(_O.state, ObligationState.SUSPENDED)
        yield Ask("mine", _("What we owe"), mine.where(~checked), (_O.due_at, _O.id))
        yield Ask(
            "checked", _("Reported done: the community checks"), mine.where(checked), (_O.due_at, _O.id)
        )
        yield Ask(
            "asked",
            _("Answer what the community proposes"),
            _proposed(look, Side.COMMUNITY).where(_F.duty_bearer_id.in_(sorted(look.actor.posts))),
            (_A.proposed_at, _A.id),
            _("an answer to the proposed action"),
            _A,
        )
    if Role.COMMITTEE in roles:
        yield from _of_committee(look)
    if Role.COORDINATOR in roles:
        yield Ask("route", _("Name the duty bearer"), _owed(look, *_of_kind(Kind.ROUTE)), (_O.due_at, _O.id))
        held = (
            _O.next_check_at.is_(None),
            _O.next_step_at.is_not(None),
            is_word(_O.state, ObligationState.RUNNING),
        )
        yield Ask("held", _("Held by the brake"), _owed(look, *held), (_O.due_at, _O.id))
        parked = _O.parked_until.is_not(None)
        yield Ask("parked", _("Could not be decided"), _owed(look, parked), (_O.due_at, _O.id))


def _of_advocate(look: Reading) -> Iterator[Ask]:
    open_ = _open(look)
    soonest = (_O.due_at, _O.id)
    # Once somebody proposed to call it resolved, the check that is owed is the second person's confirmation.
    unproposed = or_(_O.action_id.is_not(None), _F.resolve_proposed_by.is_(None))
    yield Ask("verify", _("Verify"), _owed(look, *_of_kind(Kind.VERIFY), unproposed), soonest)
    yield Ask(
        "proposed",
        _("Answer a proposed action"),
        _proposed(look, Side.DUTY_BEARER),
        (_A.proposed_at, _A.id),
        _("an answer to the proposed action"),
        _A,
    )
    yield Ask(
        "extensions",
        _("Answer a request for more time"),
        open_.join(_A, _A.finding_id == _F.id).where(_A.extension_asked_at.is_not(None)),
        (_A.extension_asked_at, _A.id),
        _("an answer to the request for more time"),
        _A,
    )
    yield Ask(
        "transfers",
        _("Answer a transfer"),
        open_.where(_F.transfer_to.is_not(None)),
        (_F.logged_at, _F.id),
        _("an answer to the transfer"),
        _F,
    )
    yield Ask(
        "confirm",
        _("Confirm a resolution"),
        open_.where(_F.resolve_proposed_by.is_not(None), _F.resolve_proposed_by != look.actor.id),
        (_F.resolve_proposed_at, _F.id),
        _("a second person's confirmation"),
        _F,
    )
    yield Ask("tell", _("Tell the community"), _owed(look, *_of_kind(Kind.TELL_COMMUNITY)), soonest)
    yield Ask("sustain", _("Is it still fixed?"), _owed(look, *_of_kind(Kind.SUSTAIN)), soonest)
    yield Ask(
        "drafts",
        _("Unfinished drafts"),
        visible.visible(look).where(_F.status == FindingStatus.DRAFT, _F.logged_by == look.actor.id),
        (_F.logged_at.desc(), _F.id),
        _("to be completed and opened"),
        _F,
    )


def _open(look: Reading) -> Select[Any]:
    return visible.visible(look).where(is_word(_F.status, FindingStatus.OPEN))


def _proposed(look: Reading, side: Side) -> Select[Any]:
    """Open findings with an action that this side proposed and the other has not answered."""
    return (
        _open(look)
        .join(_A, _A.finding_id == _F.id)
        .where(
            _A.programme_id == look.programme_id,
            is_word(_A.state, ActionState.PROPOSED),
            _A.proposed_side == side,
        )
    )


def _of_committee(look: Reading) -> Iterator[Ask]:
    yield Ask("decide", _("Decisions waiting"), _owed(look, *_of_kind(Kind.DECIDE)), (_O.due_at, _O.id))
    late = _owed(look, _O.owed_by == Party.DUTY_BEARER, _O.state.in_(TICKING), _O.due_at <= look.now)
    yield Ask("overdue", _("Overdue, highest stage first"), late, (_O.stage.desc(), _O.due_at, _O.id))
    yield Ask(
        "review", _("Reviews at the last stage"), _owed(look, *_of_kind(Kind.REVIEW)), (_O.due_at, _O.id)
    )


def _of_kind(kind: Kind) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The party says nothing new, and finds the index."""
    return _O.owed_by == OWED_BY[kind], _O.kind == kind


def _owed(look: Reading, *conditions: Any) -> Select[Any]:
    return (
        visible.visible(look)
        .join(_O, _O.finding_id == _F.id)
        .where(_O.programme_id == look.programme_id, live(_O), *conditions)
    )
