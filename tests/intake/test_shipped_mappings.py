"""Do the shipped mappings take in the real lists they were written for?"""

import csv
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clm_tracker.intake import mapping_files
from clm_tracker.intake.check import check
from clm_tracker.intake.files import read_table
from clm_tracker.intake.records import Batch

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def take(path: Path, name: str, *, swap: bool | None = None) -> Batch:
    said = mapping_files.load(name)
    said = said if swap is None else replace(said, swap=swap)
    return check(read_table(path, said.reading), said, now=NOW)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_cambodia_all_areas_with_their_khmer_names_and_zeros(shared_dir: Path) -> None:
    path = shared_dir / "data" / "cambodia" / "areas.csv"
    batch = take(path, "cambodia_areas")
    assert (len(batch.areas), batch.refused, batch.warnings) == (1887, (), ())
    assert Counter(area.level for area in batch.areas) == {"province": 25, "district": 210, "commune": 1652}
    assert (batch.areas[0].source_id, batch.areas[0].code) == ("01", "01")
    names = {row["code"]: row["name_km"] for row in rows(path)}
    assert {area.source_id: area.names["km"] for area in batch.areas} == names
    assert all(area.names["km"].encode() in path.read_bytes() for area in batch.areas[:50])
    places = {area.source_id for area in batch.areas}
    assert all(area.parent in places for area in batch.areas if area.level != "province")


def test_cambodia_names_that_repeat_are_told_apart_by_their_parent(shared_dir: Path) -> None:
    batch = take(shared_dir / "data" / "cambodia" / "areas.csv", "cambodia_areas")
    repeated = {
        name for name, count in Counter(area.names["km"] for area in batch.areas).items() if count > 1
    }
    assert len(repeated) == 212
    below = Counter((area.parent, area.level, area.names["km"]) for area in batch.areas)
    assert max(below.values()) == 1


def test_kenya_all_sites_where_they_are(shared_dir: Path) -> None:
    batch = take(shared_dir / "data" / "kenya" / "sites.csv", "kenya_sites")
    assert (len(batch.sites), batch.refused, batch.warnings) == (12_379, (), ())
    assert Counter(area.level for area in batch.areas) == {"county": 47, "sub_county": 303, "ward": 1447}
    placed = [(site.lat, site.long) for site in batch.sites if site.lat is not None and site.long is not None]
    assert len(placed) == 10_900
    assert all(-4.8 < lat < 5.6 and 33.8 < long < 42 for lat, long in placed)
    assert {site.area for site in batch.sites} <= {area.source_id for area in batch.areas}


def test_kenya_exchanged_coordinates_are_detected(shared_dir: Path) -> None:
    batch = take(shared_dir / "data" / "kenya" / "sites.csv", "kenya_sites", swap=False)
    (warning,) = batch.warnings
    assert warning.startswith("10,900 of 10,900 points lie outside")
    assert 'Add `swap = ["lat", "long"]`' in warning
    assert len(batch.sites) == 12_379
    assert not any(site.lat or site.long for site in batch.sites)


def test_boston_requests_are_findings_of_their_departments(shared_dir: Path) -> None:
    folder = shared_dir / "data" / "service_requests"
    batch = take(folder / "boston311-100.csv", "boston_requests")
    assert (len(batch.findings), batch.refused, batch.warnings) == (100, (), ())
    assert {post.source_id for post in batch.duty_bearers} == {
        "PWDx",
        "BTDT",
        "ISD",
        "INFO",
        "PARK",
        "PROP",
        "GEN_",
    }
    assert len(batch.themes) == 20
    first = batch.findings[0]
    assert first.opened_at == datetime(2022, 1, 21, 18, 47, tzinfo=UTC)  # winter: five hours behind
    assert first.due_at == datetime(2022, 2, 4, 18, 47, 30, tzinfo=UTC)
    assert sum(finding.resolved_at is not None for finding in batch.findings) == 85


def test_boston_the_day_first_file_says_the_same(shared_dir: Path) -> None:
    folder = shared_dir / "data" / "service_requests"
    batch = take(folder / "boston311-dmy-100.csv", "boston_requests_day_first")
    assert batch.findings == take(folder / "boston311-100.csv", "boston_requests").findings
    guessed = take(folder / "boston311-dmy-100.csv", "boston_requests")
    assert (guessed.findings, guessed.refused_rows) == ((), 100)


def test_boston_one_damaged_line_is_refused_and_the_others_pass(shared_dir: Path) -> None:
    folder = shared_dir / "data" / "service_requests"
    batch = take(folder / "boston311-100-bad.tsv", "boston_requests")
    assert len(batch.findings) == 99
    assert [(row.line, row.reason) for row in batch.refused] == [
        (41, "This line has 30 fields and the header has 29.")
    ]
    whole = {
        finding.source_id: finding
        for finding in take(folder / "boston311-100.csv", "boston_requests").findings
    }
    assert all(whole[finding.source_id] == finding for finding in batch.findings)


@pytest.mark.parametrize(
    ("file", "name"),
    [("boston311-100.csv", "boston_requests"), ("boston311-dmy-100.csv", "boston_requests_day_first")],
)
def test_boston_what_was_on_time_is_on_time(shared_dir: Path, file: str, name: str) -> None:
    batch = take(shared_dir / "data" / "service_requests" / file, name)
    expected = {
        row["case_enquiry_id"]: row["expected_ontime"]
        for row in rows(shared_dir / "oracles" / "boston311_ontime.csv")
    }
    judged = {
        finding.source_id: "ONTIME" if finding.resolved_at <= finding.due_at else "OVERDUE"
        for finding in batch.findings
        if finding.resolved_at and finding.due_at
    }
    assert len(judged) == 77
    assert judged == {key: expected[key] for key in judged}
    assert Counter(judged.values()) == {"ONTIME": 72, "OVERDUE": 5}
