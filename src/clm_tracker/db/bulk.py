"""How do many rows reach the database in one statement? COPY and arrays on PostgreSQL, `executemany` on SQLite."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import JSON, Column, Connection, Dialect, Table
from sqlalchemy.exc import DBAPIError

from clm_tracker.db.base import POSTGRESQL, JsonOf
from clm_tracker.kernel.clock import utc

Read = Callable[[Any], Any]
_DUMP = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
# What COPY's text form writes with a backslash.
_ESCAPES = (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))


def mark(connection: Connection) -> str:
    """What stands for a value in the driver's own SQL."""
    return "%s" if connection.dialect.name == POSTGRESQL else "?"


def bound(connection: Connection, value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """A value as this database's driver takes it."""
    return value if connection.dialect.name == POSTGRESQL else _for_sqlite(value)


def readers(dialect: Dialect, columns: tuple[Column[Any], ...]) -> tuple[Read, ...]:
    """For each column, the function from the driver's value (never None) to the program's. They raise what bad data raise."""
    return tuple(
        column.type.dialect_impl(dialect).result_processor(dialect, None) or _same for column in columns
    )


def update(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Set `columns` in many rows; each of `rows` is (id, version it must be at, *new values).

    Raises AssertionError when a row is not there at that version: it was locked, so it has to be.
    """
    if not rows:
        return
    rows = _with_json(table, columns, rows, offset=2)
    if connection.dialect.name == POSTGRESQL:
        result = connection.exec_driver_sql(
            _update_on_postgresql(connection.dialect, table, tuple(columns)),
            tuple([_plain(value) for value in values] for values in zip(*rows, strict=True)),
        )
        changed = result.rowcount
    else:
        setting = ", ".join(f'"{name}" = ?' for name in columns)
        result = connection.exec_driver_sql(
            f"UPDATE {table.name} SET {setting} WHERE id = ? AND version = ?",  # noqa: S608 - our own names
            [tuple(map(_for_sqlite, (*row[2:], row[0], row[1]))) for row in rows],
        )
        changed = result.rowcount
    assert changed == len(rows), f"{len(rows) - changed} of {len(rows)} rows were changed by somebody else."


def insert(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Add many rows, in order; each of `rows` has a value for each of `columns`."""
    if not rows:
        return
    rows = _with_json(table, columns, rows, offset=0)
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.dialect.name == POSTGRESQL:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        lines = "".join("\t".join(map(_for_copy, row)) + "\n" for row in rows)
        statement = f"COPY {table.name} ({names}) FROM STDIN"
        try:
            with driver.cursor() as cursor, cursor.copy(statement.encode()) as copy:
                copy.write(lines)
        except psycopg.Error as error:
            # As SQLAlchemy would raise it: whoever handles a refusal of the database should not care who sent it.
            raise DBAPIError.instance(
                statement, None, error, psycopg.Error, dialect=connection.dialect
            ) from error
        return
    marks = ", ".join("?" for _ in columns)
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({names}) VALUES ({marks})",  # noqa: S608 - our own names
        [tuple(map(_for_sqlite, row)) for row in rows],
    )


def insert_mappings(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """`insert` for rows that name their values; all name the same ones in the same order."""
    if rows:
        insert(connection, table, tuple(rows[0]), [tuple(row.values()) for row in rows])


@cache
def _update_on_postgresql(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> str:
    types = ["uuid", "integer", *(_array_of(table.c[name], dialect) for name in columns)]
    given = ", ".join(f"%s::{of}[]" for of in types)
    named = ", ".join(("at_id", "at_version", *(f"new_{name}" for name in columns)))
    setting = ", ".join(
        f'"{name}" = given.new_{name}{"::jsonb" if _is_json(table.c[name]) else ""}' for name in columns
    )
    return (
        f"UPDATE {table.name} SET {setting} FROM unnest({given}) AS given ({named})"  # noqa: S608 - our own names
        f" WHERE {table.name}.id = given.at_id AND {table.name}.version = given.at_version"
    )


def _array_of(column: Column[Any], dialect: Dialect) -> str:
    return "text" if _is_json(column) else column.type.compile(dialect)


def _is_json(column: Column[Any]) -> bool:
    return isinstance(column.type, JSON | JsonOf)


def _with_json(
    table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], *, offset: int
) -> Sequence[tuple[Any, ...]]:
    """The same rows with the values of JSON columns as JSON text."""
    texts = {
        place: _to_json(table.c[name])
        for place, name in enumerate(columns, offset)
        if _is_json(table.c[name])
    }
    if not texts:
        return rows
    return [
        tuple(texts[n](value) if n in texts and value is not None else value for n, value in enumerate(row))
        for row in rows
    ]


def _to_json(column: Column[Any]) -> Callable[[Any], str]:
    if not isinstance(column.type, JsonOf):
        return _DUMP
    encode = column.type.encode
    return lambda value: _DUMP(encode(value))


def _for_copy(value: Any) -> str:  # noqa: ANN401 - whatever a column holds
    if value is None:
        return "\\N"
    written = str(value)
    if isinstance(value, str):
        for sign, escaped in _ESCAPES:
            if sign in written:
                written = written.replace(sign, escaped)
    return written


def _for_sqlite(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """As SQLAlchemy's own types write it there."""
    match value:
        case UUID():
            return value.hex
        case datetime():
            return utc(value).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
        case date():
            return value.isoformat()
        case bool():
            return int(value)
        case str():
            return str(value)
        case _:
            return value


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """Words of the program as the text they are: an array has one type."""
    return str(value) if isinstance(value, str) else value


def _same(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    return value
