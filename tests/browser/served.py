"""How do tests reach a demonstration as people do: over HTTP, from the server that really serves it?"""

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Thread
from time import sleep
from uuid import UUID

import uvicorn
from fastapi import FastAPI
from sqlalchemy import update

from clm_tracker import app
from clm_tracker.commands import sign_in
from clm_tracker.db import actors, migrate
from clm_tracker.db.engine import make_engine
from clm_tracker.db.tables import PersonRow
from clm_tracker.db.units import Store
from clm_tracker.demo.running import Demonstration, last_moment
from clm_tracker.domain.policy import Actor
from clm_tracker.jobs.sweep import run_sweep
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.web import demo_doors, sessions
from clm_tracker.web.first_word import first_word
from tests import demonstration

# Whom the tests take for a role, unless they name somebody of the cast by key.
CAST = {
    "duty_bearer": "national-hiv",
    "advocate": "sreyleak",
    "committee": "bunthan",
    "observer": "observer",
    "coordinator": "chenda",
}


@dataclass(frozen=True)
class Served:
    """A demonstration that is being served. Its clock stands still until `demo.advance(days)` moves it."""

    url: str
    folder: Path
    store: Store
    demo: Demonstration
    clock: FixedClock

    def begin_again(self, source: Path) -> None:
        """Lay the demonstration in `source` in the place of this one, and put the clock back."""
        self.store.engine.dispose()
        aside = self.folder.with_suffix(".aside")
        self.folder.rename(aside)
        shutil.copytree(source, self.folder)
        shutil.rmtree(aside, ignore_errors=True)  # somebody may still be writing there
        self.clock.set(last_moment(self.store))
        self.demo._ahead = timedelta()

    def outage(self, days: int) -> None:
        """Let days pass in which nobody looks, and then the engine again: once."""
        self.clock.advance(days=days)
        run_sweep(self.store, self.demo.now())

    def person(self, role: str) -> tuple[UUID, UUID]:
        """The identifiers of a person, by role or by the key in the cast, and of the programme."""
        key = CAST.get(role, role)
        found = next(one for one in self.demo.people() if one.key == key)
        return found.person_id, found.programme_id

    def actor(self, role: str) -> Actor:
        """The person as the commands and queries know them."""
        person, programme = self.person(role)
        now = self.demo.now()
        with self.store.reading(now=now, actor=actors.NOBODY, programme_id=programme) as look:
            found = actors.load(look.session, person, programme, now=now, day=look.today)
        assert found is not None
        return found

    def cookie(self, role: str) -> tuple[str, str]:
        """The name and word of the cookie by which this person is signed in."""
        person, programme = self.person(role)
        came = sign_in.sign_in_as_demo(
            self.store,
            person_id=person,
            programme_id=programme,
            now=self.demo.now(),
            stays=demo_doors.STAYS,
        )
        return sessions.cookie_name(secure=False), came.word

    def speak(self, role: str, language: str) -> None:
        """Let this person's account be in a language."""
        person, _programme = self.person(role)
        with self.store.engine.begin() as connection:
            connection.execute(update(PersonRow).where(PersonRow.id == person).values(language=language))


@contextmanager
def serving(source: Path, folder: Path) -> Iterator[Served]:
    """Serve a copy of the demonstration in `source` from a thread of this process, on a free port."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        settings = demonstration.copy(source, folder, base_url=url)
        store = Store(make_engine(settings.database_url))
        clock = FixedClock(last_moment(store))
        demo = Demonstration(store, run_sweep, real=clock)
        web = app.build(settings, clock=demo, store=store, demo=demo)
        try:
            with _running(web, door):
                yield Served(url, folder, store, demo, clock)
        finally:
            store.engine.dispose()


@contextmanager
def serving_nothing(folder: Path) -> Iterator[tuple[str, str]]:
    """Serve a database without any programme. Yields its address and the word by which one begins."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        settings = demonstration.settings_in(folder, base_url=url)
        folder.mkdir(parents=True)
        store = Store(make_engine(settings.database_url))
        migrate.upgrade(store.engine)
        try:
            with _running(app.build(settings, store=store), door):
                yield url, first_word(settings.key())
        finally:
            store.engine.dispose()


@contextmanager
def _running(web: FastAPI, door: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(
        uvicorn.Config(web, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    )
    thread = Thread(target=server.run, kwargs={"sockets": [door]}, name="served", daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "The server did not start."
            sleep(0.01)
        yield
    finally:
        server.should_exit = True
        thread.join(10)
    assert not thread.is_alive(), "The server does not end."
