"""A programme with very many findings, each with one obligation, of which some have a stage due now."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from clm_tracker.db import actors, bulk, search
from clm_tracker.db.base import POSTGRESQL
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import (
    AreaRow,
    DutyBearerRow,
    HolderRow,
    LadderRow,
    ProgrammeRow,
    ThemeRow,
    path_below,
)
from clm_tracker.db.tables.cases import TABLES
from clm_tracker.db.units import Store
from clm_tracker.domain import ladders
from clm_tracker.domain.cases import Finding, Obligation
from clm_tracker.domain.words import Dimension, FindingStatus, Kind, Party, Severity

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)  # a Monday morning in Phnom Penh
CHUNK = 20_000
PROVINCES, DISTRICTS = 25, 8
SINCE = date(2020, 1, 1)
DAY = timedelta(days=1)
TITLES = (
    "Medicines were out of stock",
    "គ្មានថ្នាំនៅមណ្ឌលសុខភាព",
    "The waiting time was over four hours",
    "អ្នកជំងឺត្រូវរង់ចាំយូរពេក",
    "Results of the viral load test came late",
    "A health worker asked about HIV aloud",
    "សេវាព្យាបាលត្រូវបានបដិសេធ",
)
# What few findings have in them, to be looked for among all others.
RARE, RARELY = "The generator stood still.", 20_000


def fill(
    store: Store,
    *,
    rows: int,
    due: int,
    seed: int = 2026,
    searched: bool = False,
    posts: int = PROVINCES * DISTRICTS,
    calm: bool = False,
) -> UUID:
    """Write the programme; `due` of the `rows` obligations, anywhere among them, have their first stage due. Its id.

    `searched`: with the terms of each finding, which a sweep never looks at. `posts` answer for the
    districts. `calm`: none is critical, so that no letter leaves at once.
    """
    chance = random.Random(seed)  # noqa: S311 - the same data each time is what is wanted
    programme = UUID(int=chance.getrandbits(128), version=4)
    theme, named, ladder_of = _set_up(store, programme, posts)
    severities = [one for one in Severity if not (calm and one is Severity.CRITICAL)]
    are_due = set(chance.sample(range(rows), due))
    with _unguarded(store):
        for first in range(0, rows, CHUNK):
            made = [
                _one(n, n in are_due, programme, theme, named[n % len(named)], ladder_of, chance, severities)
                for n in range(first, min(first + CHUNK, rows))
            ]
            with store.engine.begin() as connection:
                for place, name in enumerate(("finding", "obligation")):
                    bulk.insert_mappings(connection, TABLES[name], [pair[place] for pair in made])
        if searched:
            with store.engine.begin() as connection:
                search.fill(connection)
    settle(store)
    return programme


def _one(
    n: int,
    due: bool,
    programme: UUID,
    theme: UUID,
    post: tuple[UUID, UUID],
    ladder_of: dict[Severity, UUID],
    chance: random.Random,
    severities: Sequence[Severity],
) -> tuple[dict[str, Any], dict[str, Any]]:
    severity = severities[n % len(severities)]
    away = timedelta(seconds=chance.randrange(2 * 86_400))
    step = NOW - away if due else NOW + DAY + 30 * away
    begun = NOW - 40 * DAY
    finding = Finding(
        id=UUID(int=chance.getrandbits(128), version=4),
        programme_id=programme,
        ref=f"KH-2026-{n:07d}",
        status=FindingStatus.OPEN,
        title=TITLES[n % len(TITLES)],
        description=f"People were asked to come back after {n % 20 + 2} days. {RARE if n % RARELY == 7 else ''}",
        severity=severity,
        theme_id=theme,
        dimension=Dimension.AVAILABILITY,
        area_id=post[1],
        observed_on=begun.date(),
        logged_at=begun,
        opened_at=begun,
        duty_bearer_id=post[0],
    )
    owed = Obligation(
        id=UUID(int=chance.getrandbits(128), version=4),
        programme_id=programme,
        finding_id=finding.id,
        kind=Kind.ACKNOWLEDGE,
        owed_by=Party.DUTY_BEARER,
        duty_bearer_id=post[0],
        ladder_id=ladder_of[severity],
        window="10wd",
        start_at=begun,
        due_at=step - DAY,
        due_on=(step - DAY).date(),
        first_due_at=step - DAY,
        first_due_on=(step - DAY).date(),
        next_step_at=step,
        reminded=2,
    )
    values = {f.name: getattr(finding, f.name) for f in fields(finding)}
    of_it = {f.name: getattr(owed, f.name) for f in fields(owed)}
    return values, {**of_it, "next_check_at": step, "park_count": 0}


def _set_up(
    store: Store, programme: UUID, count: int
) -> tuple[UUID, list[tuple[UUID, UUID]], dict[Severity, UUID]]:
    """The theme, each site's post with its area, and the ladder for each severity."""
    here = {"programme_id": programme}
    posts: list[tuple[UUID, UUID]] = []
    actor = actors.within(actors.OPERATOR, programme)
    with store.writing(now=NOW, actor=actor, programme_id=programme) as unit:
        add = unit.session.add
        add(
            ProgrammeRow(
                id=programme,
                key="bench",
                name="Bench",
                prefix="KH",
                country="KH",
                timezone="Asia/Phnom_Penh",
                created_at=NOW,
            )
        )
        unit.session.flush()
        theme = ThemeRow(id=new_id(), code="care", name="Care and treatment", **here)
        add(theme)

        def area(level: str, name: str, parent: AreaRow | None) -> AreaRow:
            made = AreaRow(
                id=new_id(), level=level, name=name, parent_id=parent.id if parent else None, **here
            )
            made.path = path_below(parent.path if parent else None, made.id)
            add(made)
            unit.session.flush()
            return made

        def post(title: str, level: str, above: UUID | None, place: AreaRow | None) -> UUID:
            made = DutyBearerRow(
                id=new_id(),
                title=title,
                institution="Health service",
                level=level,
                area_id=place.id if place else None,
                superior_id=above,
                **here,
            )
            add(made)
            unit.session.flush()
            add(HolderRow(id=new_id(), duty_bearer_id=made.id, name="Somebody", from_on=SINCE))
            return made.id

        national = post("National manager", "national", post("Inspector", "oversight", None, None), None)
        for p in range(PROVINCES):
            province = area("province", f"Province {p}", None)
            director = post("Provincial director", "province", national, province)
            for d in range(p, count, PROVINCES):
                district = area("district", f"District {p}.{d}", province)
                posts.append((post("District director", "district", director, district), district.id))
        ids = {}
        for key, (name, stages) in ladders.shipped().items():
            ids[key] = new_id()
            add(LadderRow(id=ids[key], key=key, version=1, name=name, stages=stages, created_at=NOW, **here))
        theme_id = theme.id
    return theme_id, posts, {severity: ids[str(severity)] for severity in Severity}


@contextmanager
def _unguarded(store: Store) -> Iterator[None]:
    """On PostgreSQL: without the guards that ask each row for its ledger line, and with indexes made once, at the end."""
    if store.engine.dialect.name != POSTGRESQL:
        yield
        return
    with store.engine.begin() as connection:
        indexes = connection.execute(
            text(
                "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('findings', 'obligations', 'finding_terms')"
                " AND schemaname = current_schema() AND indexdef NOT LIKE 'CREATE UNIQUE%'"
            )
        ).all()
        for name, _ in indexes:
            connection.execute(text(f'DROP INDEX "{name}"'))
        for table in ("findings", "obligations"):
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    yield
    with store.engine.begin() as connection:
        for _, definition in indexes:
            connection.exec_driver_sql(definition)
        for table in ("findings", "obligations"):
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


def settle(store: Store) -> None:
    """Let the database clear up and look at its tables, as it does by itself in the course of time."""
    engine = store.engine
    if engine.dialect.name == POSTGRESQL:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
            connection.execute(text("CHECKPOINT"))
    else:
        with engine.begin() as connection:
            connection.execute(text("ANALYZE"))
