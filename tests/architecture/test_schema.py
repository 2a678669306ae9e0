"""Do the migrations make the schema that the code describes? (What `alembic check` asks, on both databases.)"""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from clm_tracker.db import tables
from clm_tracker.db.base import Base
from tests.conftest import ROOT


def test_the_migrated_schema_is_the_one_in_the_code(engine: Engine) -> None:
    assert tables.__all__  # imported, so that the metadata is whole
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_there_is_one_newest_migration() -> None:
    assert len(ScriptDirectory(ROOT / "migrations").get_heads()) == 1
