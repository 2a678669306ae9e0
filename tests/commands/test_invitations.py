"""Does a link let one person choose a password, once, for a week, and is every one of them on record? (R27, R35, R39)"""

from uuid import UUID

import pytest
from sqlalchemy import select

from clm_tracker.commands import feeds, invitations, people, sign_in, tokens
from clm_tracker.db.tables import FeedRow, InvitationRow, LedgerRow, SessionRow
from clm_tracker.domain.feeds import Scope
from clm_tracker.domain.words import Role
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Gone, Invalid, NotAllowed, NotFound
from clm_tracker.web import sessions
from tests.cast import Cast
from tests.commands.left import left_by, refused, sentence
from tests.commands.test_programmes import ONLY_COORDINATOR

THIDA = "thida@example.org"
CHOSEN = "nine green parrots"


def invite(cast: Cast, clock: FixedClock) -> tuple[UUID, str]:
    with cast.writing("Sokha", clock.now()) as unit:
        made = invitations.invite(unit, name="Thida", email=THIDA, role=Role.ADVOCATE, organisation="Neary")
    assert made.word is not None
    return made.person_id, made.word


def accept(cast: Cast, clock: FixedClock, word: str, password: str = CHOSEN) -> sign_in.SignedIn:
    return invitations.accept(
        cast.store, word=word, name="Keo Thida", language="km", password=password, now=clock.now()
    )


def test_an_invited_person_chooses_and_is_signed_in(cast: Cast, clock: FixedClock) -> None:
    with left_by(cast, clock.now()) as left:
        thida, word = invite(cast, clock)
    assert left.facts == [{"what": "gave Thida a role: advocate"}, {"what": "invited Thida"}]
    with left_by(cast, clock.now()) as left:
        came = accept(cast, clock, word)
    assert left.facts == [{"what": "chose a password by the link they were given"}]
    assert came.person_id == thida
    assert sign_in.sign_in(cast.store, email=THIDA, password=CHOSEN, now=clock.now()).person_id == thida
    with cast.reading("Sokha", clock.now()) as look:
        row = look.session.scalars(select(InvitationRow).where(InvitationRow.person_id == thida)).one()
        lines = look.session.scalars(select(LedgerRow)).all()
    assert word not in row.hash
    assert not any(word in str(line.changes) or row.hash in str(line.changes) for line in lines)


def test_it_works_once_for_a_week_until_withdrawn_or_renewed(cast: Cast, clock: FixedClock) -> None:
    thida, first = invite(cast, clock)
    with cast.writing("Sokha", clock.now()) as unit:
        second = invitations.renew(unit, thida).word
    assert second is not None
    with pytest.raises(Gone, match="withdrawn"):
        accept(cast, clock, first)
    with pytest.raises(Invalid, match="at least 10"):
        accept(cast, clock, second, "short")
    accept(cast, clock, second)
    with pytest.raises(Gone, match="used already"):
        accept(cast, clock, second)
    with cast.writing("Sokha", clock.now()) as unit:
        third = invitations.renew(unit, thida).word
        invitations.withdraw(unit, thida)
    assert third is not None
    with pytest.raises(Gone, match="withdrawn"):
        accept(cast, clock, third)
    assert sentence(cast, clock.now(), "Sokha", lambda u: invitations.withdraw(u, thida)) == (
        "No link waits for this person."
    )
    with cast.writing("Sokha", clock.now()) as unit:
        fourth = invitations.renew(unit, thida).word
    assert fourth is not None
    clock.advance(days=7)
    with pytest.raises(Gone, match="good for a week"):
        accept(cast, clock, fourth)
    with pytest.raises(NotFound):
        accept(cast, clock, "nonsense")


def test_a_lost_password_is_renewed_where_the_committee_sees_it(cast: Cast, clock: FixedClock) -> None:
    """R27: whoever made a link is named in the ledger; the password until then works until the link is used."""
    thida, word = invite(cast, clock)
    accept(cast, clock, word)
    with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
        new = invitations.renew(unit, thida).word
    assert new is not None
    assert left.facts == [{"what": "made a link with which Keo Thida chooses a new password"}]
    assert left.by == {("Sokha", "coordinator")}
    sign_in.sign_in(cast.store, email=THIDA, password=CHOSEN, now=clock.now())
    accept(cast, clock, new, "ten brown sparrows")
    with cast.reading("Sokha", clock.now()) as look:
        mine = select(SessionRow).where(SessionRow.person_id == thida)
        assert len(look.session.scalars(mine).all()) == 1, "Every earlier session has ended."


