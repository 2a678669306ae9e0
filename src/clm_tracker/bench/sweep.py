"""How fast is a sweep, against hand-written SQL that changes the same rows in the same database?"""

import multiprocessing
import re
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from clm_tracker.bench import crowd, floor, postgres
from clm_tracker.bench.crowd import NOW
from clm_tracker.db import migrate
from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.jobs.sweep import BATCH, run_sweep
from clm_tracker.queries import health


@dataclass(frozen=True, slots=True)
class Measurement:
    """One line of the benchmark; `peak_mb` is what the whole measured process held at most."""

    name: str
    rows: int
    seconds: float
    floor_seconds: float | None = None
    ratio: float | None = None
    peak_mb: float | None = None


def on_postgresql(url: str | None, *, rows: int, due: int) -> Iterator[Measurement]:
    """The sweep of `due` among `rows` obligations, its floor on equal data, and a sweep with nothing to do."""
    with server(url) as there, database(there) as template:
        programme = fill(template, rows=rows, due=due)
        with database(there, template) as copy:
            lowest = apart(floor.run_on_postgresql, copy, programme)[0]
        seconds, peak = apart(_sweep, template, due)
        yield _measured(f"sweep {due:,} due among {rows:,}, PostgreSQL", due, seconds, lowest, peak)
        seconds, peak = apart(_nothing, template, due)
        yield Measurement(f"empty sweep of {rows:,}, PostgreSQL", 0, seconds, peak_mb=peak)


def on_sqlite(*, rows: int, due: int) -> Iterator[Measurement]:
    """The same on SQLite, in a file of its own."""
    with TemporaryDirectory(prefix="clm-bench-") as folder:
        urls = [f"sqlite:///{Path(folder) / name}" for name in ("ours", "floor", "batches")]
        programmes = [fill(url, rows=rows, due=due) for url in urls]
        lowest = apart(floor.run_on_sqlite, urls[1], programmes[1])[0]
        batches = apart(floor.run_on_sqlite, urls[2], programmes[2], BATCH)[0]
        seconds, peak = apart(_sweep, urls[0], due)
        name = f"sweep {due:,} due among {rows:,}, SQLite"
        yield _measured(f"{name}, against the same batches", due, seconds, batches, peak)
        yield _measured(f"{name}, against one transaction", due, seconds, lowest, peak)
        seconds, peak = apart(_nothing, urls[0], due)
        yield Measurement(f"empty sweep of {rows:,}, SQLite", 0, seconds, peak_mb=peak)


def audit(url: str | None, *, rows: int) -> Iterator[Measurement]:
    """The auditor's questions with `rows` open findings, nothing wrong with any of them."""
    with server(url) as there, database(there) as ours:
        fill(ours, rows=rows, due=0)
        seconds, peak = apart(_audit, ours, rows)
        yield Measurement(f"auditor with {rows:,} open findings, PostgreSQL", rows, seconds, peak_mb=peak)


def _measured(name: str, rows: int, seconds: float, lowest: float, peak: float) -> Measurement:
    return Measurement(name, rows, seconds, lowest, round(seconds / lowest, 2), peak)


def _sweep(url: str, due: int) -> float:
    store = Store(make_engine(url))
    began = time.perf_counter()
    report = run_sweep(store, NOW, budget_seconds=3_600)
    seconds = time.perf_counter() - began
    assert report.entered == due, f"{report.entered} of {due} stages were entered: {report.problems}"
    return seconds


def _nothing(url: str, _due: int) -> float:
    store = Store(make_engine(url, statement_timeout=0))
    crowd.settle(store)
    times = []
    for _ in range(7):
        began = time.perf_counter()
        report = run_sweep(store, NOW)
        times.append(time.perf_counter() - began)
        assert report.batches == 0, "There was something to do."
    return statistics.median(times)


def _audit(url: str, _rows: int) -> float:
    store = Store(make_engine(url))
    times = []
    for _ in range(5):
        began = time.perf_counter()
        found = health.engine(store, NOW)
        times.append(time.perf_counter() - began)
        assert not found.broken, f"Nothing is broken, but the auditor says {found.broken[:3]}"
    return statistics.median(times)


def apart(what: Any, *given: Any) -> tuple[float, float]:  # noqa: ANN401 - a function of this package with its arguments
    """Seconds and peak megabytes of a measurement in a process of its own."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(theirs, what, given))
    process.start()
    theirs.close()
    try:
        found = ours.recv()
    except EOFError:
        raise RuntimeError("The measured process ended without a result.") from None
    finally:
        process.join()
    seconds, peak = found
    return float(seconds), float(peak)


def _measure(answer: Any, what: Any, given: tuple[Any, ...]) -> None:  # noqa: ANN401 - see apart
    seconds = what(*given)
    answer.send((round(seconds, 4), round(_peak_mb(), 1)))


def _peak_mb() -> float:
    """What this process held at most. Linux hands `ru_maxrss` down from the parent, so its own word comes first."""
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(), re.MULTILINE)):
        return int(found[1]) / 1024
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def fill(url: str, *, rows: int, due: int, **more: Any) -> UUID:
    """Migrate the database and write the crowd into it; its programme."""
    engine = make_engine(url, statement_timeout=0)
    try:
        migrate.upgrade(engine)
        return crowd.fill(Store(engine), rows=rows, due=due, **more)
    finally:
        engine.dispose()


@contextmanager
def server(url: str | None) -> Iterator[str]:
    """A PostgreSQL by its URL; without one, the package's own with the care for its disk of a real one."""
    if url is not None:
        yield url
        return
    with postgres.running({"full_page_writes": "on", "max_wal_size": "4GB"}) as own:
        yield own


@contextmanager
def database(server: str, template: str | None = None) -> Iterator[str]:
    """A database of our own on the server, empty or a copy of another; dropped at the end."""
    name = f"clm_bench_{uuid4().hex[:8]}"
    copied = make_url(template).database if template else "template0"
    administration = create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{copied}" STRATEGY file_copy'))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with administration.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
