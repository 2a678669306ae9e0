"""How is the program served, set up and looked after from the machine itself?"""

import logging
import sys
from contextlib import ExitStack
from datetime import timedelta
from typing import Annotated

import structlog
import typer
import uvicorn

from clm_tracker import app
from clm_tracker.cli import here
from clm_tracker.commands import programmes
from clm_tracker.db import migrate as migrations
from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.jobs import schedule
from clm_tracker.kernel.clock import SystemClock
from clm_tracker.queries import health as engine_health
from clm_tracker.settings import Settings, load
from clm_tracker.web.first_word import first_word
from clm_tracker.web.pages import first_visit
from clm_tracker.worker import post_of, taking_mail

EVERY = "0.0.0.0"  # noqa: S104 - compared, not bound


def serve(
    host: Annotated[
        str, typer.Option(help="The address to serve on; 0.0.0.0 for every network.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to serve on.")] = 8000,
    no_jobs: Annotated[bool, typer.Option("--no-jobs", help="Pages only; `work` does the jobs.")] = False,
) -> None:
    """Serve pages and JSON, and do the jobs."""
    settings = load()
    if "base_url" not in settings.model_fields_set and settings.environment != "production":
        settings = load(base_url=f"http://{'127.0.0.1' if host == EVERY else host}:{port}")
    log(settings)
    clock = SystemClock()
    engine = make_engine(settings.database_url)
    if migrations.current(engine) is None:
        migrations.upgrade(engine)  # nothing can be lost where there is nothing
    migrations.check(engine)
    store = Store(engine)
    here.in_earnest(store)
    if not here.has_programme(store, clock.now()):
        at = first_visit.begin_at(settings.base_url, first_word(settings.key()))
        print(f"There is no programme yet. Whoever opens this begins it:\n  {at}", flush=True)
    web = app.build(settings, clock=clock, store=store)
    app.settle()
    every = timedelta(seconds=settings.sweep_interval)
    with ExitStack() as jobs:
        if not no_jobs:
            jobs.enter_context(schedule.running(store, clock, every, post_of(settings, clock)))
            jobs.enter_context(taking_mail(settings, store, clock))
        # The program writes its own line for each request, without what people searched for.
        uvicorn.run(web, host=host, port=port, access_log=False, server_header=False, log_config=None)
    engine.dispose()


def migrate() -> None:
    """Bring the database to this program's schema."""
    settings = load()
    engine = make_engine(settings.database_url, statement_timeout=0)
    migrations.upgrade(engine)
    print(f"The database is at schema {migrations.current(engine)}.")
    engine.dispose()


def health() -> None:
    """Say whether the engine keeps its promises; exit 1 when one is broken."""
    with here.store() as store:
        found = engine_health.engine(store, here.clock(store).now())
    for problem in found.problems:
        print(problem)
    for broken in found.broken:
        print(
            f"  {broken.ref}: {broken.what}"
            + (f" since {broken.since:%Y-%m-%d %H:%M} UTC" if broken.since else "")
        )
    for parked in found.parked:
        print(f"  {parked.ref}: {parked.kind} is parked after {parked.times} tries: {parked.problem}")
    for programme in found.braked:
        print(f"  {programme}: stages are held until a coordinator releases them")
    if not found.ok:
        raise typer.Exit(1)
    print("All promises of the engine are kept.")


def init(
    name: Annotated[str, typer.Option(prompt="Name of the programme", help="The programme's name.")],
    prefix: Annotated[
        str, typer.Option(prompt="Beginning of references, such as KH", help="2 to 8 letters.")
    ],
    country: Annotated[
        str, typer.Option(prompt="Country, such as KH or US-MA", help="ISO 3166, with a part.")
    ],
    timezone: Annotated[
        str, typer.Option(prompt="Time zone, such as Asia/Phnom_Penh", help="Of its due days.")
    ],
    coordinator: Annotated[
        str, typer.Option(prompt="Name of the first coordinator", help="A person's name.")
    ],
    email: Annotated[str, typer.Option(prompt="Their address", help="To sign in with.")],
    password: Annotated[
        str,
        typer.Option(prompt="Their password", hide_input=True, confirmation_prompt=True),
    ],
    languages: Annotated[str, typer.Option(help="Languages by their tags, the first one first.")] = "en",
) -> None:
    """Begin a new programme: its database, first coordinator, calendar, ladders and themes."""
    settings = load()
    engine = make_engine(settings.database_url)
    migrations.upgrade(engine)
    begun = programmes.init(
        Store(engine),
        now=SystemClock().now(),
        name=name,
        prefix=prefix,
        country=country,
        timezone=timezone,
        languages=tuple(tag.strip() for tag in languages.split(",") if tag.strip()),
        coordinator_name=coordinator,
        coordinator_email=email,
        password=password,
    )
    engine.dispose()
    print(f"{name} has begun (programme {begun.programme_id}). Serve it with: clm-tracker serve")


def log(settings: Settings) -> None:
    """Set the program's log lines up: for people, or JSON for programs. Errors carry no values of variables."""
    steps: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if settings.log_format == "json":
        steps += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        steps.append(
            structlog.dev.ConsoleRenderer(
                colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        )
    structlog.configure(
        processors=steps,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING)
