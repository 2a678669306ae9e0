"""What of a finding decides who may see and touch it?"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, select, union
from sqlalchemy.orm import Session

from clm_tracker.db.base import table_of
from clm_tracker.db.tables import FindingRow, NoticeRow, ObligationRow
from clm_tracker.domain.cases import Case
from clm_tracker.domain.duty_bearers import Post, superiors
from clm_tracker.domain.policy import Subject
from clm_tracker.domain.rules import Rules

_NOTICES = table_of(NoticeRow).c


def told_of(finding_id: ColumnElement[UUID]) -> Select[UUID | None]:
    """The question for the posts that have had a notice about a finding."""
    asked = select(_NOTICES.duty_bearer_id).where(_NOTICES.finding_id == finding_id)
    return asked.where(_NOTICES.duty_bearer_id.is_not(None)).distinct()


_TOLD = told_of(bindparam("of"))


def told_posts(session: Session, finding_id: UUID) -> frozenset[UUID]:
    """The posts that have had a notice about the finding."""
    return frozenset(session.scalars(_TOLD, {"of": finding_id}))


def many(
    session: Session, programme_id: UUID, finding_ids: Collection[UUID], rules: Rules
) -> dict[UUID, Subject]:
    """The findings of a programme as the policy sees them, in one statement; for whoever looks for many people."""
    hanging = union(
        *(
            select(table.finding_id, table.duty_bearer_id).where(
                table.finding_id.in_(finding_ids), table.duty_bearer_id.is_not(None)
            )
            for table in (ObligationRow, NoticeRow)
        )
    ).subquery()
    f = FindingRow
    asked = (
        select(
            f.id,
            f.programme_id,
            f.status,
            f.theme_id,
            f.area_id,
            f.logged_by,
            f.organisation,
            f.duty_bearer_id,
            hanging.c.duty_bearer_id.label("post"),
        )
        .outerjoin(hanging, hanging.c.finding_id == f.id)
        .where(f.id.in_(finding_ids), f.programme_id == programme_id)
    )
    of: dict[UUID, Any] = {}
    posts: dict[UUID, set[UUID]] = {}
    for row in session.execute(asked):
        of[row.id] = row
        posts.setdefault(row.id, set()).update({row.post} - {None})
    return {id: _of(row, rules, frozenset(posts[id])) for id, row in of.items()}


def held_by(post: Post | None, rules: Rules) -> frozenset[UUID]:
    """The accounts of whoever holds the post on the day of these rules."""
    holders = post.holders if post else ()
    return frozenset(h.person_id for h in holders if h.person_id is not None and h.on(rules.directory.day))


def subject(case: Case, rules: Rules, told: frozenset[UUID] = frozenset()) -> Subject:
    """The case as the policy sees it. `told` are the posts that had a notice (`told_posts`).

    The posts are those that `db.visible` asks for: the duty bearer, whoever owed something, and whoever was told.
    """
    owing = {o.duty_bearer_id for o in case.obligations.values() if o.duty_bearer_id is not None}
    return _of(case.finding, rules, told | owing)


def _of(finding: Any, rules: Rules, posts: frozenset[UUID]) -> Subject:  # noqa: ANN401 - a finding or its row
    post = rules.posts.get(finding.duty_bearer_id) if finding.duty_bearer_id else None
    return Subject(
        programme_id=finding.programme_id,
        id=finding.id,
        status=finding.status,
        theme_id=finding.theme_id,
        area_id=finding.area_id,
        logged_by=finding.logged_by,
        organisation=finding.organisation,
        duty_bearer_id=finding.duty_bearer_id,
        institution=post.institution if post else "",
        above=frozenset(superiors(post.id, rules.posts)) if post else frozenset(),
        held_by=held_by(post, rules),
        posts=posts | {p for p in (finding.duty_bearer_id,) if p is not None},
    )
