"""How is this installation set up?"""

import json
from dataclasses import asdict

import typer
from rich.console import Console
from rich.table import Table

from clm_tracker.settings import describe, load


def settings(as_json: bool = typer.Option(False, "--json", help="Print JSON.")) -> None:
    """Print each setting with its meaning, value and source."""
    rows = describe(load())
    if as_json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
        return
    table = Table("Setting")
    for heading in ("Value", "From", "Meaning"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(row.name, row.value, row.source, row.meaning)
    Console().print(table)
