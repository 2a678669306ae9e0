"""How does somebody look at clm-tracker with a whole programme in it, without setting anything up?"""

import base64
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby
from pathlib import Path

import typer
import uvicorn
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from sqlalchemy import make_url

from clm_tracker import app
from clm_tracker.cli.logs import log
from clm_tracker.db import migrate
from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.delivery.evidence_store import EvidenceStore
from clm_tracker.demo.build import build
from clm_tracker.demo.people import PEOPLE, ROLES
from clm_tracker.demo.programme import PROGRAMME
from clm_tracker.demo.running import Demonstration, find
from clm_tracker.jobs import schedule
from clm_tracker.jobs.relay import run_relay
from clm_tracker.jobs.sweep import run_sweep
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.kernel.refusals import Refusal
from clm_tracker.settings import Settings, load
from clm_tracker.worker import post_of


def demo(
    port: int = typer.Option(8000, help="The port to serve on."),
    host: str = typer.Option("127.0.0.1", help="The address to serve on; 0.0.0.0 for every network."),
    fresh: bool = typer.Option(
        False, "--fresh", help="Throw the present demonstration away and begin again."
    ),
    prepare_only: bool = typer.Option(False, "--prepare-only", help="Prepare it, and do not serve it."),
) -> None:
    """Prepare a demonstration in the data folder, say who can sign in, and serve it."""
    settings = load()
    if "base_url" not in settings.model_fields_set:
        name = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - compared, not bound
        settings = load(base_url=f"http://{name}:{port}")
    if settings.smtp_url is None:
        # Nobody in it is real: what they are written lies in a folder.
        settings = load(
            base_url=settings.base_url,
            smtp_url=f"file://{(settings.data_dir / 'mail').as_posix()}",
            mail_from=f"{PROGRAMME.name} <letters@clm.example.org>",
        )
    prepare(settings, fresh=fresh)
    store = Store(make_engine(settings.database_url))
    running = Demonstration(store, _by_itself(settings))
    _say_who(settings, running)
    if not prepare_only:
        print(f"Open {settings.base_url} (Ctrl+C ends it; it goes on from there next time).")
        log(settings)
        web = app.build(settings, clock=running, store=store, demo=running)
        app.settle()
        every = timedelta(seconds=settings.sweep_interval)
        with schedule.running(store, running, every, post_of(settings, running)):
            uvicorn.run(web, host=host, port=port, access_log=False, server_header=False, log_config=None)
    store.engine.dispose()


def _by_itself(settings: Settings) -> Callable[[Store, datetime], object]:
    """What happens without anybody in a day that passes: the sweep, and the letters that follow."""

    def do(store: Store, at: datetime) -> None:
        run_sweep(store, at)
        send(settings, store, at)

    return do


def send(settings: Settings, store: Store, at: datetime) -> None:
    """Let the letters leave whose moment has come."""
    clock = FixedClock(at)
    run_relay(store, clock, post_of(settings, clock), worker="demonstration")


def prepare(settings: Settings, *, fresh: bool = False) -> None:
    """Build the demonstration where there is none. With `fresh` a present one is thrown away first.

    Raises Refusal for a database that is not SQLite, or that holds something else.
    """
    file = _file(settings)
    if file.exists() and _is_prepared(settings) and not fresh:
        return
    # Built aside and put in place when it is whole: a build that was broken off leaves nothing behind.
    aside = file.with_name(f"{file.stem}-in-the-making{file.suffix}")
    aside.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _remove(aside)
    engine = make_engine(f"sqlite:///{aside}")
    migrate.upgrade(engine)
    columns = (TextColumn("Preparing the demonstration"), BarColumn(), TextColumn("{task.fields[day]}"))
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", day="")
        build(
            Store(engine),
            EvidenceStore.at(settings.evidence_url),
            password=password(settings.key()),
            send=lambda store, at: send(settings, store, at),
            on_day=lambda done, of: bar.update(task, completed=done, total=of, day=f"day {done} of {of}"),
        )
    engine.dispose()  # the last connection takes the write-ahead log into the file
    _remove(file)
    aside.replace(file)


def password(key: bytes) -> str:
    """The password of everybody in the demonstration: the same as long as the installation has the same secret key."""
    word = base64.b32encode(hmac.digest(key, b"demonstration", sha256)).decode().lower()
    return f"{word[:4]}-{word[4:8]}-{word[8:12]}"


def _file(settings: Settings) -> Path:
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise Refusal(
            "not_sqlite",
            "The demonstration is one SQLite file in the data folder: leave CLM_DATABASE_URL out.",
        )
    return Path(url.database)


def _is_prepared(settings: Settings) -> bool:
    """Does the file hold the demonstration? Brings one of an earlier version up to date."""
    engine = make_engine(settings.database_url)
    try:
        if migrate.current(engine) is None:
            raise Refusal(
                "other_file", f"{_file(settings)} holds something else; move it, or name another folder."
            )
        migrate.upgrade(engine)
        return find(Store(engine)) is not None
    finally:
        engine.dispose()


def _remove(file: Path) -> None:
    for part in (file, *(file.with_name(f"{file.name}{end}") for end in ("-wal", "-shm"))):
        part.unlink(missing_ok=True)


def _say_who(settings: Settings, running: Demonstration) -> None:
    cast = {one.key: one for one in PEOPLE}
    print(f"Who can sign in: by one click, or with an address and the password {password(settings.key())}")
    for role, group in groupby(running.people(), key=lambda one: one.role):
        print(f"\n{ROLES[role].capitalize()}")
        for person in group:
            print(f"  {person.name}")
            print(f"    {settings.base_url}/demo/sign-in/{person.key}   {cast[person.key].email}")
    print(f"\nIt is {running.now():%A, %d %B %Y} in it. All there is of it lies in {settings.data_dir}")
