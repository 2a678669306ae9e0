"""Is a page that is made from the code still what the code says?"""

import os
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def keep_true(page: str, text: str) -> None:
    """Compare `docs/<page>` with `text`; with CLM_TEST_REWRITE=1 write it instead."""
    file = DOCS / page
    if os.environ.get("CLM_TEST_REWRITE") == "1":
        file.write_text(text, encoding="utf-8")
    told = file.read_text(encoding="utf-8") if file.exists() else ""
    assert told == text, (
        f"docs/{page} is out of date: run CLM_TEST_REWRITE=1 .venv/bin/pytest tests/architecture"
    )
