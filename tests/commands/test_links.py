"""How is a way to answer without an account given, used, given back, asked for again and ended? (R40)"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, func, select

from clm_tracker.commands import duty_bearers, findings, links
from clm_tracker.db import links as kept
from clm_tracker.db.tables import LedgerRow, LinkRow, NoticeRow
from clm_tracker.db.units import Writing
from clm_tracker.domain import links as law
from clm_tracker.domain.cases import Finding
from clm_tracker.domain.links import Standing
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Side
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Invalid, NotAllowed, NotFound, NotNow
from tests.cast import Cast
from tests.commands.left import left_by, refused
from tests.links import a_letter, a_link, holder_of


def came_by(cast: Cast, now: datetime, link_id: UUID) -> kept.Came:
    with cast.reading("engine", now) as look:
        came = kept.came(look.session, link_id, now)
    assert came is not None
    return came


@contextmanager
def by_link(cast: Cast, now: datetime, link_id: UUID) -> Iterator[Writing]:
    actor = came_by(cast, now, link_id).actor
    with cast.store.writing(now=now, actor=actor, programme_id=cast.programme_id) as unit:
        yield unit


@pytest.fixture
def finding(cast: Cast, clock: FixedClock) -> Finding:
    return cast.open_finding(clock.now())


class TestGiving:
    def test_many_in_one_statement_and_twice_the_same(
        self, cast: Cast, clock: FixedClock, finding: Finding
    ) -> None:
        """R40: a letter that is written again has the words it had."""
        holder = holder_of(cast.store, cast.programme_id, clock.now(), cast.posts["health_centre"])
        letter = a_letter(cast.store, cast.programme_id, clock.now(), holder)
        others = [cast.open_finding(clock.now(), title=f"Something else, {n}") for n in range(3)]
        due = clock.now() + timedelta(days=9)
        wanted = [
            links.Wanted(
                letter_id=letter,
                finding_id=f.id,
                duty_bearer_id=cast.posts["health_centre"],
                holder_id=holder,
                due_at=due,
            )
            for f in (finding, *others)
        ]
        said: list[str] = []
        with cast.writing("engine", clock.now()) as unit:
            event.listen(
                unit.session.connection(),
                "before_cursor_execute",
                lambda _c, _cursor, statement, *_rest: said.append(statement),
            )
            first = links.give_many(unit, wanted)
        assert len([s for s in said if "INSERT INTO links" in s]) == 1
        clock.set(clock.now() + timedelta(hours=1))
        with cast.writing("engine", clock.now()) as unit:
            assert links.give_many(unit, [*wanted, wanted[0]]) == [*first, first[0]]
            assert links.give_many(unit, []) == []
            rows = unit.session.scalars(select(LinkRow)).all()
        assert {row.id for row in rows} == set(first)
        assert {row.expires_at for row in rows} == {due + law.LASTS}
        assert {row.created_at for row in rows} == {clock.now() - timedelta(hours=1)}

    def test_only_the_program_itself_gives_them(
        self, cast: Cast, clock: FixedClock, finding: Finding
    ) -> None:
        """R38: a word that opens is nobody's to make."""
        wanted = links.Wanted(letter_id=finding.id, finding_id=finding.id, person_id=cast.people["Dara"])
        for name in ("Sokha", "Dara", "Sophea"):
            assert isinstance(refused(cast, clock.now(), name, lambda u: links.give(u, wanted)), NotAllowed)


