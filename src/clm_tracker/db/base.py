"""What do all tables share? Names of constraints, moments in UTC, words with a CHECK, and typed JSON."""

import enum
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Dialect,
    Enum,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    literal_column,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator, TypeEngine

from clm_tracker.db.typed import decoder, encoder
from clm_tracker.kernel.clock import utc

POSTGRESQL = "postgresql"


class UTCDateTime(TypeDecorator[datetime]):
    """A moment. Refuses one without a zone; always comes back in UTC, from SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In UTC; SQLite keeps it without its zone. Raises ValueError for a moment without a zone."""
        if value is None:
            return None
        return utc(value) if dialect.name == POSTGRESQL else utc(value).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if dialect.name == POSTGRESQL else value.replace(tzinfo=UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """On PostgreSQL nothing is left to do: its connections are in UTC (`db.engine`), and so is all that comes by them."""
        return None if dialect.name == POSTGRESQL else super().result_processor(dialect, coltype)


class LowerText(TypeDecorator[str]):
    """Text that is the same in capitals: kept and compared in small letters."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """In small letters, without space around."""
        del dialect
        return None if value is None else value.strip().lower()


class Terms(TypeDecorator[str]):
    """Terms joined by spaces (`kernel.grams.kept`), only to be written and looked up: tsvector on PostgreSQL, else text."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type that PostgreSQL looks terms up in."""
        return dialect.type_descriptor(TSVECTOR() if dialect.name == POSTGRESQL else Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """On PostgreSQL with the place of each term, written as it would, so that none of its parsers has a say."""
        if value is None or dialect.name != POSTGRESQL:
            return value
        return placed(value)


def placed(terms: str) -> str:
    """Terms with their places, as PostgreSQL writes a tsvector: `'a':1 'b':2`."""
    return " ".join(f"'{term}':{place}" for place, term in enumerate(terms.split(" "), 1) if term)


PLAIN_JSON = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), POSTGRESQL)


class JsonOf(TypeDecorator[Any]):
    """A typed value as JSON (JSONB on PostgreSQL): `JsonOf(tuple[UUID, ...])`."""

    impl = JSON
    cache_ok = True

    def __init__(self, hint: Any) -> None:  # noqa: ANN401 - any type hint that `typed` knows
        super().__init__(none_as_null=True)
        self.hint = hint
        self.encode = encoder(hint)
        self.decode = decoder(hint)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """JSONB on PostgreSQL, which can compare; JSON as text on SQLite."""
        return dialect.type_descriptor(PLAIN_JSON.dialect_impl(dialect))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401 - typed to JSON
        del dialect
        return None if value is None else self.encode(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401 - JSON to typed
        del dialect
        return None if value is None else self.decode(value)


def words(of: type[enum.Enum]) -> list[str]:
    """The values of an enum, as the database keeps them."""
    return [str(word.value) for word in of]


def partial_index(
    name: str, *columns: str, where: str, unique: bool = False, beside: Sequence[str] = ()
) -> Index:
    """An index of the rows that meet a condition; it serves queries that state the same condition.

    PostgreSQL keeps what stands `beside` in it too, so that who counts need not read the rows themselves.
    """
    condition = text(where)
    return Index(
        name,
        *columns,
        unique=unique,
        postgresql_where=condition,
        sqlite_where=condition,
        postgresql_include=list(beside),
    )


BIG_KEY = BigInteger().with_variant(Integer(), "sqlite")  # only INTEGER counts by itself on SQLite


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - read once by SQLAlchemy
        str: Text,
        datetime: UTCDateTime,
        date: Date,
        UUID: Uuid,
        enum.Enum: Enum(
            enum.Enum, native_enum=False, create_constraint=True, length=32, values_callable=words
        ),
        dict[str, str]: PLAIN_JSON,
        dict[str, Any]: PLAIN_JSON,
        list[dict[str, Any]]: PLAIN_JSON,
        tuple[str, ...]: JsonOf(tuple[str, ...]),
        tuple[UUID, ...]: JsonOf(tuple[UUID, ...]),
        frozenset[UUID]: JsonOf(frozenset[UUID]),
        frozenset[int]: JsonOf(frozenset[int]),
        tuple[tuple[datetime, datetime, str], ...]: JsonOf(tuple[tuple[datetime, datetime, str], ...]),
    }


def inserting(at: Session | Connection) -> Any:  # noqa: ANN401 - the insert of one dialect or the other
    """How this database inserts what may be there already."""
    bind = at.get_bind() if isinstance(at, Session) else at
    return postgresql.insert if bind.dialect.name == POSTGRESQL else sqlite.insert


def table_of(row: type[Base]) -> Table:
    """The table behind a row class, for statements on many rows at once."""
    table = row.__table__
    assert isinstance(table, Table)
    return table


def as_text(n: int) -> ColumnElement[int]:
    """A number that stands in a statement as text, such as how many rows are wanted.

    Of a limit that is only given PostgreSQL expects a tenth of all rows: it never keeps the plan, and plans the whole anew
    with each request, which takes longer than to answer it.
    """
    return literal_column(str(n), Integer)
