"""How fast are the pages among very many findings, against a plain page that keeps no rules?

Both are served by a server of their own, asked over HTTP in turns, one at a time and sixteen at once. The plain page: 25
rows of the same table by index through the ORM and a Jinja table; nobody signs in, nothing is asked of the rules.
"""

import multiprocessing
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import cycle, islice, repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote
from uuid import UUID

import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import Environment
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.middleware.gzip import GZipMiddleware

from clm_tracker.bench import sweep
from clm_tracker.bench.crowd import NOW
from clm_tracker.commands import people, sign_in
from clm_tracker.db import actors
from clm_tracker.db.engine import make_engine
from clm_tracker.db.tables import AreaRow, DutyBearerRow, FindingRow
from clm_tracker.db.units import Store
from clm_tracker.domain.words import Role
from clm_tracker.queries import paging
from clm_tracker.queries.findings import Sort
from clm_tracker.web import sessions

HOST = "127.0.0.1"
TOGETHER = (1, 16)
ROUNDS = 3
SECONDS_TO_START = 60
UNSEEN, A_PAGE = 400, 25  # pages of a list, more than a process keeps rows of
PLAIN = "plain page"
Build = Callable[
    [str, Path, str], FastAPI
]  # of a database's URL, a folder for data and the address it is served at
_ROW = "<tr><td>{{ f.ref }}</td><td>{{ f.title }}</td><td>{{ f.status }}</td><td>{{ f.logged_at }}</td></tr>"
_PLAIN = Environment(autoescape=True).from_string(
    f"<table>{{% for f in found %}}{_ROW}{{% endfor %}}</table>"
)


@dataclass(frozen=True, slots=True)
class PageTime:
    """How one page was answered; `ratio` is its median against that of the plain page in the same run."""

    name: str
    rows: int
    at_once: int
    requests: int
    median_ms: float
    p95_ms: float
    per_second: float
    ratio: float


