"""Which rows does a file hold? Told by its content, not by its name."""

from dataclasses import dataclass
from pathlib import Path

from clm_tracker.intake.files import delimited, documents, sheets, table
from clm_tracker.intake.files.table import RefusedRow, Row, Table
from clm_tracker.kernel.speech import _

__all__ = ["PLAIN", "Reading", "RefusedRow", "Row", "Table", "read_table"]

_LARGEST = 64 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # workbooks of before 2007, and all that have a password


@dataclass(frozen=True, slots=True)
class Reading:
    """What is stated about a file instead of found out."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


PLAIN = Reading()


def read_table(
    path: Path, reading: Reading = PLAIN, *, name: str | None = None, max_bytes: int = _LARGEST
) -> Table:
    """The file as a table; `name` is what people call it. Raises Refusal, with what to do, when it cannot be read."""
    name = name or path.name
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError as error:
        raise table.unreadable(
            name, _("The file cannot be opened: {strerror}.").format(strerror=error.strerror)
        ) from None
    if size == 0:
        raise table.unreadable(name, _("The file is empty."))
    if size > max_bytes:
        raise table.unreadable(
            name, _("The file is larger than {n} MB. Split it.").format(n=max_bytes // 1024 // 1024)
        )
    if head.startswith((b"PK\x03\x04", _OLE)):
        return sheets.open_sheet(path, name, reading.sheet, max_bytes)
    text_by_name = path.suffix.lower() in {".csv", ".tsv", ".txt"}
    if not text_by_name and head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}:
        return documents.open_document(path, name)
    return delimited.open_delimited(path, name, reading.encoding, reading.delimiter)
