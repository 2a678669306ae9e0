"""Does everything come back import json
from one file, on either engine, and is a damaged one refused?"""

import json
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from clm_tracker.commands import evidence, findings
from clm_tracker.db import actors, backup
from clm_tracker.db.base import POSTGRESQL, table_of
from clm_tracker.db.engine import make_engine
from clm_tracker.db.tables import EvidenceRow, FindingRow, ImportRow, LedgerRow
from clm_tracker.db.units import Store
from clm_tracker.delivery.evidence_store import EvidenceStore
from clm_tracker.domain.words import Purpose, Severity
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import NotFound, Refusal
from clm_tracker.queries import verify
from tests.cast import a_programme
from tests.intake import papers


def everything(engine: Engine) -> dict[str, list[object]]:
    with engine.connect() as connection:
        return {
            t.name: [tuple(row) for row in connection.execute(select(t).order_by(*t.primary_key.columns))]
            for t in backup.tables()
        }


@pytest.fixture
def copied(engine: Engine, clock: FixedClock, tmp_path: Path) -> Path:
    store, files = Store(engine), EvidenceStore.at((tmp_path / "evidence").as_uri())
    cast = a_programme(store, clock.now())
    finding = cast.open_finding(clock.now())
    with cast.writing("Dara", clock.now()) as unit:
        upload = evidence.Upload("register.pdf", papers.pdf())
        evidence.attach(unit, finding.ref, purpose=Purpose.PROBLEM, file=evidence.clean(upload), store=files)
    to = tmp_path / "copy.zip"
    backup.write(engine, files, to, now=clock.now())
    return to


def test_everything_comes_back_on_the_other_engine(
    engine: Engine, copied: Path, tmp_path: Path, request: pytest.FixtureRequest, clock: FixedClock
) -> None:
    """R37: rows, ledger and evidence are the same, the ledger still replays, and life goes on."""
    new_file = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    on_sqlite = engine.dialect.name != POSTGRESQL
    fresh = make_engine(request.getfixturevalue("postgres_url") if on_sqlite else new_file)
    files = EvidenceStore.at((tmp_path / "fresh").as_uri())
    try:
        backup.restore(fresh, files, copied)
        assert everything(fresh) == everything(engine)
        with Session(fresh) as session:
            file = session.scalars(select(EvidenceRow.sha256)).one()
            assert files.get(file) == EvidenceStore.at((tmp_path / "evidence").as_uri()).get(file)
            assert [wrong for wrong in verify.differences(session) if wrong] == []
            before = session.scalars(select(LedgerRow.seq)).all()
            cast_id, by = session.execute(select(FindingRow.programme_id, FindingRow.logged_by)).one()
        assert by is not None
        store = Store(fresh)
        with store.reading(now=clock.now(), actor=actors.NOBODY, programme_id=cast_id) as look:
            dara = actors.load(look.session, by, cast_id, now=clock.now(), day=look.today)
        assert dara is not None
        with store.writing(now=clock.now(), actor=dara, programme_id=cast_id) as unit:
            findings.log(unit, title="Fees were asked for a free test", severity=Severity.STANDARD)
        with Session(fresh) as session:
            (line,) = session.scalars(select(LedgerRow.seq).where(LedgerRow.seq > max(before)))
            assert line == max(before) + 1
    finally:
        fresh.dispose()


def test_a_damaged_or_foreign_file_is_refused_and_changes_nothing(copied: Path, tmp_path: Path) -> None:
    fresh, files = (
        make_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}"),
        EvidenceStore.at((tmp_path / "other").as_uri()),
    )
    short = tmp_path / "short.zip"
    short.write_bytes(copied.read_bytes()[:-2000])
    foreign = tmp_path / "foreign.zip"
    with zipfile.ZipFile(foreign, "w") as archive:
        archive.writestr("letter.txt", "Good morning")
    altered = tmp_path / "altered.zip"
    with zipfile.ZipFile(copied) as old, zipfile.ZipFile(altered, "w") as new:
        for member in old.namelist():
            content = old.read(member)
            new.writestr(member, content.replace(b"viral", b"VIRAL") if "findings" in member else content)
    lacking = tmp_path / "lacking.zip"
    with zipfile.ZipFile(copied) as old, zipfile.ZipFile(lacking, "w") as new:
        for member in old.namelist():
            if "obligations" not in member:
                new.writestr(member, old.read(member))
    for file in (short, foreign, altered, lacking, tmp_path / "nowhere.zip"):
        with pytest.raises(Refusal) as no:
            backup.restore(fresh, files, file)
        assert str(no.value.sentence).endswith(".")
    assert not (tmp_path / "empty.sqlite3").exists()
    fresh.dispose()


def test_a_backup_never_overwrites_and_a_restore_wants_an_empty_database(
    engine: Engine, copied: Path, tmp_path: Path, clock: FixedClock
) -> None:
    files = EvidenceStore.at((tmp_path / "evidence").as_uri())
    with pytest.raises(Refusal, match="exists"):
        backup.write(engine, files, copied, now=clock.now())
    with pytest.raises(Refusal, match="empty"):
        backup.restore(engine, files, copied)


@pytest.mark.usefixtures("copied")
def test_missing_evidence_stops_a_backup(engine: Engine, tmp_path: Path, clock: FixedClock) -> None:
    nothing = EvidenceStore.at((tmp_path / "nothing").as_uri())
    with pytest.raises(NotFound):
        backup.write(engine, nothing, tmp_path / "second.zip", now=clock.now())
    assert not list(tmp_path.glob("second*"))


def test_bytes_come_back() -> None:
    """A file that was looked at and not taken in yet is part of a backup."""
    column = table_of(ImportRow).c.content
    kept = backup._to_json(column, b"\x00\xffcode,name\n")
    assert json.loads(json.dumps(kept)) == kept
    assert backup._from_json(column, kept) == b"\x00\xffcode,name\n"
