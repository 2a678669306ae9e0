"""What do the tests of the built demonstration share? One that the command line prepared, and copies of it to change."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.settings import Settings
from tests.demonstration import copy, one_for_all


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Settings:
    """A data folder with the demonstration: for looking only."""
    source = one_for_all(tmp_path_factory, worker_id)
    return copy(source, tmp_path_factory.mktemp("demonstration") / "data")


@pytest.fixture(scope="session")
def built(prepared: Settings) -> Iterator[Store]:
    """The demonstration as it was built: for looking only."""
    engine = make_engine(prepared.database_url)
    yield Store(engine)
    engine.dispose()


@pytest.fixture
def own_settings(prepared: Settings, tmp_path: Path) -> Settings:
    """A data folder with a demonstration that a test may change."""
    return copy(prepared.data_dir, tmp_path / "own")


@pytest.fixture
def own(own_settings: Settings) -> Iterator[Store]:
    """A demonstration that a test may change."""
    engine = make_engine(own_settings.database_url)
    yield Store(engine)
    engine.dispose()
