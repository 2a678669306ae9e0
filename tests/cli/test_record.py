"""What do explain, export, verify, backup and restore say, and with which exit code?"""

import csv
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner, Result

from clm_tracker.cli import cli
from clm_tracker.db import migrate
from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.kernel.clock import SystemClock
from tests.cast import Cast, a_programme

RUN = CliRunner()


@pytest.fixture
def engine_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLM_DATA_DIR", str(tmp_path / "data"))
    engine = make_engine(f"sqlite:///{tmp_path / 'data' / 'clm.sqlite3'}")
    migrate.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def cast(engine_here: Engine) -> Cast:
    made = a_programme(Store(engine_here), SystemClock().now())
    made.open_finding(SystemClock().now(), title='=HYPERLINK("http://example.org")')
    made.open_finding(SystemClock().now(), title="គ្មានថ្នាំ")
    return made


def call(*words: str) -> Result:
    return RUN.invoke(cli, list(words))


@pytest.mark.usefixtures("cast")
def test_explain_shows_every_day_and_the_decision() -> None:
    """R12, R24: the date, each day counted or skipped, the ladder, and what happens next."""
    shown = call("explain", "kh-2026-1", "--programme", "kh")
    assert shown.exit_code == 0, shown.output
    for words in ("day 5", "weekend", "Public campaign", "Nothing happens now."):
        assert words in shown.output
    answer = json.loads(call("explain", "KH-2026-0001", "--programme", "kh", "--json").stdout)
    assert answer["finding"]["ref"] == "KH-2026-0001"
    assert (
        answer["obligations"][0]["due"]["days"][-1]["date"]
        == answer["obligations"][0]["obligation"]["due_on"]
    )


@pytest.mark.usefixtures("cast")
def test_exports_open_anywhere_and_run_nothing() -> None:
    """Formulas are text in CSV and XLSX; Khmer is intact; JSON lines parse."""
    assert call("export", "findings", "f.csv", "--programme", "kh").exit_code == 0
    with Path("f.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["title"] for row in rows] == ['\'=HYPERLINK("http://example.org")', "គ្មានថ្នាំ"]
    assert {row["duty_bearer"] for row in rows} == {"Chief, Ta Pung Health Centre"}
    assert call("export", "everything", "all.xlsx", "--programme", "kh").exit_code == 0
    book = openpyxl.load_workbook("all.xlsx")
    assert book.sheetnames == ["findings", "actions", "escalations", "ledger"]
    cell = book["findings"]["B2"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("http://example.org")', "s")
    assert call("export", "everything", "all.jsonl.zip", "--programme", "kh").exit_code == 0
    with zipfile.ZipFile("all.jsonl.zip") as archive:
        lines = [json.loads(line) for line in archive.read("ledger.jsonl").splitlines()]
    assert {"finding_drafted", "finding_opened"} <= {line["kind"] for line in lines}


@pytest.mark.usefixtures("cast")
def test_export_says_what_to_name_the_file() -> None:
    for words in (("findings", "f.pdf"), ("everything", "f.csv"), ("findings", "f.csv.zip")):
        no = call("export", *words, "--programme", "kh")
        assert (no.exit_code, "Name it" in no.output) == (2, True)
    assert call("export", "findings", "f.csv").exit_code == 2  # there are two programmes


@pytest.mark.usefixtures("cast")
def test_verify_names_the_first_thing_wrong(engine_here: Engine) -> None:
    """R37: a row changed behind the program's back is found."""
    good = call("verify")
    assert (good.exit_code, "2 findings are what their ledger says" in good.output) == (0, True), good.output
    with engine_here.begin() as connection:
        for guard in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f"DROP TRIGGER {guard}"))
        connection.execute(text("UPDATE findings SET title = 'All is well' WHERE ref = 'KH-2026-0002'"))
    bad = call("verify", "--json")
    assert bad.exit_code == 1
    (wrong,) = json.loads(bad.stdout)["wrong"]
    assert wrong.startswith("KH-2026-0002: the finding")
    assert "has title All is well, the ledger says គ្មានថ្នាំ" in wrong


@pytest.mark.usefixtures("cast")
def test_backup_and_restore(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert call("backup", "copy.zip").exit_code == 0
    assert call("restore", "copy.zip").exit_code == 1  # the database holds data already
    monkeypatch.setenv("CLM_DATA_DIR", str(tmp_path / "other"))
    back = call("restore", "copy.zip")
    assert (back.exit_code, "lines in the ledger" in back.output) == (0, True), back.output
    assert call("verify").exit_code == 0
