"""How is the first sheet of an Excel or OpenDocument workbook read?"""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import python_calamine as calamine

from clm_tracker.intake.files import table
from clm_tracker.kernel import cldr
from clm_tracker.kernel.speech import _

_UNPACKED = 8  # a workbook may unpack to this many times the largest file allowed, no more

type_of_cell = int | float | str | bool | time | date | datetime | timedelta


def open_sheet(path: Path, name: str, sheet: str | None = None, max_bytes: int = 1 << 26) -> table.Table:
    """The named sheet, or the first visible one that holds anything. Raises Refusal when there is none to read."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            if sum(part.file_size for part in parts.infolist()) > _UNPACKED * max_bytes:
                raise table.unreadable(
                    name, _("This workbook unpacks to more than can be read. Save it as CSV.")
                )
    try:
        with calamine.CalamineWorkbook.from_path(path) as workbook:
            chosen, left = _choose(workbook, name, sheet)
            first_row = chosen.start[0] if chosen.start else 0
            grid = chosen.to_python()
    except calamine.PasswordError:
        raise table.unreadable(name, _("This workbook has a password. Save a copy without one.")) from None
    except (calamine.CalamineError, zipfile.BadZipFile, OSError):
        raise table.unreadable(
            name, _("This workbook is damaged or of another kind. Save it as XLSX or CSV.")
        ) from None
    lines = [(first_row + 1 + at, [_text(cell) for cell in cells]) for at, cells in enumerate(grid)]
    lines = [(line, cells) for line, cells in lines if any(cell.strip() for cell in cells)]
    columns = table.header(name, lines[0][1])
    warnings = (
        (
            _("Only the sheet “{name}” was read, without {left}.").format(
                name=chosen.name, left=cldr.listed([_("“{text}”").format(text=one) for one in left])
            ),
        )
        if left
        else ()
    )

    def rows() -> Iterator[table.Row | table.RefusedRow]:
        for line, cells in lines[1:]:
            yield table.Row(line, dict(zip(columns, cells, strict=True)))

    return table.Table(name, columns, rows, warnings, "row")


def _choose(
    workbook: calamine.CalamineWorkbook, name: str, wanted: str | None
) -> tuple[calamine.CalamineSheet, list[str]]:
    """The sheet to read, and the names of those that hold something and are left out."""
    if wanted is not None:
        if wanted not in workbook.sheet_names:
            raise table.unreadable(
                name,
                _("There is no sheet “{wanted}”, but {sheet_names}.").format(
                    wanted=wanted, sheet_names=", ".join(workbook.sheet_names)
                ),
            )
        return workbook.get_sheet_by_name(wanted), []
    full = [
        sheet
        for meta in workbook.sheets_metadata
        if meta.visible is calamine.SheetVisibleEnum.Visible and meta.typ is calamine.SheetTypeEnum.WorkSheet
        if (sheet := workbook.get_sheet_by_name(meta.name)).height
    ]
    if not full:
        raise table.unreadable(name, _("This workbook has no sheet with anything on it."))
    return full[0], [sheet.name for sheet in full[1:]]


def _text(cell: type_of_cell) -> str:
    """A cell as text: whole numbers without `.0`, dates and moments in ISO form, truth as `true` and `false`."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime():
            return cell.isoformat(" ")
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)