class TestWhoeverComes:
    def test_knows_of_one_finding_as_the_holder_of_one_post(
        self, cast: Cast, clock: FixedClock, finding: Finding
    ) -> None:
        """R40: whatever else is addressed to the post."""
        other = cast.open_finding(clock.now(), title="Something else")
        link = a_link(cast, clock.now(), finding.id)
        came = came_by(cast, clock.now(), link)
        assert (came.standing, came.holder, came.post) == (
            Standing.GOOD,
            "Sophea",
            "Chief, Ta Pung Health Centre",
        )
        with by_link(cast, clock.now(), link) as unit:
            assert unit.actor.id == cast.people["Sophea"]
            assert findings.acknowledge(unit, finding.ref).ref == finding.ref
        for do in (findings.acknowledge, lambda u, ref: findings.reply(u, ref, text="Thank you.")):
            with pytest.raises(NotFound), by_link(cast, clock.now(), link) as unit:
                do(unit, other.ref)
        with by_link(cast, clock.now(), link) as unit:
            for act in Act:
                may = unit.why_not(act, None) is None
                assert may == (act in {Act.SEE_FINDINGS, Act.ATTACH_EVIDENCE, Act.REPLY, Act.USE_LINK, Act.ACKNOWLEDGE,
                    Act.REFUSE, Act.PROPOSE_TRANSFER, Act.PROPOSE_ACTION, Act.ACCEPT_ACTION, Act.REPORT_DONE,
                    Act.ASK_EXTENSION}), act  # fmt: skip

    def test_leaves_the_link_in_the_ledger(self, cast: Cast, clock: FixedClock, finding: Finding) -> None:
        """R40: every use; who acts with an account leaves none."""
        link = a_link(cast, clock.now(), finding.id)
        with by_link(cast, clock.now(), link) as unit:
            findings.acknowledge(unit, finding.ref)
        with cast.writing("Sophea", clock.now()) as unit:
            findings.reply(unit, finding.ref, text="We have written to the laboratory.")
        with cast.reading("Sokha", clock.now()) as look:
            lines = look.session.execute(
                select(LedgerRow.kind, LedgerRow.link_id, LedgerRow.actor_name, LedgerRow.actor_role)
                .where(LedgerRow.finding_id == finding.id)
                .order_by(LedgerRow.seq)
            ).all()
        by_kind = {line.kind: line for line in lines}
        assert by_kind["acknowledged"][1:] == (link, "Sophea", "duty_bearer")
        assert by_kind["obligation_met"].link_id == link
        assert by_kind["replied"].link_id is None
        assert by_kind["finding_opened"].link_id is None

    def test_somebody_without_an_account_acts_under_their_own_name(
        self, cast: Cast, clock: FixedClock
    ) -> None:
        """R40, R45: the post is what owes; its holder need not be known to the program as a person."""
        with cast.writing("Sokha", clock.now()) as unit:
            duty_bearers.appoint(unit, cast.posts["hospital"], name="Nary", from_on=unit.today)
        finding = cast.open_finding(clock.now(), site="hospital")
        link = a_link(cast, clock.now(), finding.id, post="hospital")
        with by_link(cast, clock.now(), link) as unit:
            assert unit.actor.id == holder_of(
                cast.store, cast.programme_id, clock.now(), cast.posts["hospital"]
            )
            assert unit.actor.side is Side.DUTY_BEARER
            findings.acknowledge(unit, finding.ref)
            findings.reply(unit, finding.ref, text="We know.")
        with cast.reading("Dara", clock.now()) as look:
            names = look.session.scalars(
                select(LedgerRow.actor_name).where(LedgerRow.link_id == link).distinct()
            ).all()
        assert names == ["Nary"]

    @pytest.mark.parametrize("how", ["relieve", "appoint", "close"])
    def test_comes_no_more_when_the_holding_ended(
        self, cast: Cast, clock: FixedClock, finding: Finding, how: str
    ) -> None:
        """R40, R45: the links end with it, and with each way in which it ends."""
        link = a_link(cast, clock.now(), finding.id)
        centre = cast.posts["health_centre"]
        with cast.writing("Sokha", clock.now()) as unit:
            if how == "relieve":
                duty_bearers.relieve(unit, centre)
            elif how == "close":
                duty_bearers.close(unit, centre)
            else:
                duty_bearers.appoint(unit, centre, name="Nary")
        with cast.reading("Sokha", clock.now()) as look:
            assert look.session.get_one(LinkRow, link).revoked_at == clock.now()
        assert came_by(cast, clock.now(), link).standing is Standing.REVOKED
        with pytest.raises(NotFound), by_link(cast, clock.now(), link) as unit:
            findings.acknowledge(unit, finding.ref)

    def test_comes_until_the_last_day_of_a_holding(
        self, cast: Cast, clock: FixedClock, finding: Finding
    ) -> None:
        """R45: one that ends next week is good until then, and by nobody's hand no longer."""
        link = a_link(cast, clock.now(), finding.id)
        with cast.writing("Sokha", clock.now()) as unit:
            duty_bearers.relieve(unit, cast.posts["health_centre"], last_on=unit.today + timedelta(days=3))
        assert came_by(cast, clock.now(), link).standing is Standing.GOOD
        later = clock.now() + timedelta(days=4)
        assert came_by(cast, later, link).standing is Standing.ENDED
        assert came_by(cast, later, link).actor.posts == frozenset()


class TestRevoking:
    def test_ends_it_with_a_reason_in_the_ledger(
        self, cast: Cast, clock: FixedClock, finding: Finding
    ) -> None:
        """R40."""
        link = a_link(cast, clock.now(), finding.id)
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            links.revoke(unit, link, reason="The letter was read by others.")
        assert left.facts == [
            {
                "to": "Sophea",
                "post": "Chief, Ta Pung Health Centre",
                "reason": "The letter was read by others.",
            }
        ]
        assert came_by(cast, clock.now(), link).standing is Standing.REVOKED
        again = refused(cast, clock.now(), "Sokha", lambda u: links.revoke(u, link, reason="Again."))
        assert isinstance(again, NotNow)

    def test_is_the_community_sides(self, cast: Cast, clock: FixedClock, finding: Finding) -> None:
        """R38: with a reason; outsiders do not learn that there is one."""
        link = a_link(cast, clock.now(), finding.id)
        for name, no in (("Sophea", NotAllowed), ("Bopha", NotAllowed), ("Phal", NotFound)):
            found = refused(cast, clock.now(), name, lambda u: links.revoke(u, link, reason="Why not."))
            assert isinstance(found, no), (name, found)
        none = refused(cast, clock.now(), "Sokha", lambda u: links.revoke(u, link, reason=" "))
        assert isinstance(none, Invalid)
        unknown = refused(cast, clock.now(), "Sokha", lambda u: links.revoke(u, finding.id, reason="Why."))
        assert isinstance(unknown, NotFound)


