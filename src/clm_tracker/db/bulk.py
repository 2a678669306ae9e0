"""How do many rows reach the database in one statement? COPY and arrays on PostgreSQL, `executemany` on SQLite.

Values are written column by column: what is the same in every row of a batch is written once.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import JSON, Column, Connection, Date, Dialect, Enum, Table, Text, Uuid
from sqlalchemy.exc import DBAPIError

from clm_tracker.db.base import POSTGRESQL, JsonOf, Terms, UTCDateTime, placed
from clm_tracker.kernel.clock import utc

Convert = Callable[[Any], Any]
Row = Sequence[Any]
_DUMP = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def mark(connection: Connection) -> str:
    """What stands for a value in the driver's own SQL."""
    return "%s" if connection.dialect.name == POSTGRESQL else "?"


def bound(connection: Connection, value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    """One value as this database's driver takes it."""
    if connection.dialect.name == POSTGRESQL:
        return value
    match value:
        case UUID():
            return value.hex
        case datetime():
            return _sqlite_moment(value)
        case _:
            return value


@cache
def readers(dialect: Dialect, columns: tuple[Column[Any], ...]) -> tuple[tuple[int, Convert], ...]:
    """By place: the functions from the driver's values (JSON as text, never None) to the program's, where they differ.

    They raise what bad data raise.
    """
    found = ((place, _reader(dialect, column)) for place, column in enumerate(columns))
    return tuple((place, read) for place, read in found if read is not None)


def _reader(dialect: Dialect, column: Column[Any]) -> Convert | None:
    of = column.type
    if isinstance(of, JsonOf):
        empty, decode = of.decode([]), of.decode
        return lambda kept: empty if kept == "[]" else decode(json.loads(kept))
    if isinstance(of, UTCDateTime) and dialect.name == POSTGRESQL:
        return None  # the session is in UTC (db.engine), and so is what the driver gives
    if isinstance(of, UTCDateTime):
        return lambda kept: datetime.fromisoformat(kept).replace(tzinfo=UTC)
    if isinstance(of, Enum) and of.enum_class is not None:
        return {str(word.value): word for word in of.enum_class}.__getitem__
    made: Convert | None = of.dialect_impl(dialect).result_processor(dialect, None)
    return made


def update(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Set `columns` in many rows; each of `rows` is (id, version it must be at, *new values).

    Raises AssertionError when a row is not there at that version: it was locked, so it has to be.
    """
    if not rows:
        return
    of = [table.c.id, table.c.version, *(table.c[name] for name in columns)]
    if connection.dialect.name == POSTGRESQL:
        arrays = ("{" + ",".join(texts) + "}" for texts in _converted(of, rows, _array_text, "NULL"))
        result = connection.exec_driver_sql(
            _update_on_postgresql(connection.dialect, table, tuple(columns)), tuple(arrays)
        )
    else:
        ids, versions, *values = _converted(of, rows, _sqlite_value, None)
        setting = ", ".join(f'"{name}" = ?' for name in columns)
        result = connection.exec_driver_sql(
            f"UPDATE {table.name} SET {setting} WHERE id = ? AND version = ?",  # noqa: S608 - our own names
            list(zip(*values, ids, versions, strict=True)),
        )
    changed = result.rowcount
    assert changed == len(rows), f"{len(rows) - changed} of {len(rows)} rows were changed by somebody else."


def insert(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Add many rows, in order; each of `rows` has a value for each of `columns`."""
    if not rows:
        return
    of = [table.c[name] for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.dialect.name == POSTGRESQL:
        lines = map("\t".join, zip(*_converted(of, rows, _copy_text, "\\N"), strict=True))
        _copy(connection, f"COPY {table.name} ({names}) FROM STDIN", "\n".join(lines))
        return
    marks = ", ".join("?" for _ in columns)
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({names}) VALUES ({marks})",  # noqa: S608 - our own names
        list(zip(*_converted(of, rows, _sqlite_value, None), strict=True)),
    )


def insert_mappings(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """`insert` for rows that name their values; all name the same ones in the same order."""
    if rows:
        insert(connection, table, tuple(rows[0]), [tuple(row.values()) for row in rows])


def _copy(connection: Connection, statement: str, lines: str) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    try:
        with driver.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            copy.write(lines)
    except psycopg.Error as error:
        # As SQLAlchemy would raise it: whoever handles a refusal of the database should not care who sent it.
        raise DBAPIError.instance(
            statement, None, error, psycopg.Error, dialect=connection.dialect
        ) from error


@cache
def _update_on_postgresql(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> str:
    types = ["uuid", "integer", *(table.c[name].type.compile(dialect) for name in columns)]
    given = ", ".join(f"%s::{of}[]" for of in types)
    named = ", ".join(("at_id", "at_version", *(f"new_{name}" for name in columns)))
    setting = ", ".join(f'"{name}" = given.new_{name}' for name in columns)
    return (
        f"UPDATE {table.name} SET {setting} FROM unnest({given}) AS given ({named})"  # noqa: S608 - our own names
        f" WHERE {table.name}.id = given.at_id AND {table.name}.version = given.at_version"
    )


def _converted(
    columns: Sequence[Column[Any]],
    rows: Sequence[Row],
    how: Callable[[Column[Any]], Convert | None],
    nothing: Any,  # noqa: ANN401 - what stands for None
) -> list[list[Any]]:
    """The values of each column as the database takes them."""
    found = []
    for column, values in zip(columns, zip(*rows, strict=True), strict=True):
        convert = how(column)
        first = values[0]
        if all(value is first for value in values):
            found.append([nothing if first is None else convert(first) if convert else first] * len(rows))
        elif convert is None:
            found.append([nothing if value is None else value for value in values])
        else:
            found.append([nothing if value is None else convert(value) for value in values])
    return found


def _text(column: Column[Any], escape: Callable[[str], str]) -> Convert:
    """From a value to PostgreSQL's own way of writing it."""
    of = column.type
    if isinstance(of, Uuid):
        return lambda value: f"{value.int:032x}"
    if isinstance(of, UTCDateTime):
        return lambda value: (value if value.tzinfo is UTC else utc(value)).isoformat()
    if isinstance(of, JsonOf):
        encode = of.encode
        return lambda value: escape(_DUMP(encode(value)))
    if isinstance(of, JSON):
        return lambda value: escape(_DUMP(value))
    if isinstance(of, Terms):
        return lambda value: escape(placed(value))
    if isinstance(of, Enum | Text):
        return escape
    return str


@cache
def _copy_text(column: Column[Any]) -> Convert:
    return _text(column, _escaped_for_copy)


@cache
def _array_text(column: Column[Any]) -> Convert:
    return _text(column, _quoted_in_array)


def _escaped_for_copy(value: str) -> str:
    if "\\" in value:
        value = value.replace("\\", "\\\\")
    if "\n" in value or "\r" in value or "\t" in value:
        value = value.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return str(value)


def _quoted_in_array(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@cache
def _sqlite_value(column: Column[Any]) -> Convert | None:
    """From a value to how SQLAlchemy's own types keep it there; None where it stays as it is."""
    of = column.type
    if isinstance(of, Uuid):
        return lambda value: value.hex
    if isinstance(of, UTCDateTime):
        return _sqlite_moment
    if isinstance(of, Date):
        return date.isoformat
    if isinstance(of, JsonOf):
        encode = of.encode
        return lambda value: _DUMP(encode(value))
    if isinstance(of, JSON):
        return _DUMP
    return str if isinstance(of, Enum | Text | Terms) else None


def _sqlite_moment(value: datetime) -> str:
    moment = value if value.tzinfo is UTC else utc(value)
    return moment.isoformat(sep=" ", timespec="microseconds").removesuffix("+00:00")
