"""What may every test ask for?

A clock that stands still, a migrated database of its own on SQLite and on PostgreSQL, and the folder with real data.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import hypothesis
import pytest
from sqlalchemy import make_url

from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Refusal
from tests import postgres

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tests.cast import Cast, Kept
    from tests.copies import PutBack

ROOT = Path(__file__).parents[1]
TOOK_PART = "postgresql"  # the property that a test on PostgreSQL leaves in its report
_STACK = pytest.StashKey[ExitStack]()


# A slow machine is no failure; CI tries the same examples every time, so that a red run is about the change.
hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") == "true" else "house")


def must_be_complete() -> bool:
    """Whether nothing may be skipped for want of PostgreSQL or data."""
    return os.environ.get("CI") == "true" or os.environ.get("CLM_REQUIRE_POSTGRES") == "1"


class StartedForWorkers:
    """With xdist, the controlling process starts one PostgreSQL and tells each worker where it is."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.server: postgres.Server | str | None = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:  # noqa: ANN401 - xdist has no type for it
        if self.server is None:
            try:
                self.server = self.config.stash[_STACK].enter_context(postgres.server(_run()))
            except Refusal as no:
                self.server = no.sentence
        if isinstance(self.server, str):
            node.workerinput["no_postgres"] = self.server
        else:
            node.workerinput["postgres"] = self.server.url.render_as_string(hide_password=False)
            node.workerinput["postgres_run"] = self.server.run


def _run() -> str:
    return uuid4().hex[:8]


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_STACK] = ExitStack()
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(StartedForWorkers(config))


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_STACK].close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    versions = [
        value
        for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
        if report.when == "call"
        for name, value in report.user_properties
        if name == TOOK_PART
    ]
    if versions:
        terminalreporter.write_line(f"PostgreSQL {versions[0]} took part in {len(versions)} tests")
    else:
        terminalreporter.write_line("PostgreSQL took no part in these tests")


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest, worker_id: str) -> Iterator[postgres.Server]:
    """The PostgreSQL of this run, its template migrated."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(_server(getattr(request.config, "workerinput", {}), worker_id))
        except Refusal as no:
            if must_be_complete():
                pytest.fail(f"PostgreSQL must take part here. {no.sentence}")
            pytest.skip(no.sentence)
        server.prepare()
        yield server


@contextmanager
def _server(told: Mapping[str, str], worker: str) -> Iterator[postgres.Server]:
    if "no_postgres" in told:
        raise Refusal("no_postgres", told["no_postgres"])
    if "postgres" in told:
        yield postgres.Server(make_url(told["postgres"]), told["postgres_run"], worker)
        return
    with postgres.server(_run()) as started:
        yield started


@pytest.fixture(scope="session")
def postgres_version(postgres_server: postgres.Server) -> str:
    return postgres_server.version()


@pytest.fixture
def postgres_url(
    postgres_server: postgres.Server, postgres_version: str, request: pytest.FixtureRequest
) -> Iterator[str]:
    """A fresh migrated PostgreSQL database, by its URL."""
    request.node.user_properties.append((TOOK_PART, postgres_version))
    with postgres_server.clone() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "template.sqlite3"
    postgres.migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path) -> str:
    """A fresh migrated SQLite database in a file, by its URL."""
    from tests.copies import laid  # noqa: PLC0415 - tests of the lower floors need no database

    return laid(sqlite_template, sqlite_template.with_name("clm.sqlite3"))


@pytest.fixture(scope="session")
def cast_on_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> "Kept":
    """The cast in a database that is copied for each test."""
    from tests.cast import kept_at  # noqa: PLC0415 - tests of the lower floors need no database

    file = tmp_path_factory.mktemp("cast") / "cast.sqlite3"
    shutil.copyfile(sqlite_template, file)
    return kept_at(f"sqlite:///{file}", str(file))


@pytest.fixture(scope="session")
def cast_on_postgres(postgres_server: postgres.Server) -> "Kept":
    """The cast in a database that is copied for each test."""
    from tests.cast import kept_at  # noqa: PLC0415 - tests of the lower floors need no database

    name = postgres_server.another("cast")
    return kept_at(postgres_server.named(name), name)


@pytest.fixture(scope="session")
def _put_back(postgres_server: postgres.Server, cast_on_postgres: "Kept") -> "PutBack":
    from tests.copies import PutBack  # noqa: PLC0415 - tests of the lower floors need no database

    return PutBack(postgres_server, cast_on_postgres.place)


@pytest.fixture(params=["sqlite", "postgresql"])
def cast_on_each(request: pytest.FixtureRequest) -> Iterator["Cast"]:
    """The cast in a database of its own, once on each of the two."""
    from tests import cast  # noqa: PLC0415 - tests of the lower floors need no database

    if request.param == "sqlite":
        with cast.on_sqlite(request.getfixturevalue("cast_on_sqlite")) as found:
            yield found
        return
    request.node.user_properties.append((TOOK_PART, request.getfixturevalue("postgres_version")))
    kept: Kept = request.getfixturevalue("cast_on_postgres")
    copy: PutBack = request.getfixturevalue("_put_back")
    yield cast.at(copy.engine(), kept)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database, once on each of the two."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def engine(database_url: str) -> Iterator["Engine"]:
    """The program's own engine on a fresh migrated database, once on each of the two."""
    from tests.copies import engine_at  # noqa: PLC0415 - tests of the lower floors need no database

    with engine_at(database_url) as engine:
        yield engine


@pytest.fixture
def clock() -> FixedClock:
    """Monday, 2 March 2026, nine in the morning in Phnom Penh."""
    return FixedClock(datetime(2026, 3, 2, 2, tzinfo=UTC))


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder with real data that is not part of this repository: `CLM_SHARED_DIR`, or `shared` beside the checkout."""
    folder = Path(os.environ.get("CLM_SHARED_DIR") or ROOT.parent / "shared")
    if not (folder / "data").is_dir():
        sentence = f"No real data at {folder}: set CLM_SHARED_DIR to the folder that has data/ and oracles/."
        if must_be_complete():
            pytest.fail(sentence)
        pytest.skip(sentence)
    return folder
