"""Many open findings at once, and what became of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, insert, select

from clm_tracker.db import changes, load
from clm_tracker.db.tables import BrakeRow, LedgerRow, NoticeRow, ObligationRow
from clm_tracker.db.tables.cases import TABLES
from clm_tracker.db.units import Store
from clm_tracker.domain import findings
from clm_tracker.domain.cases import Case, Finding, Obligation
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Kind, Severity
from tests.db.kept import DARA, ENGINE
from tests.domain import world
from tests.domain.world import NOW, PROGRAMME

FAR = datetime(2040, 1, 1, tzinfo=NOW.tzinfo)


def opened(
    store: Store, count: int, *, now: datetime = NOW, severity: Severity = Severity.HIGH, first: int = 1
) -> list[Finding]:
    """So many findings, opened at `now`, in one unit."""
    made = [
        world.a_draft(
            id=uuid5(world.SPACE, f"finding {n}"), ref=f"KH-2026-{n:04d}", severity=severity, logged_at=now
        )
        for n in range(first, first + count)
    ]
    with store.writing(now=now, actor=DARA, programme_id=PROGRAMME) as unit:
        unit.require(Act.LOG_FINDING)
        told: list[tuple[Case | None, Any]] = []
        for finding in made:
            story = findings.open_(Case(finding), unit.rules, now)
            told.append((None, [*findings.draft(finding), *story.told]))
        changes.apply_many(unit, Act.LOG_FINDING, told)
    return made


def let_all_go(store: Store, until: datetime = FAR) -> None:
    """As if a coordinator had seen and released whatever is due up to `until`: the brake asks no more about it."""
    with store.writing(now=NOW, actor=ENGINE, programme_id=PROGRAMME) as unit:
        unit.session.execute(
            insert(BrakeRow).values(
                id=uuid5(world.SPACE, f"brake {until}"),
                programme_id=PROGRAMME,
                set_at=NOW,
                reason="seen",
                held=0,
                running=0,
                through=NOW,
                released_at=until,
            )
        )


def obligations(store: Store, *kinds: Kind) -> list[Obligation]:
    """Every obligation (of these kinds) as it is kept, by identifier."""
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        found: list[Obligation] = load.rows(
            unit.session, "obligation", ObligationRow.programme_id == PROGRAMME
        )
    return [o for o in found if not kinds or o.kind in kinds]


def checks(store: Store) -> dict[UUID, datetime | None]:
    """When the engine looks at each obligation next."""
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        found = unit.session.execute(select(ObligationRow.id, ObligationRow.next_check_at))
        return {row.id: row.next_check_at for row in found}


def lines(store: Store, *kinds: str) -> Sequence[LedgerRow]:
    """The ledger's lines of these kinds, in order."""
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        return unit.session.scalars(
            select(LedgerRow).where(LedgerRow.kind.in_(kinds)).order_by(LedgerRow.seq)
        ).all()


def notices(store: Store, kind: str) -> int:
    """How many notices of this kind wait."""
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        query = select(func.count()).select_from(NoticeRow).where(NoticeRow.kind == kind)
        return unit.session.scalar(query) or 0


def assert_replay(store: Store) -> None:
    """R37: the ledger alone gives every row, and nobody lives in limbo (R2)."""
    with store.reading(now=NOW, actor=DARA, programme_id=PROGRAMME) as unit:
        cases = [
            load.case(unit, one.id)
            for one in load.rows(unit.session, "finding", TABLES["finding"].c.programme_id == PROGRAMME)
        ]
        for case in cases:
            assert load.replayed(unit.session, case.finding.id) == case
