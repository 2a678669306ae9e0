"""How is the program served?"""

from contextlib import ExitStack
from datetime import timedelta
from typing import Annotated

import typer
import uvicorn

from clm_tracker import app
from clm_tracker.cli import here
from clm_tracker.cli.logs import log
from clm_tracker.db import migrate as migrations
from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.jobs import schedule
from clm_tracker.kernel.clock import SystemClock
from clm_tracker.settings import load
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
