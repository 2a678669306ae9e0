"""Who may make a calendar for other programs, of what, and how does it end?"""

from uuid import UUID

import pytest
from sqlalchemy import select

from clm_tracker.commands import feeds, views
from clm_tracker.commands.sign_in import digest
from clm_tracker.db.tables import FeedRow, LedgerRow
from clm_tracker.domain import feeds as law
from clm_tracker.domain.feeds import Scope
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Invalid, NotAllowed, NotFound, NotNow
from tests.cast import Cast


def make(cast: Cast, clock: FixedClock, name: str, scope: Scope, about: UUID | None = None) -> feeds.Made:
    with cast.writing(name, clock.now()) as unit:
        return feeds.make(unit, scope=scope, about=about)


def lines(cast: Cast, clock: FixedClock) -> list[LedgerRow]:
    with cast.reading("Sokha", clock.now()) as look:
        query = select(LedgerRow).where(LedgerRow.subject == "feed").order_by(LedgerRow.seq)
        return list(look.session.scalars(query))


def test_only_the_digest_of_the_word_is_kept_and_the_ledger_says_so(cast: Cast, clock: FixedClock) -> None:
    made = make(cast, clock, "Dara", Scope.MINE)
    with cast.reading("Dara", clock.now()) as look:
        row = look.session.scalars(select(FeedRow)).one()
        assert (row.id, row.hash, row.scope) == (made.id, digest(made.word), "mine")
    (line,) = lines(cast, clock)
    assert made.word not in str(vars(line))
    assert digest(made.word) not in str(vars(line))
    assert made.word not in repr(made)


def test_each_role_has_the_calendars_of_its_own(cast: Cast, clock: FixedClock) -> None:
    own, other = cast.posts["health_centre"], cast.posts["district"]
    make(cast, clock, "Sophea", Scope.POST, own)
    make(cast, clock, "Bopha", Scope.COMMITTEE)
    make(cast, clock, "Dara", Scope.POST, other)
    for scope, about in ((Scope.POST, other), (Scope.ADVOCATES, None), (Scope.COMMITTEE, None)):
        with pytest.raises(NotAllowed):
            make(cast, clock, "Sophea", scope, about)
    with pytest.raises(NotAllowed):
        make(cast, clock, "Phal", Scope.MINE)
    for scope, about in ((Scope.POST, None), (Scope.MINE, own)):
        with pytest.raises(Invalid):
            make(cast, clock, "Dara", scope, about)
    with pytest.raises(NotFound):
        make(cast, clock, "Dara", Scope.POST, cast.programme_id)


def test_a_view_of_somebody_else_is_no_calendar(cast: Cast, clock: FixedClock) -> None:
    with cast.writing("Sokha", clock.now()) as unit:
        view = views.save(unit, name="Mine", query="status=open")
        shared = views.save(unit, name="Ours", query="status=open", shared=True)
    make(cast, clock, "Sokha", Scope.VIEW, view)
    make(cast, clock, "Dara", Scope.VIEW, shared)
    with pytest.raises(NotFound):
        make(cast, clock, "Dara", Scope.VIEW, view)


def test_there_are_not_endlessly_many(cast: Cast, clock: FixedClock) -> None:
    made = [make(cast, clock, "Dara", Scope.MINE) for _ in range(law.EACH)]
    with pytest.raises(NotNow, match="Revoke one"):
        make(cast, clock, "Dara", Scope.MINE)
    with cast.writing("Dara", clock.now()) as unit:
        feeds.revoke(unit, made[0].id)
    make(cast, clock, "Dara", Scope.MINE)


def test_its_person_or_a_coordinator_revokes_it_once(cast: Cast, clock: FixedClock) -> None:
    one, two = (make(cast, clock, "Dara", Scope.MINE).id for _ in range(2))
    with cast.writing("Chan", clock.now()) as unit, pytest.raises(NotFound):
        feeds.revoke(unit, one)
    for name, feed in (("Dara", one), ("Sokha", two)):
        with cast.writing(name, clock.now()) as unit:
            feeds.revoke(unit, feed)
    with cast.writing("Dara", clock.now()) as unit, pytest.raises(NotNow):
        feeds.revoke(unit, two)
    assert len(lines(cast, clock)) == 4
