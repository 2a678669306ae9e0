"""Does a new programme stand complete, and which settings may change? (R5, R12, R21)"""

from dataclasses import asdict
from datetime import date, timedelta

import pytest

from clm_tracker.commands import programmes
from clm_tracker.commands.programmes import Begun
from clm_tracker.db.tables import PersonRow, ThemeRow
from clm_tracker.db.units import Store, Writing
from clm_tracker.domain.ladders import Mode
from clm_tracker.domain.rules import WINDOWS
from clm_tracker.domain.words import Kind, Severity
from clm_tracker.jobs.sweep import run_sweep
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Invalid, Refusal
from clm_tracker.queries import health
from tests.cast import Cast
from tests.commands.left import left_by, refused, sentence

ONLY_COORDINATOR = "Only a coordinator changes the set-up of the programme."


def begin(store: Store, clock: FixedClock, *, prefix: str, country: str, timezone: str) -> Begun:
    return programmes.init(
        store,
        now=clock.now(),
        name="Third Programme",
        prefix=prefix,
        country=country,
        timezone=timezone,
        coordinator_name="Amina",
        coordinator_email="Amina@Third.example.org",
        password=None,
    )


class TestInit:
    def test_it_has_ladders_themes_holidays_and_a_coordinator(self, cast: Cast, clock: FixedClock) -> None:
        with cast.reading("Sokha", clock.now()) as look:
            rules = look.rules
            names = {row.code: row.names for row in look.session.query(ThemeRow).all()}
        assert set(rules.current) == {*(str(s) for s in Severity), "reminders"}
        modes = [s.mode for s in rules.ladders[rules.current["high"]].stages]
        assert modes == [Mode.AUTOMATIC] * 4 + [Mode.APPROVAL] * 4
        assert rules.calendar.why_closed(date(2026, 4, 14)) is not None, "Khmer New Year"
        assert {day.year for day in rules.calendar.closed} == {2026, 2027, 2028}
        assert len(cast.themes) == 6
        assert names["prevention"] == {"km": "ការបង្ការ"}
        assert cast.actor("Sokha", clock.now()).role_names == "coordinator"

    def test_elsewhere_it_has_that_countrys_days(self, cast: Cast, clock: FixedClock) -> None:
        begun = begin(cast.store, clock, prefix="ke", country="KE", timezone="Africa/Nairobi")
        actor = cast.actor("operator", clock.now())
        with cast.store.reading(now=clock.now(), actor=actor, programme_id=begun.programme_id) as look:
            assert look.rules.calendar.why_closed(date(2026, 6, 1)) == "Madaraka Day"
            person = look.session.get_one(PersonRow, begun.coordinator_id)
            theme = look.session.get_one(ThemeRow, begun.themes["care"])
        assert person.email == "amina@third.example.org"
        assert theme.names == {}

    @pytest.mark.parametrize(
        ("prefix", "country", "timezone", "field"),
        [
            ("K9", "KE", "Africa/Nairobi", "prefix"),
            ("kh", "KE", "Africa/Nairobi", "prefix"),
            ("KE", "XX", "Africa/Nairobi", "country"),
            ("KE", "KE", "Africa/Nowhere", "timezone"),
        ],
    )
    def test_nothing_is_left_of_a_refused_one(
        self, cast: Cast, clock: FixedClock, prefix: str, country: str, timezone: str, field: str
    ) -> None:
        with left_by(cast, clock.now()) as left, pytest.raises(Invalid) as no:
            begin(cast.store, clock, prefix=prefix, country=country, timezone=timezone)
        assert [e.field for e in no.value.errors] == [field]
        assert left.lines == []


