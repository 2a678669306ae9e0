"""How does a whole installation become one file, and come back from it?

A zip with one JSON-lines member per table, the evidence files, and a manifest with the SHA-256 of each member. It
does not depend on the database engine: what SQLite wrote, PostgreSQL reads.
"""

import hashlib
import json
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import IO, Any, Protocol
from uuid import UUID

from sqlalchemy import Column, Connection, Engine, Table, func, insert, select, text, update

from clm_tracker import __version__
from clm_tracker.db import migrate, search
from clm_tracker.db.base import POSTGRESQL, Base, JsonOf, UTCDateTime, table_of
from clm_tracker.db.engine import READING
from clm_tracker.db.tables import EvidenceRow  # importing the tables is what makes them all known
from clm_tracker.kernel.refusals import Refusal

FORMAT = 1
MANIFEST = "manifest.json"
# What only matters to running processes, sign-ins that a copy must not carry on, and terms, which are made anew.
LEFT_OUT = frozenset(
    {"sessions", "leases", "heartbeats", "once_keys", "sign_in_failures", "link_counts", "finding_terms"}
)
_BATCH = 1_000
Progress = Callable[[str], None]


class Files(Protocol):
    """The store of evidence, as far as a copy needs it: content by its SHA-256."""

    def get(self, digest: str, /) -> bytes:
        """The content, still the same as was given."""
        ...

    def put(self, content: bytes, /) -> str:
        """Keep the content; what is there already stays."""
        ...


def tables() -> list[Table]:
    """The tables of a backup; those that others point to come first."""
    return [table for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT]


def write(
    engine: Engine, files: Files, to: Path, *, now: datetime, progress: Progress = lambda _: None
) -> None:
    """Copy everything as it stands at one moment into the new file `to`. Raises Refusal when it exists already."""
    migrate.check(engine)
    if to.exists():
        raise Refusal("exists", f"{to} exists already; choose another name.")
    begun = to.with_name(to.name + ".part")
    try:
        with zipfile.ZipFile(begun, "w", zipfile.ZIP_DEFLATED) as archive:
            manifest: dict[str, Any] = {
                "format": FORMAT,
                "program": __version__,
                "revision": migrate.current(engine),
                "made_at": now.astimezone(UTC).isoformat(),
                "members": {},
            }
            with engine.execution_options(**{READING: True}).connect() as connection:
                for table in tables():
                    progress(table.name)
                    member = f"tables/{table.name}.jsonl"
                    with archive.open(member, "w", force_zip64=True) as out:
                        manifest["members"][member] = _copy(_lines(connection, table), out)
                kept = connection.scalars(_evidence()).all()
            progress("evidence")
            for sha256 in kept:
                content = files.get(sha256)
                if hashlib.sha256(content).hexdigest() != sha256:
                    raise Refusal(
                        "damaged", f"The evidence file {sha256} is damaged; it is not what was attached."
                    )
                member = f"evidence/{sha256}"
                archive.writestr(member, content)
                manifest["members"][member] = {"sha256": sha256, "lines": 0}
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
        begun.rename(to)
    finally:
        begun.unlink(missing_ok=True)


def restore(
    engine: Engine, files: Files, source: Path, *, progress: Progress = lambda _: None
) -> Mapping[str, Any]:
    """Fill an empty database from a backup, all or nothing; returns the manifest.

    Raises Refusal for a damaged or foreign file, one of another schema, or a database that holds anything already.
    """
    with _opened(source) as archive:
        manifest = _checked(archive, progress)
        if manifest["revision"] != migrate.head():
            raise Refusal(
                "schema",
                f"This backup has schema {manifest['revision']}, the program {migrate.head()}. Restore it with"
                f" clm-tracker {manifest['program']}, then run: clm-tracker migrate",
            )
        migrate.upgrade(engine)
        # Evidence first: a file that no row names does no harm, a row without its file does.
        for member in manifest["members"]:
            if member.startswith("evidence/"):
                files.put(archive.read(member))
        with engine.begin() as connection:
            if any(connection.scalar(select(func.count()).select_from(table)) for table in tables()):
                raise Refusal("not_empty", "The database holds data already; restore into an empty one.")
            with _unguarded(connection):
                for table in tables():
                    progress(table.name)
                    with archive.open(f"tables/{table.name}.jsonl") as lines:
                        _fill(connection, table, lines)
            search.fill(connection)
    return manifest


