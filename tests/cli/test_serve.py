"""Can the operator of a machine begin a programme, let people and programs in, and ask how it is?"""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from clm_tracker import app
from clm_tracker.cli import cli
from clm_tracker.kernel.refusals import Refusal
from clm_tracker.settings import load
from clm_tracker.web.first_word import first_word

PASSWORD = "seven white herons"
BEGIN = (
    *(
        "init",
        "--name",
        "Community Eyes",
        "--prefix",
        "KH",
        "--country",
        "KH",
        "--timezone",
        "Asia/Phnom_Penh",
    ),
    *("--coordinator", "Sokha", "--email", "sokha@example.org", "--password", PASSWORD),
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLM_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def run(*args: str, status: int = 0) -> str:
    result = CliRunner().invoke(cli, args)
    if isinstance(result.exception, Refusal):
        raise result.exception
    assert result.exit_code == status, result.output
    return result.output


@pytest.mark.usefixtures("folder")
def test_from_nothing_to_a_program_that_answers() -> None:
    run(*BEGIN, "--name-in", "ភ្នែកសហគមន៍", status=2)
    assert "Community Eyes has begun" in run(*BEGIN, "--name-in", "km=ភ្នែកសហគមន៍", "--name-in", "es-419=Ojos")
    with pytest.raises(Refusal, match="prefix KH already"):
        run(*BEGIN)
    run("user", "add", "Dara", "dara@example.org", "--role", "advocate", "--password", PASSWORD)
    people = json.loads(run("user", "list", "--json"))
    assert [(p["name"], p["roles"]) for p in people] == [("Dara", ["advocate"]), ("Sokha", ["coordinator"])]
    token = json.loads(run("token", "create", "dara@example.org", "--name", "export", "--json"))
    headers = {"Authorization": f"Bearer {token['token']}"}
    with TestClient(app.build(load())) as client:
        me = client.get("/api/v1/me", headers=headers).json()
        assert me["name"] == "Dara"
        assert me["programme"]["names"] == {"km": "ភ្នែកសហគមន៍", "es-419": "Ojos"}
        assert "The token export works no more." in run("token", "revoke", token["id"])
        assert client.get("/api/v1/me", headers=headers).status_code == 401
    run("user", "disable", "dara@example.org")
    assert [p["can_sign_in"] for p in json.loads(run("user", "list", "--json"))] == [False, True]
    with pytest.raises(Refusal, match="needs a coordinator"):
        run("user", "disable", "sokha@example.org")
    with pytest.raises(Refusal, match="Nobody has the address"):
        run("token", "create", "nobody@example.org", "--name", "x")


@pytest.mark.usefixtures("folder")
def test_health_is_a_failure_until_somebody_sweeps() -> None:
    with pytest.raises(Refusal, match="clm-tracker migrate"):
        run("health")
    assert "The database is at schema" in run("migrate")
    assert "No sweep has run yet." in run("health", status=1)


@pytest.mark.usefixtures("folder")
def test_serve_on_nothing_prints_where_the_first_programme_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uvicorn.run", lambda _web, **_options: None)
    said = run("serve", "--no-jobs", "--port", "8123")
    assert f"http://127.0.0.1:8123/begin?word={first_word(load().key())}" in said
    run(*BEGIN)
    assert "word" not in run("serve", "--no-jobs")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("host", "own", "base"),
    [
        ("127.0.0.1", None, "http://127.0.0.1:8123"),
        ("0.0.0.0", None, "http://127.0.0.1:8123"),
        ("127.0.0.1", "https://clm.example.org", "https://clm.example.org"),
    ],
)
def test_the_links_that_are_handed_over_lead_to_where_it_is_served(
    monkeypatch: pytest.MonkeyPatch, host: str, own: str | None, base: str
) -> None:
    if own:
        monkeypatch.setenv("CLM_BASE_URL", own)
    monkeypatch.setattr("uvicorn.run", lambda _web, **_options: None)
    said = run("serve", "--no-jobs", "--host", host, "--port", "8123")
    assert f"{base}/begin?word=" in said
