"""Do places, themes, rounds and settings change with a line each, keep what rests on them, and refuse in a sentence? (R5, R11, R13, R29)"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest

from clm_tracker.commands import calendars, people, places, programmes, rounds, themes
from clm_tracker.commands import duty_bearers as posts
from clm_tracker.db import load
from clm_tracker.db.tables import AreaRow, MembershipRow, SiteRow, ThemeRow
from clm_tracker.db.units import Store, Writing
from clm_tracker.domain.cases import Obligation
from clm_tracker.domain.words import Kind, Role
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Invalid, NotFound, NotNow
from tests.cast import Cast
from tests.commands import promises
from tests.commands.left import left_by, refused, sentence
from tests.commands.test_programmes import ONLY_COORDINATOR


def owed(cast: Cast, clock: FixedClock, ref: str, kind: Kind) -> Obligation:
    with cast.reading("Sokha", clock.now()) as look:
        (only,) = load.case(look, ref, lock=False).live(kind)
    return only


class TestPlaces:
    def test_an_area_and_a_site_change_with_a_line_each(self, cast: Cast, clock: FixedClock) -> None:
        district, site = cast.areas["district"], cast.sites["health_centre"]
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            places.change_area(unit, district, name="Thma Koul", level="district", names={"km": "ថ្មគោល"})
            places.change_site(
                unit, site, name="Ta Pung HC", kind="clinic", code="0204", latitude=13.3, longitude=103.1
            )
            places.change_site(
                unit, site, name="Ta Pung HC", kind="clinic", code="0204", latitude=13.3, longitude=103.1
            )
        assert [one["what"] for one in left.facts] == [
            "changed the area Thma Koul",
            "changed the site Ta Pung HC",
        ], "the same again changes nothing"
        with cast.reading("Sokha", clock.now()) as look:
            row = look.session.get_one(SiteRow, site)
            assert (row.name, row.kind, row.code, row.latitude) == ("Ta Pung HC", "clinic", "0204", 13.3)
            assert look.session.get_one(AreaRow, district).names == {"km": "ថ្មគោល"}

    def test_a_closed_site_opens_again(self, cast: Cast, clock: FixedClock) -> None:
        site = cast.sites["hospital"]
        said = sentence(cast, clock.now(), "Sokha", lambda u: places.reopen_site(u, site))
        assert said == "The site Battambang Referral Hospital is not closed."
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            places.close_site(unit, site, on=date(2026, 6, 1))
            places.reopen_site(unit, site)
        assert left.facts[1]["what"] == "opened the site Battambang Referral Hospital again"
        with cast.reading("Sokha", clock.now()) as look:
            assert look.session.get_one(SiteRow, site).closed_on is None

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        site, area = cast.sites["hospital"], cast.areas["district"]
        for do in (
            lambda u: places.change_site(u, site, name="A"),
            lambda u: places.change_area(u, area, name="A", level="b"),
            lambda u: places.reopen_site(u, site),
        ):
            assert sentence(cast, clock.now(), "Dara", do) == ONLY_COORDINATOR
        half = sentence(
            cast, clock.now(), "Sokha", lambda u: places.change_site(u, site, name="A", latitude=1)
        )
        assert half == "A position needs both: this, and the latitude."
        gone = refused(cast, clock.now(), "Sokha", lambda u: places.change_area(u, site, name="A", level="b"))
        assert isinstance(gone, NotFound)


class TestThemes:
    def test_the_next_version_takes_its_place_and_who_worked_for_the_old_one(
        self, cast: Cast, clock: FixedClock
    ) -> None:
        old = cast.themes["care"]
        post, day = cast.posts["health_centre"], date(2026, 4, 1)
        with cast.writing("Sokha", clock.now()) as unit:
            limited = posts.add(
                unit, title="Focal point", institution="ART clinic", level="site", themes=[old]
            )
        kept = cast.open_finding(clock.now()).ref
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            new = themes.replace(unit, old, name="Care, treatment and support", names={"km": "ថែទាំ"}, on=day)
        assert [one["what"] for one in left.facts] == [
            "retired the theme Care and treatment",
            "added the theme Care, treatment and support",
            "replaced the theme Care and treatment by its next version",
            "gave Focal point, ART clinic, the theme that replaces an old one",
        ]
        with cast.reading("Sokha", clock.now()) as look:
            was, row = look.session.get_one(ThemeRow, old), look.session.get_one(ThemeRow, new)
            assert (was.valid_to, was.replaced_by) == (date(2026, 3, 31), new)
            assert (row.version, row.valid_from, row.code) == (2, day, "care")
            assert load.case(look, kept, lock=False).finding.theme_id == old, (
                "old findings keep their meaning"
            )
            current = {t.id for t in look.rules.themes if t.current_on(look.today)}
            later = {t.id for t in look.rules.themes if t.current_on(day)}
            assert look.rules.posts[limited].themes == {old, new}
            assert look.rules.posts[limited].version == 2, "an older form does not take it back"
            assert look.rules.posts[post].themes == frozenset()
        assert old in current, "until the day before"
        assert new not in current
        assert (old in later, new in later) == (False, True)

    def test_a_role_limited_to_a_retired_theme_works_for_the_one_that_takes_its_place(
        self, cast: Cast, clock: FixedClock
    ) -> None:
        old, new = cast.themes["mental"], cast.themes["care"]
        with cast.writing("Sokha", clock.now()) as unit:
            role = people.grant(unit, cast.people["Dara"], role=Role.OBSERVER, themes=[old])
        with cast.writing("Sokha", clock.now()) as unit:
            themes.retire(unit, old, replaced_by=new)
        with cast.reading("Sokha", clock.now()) as look:
            assert look.session.get_one(MembershipRow, role).theme_ids == {old, new}

    def test_a_name_is_put_right(self, cast: Cast, clock: FixedClock) -> None:
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            themes.rename(unit, cast.themes["care"], name="Care & treatment")
        assert left.facts == [{"what": "changed the name of the theme Care & treatment"}]

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        care = cast.themes["care"]
        for do in (
            lambda u: themes.rename(u, care, name="A"),
            lambda u: themes.replace(u, care, name="A"),
        ):
            assert sentence(cast, clock.now(), "Bopha", do) == ONLY_COORDINATOR
        said = sentence(
            cast, clock.now(), "Sokha", lambda u: themes.replace(u, care, name="A", on=date(2026, 3, 1))
        )
        assert said == "Choose today or a later day: what is logged already keeps its theme."
        with cast.writing("Sokha", clock.now()) as unit:
            themes.replace(unit, care, name="A")
        again = refused(cast, clock.now(), "Sokha", lambda u: themes.replace(u, care, name="B"))
        assert isinstance(again, NotNow)


class TestRounds:
    def test_what_a_planned_round_moves_is_seen_first(self, cast: Cast, clock: FixedClock) -> None:
        """R11."""
        ref = promises.resolved(cast, clock)
        first, last = date(2026, 4, 1), date(2026, 6, 30)
        with cast.reading("Sokha", clock.now()) as look:
            seen = rounds.preview_round(look, first_on=first, last_on=last)
        assert [(m.ref, m.kind, m.was, m.becomes) for m in seen] == [
            (ref, Kind.SUSTAIN, date(2026, 6, 11), last)
        ]
        assert owed(cast, clock, ref, Kind.SUSTAIN).due_on == date(2026, 6, 11), "a preview changes nothing"
        with cast.writing("Sokha", clock.now()) as unit:
            rounds.plan_round(unit, name="Q2", first_on=first, last_on=last)
        assert owed(cast, clock, ref, Kind.SUSTAIN).due_on == last

    def test_other_days_move_what_stands_on_its_end_only_later(self, cast: Cast, clock: FixedClock) -> None:
        """R11."""
        with cast.writing("Sokha", clock.now()) as unit:
            made = rounds.plan_round(unit, name="Q2", first_on=date(2026, 4, 1), last_on=date(2026, 6, 30))
        ref = promises.resolved(cast, clock)
        later: dict[str, Any] = {"first_on": date(2026, 4, 6), "last_on": date(2026, 7, 10)}
        with cast.reading("Sokha", clock.now()) as look:
            seen = rounds.preview_round(look, round_id=made, **later)
        assert [(m.was, m.becomes) for m in seen] == [(date(2026, 6, 30), date(2026, 7, 10))]
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            assert rounds.change_round(unit, made, name="Second round", **later) == seen
        assert left.lines == ["recorded", "due_moved"]
        assert left.facts[1]["reason"] == "Second round has other days now"
        earlier: dict[str, Any] = {"first_on": date(2026, 4, 6), "last_on": date(2026, 6, 1)}
        with cast.writing("Sokha", clock.now()) as unit:
            assert rounds.change_round(unit, made, name="Second round", **earlier) == ()
        assert owed(cast, clock, ref, Kind.SUSTAIN).due_on == date(2026, 7, 10)

    def test_a_coming_forum_gets_another_day(self, cast: Cast, clock: FixedClock) -> None:
        with cast.writing("Sokha", clock.now()) as unit:
            programmes.change_settings(unit, {"windows": {"high": {"acknowledge": "forum"}}})
            made = rounds.plan_forum(unit, name="Forum", held_on=date(2026, 9, 1))
        ref = cast.open_finding(clock.now()).ref
        with cast.reading("Sokha", clock.now()) as look:
            seen = rounds.preview_forum(look, held_on=date(2026, 9, 8), was=date(2026, 9, 1))
        with cast.writing("Sokha", clock.now()) as unit:
            moved = rounds.change_forum(unit, made, name="Forum", held_on=date(2026, 9, 8))
        assert [m.becomes for m in moved] == [m.becomes for m in seen] == [date(2026, 9, 8)]
        assert owed(cast, clock, ref, Kind.ACKNOWLEDGE).due_on == date(2026, 9, 8)

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        this, first, last = cast.round_id, date(2026, 1, 1), date(2026, 3, 31)

        def change(unit: Writing, first_on: date = first, last_on: date = last) -> None:
            rounds.change_round(unit, this, name="Q1", first_on=first_on, last_on=last_on)

        assert sentence(cast, clock.now(), "Dara", change) == ONLY_COORDINATOR
        begun = sentence(cast, clock.now(), "Sokha", lambda u: change(u, date(2026, 1, 5)))
        assert begun == "Only a round that is still to come gets another first day, and one to come."
        past = sentence(cast, clock.now(), "Sokha", lambda u: change(u, last_on=date(2026, 2, 27)))
        assert past == "The last day of a round that is over stays, and no round ends in the past."
        with cast.reading("Sokha", clock.now()) as look, pytest.raises(Invalid, match="overlap"):
            rounds.preview_round(look, first_on=date(2026, 3, 31), last_on=date(2026, 6, 30))
        with cast.writing("Sokha", clock.now()) as unit:
            held = rounds.plan_forum(unit, name="Forum", held_on=date(2026, 3, 1))
        late = refused(
            cast,
            clock.now(),
            "Sokha",
            lambda u: rounds.change_forum(u, held, name="F", held_on=date(2026, 9, 1)),
        )
        assert isinstance(late, Invalid)

    def test_no_two_rounds_nor_two_forums_of_one_day_have_one_name(
        self, cast: Cast, clock: FixedClock
    ) -> None:
        now, first, last, day = clock.now(), date(2026, 4, 1), date(2026, 6, 30), date(2026, 9, 1)
        with cast.writing("Sokha", now) as unit:
            made = rounds.plan_round(unit, name="Q2", first_on=first, last_on=last)
            held = rounds.plan_forum(unit, name="Forum", held_on=day)
            later = rounds.plan_forum(unit, name="Forum", held_on=date(2026, 9, 2))
        same_round, same_forum = (
            "There is a round of this name already.",
            "There is a forum of this name on this day already.",
        )
        acts: list[tuple[str, Callable[[Writing], object]]] = [
            (
                same_round,
                lambda u: rounds.plan_round(
                    u, name=" q2", first_on=date(2026, 7, 1), last_on=date(2026, 9, 30)
                ),
            ),
            (
                same_round,
                lambda u: rounds.change_round(u, made, name="THIS quarter", first_on=first, last_on=last),
            ),
            (same_forum, lambda u: rounds.plan_forum(u, name="FORUM", held_on=day)),
            (same_forum, lambda u: rounds.change_forum(u, later, name="forum", held_on=day)),
        ]
        for said, act in acts:
            assert sentence(cast, now, "Sokha", act) == said
        with cast.writing("Sokha", now) as unit:
            rounds.change_forum(unit, held, name="forum", held_on=day)


class TestSettings:
    def test_prefix_and_weekend_are_settled_by_the_first_finding(self, cast: Cast, clock: FixedClock) -> None:
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            programmes.change_settings(unit, {"prefix": "cam", "weekend": [6]})
        assert left.lines == ["recorded"]
        assert cast.open_finding(clock.now()).ref.startswith("CAM-2026-")
        with cast.reading("Sokha", clock.now()) as look:
            assert look.rules.calendar.weekend == {6}
        for change in ({"prefix": "KH"}, {"weekend": [5, 6]}):
            said = sentence(cast, clock.now(), "Sokha", partial(programmes.change_settings, changes=change))
            assert said == "This is settled once the first finding is logged: what is there rests on it."
        with cast.writing("Sokha", clock.now()) as unit:
            programmes.change_settings(unit, {"prefix": "CAM", "name": "Eyes"})

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        for change, said in (
            ({"prefix": "OTHER"}, "There is a programme with the prefix OTHER already."),
            ({"prefix": "K1"}, "Use 2 to 8 letters for the beginning of references, such as KH."),
            ({"weekend": range(7)}, "At least one day of the week must be a working day."),
        ):
            do = partial(programmes.change_settings, changes=change)
            assert sentence(cast, clock.now(), "Sokha", do) == said


def test_a_day_that_is_over_too_far_or_known_is_not_offered(cast: Cast, clock: FixedClock) -> None:
    """R13."""
    with cast.reading("Sokha", clock.now()) as look:
        calendars.check_coming(look, [date(2026, 3, 2), date(2036, 12, 31)])
        for day, said in (
            (date(2026, 3, 1), "Sun 1 March 2026 has passed; what it counted for stays as it was."),
            (date(2037, 1, 1), "Thu 1 January 2037 is more than 10 years away."),
            (date(2026, 4, 14), "Tue 14 April 2026 is closed already: Khmer New Year's Day."),
        ):
            with pytest.raises(Invalid) as no:
                calendars.check_coming(look, [day])
            assert no.value.sentence.split(":")[0] == said.split(":")[0]


def test_only_one_programme_is_the_first(cast: Cast, clock: FixedClock) -> None:
    def begin(store: Store, prefix: str) -> None:
        programmes.init(
            store,
            now=clock.now(),
            name="Third",
            prefix=prefix,
            country="KH",
            timezone="Asia/Phnom_Penh",
            coordinator_name="Amina",
            coordinator_email="amina@third.example.org",
            password=None,
            first=True,
        )

    with pytest.raises(NotNow, match="There is a programme already"):
        begin(cast.store, "THIRD")


def test_a_name_in_another_language_is_one_line_too(cast: Cast, clock: FixedClock) -> None:
    with cast.writing("Sokha", clock.now()) as unit:
        programmes.change_settings(unit, {"names": {"km": "ភ្នែក\nសហគមន៍\u202e ", "fr": " "}})
        assert unit.programme.names == {"km": "ភ្នែក សហគមន៍"}
        post = cast.posts["health_centre"]
        posts.change(unit, post, {"institution": "Ta\nPung", "institutions": {"fr": "Centre\r\nde santé"}})
    with cast.reading("Sokha", clock.now()) as look:
        kept = look.rules.posts[post]
        assert (kept.institution, kept.institutions) == ("Ta Pung", {"fr": "Centre de santé"})
    with pytest.raises(Invalid) as no, cast.writing("Sokha", clock.now()) as unit:
        rounds.plan_forum(unit, name="Forum", names={"km": "x" * 301}, held_on=date(2026, 9, 1))
    assert [error.field for error in no.value.errors] == ["name_km"]
