"""What may every browser test ask for? Pages of a served demonstration, with somebody signed in.

    def test_x(page_as: Seats) -> None:
        page = page_as("duty_bearer", PHONE, js=False, dark=True)
        page.goto("/findings")

`page_as` fails the test when a console, a script, a policy or an answer complained. One server serves all tests of a
process; a test marked `@pytest.mark.own_demonstration` has another one to itself, with a fresh copy: for changing things.
"""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from clm_tracker.kernel.refusals import Refusal
from tests.browser import chromium, served
from tests.browser.atlas import Atlas
from tests.browser.seats import Seats
from tests.browser.served import Served
from tests.conftest import must_be_complete
from tests.demonstration import one_for_all


@pytest.fixture(scope="session")
def _browser() -> Iterator[Browser]:
    with ExitStack() as stack:
        try:
            browser = stack.enter_context(chromium.started())
        except Refusal as no:
            if must_be_complete():
                pytest.fail(no.sentence)
            pytest.skip(no.sentence)
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield browser
        asyncio._set_running_loop(loop)


@pytest.fixture
def browser(_browser: Browser) -> Iterator[Browser]:
    """The one browser of this process."""
    # Playwright's loop counts as running in this thread between its calls; other tests must not find it there.
    loop = _browser._impl_obj._loop
    asyncio._set_running_loop(loop)
    yield _browser
    asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of the demonstration that every server copies."""
    return one_for_all(tmp_path_factory, worker_id)


@pytest.fixture(scope="session")
def _served(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served.serving(demonstration, tmp_path_factory.mktemp("served") / "data") as one:
        yield one


@pytest.fixture(scope="session")
def _served_to_change(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served.serving(demonstration, tmp_path_factory.mktemp("changed") / "data") as one:
        yield one


@pytest.fixture(scope="session")
def atlas(_served: Served) -> Atlas:
    """The addresses of the demonstration that is served for looking."""
    return Atlas(_served)


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Served:
    """The served demonstration of this test: everybody's for looking, its own when it is marked."""
    if not request.node.get_closest_marker("own_demonstration"):
        looked_at: Served = request.getfixturevalue("_served")
        return looked_at
    own: Served = request.getfixturevalue("_served_to_change")
    own.begin_again(request.getfixturevalue("demonstration"))
    return own


@pytest.fixture
def page_as(browser: Browser, place: Served) -> Iterator[Seats]:
    """Gives out pages on which somebody is signed in."""
    seats = Seats(browser, place)
    yield seats
    seats.close()
    assert not seats.problems, "\n".join(seats.problems)


@pytest.fixture(scope="module")
def _looking(_browser: Browser, _served: Served) -> Seats:
    return Seats(_browser, _served)  # its pages are closed with the browser


@pytest.fixture
def looking_as(browser: Browser, _looking: Seats) -> Iterator[Seats]:
    """Pages for tests that only look, kept from one test to the next: `looking_as.again(role)`."""
    assert browser is _looking.browser
    _looking.problems.clear()
    yield _looking
    assert not _looking.problems, "\n".join(_looking.problems)
