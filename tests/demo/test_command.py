"""What does `clm-tracker demo` prepare, print, keep and refuse?"""

import re
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from clm_tracker.cli import cli
from clm_tracker.cli.demo import passwords, prepare
from clm_tracker.commands import sign_in
from clm_tracker.db import actors
from clm_tracker.db.tables import LedgerRow
from clm_tracker.db.units import Store
from clm_tracker.demo import programme
from clm_tracker.demo.people import PEOPLE
from clm_tracker.kernel.refusals import Refusal
from clm_tracker.settings import Settings, load
from tests.demo.conftest import settings_in


def lines(store: Store) -> int:
    with store.reading(now=programme.TODAY_AT, actor=actors.ENGINE, programme_id=None) as look:
        return len(look.session.scalars(select(LedgerRow.seq)).all())


def test_who_can_sign_in_is_printed_with_link_and_password(
    own: Store, own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("data_dir", "database_url", "evidence_url"):
        monkeypatch.setenv(f"CLM_{name.upper()}", str(getattr(own_settings, name)))
    assert own_settings.secret_key is not None
    monkeypatch.setenv("CLM_SECRET_KEY", own_settings.secret_key.get_secret_value())
    before = lines(own)
    result = CliRunner().invoke(cli, ["demo", "--prepare-only", "--port", "8123"])
    assert result.exit_code == 0, result.output
    assert "Monday, 16 March 2026" in result.output
    for person in PEOPLE:
        assert person.name in result.output
        assert f"http://127.0.0.1:8123/demo/sign-in/{person.key} " in result.output
        shown = re.search(rf"{re.escape(person.email)}\s+(\S+)", result.output)
        assert shown is not None
        assert len(shown[1]) >= 12
    coordinator = re.search(r"chenda@\S+\s+(\S+)", result.output)
    assert coordinator is not None
    came = sign_in.sign_in(own, email=PEOPLE[0].email, password=coordinator[1], now=programme.TODAY_AT)
    assert came.word
    assert lines(own) == before, "A demonstration that is there is not built again."


def test_nothing_is_left_of_the_making(prepared: Settings) -> None:
    assert (prepared.data_dir / "clm.sqlite3").is_file()
    assert list(prepared.data_dir.glob("*making*")) == []


def test_passwords_belong_to_the_key_and_the_person() -> None:
    one, other = passwords(b"one key"), passwords(b"another key")
    made = {of(person) for of in (one, other) for person in PEOPLE}
    assert len(made) == 2 * len(PEOPLE)
    assert one(PEOPLE[0]) == passwords(b"one key")(PEOPLE[0])


def test_something_else_in_the_place_of_the_database_is_left_alone(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    file = tmp_path / "clm.sqlite3"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    with pytest.raises(Refusal, match="holds something else"):
        prepare(settings, passwords(settings.key()), fresh=True)
    connection = sqlite3.connect(file)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]
    connection.close()


def test_another_database_than_sqlite_is_refused(tmp_path: Path) -> None:
    settings = load(data_dir=tmp_path, database_url="postgresql+psycopg://someone@nowhere/clm")
    with pytest.raises(Refusal, match="leave CLM_DATABASE_URL out"):
        prepare(settings, passwords(settings.key()))
