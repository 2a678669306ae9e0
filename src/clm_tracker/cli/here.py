"""Which database, which programme, and who is at work when a command is typed on the machine itself?"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

import typer
from sqlalchemy import select

from clm_tracker.commands import programmes
from clm_tracker.db import actors, migrate
from clm_tracker.db.engine import make_engine
from clm_tracker.db.tables import ProgrammeRow
from clm_tracker.db.units import Reading, Store
from clm_tracker.demo import running
from clm_tracker.kernel.clock import Clock, SystemClock
from clm_tracker.kernel.refusals import Refusal
from clm_tracker.settings import load


@contextmanager
def store(*, statement_timeout: int = 0) -> Iterator[Store]:
    """The database of the settings, at this program's schema. Raises Refusal when it is not."""
    engine = make_engine(load().database_url, statement_timeout=statement_timeout)
    try:
        migrate.check(engine)
        yield Store(engine)
    finally:
        engine.dispose()


def clock(of: Store) -> Clock:
    """The machine's clock; in a demonstration's folder the demonstration's own."""
    return running.clock_of(of) or SystemClock()


def in_earnest(of: Store) -> None:
    """Raise Refusal in a demonstration's folder: the machine's clock would take its dates for months of neglect."""
    if running.clock_of(of) is not None:
        raise Refusal("demonstration", "This data folder holds a demonstration. Run: clm-tracker demo")


def has_programme(of: Store, now: datetime) -> bool:
    """Whether any programme has begun."""
    with of.reading(now=now, actor=actors.OPERATOR, programme_id=None) as look:
        return programmes.exists(look)


def programme(of: Store, key: str | None) -> UUID:
    """The programme with this key, or the only one. Raises Refusal or BadParameter, naming those there are."""
    with of.reading(now=clock(of).now(), actor=actors.OPERATOR, programme_id=None) as look:
        rows = look.session.execute(select(ProgrammeRow.key, ProgrammeRow.id).order_by(ProgrammeRow.key))
        found: dict[str, UUID] = {row.key: row.id for row in rows}
    if not found:
        raise Refusal("no_programme", "There is no programme yet. Run: clm-tracker init")
    listed = ", ".join(found)
    if key is None and len(found) > 1:
        raise typer.BadParameter(f"There are several. Choose one of {listed}.", param_hint="--programme")
    if key is not None and key not in found:
        raise typer.BadParameter(
            f"There is no programme {key}. Choose one of {listed}.", param_hint="--programme"
        )
    return found[key] if key is not None else next(iter(found.values()))


@contextmanager
def looking(key: str | None) -> Iterator[Reading]:
    """A look at one programme by the operator of the machine."""
    with store() as of:
        programme_id = programme(of, key)
        operator = actors.within(actors.OPERATOR, programme_id)
        with of.reading(now=clock(of).now(), actor=operator, programme_id=programme_id) as look:
            yield look
