"""Who takes part in the tests? A small programme and its people, made through commands."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine

from clm_tracker.commands import (
    duty_bearers,
    findings,
    invitations,
    people,
    places,
    programmes,
    rounds,
    sign_in,
)
from clm_tracker.db import actors
from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Reading, Store, Writing
from clm_tracker.domain.cases import Finding
from clm_tracker.domain.policy import Actor
from clm_tracker.domain.words import Dimension, Role, Severity
from tests.copies import engine_at, laid

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)  # nine in the morning in Phnom Penh
PASSWORD = "seven white herons"
SOPHEA, DISTRICT_DIRECTOR, PROVINCIAL_DIRECTOR = "Sophea", "Kosal", "Ratha"


@dataclass(frozen=True, slots=True)
class Cast:
    """A programme in Cambodia, and another one of which nobody here knows.

    People by name: Sokha (coordinator); Dara and Chan (advocates of Rumduol and Neary; Chan works in Battambang);
    Bopha, Rith (committee, Ponleu) and Vanna (committee, Rumduol, so recused from Dara's findings); Sophea (holds the
    health centre's post), Kosal (the district's), Ratha (the province's); Phal (observer); Maly (coordinator of the
    other programme). Areas: country, province, district. Sites: health_centre (in the district), hospital (in the
    province). Posts: health_centre, hospital (vacant), district, province, national, oversight.
    """

    store: Store
    programme_id: UUID
    other_programme_id: UUID
    round_id: UUID
    people: Mapping[str, UUID]
    areas: Mapping[str, UUID]
    sites: Mapping[str, UUID]
    posts: Mapping[str, UUID]
    themes: Mapping[str, UUID]
    ladders: Mapping[str, UUID]

    def actor(self, name: str, now: datetime) -> Actor:
        """The person, or "engine" or "operator", in this programme (Maly: in hers), with the posts of that day."""
        if name in {"engine", "operator"}:
            return actors.within(actors.ENGINE if name == "engine" else actors.OPERATOR, self.programme_id)
        programme_id = self.other_programme_id if name == "Maly" else self.programme_id
        with self.store.reading(now=now, actor=actors.NOBODY, programme_id=programme_id) as look:
            found = actors.load(look.session, self.people[name], programme_id, now=now, day=look.today)
        assert found is not None
        return found

    @contextmanager
    def writing(self, name: str, now: datetime) -> Iterator[Writing]:
        """A unit of work of this person in this programme."""
        actor = self.actor(name, now)
        with self.store.writing(now=now, actor=actor, programme_id=self.programme_id) as unit:
            yield unit

    @contextmanager
    def reading(self, name: str, now: datetime) -> Iterator[Reading]:
        """A look by this person at this programme."""
        actor = self.actor(name, now)
        with self.store.reading(now=now, actor=actor, programme_id=self.programme_id) as look:
            yield look

    def give_password(self, name: str, now: datetime, password: str = PASSWORD) -> None:
        """The person takes up a link and chooses this password; nobody stays signed in."""
        with self.writing("Sokha", now) as unit:
            word = invitations.renew(unit, self.people[name]).word
        assert word is not None
        came = invitations.accept(self.store, word=word, name=name, language="en", password=password, now=now)
        sign_in.sign_out(self.store, came.word, now=now)

    def draft(
        self,
        now: datetime,
        *,
        by: str = "Dara",
        title: str = "No viral load results for three months",
        severity: Severity = Severity.HIGH,
        site: str | None = "health_centre",
        area: str | None = None,
        theme: str = "care",
    ) -> Finding:
        """A complete draft, seen the day before."""
        with self.writing(by, now) as unit:
            return findings.log(
                unit,
                title=title,
                severity=severity,
                theme_id=self.themes[theme],
                dimension=Dimension.AVAILABILITY,
                site_id=self.sites[site] if site else None,
                area_id=self.areas[area] if area else None,
                observed_on=unit.today - timedelta(days=1),
            )

    def open_finding(
        self,
        now: datetime,
        *,
        by: str = "Dara",
        title: str = "No viral load results for three months",
        severity: Severity = Severity.HIGH,
        site: str | None = "health_centre",
        area: str | None = None,
        theme: str = "care",
    ) -> Finding:
        """A finding that was logged and opened; the health centre's is Sophea's."""
        drafted = self.draft(now, by=by, title=title, severity=severity, site=site, area=area, theme=theme)
        with self.writing(by, now) as unit:
            return findings.open_(unit, drafted.ref)


@dataclass(frozen=True, slots=True)
class Kept:
    """A database that holds the cast, and the cast; its store is the one it was made with."""

    place: str
    cast: Cast


def kept_at(url: str, place: str) -> Kept:
    """The cast, made in the migrated database at `url`."""
    engine = make_engine(url)
    try:
        return Kept(place, a_programme(Store(engine), MONDAY))
    finally:
        engine.dispose()


def at(engine: Engine, kept: Kept) -> Cast:
    """The cast in a copy of its database."""
    return replace(kept.cast, store=Store(engine))


@contextmanager
def on_sqlite(kept: Kept) -> Iterator[Cast]:
    """The cast in a fresh copy of its file."""
    file = Path(kept.place)
    with engine_at(laid(file, file.with_name("clm.sqlite3"))) as engine:
        yield at(engine, kept)


def a_programme(store: Store, now: datetime, *, passwords: bool = False) -> Cast:
    """Make the cast's programme as it stands at `now`: the round of the quarter is planned, the next one is not.

    With `passwords`, Sokha and Dara can sign in; making a hash takes longer than everything else together.
    """
    begun = programmes.init(
        store,
        now=now,
        name="Community Eyes",
        prefix="KH",
        country="KH",
        timezone="Asia/Phnom_Penh",
        languages=("en", "km"),
        coordinator_name="Sokha",
        coordinator_email="sokha@community-eyes.example.org",
        password=PASSWORD if passwords else None,
    )
    other = programmes.init(
        store,
        now=now,
        name="Another Programme",
        prefix="OTHER",
        country="KH",
        timezone="Asia/Phnom_Penh",
        coordinator_name="Maly",
        coordinator_email="maly@other.example.org",
        password=None,
    )
    actor = actors.within(actors.OPERATOR, begun.programme_id)
    with store.writing(now=now, actor=actor, programme_id=begun.programme_id) as unit:
        areas = _areas(unit)
        sites = {
            "health_centre": places.add_site(
                unit, name="Ta Pung Health Centre", area_id=areas["district"], kind="health_centre"
            ),
            "hospital": places.add_site(
                unit, name="Battambang Referral Hospital", area_id=areas["province"], kind="hospital"
            ),
        }
        posts = _posts(unit, areas, sites)
        first_on, last_on = _quarter(unit.today)
        round_id = rounds.plan_round(unit, name="This quarter", first_on=first_on, last_on=last_on)
        named = _people(unit, areas, posts, passwords=passwords)
    return Cast(
        store=store,
        programme_id=begun.programme_id,
        other_programme_id=other.programme_id,
        round_id=round_id,
        people={"Sokha": begun.coordinator_id, "Maly": other.coordinator_id, **named},
        areas=areas,
        sites=sites,
        posts=posts,
        themes=begun.themes,
        ladders=begun.ladders,
    )


def _areas(unit: Writing) -> dict[str, UUID]:
    country = places.add_area(unit, name="Cambodia", level="country")
    province = places.add_area(unit, name="Battambang", level="province", parent_id=country)
    district = places.add_area(unit, name="Thma Koul", level="district", parent_id=province)
    return {"country": country, "province": province, "district": district}


def _posts(unit: Writing, areas: Mapping[str, UUID], sites: Mapping[str, UUID]) -> dict[str, UUID]:
    posts: dict[str, UUID] = {}

    def add(
        key: str,
        title: str,
        institution: str,
        above: str | None,
        *,
        area: str | None = None,
        site: str | None = None,
    ) -> None:
        posts[key] = duty_bearers.add(
            unit,
            title=title,
            institution=institution,
            level="site" if site else key,
            superior_id=posts[above] if above else None,
            area_id=areas[area] if area else None,
            site_id=sites[site] if site else None,
        )

    add("oversight", "Chair", "Oversight Committee", None)
    add("national", "Manager", "National Programme", "oversight", area="country")
    add("province", "Director", "Provincial Health Department", "national", area="province")
    add("district", "Director", "Operational District", "province", area="district")
    add("health_centre", "Chief", "Ta Pung Health Centre", "district", site="health_centre")
    add("hospital", "Director", "Battambang Referral Hospital", "province", site="hospital")
    return posts


def _people(
    unit: Writing, areas: Mapping[str, UUID], posts: Mapping[str, UUID], *, passwords: bool
) -> dict[str, UUID]:
    named: dict[str, UUID] = {}
    long_ago = unit.today - timedelta(days=400)

    def add(
        name: str, role: Role, organisation: str = "", *, password: str | None = None, area: str = ""
    ) -> None:
        within = (areas[area],) if area else ()
        email = f"{name.lower()}@community-eyes.example.org"
        named[name] = people.add(
            unit,
            name=name,
            role=role,
            email=email,
            organisation=organisation,
            areas=within,
            password=password,
        )

    add("Dara", Role.ADVOCATE, "Rumduol", password=PASSWORD if passwords else None)
    add("Chan", Role.ADVOCATE, "Neary", area="province")
    add("Bopha", Role.COMMITTEE, "Ponleu")
    add("Rith", Role.COMMITTEE, "Ponleu")
    add("Vanna", Role.COMMITTEE, "Rumduol")
    add("Phal", Role.OBSERVER)
    for name, post in (
        (SOPHEA, "health_centre"),
        (DISTRICT_DIRECTOR, "district"),
        (PROVINCIAL_DIRECTOR, "province"),
    ):
        add(name, Role.DUTY_BEARER)
        duty_bearers.appoint(unit, posts[post], name=name, from_on=long_ago, person_id=named[name])
    duty_bearers.appoint(unit, posts["national"], name="Vuthy", from_on=long_ago)
    duty_bearers.appoint(unit, posts["oversight"], name="Leakena", from_on=long_ago)
    return named


def _quarter(day: date) -> tuple[date, date]:
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return first, (first + timedelta(days=95)).replace(day=1) - timedelta(days=1)
