"""How does a command take hold of a finding, and put down what changed?"""

from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select

from clm_tracker.db import changes, load
from clm_tracker.db.tables import LedgerRow
from clm_tracker.db.units import Writing
from clm_tracker.domain import obligations
from clm_tracker.domain.cases import Case, Story
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import said
from clm_tracker.kernel.refusals import Stale
from clm_tracker.kernel.speech import _


class Versioned(Protocol):
    """A row that says how often it was changed."""

    @property
    def version(self) -> int:
        """1 when it was made."""
        ...


def take(unit: Writing, act: Act, ref: str | UUID, version: int | None = None) -> Case:
    """The finding's case, locked, when the actor may do this to it and it is still at `version`."""
    case = load.case(unit, ref)
    unit.require(act, case)
    check_fresh(unit, case, case.finding, version)
    return case


def put(unit: Writing, act: Act, case: Case, *stories: Story) -> Case:
    """Write what was told of the case, one story after the other: rows, ledger lines, notices. Gives it as it is now."""
    changes.apply(unit, act, case, [told for story in stories for told in story.told])
    obligations.check_limbo(stories[-1].case)
    return stories[-1].case


def check_fresh(unit: Writing, case: Case, row: Versioned, version: int | None) -> None:
    """Raises Stale, saying who changed it and when, unless the row is what the person saw (None: not asked)."""
    if version is None or row.version == version:
        return
    raise stale(unit, row.version, LedgerRow.finding_id == case.finding.id)


def stale(unit: Writing, version: int, *about: ColumnElement[bool]) -> Stale:
    """What to say when a thing is at another `version` than the one that was seen; `about` finds its lines in the ledger."""
    last = unit.session.execute(
        select(LedgerRow.actor_name, LedgerRow.actor_role, LedgerRow.at)
        .where(LedgerRow.programme_id == unit.programme_id, *about)
        .order_by(LedgerRow.seq.desc())
        .limit(1)
    ).one()
    who = unit.called(last.actor_name, last.actor_role)
    who = who[:1].upper() + who[1:]
    when = last.at.astimezone(ZoneInfo(unit.programme.timezone))
    return Stale(
        _("{person} changed this on {day} at {time}. Look at it again before you go on.").format(
            person=who, day=said(when.date()), time=f"{when:%H:%M}"
        ),
        version=version,
    )


def own_post(unit: Writing, case: Case) -> str | None:
    """The name of the actor's post that knows of the finding, the first of several."""
    known = unit.actor.posts & unit.subject(case).posts
    return next((unit.rules.posts[p].name for p in sorted(known) if p in unit.rules.posts), None)


def on_behalf_of(unit: Writing, case: Case) -> str | None:
    """The name of the post whose answer somebody else puts on record; None when the actor holds the post."""
    post = case.finding.duty_bearer_id
    if post is None or post in unit.actor.posts or post not in unit.rules.posts:
        return None
    return unit.rules.posts[post].name
