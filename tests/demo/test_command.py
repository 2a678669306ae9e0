"""What does `clm-tracker demo` prepare, print, keep and refuse?"""

import re
import socket
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from clm_tracker.cli import cli
from clm_tracker.cli.demo import password, prepare
from clm_tracker.commands import sign_in
from clm_tracker.db import actors
from clm_tracker.db.tables import LedgerRow
from clm_tracker.db.units import Store
from clm_tracker.demo import programme
from clm_tracker.demo.people import PEOPLE, ROLES, introduce
from clm_tracker.kernel.refusals import Refusal
from clm_tracker.settings import Settings, load
from tests.demonstration import settings_in


def lines(store: Store) -> int:
    with store.reading(now=programme.TODAY_AT, actor=actors.ENGINE, programme_id=None) as look:
        return len(look.session.scalars(select(LedgerRow.seq)).all())


def test_who_can_sign_in_is_printed_with_link_address_and_the_one_password(
    own: Store, own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without mail, and without any other connection: what is printed is all that anybody needs."""

    def refuse(_socket: socket.socket, address: object) -> None:
        raise AssertionError(f"A connection to {address} was opened.")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    for name in ("data_dir", "database_url", "evidence_url"):
        monkeypatch.setenv(f"CLM_{name.upper()}", str(getattr(own_settings, name)))
    assert own_settings.secret_key is not None
    monkeypatch.setenv("CLM_SECRET_KEY", own_settings.secret_key.get_secret_value())
    before = lines(own)
    result = CliRunner().invoke(cli, ["demo", "--prepare-only", "--port", "8123"])
    assert result.exit_code == 0, result.output
    output = result.stdout
    assert "Monday, 16 March 2026" in output
    for person in PEOPLE:
        assert introduce(person) in output
        assert f"http://127.0.0.1:8123/demo/sign-in/{person.key}   {person.email}\n" in output
    for heading in ROLES.values():
        assert f"\n{heading.capitalize()}\n" in output
    shown = re.findall(r"the password (\S+)", output)
    assert shown == [password(own_settings.key())]
    for person in PEOPLE[0], PEOPLE[-1]:
        assert sign_in.sign_in(own, email=person.email, password=shown[0], now=programme.TODAY_AT).word
    assert lines(own) == before, "A demonstration that is there is not built again."


def test_nothing_is_left_of_the_making(prepared: Settings) -> None:
    assert (prepared.data_dir / "clm.sqlite3").is_file()
    assert list(prepared.data_dir.glob("*making*")) == []


def test_the_password_belongs_to_the_key() -> None:
    assert password(b"one key") == password(b"one key")
    assert password(b"one key") != password(b"another key")
    assert re.fullmatch(r"[a-z2-7]{4}(-[a-z2-7]{4}){2}", password(b"one key"))


def test_something_else_in_the_place_of_the_database_is_left_alone(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    file = tmp_path / "clm.sqlite3"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    with pytest.raises(Refusal, match="holds something else"):
        prepare(settings, fresh=True)
    connection = sqlite3.connect(file)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]
    connection.close()


def test_another_database_than_sqlite_is_refused(tmp_path: Path) -> None:
    settings = load(data_dir=tmp_path, database_url="postgresql+psycopg://someone@nowhere/clm")
    with pytest.raises(Refusal, match="leave CLM_DATABASE_URL out"):
        prepare(settings)
