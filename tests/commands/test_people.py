"""How do people come into a programme, and how do they leave it? (R38, R39)"""

from uuid import UUID

from sqlalchemy import event, select

from clm_tracker.commands import feeds, findings, invitations, people, sign_in, tokens
from clm_tracker.db import actors, load
from clm_tracker.db.tables import FeedRow, LedgerRow, MembershipRow, PersonRow, SessionRow, TokenRow
from clm_tracker.db.units import Store, Writing
from clm_tracker.domain.feeds import Scope
from clm_tracker.domain.names import LONGEST
from clm_tracker.domain.policy import Actor
from clm_tracker.domain.words import Role, Severity
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Invalid, NotAllowed, NotFound
from tests.cast import PASSWORD, Cast
from tests.commands.left import left_by, refused, sentence
from tests.commands.test_programmes import ONLY_COORDINATOR

NEW = "nine green parrots"


def membership_of(cast: Cast, clock: FixedClock, name: str) -> MembershipRow:
    with cast.reading("Sokha", clock.now()) as look:
        return look.session.scalars(
            select(MembershipRow).where(MembershipRow.person_id == cast.people[name])
        ).one()


class TestAdd:
    def test_a_person_with_a_role_limited_to_an_area(self, cast: Cast, clock: FixedClock) -> None:
        """R39."""
        far = cast.open_finding(clock.now(), site="hospital").ref
        near = cast.open_finding(clock.now()).ref
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            made = people.add(
                unit,
                name="Thida",
                email=" Thida@Example.org",
                role=Role.ADVOCATE,
                organisation="Neary",
                areas=[cast.areas["district"]],
            )
        assert left.facts == [{"what": "gave Thida a role: advocate"}]
        with cast.store.reading(now=clock.now(), actor=actors.NOBODY, programme_id=cast.programme_id) as look:
            thida = actors.load(look.session, made, cast.programme_id, now=clock.now(), day=look.today)
        assert thida is not None
        with cast.store.reading(now=clock.now(), actor=thida, programme_id=cast.programme_id) as look:
            assert load.case(look, near).finding.ref == near
        no = refused_to(cast, clock, thida, far)
        assert isinstance(no, NotFound)

    def test_what_the_process_keeps_is_read_before_anything_is_written(
        self, cast: Cast, clock: FixedClock
    ) -> None:
        """The rules are kept under the programme's version: read after a line that is rolled back, they would stay."""
        asked: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            asked.append(statement)

        fresh = Store(cast.store.engine)
        event.listen(fresh.engine, "before_cursor_execute", note)
        try:
            with fresh.writing(
                now=clock.now(),
                actor=actors.within(actors.OPERATOR, cast.programme_id),
                programme_id=cast.programme_id,
            ) as unit:
                people.add(unit, name="Thida", role=Role.ADVOCATE, areas=[cast.areas["district"]])
        finally:
            event.remove(fresh.engine, "before_cursor_execute", note)
        written = next(n for n, one in enumerate(asked) if one.startswith("INSERT INTO people"))
        read = [n for n, one in enumerate(asked) if "FROM ladders" in one]
        assert read, "A process that has just begun knows no rules yet."
        assert max(read) < written

    def test_no_secret_is_in_the_record(self, cast: Cast, clock: FixedClock) -> None:
        """R35."""
        with cast.writing("operator", clock.now()) as unit:
            made = people.add(unit, name="Thida", role=Role.OBSERVER, email="t@example.org", password=NEW)
        with cast.reading("Sokha", clock.now()) as look:
            kept = look.session.get_one(PersonRow, made).password_hash
            assert kept is not None
            assert kept.startswith("$argon2id$")
            lines = look.session.scalars(select(LedgerRow)).all()
            assert not any(kept in str(line.changes) or NEW in str(line.changes) for line in lines)

    def test_somebody_with_an_account_gets_a_role_here_too(self, cast: Cast, clock: FixedClock) -> None:
        with cast.writing("Sokha", clock.now()) as unit:
            same = people.add(unit, name="Somebody", email="MALY@other.example.org", role=Role.OBSERVER)
        assert same == cast.people["Maly"]
        with cast.reading("Sokha", clock.now()) as look:
            person = look.session.get_one(PersonRow, same)
        assert (person.name, person.password_hash) == ("Maly", None)

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        def add(unit: Writing, **given: str) -> None:
            people.add(unit, name="Thida", role=Role.OBSERVER, **given)  # type: ignore[arg-type]

        for name in ("Dara", "Bopha", "Sophea", "Phal"):
            assert sentence(cast, clock.now(), name, add) == ONLY_COORDINATOR
        for given, said in (
            ({"email": "thida"}, "Write an address like name@example.org."),
            (
                {"password": NEW},
                "Nobody sets the password of somebody else. Invite them; they choose their own.",
            ),
        ):
            assert sentence(cast, clock.now(), "Sokha", lambda u, g=given: add(u, **g)) == said  # type: ignore[misc]
        said = sentence(cast, clock.now(), "Sokha", lambda u: people.add(u, name="E", role=Role.ENGINE))
        assert said == "This role belongs to the program itself."


