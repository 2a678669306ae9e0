"""What may a test of taking in files ask for?"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select

from clm_tracker.commands import intake, programmes
from clm_tracker.db import actors, load
from clm_tracker.db.base import table_of
from clm_tracker.db.tables import (
    AreaRow,
    DutyBearerRow,
    FindingRow,
    HolderRow,
    LedgerRow,
    NoticeRow,
    SiteRow,
    SourceRow,
    ThemeRow,
)
from clm_tracker.db.units import Store
from clm_tracker.domain.cases import Case
from clm_tracker.domain.policy import Actor
from clm_tracker.intake import mapping_files
from clm_tracker.intake.files import PLAIN, read_table
from clm_tracker.intake.records import Import
from clm_tracker.kernel.clock import FixedClock

WRITTEN = (AreaRow, SiteRow, DutyBearerRow, HolderRow, ThemeRow, FindingRow, NoticeRow, SourceRow, LedgerRow)


@dataclass
class Desk:
    """A programme in Cambodia, and somebody who takes in files for it."""

    store: Store
    programme_id: UUID
    clock: FixedClock
    folder: Path
    actor: Actor

    def file(self, text: str, name: str = "list.csv") -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def take(
        self,
        kind: Import,
        said: str | Path,
        mapping: str | None = None,
        *,
        dry_run: bool = False,
        progress: intake.Progress | None = None,
    ) -> intake.Report:
        """Take in a file, or a text as a file; `mapping` is the name of a shipped one, or TOML."""
        path = self.file(said) if isinstance(said, str) else said
        shipped = mapping in mapping_files.shipped()
        of = (
            None
            if mapping is None
            else mapping_files.load(mapping)
            if shipped
            else mapping_files.parse(mapping)
        )
        table = read_table(path, of.reading if of else PLAIN)
        return intake.run(
            self.store,
            table,
            of or intake.plain(kind, table.columns),
            now=self.clock.now(),
            actor=self.actor,
            programme_id=self.programme_id,
            dry_run=dry_run,
            progress=progress,
        )

    def counts(self, report: intake.Report) -> dict[str, tuple[int, int, int]]:
        return {
            kind: (count.imported, count.changed, count.unchanged) for kind, count in report.counts.items()
        }

    def rows(self, table: type[Any], **where: object) -> list[Mapping[str, Any]]:
        """Rows of a table, the latest ledger line last."""
        of = table_of(table)
        with self.store.engine.connect() as connection:
            query = select(of).where(*(of.c[name] == value for name, value in where.items()))
            return [dict(row) for row in connection.execute(query.order_by(*of.primary_key)).mappings()]

    def written(self) -> dict[str, int]:
        """How many rows each table has that an import writes."""
        with self.store.engine.connect() as connection:
            return {
                row.__tablename__: connection.scalar(select(func.count()).select_from(table_of(row))) or 0
                for row in WRITTEN
            }

    def case(self, title: str) -> Case:
        """The case with this title, which is also what the ledger alone tells (R37)."""
        (row,) = self.rows(FindingRow, title=title)
        with self.store.reading(
            now=self.clock.now(), actor=self.actor, programme_id=self.programme_id
        ) as look:
            found = load.case(look, row["id"])
            assert load.replayed(look.session, row["id"]) == found
        return found


@pytest.fixture
def desk(engine: Engine, clock: FixedClock, tmp_path: Path) -> Desk:
    """A programme of its own on a fresh database, once on SQLite and once on PostgreSQL."""
    return begin(Store(engine), clock, tmp_path)


def begin(store: Store, clock: FixedClock, folder: Path) -> Desk:
    begun = programmes.init(
        store,
        now=clock.now(),
        name="Trial",
        prefix="KH",
        country="KH",
        timezone="Asia/Phnom_Penh",
        coordinator_name="Sokha",
        coordinator_email="sokha@example.org",
        password=None,
    )
    actor = actors.within(actors.OPERATOR, begun.programme_id)
    return Desk(store, begun.programme_id, clock, folder, actor)
