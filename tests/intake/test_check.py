"""Does a file come through as records, with every refused row named by line, field and reason?"""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from clm_tracker.domain.names import LONGEST, LONGEST_BY_LANGUAGE
from clm_tracker.domain.words import Dimension, Severity, Track
from clm_tracker.intake import mapping, mapping_files
from clm_tracker.intake.check import check
from clm_tracker.intake.files import read_table
from clm_tracker.intake.mapping import Bounds, FileMapping
from clm_tracker.intake.records import (
    AreaRecord,
    Batch,
    DutyBearerRecord,
    FindingRecord,
    Import,
    Known,
    SiteRecord,
)
from clm_tracker.kernel.refusals import Refusal

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
AREAS = """
kind = "areas"
source = "gazetteer"
[columns]
source_id = "code"
level = "level"
parent = "parent"
names.en = "name"
lat = "lat"
long = "long"
"""
SITES = """
kind = "sites"
source = "ministry"
[[parents]]
level = "county"
column = "county"
[[parents]]
level = "ward"
column = "ward"
[columns]
source_id = "id"
names.en = "name"
lat = "lat"
long = "long"
closed = "closed"
"""
FINDINGS = """
kind = "findings"
source = "observatory"
zone = "Asia/Phnom_Penh"
new_themes = true
skip = { state = ["duplicate", "test"] }
[columns]
source_id = "id"
title = "what"
theme = "theme"
severity = "how"
dimension = "side"
site = "site"
observed_on = "seen"
opened_at = "opened"
due_at = "due"
resolved_at = "done"
[duty_bearer.columns]
source_id = "office"
title = "head"
"""
HEADER = "id,what,theme,how,side,site,seen,opened,due,done,office,head,state\n"


def run(
    tmp_path: Path,
    said: str | FileMapping,
    text: str,
    known: Known | None = None,
    bounds: Bounds | None = None,
) -> Batch:
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    found = mapping_files.parse(said) if isinstance(said, str) else said
    return check(read_table(path, found.reading), found, now=NOW, known=known or Known(), bounds=bounds)


def reasons(batch: Batch) -> list[tuple[int, str, str]]:
    return [(row.line, row.field, row.value) for row in batch.refused]


def test_areas_come_parents_first_whatever_the_order_of_the_file(tmp_path: Path) -> None:
    text = "code,level,parent,name,lat,long\n010201,commune,0102,Low,,\n0102,district,01,Middle,,\n01,province,,High,13.5,102.9\n"
    batch = run(tmp_path, AREAS, text)
    assert [area.source_id for area in batch.areas] == ["01", "0102", "010201"]
    assert batch.areas[0] == AreaRecord(
        source_id="01", names={"en": "High"}, level="province", lat=13.5, long=102.9
    )
    assert batch.areas[2].parent == "0102"
    assert (batch.refused, batch.warnings, batch.kind, batch.source) == ((), (), Import.AREAS, "gazetteer")
    assert batch.records == batch.areas
    assert batch.lines == {"01": 4, "0102": 3, "010201": 2}


def test_an_area_whose_parent_is_missing_refused_or_itself_is_refused(tmp_path: Path) -> None:
    text = (
        "code,level,parent,name,lat,long\n"
        "1,province,,,,\n"  # no name
        "11,district,1,Below a refused one,,\n"
        "111,commune,11,Below that,,\n"
        "2,province,9,Below a stranger,,\n"
        "3,province,4,In a ring,,\n"
        "4,province,3,In a ring,,\n"
        "5,province,5,Its own parent,,\n"
        "6,province,0,Below a known one,,\n"
    )
    batch = run(tmp_path, AREAS, text, Known(areas=frozenset({"0", "5"})))
    assert [area.source_id for area in batch.areas] == ["6"]
    assert reasons(batch) == [
        (2, "names", ""),
        (3, "parent", "1"),
        (4, "parent", "11"),
        (5, "parent", "9"),
        (6, "parent", "4"),
        (7, "parent", "3"),
        (8, "parent", "5"),
    ]
    assert "row of its parent was refused" in batch.refused[1].reason
    assert "no 9 in the file or the programme" in batch.refused[3].reason
    assert "leads back to itself" in batch.refused[4].reason
    assert batch.refused_rows == 7


