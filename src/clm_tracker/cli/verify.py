"""Is the record still what was written, and does every promise of the engine hold?"""

import json
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from sqlalchemy import func, select

from clm_tracker.cli import here
from clm_tracker.db import actors
from clm_tracker.db.tables import FindingRow
from clm_tracker.queries import health
from clm_tracker.queries import verify as against_ledger


def verify(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines.")] = False,
) -> None:
    """Compare every finding with its ledger and every obligation with its promise; name the first thing wrong."""
    with here.store() as store:
        now = here.clock(store).now()
        with store.reading(now=now, actor=actors.OPERATOR, programme_id=None) as look:
            count = look.session.scalar(select(func.count()).select_from(FindingRow)) or 0
            quiet = as_json or not sys.stderr.isatty()
            checked = track(
                against_ledger.differences(look.session),
                total=count,
                description="Replaying the ledger",
                console=Console(stderr=True),
                disable=quiet,
            )
            wrong = [f"{one.ref}: {one.what}" for one in checked if one is not None]
        broken = [f"{one.ref}: {one.what}" for one in health.engine(store, now).broken]
    if as_json:
        print(json.dumps({"findings": count, "wrong": wrong, "broken": broken}, ensure_ascii=False))
    elif wrong or broken:
        print(f"Wrong: {(wrong + broken)[0]}")
        print(f"{len(wrong)} findings differ from their ledger, {len(broken)} promises are broken.")
    else:
        print(f"{count} findings are what their ledger says; no promise is broken.")
    if wrong or broken:
        raise typer.Exit(1)
