"""What does a foreign file hold for this programme, and what of it was taken in?"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bars

from clm_tracker.cli import here
from clm_tracker.commands import intake
from clm_tracker.db import actors
from clm_tracker.intake import mapping_files
from clm_tracker.intake.files import PLAIN, read_table
from clm_tracker.intake.mapping import FileMapping
from clm_tracker.intake.records import Import
from clm_tracker.kernel.refusals import Refusal

_KINDS = {
    "area": ("area", "areas"),
    "site": ("site", "sites"),
    "duty_bearer": ("duty bearer", "duty bearers"),
    "theme": ("theme", "themes"),
    "finding": ("finding", "findings"),
}


def import_(
    kind: Annotated[Import, typer.Argument(metavar="KIND", help="areas, sites, duty-bearers or findings.")],
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", exists=True, dir_okay=False, help="CSV, TSV, XLSX, XLS, ODS, JSON or GeoJSON."
        ),
    ],
    mapping: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|NAME",
            help=f"Which column is what: a TOML file, or one of {', '.join(mapping_files.shipped())}.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report the same, and keep nothing.")] = False,
    programme: Annotated[
        str | None, typer.Option(metavar="KEY", help="Needed when there are several.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines.")] = False,
) -> None:
    """Take in areas, sites, duty bearers or findings from a file, whole or not at all.

    The same file again changes nothing; a later one changes what differs, by the source's own identifiers. Rows that
    cannot be used are left out and listed with the reason. Exit 0 done; 1 rows were refused, or nothing was there; 2 misuse.
    """
    said = _said(kind, mapping)
    table = read_table(file, said.reading if said else PLAIN)
    shown = not as_json and sys.stderr.isatty()
    with here.store() as store, _bars(shown=shown) as progress:
        programme_id = here.programme(store, programme)
        report = intake.run(
            store,
            table,
            said or intake.plain(kind, table.columns),
            now=here.clock(store).now(),
            actor=actors.within(actors.OPERATOR, programme_id),
            programme_id=programme_id,
            dry_run=dry_run,
            progress=progress,
        )
    if as_json:
        typer.echo(json.dumps({"dry_run": dry_run, **asdict(report)}, ensure_ascii=False, indent=2))
    else:
        for line in _lines(report, dry_run=dry_run):
            typer.echo(line)
    if not report.done:
        raise typer.Exit(1)


def _said(kind: Import, name: str | None) -> FileMapping | None:
    """The mapping; for another kind than what was asked it is a misuse."""
    if name is None:
        return None
    try:
        return intake.for_kind(kind, mapping_files.load(name), name)
    except Refusal as no:
        raise typer.BadParameter(no.sentence, param_hint="--mapping") from None


@contextmanager
def _bars(*, shown: bool) -> Iterator[intake.Progress]:
    """A bar for each kind of row that is written."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True, disable=not shown) as bars:
        tasks = {}

        def progress(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(_KINDS.get(what, (what, what))[1], total=of)
            bars.update(tasks[what], completed=done, total=of)

        yield progress


def _lines(report: intake.Report, *, dry_run: bool) -> Iterator[str]:
    if dry_run:
        yield "Tried only; nothing was kept."
    for kind, count in report.counts.items():
        one, many = _KINDS[kind]
        yield (
            f"{count.imported:,} {one if count.imported == 1 else many} imported, {count.changed:,} changed, "
            f"{count.unchanged:,} as before."
        )
    if report.skipped:
        yield f"{report.skipped:,} left out, as the mapping says."
    for warning in report.warnings:
        yield f"Note: {warning}"
    rows = len({row.line for row in report.refused})
    if rows:
        yield f"{rows:,} refused:"
    for row in report.refused:
        at = f"  {report.unit} {row.line}" if row.line else "  implied"
        name = f", {row.field}" if row.field else ""
        yield f"{at}{name}: {row.reason}" + (f" ({row.value})" if row.value else "")
    if not report.counts:
        yield "Nothing was imported."