def test_every_fault_of_a_row_is_told_at_once_and_others_pass(tmp_path: Path) -> None:
    text = "code,level,parent,name,lat,long\n,,,,95,\n7,province,,Good,,\n8,province,,Far,13,200\n"
    batch = run(tmp_path, AREAS, text)
    assert {(row.line, row.field) for row in batch.refused} == {
        (2, "source_id"), (2, "level"), (2, "names"), (2, "long"), (4, "long"),
    }  # fmt: skip
    assert [area.source_id for area in batch.areas] == ["7"]
    assert batch.refused_rows == 2


def test_an_identifier_that_comes_twice_is_refused_the_second_time(tmp_path: Path) -> None:
    batch = run(
        tmp_path, AREAS, "code,level,parent,name,lat,long\n1,province,,First,,\n1,province,,Second,,\n"
    )
    assert [area.names["en"] for area in batch.areas] == ["First"]
    assert [(row.line, row.field, row.reason) for row in batch.refused] == [
        (3, "source_id", "This identifier stands on 2 already.")
    ]


def test_a_spreadsheet_that_ate_the_leading_zeros_is_refused(tmp_path: Path) -> None:
    strict = AREAS + "[patterns]\nsource_id = '\\d{2}|\\d{4}'\n"
    batch = run(tmp_path, strict, "code,level,parent,name,lat,long\n1,province,,A,,\n10,province,,B,,\n")
    assert [area.source_id for area in batch.areas] == ["10"]
    assert reasons(batch) == [(2, "source_id", "1")]


def test_columns_imply_a_chain_of_areas(tmp_path: Path) -> None:
    text = (
        "id,name,county,ward,lat,long,closed\n"
        "a,One,Kiambu,Township,1,2,no\n"
        "b,Two,Nakuru,Township,,,yes\n"
        "c,Three,Nakuru,,,,\n"
        "d,Four,,,,,\n"
        "e,Five,Nakuru > Township,,,,\n"
    )
    batch = run(tmp_path, SITES, text)
    assert [(area.source_id, area.level, area.parent) for area in batch.areas] == [
        ("Kiambu", "county", None),
        ("Kiambu > Township", "ward", "Kiambu"),
        ("Nakuru", "county", None),
        ("Nakuru > Township", "ward", "Nakuru"),
        ("Nakuru >> Township", "county", None),
    ]
    assert [(site.source_id, site.area, site.closed) for site in batch.sites] == [
        ("a", "Kiambu > Township", False),
        ("b", "Nakuru > Township", True),
        ("c", "Nakuru", False),
        ("e", "Nakuru >> Township", False),
    ]
    assert batch.sites[0] == SiteRecord(
        source_id="a", names={"en": "One"}, area="Kiambu > Township", lat=1.0, long=2.0
    )
    assert reasons(batch) == [(5, "area", "")]


EXCHANGED = "id,name,county,ward,lat,long,closed\na,A,X,,36.8,-1.3,\nb,B,X,,35.1,0.4,\nc,C,X,,,,\n"
KENYA = Bounds(-4.8, 33.8, 5.6, 42.0)