def on_postgresql(url: str | None, *, rows: int, build: Build, requests: int = 96) -> Iterator[PageTime]:
    """The pages people open most, as a coordinator, with `rows` open findings of which a tenth is late."""
    with ExitStack() as stack:
        server = stack.enter_context(sweep.server(url))
        ours = stack.enter_context(sweep.database(server))
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="clm-bench-")))
        programme_id = sweep.fill(ours, rows=rows, due=rows // 10, searched=True)
        engine = make_engine(ours)
        stack.callback(engine.dispose)
        cookie = f"{sessions.cookie_name(secure=False)}={_signed_in(Store(engine), programme_id)}"
        paths = _paths(engine, programme_id)
        plain = stack.enter_context(_served(_plain, ours, folder))
        pages = stack.enter_context(_served(build, ours, folder))
        asked = [(PLAIN, plain, repeat("/")), *((name, pages, path) for name, path in paths)]
        for together in TOGETHER:
            yield from _compared(asked, cookie, rows=rows, together=together, requests=requests)


def _compared(
    asked: list[tuple[str, int, Iterator[str]]], cookie: str, *, rows: int, together: int, requests: int
) -> Iterator[PageTime]:
    """Each page in turn, several times round, so that a slow minute of the machine is everybody's."""
    times: dict[str, list[float]] = {name: [] for name, _, _ in asked}
    whole = dict.fromkeys(times, 0.0)
    for _, port, path in asked:
        _ask(port, path, cookie, 3)  # what a process keeps has been read
    each = max(1, requests // ROUNDS // together)
    with ThreadPoolExecutor(together) as pool:
        for _ in range(ROUNDS):
            for name, port, path in asked:
                began = time.perf_counter()
                waiting = [pool.submit(_ask, port, path, cookie, each) for _ in range(together)]
                times[name] += [seconds for one in waiting for seconds in one.result()]
                whole[name] += time.perf_counter() - began
    lowest = statistics.median(times[PLAIN])
    for name, of in times.items():
        middle = statistics.median(of)
        yield PageTime(
            name,
            rows,
            together,
            len(of),
            round(middle * 1000, 1),
            round(statistics.quantiles(of, n=20)[-1] * 1000, 1),
            round(len(of) / whole[name], 1),
            round(middle / lowest, 2),
        )


def _ask(port: int, paths: Iterator[str], cookie: str, times: int) -> list[float]:
    """The seconds of each answer, over one connection that is kept, as a browser keeps it."""
    connection = HTTPConnection(HOST, port, timeout=60)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    found = []
    for path in islice(paths, times):
        began = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        found.append(time.perf_counter() - began)
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}.")
    connection.close()
    return found


def _paths(engine: Engine, programme_id: UUID) -> list[tuple[str, Iterator[str]]]:
    """Of each page the address, asked over and over; of a list also one page after the other, none of which was shown before."""
    with Session(engine) as session:
        of = FindingRow.programme_id == programme_id
        ref = session.scalars(select(FindingRow.ref).where(of).limit(1)).one()
        area = session.scalars(select(AreaRow.id).where(AreaRow.level == "district").limit(1)).one()
        post = session.scalars(select(DutyBearerRow.id).where(DutyBearerRow.area_id == area).limit(1)).one()
        newest = select(FindingRow.logged_at, FindingRow.id).where(of)
        newest = newest.order_by(FindingRow.logged_at.desc(), FindingRow.id.desc()).limit(UNSEEN * A_PAGE)
        places = session.execute(newest).all()[A_PAGE - 1 :: A_PAGE]
    unseen = cycle([f"/findings?after={paging.cursor(Sort.NEWEST, tuple(place))}" for place in places])
    again = (
        ("list", "/findings"),
        ("list by severity", "/findings?status=open&severity=critical"),
        ("list by area", f"/findings?area={area}"),
        ("list by duty bearer", f"/findings?duty_bearer={post}"),
        ("list of what is late", "/findings?overdue=yes&sort=due"),
        ("search, a rare word", "/findings?q=generator"),
        ("search, a common word", "/findings?q=medicines"),
        ("search, a piece of Khmer", f"/findings?q={quote('គ្មានថ្នាំ')}"),
        ("search, a place and a word", f"/findings?q={quote('district 3.28 viral')}"),
        ("search with filters", "/findings?q=generator&status=open&severity=critical&sort=severity"),
        ("finding", f"/findings/{ref}"),
        ("desk", "/"),
    )
    return [("list, a page not shown before", unseen), *((name, repeat(path)) for name, path in again)]


def _signed_in(store: Store, programme_id: UUID) -> str:
    operator = actors.within(actors.OPERATOR, programme_id)
    with store.writing(now=NOW, actor=operator, programme_id=programme_id) as unit:
        person_id = people.add(unit, name="Coordinator", role=Role.COORDINATOR, email="bench@example.org")
    return sign_in.sign_in_as_demo(store, person_id=person_id, programme_id=programme_id, now=NOW).word


def _plain(url: str, _folder: Path, _base_url: str) -> FastAPI:
    engine = make_engine(url)
    plain = FastAPI()
    plain.add_middleware(GZipMiddleware, minimum_size=1000)

    @plain.get("/")
    def page() -> HTMLResponse:
        with Session(engine) as session:
            query = select(FindingRow).order_by(FindingRow.programme_id, FindingRow.logged_at, FindingRow.id)
            return HTMLResponse(_PLAIN.render(found=session.scalars(query.limit(25)).all()))

    return plain


@contextmanager
def _served(build: Build, url: str, folder: Path) -> Iterator[int]:
    """The port at which a process of its own serves what `build` makes."""
    # Said to be TCP, or asyncio leaves Nagle's waiting on, and each answer takes 40 ms more.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind((HOST, 0))
    listening.listen(socket.SOMAXCONN)
    port = int(listening.getsockname()[1])
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(build, url, folder, listening), daemon=True
    )
    process.start()
    listening.close()
    try:
        _await(port)
        yield port
    finally:
        process.terminate()
        process.join()


def _serve(build: Build, url: str, folder: Path, listening: socket.socket) -> None:
    web = build(url, folder, f"http://{HOST}:{listening.getsockname()[1]}")
    config = uvicorn.Config(web, access_log=False, server_header=False, log_config=None)
    uvicorn.Server(config).run([listening])


def _await(port: int) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end:
        try:
            connection = HTTPConnection(HOST, port, timeout=5)
            connection.request("GET", "/static/none")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The server did not start.")
