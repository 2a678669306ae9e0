"""Does docs/settings.md name every setting?"""

import os
from pathlib import Path

import pytest

from clm_tracker.settings import OTHERS, PREFIX, Settings
from tests.architecture.generated import keep_true

HEAD = """# Settings

Environment variables, also from a `.env` file in the working folder; the environment wins. An unknown `CLM_` variable is
refused. `clm-tracker settings` prints them with their values and where each came from.

| Variable | Default | Meaning |
|---|---|---|
"""


def test_the_page_of_settings_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX) and not name.startswith(OTHERS)]:
        monkeypatch.delenv(name)
    here = f"{Path.cwd().as_posix()}/"
    shown = Settings(_env_file=None)
    rows = []
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else str(getattr(shown, name)).replace(here, "./")
        rows.append(
            f"| `{PREFIX}{name.upper()}` | {f'`{default}`' if default else ''} | {field.description} |\n"
        )
    keep_true("settings.md", HEAD + "".join(rows))