def test_exchanged_coordinates_are_reported_with_the_line_that_corrects_them(tmp_path: Path) -> None:
    said = mapping_files.parse(SITES)
    batch = run(tmp_path, replace(said, bounds=KENYA), EXCHANGED)
    (warning,) = batch.warnings
    assert "2 of 2 points lie outside -4.8 to 5.6 north" in warning
    assert 'Add `swap = ["lat", "long"]` to the mapping' in warning
    assert [(site.lat, site.long) for site in batch.sites] == [(None, None)] * 3
    assert run(tmp_path, said, EXCHANGED, bounds=KENYA).warnings == batch.warnings

    batch = run(tmp_path, replace(said, bounds=KENYA, swap=True), EXCHANGED)
    assert batch.warnings == ()
    assert [(site.lat, site.long) for site in batch.sites] == [(-1.3, 36.8), (0.4, 35.1), (None, None)]


def test_a_swap_that_is_not_needed_is_reported_too(tmp_path: Path) -> None:
    said = replace(mapping_files.parse(SITES), bounds=KENYA, swap=True)
    batch = run(tmp_path, said, "id,name,county,ward,lat,long,closed\na,A,X,,-1.3,36.8,\n")
    assert 'Take `swap = ["lat", "long"]` out of the mapping' in batch.warnings[0]


def test_impossible_degrees_refuse_the_row_and_still_tell_the_cure(tmp_path: Path) -> None:
    text = "code,level,parent,name,lat,long\n1,province,,A,104.9,11.5\n2,province,,B,103.2,12.9\n"
    batch = run(tmp_path, AREAS, text)
    assert reasons(batch) == [(2, "lat", "104.9"), (3, "lat", "103.2")]
    assert "swap" in batch.warnings[0]
    assert len(run(tmp_path, replace(mapping_files.parse(AREAS), swap=True), text).areas) == 2


def test_a_few_points_elsewhere_are_left_out_and_named(tmp_path: Path) -> None:
    said = replace(mapping_files.parse(SITES), bounds=KENYA)
    rows = "".join(f"s{n},S,X,,1.0,36.0,\n" for n in range(10))
    rows += "y,Nowhere,X,,95,0,\nz,Null Island,X,,0,0,\n"
    batch = run(tmp_path, said, f"id,name,county,ward,lat,long,closed\n{rows}")
    assert batch.warnings == ("Points outside -4.8 to 5.6 north, 33.8 to 42 east were left out, at 13.",)
    assert [(row.line, row.field) for row in batch.refused] == [(12, "lat")], "told once"
    assert batch.sites[-1].lat is None
    assert batch.sites[0].lat == 1.0


def test_a_point_elsewhere_of_a_row_refused_for_its_parent_is_told_once(tmp_path: Path) -> None:
    said = replace(mapping_files.parse(AREAS), bounds=KENYA)
    text = "code,level,parent,name,lat,long\na,county,,A,1,36\nb,ward,missing,B,0,0\n"
    batch = run(tmp_path, said, text)
    assert reasons(batch) == [(3, "parent", "missing")]
    assert batch.warnings == ()


def test_findings_bring_their_posts_themes_and_moments(tmp_path: Path) -> None:
    text = HEADER + (
        "1,No HIV tests,Stock,HIGH,availability,S1,2026-01-05,2026-01-06 09:00,2026-01-20,2026-01-19 16:00,DH,Director,new\n"
        "2,Turned away,,,,,2026-01-05,,,,DH,Director,new\n"
        "3,Copy,,,,,2026-01-05,,,,DH,Director,duplicate\n"
    )
    batch = run(tmp_path, FINDINGS, text, Known(sites=frozenset({"S1"})))
    assert batch.findings[0] == FindingRecord(
        source_id="1",
        title="No HIV tests",
        observed_on=date(2026, 1, 5),
        opened_at=datetime(2026, 1, 6, 2, tzinfo=UTC),
        theme="Stock",
        severity=Severity.HIGH,
        track=Track.INDIVIDUAL,
        dimension=Dimension.AVAILABILITY,
        site="S1",
        duty_bearer="DH",
        due_at=datetime(2026, 1, 20, 17, tzinfo=UTC),
        resolved_at=datetime(2026, 1, 19, 9, tzinfo=UTC),
    )
    assert batch.findings[1].opened_at == datetime(2026, 1, 4, 17, tzinfo=UTC)
    assert batch.findings[1].severity is Severity.STANDARD
    assert batch.duty_bearers == (DutyBearerRecord(source_id="DH", title="Director"),)
    assert batch.themes == ("Stock",)
    assert (batch.skipped, batch.refused, batch.warnings) == (1, (), ())


