"""Which findings may this actor know of? The only source of queries on findings, and the twin of `policy.sees`."""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true, union
from sqlalchemy.orm import aliased

from clm_tracker.db.tables import AreaRow, FindingRow, NoticeRow, ObligationRow
from clm_tracker.db.units import Reading
from clm_tracker.domain.policy import GRANTS, Act, Actor, Membership
from clm_tracker.domain.words import FindingStatus, Role


@dataclass(frozen=True, slots=True)
class Sight:
    """All that decides what somebody sees: their roles and posts of this moment, and where the areas of those lie."""

    programme_id: UUID
    actor: Actor
    paths: tuple[tuple[UUID, str], ...]

    @classmethod
    def of(cls, reading: Reading) -> "Sight":
        """The actor's, as it is in this look."""
        within = {area for m in reading.actor.memberships for area in m.areas}
        areas = reading.rules.areas if within else {}
        return cls(
            reading.programme_id,
            reading.actor,
            tuple((area, areas[area].path) for area in sorted(within) if area in areas),
        )

    @property
    def condition(self) -> ColumnElement[bool]:
        """Which findings they see."""
        return _condition(self)

    def visible(self) -> Select[FindingRow]:
        """The findings they see: what is asked of these in the same words again and again is put together once."""
        return select(FindingRow).where(self.condition)


def visible(reading: Reading) -> Select[FindingRow]:
    """Every finding of the programme that this actor may see. Add filters, order, or `with_only_columns`."""
    return select(FindingRow).where(condition(reading))


def condition(reading: Reading) -> ColumnElement[bool]:
    """The same as a condition, for a query that joins `FindingRow` to what hangs on it."""
    if reading.visible is None:
        reading.visible = Sight.of(reading).condition  # a page asks it of every question
    return reading.visible


def owed(reading: Reading, *, by_finding: bool = False) -> Select[ObligationRow]:
    """Every obligation of the findings that this actor may see; joined to them when the caller asks `by_finding`.

    Whoever sees all of the programme is asked nothing about each finding: a draft, the one thing that is hidden from
    some of them, owes nothing.
    """
    query = select(ObligationRow).where(ObligationRow.programme_id == reading.programme_id)
    if not by_finding and _sees_all(reading):
        return query
    return query.join(FindingRow, FindingRow.id == ObligationRow.finding_id).where(condition(reading))


def _sees_all(reading: Reading) -> bool:
    actor = reading.actor
    whole = (m.role for m in actor.memberships if not m.areas and not m.themes)
    here = actor.programme_id == reading.programme_id and actor.only is None
    return here and any(Act.SEE_FINDINGS in GRANTS[role] and role is not Role.DUTY_BEARER for role in whole)


@lru_cache(maxsize=256)
def _condition(sight: Sight) -> ColumnElement[bool]:
    """Put together once for all who see alike; who asks, and as whom, every look finds out anew."""
    actor = sight.actor
    if actor.programme_id != sight.programme_id:
        return false()
    own = FindingRow.programme_id == sight.programme_id
    if actor.only is not None:
        own = and_(own, FindingRow.id == actor.only)
    reached = [_reached(m, sight) for m in actor.memberships if Act.SEE_FINDINGS in GRANTS[m.role]]
    return and_(own, or_(false(), *reached))


def _reached(m: Membership, sight: Sight) -> ColumnElement[bool]:
    drafted = FindingRow.status == FindingStatus.DRAFT
    if m.role is Role.ENGINE:
        return true()
    if m.role is Role.DUTY_BEARER:
        return and_(~drafted, _addressed(sight.actor))
    within = and_(true(), *_limits(m, sight))
    if m.role is Role.COORDINATOR:
        return within
    if m.role is Role.ADVOCATE:
        return or_(and_(~drafted, within), and_(drafted, FindingRow.logged_by == sight.actor.id))
    return and_(~drafted, within)


def _limits(m: Membership, sight: Sight) -> list[ColumnElement[bool]]:
    limits: list[ColumnElement[bool]] = []
    if m.themes:
        limits.append(FindingRow.theme_id.in_(sorted(m.themes)))
    if m.areas:
        inside = select(AreaRow.id).where(
            AreaRow.programme_id == sight.programme_id,
            or_(false(), *(AreaRow.path.startswith(path) for area, path in sight.paths if area in m.areas)),
        )
        limits.append(FindingRow.area_id.in_(inside))
    return limits


def _addressed(actor: Actor) -> ColumnElement[bool]:
    """Findings for which one of the actor's posts answers, owed something, or was told."""
    posts = sorted(actor.posts)
    if not posts:
        return false()
    # One set of identifiers, each part of it by an index, instead of three questions for every finding.
    mine = aliased(FindingRow)
    answering = select(mine.id).where(mine.duty_bearer_id.in_(posts))
    owing = select(ObligationRow.finding_id).where(ObligationRow.duty_bearer_id.in_(posts))
    told = select(NoticeRow.finding_id).where(
        NoticeRow.duty_bearer_id.in_(posts), NoticeRow.finding_id.is_not(None)
    )
    return FindingRow.id.in_(union(answering, owing, told))
