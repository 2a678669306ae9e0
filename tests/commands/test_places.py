"""How does a programme come to know its areas, sites and themes?"""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select

from clm_tracker.commands import places, themes
from clm_tracker.db.tables import AreaRow, LedgerRow, SiteRow, ThemeRow
from clm_tracker.db.units import Writing
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Invalid, NotFound
from tests.cast import Cast
from tests.commands.left import left_by, refused, sentence
from tests.commands.test_programmes import ONLY_COORDINATOR


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

    def test_two_of_one_name_do_not_lie_beside_each_other(self, cast: Cast, clock: FixedClock) -> None:
        taken = "There is an area of this name here already. Use that one, or write another name."
        province = cast.areas["province"]
        with cast.writing("Sokha", clock.now()) as unit:
            other = places.add_area(
                unit, name="មោងឫស្សី", level="district", parent_id=province, names={"en": "Moung Ruessei"}
            )
        for parent, name in ((None, "Cambodia"), (province, " thma  KOUL "), (province, "Moung Ruessei")):

            def add(unit: Writing, parent: UUID | None = parent, name: str = name) -> None:
                places.add_area(unit, name=name, level="town", parent_id=parent)

            no = refused(cast, clock.now(), "Sokha", add)
            assert isinstance(no, Invalid)
            assert (no.sentence, [e.field for e in no.errors]) == (taken, ["name"])
        said = sentence(
            cast,
            clock.now(),
            "Sokha",
            lambda u: places.change_area(u, other, name="Thma Koul", level="district"),
        )
        assert said == taken
        with cast.writing("Sokha", clock.now()) as unit:
            places.change_area(unit, other, name="មោងឫស្សី", level="town")
            below = places.add_area(unit, name="Thma Koul", level="commune", parent_id=cast.areas["district"])
        assert below != cast.areas["district"], "elsewhere it is another place"


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
