"""What may every test of the web ask for? The program on a database of its own, with the cast in it."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlalchemy import update

from clm_tracker import app as web
from clm_tracker import languages
from clm_tracker.db.tables import PersonRow, ProgrammeRow
from clm_tracker.domain.cases import Finding
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.settings import Settings
from tests import links as given
from tests.cast import Cast, Kept, on_sqlite
from tests.pseudo import TAG, Pseudo
from tests.web import program as programs
from tests.web.program import Program
from tests.web.reader import Reader


@pytest.fixture
def cast(cast_on_sqlite: Kept) -> Iterator[Cast]:
    with on_sqlite(cast_on_sqlite) as cast:
        yield cast


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
def abroad(program: Program) -> Iterator[Program]:
    """The same, in which everybody reads the language of the tests."""
    with languages.with_one_more(TAG, Pseudo()):
        with program.cast.store.engine.begin() as connection:
            connection.execute(update(ProgrammeRow).values(languages=("en", TAG)))
            connection.execute(update(PersonRow).values(language=TAG))
        yield program


@pytest.fixture
def finding(program: Program) -> Finding:
    return program.cast.open_finding(program.clock.now())


@pytest.fixture
def reader(program: Program, finding: Finding) -> Reader:
    return Reader(program, given.a_link(program.cast, program.clock.now(), finding.id))
