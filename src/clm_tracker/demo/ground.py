"""How does the demonstration's programme come to know its places, posts and people, before the first finding?"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from clm_tracker.commands import calendars, duty_bearers, invitations, places, programmes, rounds
from clm_tracker.commands import people as accounts
from clm_tracker.commands.intake import previews
from clm_tracker.db import actors
from clm_tracker.db.tables import ClosedDayRow, PersonRow
from clm_tracker.db.units import Store, Writing
from clm_tracker.demo import called, programme
from clm_tracker.demo import people as cast
from clm_tracker.demo import places as map_
from clm_tracker.demo.people import Person, Post
from clm_tracker.domain.policy import Actor
from clm_tracker.domain.words import Role


@dataclass(slots=True)
class Ground:
    """Identifiers by the keys of the content, and the hash of everybody's password.

    An account of a later holder is added when the post changes hands.
    """

    store: Store
    programme_id: UUID
    themes: Mapping[str, UUID]
    kept: str | None
    areas: dict[str, UUID] = field(default_factory=dict)
    sites: dict[str, UUID] = field(default_factory=dict)
    posts: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    _actors: dict[str, Actor] = field(default_factory=dict)

    def actor(self, person: Person, now: datetime, day: date) -> Actor:
        """The person with the roles and posts of that local day. Raises KeyError before they have an account."""
        if person.key in self._actors:
            return self._actors[person.key]
        with self.store.reading(now=now, actor=actors.NOBODY, programme_id=self.programme_id) as look:
            found = actors.load(look.session, self.people[person.key], self.programme_id, now=now, day=day)
        assert found is not None, f"{person.name} has no role."
        self._actors[person.key] = found
        return found

    @contextmanager
    def coordinating(self, now: datetime) -> Iterator[Writing]:
        """A unit of work of the coordinator, after which people may have other posts."""
        actor = self.actor(cast.with_role(Role.COORDINATOR)[0], now, now.date())
        with self.store.writing(now=now, actor=actor, programme_id=self.programme_id) as unit:
            yield unit
        self._actors.clear()


def lay(store: Store, now: datetime, password: str | None) -> Ground:
    """Begin the programme and set it up as it stands on its first day. Everybody gets this password, or nobody any."""
    about, coordinator = programme.PROGRAMME, cast.with_role(Role.COORDINATOR)[0]
    begun = programmes.init(
        store,
        now=now,
        name=about.name,
        names={"km": about.name_km, "fr": about.name_fr},
        prefix=about.reference_prefix,
        country=about.country,
        timezone=programme.TIMEZONE,
        languages=programme.LANGUAGES,
        coordinator_name=coordinator.name,
        coordinator_email=coordinator.email,
        password=password,
    )
    with store.reading(now=now, actor=actors.NOBODY, programme_id=begun.programme_id) as look:
        # One password, hashed once: a hash takes as long as a week of the story.
        kept = look.session.scalar(
            select(PersonRow.password_hash).where(PersonRow.id == begun.coordinator_id)
        )
    people = {coordinator.key: begun.coordinator_id}
    ground = Ground(store, begun.programme_id, begun.themes, kept, people=people)
    with ground.coordinating(now) as unit:
        _add_days(unit)
        _add_places(unit, ground)
        _add_posts(unit, ground)
        for person in cast.PEOPLE:
            if person is not coordinator and person.post != cast.CHANGED_POST:
                _add_person(unit, ground, person)
        for held in cast.HOLDERS:
            if held.since <= unit.today:
                _appoint(unit, ground, held)
    return ground


def later(ground: Ground) -> list[tuple[date, Callable[[datetime], None]]]:
    """What changes in the set-up after the first day: the local day, and what is done on it at a moment."""

    def leave(now: datetime) -> None:
        last = next(one.until for one in cast.HOLDERS if one.post == cast.VACANT_POST)
        with ground.coordinating(now) as unit:
            duty_bearers.relieve(unit, ground.posts[cast.VACANT_POST], last_on=last)

    def follow(now: datetime) -> None:
        with ground.coordinating(now) as unit:
            for person in cast.PEOPLE:
                if person.post == cast.CHANGED_POST:
                    _add_person(unit, ground, person)
            _appoint(unit, ground, new)

    def take_in_areas(now: datetime) -> None:
        looked_at = _look_at(ground, programme.AREAS, now)
        with ground.coordinating(now) as unit:
            previews.take_in(unit, looked_at)

    def look_at_list(now: datetime) -> None:
        _look_at(ground, programme.NEW_AREAS, now)

    def invite(now: datetime) -> None:
        person = cast.INVITED
        with ground.coordinating(now) as unit:
            invitations.invite(
                unit,
                name=person.name,
                email=person.email,
                role=person.role,
                language=person.language,
                organisation=_organisation(person),
                areas=[ground.areas[one] for one in person.provinces],
            )

    vacant = next(one for one in cast.HOLDERS if one.post == cast.VACANT_POST)
    new = next(one for one in cast.HOLDERS if one.post == cast.CHANGED_POST and one.until is None)
    assert vacant.until is not None
    return [
        (vacant.until, leave),
        (new.since, follow),
        (programme.AREAS_CAME_ON, take_in_areas),
        (programme.LIST_CAME_ON, look_at_list),
        (cast.INVITED_ON, invite),
    ]


def _look_at(ground: Ground, file: previews.File, now: datetime) -> UUID:
    with ground.coordinating(now) as unit:
        actor = unit.actor
    report = previews.try_(ground.store, file, now, actor)
    with ground.coordinating(now) as unit:
        return previews.keep(unit, file, report)


def _add_days(unit: Writing) -> None:
    public, here = unit.rules.calendar, ClosedDayRow.programme_id == unit.programme_id
    for name, day in {name: day for day, name in public.closed.items()}.items():
        row = unit.session.scalars(select(ClosedDayRow).where(here, ClosedDayRow.day == day)).one()
        calendars.rename_days(unit, row.id, name=name, names={**row.names, "fr": called.holiday(name)})
    for closed in programme.CLOSED_DAYS:
        calendars.close_day(unit, closed.day, closed.name, names={"km": closed.name_km, "fr": closed.name_fr})
    for one in programme.ROUNDS:
        names = {"km": one.name_km, "fr": one.name_fr}
        rounds.plan_round(unit, name=one.name, names=names, first_on=one.first_day, last_on=one.last_day)
    for forum in programme.FORUMS:
        names = {"km": forum.name_km, "fr": forum.name_fr}
        rounds.plan_forum(unit, name=forum.name, names=names, held_on=forum.day)


def _add_places(unit: Writing, ground: Ground) -> None:
    for area in map_.AREAS:
        ground.areas[area.key] = places.add_area(
            unit,
            name=area.name,
            level=area.level,
            parent_id=ground.areas.get(area.parent),
            code=area.key,
            names={"km": area.name_km},
            latitude=area.latitude,
            longitude=area.longitude,
        )
    for site in map_.SITES:
        ground.sites[site.key] = places.add_site(
            unit,
            name=site.name,
            area_id=ground.areas[site.district],
            kind=site.kind,
            code=site.key,
            names={"km": site.name_km, "fr": site.name_fr},
            latitude=site.latitude,
            longitude=site.longitude,
        )


def _add_posts(unit: Writing, ground: Ground) -> None:
    """Superiors first. A post to which no route leads stands in no area, so that routing does not find it (R3)."""
    waiting = list(cast.POSTS)
    while waiting:
        post = waiting.pop(0)
        if post.superior and post.superior not in ground.posts:
            waiting.append(post)
            continue
        ground.posts[post.key] = _add_post(unit, ground, post)


def _add_post(unit: Writing, ground: Ground, post: Post) -> UUID:
    routes = [one for one in cast.ROUTES if one.post == post.key]
    at = routes[0].place if routes else ""
    return duty_bearers.add(
        unit,
        title=post.title,
        titles=post.titles,
        institution=post.institution,
        institutions=post.institutions,
        level=post.level,
        area_id=ground.areas.get(at),
        site_id=ground.sites.get(at),
        superior_id=ground.posts.get(post.superior),
        themes=[ground.themes[one.theme] for one in routes if one.theme],
    )


def _add_person(unit: Writing, ground: Ground, person: Person) -> None:
    ground.people[person.key] = accounts.add(
        unit,
        name=person.name,
        role=person.role,
        email=person.email,
        language=person.language,
        organisation=_organisation(person),
        areas=[ground.areas[one] for one in person.provinces],
        kept=ground.kept,
    )


def _organisation(person: Person) -> str:
    return next((one.name for one in cast.ORGANISATIONS if one.key == person.organisation), "")


def _appoint(unit: Writing, ground: Ground, held: cast.Holder) -> None:
    account = next((one for one in cast.PEOPLE if one.post == held.post and one.name == held.name), None)
    duty_bearers.appoint(
        unit,
        ground.posts[held.post],
        name=held.name,
        from_on=held.since,
        email=account.email if account else f"{held.post}@posts.example.org",
        person_id=ground.people[account.key] if account else None,
    )
