"""Which findings may this actor know of? The only source of queries on findings, and the twin of `policy.sees`."""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true, union
from sqlalchemy.orm import aliased

from clm_tracker.db.tables import AreaRow, FindingRow, NoticeRow, ObligationRow
from clm_tracker.db.units import Reading
from clm_tracker.domain.policy import GRANTS, Act, Membership
from clm_tracker.domain.words import FindingStatus, Role


@dataclass(frozen=True, slots=True)
class Sight:
    """All that decides what somebody sees, and nothing else, so that all who see alike have the same.

    Their roles and posts of this moment, where the areas of those lie, and of an advocate whose drafts are their own.
    """

    programme_id: UUID
    memberships: frozenset[Membership]
    posts: frozenset[UUID]
    only: UUID | None
    drafts_of: UUID | None
    paths: tuple[tuple[UUID, str], ...]

    @classmethod
    def of(cls, reading: Reading) -> "Sight":
        """The actor's, as it is in this look; in another programme than their own it is nobody's."""
        actor = reading.actor
        here = actor.memberships if actor.programme_id == reading.programme_id else ()
        memberships = frozenset(
            Membership(role=m.role, areas=m.areas, themes=m.themes)
            for m in here
            if Act.SEE_FINDINGS in GRANTS[m.role]
        )
        within = {area for m in memberships for area in m.areas}
        areas = reading.rules.areas if within else {}
        return cls(
            reading.programme_id,
            memberships,
            actor.posts,
            actor.only,
            actor.id if any(m.role is Role.ADVOCATE for m in memberships) else None,
            tuple((area, areas[area].path) for area in sorted(within) if area in areas),
        )

    @property
    def roles(self) -> frozenset[Role]:
        """Every role by which they see findings."""
        return frozenset(m.role for m in self.memberships)

    @property
    def condition(self) -> ColumnElement[bool]:
        """Which findings they see."""
        return _condition(self)

    def visible(self) -> Select[FindingRow]:
        """The findings they see: what is asked of these in the same words again and again is put together once."""
        return select(FindingRow).where(self.condition)

    def owed(self, *, by_finding: bool = False) -> Select[ObligationRow]:
        """What is owed about the findings they see; joined to them when the caller asks `by_finding`.

        Whoever sees all of the programme is asked nothing about each finding: a draft, the one thing that is hidden
        from some of them, owes nothing.
        """
        query = select(ObligationRow).where(ObligationRow.programme_id == self.programme_id)
        if not by_finding and self.whole:
            return query
        return query.join(FindingRow, FindingRow.id == ObligationRow.finding_id).where(self.condition)

    @property
    def plain(self) -> bool:
        """Whether hardly anything is asked of each finding, so that one plan is quick for all of them (`db.engine.KEPT`)."""
        return self.whole and self.drafts_of is None

    @property
    def whole(self) -> bool:
        """Whether they see all of the programme, whatever it is about (but others' drafts)."""
        roles = (m.role for m in self.memberships if not m.areas and not m.themes)
        return self.only is None and any(role is not Role.DUTY_BEARER for role in roles)


def visible(reading: Reading) -> Select[FindingRow]:
    """Every finding of the programme that this actor may see. Add filters, order, or `with_only_columns`."""
    return select(FindingRow).where(condition(reading))


def condition(reading: Reading) -> ColumnElement[bool]:
    """The same as a condition, for a query that joins `FindingRow` to what hangs on it."""
    return Sight.of(reading).condition


def owed(reading: Reading, *, by_finding: bool = False) -> Select[ObligationRow]:
    """Every obligation of the findings that this actor may see; joined to them when the caller asks `by_finding`."""
    return Sight.of(reading).owed(by_finding=by_finding)


@lru_cache(maxsize=256)
def _condition(sight: Sight) -> ColumnElement[bool]:
    """Put together once for all who see alike; who asks, and as whom, every look finds out anew."""
    own = FindingRow.programme_id == sight.programme_id
    if sight.only is not None:
        own = and_(own, FindingRow.id == sight.only)
    return and_(own, or_(false(), *(_reached(m, sight) for m in sight.memberships)))


def _reached(m: Membership, sight: Sight) -> ColumnElement[bool]:
    drafted = FindingRow.status == FindingStatus.DRAFT
    if m.role is Role.ENGINE:
        return true()
    if m.role is Role.DUTY_BEARER:
        return and_(~drafted, _addressed(sight.posts))
    within = and_(true(), *_limits(m, sight))
    if m.role is Role.COORDINATOR:
        return within
    if m.role is Role.ADVOCATE and sight.drafts_of is not None:
        return or_(and_(~drafted, within), and_(drafted, FindingRow.logged_by == sight.drafts_of))
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


def _addressed(held: frozenset[UUID]) -> ColumnElement[bool]:
    """Findings for which one of these posts answers, owed something, or was told."""
    posts = sorted(held)
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
