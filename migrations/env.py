"""How does Alembic reach the database and the tables of the code?"""

import os
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Enum, text

from clm_tracker.db.base import Base, JsonOf, LowerText, Terms, UTCDateTime, words
from clm_tracker.db.engine import make_engine
from clm_tracker.db.migrate import CONNECTION
from clm_tracker.db.search import LOOKED_UP_BY as SEARCH
from clm_tracker.db.tables import FindingRow

LOCK = 4_201_701  # any number, the same wherever this program migrates


def render_item(kind: str, item: Any, into: AutogenContext) -> str | Literal[False]:  # noqa: ANN401 - Alembic's
    """Types as plain SQLAlchemy, so that an old migration never depends on today's code."""
    if kind != "type":
        return False
    if isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, LowerText):
        return "sa.Text()"
    if isinstance(item, Terms):
        into.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql")'
    if isinstance(item, JsonOf) or type(item).__name__ == "JSON":
        into.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    if isinstance(item, Enum) and item.enum_class is not None:
        listed = ", ".join(repr(word) for word in words(item.enum_class))
        return f"sa.Enum({listed}, name={item.name!r}, native_enum=False, create_constraint=True, length=32)"
    return False


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """What looks up the terms of findings is another thing on each database: it stands in the migrations alone."""
    return kind not in {"table", "index"} or not (name or "").startswith(SEARCH)


def run(connection: Connection) -> None:
    """Run the migrations asked for, all of them in one transaction."""
    sqlite = connection.dialect.name == "sqlite"
    driver = connection.connection.dbapi_connection
    assert driver is not None
    if sqlite:
        # Outside a transaction, or SQLite ignores it: a batch migration replaces tables that others point to.
        driver.execute("PRAGMA foreign_keys=OFF").close()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=sqlite,
        render_item=render_item,
        include_name=include_name,
        compare_type=True,
        transactional_ddl=True,
    )
    try:
        with context.begin_transaction():
            if not sqlite:
                connection.execute(text("SET LOCAL lock_timeout = '5s'"))
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
            context.run_migrations()
            if sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).all()):
                raise RuntimeError(f"The migration leaves rows that point to nothing: {broken[:5]}")
    finally:
        if sqlite:
            driver.execute("PRAGMA foreign_keys=ON").close()


def main() -> None:
    """Use the connection of `clm_tracker.db.migrate`, or the one that CLM_DATABASE_URL names."""
    given = context.config.attributes.get(CONNECTION)
    if given is not None:
        run(given)
        return
    url = os.environ.get("CLM_DATABASE_URL")
    if not url:
        raise SystemExit("Set CLM_DATABASE_URL to the database to migrate.")
    engine = make_engine(url)
    with engine.connect() as connection:
        run(connection)
    engine.dispose()


assert FindingRow.metadata is Base.metadata  # importing the tables is what makes them known
main()
