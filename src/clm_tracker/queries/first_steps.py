"""Which steps of a new programme are done, from its first place to its first finding?"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import exists, select

from clm_tracker.db import tables as t
from clm_tracker.db.units import Reading
from clm_tracker.db.visible import visible
from clm_tracker.domain.words import FindingStatus, Role


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
    of = look.programme_id
    people = select(t.MembershipRow.id).where(
        t.MembershipRow.programme_id == of,
        t.MembershipRow.role != Role.COORDINATOR,
        t.MembershipRow.ended_at.is_(None),
    )
    opened = (
        visible(look).with_only_columns(t.FindingRow.id).where(t.FindingRow.status != FindingStatus.DRAFT)
    )
    asked = {
        Step.PLACES: select(t.SiteRow.id).where(t.SiteRow.programme_id == of),
        Step.DUTY_BEARERS: select(t.DutyBearerRow.id).where(t.DutyBearerRow.programme_id == of),
        Step.PEOPLE: people,
        Step.ROUND: select(t.RoundRow.id).where(t.RoundRow.programme_id == of),
        Step.FINDING: opened,
    }
    row = look.session.execute(
        select(*(exists(query).label(str(step)) for step, query in asked.items()))
    ).one()
    return FirstSteps(frozenset(step for step, done in zip(asked, row, strict=True) if done))
