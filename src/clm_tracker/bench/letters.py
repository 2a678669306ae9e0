"""How fast do notices come into letters, and letters to a mail server, against a mail program that has them ready-made?

The stages of a sweep are told to one person each at very many posts. Placing and handing over are measured apart; the
server takes everything, in a process of its own.
"""

import asyncio
import multiprocessing
import smtplib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any

from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import text

from clm_tracker.bench import crowd, sweep
from clm_tracker.bench.crowd import NOW
from clm_tracker.bench.sweep import apart
from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.delivery.mail import Mail, Server
from clm_tracker.delivery.mail_messages import Sender
from clm_tracker.domain.words import Channel
from clm_tracker.jobs.parcels import Post
from clm_tracker.jobs.relay import RelayReport, run_relay
from clm_tracker.jobs.sweep import run_sweep
from clm_tracker.kernel.clock import FixedClock

SENDER = Sender("Bench", "letters@clm.example.org", "letters@clm.example.org")
NEXT_MORNING = NOW + timedelta(hours=23)  # eight o'clock where the programme is
ROWS_A_NOTICE = 10  # obligations, of which one has a stage due: more at once would be held by the brake


@dataclass(frozen=True, slots=True)
class Measurement:
    """One step; `peak_mb` is what its whole process held at most, `ratio` the step's seconds to its floor's."""

    name: str
    notices: int
    letters: int
    seconds: float
    notices_a_second: float
    letters_a_second: float
    floor_seconds: float | None = None
    ratio: float | None = None
    peak_mb: float | None = None


@dataclass(slots=True)
class Taken:
    """What the server has had."""

    messages: int = 0
    bytes: int = 0


def on_postgresql(url: str | None, *, notices: int, people: int) -> Iterator[Measurement]:
    """So many notices, placed into the letters of so many people, and handed over."""
    with sweep.server(url) as there, sweep.database(there) as ours, mail_server() as (port, taken):
        sweep.fill(ours, rows=ROWS_A_NOTICE * notices, due=notices, posts=people, calm=True)
        told(ours)
        seconds, peak = apart(_placed, ours, port, notices)
        yield _measured("placing", notices, people, seconds, peak)
        seconds, peak = apart(_handed_over, ours, port, people)
        had = taken()
        assert had.messages == people, f"{had.messages} letters of {people} arrived."
        lowest, _peak = apart(_floor, port, people, had.bytes // people)
        yield _measured("handing over", notices, people, seconds, peak, lowest)


def told(url: str) -> None:
    """Let the stages that are due be entered, and everybody who holds a post have an address."""
    engine = make_engine(url, statement_timeout=0)
    run_sweep(Store(engine), NOW, budget_seconds=3_600)
    with engine.begin() as connection:
        connection.execute(text("UPDATE holders SET email = 'holder-' || id || '@example.org'"))
    crowd.settle(Store(engine))
    engine.dispose()


def _measured(
    name: str, notices: int, letters: int, seconds: float, peak: float, lowest: float | None = None
) -> Measurement:
    return Measurement(
        name,
        notices,
        letters,
        seconds,
        round(notices / seconds, 1),
        round(letters / seconds, 1),
        lowest,
        round(seconds / lowest, 2) if lowest else None,
        peak,
    )


def _placed(url: str, port: int, notices: int) -> float:
    seconds, report = _run(url, port, at_night=True)
    assert report.placed == notices, f"{notices} notices were to be placed: {report}"
    return seconds


def _handed_over(url: str, port: int, letters: int) -> float:
    seconds, report = _run(url, port, at_night=False)
    assert report.sent == letters, f"{letters} letters were to be handed over: {report}"
    return seconds


def _run(url: str, port: int, *, at_night: bool) -> tuple[float, RelayReport]:
    store = Store(make_engine(url))
    mail = Mail(Server.at(f"smtp://127.0.0.1:{port}"), SENDER)
    post = Post(carriers={Channel.MAIL: mail}, base_url="https://clm.example.org")
    clock = FixedClock(NOW if at_night else NEXT_MORNING)
    began = time.perf_counter()
    report = run_relay(store, clock, post, worker="bench")
    return time.perf_counter() - began, report


def _floor(port: int, letters: int, size: int) -> float:
    """As many messages of the same size, ready-made, over one connection."""
    head = f"From: {SENDER.address}\r\nTo: somebody@example.org\r\nSubject: Ready-made\r\n\r\n"
    line = "x" * 70 + "\r\n"
    message = (head + line * max((size - len(head)) // len(line), 1)).encode()
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for n in range(letters):
            server.sendmail(SENDER.address, f"somebody{n}@example.org", message)
    return time.perf_counter() - began


class _Office:
    def __init__(self) -> None:
        self.taken = Taken()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        self.taken.messages += 1
        self.taken.bytes += len(envelope.content or b"")
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[tuple[int, Any]]:
    """A server that takes everything, in a process of its own: its port, and what says how much it has had."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    port = ours.recv()

    def taken() -> Taken:
        ours.send("how much?")
        found = ours.recv()
        assert isinstance(found, Taken)
        return found

    try:
        yield port, taken
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Connection) -> None:
    office = _Office()
    loop = asyncio.new_event_loop()
    controller = UnthreadedController(office, hostname="127.0.0.1", port=0, loop=loop)
    controller.begin()  # type: ignore[no-untyped-call]

    def answer() -> None:
        pipe.recv()
        pipe.send(office.taken)

    loop.add_reader(pipe.fileno(), answer)
    server = controller.server
    assert isinstance(server, asyncio.Server)
    pipe.send(server.sockets[0].getsockname()[1])
    loop.run_forever()
