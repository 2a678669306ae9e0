"""Where does the one demonstration of a test run lie, which all its processes copy from?"""

import fcntl
import shutil
from pathlib import Path

import pytest

from clm_tracker.cli.demo import prepare
from clm_tracker.settings import Settings, load


def settings_in(folder: Path, *, base_url: str = "http://127.0.0.1:8000") -> Settings:
    """A data folder of its own, whatever the environment says."""
    return load(
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'clm.sqlite3'}",
        evidence_url=f"file://{folder / 'evidence'}",
        secret_key="a key that only these tests use, of many letters",
        base_url=base_url,
    )


def one_for_all(temp: pytest.TempPathFactory, worker: str) -> Path:
    """A folder with the demonstration, built by whichever process of this run comes first. Not to be opened: copy it."""
    base = temp.getbasetemp()
    place = (base if worker == "master" else base.parent) / "demonstration-of-this-run"
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            aside = place.with_suffix(".aside")
            shutil.rmtree(aside, ignore_errors=True)
            prepare(settings_in(aside))
            aside.rename(place)
    return place


def copy(source: Path, target: Path, *, base_url: str = "http://127.0.0.1:8000") -> Settings:
    """A data folder with a demonstration of its own."""
    shutil.copytree(source, target)
    return settings_in(target, base_url=base_url)
