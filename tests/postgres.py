"""Which PostgreSQL do the tests use, and how does each test get a database of its own?

One server for the whole run: the one named by `CLM_TEST_DATABASE_URL`, else one started from the test extra's package.
The schema is migrated once into a template; a test's database is a clone of it (0.06 s), so that its commits are real.
All of a worker's have one name, one after the other, so that they share an engine (`tests.copies`).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from clm_tracker.bench import postgres

LOCK = 4_201_733  # any number, the same in every worker


@dataclass(slots=True)
class Server:
    """A PostgreSQL for one run of the tests. `run` names the run; `worker` the process in it."""

    url: URL
    run: str
    worker: str = "main"

    @property
    def template(self) -> str:
        return f"clm_{self.run}_template"

    def version(self) -> str:
        with self._administration() as connection:
            return str(connection.scalar(text("SHOW server_version"))).split(" ")[0]

    def prepare(self) -> None:
        """Migrate the template, unless another worker did."""
        with self._administration() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
            known = text("SELECT 1 FROM pg_database WHERE datname = :name AND datallowconn = false")
            if connection.scalar(known, {"name": self.template}):
                return
            connection.execute(text(f'DROP DATABASE IF EXISTS "{self.template}"'))
            connection.execute(text(f'CREATE DATABASE "{self.template}" TEMPLATE template0'))
            migrate(self.named(self.template))
            connection.execute(text(f'ALTER DATABASE "{self.template}" ALLOW_CONNECTIONS false'))

    def another(self, word: str, of: str | None = None) -> str:
        """The name of a fresh migrated database of this worker, in the place of the one of this name.

        `of` names another database of this server to copy, to which nobody is connected.
        """
        name = f"clm_{self.run}_{self.worker}_{word}"
        with self._administration() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            connection.execute(
                text(f'CREATE DATABASE "{name}" TEMPLATE "{of or self.template}" STRATEGY file_copy')
            )
        return name

    @contextmanager
    def clone(self) -> Iterator[str]:
        """A fresh migrated database, by its URL, which is always the same; dropped afterwards, whoever is still connected."""
        name = self.another("own")
        try:
            yield self.named(name)
        finally:
            with self._administration() as connection:
                connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))

    def clear(self) -> None:
        """Drop whatever this run left on a server that outlives it."""
        with self._administration() as connection:
            mine = text("SELECT datname FROM pg_database WHERE starts_with(datname, :start)")
            for name in connection.scalars(mine, {"start": f"clm_{self.run}_"}).all():
                connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))

    def named(self, database: str) -> str:
        return self.url.set(database=database).render_as_string(hide_password=False)

    @contextmanager
    def _administration(self) -> Iterator[Connection]:
        engine = create_engine(self.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield connection


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema, as `clm-tracker migrate` does."""
    from clm_tracker.db import engine as engines  # noqa: PLC0415 - tests of the lower floors need no database
    from clm_tracker.db import migrate as migrations  # noqa: PLC0415

    engine = engines.make_engine(url)
    try:
        migrations.upgrade(engine)
    finally:
        engine.dispose()


@contextmanager
def server(run: str) -> Iterator[Server]:
    """The server of this run. Raises `Refusal` where there is none to be had."""
    given = os.environ.get("CLM_TEST_DATABASE_URL")
    if given:
        found = Server(make_url(given), run)
        yield found
        found.clear()
        return
    with postgres.running() as url:
        yield Server(make_url(url), run)
