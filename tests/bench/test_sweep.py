"""Do the benchmarks measure what they say: the same rows changed by the sweep and by its floor?"""

import json
from dataclasses import fields
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select
from typer.testing import CliRunner

from clm_tracker.bench import floor, sweep
from clm_tracker.bench.crowd import NOW
from clm_tracker.cli.bench import bench
from clm_tracker.db.engine import make_engine
from clm_tracker.db.tables import LedgerRow, NoticeRow, ObligationRow
from clm_tracker.db.units import Store
from clm_tracker.domain.events import StageEntered
from clm_tracker.jobs.sweep import run_sweep
from tests import postgres


def changed(url: str) -> tuple[int, ...]:
    """Counts of what a sweep or its floor leaves."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [
            connection.scalar(
                select(func.count()).select_from(ObligationRow).where(ObligationRow.stage == 1)
            ),
            connection.scalar(
                select(func.count()).select_from(ObligationRow).where(ObligationRow.version == 2)
            ),
            connection.scalar(select(func.count()).select_from(LedgerRow)),
            connection.scalar(select(func.count(LedgerRow.dedup.distinct()))),
            connection.scalar(select(func.count()).select_from(NoticeRow)),
        ]
        (facts,) = connection.execute(select(LedgerRow.facts).limit(1)).one()
        (changes,) = connection.execute(select(LedgerRow.changes).limit(1)).one()
    engine.dispose()
    assert {*facts} == {f.name for f in fields(StageEntered)}
    assert {*changes[0]["after"]} == {
        "stage",
        "stage_entered_at",
        "stage_missed_at",
        "next_step_at",
        "version",
    }
    return tuple(count or 0 for count in found)


def test_on_sqlite_both_change_the_same(tmp_path: Path) -> None:
    ours, theirs, batches = (f"sqlite:///{tmp_path / name}" for name in ("ours", "theirs", "batches"))
    programme, *same = (sweep.fill(url, rows=400, due=40) for url in (ours, theirs, batches))
    assert same == [programme, programme]
    floor.run_on_sqlite(theirs, programme)
    floor.run_on_sqlite(batches, programme, 15)
    engine = make_engine(ours)
    run_sweep(Store(engine), NOW)
    engine.dispose()
    assert changed(ours) == changed(theirs) == changed(batches) == (40, 40, 40, 40, 40)


def test_on_postgresql_both_change_the_same(postgres_server: postgres.Server) -> None:
    server = postgres_server.url.render_as_string(hide_password=False)
    with sweep.database(server) as ours:
        programme = sweep.fill(ours, rows=400, due=40)
        with sweep.database(server, ours) as theirs:
            floor.run_on_postgresql(theirs, programme)
            engine = make_engine(ours)
            run_sweep(Store(engine), NOW)
            engine.dispose()
            assert changed(ours) == changed(theirs) == (40, 40, 40, 40, 40)


@pytest.mark.parametrize("what", ["sweep", "audit"])
def test_the_command_prints_one_object_a_measurement(postgres_server: postgres.Server, what: str) -> None:
    url = postgres_server.url.render_as_string(hide_password=False)
    more = ["--due", "20"] if what == "sweep" else []
    result = CliRunner().invoke(bench, [what, "--database-url", url, "--rows", "200", *more, "--json"])
    assert result.exit_code == 0, result.output
    lines = [json.loads(line) for line in result.output.splitlines()]
    assert all(
        line.keys() == {"name", "rows", "seconds", "floor_seconds", "ratio", "peak_mb"} for line in lines
    )
    assert [line["floor_seconds"] is None for line in lines] == (
        [False, True, False, False, True] if what == "sweep" else [True]
    )
    assert all(line["seconds"] > 0 and line["peak_mb"] > 10 for line in lines)
