"""What may every test of a command ask for? The cast, in a database of its own on each of the two.

The cast is made once on each; a test's database is a copy.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from clm_tracker.db.units import Store
from tests import postgres
from tests.cast import Cast, Kept


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
def cast(kept: Kept, store: Store) -> Cast:
    return replace(kept.cast, store=store)
