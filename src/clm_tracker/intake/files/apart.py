"""What stands on one sheet of a workbook? Read in a process of its own, which may die of what it is given.

A few kilobytes can claim a cell in the last row of the last column, or unpack to gigabytes; the library that reads
workbooks then takes the whole process down. So this runs as a program, with little memory and time, and knows only
what it needs. It writes lines of JSON: what it found or why not, then each row that holds anything.
"""

import json
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

import python_calamine as calamine

MEMORY, SECONDS = 1 << 30, 10
MOST_CELLS = 2_000_000

type_of_cell = int | float | str | bool | time | date | datetime | timedelta


def main() -> None:
    """Read the workbook at the path given; the sheet's name comes second, empty for the first that holds anything."""
    hold_back()
    path, wanted = sys.argv[1:3]
    try:
        with calamine.CalamineWorkbook.from_path(Path(path)) as workbook:
            _tell(workbook, wanted)
    except calamine.PasswordError:
        _say({"no": "password"})
    except (calamine.CalamineError, OSError):
        _say({"no": "damaged"})


def _tell(workbook: calamine.CalamineWorkbook, wanted: str) -> None:
    if wanted:
        if wanted not in workbook.sheet_names:
            _say({"no": "sheet", "names": workbook.sheet_names})
            return
        chosen, left = workbook.get_sheet_by_name(wanted), []
    else:
        full = [
            sheet
            for meta in workbook.sheets_metadata
            if meta.visible is calamine.SheetVisibleEnum.Visible
            and meta.typ is calamine.SheetTypeEnum.WorkSheet
            if (sheet := workbook.get_sheet_by_name(meta.name)).height
        ]
        if not full:
            _say({"no": "empty"})
            return
        chosen, left = full[0], [sheet.name for sheet in full[1:]]
    if chosen.height * chosen.width > MOST_CELLS:
        _say({"no": "large"})
        return
    first_row = chosen.start[0] if chosen.start else 0
    _say({"name": chosen.name, "left": left})
    for at, cells in enumerate(chosen.to_python()):
        texts = [_text(cell) for cell in cells]
        if any(text.strip() for text in texts):
            _say([first_row + 1 + at, texts])


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


def _say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")


def hold_back(memory: int = MEMORY) -> None:
    """Let this process take little memory and time, and leave nothing behind when it dies."""
    try:
        import resource  # noqa: PLC0415 - not everywhere; elsewhere only the time is limited, from outside
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


if __name__ == "__main__":
    main()
