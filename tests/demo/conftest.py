"""What do the tests of the built demonstration share? One build on SQLite, and copies of it to change."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.delivery.evidence_store import EvidenceStore
from clm_tracker.demo.build import build


def build_in(folder: Path, template: Path) -> Path:
    """Build the demonstration without passwords into a copy of an empty migrated database; the file."""
    file = folder / "demonstration.sqlite3"
    shutil.copyfile(template, file)
    engine = make_engine(f"sqlite:///{file}")
    build(Store(engine), EvidenceStore.at("memory:///"))
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def built_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_in(tmp_path_factory.mktemp("demonstration"), sqlite_template)


@pytest.fixture(scope="session")
def built(built_file: Path) -> Iterator[Store]:
    """The demonstration as it was built: for looking only."""
    engine = make_engine(f"sqlite:///{built_file}")
    yield Store(engine)
    engine.dispose()


@pytest.fixture
def own_copy(built_file: Path, tmp_path: Path) -> Iterator[Store]:
    """A demonstration that a test may change."""
    file = tmp_path / "own.sqlite3"
    shutil.copyfile(built_file, file)
    engine = make_engine(f"sqlite:///{file}")
    yield Store(engine)
    engine.dispose()
