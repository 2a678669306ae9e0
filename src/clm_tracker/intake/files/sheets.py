"""How is the first sheet of an Excel or OpenDocument workbook read?"""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clm_tracker.intake.files import apart, table
from clm_tracker.kernel import cldr
from clm_tracker.kernel.speech import _

_UNPACKED = 8  # a workbook may unpack to this many times the largest file allowed, no more
_PATIENCE = (
    2 * apart.SECONDS
)  # the reader is stopped by its own use of time first, unless the machine is busy


def open_sheet(path: Path, name: str, sheet: str | None = None, max_bytes: int = 1 << 26) -> table.Table:
    """The named sheet, or the first visible one that holds anything. Raises Refusal when there is none to read."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as parts:
                if sum(part.file_size for part in parts.infolist()) > _UNPACKED * max_bytes:
                    raise _too_large(name)
    except (zipfile.BadZipFile, OSError, ValueError):
        raise _damaged(name) from None
    found, lines = _read_apart(path, name, sheet)
    columns = table.header(name, lines[0][1])
    left = found["left"]
    warnings = (
        (
            _("Only the sheet “{name}” was read, without {left}.").format(
                name=found["name"], left=cldr.listed([_("“{text}”").format(text=one) for one in left])
            ),
        )
        if left
        else ()
    )

    def rows() -> Iterator[table.Row | table.RefusedRow]:
        for line, cells in lines[1:]:
            yield table.Row(line, dict(zip(columns, cells, strict=True)))

    return table.Table(name, columns, rows, warnings, "row")


def _read_apart(
    path: Path, name: str, sheet: str | None
) -> tuple[dict[str, Any], list[tuple[int, list[str]]]]:
    """What the reader in its own process found, and each row with its number."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program and a path, no shell
            [sys.executable, "-I", "-X", "utf8", apart.__file__, str(path), sheet or ""],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _too_large(name) from None
    except ValueError:  # a sheet whose name holds the character with the number zero
        raise _no_sheet(name, sheet or "", ()) from None
    if done.returncode < 0:  # it took more memory or time than it may
        raise _too_large(name)
    if done.returncode or not done.stdout:
        raise _damaged(name)
    said = done.stdout.splitlines()
    found: dict[str, Any] = json.loads(said[0])
    match found.get("no"):
        case "password":
            raise table.unreadable(name, _("This workbook has a password. Save a copy without one."))
        case "damaged":
            raise _damaged(name)
        case "large":
            raise _too_large(name)
        case "sheet":
            raise _no_sheet(name, sheet or "", found["names"])
    lines = [(int(line), cells) for line, cells in map(json.loads, said[1:])]
    if not lines:
        raise table.unreadable(name, _("This workbook has no sheet with anything on it."))
    return found, lines


def _damaged(name: str) -> Exception:
    return table.unreadable(name, _("This workbook is damaged or of another kind. Save it as XLSX or CSV."))


def _too_large(name: str) -> Exception:
    return table.unreadable(name, _("This workbook unpacks to more than can be read. Save it as CSV."))


def _no_sheet(name: str, wanted: str, names: tuple[str, ...]) -> Exception:
    return table.unreadable(
        name,
        _("There is no sheet “{wanted}”, but {sheet_names}.").format(
            wanted=wanted, sheet_names=", ".join(names)
        ),
    )
