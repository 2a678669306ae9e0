"""Does a mapping say what it means, and is a wrong one refused by the name of its key?"""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from clm_tracker.intake import mapping, mapping_files
from clm_tracker.intake.mapping import Bounds, Cell
from clm_tracker.intake.records import Import
from clm_tracker.intake.values import BadValueError
from clm_tracker.kernel.refusals import Invalid, Refusal

SITES = """
kind = "sites"
source = "ministry"
[columns]
source_id = "id"
area = "district"
[columns.names]
en = "name"
"""

FINDINGS = """
kind = "findings"
source = "s"
[columns]
source_id = "a"
title = "b"
opened_at = "c"
"""


def wrong(text: str) -> dict[str, str]:
    with pytest.raises(Invalid) as no:
        mapping_files.parse(text)
    assert no.value.sentence.startswith("The mapping")
    return {error.field: error.message for error in no.value.errors}


def test_every_shipped_mapping_can_be_used() -> None:
    kinds = {name: mapping_files.load(name).kind for name in mapping_files.shipped()}
    assert kinds == {
        "boston_requests": Import.FINDINGS,
        "boston_requests_day_first": Import.FINDINGS,
        "cambodia_areas": Import.AREAS,
        "kenya_sites": Import.SITES,
    }


def test_a_mapping_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(
        SITES.replace(
            'source = "ministry"',
            'source = "ministry"\nzone = "Asia/Phnom_Penh"\nswap = ["lat", "long"]\n'
            'bounds = [9.9, 102.2, 14.8, 107.8]\nencoding = "cp1252"\ndelimiter = ";"\nsheet = "Sites"',
        ),
        encoding="utf-8",
    )
    found = mapping_files.load(str(path))
    assert found.cells["names.en"] == Cell(("name",))
    assert (found.swap, found.bounds) == (True, Bounds(9.9, 102.2, 14.8, 107.8))
    assert found.dates.zone == ZoneInfo("Asia/Phnom_Penh")
    assert (found.reading.encoding, found.reading.delimiter, found.reading.sheet) == ("cp1252", ";", "Sites")
    assert found.columns() == {"id", "district", "name"}


def test_a_mapping_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(Refusal, match=r"no mapping nowhere.*kenya_sites"):
        mapping_files.load("nowhere")


def test_the_zone_of_the_programme_stands_in_for_one_that_is_not_stated() -> None:
    zone = ZoneInfo("Africa/Nairobi")
    assert mapping_files.parse(SITES).in_zone(zone).dates.zone == zone
    assert mapping_files.load("boston_requests").in_zone(zone).dates.zone == ZoneInfo("America/New_York")


def test_each_wrong_key_is_named() -> None:
    errors = wrong("""
kind = "sites"
zone = "Mars/Olympus"
date_formats = ["%d/%m/%Y", "%m/%d/%Y"]
swap = ["long"]
bounds = [14, 102, 9, 107]
delimiter = ";;"
colour = "red"
skip = { status = "closed" }
[columns]
source_id = 7
beds = "beds"
[constants]
level = "1"
source_id = "x"
[values.kind]
a = "b"
[patterns]
source_id = "("
[[parents]]
level = "county"
""")
    assert set(errors) == {
        "source", "zone", "date_formats", "swap", "bounds", "delimiter", "colour", "skip.status",
        "columns.source_id", "columns.beds", "constants.source_id", "values.kind", "patterns.source_id",
        "parents.1", "columns.names",
    }  # fmt: skip
    assert "same text as different days" in errors["date_formats"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("kind = ", ""),
        ('kind = "people"', "kind"),
        (SITES + '[[parents]]\nlevel = "county"\ncolumn = "c"', "parents"),
        (SITES + '[duty_bearer.columns]\nsource_id = "d"\ntitle = "d"', "duty_bearer"),
        ('kind = "findings"\nsource = "s"\n[columns]\nsource_id = "a"\ntitle = "b"', "columns.observed_on"),
        (FINDINGS + '[duty_bearer.columns]\nsource_id = "d"\nholder = "e"', "duty_bearer.holder"),
        ('kind = "areas"\nsource = "s"\n[columns]\nsource_id = "a"\nnames.en = "b"', "columns.level"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused(text: str, key: str) -> None:
    assert key in wrong(text)


def test_columns_are_joined_put_into_templates_and_translated() -> None:
    row = {"a": " x ", "b": "", "c": "z", "{odd}": "o"}
    assert Cell(("a", "b", "c")).text(row) == "x, z"
    assert Cell.said("{c} at {a} ({c})").text(row) == "z at x (z)"
    assert Cell.said("a").text(row) == "x"
    assert Cell.constant("same").text(row) == "same"
    assert Cell(("a",), values={"x": "exchanged"}).text(row) == "exchanged"
    assert Cell(("a",), values={"*": "Head, {value}"}).text(row) == "Head, x"
    assert Cell(("b",), values={"*": "any"}).text(row) == ""
    assert Cell(("b",), values={"": "none given", "*": "any"}).text(row) == "none given"
    with pytest.raises(BadValueError, match="does not hold this, but w, y"):
        Cell(("a",), values={"y": "", "w": ""}).text(row)
    with pytest.raises(BadValueError, match="mapping says it should"):
        Cell(("a",), pattern=r"\d+").text(row)


def test_text_in_a_cell_is_never_a_template() -> None:
    assert Cell.said("{a} and {b}").text({"a": "{b}", "b": "secret"}) == "{b} and secret"


def test_without_a_mapping_columns_are_called_as_fields_are() -> None:
    found = mapping.plain(Import.SITES, ("source_id", "name", "names.km", "area", "beds", ""), "file")
    assert found.columns() == {"source_id", "name", "names.km", "area"}
    assert found.unknown == ("beds",)
    with pytest.raises(Invalid, match=r"level is needed.*A name in at least one language"):
        mapping.plain(Import.AREAS, ("source_id", "code"), "file")
