"""How does the program talk to its database, so that no update is lost and nothing waits for ever?"""

import json
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from selectors import EVENT_READ, PollSelector
from typing import Any

from psycopg import Column, Cursor, IsolationLevel, ServerCursor, _queries
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.util import LRUCache

from clm_tracker.db.base import POSTGRESQL

READING = "clm_reading"  # execution option: this connection only looks
# Execution option of a question: its plan may be kept, for the same way to the answer is quick whatever it is asked with.
KEPT = "clm_kept"
# A server that is gone without a word is noticed in about a minute, also between two questions.
_ALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
# A page's question is over before other processes have been started to help with it: only a much longer one is shared out.
_ALONE = "-c parallel_setup_cost=100000"
# Longer statements the driver (3.3) looks through each time anew, for the places of their values; a page's question is longer.
_queries.MAX_CACHED_STATEMENT_LENGTH = 16_384  # a constant of its own
_DUMP = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


def _load(kept: bytes) -> Any:  # noqa: ANN401 - whatever was kept
    # Most names have no translation, and a list has many; of bytes Python first finds out which encoding they are in.
    return {} if kept == b"{}" else json.loads(str(kept, "utf-8"))


def make_engine(
    url: str, *, pool_size: int = 10, statement_timeout: int = 30, application_name: str = "clm-tracker"
) -> Engine:
    """An engine for `sqlite:///…` or `postgresql+psycopg://…`.

    `statement_timeout` is in seconds (PostgreSQL; 0 for none). With the execution option `READING` a transaction only
    looks, and writing in it fails. On SQLite any other transaction takes the write lock at its beginning: with the
    driver's own way, two that read and then write lose one of the updates (measured: 486 of 900 were left).
    """
    if make_url(url).get_backend_name() == POSTGRESQL:
        options = f"-c statement_timeout={statement_timeout}s -c lock_timeout=5s -c timezone=UTC {_ALONE}"
        engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=5,
            json_serializer=_DUMP,
            json_deserializer=_load,
            connect_args={
                "options": options,
                "application_name": application_name,
                "cursor_factory": _Cursor,
                **_ALIVE,
            },
        )
        event.listen(engine, "checkout", _still_there)
        event.listen(engine, "begin", _begin_on_postgresql)
        event.listen(engine, "do_execute", _plan_anew)
        return engine
    engine = create_engine(url, pool_size=pool_size, max_overflow=5, json_serializer=_DUMP)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_on_sqlite)
    return engine


class _Columns(Sequence[Column]):
    """What the columns of an answer are called, made when somebody asks for it: before the cursor asks again, as SQLAlchemy does."""

    def __init__(self, of: Callable[[], list[Column] | None]) -> None:
        self._of = of

    @cached_property
    def _made(self) -> list[Column]:
        return self._of() or []

    def __len__(self) -> int:
        return len(self._made)

    def __getitem__(self, at: Any) -> Any:  # noqa: ANN401 - one or a slice of them
        return self._made[at]


class _Cursor(Cursor[Any]):
    """The driver's cursor; of a question that was asked before, SQLAlchemy knows its columns and never looks at them again."""

    @property
    def description(self) -> Any:  # noqa: ANN401 - a sequence, as DB-API wants it
        if self.pgresult is None or not self.pgresult.nfields:
            return super().description
        return _Columns(lambda: super(_Cursor, self).description)


class Compiled(LRUCache[Any, Any]):
    """What SQLAlchemy has put into words, found by the very question first: to compare one takes longer than to look it up.

    A question that is put together once comes with the same key each time, of up to some thousand parts.
    """

    def __init__(self, most: int = 500, near: int = 250) -> None:
        super().__init__(most)
        self._near_by: dict[tuple[int, Any], tuple[Any, Any]] = {}
        self._near = near

    def get(self, key: Any, default: Any = None) -> Any:  # noqa: ANN401 - SQLAlchemy's own
        """What was compiled for a dialect, a question and the names of its values."""
        _dialect, question, *rest = key
        same = (id(question), *rest)
        found = self._near_by.get(same)
        if found is not None and found[0] is question:
            return found[1]
        compiled = super().get(key, default)
        if compiled is not None:
            if len(self._near_by) >= self._near:
                self._near_by.clear()
            self._near_by[same] = (question, compiled)
        return compiled


def _still_there(driver: Any, _record: object, _fairy: object) -> None:  # noqa: ANN401 - the driver's connection
    """A connection that the server has closed meanwhile is replaced before anything is asked of it.

    On one at rest a server says nothing, unless that it is over. To look whether it spoke costs no turn of the wire;
    the pool's own ping costs three.
    """
    with PollSelector() as selector:
        selector.register(driver, EVENT_READ)
        if selector.select(0):
            raise DisconnectionError


def _begin_on_postgresql(connection: Connection) -> None:
    reading = bool(connection.get_execution_options().get(READING))
    driver: Any = connection.connection.dbapi_connection
    if bool(driver.read_only) is not reading:
        # One picture for all the questions of one page; a reader never fails for it. The driver says so with its BEGIN.
        driver.isolation_level = IsolationLevel.REPEATABLE_READ if reading else None
        driver.read_only = True if reading else None


def _plan_anew(cursor: Any, statement: str, given: Any, context: Any) -> bool:  # noqa: ANN401 - the driver's
    """A page's question is planned for what it is asked with: a plan that suits the most walked 4 s for a post with few findings.

    Only where no value matters (`KEPT`) the driver prepares it, as it does whatever is asked in a unit of work.
    """
    options = context.execution_options
    # What is read in parts is a cursor of the server's, which is never prepared.
    if not options.get(READING) or options.get(KEPT) or isinstance(cursor, ServerCursor):
        return False
    cursor.execute(statement, given, prepare=False)
    return True


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
    connection.isolation_level = None  # the driver begins nothing by itself; we do, below
    for pragma in (
        "busy_timeout=15000",
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=NORMAL",
        # What a statement would put back if it failed stays out of the files: half of all that a sweep wrote.
        "temp_store=MEMORY",
        "cache_size=-16384",  # 16 MB: a batch does not fit into the 2 MB of the default, and was read twice
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_on_sqlite(connection: Connection) -> None:
    reading = bool(connection.get_execution_options().get(READING))
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