@pytest.mark.parametrize(
    ("row", "field", "value"),
    [
        ("1,x,,,,,,,,,DH,D,", "observed_on", ""),
        ("1,,,,,,2026-01-05,,,,DH,D,", "title", ""),
        ("1,x,,urgent,,,2026-01-05,,,,DH,D,", "severity", "urgent"),
        ("1,x,,,speed,,2026-01-05,,,,DH,D,", "dimension", "speed"),
        ("1,x,,,,S9,2026-01-05,,,,DH,D,", "site", "S9"),
        ("1,x,,,,,05/01/2026,,,,DH,D,", "observed_on", "05/01/2026"),
        ("1,x,,,,,2026-03-02,,,,DH,D,", "observed_on", "2026-03-02"),
        ("1,x,,,,,,2026-03-01 19:00:01,,,DH,D,", "opened_at", "2026-03-01 19:00:01"),
        ("1,x,,,,,2026-01-05,2026-01-05 10:00,2026-01-04,,DH,D,", "due_at", "2026-01-04"),
        ("1,x,,,,,2026-01-05,2026-01-05 10:00,,2026-01-05 09:59,DH,D,", "resolved_at", "2026-01-05 09:59"),
        ("1,x,,,,,2026-01-05,,,2026-04-01,DH,D,", "resolved_at", "2026-04-01"),
        ("1,x,,,,,2026-01-05,,,,,D,", "duty_bearer.source_id", ""),
    ],
)
def test_a_finding_that_cannot_be_is_refused_by_its_field(
    tmp_path: Path, row: str, field: str, value: str
) -> None:
    batch = run(tmp_path, FINDINGS, HEADER + row + "\n2,fine,,,,,2026-01-05,,,,DH,D,\n")
    assert (2, field, value) in reasons(batch)
    assert {line for line, _, _ in reasons(batch)} == {2}
    assert [finding.source_id for finding in batch.findings] == ["2"]


def test_a_day_without_a_time_on_the_day_of_opening_is_not_before_it(tmp_path: Path) -> None:
    batch = run(tmp_path, FINDINGS, HEADER + "1,x,,,,,2026-01-05,2026-01-05 10:00,,2026-01-05,DH,D,\n")
    assert batch.refused == ()
    assert batch.findings[0].resolved_at == batch.findings[0].opened_at


def test_themes_must_be_known_unless_the_mapping_lets_them_be_new(tmp_path: Path) -> None:
    text = HEADER + "1,x,Stock,,,,2026-01-05,,,,DH,D,\n2,y,Stigma,,,,2026-01-05,,,,DH,D,\n"
    said = replace(mapping_files.parse(FINDINGS), new_themes=False)
    batch = run(tmp_path, said, text, Known(themes=frozenset({"Stock"})))
    assert reasons(batch) == [(3, "theme", "Stigma")]
    assert batch.themes == ()


def test_one_post_written_in_two_ways_is_warned_about(tmp_path: Path) -> None:
    text = HEADER + "1,x,,,,,2026-01-05,,,,DH,Head,\n2,y,,,,,2026-01-05,,,,DH,Chief,\n"
    batch = run(tmp_path, FINDINGS, text)
    assert [post.title for post in batch.duty_bearers] == ["Head"]
    assert "DH is written in more than one way, first on 3" in batch.warnings[0]


