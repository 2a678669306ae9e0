"""How is a CSV or TSV file read, in whatever encoding and with whatever delimiter it was saved?"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import charset_normalizer

from clm_tracker.intake.files import table
from clm_tracker.kernel import cldr
from clm_tracker.kernel.speech import _

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins with the mark of UTF-16, so it is asked first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = ",;\t|"
_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_FOREIGN = 1 << 18  # bytes outside ASCII shown to the guesser: more makes it slower, not better
_LONGEST_FIELD = 131_072


def open_delimited(
    path: Path, name: str, encoding: str | None = None, delimiter: str | None = None
) -> table.Table:
    """A text table; what is not stated is found out. Raises Refusal when the file is no table of text."""
    warnings: tuple[str, ...] = ()
    if encoding is None:
        encoding, warnings = _encoding(path, name)
    try:
        with path.open(encoding=encoding, newline="") as stream:
            sample = stream.read(_SAMPLE)
    except UnicodeError:
        raise _not_in(name, encoding) from None
    except LookupError:
        raise table.unreadable(
            name, _("There is no encoding called {encoding}.").format(encoding=encoding)
        ) from None
    if "\x00" in sample:
        raise _not_text(name)
    # Excel's own note about the delimiter, on a line of its own above the header.
    noted = sample[4:5] if sample[:4].lower() == "sep=" and sample[5:6] in {"\r", "\n"} else ""
    if noted:
        sample = sample[len(io.StringIO(sample, newline="").readline()) :]
    mark = delimiter or noted or _delimiter(sample)
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=mark, strict=True)
    try:
        first = next(cells for cells in reader if any(cell.strip() for cell in cells))
    except (StopIteration, csv.Error):
        raise table.unreadable(
            name, _("The first line should name the columns; this file has none.")
        ) from None
    columns = table.header(name, first)
    return table.Table(
        name, columns, lambda: _rows(path, name, encoding, mark, columns, bool(noted)), warnings
    )


def _rows(
    path: Path, name: str, encoding: str, mark: str, columns: tuple[str, ...], noted: bool
) -> Iterator[table.Row | table.RefusedRow]:
    with path.open(encoding=encoding, newline="") as stream:
        if noted:
            stream.readline()
        reader = csv.reader(stream, delimiter=mark, strict=True)
        seen_header = False
        while True:
            line = reader.line_num + 1 + noted
            try:
                cells = next(reader)
            except StopIteration:
                return
            except UnicodeError:
                raise _not_in(name, encoding) from None
            except csv.Error as error:
                yield table.RefusedRow(line, "", _torn(error, line, reader.line_num + noted))
                if "field larger" in str(error):
                    return
                continue
            if not any(cell.strip() for cell in cells):
                continue
            if not seen_header:
                seen_header = True
            elif len(cells) != len(columns):
                reason = _("This line has {cells} fields and the header has {columns}.").format(
                    cells=len(cells), columns=len(columns)
                )
                yield table.RefusedRow(line, "", reason, mark.join(cells)[:200])
            else:
                yield table.Row(line, dict(zip(columns, cells, strict=True)))


def _torn(error: csv.Error, line: int, last: int) -> str:
    """What a reader of the file should look at: Python's own words are for programmers."""
    if "unexpected end" in str(error):
        return _(
            "A quotation mark opened here is never closed; lines {line} to {last} were not read."
        ).format(line=line, last=last)
    if "field larger" in str(error):
        return _(
            "A field begins here that is longer than {longest_field} characters; the rest was not read."
        ).format(longest_field=cldr.number(_LONGEST_FIELD))
    said = (
        _(
            "Text follows a closing quotation mark; this line was not read. Double the quotation marks inside a field."
        )
        if line == last
        else _(
            "Text follows a closing quotation mark; lines {line} to {last} were not read. Double the quotation marks inside a field."
        )
    )
    return said.format(line=line, last=last)


def _encoding(path: Path, name: str) -> tuple[str, tuple[str, ...]]:
    """The encoding, and a warning when it had to be guessed."""
    with path.open("rb") as stream:
        head = stream.read(_SAMPLE)
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding, ()
    even, odd = head[::2].count(0), head[1::2].count(0)
    if (
        even or odd
    ):  # UTF-16 without a mark has zeros on one side of its pairs only; a program or picture on both
        if not (even and odd) and (even + odd) * 10 > len(head):
            return ("utf-16-le" if odd else "utf-16-be"), ()
        raise _not_text(name)
    if _is_utf8(path):
        return "utf-8", ()
    return _guess(path, name)


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _guess(path: Path, name: str) -> tuple[str, tuple[str, ...]]:
    with path.open("rb") as stream:
        foreign = b"".join(
            line for line in stream.read(_CHUNK).splitlines(keepends=True) if not line.isascii()
        )
    matches = charset_normalizer.from_bytes(foreign[:_FOREIGN])
    best = matches.best()
    if best is None:
        raise table.unreadable(name, _("Its letters are in no known encoding. Save the file as CSV UTF-8."))
    # Windows' western letters win a tie: short texts fit a dozen encodings that almost nobody saves in.
    western = [m for m in matches if m.encoding == "cp1252" and m.chaos <= best.chaos]
    if western and western[0].coherence >= best.coherence:
        best = western[0]
    word = next((w for w in re.split(r'[\s,;|"]+', str(best)) if not w.isascii()), "")
    warning = _(
        'This file is not in UTF-8 and was read as {encoding}. If “{word}” looks wrong, save it as CSV UTF-8 or state `encoding = "…"` in the mapping.'
    ).format(encoding=best.encoding, word=word)
    return best.encoding, (warning,)


def _delimiter(sample: str) -> str:
    """The mark that splits the first lines most evenly, then most widely; a comma when nothing splits them."""

    def score(mark: str) -> tuple[float, int]:
        try:
            rows = [c for c in islice(csv.reader(io.StringIO(sample, newline=""), delimiter=mark), 100) if c]
        except csv.Error:
            return 0, 0
        if len(sample) == _SAMPLE and len(rows) > 1:
            rows.pop()  # cut off in the middle
        if not rows or len(rows[0]) < 2:
            return 0, 0
        return round(sum(len(row) == len(rows[0]) for row in rows) / len(rows), 1), len(rows[0])

    return max(_DELIMITERS, key=score)


def _not_text(name: str) -> Exception:
    return table.unreadable(name, _("This is not a table. Send CSV, TSV, XLSX, ODS, JSON or GeoJSON."))


def _not_in(name: str, encoding: str) -> Exception:
    return table.unreadable(
        name, _("This file is not in {encoding} throughout. Save it as CSV UTF-8.").format(encoding=encoding)
    )
