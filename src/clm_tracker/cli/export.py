"""How do findings, actions, escalations and the ledger leave as a file?"""

from pathlib import Path
from typing import Annotated, Literal

import typer

from clm_tracker.cli import here
from clm_tracker.delivery import sheets
from clm_tracker.delivery.sheets import Format
from clm_tracker.queries import exports
from clm_tracker.queries.exports import Export


def export(
    what: Annotated[
        Literal["findings", "actions", "escalations", "ledger", "everything"], typer.Argument(metavar="WHAT")
    ],
    to: Annotated[Path, typer.Argument(metavar="FILE", help="The new file; its ending says what it is.")],
    programme: Annotated[
        str | None, typer.Option(metavar="KEY", help="Needed when there are several.")
    ] = None,
) -> None:
    """Write findings, actions, escalations, the ledger or everything to a .csv, .xlsx or .jsonl file.

    `everything` is one workbook, or a .zip of .csv or .jsonl files (name it FILE.csv.zip or FILE.jsonl.zip).
    """
    chosen = list(Export) if what == "everything" else [Export(what)]
    ending = to.with_suffix("").suffix if to.suffix == ".zip" else to.suffix
    if ending.lstrip(".") not in list(Format) or (to.suffix == ".zip") != (
        what == "everything" and ending != ".xlsx"
    ):
        named = (
            "FILE.xlsx, FILE.csv.zip or FILE.jsonl.zip"
            if what == "everything"
            else "FILE.csv, FILE.xlsx or FILE.jsonl"
        )
        raise typer.BadParameter(f"Name it {named}.", param_hint="FILE")
    if to.exists():
        raise typer.BadParameter(f"{to} exists already; choose another name.", param_hint="FILE")
    with here.looking(programme) as look:
        sheets.write([exports.sheet(look, one) for one in chosen], Format(ending.lstrip(".")), to)
    typer.echo(f"{to}: {to.stat().st_size:,} bytes.")
