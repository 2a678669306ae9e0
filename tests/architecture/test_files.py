"""Does each file keep to the habits that a machine can see?"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 400
VAGUE = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
TEXT = {".py", ".html", ".txt", ".md", ".toml", ".yml", ".ini", ".css", ".js", ".mako", ".jinja"}
MACHINE_PATH = re.compile(r"(?<![\w.:$}{/-])/(?:home|root|Users|work)/[\w.-]+")
UNFINISHED = re.compile(
    r"raise NotImplementedError|\b(?:TO" r"DO|FIX" r"ME|XXX|HACK)\b|coming soon|not yet implemented",
    re.IGNORECASE,
)


def files(*folders: str, suffixes: set[str] = TEXT) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(
            path
            for path in (ROOT / folder).rglob("*")
            if path.suffix in suffixes and "__pycache__" not in path.parts and "vendor" not in path.parts
        )


def told(paths: Iterator[Path] | list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_no_file_is_longer_than_one_idea() -> None:
    long = [
        path
        for path in files("src", "tests", "templates", suffixes={".py", ".html", ".txt"})
        if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST
    ]
    assert not long, f"Over {LONGEST} lines: {told(long)}"


def test_every_module_says_what_question_it_answers() -> None:
    silent = []
    for path in files("src", "tests", suffixes={".py"}):
        source = path.read_text(encoding="utf-8")
        opening = ast.get_docstring(ast.parse(source))
        first = (opening or "").split("\n\n")[0].rstrip()
        first = re.sub(r"\s*\([^()]*\)$", "", first)  # the rules it is about
        if source.strip() and not first.endswith((".", "?")):
            silent.append(path)
    assert not silent, f"No sentence at the top: {told(silent)}"


def test_no_name_is_vague() -> None:
    vague = [
        path
        for path in files("src", "tests", "templates")
        if VAGUE & set(re.split(r"[_.]", path.stem.lower()))
    ]
    assert not vague, f"Say what it is about: {told(vague)}"


def test_nothing_is_left_unfinished_in_the_product() -> None:
    found = [
        path
        for path in files("src", "templates", "migrations")
        if UNFINISHED.search(path.read_text(encoding="utf-8"))
    ]
    assert not found, f"Unfinished: {told(found)}"


def test_no_file_knows_a_certain_machine() -> None:
    places = [
        *files("src", "tests", "templates", "migrations", "docs"),
        *ROOT.iterdir(),
        ROOT / ".ci" / "run",
    ]
    read = [
        path for path in places if path.is_file() and path.suffix in TEXT | {""} and path != Path(__file__)
    ]
    found = [path for path in read if MACHINE_PATH.search(path.read_text(encoding="utf-8"))]
    assert not found, f"A path of one machine: {told(found)}"


@pytest.mark.parametrize("text", ["see /home/ann/x", "/Users/ann/clm"])
def test_a_machine_path_is_recognised(text: str) -> None:
    assert MACHINE_PATH.search(text)
