"""How does a table become a file that opens in any program and runs nothing there?"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, Protocol

import xlsxwriter

Value = str | int | float | bool | date | datetime | None
# A cell that begins so is run as a formula by spreadsheet programs; an apostrophe in front makes it text again.
# Spreadsheet programs set to an East Asian language take the wide signs for the same.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Format(StrEnum):
    """The kinds of file."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"


class Table(Protocol):
    """A named table with its columns and rows."""

    @property
    def name(self) -> str: ...

    @property
    def columns(self) -> tuple[str, ...]: ...

    @property
    def rows(self) -> Iterator[tuple[Value, ...]]: ...


def write(tables: Sequence[Table], format: Format, to: Path) -> None:  # noqa: A002 - the word users know
    """Write the tables row by row: one file, a workbook with a sheet each, or a zip of several files."""
    if format is Format.XLSX:
        _workbook(tables, to)
    elif len(tables) == 1:
        with to.open("wb") as out:
            _lines(tables[0], format, out)
    else:
        with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
            for table in tables:
                with archive.open(f"{table.name}.{format}", "w", force_zip64=True) as out:
                    _lines(table, format, out)


def _lines(table: Table, format: Format, out: IO[bytes]) -> None:  # noqa: A002
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    if format is Format.CSV:
        text.write("\ufeff")  # without it a spreadsheet program does not see Khmer
        sheet = csv.writer(text)
        sheet.writerow(table.columns)
        sheet.writerows([_inert(_plain(value)) for value in row] for row in table.rows)
    else:
        for row in table.rows:
            kept = {name: _plain(value) for name, value in zip(table.columns, row, strict=True)}
            text.write(json.dumps(kept, ensure_ascii=False) + "\n")
    text.flush()
    text.detach()


def _workbook(tables: Iterable[Table], to: Path) -> None:
    # Constant memory; and no cell is ever read as a formula, a link or a number.
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "in_memory": False,
    }
    with xlsxwriter.Workbook(to, options) as book:
        bold = book.add_format({"bold": True})
        for table in tables:
            sheet = book.add_worksheet(table.name)
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, table.columns, bold)
            for number, row in enumerate(table.rows, 1):
                for column, value in enumerate(row):
                    plain = _plain(value)
                    if isinstance(plain, str):
                        sheet.write_string(number, column, plain[:32_767])  # the longest that a cell holds
                    elif plain is not None:
                        sheet.write(number, column, plain)


def _plain(value: Value) -> str | int | float | bool | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value


def _inert(value: str | float | bool | None) -> str | float | bool | None:
    return f"'{value}" if isinstance(value, str) and value.startswith(_RUNS) else value
