"""Do files of every usual kind give the same rows, and are the others refused in a sentence?"""

import csv
import io
import json
import re
import struct
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from clm_tracker.intake.files import PLAIN, Reading, RefusedRow, Row, Table, read_table
from clm_tracker.kernel.refusals import Refusal

KHMER = "បន្ទាយមានជ័យ"
COLUMNS = ["code", "name_km", "name"]
ROWS = [["01", KHMER, "Banteay Meanchey"], ["0102", "មង្គលបូរី", 'The "old" town, upper; east']]


def written(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


def taken(table: Table) -> list[list[str]]:
    return [list(row.values.values()) for row in table if isinstance(row, Row)]


def refused(table: Table) -> list[RefusedRow]:
    return [row for row in table if isinstance(row, RefusedRow)]


def sentence(path: Path, reading: Reading = PLAIN, max_bytes: int = 1 << 26) -> str:
    with pytest.raises(Refusal) as no:
        list(read_table(path, reading, max_bytes=max_bytes))
    assert no.value.code == "unreadable_file"
    return no.value.sentence


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_text_in_every_encoding_with_every_delimiter(
    tmp_path: Path, encoding: str, delimiter: str, end: str
) -> None:
    path = tmp_path / "areas.csv"
    path.write_bytes(written([COLUMNS, *ROWS], delimiter, end).encode(encoding))
    table = read_table(path)
    assert table.columns == tuple(COLUMNS)
    assert taken(table) == ROWS
    assert table.warnings == ()


cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20) | st.sampled_from(
    [KHMER, "01"]
)


@given(
    rows=st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_a_writer_writes_is_what_the_reader_reads(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], delimiter: str, encoding: str
) -> None:
    path = tmp_path_factory.mktemp("any") / "any.csv"
    path.write_bytes(written([COLUMNS, *rows], delimiter).encode(encoding))
    table = read_table(path, Reading(delimiter=delimiter))
    assert taken(table) == [row for row in rows if any(cell.strip() for cell in row)]
    assert refused(table) == []


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "code;nom\n1;Hôpital général de Kédougou\n2;Préfecture élargie – Thiès\n"),
        ("latin-1", "código;nombre\n1;Hospital de niños\n2;Ñuñoa\n"),
        ("cp1251", "код;название\n1;Городская больница номер два\n2;Районная поликлиника\n"),
        ("cp874", "จังหวัด;ชื่อ\n1;โรงพยาบาลเชียงใหม่\n2;โรงพยาบาลลำปาง\n"),
    ],
)
def test_an_old_encoding_is_found_and_the_guess_is_told(tmp_path: Path, encoding: str, text: str) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes(text.encode(encoding))
    table = read_table(path)
    assert taken(table) == [line.split(";") for line in text.splitlines()[1:]]
    (warning,) = table.warnings
    assert "not in UTF-8" in warning
    assert any(f"“{word}”" in warning for word in re.split(r"[\s;]+", text) if not word.isascii())


def test_an_encoding_that_is_stated_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes("kod,nazwa\n1,Łódź\n".encode("cp1250"))
    table = read_table(path, Reading(encoding="cp1250"))
    assert taken(table) == [["1", "Łódź"]]
    assert table.warnings == ()
    assert "not in ascii" in sentence(path, Reading(encoding="ascii"))
    assert "no encoding called klingon" in sentence(path, Reading(encoding="klingon"))


def test_a_line_with_other_fields_than_the_header_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "ragged.csv"
    path.write_text('a,b\n1,"two\nlines"\n2\n\n3,4,5\n6,7\n', encoding="utf-8")
    table = read_table(path)
    assert taken(table) == [["1", "two\nlines"], ["6", "7"]]
    assert [(row.line, row.reason) for row in refused(table)] == [
        (4, "This line has 1 fields and the header has 2."),
        (6, "This line has 3 fields and the header has 2."),
    ]
    assert [row.line for row in table if isinstance(row, Row)] == [2, 7]