def refused_to(cast: Cast, clock: FixedClock, actor: Actor, ref: str) -> Exception:
    try:
        with cast.store.writing(now=clock.now(), actor=actor, programme_id=cast.programme_id) as unit:
            findings.acknowledge(unit, ref)
    except NotFound as no:
        return no
    raise AssertionError("Nothing was refused.")


class TestRoles:
    def test_a_second_role_adds_to_the_first(self, cast: Cast, clock: FixedClock) -> None:
        with cast.writing("Sokha", clock.now()) as unit:
            people.grant(unit, cast.people["Chan"], role=Role.COMMITTEE, organisation="Neary")
        assert cast.actor("Chan", clock.now()).role_names == "advocate, committee"

    def test_a_role_that_comes_back_names_its_organisation_again(self, cast: Cast, clock: FixedClock) -> None:
        """R39: left out, nothing would recuse Vanna of Rumduol from its findings any more."""
        vanna = cast.people["Vanna"]
        role = membership_of(cast, clock, "Vanna")
        with cast.writing("Sokha", clock.now()) as unit:
            people.grant(unit, vanna, role=Role.OBSERVER)
            people.end_membership(unit, role.id, of=vanna)
        for organisation in ("", "  "):

            def give(unit: Writing, organisation: str = organisation) -> None:
                people.grant(unit, vanna, role=Role.COMMITTEE, organisation=organisation)

            no = refused(cast, clock.now(), "Sokha", give)
            assert isinstance(no, Invalid)
            assert [e.field for e in no.errors] == ["organisation"]
            assert no.sentence == (
                "Vanna had a role here for Rumduol. Write which organisation they belong to now."
            )
        with cast.writing("Sokha", clock.now()) as unit:
            people.grant(unit, vanna, role=Role.COMMITTEE, organisation="Rumduol")
            people.grant(unit, cast.people["Phal"], role=Role.COMMITTEE)  # who never named one is not asked
        assert "committee" in cast.actor("Vanna", clock.now()).role_names

    def test_an_organisation_is_called_as_everything_is(self, cast: Cast, clock: FixedClock) -> None:
        def give(unit: Writing, organisation: str) -> UUID:
            return people.grant(unit, cast.people["Phal"], role=Role.COMMITTEE, organisation=organisation)

        said = sentence(cast, clock.now(), "Sokha", lambda u: give(u, "x" * (LONGEST + 1)))
        assert said == "Shorten this to at most 200 characters."
        with cast.writing("Sokha", clock.now()) as unit:
            row = unit.session.get_one(MembershipRow, give(unit, " Neary\nof Battambang "))
            assert row.organisation == "Neary of Battambang"

    def test_a_role_is_ended_on_the_page_of_its_own_person(self, cast: Cast, clock: FixedClock) -> None:
        role = membership_of(cast, clock, "Dara")
        phal = cast.people["Phal"]
        no = refused(cast, clock.now(), "Sokha", lambda u: people.end_membership(u, role.id, of=phal))
        assert isinstance(no, Invalid)
        assert no.sentence == "Choose one of the roles of this person."

    def test_a_stranger_is_not_found(self, cast: Cast, clock: FixedClock) -> None:
        no = refused(
            cast, clock.now(), "Sokha", lambda u: people.grant(u, cast.people["Maly"], role=Role.COMMITTEE)
        )
        assert isinstance(no, NotFound)

    def test_who_has_no_role_any_more_is_outside(self, cast: Cast, clock: FixedClock) -> None:
        dara = cast.actor("Dara", clock.now())
        membership = membership_of(cast, clock, "Dara")
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            people.end_membership(unit, membership.id)
        assert left.facts == [{"what": "ended the role of Dara: advocate"}]
        with cast.store.reading(now=clock.now(), actor=actors.NOBODY, programme_id=cast.programme_id) as look:
            gone = actors.load(look.session, dara.id, cast.programme_id, now=clock.now(), day=look.today)
        assert gone is None
        said = sentence(cast, clock.now(), "Sokha", lambda u: people.end_membership(u, membership.id))
        assert said == "This role has ended already."

    def test_the_last_coordinator_stays(self, cast: Cast, clock: FixedClock) -> None:
        membership = membership_of(cast, clock, "Sokha")

        def end(unit: Writing) -> None:
            people.end_membership(unit, membership.id)

        assert sentence(cast, clock.now(), "Sokha", end) == (
            "A programme needs a coordinator. Name another one first."
        )
        said = sentence(cast, clock.now(), "Sokha", lambda u: people.disable(u, cast.people["Sokha"]))
        assert said == "A programme needs a coordinator. Name another one first."
        with cast.writing("Sokha", clock.now()) as unit:
            people.grant(unit, cast.people["Chan"], role=Role.COORDINATOR)
            end(unit)


