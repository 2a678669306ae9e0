"""Who gets a letter where posts, roles and people do not match one to one? (R29, R45)"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select, update

from clm_tracker.commands import duty_bearers, findings, people
from clm_tracker.db.base import table_of
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import (
    HolderRow,
    LetterItemRow,
    LetterRow,
    MembershipRow,
    NoticeRow,
)
from clm_tracker.domain.words import LetterState, NoticeState, Role
from tests.jobs.letters.conftest import Office

TUESDAY_8 = datetime(2026, 3, 3, 1, tzinfo=UTC)  # eight in the morning in Phnom Penh
DAY = timedelta(days=1)


def another_holder(office: Office, post: str, name: str, *, email: str) -> None:
    """Somebody without an account who holds the post beside whoever does, as an import may bring it."""
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        unit.session.execute(
            insert(table_of(HolderRow)).values(
                id=new_id(),
                duty_bearer_id=office.cast.posts[post],
                name=name,
                email=email,
                from_on=unit.today - 30 * DAY,
            )
        )


def give_role(office: Office, name: str, role: Role, organisation: str) -> None:
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        unit.session.execute(
            insert(table_of(MembershipRow)).values(
                id=new_id(),
                person_id=office.cast.people[name],
                programme_id=office.cast.programme_id,
                role=role,
                organisation=organisation,
                area_ids=(),
                theme_ids=(),
            )
        )


def end_role(office: Office, *names: str) -> None:
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        ids = [office.cast.people[name] for name in names]
        unit.session.execute(
            update(table_of(MembershipRow))
            .where(table_of(MembershipRow).c.person_id.in_(ids))
            .values(ended_at=office.clock.now())
        )


def states(office: Office, kind: str) -> list[NoticeState]:
    with office.cast.reading("operator", office.clock.now()) as look:
        return list(look.session.scalars(select(NoticeRow.state).where(NoticeRow.kind == kind)))


def reply(office: Office, ref: str, text: str = "We have asked for more.") -> None:
    with office.cast.writing("Sophea", office.clock.now()) as unit:
        findings.reply(unit, ref, text=text)


def test_r45_both_holders_of_a_post_get_the_letter(office: Office) -> None:
    another_holder(office, "health_centre", "Bunly", email="bunly@clinic.example.org")
    ref = office.cast.open_finding(office.clock.now()).ref
    office.run(TUESDAY_8)
    for name in ("Sophea", "Bunly"):
        (letter,) = office.mail.to(name)
        assert ref in letter.text


def test_one_of_two_holders_leaves_and_the_other_is_told_once(office: Office) -> None:
    another_holder(office, "health_centre", "Bunly", email="bunly@clinic.example.org")
    office.cast.open_finding(office.clock.now())
    office.run()
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        unit.session.execute(
            update(table_of(HolderRow)).where(HolderRow.name == "Bunly").values(to_on=unit.today - DAY)
        )
    assert office.run(TUESDAY_8).put_back == 1
    for day in range(4):
        office.run(TUESDAY_8 + day * DAY)
    assert len(office.mail.to("Sophea")) == 1
    assert office.mail.to("Bunly") == []
    with office.cast.reading("Sokha", office.clock.now()) as look:
        waiting = select(NoticeRow.id).where(NoticeRow.state == NoticeState.WAITING)
        assert look.session.scalars(waiting).all() == []


def test_who_holds_two_posts_gets_one_letter(office: Office) -> None:
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        duty_bearers.appoint(
            unit,
            office.cast.posts["hospital"],
            name="Sophea",
            from_on=unit.today - DAY,
            person_id=office.cast.people["Sophea"],
        )
    office.run()
    here = office.cast.open_finding(office.clock.now()).ref
    there = office.cast.open_finding(office.clock.now(), site="hospital").ref
    office.run(TUESDAY_8)
    (letter,) = office.mail.to("Sophea")
    assert here in letter.text
    assert there in letter.text


def test_who_is_advocate_and_coordinator_reads_each_thing_once(office: Office) -> None:
    give_role(office, "Dara", Role.COORDINATOR, "")
    ref = office.cast.open_finding(office.clock.now(), by="Chan").ref
    with office.cast.writing("Sophea", office.clock.now()) as unit:
        findings.refuse(unit, ref, reason="It belongs to the district.")
    with office.cast.reading("Sokha", office.clock.now()) as look:
        roles = set(look.session.scalars(select(NoticeRow.role).where(NoticeRow.kind == "refused")))
    office.run(TUESDAY_8)
    (letter,) = office.mail.to("Dara")
    assert {"advocates", "coordinator"} <= roles, "the event is told to both"
    assert letter.text.count("It belongs to the district.") == 1


def test_a_disabled_account_gets_nothing_and_others_do(office: Office) -> None:
    finding = office.cast.open_finding(office.clock.now(), by="Chan")
    reply(office, finding.ref)
    office.run()
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        people.disable(unit, office.cast.people["Dara"])
    office.run(TUESDAY_8)
    office.run(TUESDAY_8 + DAY)
    assert office.mail.to("Dara") == []
    assert len(office.mail.to("Chan")) == 1
    assert set(states(office, "replied")) == {NoticeState.SENT}


def test_whose_role_has_ended_gets_nothing_and_a_coordinator_hears_what_nobody_else_would(
    office: Office,
) -> None:
    finding = office.cast.open_finding(office.clock.now())
    reply(office, finding.ref)
    office.run()
    end_role(office, "Dara", "Chan")
    office.run(TUESDAY_8)
    office.run(TUESDAY_8 + DAY)
    assert office.mail.to("Dara") == office.mail.to("Chan") == []
    assert "We have asked for more." in "".join(p.text for p in office.mail.to("Sokha"))
    assert set(states(office, "replied")) == {NoticeState.SENT}


def test_what_is_told_to_a_role_that_nobody_has_goes_to_the_coordinators(office: Office) -> None:
    end_role(office, "Dara", "Chan")
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        people.add(unit, name="Mony", role=Role.COORDINATOR, email="mony@community-eyes.example.org")
    give_role(office, "Dara", Role.OBSERVER, "")
    finding = office.cast.open_finding(office.clock.now(), by="Sokha")
    reply(office, finding.ref)
    office.run(TUESDAY_8)
    for name in ("Sokha", "Mony"):
        assert "We have asked for more." in "".join(p.text for p in office.mail.to(name)), name
    assert office.mail.to("Dara") == []


def test_a_programme_without_a_coordinator_stops_nothing(office: Office) -> None:
    finding = office.cast.open_finding(office.clock.now())
    reply(office, finding.ref)
    end_role(office, "Dara", "Chan", "Sokha")
    assert office.run().unread >= 1
    assert set(states(office, "replied")) == {NoticeState.LAPSED}
    office.run(TUESDAY_8)
    assert len(office.mail.to("Sophea")) == 1, "the post hears what is asked of it"


def test_a_letter_whose_reader_lost_sight_of_everything_in_it_lapses(office: Office) -> None:
    finding = office.cast.open_finding(office.clock.now())
    reply(office, finding.ref)
    office.run()
    with office.cast.writing("Sokha", office.clock.now()) as unit:
        members = table_of(MembershipRow)
        of_dara = members.c.person_id == office.cast.people["Dara"]
        unit.session.execute(update(members).where(of_dara).values(theme_ids=(office.cast.themes["stigma"],)))
    assert office.run(TUESDAY_8).lapsed == 1
    assert office.mail.to("Dara") == []
    (letter,) = [one for one in office.letters() if one.person_id == office.cast.people["Dara"]]
    assert letter.state is LetterState.LAPSED
    assert set(states(office, "replied")) == {NoticeState.SENT}, "Chan was told"


def test_two_programmes_do_not_mix(office: Office) -> None:
    clock, cast = office.clock, office.cast
    cast.open_finding(clock.now())
    office.run(TUESDAY_8)
    to = {p.address for p in office.mail.parcels}
    assert to
    assert not any(address.startswith("maly@") for address in to)
    with cast.reading("Sokha", clock.now()) as look:
        of_notices = (
            select(LetterRow.programme_id, NoticeRow.programme_id)
            .join(LetterItemRow, LetterItemRow.letter_id == LetterRow.id)
            .join(NoticeRow, NoticeRow.id == LetterItemRow.notice_id)
        )
        assert all(one == other for one, other in look.session.execute(of_notices))