class TestAskingAgain:
    def test_writes_to_the_post_and_once_an_hour(
        self, cast: Cast, clock: FixedClock, finding: Finding
    ) -> None:
        """R40, R45: whoever holds the post gets it at the address that is known; nothing is shown."""
        link = a_link(cast, clock.now(), finding.id, post="district")
        clock.set(clock.now() + timedelta(days=90))
        assert came_by(cast, clock.now(), link).standing is Standing.EXPIRED
        with cast.writing(
            "engine", clock.now()
        ) as unit:  # the district was told, or it would know nothing of it
            unit.session.add(_told(cast, finding, clock.now()))
        with by_link(cast, clock.now(), link) as unit:
            links.ask_again(unit)
        with cast.reading("Sokha", clock.now()) as look:
            told = look.session.scalars(
                select(NoticeRow.duty_bearer_id).where(NoticeRow.kind == "link_asked_again")
            ).all()
        assert told == [cast.posts["district"]]
        clock.set(clock.now() + timedelta(minutes=59))
        with pytest.raises(NotNow), by_link(cast, clock.now(), link) as unit:
            links.ask_again(unit)
        clock.set(clock.now() + timedelta(minutes=1))
        with by_link(cast, clock.now(), link) as unit:
            links.ask_again(unit)

    def test_needs_a_link(self, cast: Cast, clock: FixedClock) -> None:
        """R38: who has an account is no reader of a link."""
        for act in (links.ask_again, links.give_back):
            assert isinstance(refused(cast, clock.now(), "Sophea", act), NotFound)


def test_r40_a_link_that_reached_somebody_else_is_given_back(
    cast: Cast, clock: FixedClock, finding: Finding
) -> None:
    """R40: it opens nothing any more, and the coordinator hears of it."""
    link = a_link(cast, clock.now(), finding.id)
    with by_link(cast, clock.now(), link) as unit:
        links.give_back(unit, note="She left in January.")
    assert came_by(cast, clock.now(), link).standing is Standing.REVOKED
    with cast.reading("Sokha", clock.now()) as look:
        line = look.session.scalars(select(LedgerRow).where(LedgerRow.kind == "link_returned")).one()
        assert (line.link_id, line.facts["note"]) == (link, "She left in January.")
        told = look.session.scalars(select(NoticeRow.role).where(NoticeRow.kind == "link_returned")).all()
    assert told == ["coordinator"]
    with pytest.raises(NotNow), by_link(cast, clock.now(), link) as unit:
        links.give_back(unit)


def test_r40_uses_are_counted_by_the_hour(cast: Cast, clock: FixedClock, finding: Finding) -> None:
    """R40: each kind by itself, and from the start when the hour is over."""
    link = a_link(cast, clock.now(), finding.id)

    def again(what: str) -> int:
        with cast.writing("engine", clock.now()) as unit:
            return kept.count(unit.session, link, what, clock.now())

    assert [again("open"), again("open"), again("act"), again("open")] == [1, 2, 1, 3]
    clock.set(clock.now() + timedelta(hours=1))
    assert again("open") == 1


def test_r40_what_only_answers_by_mail_opens_nothing(cast: Cast, clock: FixedClock, finding: Finding) -> None:
    """R40: a link of a person without a post."""
    letter = a_letter(
        cast.store,
        cast.programme_id,
        clock.now(),
        holder_of(cast.store, cast.programme_id, clock.now(), cast.posts["health_centre"]),
    )
    with cast.writing("engine", clock.now()) as unit:
        link = links.give(
            unit, links.Wanted(letter_id=letter, finding_id=finding.id, person_id=cast.people["Dara"])
        )
        assert unit.session.scalar(select(func.count(LinkRow.id)).where(LinkRow.id == link)) == 1
        assert kept.came(unit.session, link, clock.now()) is None
        assert kept.came(unit.session, finding.id, clock.now()) is None


def _told(cast: Cast, finding: Finding, now: datetime) -> NoticeRow:
    return NoticeRow(
        id=law.id_of(finding.id, finding.id, finding.id),
        programme_id=cast.programme_id,
        finding_id=finding.id,
        kind="stage_entered",
        duty_bearer_id=cast.posts["district"],
        created_at=now,
        unit=finding.id,
    )
