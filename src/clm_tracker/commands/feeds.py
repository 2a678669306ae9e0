"""How is a calendar given to other programs, and taken away again?"""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select

from clm_tracker.commands import people
from clm_tracker.commands.sign_in import digest
from clm_tracker.db import changes
from clm_tracker.db.mint import new_id, new_token
from clm_tracker.db.tables import FeedRow, ViewRow
from clm_tracker.db.units import Writing
from clm_tracker.domain import feeds as law
from clm_tracker.domain.feeds import Scope
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import NotAllowed, NotFound, NotNow, invalid
from clm_tracker.kernel.sayings import saying
from clm_tracker.kernel.speech import _


@dataclass(frozen=True, slots=True)
class Made:
    """`word` is shown this once; only its digest is kept."""

    id: UUID
    word: str = field(repr=False)


def make(unit: Writing, *, scope: Scope, about: UUID | None = None) -> Made:
    """A calendar of one's own, which any program with its word reads as this person, with their roles of that day."""
    unit.require(Act.OWN_ACCOUNT)
    unit.require(Act.SEE_FINDINGS)
    if (about is not None) is not (scope in law.ABOUT):
        raise invalid("scope", _("Choose what the calendar holds."))
    _check_is_there(unit, scope, about)
    if not law.may_have(unit.actor, scope, about):
        raise NotAllowed(_("Your role does not include this calendar."))
    people.take_own_turn(unit)  # which one window has at a time, so that the number of calendars is right
    there = unit.session.scalar(
        select(func.count())
        .select_from(FeedRow)
        .where(
            FeedRow.programme_id == unit.programme_id,
            FeedRow.person_id == unit.actor.id,
            FeedRow.revoked_at.is_(None),
        )
    )
    if (there or 0) >= law.EACH:
        raise NotNow("too_many", _("You have {n} calendars already. Revoke one first.").format(n=law.EACH))
    word = new_token()
    row = FeedRow(
        id=new_id(),
        programme_id=unit.programme_id,
        person_id=unit.actor.id,
        scope=scope,
        about=about,
        hash=digest(word),
        created_at=unit.now,
    )
    unit.session.add(row)
    what = saying("made a calendar that other programs may read")
    changes.record(unit, Act.OWN_ACCOUNT, "feed", row.id, what, {}, {"scope": scope, "about": about})
    return Made(row.id, word)


def revoke(unit: Writing, feed_id: UUID) -> None:
    """The calendar's address opens nothing any more: one's own, or as coordinator anybody's in the programme."""
    row = unit.session.get(FeedRow, feed_id)
    if row is None or row.programme_id != unit.programme_id:
        raise NotFound("calendar")
    act = Act.OWN_ACCOUNT if row.person_id == unit.actor.id else Act.SET_UP
    if act is Act.SET_UP and unit.why_not(act, None) is not None:
        raise NotFound("calendar")
    unit.require(act)
    unit.take_turn()  # as whoever disables the account, which revokes it too
    unit.session.refresh(row)
    if row.revoked_at is not None:
        raise NotNow("revoked", _("This calendar is revoked already."))
    row.revoked_at = unit.now
    what = saying("revoked a calendar that other programs could read")
    changes.record(unit, act, "feed", feed_id, what, {}, {"revoked_at": unit.now})


def _check_is_there(unit: Writing, scope: Scope, about: UUID | None) -> None:
    if scope is Scope.POST and about not in unit.rules.posts:
        raise NotFound("duty bearer")
    if scope is Scope.VIEW:
        view = unit.session.get(ViewRow, about)
        mine = {None, unit.actor.id}
        if view is None or view.programme_id != unit.programme_id or view.person_id not in mine:
            raise NotFound("view")
