"""What do the tests of the built demonstration share? One that the command line prepared, and copies of it to change."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from clm_tracker.cli.demo import prepare
from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.settings import Settings, load


def settings_in(folder: Path) -> Settings:
    """A data folder of its own, whatever the environment says."""
    return load(
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'clm.sqlite3'}",
        evidence_url=f"file://{folder / 'evidence'}",
        secret_key="a key that only these tests use, of many letters",
    )


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder with the demonstration: for looking only."""
    settings = settings_in(tmp_path_factory.mktemp("demonstration"))
    prepare(settings)
    return settings


@pytest.fixture(scope="session")
def built(prepared: Settings) -> Iterator[Store]:
    """The demonstration as it was built: for looking only."""
    engine = make_engine(prepared.database_url)
    yield Store(engine)
    engine.dispose()


@pytest.fixture
def own_settings(prepared: Settings, tmp_path: Path) -> Settings:
    """A data folder with a demonstration that a test may change."""
    shutil.copytree(prepared.data_dir, tmp_path / "own")
    return settings_in(tmp_path / "own")


@pytest.fixture
def own(own_settings: Settings) -> Iterator[Store]:
    """A demonstration that a test may change."""
    engine = make_engine(own_settings.database_url)
    yield Store(engine)
    engine.dispose()
