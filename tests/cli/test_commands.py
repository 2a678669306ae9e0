"""Does the command line know its words, and start without loading the program?"""

import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import InterfaceError, ProgrammingError
from typer.testing import CliRunner

from clm_tracker import __version__, cli

RUNNER = CliRunner()
HEAVY = ("sqlalchemy", "fastapi", "pydantic_settings", "jinja2", "PIL", "apscheduler")


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_each_command_is_there_and_says_what_the_list_says(name: str) -> None:
    sentence = cli.COMMANDS[name][1]
    assert (cli.load(name).help or "").split("\n\n")[0].replace("\n", " ") == sentence
    result = RUNNER.invoke(cli.cli, [name, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_help_names_every_command_and_loads_none() -> None:
    program = (
        "import sys; from clm_tracker.cli import cli\n"
        "try: cli(['--help'])\n"
        f"finally: print('loaded:', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "loaded: []" in out
    assert all(f" {name} " in out for name in cli.COMMANDS)


def test_the_version_is_told() -> None:
    assert RUNNER.invoke(cli.cli, ["--version"]).output == f"clm-tracker {__version__}\n"


def test_a_misspelt_command_is_misuse_and_names_the_nearest() -> None:
    result = RUNNER.invoke(cli.cli, ["setings"])
    assert result.exit_code == 2
    assert "settings" in result.output


def test_a_refusal_is_one_sentence_and_exit_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLM_SWEEP_INTERVALL", "60")
    monkeypatch.setattr(sys, "argv", ["clm-tracker", "settings"])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 1
    assert capsys.readouterr().err == (
        "There is no setting CLM_SWEEP_INTERVALL; did you mean CLM_SWEEP_INTERVAL?\n"
    )


NOBODY = "postgresql+psycopg://nobody:secret@127.0.0.1:1/clm"  # no server listens there


@pytest.mark.parametrize(
    ("word", "url", "sentence"),
    [
        ("health", NOBODY, "The database does not answer: connection failed: "),
        ("work", NOBODY, "The database does not answer: connection failed: "),
        ("migrate", NOBODY, "The database could not do this: connection failed: "),
        ("health", "sqlite:///text", "The database does not answer: file is not a database"),
        ("migrate", "sqlite:////dev/full", "The database could not do this: database or disk is full"),
        ("migrate", "sqlite:////proc/none/clm", "There is no file or folder /proc/none."),
    ],
)
def test_a_database_that_cannot_be_used_is_one_sentence_and_exit_1(
    word: str,
    url: str,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    (tmp_path / "text").write_text("This is no database. " * 100, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLM_DATABASE_URL", url)
    monkeypatch.setattr(sys, "argv", ["clm-tracker", word])
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith(sentence)
    assert said.count("\n") == 1
    assert "secret" not in said


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(98, "Address already in use"), "Another program uses the address and port that this needs."),
        (OSError(28, "No space left on device"), "The machine could not do this: No space left on device."),
        (OSError("no such host"), "The machine could not do this: no such host."),
        (OSError(13, "Permission denied", "/srv/clm"), "This program may not use /srv/clm."),
        (
            OSError(30, "Read-only file system", "/srv/clm"),
            "The machine could not do this with /srv/clm: Read-only file system.",
        ),
        (
            InterfaceError("SELECT 1", {}, Exception("the connection is closed\nLINE 1")),
            "The database could not do this: the connection is closed",
        ),
        (
            ProgrammingError("SELECT 1", {}, Exception("permission denied for table people")),
            "The database could not do this: permission denied for table people",
        ),
        (psycopg.DataError("disk quota exceeded"), "The database could not do this: disk quota exceeded"),
        (ValueError("a mistake of ours"), None),
    ],
)
def test_a_no_of_the_machine_or_the_database_is_one_whole_sentence(
    error: Exception, sentence: str | None
) -> None:
    assert cli._sentence(error) == sentence


def test_settings_can_be_read_by_a_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    rows = json.loads(RUNNER.invoke(cli.cli, ["settings", "--json"]).output)
    assert {"name", "meaning", "value", "source"} == set(rows[0])
