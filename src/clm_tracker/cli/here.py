"""Which database, which programme, and who is at work when a command is typed on the machine itself?"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import typer
from sqlalchemy import select

from clm_tracker.db import actors, migrate
from clm_tracker.db.engine import make_engine
from clm_tracker.db.tables import ProgrammeRow
from clm_tracker.db.units import Reading, Store
from clm_tracker.kernel.clock import SystemClock
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


def programme(of: Store, key: str | None) -> UUID:
    """The programme with this key, or the only one. Raises Refusal or BadParameter, naming those there are."""
    with of.reading(now=SystemClock().now(), actor=actors.OPERATOR, programme_id=None) as look:
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
        with of.reading(now=SystemClock().now(), actor=operator, programme_id=programme_id) as look:
            yield look