def test_a_quotation_mark_left_open_swallows_nothing_silently(tmp_path: Path) -> None:
    path = tmp_path / "torn.csv"
    path.write_text('a,b\n1,2\n3,"open\n4,5\n6,7\n', encoding="utf-8")
    (torn,) = refused(read_table(path))
    assert torn.line == 3
    assert "never closed; lines 3 to 5" in torn.reason
    path.write_text('a,b\n1,2\n3,"open\n4,"x"\n6,7\n', encoding="utf-8")
    (torn,) = refused(read_table(path))
    assert (torn.line, "lines 3 to 4 were not read" in torn.reason) == (3, True)
    assert taken(read_table(path)) == [["1", "2"], ["6", "7"]]
    path.write_text('a,b\n1,2\n3,"' + "x" * 200_000 + '"\n6,7\n', encoding="utf-8")
    assert "longer than 131,072" in refused(read_table(path))[0].reason


def test_excels_own_note_about_the_delimiter_is_heeded(tmp_path: Path) -> None:
    path = tmp_path / "noted.csv"
    path.write_bytes("sep=|\r\na|b,c\r\n1|2,3\r\n".encode("utf-16"))
    table = read_table(path)
    assert table.columns == ("a", "b,c")
    assert [row.line for row in table] == [3]


def test_a_single_column_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("name\nPursat\n", encoding="utf-8")
    assert taken(read_table(path)) == [["Pursat"]]


def test_excel_keeps_text_and_writes_numbers_and_dates_plainly(tmp_path: Path) -> None:
    path = tmp_path / "areas.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    day = datetime(2022, 2, 4)  # noqa: DTZ001 - sheets know no zones
    row: dict[str, str | float | bool | datetime] = {
        "code": "0102",
        "name_km": KHMER,
        "beds": 12,
        "lat": 13.4940861,
        "from": day,
        "open": True,
    }
    for column, (name, cell) in enumerate(row.items(), start=2):
        sheet.cell(3, column, name)  # a table need not begin at A1
        sheet.cell(5, column, cell)
    book.save(path)
    table = read_table(path)
    assert table.columns == ("code", "name_km", "beds", "lat", "from", "open")
    (only,) = table
    assert only == Row(
        5,
        {
            "code": "0102",
            "name_km": KHMER,
            "beds": "12",
            "lat": "13.4940861",
            "from": "2022-02-04",
            "open": "true",
        },
    )
    assert (table.unit, table.warnings) == ("row", ())


def test_the_first_sheet_that_holds_something_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Empty"
    for title, state in (("Lists", "hidden"), ("Sites", "visible"), ("Notes", "visible")):
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        sheet.append(["name"])
        sheet.append([title])
    book.save(path)
    table = read_table(path)
    assert taken(table) == [["Sites"]]
    assert table.warnings == ("Only the sheet “Sites” was read, without “Notes”.",)
    assert taken(read_table(path, Reading(sheet="Lists"))) == [["Lists"]]
    assert "no sheet “Else”, but Empty, Lists, Sites, Notes" in sentence(path, Reading(sheet="Else"))