class TestChangeSettings:
    def test_what_is_opened_later_follows_them(self, cast: Cast, clock: FixedClock) -> None:
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            programmes.change_settings(
                unit, {"windows": {"high": {"acknowledge": "3d"}}, "reminders": (5,), "name": "Eyes"}
            )
            assert unit.rules.window(Kind.ACKNOWLEDGE, Severity.HIGH) == "3d", "in this unit at once"
        assert left.lines == ["recorded"]
        with cast.reading("Dara", clock.now()) as look:
            assert look.rules.window(Kind.ACKNOWLEDGE, Severity.HIGH) == "3d"
            assert look.rules.window(Kind.AGREE, Severity.HIGH) == "10wd"
            assert look.rules.reminders == (5,)
            assert look.programme.name == "Eyes"

    def test_reminders_are_changed_for_what_runs_too(self, cast: Cast, clock: FixedClock) -> None:
        """R24, R25: one that comes sooner now goes out with the next sweep, and no promise is broken."""
        cast.open_finding(clock.now())  # five working days to acknowledge
        clock.advance(days=1)
        assert run_sweep(cast.store, clock.now()).reminded == 0
        with cast.writing("Sokha", clock.now()) as unit:
            programmes.change_settings(unit, {"reminders": (4, 2)})
        assert run_sweep(cast.store, clock.now()).reminded == 1
        assert health.engine(cast.store, clock.now() + timedelta(minutes=10)).broken == ()

    def test_the_same_again_is_no_change(self, cast: Cast, clock: FixedClock) -> None:
        """Neither is a value that holds already because it is the shipped one; taking one's own back is a change."""
        with cast.writing("Sokha", clock.now()) as unit:
            windows = {str(s): asdict(w) for s, w in unit.rules.windows.items()}
            shipped = {"windows": windows, "decide": unit.rules.decide, "reminders": unit.rules.reminders}
            programmes.change_settings(unit, {"max_pauses": 3})
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            assert not programmes.change_settings(unit, {"max_pauses": 3, "name": unit.programme.name})
            assert not programmes.change_settings(unit, shipped)
        assert left.lines == []
        own = windows | {"high": windows["high"] | {"fix": "31wd"}}
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            assert programmes.change_settings(unit, {"windows": own})
            assert programmes.change_settings(unit, {"windows": {}})
            assert unit.rules.windows == WINDOWS
        assert [f["what"] for f in left.facts] == ["changed the windows of one severity: High"] * 2

    def test_the_ledger_says_what_people_look_for(self, cast: Cast, clock: FixedClock) -> None:
        """R35: who turned safety mode off, and whose windows were changed."""
        with left_by(cast, clock.now()) as left, cast.writing("Sokha", clock.now()) as unit:
            for changes in (
                {"safety_mode": True},
                {"safety_mode": False},
                {"names": {"km": "ភ្នែក"}},
                {"windows": {"high": {"acknowledge": "3d"}}},
                {"windows": {"high": {"acknowledge": "4d"}, "critical": {"fix": "5wd"}}},
                {"safety_mode": True, "languages": ["km"]},
            ):
                programmes.change_settings(unit, changes)
        assert [f["what"] for f in left.facts] == [
            "turned safety mode on",
            "turned safety mode off",
            "changed what the programme is called",
            "changed the windows of one severity: High",
            "changed the settings",
            "changed the settings",
        ]

    @pytest.mark.parametrize(
        "changes",
        [
            {"windows": {"high": {"acknowledge": "soon"}}},
            {"windows": {"urgent": {"acknowledge": "1wd"}}},
            {"decide": "5 weeks"},
            {"max_pauses": "many"},
            {"max_pauses": -1},
            {"reply_days": 4},
            {"fewest_told": 2},
            {"four_eyes": "yes"},
            {"reminders": ("7wd",)},
            {"prefix": "X1"},
            {"name": "  "},
        ],
    )
    def test_a_value_the_law_cannot_work_with_is_refused(
        self, cast: Cast, clock: FixedClock, changes: dict[str, object]
    ) -> None:
        no = refused(cast, clock.now(), "Sokha", lambda u: programmes.change_settings(u, changes))
        assert isinstance(no, Invalid)

    def test_refused(self, cast: Cast, clock: FixedClock) -> None:
        def change(unit: Writing) -> None:
            programmes.change_settings(unit, {"decide": "4wd"})

        for name in ("Dara", "Bopha", "Sophea", "Phal"):
            assert sentence(cast, clock.now(), name, change) == ONLY_COORDINATOR
        assert isinstance(refused(cast, clock.now(), "Maly", change), Refusal)
