"""Does the program refuse what is unknown or unsafe, and keep its secrets?"""

import os
import stat
from pathlib import Path

import pytest

from clm_tracker import settings
from clm_tracker.kernel.refusals import Invalid

GOOD_KEY = "Zq8w3N5v7yB2x4C6m9K1j0H3g5F7d9S2"


@pytest.fixture(autouse=True)
def _only_what_a_test_sets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith(settings.PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def refused() -> str:
    with pytest.raises(Invalid) as no:
        settings.load()
    return no.value.sentence


def test_everything_lives_in_one_folder_by_default(tmp_path: Path) -> None:
    found = settings.load()
    assert found.data_dir == tmp_path / "clm-data"
    assert found.database_url == f"sqlite:///{tmp_path}/clm-data/clm.sqlite3"
    assert found.evidence_url == f"file://{tmp_path}/clm-data/evidence"


def test_the_environment_wins_over_the_file_and_rows_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text(
        "CLM_SWEEP_INTERVAL=30\nCLM_LOG_FORMAT=json\nPOSTGRES_PASSWORD=x\n", encoding="utf-8"
    )
    monkeypatch.setenv("CLM_SWEEP_INTERVAL", "90")
    found = settings.load()
    assert (found.sweep_interval, found.log_format) == (90, "json")
    sources = {row.name: row.source for row in settings.describe(found)}
    assert sources["CLM_SWEEP_INTERVAL"] == "environment"
    assert sources["CLM_LOG_FORMAT"] == ".env"
    assert sources["CLM_DATA_DIR"] == "default"


@pytest.mark.parametrize("in_file", [True, False])
def test_an_unknown_name_is_refused_with_the_nearest_one(
    in_file: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if in_file:
        Path(".env").write_text("CLM_DATA_DRI=/x\n", encoding="utf-8")
    else:
        monkeypatch.setenv("CLM_DATA_DRI", "/x")
    assert refused() == "There is no setting CLM_DATA_DRI; did you mean CLM_DATA_DIR?"


def test_names_of_the_tests_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLM_TEST_DATABASE_URL", "CLM_SHARED_DIR", "CLM_REQUIRE_POSTGRES"):
        monkeypatch.setenv(name, "x")
    assert settings.load().environment == "development"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CLM_DATABASE_URL", "mysql://db/clm"),
        ("CLM_BASE_URL", "clm.example.org"),
        ("CLM_SWEEP_INTERVAL", "0"),
        ("CLM_SECRET_KEY", "changethis"),
        ("CLM_SECRET_KEY", "a" * 64),
        ("CLM_EVIDENCE_URL", "ftp://files"),
        ("CLM_ENVIRONMENT", "staging"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    assert refused().startswith(f"{name}: ")


def test_production_refuses_a_plain_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLM_ENVIRONMENT", "production")
    assert "https://" in refused()
    monkeypatch.setenv("CLM_BASE_URL", "https://clm.example.org/")
    assert settings.load().base_url == "https://clm.example.org"


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLM_SECRET_KEY", GOOD_KEY)
    monkeypatch.setenv("CLM_DATABASE_URL", "postgresql+psycopg://clm:s3cret@db/clm")
    shown = {row.name: row.value for row in settings.describe(settings.load())}
    assert GOOD_KEY not in str(shown)
    assert shown["CLM_DATABASE_URL"] == "postgresql+psycopg://clm:…@db/clm"


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    key = settings.load().key()
    assert len(key) == 64
    assert settings.load().key() == key
    assert [path.name for path in (tmp_path / "clm-data").iterdir()] == ["secret-key"]
    assert stat.S_IMODE((tmp_path / "clm-data" / "secret-key").stat().st_mode) == 0o600


def test_a_given_key_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLM_SECRET_KEY", GOOD_KEY)
    assert settings.load().key() == GOOD_KEY.encode()


def test_ways_out_that_cannot_be_are_refused_by_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLM_SMTP_URL", "mail.example.org:587")
    monkeypatch.setenv("CLM_SMS_URL", "ftp://sms.example.org")
    assert "CLM_SMTP_URL: Write smtp://" in refused()
    assert "CLM_SMS_URL: Write the address" in refused()
    monkeypatch.delenv("CLM_SMS_URL")
    monkeypatch.setenv("CLM_SMTP_URL", "smtp://mail.example.org")
    assert (
        refused() == "CLM_MAIL_FROM: Write whom letters come from, such as CLM programme <clm@example.org>."
    )


def test_of_a_way_out_one_sees_where_it_leads_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLM_SMTP_URL", "smtp://clm:pass-word@mail.example.org:587")
    monkeypatch.setenv("CLM_MAIL_FROM", "CLM <clm@example.org>")
    monkeypatch.setenv("CLM_SMS_URL", "https://sms.example.org/send?key=pass-word")
    monkeypatch.setenv("CLM_SMS_KEY", "pass-word")
    found = settings.load()
    rows = {row.name: row.value for row in settings.describe(found)}
    assert rows["CLM_SMTP_URL"] == "smtp://mail.example.org/…"
    assert rows["CLM_SMS_URL"] == "https://sms.example.org/…"
    assert "pass-word" not in f"{rows}{found!r}"
