"""How fast is it on this machine?"""

import json
import logging
from collections.abc import Iterable
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Annotated

import structlog
import typer
from fastapi import FastAPI
from rich.console import Console
from rich.table import Table

from clm_tracker import app
from clm_tracker.bench import letters as of_letters
from clm_tracker.bench import pages as of_pages
from clm_tracker.bench import sweep as of_sweeps
from clm_tracker.bench.crowd import NOW
from clm_tracker.bench.sweep import Measurement
from clm_tracker.db.engine import make_engine
from clm_tracker.db.units import Store
from clm_tracker.kernel.clock import FixedClock
from clm_tracker.settings import Settings

bench = typer.Typer(no_args_is_help=True, help="Measure the program against what the database itself can do.")

Url = Annotated[
    str | None,
    typer.Option(
        "--database-url",
        metavar="URL",
        help="A PostgreSQL on which databases may be made and dropped; without it one is started (test extra).",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, for each measurement.")]


@bench.command("sweep")
def sweep(
    database_url: Url = None,
    rows: Annotated[int, typer.Option(min=1, help="Obligations on PostgreSQL.")] = 1_000_000,
    due: Annotated[int, typer.Option(min=1, help="How many of them have a stage due.")] = 100_000,
    sqlite: Annotated[bool, typer.Option(help="Also 10,000 due among 100,000 on SQLite.")] = True,
    as_json: AsJson = False,
) -> None:
    """A sweep with much to do and one with nothing, beside hand-written SQL on equal data."""
    if due > rows:
        raise typer.BadParameter("There cannot be more due than there are.", param_hint="--due")
    measured = of_sweeps.on_postgresql(database_url, rows=rows, due=due)
    small = of_sweeps.on_sqlite(rows=min(rows, 100_000), due=min(due, 10_000)) if sqlite else ()
    _show(chain(measured, small), as_json=as_json)


@bench.command("audit")
def audit(
    database_url: Url = None,
    rows: Annotated[int, typer.Option(min=1, help="Open findings.")] = 100_000,
    as_json: AsJson = False,
) -> None:
    """The auditor's questions with very many open findings."""
    _show(of_sweeps.audit(database_url, rows=rows), as_json=as_json)


@bench.command("pages")
def pages(
    database_url: Url = None,
    rows: Annotated[int, typer.Option(min=10, help="Open findings.")] = 1_000_000,
    requests: Annotated[int, typer.Option(min=48, help="How often each page is asked for, at least.")] = 96,
    as_json: AsJson = False,
) -> None:
    """The pages people open most among very many findings, beside a plain page without rules, over HTTP."""
    table = Table("Page", *("At once", "Median ms", "p95 ms", "A second", "Ratio"))
    for one in of_pages.on_postgresql(database_url, rows=rows, build=_web, requests=requests):
        if as_json:
            typer.echo(json.dumps(asdict(one)))
        table.add_row(
            one.name,
            str(one.at_once),
            f"{one.median_ms:.1f}",
            f"{one.p95_ms:.1f}",
            f"{one.per_second:.1f}",
            f"{one.ratio:.2f}",
        )
    if not as_json:
        Console().print(table)


@bench.command("letters")
def letters(
    database_url: Url = None,
    notices: Annotated[int, typer.Option(min=1, help="Notices that wait.")] = 10_000,
    people: Annotated[int, typer.Option(min=1, help="Whom they are for.")] = 500,
    as_json: AsJson = False,
) -> None:
    """Notices placed into letters, and letters handed over to a mail server, beside ready-made mail to the same server."""
    table = Table(
        "Step", *("Notices", "Letters", "Seconds", "Notices/s", "Letters/s", "Floor", "Ratio", "Peak MB")
    )
    for one in of_letters.on_postgresql(database_url, notices=notices, people=people):
        if as_json:
            typer.echo(json.dumps(asdict(one)))
        table.add_row(
            one.name,
            f"{one.notices:,}",
            f"{one.letters:,}",
            f"{one.seconds:.3f}",
            f"{one.notices_a_second:,.0f}",
            f"{one.letters_a_second:,.0f}",
            "" if one.floor_seconds is None else f"{one.floor_seconds:.3f}",
            "" if one.ratio is None else f"{one.ratio:.2f}",
            "" if one.peak_mb is None else f"{one.peak_mb:.0f}",
        )
    if not as_json:
        Console().print(table)


def _web(database_url: str, folder: Path, base_url: str) -> FastAPI:
    """The whole web program as it is served, besides its line for each request, which would be measured as well."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    settings = Settings(data_dir=folder, base_url=base_url)
    web = app.build(settings, clock=FixedClock(NOW), store=Store(make_engine(database_url)))
    app.settle()
    return web


def _show(measured: Iterable[Measurement], *, as_json: bool) -> None:
    if as_json:
        for one in measured:
            typer.echo(json.dumps(asdict(one)))
        return
    table = Table("What", *(("Rows", "Seconds", "Floor", "Ratio", "Peak MB")))
    for one in measured:
        table.add_row(
            one.name,
            f"{one.rows:,}",
            f"{one.seconds:.3f}",
            "" if one.floor_seconds is None else f"{one.floor_seconds:.3f}",
            "" if one.ratio is None else f"{one.ratio:.2f}",
            "" if one.peak_mb is None else f"{one.peak_mb:.0f}",
        )
    Console().print(table)
