"""Is every page usable by everybody while there is nothing on it, and does it say what to do?

Of a programme that holds nothing yet, and of one in which there is one of each thing with nothing around it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from httpx2 import Client
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from clm_tracker.commands import (
    actions,
    calendars,
    duty_bearers,
    findings,
    people,
    places,
    programmes,
    rounds,
    sign_in,
    webhooks,
)
from clm_tracker.commands.programmes import Begun
from clm_tracker.db import actors, load
from clm_tracker.db.engine import make_engine
from clm_tracker.db.tables import ClosedDayRow
from clm_tracker.db.units import Store
from clm_tracker.delivery.sealed import WEBHOOKS, Seal
from clm_tracker.domain.policy import Actor
from clm_tracker.domain.words import Dimension, Role, Severity
from clm_tracker.kernel.clock import SystemClock
from clm_tracker.web import demo_doors, sessions
from clm_tracker.web.pages.acts import forms
from tests.browser import judging, served
from tests.browser.atlas import every_page
from tests.browser.places import Places

# A change of findings that nobody chose, and a term that nobody named, are not there.
_NOT_ALONE = frozenset({"/findings/bulk", "/terms/change"})
PATHS = [path for path, rule in every_page() if "{" not in path and rule.signed_in and path not in _NOT_ALONE]
# Of what is never alone, and of forms, which ask the same whatever there is around their thing.
_NEVER_BARE = re.compile(
    r"\{(part|word|wording|proposal_id|evidence_id|letter_id|import_id|view_id)\}|/(edit|change|move|open)$|/findings/\{ref\}/[^/]+/"
)
_FORMS = frozenset(f"/findings/{{ref}}/{one.slug}" for one in forms.DOINGS.values())
BARE = [
    path
    for path, _rule in every_page()
    if "{" in path and path not in _FORMS and not _NEVER_BARE.search(path)
]
OTHERS = (Role.ADVOCATE, Role.DUTY_BEARER, Role.COMMITTEE, Role.OBSERVER)
# A group of each desk in which nothing is.
_GROUPS = {
    Role.ADVOCATE: "verify",
    Role.DUTY_BEARER: "checked",
    Role.COMMITTEE: "decide",
    Role.COORDINATOR: "held",
}


@dataclass(frozen=True)
class Served:
    """A programme that is served: what a path of it names, and a cookie for each role."""

    url: str
    named: Mapping[str, str]
    cookies: dict[Role, str]
    pages: dict[Role, Page] = field(default_factory=dict)

    def at(self, path: str, role: Role) -> str:
        """The address of a page."""
        key = "high" if path.startswith("/ladders") else _GROUPS.get(role, "none")
        return path.format(key=key, **self.named)

    def page_as(self, role: Role, browser: Browser) -> Page:
        """The same page for this role each time; it is closed with the browser."""
        if role not in self.pages:
            context = browser.new_context(base_url=self.url)
            cookie = {
                "name": sessions.cookie_name(secure=False),
                "value": self.cookies[role],
                "url": self.url,
            }
            context.add_cookies([cookie])  # type: ignore[list-item]  # a dictionary of the library's own
            self.pages[role] = context.new_page()
        return self.pages[role]

    def judge(self, path: str, role: Role, browser: Browser) -> None:
        """Look at a page in every way."""
        page = self.page_as(role, browser)
        answer = page.goto(self.at(path, role))
        assert answer is not None
        assert answer.status == 200, page.inner_text("body")
        wrong = judging.judge(page)
        assert not wrong, "\n".join([f"{path} as {role}", *wrong])

    def seen(self, paths: list[str], role: Role) -> Iterator[tuple[str, set[str]]]:
        """Which of these pages are there for this role, and of what they consist."""
        with Client(base_url=self.url) as client:
            client.cookies.set(sessions.cookie_name(secure=False), self.cookies[role])
            for path in paths:
                answer = client.get(self.at(path, role))
                assert answer.status_code in {200, 303, 403, 404}, f"{path} as {role}"
                if answer.status_code == 200:
                    yield path, Places(answer.text).all


@pytest.fixture(scope="module")
def served_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Store]]:
    """A server without any programme, and its database."""
    folder: Path = tmp_path_factory.mktemp("empty") / "data"
    with served.serving_nothing(folder) as (url, _word):
        store = Store(make_engine(f"sqlite:///{folder / 'clm.sqlite3'}"))
        yield url, store
        store.engine.dispose()


@pytest.fixture(scope="module")
def empty(served_store: tuple[str, Store]) -> Served:
    """A programme with people and nothing else."""
    url, store = served_store
    now = SystemClock().now()
    begun = begin(store, now, "KH")
    with store.writing(
        now=now, actor=actors.within(actors.OPERATOR, begun.programme_id), programme_id=begun.programme_id
    ) as unit:
        who = {
            role: people.add(unit, name=f"A {role}", role=role)
            for role in OTHERS
            if role is not Role.DUTY_BEARER
        }
    who[Role.COORDINATOR] = begun.coordinator_id
    return Served(url, {}, {role: cookie(store, now, begun, person) for role, person in who.items()})


@pytest.fixture(scope="module")
def bare(served_store: tuple[str, Store]) -> Served:
    """A programme with one of each thing, nothing around it."""
    url, store = served_store
    now = SystemClock().now()
    begun = begin(store, now, "BARE")
    as_operator = actors.within(actors.OPERATOR, begun.programme_id)
    with store.writing(now=now, actor=as_operator, programme_id=begun.programme_id) as unit:
        who = {role: people.add(unit, name=f"A {role}", role=role) for role in OTHERS}
        area = places.add_area(unit, name="Battambang", level="province")
        site = places.add_site(unit, name="Ta Pung", area_id=area)
        post = duty_bearers.add(unit, title="Chief", level="site", site_id=site)
        duty_bearers.appoint(unit, post, name="Sophea", person_id=who[Role.DUTY_BEARER])
        today = unit.today
        round_id = rounds.plan_round(unit, name="Round", first_on=today, last_on=today + timedelta(days=60))
        forum = rounds.plan_forum(unit, name="Forum", held_on=today + timedelta(days=30))
        calendars.close_day(unit, today + timedelta(days=20), "Closed")
        day = unit.session.scalars(select(ClosedDayRow.id).where(ClosedDayRow.name == "Closed")).one()
        webhook = webhooks.add(
            unit, Seal(WEBHOOKS, b"k" * 32), name="Dashboard", url="https://dashboard.example.org/clm"
        ).id
    theme = next(iter(begun.themes.values()))

    def opened() -> str:
        actor = actor_of(store, now, begun, who[Role.ADVOCATE])
        with store.writing(now=now, actor=actor, programme_id=begun.programme_id) as unit:
            ref = findings.log(
                unit,
                title="The door does not close",
                severity=Severity.HIGH,
                theme_id=theme,
                dimension=Dimension.AVAILABILITY,
                site_id=site,
                observed_on=unit.today,
            ).ref
            return findings.open_(unit, ref).ref

    ref, other = opened(), opened()
    actor = actor_of(store, now, begun, who[Role.DUTY_BEARER])
    with store.writing(now=now, actor=actor, programme_id=begun.programme_id) as unit:
        action = actions.propose(unit, other, what="Mend it", due_on=unit.today + timedelta(days=9)).id
        owed = load.case(unit, ref, lock=False).live()[0].id
    who[Role.COORDINATOR] = begun.coordinator_id
    ids = {
        "area_id": area, "site_id": site, "post_id": post, "round_id": round_id, "forum_id": forum, "day_id": day,
        "webhook_id": webhook, "theme_id": theme, "action_id": action, "obligation_id": owed, "person_id": who[Role.ADVOCATE],
    }  # fmt: skip
    named = {"ref": ref, **{name: str(id) for name, id in ids.items()}}
    return Served(url, named, {role: cookie(store, now, begun, person) for role, person in who.items()})


def begin(store: Store, now: datetime, prefix: str) -> Begun:
    return programmes.init(
        store,
        now=now,
        name="Eyes on Health",
        prefix=prefix,
        country="KH",
        timezone="Asia/Phnom_Penh",
        coordinator_name="Ros Chenda",
        coordinator_email=f"chenda-{prefix.lower()}@example.org",
        password=None,
    )


def actor_of(store: Store, now: datetime, begun: Begun, person: UUID) -> Actor:
    with store.reading(now=now, actor=actors.NOBODY, programme_id=begun.programme_id) as look:
        found = actors.load(look.session, person, begun.programme_id, now=now, day=look.today)
    assert found is not None
    return found


def cookie(store: Store, now: datetime, begun: Begun, person: UUID) -> str:
    return sign_in.sign_in_as_demo(
        store, person_id=person, programme_id=begun.programme_id, now=now, stays=demo_doors.STAYS
    ).word


@pytest.mark.parametrize("path", PATHS)
def test_a_page_without_anything_on_it_can_be_used(browser: Browser, empty: Served, path: str) -> None:
    empty.judge(path, Role.COORDINATOR, browser)


@pytest.mark.parametrize("path", BARE)
def test_a_thing_with_nothing_around_it_can_be_looked_at(browser: Browser, bare: Served, path: str) -> None:
    bare.judge(path, Role.COORDINATOR, browser)


def test_what_others_see_of_nothing_can_be_used(browser: Browser, empty: Served, bare: Served) -> None:
    """As far as it does not consist of what a coordinator sees, or one of the others before."""
    known, judged = set[str](), 0
    visits = (
        *((empty, PATHS, role) for role in empty.cookies),
        *((bare, BARE, role) for role in bare.cookies),
        (bare, PATHS, Role.DUTY_BEARER),
    )
    for where, paths, role in sorted(visits, key=lambda visit: visit[2] is not Role.COORDINATOR):
        for path, consists_of in where.seen(paths, role):
            if role is not Role.COORDINATOR and not consists_of <= known:
                where.judge(path, role, browser)
                judged += 1
            known |= consists_of
    assert judged >= 5


def test_a_finding_cannot_be_logged_before_there_is_a_place_and_the_page_says_so(
    browser: Browser, empty: Served
) -> None:
    page = empty.page_as(Role.ADVOCATE, browser)
    page.goto("/findings/new")
    said = page.locator("#sites").inner_text()
    assert "No place is known yet: a coordinator adds areas and sites under Set-up." in said
