"""How is a whole installation copied into one file, and brought back?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from clm_tracker.db import backup as copies
from clm_tracker.db.engine import make_engine
from clm_tracker.delivery.evidence_store import EvidenceStore
from clm_tracker.kernel.clock import SystemClock
from clm_tracker.settings import load


def backup(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The new file, for example clm-2026-03-02.zip.")
    ],
) -> None:
    """Copy the database and the evidence, as they stand at one moment, into one file."""
    settings = load()
    engine = make_engine(settings.database_url, statement_timeout=0)
    console = Console(stderr=True)
    with console.status("…") as status:
        copies.write(
            engine,
            EvidenceStore.at(settings.evidence_url),
            file,
            now=SystemClock().now(),
            progress=status.update,
        )
    engine.dispose()
    print(f"{file}: {file.stat().st_size:,} bytes. Keep the secret key of the data folder beside it.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `backup` wrote.")],
) -> None:
    """Fill an empty database and the evidence from a backup; a damaged file is refused and changes nothing."""
    settings = load()
    engine = make_engine(settings.database_url, statement_timeout=0)
    console = Console(stderr=True)
    with console.status("…") as status:
        manifest = copies.restore(
            engine, EvidenceStore.at(settings.evidence_url), file, progress=status.update
        )
    engine.dispose()
    lines = manifest["members"]["tables/ledger.jsonl"]["lines"]
    print(
        f"Restored as it stood at {manifest['made_at']}, with {lines:,} lines in the ledger. Everybody signs in anew."
    )
