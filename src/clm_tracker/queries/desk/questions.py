"""Which groups does a desk have for each role, and what stands in them?"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Uuid, bindparam, func, or_, select

from clm_tracker.db import tables
from clm_tracker.db.visible import Sight
from clm_tracker.domain.events import TransferProposed
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import (
    OWED_BY,
    ActionState,
    FindingStatus,
    Kind,
    ObligationState,
    Role,
    Side,
)
from clm_tracker.kernel.speech import N_
from clm_tracker.queries import overdue
from clm_tracker.queries.live import NOW, is_word, live

_F, _O, _A = tables.FindingRow, tables.ObligationRow, tables.ActionRow
_COMMUNITY = frozenset({Role.ADVOCATE, Role.COORDINATOR})
ME = bindparam("me", type_=Uuid())  # who looks; given as NOW is
_L = tables.LedgerRow
# When the transfer that waits was asked for last; the finding itself keeps only to whom, and why.
SAID_ELSEWHERE_AT = (
    select(func.max(_L.at))
    .where(_L.finding_id == _F.id, _L.kind == TransferProposed.kind)
    .correlate(_F)
    .scalar_subquery()
)
MANY = 64  # a process keeps the questions of so many sights, for to put them together takes longer than to ask them


@dataclass(frozen=True, slots=True)
class Ask:
    """One group as a question, read from obligations, actions or findings. `what` stands in for the obligation's kind.

    Title and `what` are said when they are shown. `act` is what the group asks for, where whoever has the role may have
    no say about one finding.
    """

    key: str
    title: str
    query: Select[Any]
    by: tuple[Any, ...]
    what: str = ""
    of: Any = _O
    act: Act | None = None


@lru_cache(maxsize=MANY)
def asked(sight: Sight) -> tuple[Ask, ...]:
    """The questions of somebody's desk, by the roles held in this programme."""
    return tuple(_asked(sight))


def _asked(sight: Sight) -> Iterator[Ask]:
    roles = sight.roles
    if roles & _COMMUNITY:
        yield from _of_advocate(sight)
    if sight.posts:
        mine = _owed(sight, _O.duty_bearer_id.in_(sorted(sight.posts)))
        checked = is_word(_O.state, ObligationState.SUSPENDED)
        yield Ask("mine", N_("What we owe"), mine.where(~checked), (_O.due_at, _O.id))
        yield Ask(
            "checked", N_("Reported done: the community checks"), mine.where(checked), (_O.due_at, _O.id)
        )
        yield Ask(
            "asked",
            N_("Answer what the community proposes"),
            _proposed(sight, Side.COMMUNITY).where(_F.duty_bearer_id.in_(sorted(sight.posts))),
            (_A.proposed_at, _A.id),
            N_("an answer to the proposed action"),
            _A,
        )
    if Role.COMMITTEE in roles:
        yield from _of_committee(sight)
    if Role.COORDINATOR in roles:
        yield Ask(
            "route", N_("Name the duty bearer"), _owed(sight, *_of_kind(Kind.ROUTE)), (_O.due_at, _O.id)
        )
        held = (
            _O.next_check_at.is_(None),
            _O.next_step_at.is_not(None),
            is_word(_O.state, ObligationState.RUNNING),
        )
        yield Ask("held", N_("Held by the brake"), _owed(sight, *held), (_O.due_at, _O.id))
        parked = _O.parked_until.is_not(None)
        yield Ask("parked", N_("Could not be decided"), _owed(sight, parked), (_O.due_at, _O.id))


def _of_advocate(sight: Sight) -> Iterator[Ask]:
    open_ = _open(sight)
    soonest = (_O.due_at, _O.id)
    # Once somebody proposed to call it resolved, the check that is owed is the second person's confirmation.
    unproposed = or_(_O.action_id.is_not(None), _F.resolve_proposed_by.is_(None))
    verify = _owed(sight, *_of_kind(Kind.VERIFY), unproposed)
    yield Ask("verify", N_("Verify"), verify, soonest, act=Act.VERIFY)
    yield Ask(
        "proposed",
        N_("Answer a proposed action"),
        _proposed(sight, Side.DUTY_BEARER),
        (_A.proposed_at, _A.id),
        N_("an answer to the proposed action"),
        _A,
    )
    yield Ask(
        "extensions",
        N_("Answer a request for more time"),
        open_.join(_A, _A.finding_id == _F.id).where(_A.extension_asked_at.is_not(None)),
        (_A.extension_asked_at, _A.id),
        N_("an answer to the request for more time"),
        _A,
        Act.ANSWER_EXTENSION,
    )
    yield Ask(
        "transfers",
        N_("Answer a transfer"),
        open_.where(_F.transfer_to.is_not(None)),
        (SAID_ELSEWHERE_AT, _F.id),
        N_("an answer to the transfer"),
        _F,
        Act.ANSWER_TRANSFER,
    )
    yield Ask(
        "confirm",
        N_("Confirm a resolution"),
        _owed(
            sight,
            *_of_kind(Kind.VERIFY),
            _O.action_id.is_(None),
            _F.resolve_proposed_by.is_not(None),
            _F.resolve_proposed_by != ME,
        ),
        soonest,
        N_("a second person's confirmation"),
        act=Act.RESOLVE,
    )
    yield Ask("tell", N_("Tell the community"), _owed(sight, *_of_kind(Kind.TELL_COMMUNITY)), soonest)
    sustain = _owed(sight, *_of_kind(Kind.SUSTAIN))
    yield Ask("sustain", N_("Is it still fixed?"), sustain, soonest, act=Act.CHECK_SUSTAINED)
    yield Ask(
        "drafts",
        N_("Unfinished drafts"),
        sight.visible().where(is_word(_F.status, FindingStatus.DRAFT), _F.logged_by == ME),
        (_F.logged_at.desc(), _F.id),
        N_("to be completed and opened"),
        _F,
    )


def _open(sight: Sight) -> Select[Any]:
    return sight.visible().where(is_word(_F.status, FindingStatus.OPEN))


def _proposed(sight: Sight, side: Side) -> Select[Any]:
    """Open findings with an action that this side proposed and the other has not answered."""
    return (
        _open(sight)
        .join(_A, _A.finding_id == _F.id)
        .where(
            _A.programme_id == sight.programme_id,
            is_word(_A.state, ActionState.PROPOSED),
            is_word(_A.proposed_side, side),
        )
    )


def _of_committee(sight: Sight) -> Iterator[Ask]:
    soonest = (_O.due_at, _O.id)
    decide, review = (_owed(sight, *_of_kind(kind)) for kind in (Kind.DECIDE, Kind.REVIEW))
    yield Ask("decide", N_("Decisions waiting"), decide, soonest, act=Act.DECIDE_STAGE)
    late = _owed(sight, *overdue.standing(NOW)[None])
    yield Ask("overdue", N_("Overdue, highest stage first"), late, (_O.stage.desc(), _O.due_at, _O.id))
    yield Ask("review", N_("Reviews at the last stage"), review, soonest, act=Act.REVIEW)


def _of_kind(kind: Kind) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The party says nothing new, and finds the index: as text, so that the database knows how few they are."""
    return is_word(_O.owed_by, OWED_BY[kind]), is_word(_O.kind, kind)


def _owed(sight: Sight, *conditions: Any) -> Select[Any]:
    return (
        sight.visible()
        .join(_O, _O.finding_id == _F.id)
        .where(_O.programme_id == sight.programme_id, live(_O), *conditions)
    )
