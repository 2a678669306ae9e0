"""Does the schema go up and down on both databases, and does a process refuse the wrong one?"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from clm_tracker.db import migrate
from clm_tracker.db.base import Base
from clm_tracker.db.engine import make_engine
from clm_tracker.db.search import LOOKED_UP_BY
from clm_tracker.kernel.refusals import Refusal
from tests.conftest import ROOT


def test_down_and_up_again(engine: Engine) -> None:
    migrate.downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    assert migrate.current(engine) is None
    migrate.upgrade(engine)
    found = {name for name in inspect(engine).get_table_names() if not name.startswith(LOOKED_UP_BY)}
    assert found == {"alembic_version", *Base.metadata.tables}
    migrate.compare(engine)
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            left = connection.scalars(text("SELECT proname FROM pg_proc WHERE proname LIKE 'clm%'")).all()
        assert sorted(left) == ["clm_keep_words", "clm_needs_ledger_line", "clm_refuse"]


def test_a_process_starts_only_on_its_own_schema(engine: Engine) -> None:
    migrate.check(engine)
    for revision, sentence in (("0000", "does not know. Run a newer one"), (None, "The database is empty")):
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM alembic_version"))
            if revision:
                connection.execute(text("INSERT INTO alembic_version VALUES (:r)"), {"r": revision})
        with pytest.raises(Refusal, match=sentence):
            migrate.check(engine)


def test_asking_makes_no_file_and_migrating_makes_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "data" / "clm.sqlite3"
    engine = make_engine(f"sqlite:///{file}")
    assert migrate.current(engine) is None
    assert not file.parent.exists()
    migrate.upgrade(engine)
    assert migrate.current(engine) == migrate.head()
    engine.dispose()


def test_a_migration_that_fails_leaves_nothing(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    migrate.downgrade(engine, "base")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE obligations (x INTEGER)"))  # in the way of the real one
    with pytest.raises(Exception, match="obligations"):
        migrate.upgrade(engine)
    assert set(inspect(engine).get_table_names()) == {"alembic_version", "obligations"}
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1, "switched on again"
    engine.dispose()


def test_alembic_works_by_itself_in_a_checkout(database_url: str) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "alembic", "current"],
        cwd=ROOT,
        env={**os.environ, "CLM_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.startswith(migrate.head())
