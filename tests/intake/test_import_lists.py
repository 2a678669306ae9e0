"""Do the real lists come in whole, come in once, and judge promises as their source does?"""

import csv
from collections import Counter
from pathlib import Path
from time import perf_counter

import pytest

from clm_tracker.commands import intake
from clm_tracker.db import load
from clm_tracker.db.engine import make_engine
from clm_tracker.db.tables import AreaRow, FindingRow, LedgerRow, NoticeRow, ObligationRow, SiteRow, SourceRow
from clm_tracker.db.units import Store
from clm_tracker.domain.words import FindingStatus, Kind, ObligationState
from clm_tracker.intake.records import Import
from clm_tracker.kernel.clock import FixedClock
from tests.intake.conftest import Desk, begin


@pytest.fixture
def lite(sqlite_url: str, clock: FixedClock, tmp_path: Path) -> Desk:
    """On SQLite alone: what takes seconds."""
    return begin(Store(make_engine(sqlite_url)), clock, tmp_path)


def test_cambodia_comes_in_whole_and_once(desk: Desk, shared_dir: Path) -> None:
    path = shared_dir / "data" / "cambodia" / "areas.csv"
    report = desk.take(Import.AREAS, path, "cambodia_areas")
    assert (desk.counts(report), report.refused) == ({"area": (1_887, 0, 0)}, ())
    areas = desk.rows(AreaRow)
    with path.open(encoding="utf-8", newline="") as stream:
        expected = {row["code"]: (row["name_km"], row["parent_code"]) for row in csv.DictReader(stream)}
    codes = {row["id"]: row["code"] for row in areas}
    assert {row["code"]: (row["name"], codes.get(row["parent_id"], "")) for row in areas} == expected
    assert Counter(len(row["code"]) for row in areas) == {2: 25, 4: 210, 6: 1_652}, "no zero was lost"
    assert all(row["path"].split("/")[-2] == str(row["id"]) for row in areas)
    repeated = {name for name, count in Counter(row["name"] for row in areas).items() if count > 1}
    assert len(repeated) == 212
    told_apart = Counter((row["parent_id"], row["level"], row["name"]) for row in areas)
    assert max(told_apart.values()) == 1
    before = desk.written()
    again = desk.take(Import.AREAS, path, "cambodia_areas")
    assert desk.counts(again) == {"area": (0, 0, 1_887)}
    assert desk.written() == before


def test_kenya_comes_in_whole_within_a_minute_and_once(lite: Desk, shared_dir: Path) -> None:
    path = shared_dir / "data" / "kenya" / "sites.csv"
    start = perf_counter()
    report = lite.take(Import.SITES, path, "kenya_sites")
    assert perf_counter() - start < 60
    assert lite.counts(report) == {"area": (1_797, 0, 0), "site": (12_379, 0, 0)}
    assert (report.refused, report.warnings) == ((), ())
    sites = lite.rows(SiteRow)
    placed = [row for row in sites if row["latitude"] is not None]
    assert len(placed) == 10_900
    assert all(-4.8 < row["latitude"] < 5.6 and 33.8 < row["longitude"] < 42 for row in placed)
    written = lite.written()
    assert len(lite.rows(LedgerRow, act="import")) == 1_797 + 12_379
    again = lite.take(Import.SITES, path, "kenya_sites")
    assert lite.counts(again) == {"area": (0, 0, 1_797), "site": (0, 0, 12_379)}
    assert lite.written() == written


def boston(desk: Desk, shared_dir: Path) -> intake.Report:
    return desk.take(
        Import.FINDINGS, shared_dir / "data" / "service_requests" / "boston311-100.csv", "boston_requests"
    )


def test_boston_promises_are_judged_as_the_city_judges_them(desk: Desk, shared_dir: Path) -> None:
    assert desk.counts(boston(desk, shared_dir))["finding"] == (100, 0, 0)
    with (shared_dir / "oracles" / "boston311_ontime.csv").open(encoding="utf-8", newline="") as stream:
        expected = {
            row["case_enquiry_id"]: row["expected_ontime"]
            for row in csv.DictReader(stream)
            if row["closed_dt"] and row["target_dt"]
        }
    findings = {row["id"]: row for row in desk.rows(FindingRow)}
    acts = {row["finding_id"]: row for row in desk.rows(ObligationRow, kind=str(Kind.ACT))}
    judged = {}
    for source in desk.rows(SourceRow, kind="finding"):
        act, finding = acts.get(source["target_id"]), findings[source["target_id"]]
        if act and act["state"] is ObligationState.MET:
            assert act["ended_at"] == finding["resolved_at"]
            judged[source["source_id"]] = "ONTIME" if act["ended_at"] < act["due_at"] else "OVERDUE"
    assert len(expected) == 77
    assert judged == expected
    assert Counter(judged.values()) == {"ONTIME": 72, "OVERDUE": 5}


def test_boston_lives_are_told_whole_and_quietly(desk: Desk, shared_dir: Path) -> None:
    boston(desk, shared_dir)
    assert desk.rows(NoticeRow) == []
    findings = desk.rows(FindingRow)
    assert Counter(row["status"] for row in findings) == {FindingStatus.RESOLVED: 85, FindingStatus.OPEN: 15}
    with desk.store.reading(now=desk.clock.now(), actor=desk.actor, programme_id=desk.programme_id) as look:
        for row in findings:
            case = load.case(look, row["id"])
            assert load.replayed(look.session, row["id"]) == case
            assert bool(case.pressing) is (case.finding.status is FindingStatus.OPEN)
    before = desk.written()
    assert desk.counts(boston(desk, shared_dir))["finding"] == (0, 0, 100)
    assert desk.written() == before
