"""Do rules and actors come out of the database as they were put in, on each day? (R3, R29, R30, R39)"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from clm_tracker.db import actors, changes, migrate
from clm_tracker.db import rules as kept_rules
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import HolderRow, LadderRow, MembershipRow, PersonRow, SiteRow
from clm_tracker.db.units import Store
from clm_tracker.domain import ladders
from clm_tracker.domain.duty_bearers import Directory
from clm_tracker.domain.places import lies_in
from clm_tracker.domain.policy import Act
from clm_tracker.domain.rules import Rules
from clm_tracker.domain.words import Party, Role, Severity
from clm_tracker.kernel.refusals import NotFound
from tests.db import kept
from tests.db.kept import DARA
from tests.domain import world
from tests.domain.world import NOW, PROGRAMME, the


def test_the_rules_are_those_that_were_set_up(store: Store) -> None:
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        found = unit.rules
        assert unit.today == date(2026, 3, 2)
    wanted = world.rules()
    assert found.posts == wanted.posts
    assert found.directory.day == wanted.directory.day
    assert (found.calendar, found.ladders, found.current) == (wanted.calendar, wanted.ladders, wanted.current)
    assert (found.rounds, found.forums, found.windows) == (wanted.rounds, wanted.forums, wanted.windows)
    assert {a.id: a.parent_id for a in found.areas.values()} == {
        a.id: a.parent_id for a in world.AREAS.values()
    }


def test_the_path_of_an_area_says_what_its_parents_say(store: Store) -> None:
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        areas = unit.rules.areas
    for outer in areas.values():
        for inner in areas.values():
            assert inner.path.startswith(outer.path) == lies_in(inner.id, frozenset({outer.id}), areas)


def test_places_known_already_are_looked_up_by_folded_names_too(store: Store) -> None:
    migrate.downgrade(store.engine, "0022")
    migrate.upgrade(store.engine)
    with store.engine.connect() as connection:
        found = connection.execute(select(SiteRow.name, SiteRow.folded)).all()
    assert [tuple(row) for row in found] == [("Health centre", "health centre")]


def test_the_rules_are_read_once_for_a_version_and_turned_to_each_day(store: Store) -> None:
    asked: list[str] = []

    def note(*args: Any) -> None:
        asked.append(args[2])

    event.listen(store.engine, "before_cursor_execute", note)

    def look(at: timedelta = timedelta()) -> tuple[Rules, bool]:
        asked.clear()
        with store.reading(now=NOW + at, actor=DARA, programme_id=PROGRAMME) as unit:
            return unit.rules, any("duty_bearers" in one for one in asked)

    first, was_read = look()
    assert was_read
    same, was_read = look(timedelta(hours=14))
    assert same is first
    assert not was_read
    tomorrow, was_read = look(timedelta(hours=15))
    assert not was_read
    assert tomorrow == replace(
        first, directory=Directory(first.posts, first.areas, first.directory.day + timedelta(days=1))
    )
    with store.writing(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        unit.require(Act.SET_UP)
        changes.record(unit, Act.SET_UP, "site", the("s"), "added a site", {}, {"name": "S"})
    assert look()[1], "another version"


def test_a_new_version_of_a_ladder_leaves_the_old_one(store: Store) -> None:
    """R30."""
    name, stages = ladders.shipped()["high"]
    with store.writing(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        unit.require(Act.SET_UP)
        new = LadderRow(
            id=new_id(),
            programme_id=PROGRAMME,
            key="high",
            version=2,
            name=name,
            stages=stages[:3],
            created_at=NOW,
        )
        unit.session.add(new)
        changes.record(unit, Act.SET_UP, "ladder", new.id, "shortened the ladder", {}, {"stages": stages[:3]})
        assert unit.rules.ladder_for(Party.DUTY_BEARER, Severity.HIGH).last == 3
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as look:
        assert look.rules.ladder_for(Party.DUTY_BEARER, Severity.HIGH).id == new.id
        assert look.rules.ladders[the("ladder high")].last == 8


def test_a_programme_replaces_what_its_settings_name() -> None:
    """R5, R25: the rest keeps the shipped value, and settings that are no law are left alone."""
    found = kept_rules.from_settings(
        {
            "windows": {"critical": {"fix": "5wd"}},
            "reminders": [10, 3],
            "four_eyes": False,
            "reply_days": 7,
            "suppress_below": 5,
        }
    )
    assert found.keys() == {"windows", "reminders", "four_eyes", "reply_days"}
    assert found["windows"][Severity.CRITICAL].fix == "5wd"
    assert found["windows"][Severity.CRITICAL].agree == "5wd"
    assert found["windows"][Severity.HIGH] == world.rules().windows[Severity.HIGH]
    assert (found["reminders"], found["four_eyes"]) == ((10, 3), False)
    with pytest.raises(ValueError, match="There is no severity called grave"):
        kept_rules.from_settings({"windows": {"grave": {"fix": "5wd"}}})


def test_who_holds_which_post_depends_on_the_day(store: Store) -> None:
    with store.writing(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        unit.require(Act.SET_UP)
        unit.session.add(
            HolderRow(
                id=new_id(),
                duty_bearer_id=the("Inspector"),
                person_id=the("Sok"),
                name="Sok",
                from_on=date(2026, 3, 3),
                to_on=date(2026, 3, 4),
            )
        )
        member = MembershipRow(
            id=new_id(),
            programme_id=PROGRAMME,
            person_id=the("Sok"),
            role=Role.DUTY_BEARER,
            organisation="MoH",
        )
        unit.session.add(member)
        changes.record(unit, Act.SET_UP, "person", the("Sok"), "gave Sok a role", {}, {"role": "duty_bearer"})
    for day, posts in ((2, set()), (3, {the("Inspector")}), (4, {the("Inspector")}), (5, set())):
        with store.reading(now=NOW, actor=actors.NOBODY, programme_id=PROGRAMME) as look:
            actor = actors.load(look.session, the("Sok"), PROGRAMME, now=NOW, day=date(2026, 3, day))
            assert actor is not None
            assert (set(actor.posts), actor.role_names, actor.name) == (posts, "duty_bearer", "Sok")
            assert actor.memberships[0].organisation == "MoH"


def test_who_has_left_is_nobody(store: Store) -> None:
    def load() -> object:
        with store.reading(now=NOW, actor=actors.NOBODY, programme_id=PROGRAMME) as look:
            return actors.load(look.session, the("Sok"), PROGRAMME, now=NOW, day=NOW.date())

    assert load() is None, "no role here"
    with store.writing(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        unit.session.add(
            MembershipRow(id=the("m"), programme_id=PROGRAMME, person_id=the("Sok"), role=Role.ADVOCATE)
        )
    assert load() is not None
    with store.writing(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        unit.session.get_one(MembershipRow, the("m")).ended_at = NOW
    assert load() is None
    with store.writing(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        unit.session.get_one(MembershipRow, the("m")).ended_at = None
        unit.session.get_one(PersonRow, the("Sok")).disabled_at = NOW
    assert load() is None


def test_a_unit_without_a_programme_has_no_rules(store: Store) -> None:
    with store.reading(now=NOW, actor=actors.NOBODY, programme_id=None) as unit, pytest.raises(NotFound):
        _ = unit.rules
    with (
        store.reading(now=NOW, actor=actors.NOBODY, programme_id=the("gone")) as unit,
        pytest.raises(NotFound, match="programme"),
    ):
        _ = unit.rules


def test_the_engine_and_the_operator_have_names() -> None:
    assert (kept.ENGINE.name, kept.ENGINE.role_names) == ("Escalation engine", "engine")
    assert actors.within(actors.OPERATOR, PROGRAMME).programme_id == PROGRAMME
    assert len({actors.ENGINE.id, actors.OPERATOR.id, actors.NOBODY.id}) == 3
