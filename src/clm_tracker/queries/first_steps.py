"""Which steps of a new programme are done, from its first place to its first finding?"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Select, Uuid, bindparam, exists, select

from clm_tracker.db import tables as t
from clm_tracker.db.units import Reading
from clm_tracker.db.visible import Sight
from clm_tracker.domain.words import FindingStatus, Role
from clm_tracker.queries.live import is_word

_OF: BindParameter[UUID] = bindparam("of", type_=Uuid())
_PEOPLE = select(t.MembershipRow.id).where(
    t.MembershipRow.programme_id == _OF,
    ~is_word(t.MembershipRow.role, Role.COORDINATOR),
    t.MembershipRow.ended_at.is_(None),
)


class Step(StrEnum):
    """What a programme needs, in this order."""

    PLACES = "places"
    DUTY_BEARERS = "duty_bearers"
    PEOPLE = "people"
    ROUND = "round"
    FINDING = "finding"


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """Which steps are done; `finished` once all of them are."""

    done: frozenset[Step]

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return self.done == frozenset(Step)


# The last step is asked for as somebody sees it.
_OF_THE_SET_UP = select(
    exists(select(t.SiteRow.id).where(t.SiteRow.programme_id == _OF)).label(Step.PLACES),
    exists(select(t.DutyBearerRow.id).where(t.DutyBearerRow.programme_id == _OF)).label(Step.DUTY_BEARERS),
    exists(_PEOPLE).label(Step.PEOPLE),
    exists(select(t.RoundRow.id).where(t.RoundRow.programme_id == _OF)).label(Step.ROUND),
)


def first_steps(look: Reading) -> FirstSteps:
    """One statement that stops at the first row of each kind."""
    return told(look.session.execute(question(Sight.of(look)), {"of": look.programme_id}).one())


def told(row: Sequence[Any]) -> FirstSteps:
    """The answer to the `question`."""
    return FirstSteps(frozenset(step for step, done in zip(Step, row, strict=True) if done))


@lru_cache(maxsize=64)
def question(sight: Sight) -> Select[*tuple[Any, ...]]:
    """Which steps are done in the programme `of`, in their order."""
    opened = sight.visible().with_only_columns(t.FindingRow.id)
    found = exists(opened.where(~is_word(t.FindingRow.status, FindingStatus.DRAFT)))
    return _OF_THE_SET_UP.add_columns(found.label(Step.FINDING))
