"""What is left of an import that is killed in the middle? Nothing; and the next one does it all."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

from clm_tracker.db.engine import make_engine
from clm_tracker.db.tables import AreaRow, SiteRow
from clm_tracker.db.units import Store
from clm_tracker.intake.records import Import
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import NotNow
from tests.conftest import ROOT
from tests.intake.conftest import Desk, begin

AREAS = "source_id,level,name\n01,province,Kampot\n"
SITES = 2_500
DYING = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from clm_tracker.commands import intake
from clm_tracker.db import actors
from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.intake.files import read_table
from clm_tracker.intake.records import Import

url, programme, file = sys.argv[1], UUID(sys.argv[2]), Path(sys.argv[3])

def die(what, done, of):
    if (what, done) == ("site", 2_000):
        os.kill(os.getpid(), signal.SIGKILL)

table = read_table(file)
intake.run(
    Store(make_engine(url)), table, intake.plain(Import.SITES, table.columns),
    now=datetime(2026, 3, 2, 2, tzinfo=UTC), actor=actors.within(actors.OPERATOR, programme),
    programme_id=programme, progress=die,
)
"""


def test_an_import_killed_in_the_middle_leaves_nothing(desk: Desk, engine: Engine) -> None:
    desk.take(Import.AREAS, AREAS)
    file = desk.file(
        "source_id,name,area\n" + "".join(f"s{n},Site {n},01\n" for n in range(SITES)), "sites.csv"
    )
    before = desk.written()
    url = engine.url.render_as_string(hide_password=False)
    engine.dispose()
    killed = subprocess.run(
        [sys.executable, "-c", DYING, url, str(desk.programme_id), str(file)],
        check=False,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        timeout=120,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert desk.written() == before
    report = desk.take(Import.SITES, file)
    assert desk.counts(report) == {"site": (SITES, 0, 0)}
    assert len(desk.rows(SiteRow)) == SITES


def test_two_imports_at_once_do_not_make_things_twice(
    postgres_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    desk = begin(Store(make_engine(postgres_url)), clock, tmp_path)
    refusals = []

    def meanwhile(what: str, done: int, of: int) -> None:
        del what, done, of
        with pytest.raises(NotNow) as no:
            desk.take(Import.AREAS, AREAS)
        refusals.append(no.value.code)

    desk.take(Import.AREAS, AREAS, progress=meanwhile)
    assert refusals == ["busy"]
    assert [row["name"] for row in desk.rows(AreaRow)] == ["Kampot"]
    desk.store.engine.dispose()
