"""What may every test of a command ask for? The cast, in a database of its own on each of the two.

The cast is made once on each; a test's database is a copy.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.kernel.clock import FixedClock
from tests import postgres
from tests.cast import MONDAY, Cast, a_programme


@dataclass(frozen=True, slots=True)
class Kept:
    """A database that holds the cast, and the cast; its store is the one it was made with."""

    place: str
    cast: Cast


def _made(url: str, place: str) -> Kept:
    engine = make_engine(url)
    try:
        return Kept(place, a_programme(Store(engine), MONDAY))
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def cast_on_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    file = tmp_path_factory.mktemp("cast") / "cast.sqlite3"
    shutil.copyfile(sqlite_template, file)
    return _made(f"sqlite:///{file}", str(file))


@pytest.fixture(scope="session")
def cast_on_postgres(postgres_server: postgres.Server) -> Kept:
    name = f"{postgres_server.template}_{postgres_server.worker}_cast"
    engine = create_engine(postgres_server.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{postgres_server.template}"'))
    return _made(postgres_server.named(name), name)


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest) -> Kept:
    found: Kept = request.getfixturevalue(f"cast_on_{'sqlite' if request.param == 'sqlite' else 'postgres'}")
    return found


@pytest.fixture
def database_url(kept: Kept, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database with the cast in it, once on each of the two."""
    if request.node.callspec.params["kept"] == "sqlite":
        file = tmp_path / "clm.sqlite3"
        shutil.copyfile(kept.place, file)
        yield f"sqlite:///{file}"
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    request.node.user_properties.append(("postgresql", request.getfixturevalue("postgres_version")))
    with server.clone(of=kept.place) as url:
        yield url


@pytest.fixture
def store(engine: Engine) -> Store:
    return Store(engine)


@pytest.fixture
def clock() -> FixedClock:
    """The moment at which the cast was made."""
    return FixedClock(MONDAY)


@pytest.fixture
def cast(kept: Kept, store: Store) -> Cast:
    return replace(kept.cast, store=store)
