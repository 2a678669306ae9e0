"""What does `clm-tracker import` print, and how does it end?"""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from clm_tracker.cli import cli
from clm_tracker.commands import programmes
from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.intake import mapping_files
from clm_tracker.kernel.refusals import Refusal
from tests.conftest import ROOT

AREAS = "source_id,level,name\n01,province,Kampot\n02,province,Kep\n"
WRONG = AREAS + "03,,Takeo\n"


@pytest.fixture
def database(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLM_DATABASE_URL", sqlite_url)
    begin(sqlite_url, "KH")
    return sqlite_url


def begin(url: str, prefix: str) -> None:
    engine = make_engine(url)
    programmes.init(
        Store(engine),
        now=datetime(2026, 3, 2, 2, tzinfo=UTC),
        name="Trial",
        prefix=prefix,
        country="KH",
        timezone="Asia/Phnom_Penh",
        coordinator_name="Sokha",
        coordinator_email=f"{prefix}@example.org",
        password=None,
    )
    engine.dispose()


def run(*words: str, said: str = AREAS) -> tuple[int, str]:
    Path("areas.csv").write_text(said, encoding="utf-8")
    result = CliRunner().invoke(cli, ["import", *words])
    if isinstance(result.exception, Refusal):
        raise result.exception
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def areas(url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        count: int = connection.execute(text("SELECT count(*) FROM areas")).scalar_one()
    engine.dispose()
    return count


def test_an_import_says_what_it_did(database: str) -> None:
    assert run("areas", "areas.csv") == (0, "2 areas imported, 0 changed, 0 as before.\n")
    assert run("areas", "areas.csv") == (0, "0 areas imported, 0 changed, 2 as before.\n")
    assert areas(database) == 2


def test_a_refused_row_is_named_with_its_line_field_and_reason(database: str) -> None:
    code, printed = run("areas", "areas.csv", said=WRONG)
    assert code == 1
    assert printed == (
        "2 areas imported, 0 changed, 0 as before.\n1 refused:\n  line 4, level: This is needed and is empty.\n"
    )
    assert areas(database) == 2


def test_a_dry_run_prints_the_same_and_keeps_nothing(database: str) -> None:
    code, printed = run("areas", "areas.csv", "--dry-run", said=WRONG)
    assert code == 1
    assert printed.startswith("Tried only; nothing was kept.\n2 areas imported")
    assert areas(database) == 0


def test_a_program_reads_the_report(database: str) -> None:
    code, printed = run("areas", "areas.csv", "--json", said=WRONG)
    assert code == 1
    report = json.loads(printed)
    assert report["counts"] == {"area": {"imported": 2, "changed": 0, "unchanged": 0}}
    assert report["refused"] == [
        {"line": 4, "field": "level", "reason": "This is needed and is empty.", "value": ""}
    ]
    assert (report["kind"], report["source"], report["dry_run"]) == ("areas", "files", False)
    assert areas(database) == 2


@pytest.mark.usefixtures("database")
def test_nothing_in_the_file_is_no_success() -> None:
    assert run("areas", "areas.csv", said="source_id,level,name\n") == (1, "Nothing was imported.\n")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("areas", "areas.csv", "--mapping", "kenya_sites"), "is for sites"),
        (("areas", "areas.csv", "--mapping", "no_such"), "There is no mapping no_such"),
        (("areas", "missing.csv"), "does not exist"),
        (("stars", "areas.csv"), "stars"),
        (("areas", "areas.csv", "--programme", "xx"), "There is no programme xx"),
    ],
)
def test_misuse_ends_with_two(words: tuple[str, ...], reason: str) -> None:
    code, printed = run(*words)
    assert code == 2
    assert reason in " ".join(printed.replace("│", " ").split())


def test_several_programmes_have_to_be_told_apart(database: str) -> None:
    begin(database, "KE")
    assert run("areas", "areas.csv")[0] == 2
    assert run("areas", "areas.csv", "--programme", "ke")[0] == 0


@pytest.mark.usefixtures("database")
def test_a_file_that_lacks_a_column_is_refused_with_what_to_do() -> None:
    with pytest.raises(Refusal) as no:
        run("areas", "areas.csv", said="source_id,title\n01,Kampot\n")
    assert "or give a mapping" in no.value.sentence


def test_the_mapping_that_the_page_shows_is_one() -> None:
    page = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    mapping = mapping_files.parse(shown)
    assert (mapping.kind, mapping.source, mapping.swap) == ("sites", "ministry_list", True)
    for name in mapping_files.shipped():
        assert f"`{name}`" in page