def test_posts_come_superiors_first_and_holders_need_a_name(tmp_path: Path) -> None:
    text = (
        "source_id,title,superior,holder,holder_email,holder_phone,area\n"
        "low,Clinic director,high,Sok Dara,dara@example.org,012,01\n"
        "high,Provincial director,,,,,\n"
        "odd,Nobody,,,who@example.org,,\n"
        "mail,Somebody,,Chan,chan,,\n"
        "far,Elsewhere,,,,,99\n"
    )
    path = tmp_path / "posts.csv"
    path.write_text(text, encoding="utf-8")
    table = read_table(path)
    said = mapping.plain(Import.DUTY_BEARERS, table.columns, "posts")
    batch = check(table, said, now=NOW, known=Known(areas=frozenset({"01"})))
    assert [post.source_id for post in batch.duty_bearers] == ["high", "low"]
    assert batch.duty_bearers[1] == DutyBearerRecord(
        source_id="low", title="Clinic director", superior="high", area="01",
        holder="Sok Dara", holder_email="dara@example.org", holder_phone="012",
    )  # fmt: skip
    assert reasons(batch) == [(4, "holder", ""), (5, "holder_email", "chan"), (6, "area", "99")]


def test_what_the_file_itself_refuses_is_in_the_report(tmp_path: Path) -> None:
    batch = run(tmp_path, AREAS, "code,level,parent,name,lat,long\n1,province,,A,,,extra\n2,province,,B,,\n")
    assert [(row.line, row.field) for row in batch.refused] == [(2, "")]
    assert [area.source_id for area in batch.areas] == ["2"]


def test_missing_columns_refuse_the_file(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"does not have: level, parent\. It has code, name, lat, long\."):
        run(tmp_path, AREAS, "code,name,lat,long\n1,A,,\n")


def test_letters_no_database_keeps_refuse_the_row(tmp_path: Path) -> None:
    path = tmp_path / "areas.json"
    path.write_text('[{"source_id": "1", "level": "province", "name": "a\\u0000b"}]', encoding="utf-8")
    table = read_table(path)
    batch = check(table, mapping.plain(Import.AREAS, table.columns, "file"), now=NOW)
    assert ("names.en", "not text") in [(row.field, row.reason[-9:-1]) for row in batch.refused]
    assert batch.areas == ()


def test_a_column_called_otherwise_and_a_name_too_long_are_told(tmp_path: Path) -> None:
    path = tmp_path / "areas.csv"
    path.write_text(
        f"source_id,level,name,latitude\na1,ward,A,13.1\na2,ward,{'x' * 201},\n", encoding="utf-8"
    )
    table = read_table(path)
    batch = check(table, mapping.plain(Import.AREAS, table.columns, "file"), now=NOW)
    [told] = batch.warnings
    fields = "source_id, level, name, code, parent, lat, long, names.km"
    assert told == f"These columns are not read: latitude. The fields are called {fields}."
    assert [(row.field, row.reason) for row in batch.refused] == [
        ("names.en", "Shorten this to at most 200 characters.")
    ]


def test_a_name_is_as_long_as_on_the_pages_and_longer_in_other_languages(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"

    def refused(kind: Import, columns: str, *names: str) -> list[str]:
        path.write_text(f"source_id,{columns}\n1,{','.join(names)}\n", encoding="utf-8")
        table = read_table(path)
        return [
            row.field for row in check(table, mapping.plain(kind, table.columns, "file"), now=NOW).refused
        ]

    own, other = "x" * LONGEST, "x" * LONGEST_BY_LANGUAGE
    assert refused(Import.AREAS, "level,name,names.km", "ward", own, other) == []
    assert refused(Import.AREAS, "level,name,names.km", "ward", f"{own}x", f"{other}x") == [
        "names.en",
        "names.km",
    ]
    assert refused(Import.AREAS, "level,names.km", "ward", other) == ["names.km"], "it is called by this one"
    assert refused(Import.DUTY_BEARERS, "title,titles.km", own, other) == []
    assert refused(Import.DUTY_BEARERS, "title,titles.km", f"{own}x", f"{other}x") == ["title", "titles.km"]
