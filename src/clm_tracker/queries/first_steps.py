"""Which steps of a new programme are done, from its first place to its first finding?"""

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

_OF: BindParameter[UUID] = bindparam("of", type_=Uuid())
_PEOPLE = select(t.MembershipRow.id).where(
    t.MembershipRow.programme_id == _OF,
    t.MembershipRow.role != Role.COORDINATOR,
    t.MembershipRow.ended_at.is_(None),
)
# In the order of `Step`, of which the last is asked for as somebody sees it.
_OF_THE_SET_UP = select(
    exists(select(t.SiteRow.id).where(t.SiteRow.programme_id == _OF)),
    exists(select(t.DutyBearerRow.id).where(t.DutyBearerRow.programme_id == _OF)),
    exists(_PEOPLE),
    exists(select(t.RoundRow.id).where(t.RoundRow.programme_id == _OF)),
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


def first_steps(look: Reading) -> FirstSteps:
    """One statement that stops at the first row of each kind."""
    row = look.session.execute(_asked(Sight.of(look)), {"of": look.programme_id}).one()
    return FirstSteps(frozenset(step for step, done in zip(Step, row, strict=True) if done))


@lru_cache(maxsize=64)
def _asked(sight: Sight) -> Select[*tuple[Any, ...]]:
    opened = sight.visible().with_only_columns(t.FindingRow.id)
    return _OF_THE_SET_UP.add_columns(exists(opened.where(t.FindingRow.status != FindingStatus.DRAFT)))
