"""How does each test get a database as if it were new, when making one takes longer than most tests?

On SQLite a file is copied. On PostgreSQL the rows are put back, and everything else is looked at. The databases of one kind
have one address, one after the other, and share an engine: a statement is compiled once in a process and not in every test.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from clm_tracker.db.engine import make_engine
from tests import postgres

MOST_BYTES = 4_000_000  # of rows, after which a new database is there sooner than the old one is cleared

_KEEP = """
DO $$ DECLARE name text; BEGIN
    CREATE SCHEMA kept;
    FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format('CREATE TABLE kept.%1$I AS TABLE public.%1$I', name);
    END LOOP;
    CREATE TABLE kept.sequences AS SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public';
END $$"""
# Whoever else is connected is sent away. What watches over the rows looks away while they are put back.
_PUT_BACK = """
DO $$ DECLARE t record; BEGIN
    PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';
    SET LOCAL session_replication_role = replica;
    FOR t IN SELECT relname AS name, pg_relation_size(oid) AS bytes FROM pg_class
             WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
        IF t.bytes > 0 THEN EXECUTE format('DELETE FROM public.%I', t.name); END IF;
        IF pg_relation_size(format('kept.%I', t.name)) > 0 THEN
            EXECUTE format('INSERT INTO public.%1$I SELECT * FROM kept.%1$I', t.name);
        END IF;
    END LOOP;
    PERFORM setval(format('public.%I', sequencename), coalesce(last_value, 1), last_value IS NOT NULL)
        FROM kept.sequences;
END $$"""
_BYTES = """
SELECT sum(pg_relation_size(oid)) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"""
# Columns, conditions, triggers, indexes and functions, as they are written.
_SHAPE = """
SELECT md5(concat(
    (SELECT string_agg(concat(attrelid, attname, atttypid, attnotnull), ',' ORDER BY attrelid, attnum)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND attnum > 0),
    (SELECT string_agg(concat(adrelid, adnum, adbin), ',' ORDER BY oid) FROM pg_attrdef),
    (SELECT string_agg(concat(conrelid, conname, convalidated), ',' ORDER BY oid) FROM pg_constraint),
    (SELECT string_agg(concat(tgrelid, tgname, tgenabled), ',' ORDER BY oid) FROM pg_trigger),
    (SELECT string_agg(concat(indexrelid, indisvalid), ',' ORDER BY indexrelid) FROM pg_index),
    (SELECT string_agg(concat(proname, prosrc), ',' ORDER BY oid) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace)))"""

_at = cache(make_engine)


@contextmanager
def engine_at(url: str) -> Iterator[Engine]:
    """The program's own engine on the database that is at this address now."""
    engine = _at(url)
    engine.dispose()
    yield engine
    engine.dispose()


def laid(source: Path, file: Path) -> str:
    """The URL of a copy of a SQLite database, in the place of the one that was there."""
    for ending in ("", "-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    shutil.copyfile(source, file)
    return f"sqlite:///{file}"


# DISCARD ALL without its DEALLOCATE ALL: of the statements that it has prepared the driver keeps count itself.
_FORGET = (
    "SET SESSION AUTHORIZATION DEFAULT; RESET ALL; CLOSE ALL; UNLISTEN *; "
    "SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES"
)


@dataclass
class PutBack:
    """A PostgreSQL database of this worker that holds the rows of another one, whatever a test did to it."""

    server: postgres.Server
    of: str
    _url: str = ""
    _shape: str | None = None

    def engine(self) -> Engine:
        """The program's own engine on it. One connection stays for the next test, without what was set in it."""
        if self._url:
            engine = _at(self._url)
            with engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(_FORGET))
            with suppress(ProgrammingError), engine.begin() as connection:  # only a superuser may look away
                if (connection.scalar(text(_BYTES)) or 0) < MOST_BYTES:
                    connection.execute(text(_PUT_BACK))
                    if connection.scalar(text(_SHAPE)) == self._shape:
                        return engine
        return self._anew()

    def _anew(self) -> Engine:
        self._url = self.server.named(self.server.another("copy", self.of))
        engine = _at(self._url)
        engine.dispose()
        with engine.begin() as connection:
            connection.execute(text(_KEEP))
            self._shape = connection.scalar(text(_SHAPE))
        return engine
