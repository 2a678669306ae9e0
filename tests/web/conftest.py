"""What may every test of the web ask for? The program on a database of its own, with the cast in it."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI

from clm_tracker import app as web
from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.domain.cases import Finding
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.settings import Settings
from tests import links as given
from tests.cast import Cast, a_programme
from tests.web import program as programs
from tests.web.program import Program
from tests.web.reader import Reader

BEGIN = datetime(2026, 3, 2, 2, tzinfo=UTC)


@pytest.fixture(scope="session")
def cast_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Cast]:
    """A database with the cast's programme, made once and copied for each test."""
    file = tmp_path_factory.mktemp("cast") / "clm.sqlite3"
    shutil.copyfile(sqlite_template, file)
    engine = make_engine(f"sqlite:///{file}")
    cast = a_programme(Store(engine), BEGIN)
    engine.dispose()
    return file, cast


@pytest.fixture
def cast(cast_file: tuple[Path, Cast], tmp_path: Path) -> Iterator[Cast]:
    file, made = cast_file
    copy = tmp_path / "clm.sqlite3"
    shutil.copyfile(file, copy)
    engine = make_engine(f"sqlite:///{copy}")
    yield replace(made, store=Store(engine))
    engine.dispose()


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The whole program, put together once; each test gives it a database and a clock."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), base_url=programs.BASE)
    return web.build(settings)


@pytest.fixture
def program(app: FastAPI, cast: Cast, clock: FixedClock) -> Program:
    """The whole program, as it is served."""
    return programs.put(app, cast, clock)


@pytest.fixture
def finding(program: Program) -> Finding:
    return program.cast.open_finding(program.clock.now())


@pytest.fixture
def reader(program: Program, finding: Finding) -> Reader:
    return Reader(program, given.a_link(program.cast, program.clock.now(), finding.id))