def _evidence() -> Any:  # noqa: ANN401 - a select of text
    evidence = table_of(EvidenceRow)
    there = (evidence.c.kind == "file") & evidence.c.taken_off_at.is_(None)
    return select(evidence.c.sha256).where(there).distinct().order_by(evidence.c.sha256)


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    columns = list(table.columns)
    ordered = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_BATCH)
    for row in connection.execute(ordered):
        kept = {c.name: _to_json(c, value) for c, value in zip(columns, row, strict=True)}
        yield json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _copy(lines: Iterable[bytes], out: IO[bytes]) -> dict[str, Any]:
    digest, count = hashlib.sha256(), 0
    for line in lines:
        out.write(line)
        digest.update(line)
        count += 1
    return {"sha256": digest.hexdigest(), "lines": count}


def _opened(source: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source)
    except FileNotFoundError:
        raise Refusal("no_file", f"There is no file {source}.") from None
    except (zipfile.BadZipFile, OSError):
        raise Refusal("damaged", f"{source} is not a backup, or it is damaged.") from None


def _checked(archive: zipfile.ZipFile, progress: Progress) -> dict[str, Any]:
    """The manifest, after every member has been compared with it: nothing is written before that."""
    progress("checking")
    try:
        manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
        if manifest["format"] != FORMAT:
            raise Refusal(
                "format", f"This backup has format {manifest['format']}; this program reads {FORMAT}."
            )
        named = {member for member in archive.namelist() if member != MANIFEST}
        needed = {f"tables/{table.name}.jsonl" for table in tables()}
        damaged = sorted(named ^ set(manifest["members"])) + sorted(needed - named)
        for member, expected in manifest["members"].items():
            if member in named and _digest(archive, member) != expected["sha256"]:
                damaged.append(member)
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile, OSError, EOFError):
        raise Refusal("damaged", "This file is not a backup, or it is damaged.") from None
    if damaged:
        raise Refusal("damaged", f"This backup is damaged: {damaged[0]} is not as it was written.")
    return manifest


def _digest(archive: zipfile.ZipFile, member: str) -> str:
    with archive.open(member) as content:
        return hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]  # readable, as it asks


@contextmanager
def _unguarded(connection: Connection) -> Iterator[None]:
    """The guards compare a change with the ledger of its unit; what comes back from a backup was compared long ago."""
    if connection.dialect.name != POSTGRESQL:
        yield
        return
    for table in tables():
        connection.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER USER"))
    yield
    for table in tables():
        connection.execute(text(f"ALTER TABLE {table.name} ENABLE TRIGGER USER"))
    after = "SELECT setval(pg_get_serial_sequence('ledger', 'seq'), max(seq)) FROM ledger HAVING max(seq) > 0"
    connection.execute(text(after))


def _fill(connection: Connection, table: Table, lines: IO[bytes]) -> None:
    # A row may point to one of its own table that comes later: those columns are set when all rows are there.
    late = [fk.parent for fk in table.foreign_keys if fk.column.table is table]
    batch: list[dict[str, Any]] = []
    pointing: list[dict[str, Any]] = []

    def flush() -> None:
        if batch:
            connection.execute(insert(table), batch)
            batch.clear()

    for line in lines:
        row = {c.name: _from_json(c, value) for c, value in _named(table, json.loads(line))}
        if any(row[c.name] is not None for c in late):
            pointing.append({"id": row["id"], **{c.name: row[c.name] for c in late}})
            row |= {c.name: None for c in late}
        batch.append(row)
        if len(batch) >= _BATCH:
            flush()
    flush()
    for row in pointing:
        values = {name: value for name, value in row.items() if name != "id"}
        connection.execute(update(table).where(table.c.id == row["id"]).values(values))


def _named(table: Table, row: Mapping[str, Any]) -> Iterator[tuple[Column[Any], Any]]:
    for name, value in row.items():
        yield table.c[name], value


def _to_json(column: Column[Any], value: Any) -> Any:  # noqa: ANN401 - a database value to JSON
    if value is None:
        return None
    if isinstance(column.type, JsonOf):
        return column.type.encode(value)
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Enum():
            return value.value
        case bytes():
            return b64encode(value).decode()
        case _:
            return value


def _from_json(column: Column[Any], kept: Any) -> Any:  # noqa: ANN401 - JSON to a database value
    if kept is None:
        return None
    if isinstance(column.type, JsonOf):
        return column.type.process_result_value(kept, None)  # type: ignore[arg-type]  # it does not look at the dialect
    if isinstance(column.type, UTCDateTime):
        return datetime.fromisoformat(kept)
    wanted = column.type.python_type
    if wanted is date:
        return date.fromisoformat(kept)
    if wanted is UUID:
        return UUID(kept)
    if issubclass(wanted, Enum):
        return wanted(kept)
    return b64decode(kept) if wanted is bytes else kept
