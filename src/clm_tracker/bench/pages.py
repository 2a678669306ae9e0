"""How fast are the pages among very many findings, against a plain page that keeps no rules?

The plain page, served in the same run: 25 rows by index through the ORM and a Jinja table; nobody signs in, nothing is
asked of the rules.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import UUID

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import Environment
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from clm_tracker.bench import sweep
from clm_tracker.bench.crowd import NOW
from clm_tracker.bench.sweep import Measurement
from clm_tracker.commands import people, sign_in
from clm_tracker.db import actors
from clm_tracker.db.engine import make_engine
from clm_tracker.db.tables import AreaRow, DutyBearerRow, FindingRow
from clm_tracker.db.units import Store
from clm_tracker.domain.words import Role
from clm_tracker.kernel.refusals import Refusal
from clm_tracker.web import sessions

if TYPE_CHECKING:
    from starlette.testclient import TestClient

BASE = "http://127.0.0.1:8000"
TIMES = 15
Build = Callable[[Store, Path], FastAPI]
_PLAIN = Environment(autoescape=True).from_string(
    "<table>{% for f in found %}<tr><td>{{ f.ref }}</td><td>{{ f.title }}</td><td>{{ f.status }}</td></tr>{% endfor %}</table>"
)


def on_postgresql(url: str | None, *, rows: int, build: Build) -> Iterator[Measurement]:
    """The pages people open most, as a coordinator, with `rows` open findings of which a tenth is late."""
    with sweep.server(url) as server, sweep.database(server) as ours, TemporaryDirectory() as folder:
        programme_id = sweep.fill(ours, rows=rows, due=rows // 10)
        engine = make_engine(ours)
        store = Store(engine)
        client = _client(build(store, Path(folder)))
        client.cookies.set(sessions.cookie_name(secure=False), _signed_in(store, programme_id))
        lowest, _ = _measure(_client(_plain(engine)), engine, "/")
        for name, path in _paths(engine, programme_id):
            seconds, statements = _measure(client, engine, path)
            ratio = round(seconds / lowest, 2)
            yield Measurement(
                f"{name}, {rows:,} findings, {statements} statements", rows, seconds, lowest, ratio
            )
        engine.dispose()


def _client(web: FastAPI) -> "TestClient":
    try:
        from starlette import testclient  # noqa: PLC0415 - needs what only the test extra installs
    except RuntimeError:
        raise Refusal(
            "no_client", "Measuring pages needs the test extra: pip install 'clm-tracker[test]'"
        ) from None
    return testclient.TestClient(web, base_url=BASE)


def _paths(engine: Engine, programme_id: UUID) -> list[tuple[str, str]]:
    with Session(engine) as session:
        of = FindingRow.programme_id == programme_id
        ref = session.scalars(select(FindingRow.ref).where(of).limit(1)).one()
        area = session.scalars(select(AreaRow.id).where(AreaRow.level == "district").limit(1)).one()
        post = session.scalars(select(DutyBearerRow.id).where(DutyBearerRow.area_id == area).limit(1)).one()
    return [
        ("list", "/findings"),
        ("list by severity", "/findings?status=open&severity=critical"),
        ("list by area", f"/findings?area={area}"),
        ("list by duty bearer", f"/findings?duty_bearer={post}"),
        ("list of what is late", "/findings?overdue=true&sort=due"),
        ("finding", f"/findings/{ref}"),
        ("desk", "/"),
    ]


def _signed_in(store: Store, programme_id: UUID) -> str:
    operator = actors.within(actors.OPERATOR, programme_id)
    with store.writing(now=NOW, actor=operator, programme_id=programme_id) as unit:
        person_id = people.add(unit, name="Coordinator", role=Role.COORDINATOR, email="bench@example.org")
    return sign_in.sign_in_as_demo(store, person_id=person_id, programme_id=programme_id, now=NOW).word


def _plain(engine: Engine) -> FastAPI:
    plain = FastAPI()

    @plain.get("/")
    def page() -> HTMLResponse:
        with Session(engine) as session:
            query = select(FindingRow).order_by(FindingRow.programme_id, FindingRow.logged_at, FindingRow.id)
            return HTMLResponse(_PLAIN.render(found=session.scalars(query.limit(25)).all()))

    return plain


def _measure(client: "TestClient", engine: Engine, path: str) -> tuple[float, int]:
    """The median seconds of a page, and its statements once everything that is kept has been read."""
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        response = client.get(path, follow_redirects=False)
        times.append(time.perf_counter() - began)
        if response.status_code != 200:
            raise RuntimeError(f"{path} answered {response.status_code}.")
    with _counting(engine) as statements:
        client.get(path)
    return round(statistics.median(times[2:]), 4), len(statements)


@contextmanager
def _counting(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)
