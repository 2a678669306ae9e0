"""What if a file of rows, or its mapping, is made to do harm? A sentence, soon, and in bounded memory."""

import io
import struct
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest

from clm_tracker.intake import mapping_files
from clm_tracker.intake.files import read_table
from clm_tracker.kernel.refusals import Invalid, Refusal

SOON = 30  # seconds, on a busy machine; what these defend against would take hours or all the memory there is
HEAD = 'kind = "areas"\nsource = "s"\n'
COLUMNS = '[columns]\nsource_id = "a"\nlevel = "b"\nnames.en = "c"\n'
FAR = "unpacks to more than can be read"


def workbook(change: Callable[[bytes], bytes] = bytes, far: tuple[int, int] | None = None) -> bytes:
    """A workbook of one row, its sheet changed as text, with one more cell far away."""
    book, made, out = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet.append(["source_id", "level", "name"])
    sheet.append(["1", "district", "=1+1"])
    if far is not None:
        sheet.cell(*far, "x")
    book.save(made)
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in parts.namelist():
            content = parts.read(name)
            new.writestr(name, change(content) if name.endswith("sheet1.xml") else content)
    return out.getvalue()


def flood(sheet: bytes) -> bytes:
    """One cell with a text of 200 million characters, which pack to almost nothing."""
    cell = (
        b'<row r="3"><c r="A3" t="inlineStr"><is><t>'
        + b"a" * 200_000_000
        + b"</t></is></c></row></sheetData>"
    )
    return sheet.replace(b"</sheetData>", cell)


def lying(content: bytes) -> bytes:
    """The same archive, saying that its large part is small."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        large = max(part.file_size for part in parts.infolist())
    return content.replace(struct.pack("<I", large), struct.pack("<I", 5_000))


WORKBOOKS: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "a cell in the last row of the last column": (lambda: workbook(far=(1_048_576, 16_384)), FAR),
    "a cell in the last row": (lambda: workbook(far=(1_048_576, 200)), FAR),
    "a part that says it is small": (lambda: lying(workbook(flood)), "This workbook"),
    "a part that breaks off": (lambda: workbook(lambda sheet: sheet[:-100]), "This workbook"),
    "an archive of nothing": (lambda: b"PK\x03\x04" + bytes(200), "This workbook"),
    "a sheet of nothing": (lambda: workbook(lambda _sheet: b""), "This workbook"),
}


@pytest.mark.parametrize("what", WORKBOOKS)
def test_a_harmful_workbook_is_refused_soon(tmp_path: Path, what: str) -> None:
    make, said = WORKBOOKS[what]
    path, begun = tmp_path / "areas.xlsx", time.monotonic()
    path.write_bytes(make())
    with pytest.raises(Refusal, match=said) as no:
        read_table(path)
    assert no.value.code == "unreadable_file"
    assert time.monotonic() - begun < SOON


def test_entities_and_formulas_of_a_workbook_are_not_carried_out(tmp_path: Path) -> None:
    path = tmp_path / "areas.xlsx"
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet'
    path.write_bytes(workbook(lambda sheet: sheet.replace(b"<worksheet", bomb, 1)))
    assert [len(row.values) for row in read_table(path)] == [3]  # type: ignore[union-attr]  # no row is refused


TEXTS: Mapping[str, Callable[[], bytes]] = {
    "one line of 20 MB": lambda: b"source_id,level,name\n" + b"a" * 20_000_000,
    "a quotation mark that is never closed": lambda: b'source_id,level,name\n1,2,"' + b"a\n" * 5_000_000,
    "zeros": lambda: b"source_id,level,name\n1,di\0strict,x\n",
    "millions of columns": lambda: b",".join(b"%d" % n for n in range(1_000_000)),
    "letters of no language": lambda: b"source_id,level,name\n" + bytes(range(128, 256)) * 100_000,
    "JSON without an end": lambda: b"[" * 5_000_000,
    "JSON as deep as a well": lambda: b'[{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}]",
    "JSON with 60,000 names and one twice": lambda: b"[{" + b",".join(b'"a%d":1' % n for n in range(60_000)) + b',"a1":2}]',
}  # fmt: skip


@pytest.mark.parametrize("what", TEXTS)
def test_a_harmful_text_is_refused_soon(tmp_path: Path, what: str) -> None:
    path, begun = tmp_path / ("areas.json" if what.startswith("JSON") else "areas.csv"), time.monotonic()
    path.write_bytes(TEXTS[what]())
    try:
        refused = [row.reason for row in read_table(path) if hasattr(row, "reason")]
    except Refusal as no:
        refused = [no.sentence]
    assert refused
    assert all(len(said) < 70_000 and said.rstrip().endswith(".") for said in refused)
    assert time.monotonic() - begun < SOON


MAPPINGS: Mapping[str, str] = {
    "a megabyte": HEAD + "".join(f"k{n} = 1\n" for n in range(100_000)),
    "thousands of wrong keys": HEAD + "".join(f"k{n} = 1\n" for n in range(4_000)),
    "lists in lists": "a = " + "[" * 20_000,
    "tables in tables": "a = " + "{a = " * 5_000,
    "a name of names": ".".join(["a"] * 30_000) + " = 1",
    "columns of columns": "[columns." + ".".join(["a"] * 90) + "]\nx = 1\n",
    "a long number": "a = " + "9" * 60_000,
    "no day": "a = 2026-02-30",
    "parents that are numbers": HEAD + "parents = [1, 2]\n",
    "parents of lists": HEAD.replace("areas", "sites") + '[[parents]]\nlevel = 3\ncolumn = [1]\n',
    "a kind that is a table": "kind = {a = 1}\n",
    "bounds that are no numbers": HEAD + "bounds = [nan, inf, true, 1]\n",
    "a zone that is a path": HEAD + 'zone = "../../etc/passwd"\n' + COLUMNS,
    "a zone with a zero": HEAD + 'zone = "a\\u0000b"\n' + COLUMNS,
    "a pattern of brackets": HEAD + COLUMNS + f'[patterns]\nlevel = "{"(" * 5_000}a{")" * 5_000}"\n',
    "a pattern that repeats": HEAD + COLUMNS + '[patterns]\nlevel = "a{1,99999999999999999999}"\n',
    "a pattern that takes for ever": HEAD + COLUMNS + '[patterns]\nlevel = "(a+)+$"\n',
    "another that takes for ever": HEAD + COLUMNS + '[patterns]\nlevel = "(a|aa)*$"\n',
    "one that takes long": HEAD + COLUMNS + '[patterns]\nlevel = "a*a*a*a*a*a*b"\n',
    "days that say a day twice": HEAD + 'date_formats = ["%d%d%d"]\n' + COLUMNS,
    "days of no kind": HEAD + 'date_formats = ["%Q", "a\\u0000b"]\n' + COLUMNS,
    "too many days": HEAD + "date_formats = [" + ",".join(f'"%Y-%m-%d{n}"' for n in range(2_000)) + "]\n" + COLUMNS,
}  # fmt: skip


@pytest.mark.parametrize("what", MAPPINGS)
def test_a_harmful_mapping_is_refused_soon(what: str) -> None:
    begun = time.monotonic()
    with pytest.raises(Invalid) as no:
        mapping_files.parse(MAPPINGS[what])
    assert no.value.sentence.startswith("The mapping")
    assert no.value.sentence.endswith(".")
    assert len(no.value.sentence) < 5_000
    assert time.monotonic() - begun < SOON / 5
