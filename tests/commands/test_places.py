"""How does a programme come to know its areas, sites and themes?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from clm_tracker.commands import duty_bearers, findings, people, places, themes
from clm_tracker.db.tables import AreaRow, DutyBearerRow, LedgerRow, SiteRow, ThemeRow
from clm_tracker.db.units import Writing
from clm_tracker.domain.words import Role
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Invalid, NotFound
from clm_tracker.queries import places as questions
from tests.cast import Cast
from tests.commands.left import left_by, refused, sentence
from tests.commands.test_programmes import ONLY_COORDINATOR

TWIN = "There is an area called {} of this level here already. Two of one name need a code each, and not the same one."


class TestAreas:
    def test_an_area_lies_below_its_parent(self, cast: Cast, clock: FixedClock) -> None:
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            made = places.add_area(
                unit, name=" Moung Ruessei ", level="district", parent_id=cast.areas["province"]
            )
        with cast.reading("Sokha", clock.now()) as look:
            row = look.session.get_one(AreaRow, made)
            assert row.name == "Moung Ruessei"
            assert row.path == f"/{cast.areas['country']}/{cast.areas['province']}/{made}/"
            assert made in look.rules.areas
        assert left.lines == ["recorded"]
        assert left.facts == [{"what": "added the area Moung Ruessei"}]
        assert left.by == {("Sokha", "coordinator")}

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        def add(unit: Writing) -> None:
            places.add_area(unit, name="Moung Ruessei", level="district")

        for name in ("Dara", "Bopha", "Sophea", "Phal"):
            assert sentence(cast, clock.now(), name, add) == ONLY_COORDINATOR
        no = refused(
            cast, clock.now(), "Sokha", lambda u: places.add_area(u, name="A", level="b", parent_id=uuid4())
        )
        assert isinstance(no, NotFound)
        said = sentence(
            cast, clock.now(), "Sokha", lambda u: places.add_area(u, name="A", level="b", latitude=91.0)
        )
        assert said == "A latitude lies between -90 and 90 degrees."

    def test_two_that_nothing_tells_apart_do_not_lie_beside_each_other(
        self, cast: Cast, clock: FixedClock
    ) -> None:
        province = cast.areas["province"]

        def add(name: str, level: str = "district", parent: UUID | None = province, **more: Any) -> None:
            with cast.writing("Sokha", clock.now()) as unit:
                made[name, level] = places.add_area(unit, name=name, level=level, parent_id=parent, **more)

        made: dict[tuple[str, str], UUID] = {}
        add("មោងឫស្សី", names={"en": "Moung Ruessei"}, code="0206")
        for no in (
            partial(add, "Cambodia", "country", None),
            partial(add, " thma  KOUL ", "District", code="0207"),
            partial(add, "Moung Ruessei"),
            partial(add, "Moung Ruessei", code=" 0206 "),
            partial(add, "\uff2d\u200boung\u3000Ruessei", code="0206"),
            partial(add, "មោង\u200bឫស្សី"),
        ):
            with pytest.raises(Invalid, match="of this level here already") as seen:
                no()
            assert [e.field for e in seen.value.errors] == ["name"]
        add("Thma Koul", "town")
        add("Thma Koul", "commune", cast.areas["district"])
        add("Moung Ruessei", code="0209")
        add("ស្រុក\u200bកំពត")
        with cast.reading("Sokha", clock.now()) as look:
            kept = look.session.get_one(AreaRow, made["ស្រុក\u200bកំពត", "district"]).name
            assert kept == "ស្រុក\u200bកំពត", "what is written between the words of Khmer is kept"
        with pytest.raises(Invalid, match="This needs a name"):
            add("\u200b\u2060")

        def change(name: str, code: str | None) -> str:
            other = made["Moung Ruessei", "district"]
            return sentence(
                cast,
                clock.now(),
                "Sokha",
                lambda u: places.change_area(u, other, name=name, level="district", code=code),
            )

        assert change("Thma Koul", "0209") == TWIN.format("Thma Koul")
        assert change("Moung Ruessei", None) == TWIN.format("Moung Ruessei"), "the code told it apart"


class TestClosedAreas:
    """R29."""

    def test_not_while_something_hangs_on_it(self, cast: Cast, clock: FixedClock) -> None:
        district, today = cast.areas["district"], date(2026, 3, 2)

        def close(area: UUID, on: date = today) -> str:
            return sentence(cast, clock.now(), "Sokha", lambda u: places.close_area(u, area, on=on))

        cast.open_finding(clock.now())
        assert close(district) == (
            "Thma Koul itself still holds one open finding, one site in service and 2 posts."
            " Move, close or finish these first."
        )
        assert close(cast.areas["country"]).startswith("Cambodia itself still holds one area and one post.")
        assert close(district, date(2026, 3, 3)).startswith("Choose today or an earlier day")
        no = refused(cast, clock.now(), "Dara", lambda u: places.close_area(u, district, on=today))
        assert no.sentence == ONLY_COORDINATOR

    def test_a_closed_area_takes_nothing_new_until_it_is_open_again(
        self, cast: Cast, clock: FixedClock
    ) -> None:
        province, today = cast.areas["province"], date(2026, 3, 2)
        with cast.writing("Sokha", clock.now()) as unit:
            old = places.add_area(unit, name="Old", level="district", parent_id=province)
            inner = places.add_area(unit, name="Inner", level="commune", parent_id=old)
            site = places.add_site(unit, name="Post", area_id=old)
            post = duty_bearers.add(unit, title="Chief", level="district", area_id=old)
        there = replace(cast, areas={**cast.areas, "old": old})
        draft = there.draft(clock.now(), site=None, area="old").ref
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            duty_bearers.close(unit, post)
            places.close_site(unit, site, on=today)
            places.close_area(unit, inner, on=date(2026, 2, 1))
            places.close_area(unit, old, on=today)
        assert [one["what"] for one in left.facts[2:]] == [
            "closed the area Inner from Sun 1 February 2026",
            "closed the area Old from Mon 2 March 2026",
        ]
        closed = "Old is closed since Mon 2 March 2026; choose another area."
        hospital, bearer = cast.sites["hospital"], cast.posts["hospital"]
        refusals: list[tuple[Callable[[Writing], object], str]] = [
            (lambda u: places.add_area(u, name="New", level="commune", parent_id=old), closed),
            (lambda u: places.add_site(u, name="New", area_id=old), closed),
            (lambda u: places.move_site(u, hospital, area_id=old), closed),
            (lambda u: duty_bearers.add(u, title="New", level="district", area_id=old), closed),
            (lambda u: duty_bearers.change(u, bearer, {"site_id": None, "area_id": old}), closed),
            (lambda u: duty_bearers.change(u, post, {"to_on": None}), closed),
            (lambda u: people.grant(u, cast.people["Dara"], role=Role.OBSERVER, areas=[old]), closed),
        ]
        again = "Old is closed since Mon 2 March 2026; open it again first."
        refusals += [
            (lambda u: places.reopen_site(u, site), again),
            (lambda u: places.close_site(u, site, on=date(2026, 3, 9)), again),
            (lambda u: places.reopen_area(u, inner), again),
        ]
        for do, said in refusals:
            assert sentence(cast, clock.now(), "Sokha", do) == said
        with pytest.raises(Invalid) as no, cast.writing("Dara", clock.now()) as unit:
            findings.open_(unit, draft)
        assert [(e.field, e.message) for e in no.value.errors] == [("site_id", closed)]
        with cast.writing("Sokha", clock.now()) as unit:
            duty_bearers.change(unit, post, {"title": "Former chief"})
            places.change_area(unit, old, name="Old district", level="district")
        with cast.reading("Sokha", clock.now()) as look:
            assert [a.name for a in questions.areas(look, parent=province)] == ["Thma Koul"]
            every = questions.areas(look, parent=province, closed=True)
            assert [(a.name, a.children) for a in every] == [("Old district", 1), ("Thma Koul", 0)]
            [country] = questions.areas(look, parent=cast.areas["country"])
            assert (country.name, country.children) == ("Battambang", 1), "the closed one is left out"
            assert questions.find_areas(look, "Old") == ()
            assert questions.area(look, old).closed_on == today
        with cast.writing("Sokha", clock.now()) as unit:
            places.reopen_area(unit, old)
            places.reopen_site(unit, site)
        with cast.writing("Dara", clock.now()) as unit:
            assert findings.open_(unit, draft).area_id == old
        said = sentence(cast, clock.now(), "Sokha", lambda u: places.reopen_area(u, old))
        assert said == "The area Old district is not closed."


class TestSites:
    def test_added_moved_and_closed_with_a_line_each(self, cast: Cast, clock: FixedClock) -> None:
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            made = places.add_site(
                unit, name="Drop-in centre", area_id=cast.areas["district"], longitude=103.2
            )
            places.move_site(unit, made, area_id=cast.areas["province"])
            places.move_site(unit, made, area_id=cast.areas["province"])
            places.close_site(unit, made, on=date(2026, 6, 1))
        assert [one["what"] for one in left.facts] == [
            "added the site Drop-in centre",
            "moved the site Drop-in centre to Battambang",
            "closed the site Drop-in centre from Mon 1 June 2026",
        ]
        with cast.reading("Sokha", clock.now()) as look:
            row = look.session.get_one(SiteRow, made)
            assert (row.area_id, row.closed_on) == (cast.areas["province"], date(2026, 6, 1))
            moved = look.session.scalars(
                select(LedgerRow.changes).where(LedgerRow.subject_id == made).order_by(LedgerRow.seq)
            ).all()[1]
        assert moved == [
            {
                "row": "site",
                "id": str(made),
                "before": {"area_id": str(cast.areas["district"])},
                "after": {"area_id": str(cast.areas["province"])},
            }
        ]

    def test_its_posts_move_with_it_and_the_area_it_left_can_be_closed(
        self, cast: Cast, clock: FixedClock
    ) -> None:
        """R29: a stage looks for the posts of an area in that area."""
        with cast.writing("Sokha", clock.now()) as unit:
            old = places.add_area(unit, name="Old", level="district", parent_id=cast.areas["province"])
            site = places.add_site(unit, name="Post", area_id=old)
            own = duty_bearers.add(unit, title="Chief", level="site", site_id=site)
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            places.move_site(unit, site, area_id=cast.areas["district"])
            places.close_area(unit, old, on=unit.today)
        assert [one["what"] for one in left.facts[:2]] == [
            "moved the site Post to Thma Koul",
            "moved the duty bearer Chief with its site Post",
        ]
        with cast.reading("Sokha", clock.now()) as look:
            assert look.rules.posts[own].area_id == cast.areas["district"]
            assert look.session.get_one(DutyBearerRow, own).version == 2, "who changes it meanwhile is told"
            [line] = look.session.scalars(select(LedgerRow).where(LedgerRow.subject_id == own).offset(1))
            assert [line.changes[0][when] for when in ("before", "after")] == [
                {"area_id": str(old)},
                {"area_id": str(cast.areas["district"])},
            ]

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        site = cast.sites["hospital"]
        for do in (
            lambda u: places.move_site(u, site, area_id=cast.areas["country"]),
            lambda u: places.close_site(u, site, on=date(2026, 6, 1)),
        ):
            assert sentence(cast, clock.now(), "Chan", do) == ONLY_COORDINATOR


class TestThemes:
    def test_a_theme_is_retired_and_its_next_version_takes_its_place(
        self, cast: Cast, clock: FixedClock
    ) -> None:
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            themes.retire(unit, cast.themes["mental"], replaced_by=cast.themes["care"])
            new = themes.add(unit, code="mental", name="Mental health and wellbeing")
        assert left.lines == ["recorded", "recorded"]
        with cast.reading("Sokha", clock.now()) as look:
            old, row = (look.session.get_one(ThemeRow, one) for one in (cast.themes["mental"], new))
            assert (old.valid_to, old.replaced_by) == (date(2026, 3, 1), cast.themes["care"])
            assert (row.version, row.valid_to) == (2, None)

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        care = cast.themes["care"]
        said = sentence(cast, clock.now(), "Sokha", lambda u: themes.add(u, code="care", name="Care"))
        assert said == "There is a theme with the code care already; retire it first."
        no = refused(cast, clock.now(), "Sokha", lambda u: themes.retire(u, care, replaced_by=care))
        assert isinstance(no, Invalid)
        assert sentence(cast, clock.now(), "Dara", lambda u: themes.retire(u, care)) == ONLY_COORDINATOR
        with cast.writing("Sokha", clock.now()) as unit:
            themes.retire(unit, care)
        said = sentence(cast, clock.now(), "Sokha", lambda u: themes.retire(u, care))
        assert said == "The theme Care and treatment is retired already."
