"""Is every page of a programme that holds nothing yet usable by everybody, and does it say what to do?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from clm_tracker.commands import people, programmes, sign_in
from clm_tracker.db import actors
from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.domain.words import Role
from clm_tracker.kernel.clock import SystemClock
from clm_tracker.web import demo_doors, sessions
from tests.browser import judging, served
from tests.browser.atlas import every_page

# A change of findings that nobody chose, and a term that nobody named, are not there.
_NOT_ALONE = frozenset({"/findings/bulk", "/terms/change"})
PATHS = [path for path, rule in every_page() if "{" not in path and rule.signed_in and path not in _NOT_ALONE]
OTHERS = [
    ("/", "advocate"),
    ("/", "committee"),
    ("/", "observer"),
    ("/findings", "advocate"),
    ("/decisions", "committee"),
]


@dataclass(frozen=True)
class Empty:
    """A served programme with people and nothing else; a cookie for each role."""

    url: str
    cookies: dict[str, str]
    pages: dict[str, Page] = field(default_factory=dict)

    def page_as(self, role: str, browser: Browser) -> Page:
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


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Empty]:
    folder: Path = tmp_path_factory.mktemp("empty") / "data"
    with served.serving_nothing(folder) as (url, _word):
        store = Store(make_engine(f"sqlite:///{folder / 'clm.sqlite3'}"))
        now = SystemClock().now()
        begun = programmes.init(
            store,
            now=now,
            name="Eyes on Health",
            prefix="KH",
            country="KH",
            timezone="Asia/Phnom_Penh",
            coordinator_name="Ros Chenda",
            coordinator_email="chenda@example.org",
            password=None,
        )
        who = {"coordinator": begun.coordinator_id}
        actor = actors.within(actors.OPERATOR, begun.programme_id)
        with store.writing(now=now, actor=actor, programme_id=begun.programme_id) as unit:
            for role in (Role.ADVOCATE, Role.COMMITTEE, Role.OBSERVER):
                who[str(role)] = people.add(unit, name=f"A {role}", role=role)
        cookies = {
            role: sign_in.sign_in_as_demo(
                store, person_id=person, programme_id=begun.programme_id, now=now, stays=demo_doors.STAYS
            ).word
            for role, person in who.items()
        }
        yield Empty(url, cookies)
        store.engine.dispose()


@pytest.mark.parametrize(("path", "role"), [*((path, "coordinator") for path in PATHS), *OTHERS])
def test_a_page_without_anything_on_it_can_be_used(
    browser: Browser, empty: Empty, path: str, role: str
) -> None:
    page = empty.page_as(role, browser)
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, page.inner_text("body")
    wrong = judging.judge(page)
    assert not wrong, "\n".join([f"{path} as {role}", *wrong])


def test_a_finding_cannot_be_logged_before_there_is_a_place_and_the_page_says_so(
    browser: Browser, empty: Empty
) -> None:
    page = empty.page_as("advocate", browser)
    page.goto("/findings/new")
    said = page.locator("#sites").inner_text()
    assert "No place is known yet: a coordinator adds areas and sites under Set-up." in said
