"""Do the documents speak of files that exist, and does the map of the floors show all of them?"""

import re
from pathlib import Path

import pytest

from tests.architecture.test_files import ROOT
from tests.architecture.test_own_rules import SRC

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SUFFIXES = "py|html|md|toml|yml|ini|css"
PATH = re.compile(rf"(?<![\w/.<%-])((?:[\w*-]+/)*[\w*-]+\.(?:{SUFFIXES})|(?:[\w*-]+/)+(?![\w<./…-]))")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
HERE = {"./"}


def exists(path: str) -> bool:
    """From the top, from the package, or anywhere in it when no folder is named (as in the map of the floors)."""
    name = path.rstrip("/")
    anywhere = "/" not in name and any((*SRC.rglob(name), *(ROOT / "tests").glob(name)))
    return anywhere or any(any(base.glob(name)) for base in (ROOT, SRC))


def paths(text: str) -> set[str]:
    """The paths in pieces of code; a pattern counts when it finds something."""
    return {path for code in CODE.findall(text) for path in PATH.findall(code)} - HERE


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_what_a_document_names_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert not {path for path in paths(text) if not exists(path)}
    assert not {link for link in LINK.findall(text) if not (document.parent / link).exists()}


def test_a_path_that_is_gone_is_noticed() -> None:
    assert paths("see `domain/gone.py`, `tests/*/test_gone.py` and `web/gone/`") == {
        "domain/gone.py",
        "tests/*/test_gone.py",
        "web/gone/",
    }
    assert not exists("domain/gone.py")
    assert exists("tests/*/test_findings.py")


def test_the_map_shows_every_floor() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    tree = text.split("```")[1]
    floors = {p.name + ("/" if p.is_dir() else "") for p in SRC.iterdir() if not p.name.startswith("_")}
    assert not {floor for floor in floors - {"py.typed"} if floor not in tree}
