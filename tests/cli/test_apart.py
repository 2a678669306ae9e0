"""Does a word of the command line find all it needs when nothing but itself was imported?"""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from clm_tracker.db import backup, migrate
from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.kernel.clock import SystemClock
from tests.cast import a_programme


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where one finding is on record."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLM_DATA_DIR", str(tmp_path / "data"))
    engine = make_engine(f"sqlite:///{tmp_path / 'data' / 'clm.sqlite3'}")
    migrate.upgrade(engine)
    a_programme(Store(engine), SystemClock().now()).open_finding(SystemClock().now(), title="No medicine")
    engine.dispose()
    return tmp_path


def apart(*words: str) -> str:
    """What the command prints, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "clm_tracker", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_backup_holds_every_table_and_comes_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    apart("backup", "copy.zip")
    with zipfile.ZipFile(folder / "copy.zip") as archive:
        members = json.loads(archive.read("manifest.json"))["members"]
        lines = archive.read("tables/findings.jsonl").splitlines()
    assert members.keys() == {f"tables/{table.name}.jsonl" for table in backup.tables()}
    assert len(lines) == 1
    monkeypatch.setenv("CLM_DATA_DIR", str(folder / "other"))
    apart("restore", "copy.zip")
    assert "1 finding" in apart("verify")


@pytest.mark.usefixtures("folder")
def test_every_word_that_looks_at_the_programme_answers() -> None:
    apart("sweep")
    apart("health")
    for words in (["simulate"], ["outbox"], ["user", "list"], ["export", "everything", "all.xlsx"]):
        assert apart(*words, "--programme", "kh")