class TestAccounts:
    def test_ones_own_password_needs_the_old_one(self, cast: Cast, clock: FixedClock) -> None:
        dara = cast.people["Dara"]
        cast.give_password("Dara", clock.now())
        here, there = (
            sign_in.sign_in_as_demo(
                cast.store, person_id=dara, programme_id=cast.programme_id, now=clock.now()
            )
            for _ in range(2)
        )
        said = sentence(
            cast, clock.now(), "Dara", lambda u: people.change_own_password(u, old="guess", new=NEW)
        )
        assert said == "The old password is not right."
        with left_by(cast, clock.now()) as left, cast.writing("Dara", clock.now()) as unit:
            people.change_own_password(unit, old=PASSWORD, new=NEW, keep=sign_in.digest(here.word))
        assert left.facts == [{"what": "changed their own password"}]
        with cast.reading("Sokha", clock.now()) as look:
            assert look.session.scalars(select(SessionRow.id)).all() == [sign_in.digest(here.word)]
        assert here.word != there.word

    def test_a_disabled_account_opens_no_door(self, cast: Cast, clock: FixedClock) -> None:
        with cast.writing("Chan", clock.now()) as unit:
            token = tokens.create(unit, name="script")
            calendar = feeds.make(unit, scope=Scope.MINE)
        chan = cast.people["Chan"]
        sign_in.sign_in_as_demo(cast.store, person_id=chan, programme_id=cast.programme_id, now=clock.now())
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            people.disable(unit, chan)
        assert left.facts == [{"what": "disabled the account of Chan"}]
        with cast.reading("Sokha", clock.now()) as look:
            assert look.session.scalars(select(SessionRow)).all() == []
            assert look.session.get_one(TokenRow, token.id).revoked_at == clock.now()
            assert look.session.get_one(FeedRow, calendar.id).revoked_at == clock.now()
        said = sentence(cast, clock.now(), "Sokha", lambda u: people.disable(u, chan))
        assert said == "This account is disabled already."

    def test_a_coordinator_does_not_reach_into_another_programme(self, cast: Cast, clock: FixedClock) -> None:
        """R38: the same person works in both, so neither coordinator may take over the account."""
        maly = cast.people["Maly"]
        with cast.writing("Sokha", clock.now()) as unit:
            people.add(unit, name="Maly", email="maly@other.example.org", role=Role.OBSERVER)
        for do in (lambda u: invitations.renew(u, maly), lambda u: people.disable(u, maly)):
            no = refused(cast, clock.now(), "Sokha", do)
            assert no.code == "shared_account"

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        dara = cast.people["Dara"]
        for do in (
            lambda u: invitations.renew(u, dara),
            lambda u: people.disable(u, dara),
            lambda u: people.grant(u, dara, role=Role.COORDINATOR),
        ):
            no = refused(cast, clock.now(), "Dara", do)
            assert isinstance(no, NotAllowed)
            assert no.sentence == ONLY_COORDINATOR


def test_a_role_ended_in_the_middle_of_work_ends_it(cast: Cast, clock: FixedClock) -> None:
    """R38: what a person could do yesterday is no reason for today."""
    drafted = cast.draft(clock.now(), severity=Severity.CRITICAL)
    with cast.writing("Sokha", clock.now()) as unit:
        people.grant(unit, cast.people["Dara"], role=Role.OBSERVER)
        people.end_membership(unit, membership_of_in(unit, cast))
    assert isinstance(refused(cast, clock.now(), "Dara", lambda u: findings.open_(u, drafted.ref)), NotFound)


def membership_of_in(unit: Writing, cast: Cast) -> UUID:
    return unit.session.scalars(
        select(MembershipRow.id).where(
            MembershipRow.person_id == cast.people["Dara"], MembershipRow.role == Role.ADVOCATE
        )
    ).one()