def test_whoever_takes_an_account_back_is_alone_in_it(cast: Cast, clock: FixedClock) -> None:
    """R27: a coordinator who used a committee member's link leaves no token that goes on approving, and no calendar."""
    bopha = cast.people["Bopha"]
    cast.give_password("Bopha", clock.now())
    with cast.writing("Bopha", clock.now()) as unit:
        left_behind = tokens.create(unit, name="script").word
        feeds.make(unit, scope=Scope.COMMITTEE)
    assert sessions.by_token(cast.store, left_behind, clock.now()) is not None
    with cast.writing("Sokha", clock.now()) as unit:
        word = invitations.renew(unit, bopha).word
    assert word is not None
    accept(cast, clock, word)
    assert sessions.by_token(cast.store, left_behind, clock.now()) is None
    with cast.reading("Bopha", clock.now()) as look:
        assert look.session.scalars(select(FeedRow.revoked_at)).all() == [clock.now()]


def test_a_link_ends_with_a_password_that_is_chosen_otherwise(cast: Cast, clock: FixedClock) -> None:
    """R39: whoever remembers the password needs no link any more, and nobody else may use it."""
    with cast.writing("Sokha", clock.now()) as unit:
        again = invitations.renew(unit, cast.people["Dara"]).word
    assert again is not None
    invitations.accept(cast.store, word=again, name="Dara", language="en", password=CHOSEN, now=clock.now())
    with cast.writing("Sokha", clock.now()) as unit:
        lost = invitations.renew(unit, cast.people["Dara"]).word
    assert lost is not None
    with cast.writing("Dara", clock.now()) as unit:
        people.change_own_password(unit, old=CHOSEN, new="eleven blue whales")
    with pytest.raises(Gone, match="withdrawn"):
        accept(cast, clock, lost, "ten brown sparrows")


def test_a_link_never_reaches_into_another_programme(cast: Cast, clock: FixedClock) -> None:
    """R38: not for somebody who works elsewhere already, and not when they went there after the link was made."""
    with cast.writing("Sokha", clock.now()) as unit:
        made = invitations.invite(unit, name="Maly", email="maly@other.example.org", role=Role.OBSERVER)
    assert (made.person_id, made.word) == (cast.people["Maly"], None)
    no = refused(cast, clock.now(), "Sokha", lambda u: invitations.renew(u, made.person_id))
    assert no.code == "shared_account"
    _thida, word = invite(cast, clock)
    maly = cast.actor("Maly", clock.now())
    with cast.store.writing(now=clock.now(), actor=maly, programme_id=cast.other_programme_id) as unit:
        people.add(unit, name="Thida", email=THIDA, role=Role.COORDINATOR)
    with pytest.raises(Exception, match="also belongs to another programme"):
        accept(cast, clock, word)


def test_refused(cast: Cast, clock: FixedClock) -> None:
    dara = cast.people["Dara"]
    for name in ("Dara", "Bopha", "Sophea", "Phal"):
        for do in (lambda u: invitations.renew(u, dara), lambda u: invitations.withdraw(u, dara)):
            no = refused(cast, clock.now(), name, do)
            assert isinstance(no, NotAllowed)
            assert no.sentence == ONLY_COORDINATOR
    own = refused(cast, clock.now(), "Sokha", lambda u: invitations.renew(u, cast.people["Sokha"]))
    assert own.sentence == "Change your own password on the page of your account."
    thida, word = invite(cast, clock)
    with cast.writing("Sokha", clock.now()) as unit:
        people.disable(unit, thida)
    with pytest.raises(Gone):
        accept(cast, clock, word)
    assert "Open it again first" in sentence(
        cast, clock.now(), "Sokha", lambda u: invitations.renew(u, thida)
    )
    with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
        people.enable(unit, thida)
    assert left.facts == [{"what": "opened the account of Thida again"}]
    with pytest.raises(Gone, match="withdrawn"):
        accept(cast, clock, word)
    with cast.writing("Sokha", clock.now()) as unit:
        new = invitations.renew(unit, thida).word
    assert new is not None
    assert accept(cast, clock, new).person_id == thida
    assert sentence(cast, clock.now(), "Sokha", lambda u: people.enable(u, thida)) == "This account is open."
