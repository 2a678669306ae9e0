"""Is it written down now and then that somebody was here, and is nobody kept waiting or refused for it?"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, select, text

from clm_tracker.db.base import POSTGRESQL
from clm_tracker.db.tables import PersonRow, TokenRow
from tests.web.program import Program


@pytest.mark.parametrize("by", ["browser", "api"])
def test_whoever_comes_is_noted_once_an_hour_and_holds_one_connection(program: Program, by: str) -> None:
    came = program.browser("Dara") if by == "browser" else program.api("Dara")
    path = "/findings" if by == "browser" else "/api/v1/findings"
    noted = select(PersonRow.last_seen_at).where(PersonRow.id == program.cast.people["Dara"])
    if by == "api":
        noted = select(TokenRow.last_used_at)
    engine = program.cast.store.engine
    held = most = 0

    def taken(*_of: object) -> None:
        nonlocal held, most
        held += 1
        most = max(most, held)

    def given_back(*_of: object) -> None:
        nonlocal held
        held -= 1

    event.listen(engine, "checkout", taken)
    event.listen(engine, "checkin", given_back)
    seen: list[datetime | None] = []
    for _hour in range(2):
        for _again in range(2):
            program.clock.advance(minutes=1)
            assert came.get(path).status_code == 200
            with engine.connect() as connection:
                seen.append(connection.scalars(noted).one())
        program.clock.advance(hours=1)
    assert (held, most) == (0, 1)
    first, again, later, at_last = seen
    assert first is not None
    assert later is not None
    assert (first, later) == (again, at_last)
    assert later - first > timedelta(hours=1)


def test_nobody_is_refused_because_others_write(program: Program) -> None:
    browser, engine = program.browser("Dara"), program.cast.store.engine
    on_postgresql = engine.dialect.name == POSTGRESQL

    def hurry(driver: Any, _record: object, _fairy: object) -> None:  # noqa: ANN401 - the driver's connection
        if not on_postgresql:
            driver.execute("PRAGMA busy_timeout = 50")

    def hurry_too(connection: Connection) -> None:
        if on_postgresql:
            connection.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")

    program.clock.advance(hours=2)
    with engine.begin() as writer:
        writer.execute(text("UPDATE people SET name = name"))
        event.listen(engine, "checkout", hurry)
        event.listen(engine, "begin", hurry_too)
        assert browser.get("/findings").status_code == 200