ODS_CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="Areas">{}</table:table></office:spreadsheet></office:body></office:document-content>"""


def ods(path: Path, rows: Sequence[Sequence[str]], manifest: str = "") -> None:
    lines = "".join(
        f"<table:table-row>{''.join(map(ODS_CELL.format, row))}</table:table-row>" for row in rows
    )
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="content.xml">{manifest}</manifest:file-entry>'
            "</manifest:manifest>",
        )
        parts.writestr("content.xml", ODS.format(lines))


def test_opendocument_gives_the_same_rows(tmp_path: Path) -> None:
    path = tmp_path / "areas.ods"
    rows = [[cell.replace('"', "") for cell in row] for row in ROWS]
    ods(path, [COLUMNS, *rows])
    table = read_table(path)
    assert table.columns == tuple(COLUMNS)
    assert taken(table) == rows


@pytest.mark.parametrize("wrap", [None, "items", "results", "value"])
def test_json_lists_and_pages_give_rows(tmp_path: Path, wrap: str | None) -> None:
    path = tmp_path / "page.json"
    items = [
        {"code": "01", "name": {"km": KHMER}, "beds": 3, "lat": 13.50, "tags": ["a", "b"], "open": True},
        {"code": "02", "name": {"km": "បាត់ដំបង"}, "closed": None},
        "stray",
    ]
    path.write_text(json.dumps({wrap: items, "count": 3} if wrap else items), encoding="utf-8-sig")
    table = read_table(path)
    assert table.columns == ("code", "name.km", "beds", "lat", "tags", "open", "closed")
    first, second, stray = table
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    assert isinstance(stray, RefusedRow)
    assert list(first.values.values()) == ["01", KHMER, "3", "13.5", "a, b", "true"]
    assert second.values["closed"] == ""
    assert (stray.line, stray.reason, table.unit) == (3, "This item is not an object.", "item")


def test_geojson_gives_properties_and_the_point(tmp_path: Path) -> None:
    path = tmp_path / "sites.geojson"
    shape = {"type": "Polygon", "coordinates": [[[104, 12], [105, 12], [105, 13], [104, 12]]]}
    features = [
        {
            "type": "Feature",
            "id": 7,
            "properties": {"name": "Site"},
            "geometry": {"type": "Point", "coordinates": [104.85, 11.57, 12]},
        },
        {"type": "Feature", "properties": {"name": "Area"}, "geometry": shape},
        {"type": "Feature", "properties": None, "geometry": None},
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    assert [row.values for row in read_table(path) if isinstance(row, Row)] == [
        {"id": "7", "name": "Site", "lat": "11.57", "long": "104.85"},
        {"name": "Area", "lat": "", "long": ""},
        {"lat": "", "long": ""},
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"\n\n  \n", "should name the columns"),
        (b",,\n", "should name the columns"),
        (b"a,b,a\n1,2,3\n", "same name: a"),
        (b'"a"b,c\n1,2\n', "should name the columns"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x01", "not a table"),
        (b"\x7fELF" + bytes(range(256)) * 8, "not a table"),
        (b"a\x00\x00b" * 50, "not a table"),
        (b"PK\x03\x04" + b"\x00" * 64, "damaged or of another kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 1024, "damaged or of another kind"),
        (b"[]", "The list is empty"),
        (b'{"name": "x"}', "list of objects"),
        (b'[{"a": 1, "a": 2}]', "same name twice: a"),
        (b'[{"a": NaN}]', "NaN is not a number"),
        (b'[{"a": 1},\n {"a": ', "line 2"),
        (b'[{"a": "\xff"}]', "UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert said in sentence(path)


def test_a_missing_or_too_large_file_is_refused(tmp_path: Path) -> None:
    assert "cannot be opened" in sentence(tmp_path / "nowhere.csv")
    path = tmp_path / "big.csv"
    path.write_text("a,b\n" * 1000, encoding="utf-8")
    assert "larger than" in sentence(path, max_bytes=1000)


def test_a_workbook_that_unpacks_to_a_flood_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "flood.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 1_000_000)
    assert "unpacks to more" in sentence(path, max_bytes=100_000)


def test_a_workbook_with_a_password_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.ods"
    ods(path, [COLUMNS], '<manifest:encryption-data manifest:checksum="x"/>')
    assert "has a password" in sentence(path)
    path = tmp_path / "secret.xlsx"
    path.write_bytes(locked())
    assert "has a password" in sentence(path)


def locked() -> bytes:
    """The smallest compound file with an `EncryptedPackage`, which is what Excel writes for a password."""
    free, end, fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        wide = (name + "\0").encode("utf-16-le") if name else b""
        links = struct.pack("<BBIII", kind, 1, free, free, child)
        return (
            wide.ljust(64, b"\0")
            + struct.pack("<H", len(wide))
            + links
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(6)
    )
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0)
    sectors = struct.pack("<128I", fat, end, *range(3, 10), end, *[free] * 118)
    directory = entry("Root Entry", 5, 1, end, 0) + entry("EncryptedPackage", 2, free, 2, 4096)
    directory += entry("", 0, free, 0, 0) * 2
    return head.ljust(512, b"\xff") + sectors + directory + bytes(8 * 512)
