"""How do tests read every form of the pages, fill it in as somebody might, and see what a request left in the database?"""

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit
from uuid import UUID

from clm_tracker.web.forms import File
from tests.web.markup import Document, Element
from tests.web.program import Program

LEAKS = re.compile(
    r"<script>x1|\b1337\b|Traceback|site-packages|sqlalchemy|sqlite|psycopg|pydantic|instance of"
)
HARM = "<script>x1</script> {{7*191}} {} %s \u200f& '\" ភ្លៀង"
LIKELY = {
    "date": "2026-03-20",
    "number": "3",
    "email": "new@example.org",
    "password": "seven white herons",
}
# What a refusal may write down: that somebody failed to sign in, which is what slows a guesser.
MAY_GROW = frozenset({"sign_in_failures"})
Sent = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of a form as it stands on a page."""

    name: str
    kind: str
    value: str = ""
    options: tuple[str, ...] = ()
    chosen: bool = True

    @property
    def is_written(self) -> bool:
        """Whether people write or choose it, so that what they meant can be lost. A secret or a file is never shown again."""
        return self.kind not in {"hidden", "password", "file", "checkbox"}

    @property
    def likely(self) -> str:
        """What somebody might answer."""
        if self.kind == "select":
            return next((option for option in self.options if option), "")
        return LIKELY.get(self.kind, f"{self.name} {HARM}")


@dataclass(frozen=True, slots=True)
class Form:
    """A form that changes something: where it goes, what it asks, and the buttons that say more."""

    action: str
    fields: tuple[Asked, ...]
    buttons: tuple[tuple[str, str], ...] = ()
    has_files: bool = False
    is_on_page: bool = True

    @property
    def questions(self) -> frozenset[str]:
        """What people are asked; by this a form is known that goes on elsewhere, to the draft that it began."""
        return frozenset(asked.name for asked in self.fields if asked.kind not in {"hidden", "file"})

    def filled(self) -> Sent:
        """Every question answered as somebody might: what stands there already, else words or the first choice."""
        sent: Sent = {}
        for asked in self.fields:
            if asked.kind == "file" or (asked.kind == "checkbox" and not asked.chosen):
                continue
            if asked.kind in {"hidden", "checkbox"}:
                sent.setdefault(asked.name, []).append(asked.value)
            elif asked.kind == "radio":
                if asked.chosen or asked.name not in sent:
                    sent[asked.name] = [asked.value]
            else:
                sent[asked.name] = [asked.value or asked.likely]
        return sent


def forms(html: str) -> list[Form]:
    """The forms on a page that are posted; one for each address that its buttons send it to."""
    found: list[Form] = []
    parts: list[tuple[Element, list[Element]]] = []
    depth = -1
    for element in Document(html).elements:
        if element.tag == "form":
            parts.append((element, []))
            depth = len(element.inside)
        elif parts and len(element.inside) > depth and "form" in element.inside:
            parts[-1][1].append(element)
    for form, inside in parts:
        if form.attributes.get("method", "").lower() == "post":
            whole = _form(form, inside)
            elsewhere = [e.attributes["formaction"] for e in inside if e.attributes.get("formaction")]
            if any(e.tag == "button" and not e.attributes.get("formaction") for e in inside):
                found.append(whole)
            found += [Form(action, whole.fields, (), whole.has_files) for action in elsewhere]
    return found


def _form(form: Element, inside: Sequence[Element]) -> Form:
    asked: list[Asked] = []
    buttons: list[tuple[str, str]] = []
    for e in inside:
        name, value = e.attributes.get("name", ""), e.attributes.get("value", "")
        if e.tag == "option" and asked and asked[-1].kind == "select":
            chosen = value if "selected" in e.attributes else asked[-1].value
            asked[-1] = Asked(asked[-1].name, "select", chosen, (*asked[-1].options, value))
        elif not name:
            continue
        elif e.tag == "button":
            if not e.attributes.get("formaction"):
                buttons.append((name, value))
        elif e.tag == "input":
            kind = e.attributes.get("type", "text")
            ticked = kind not in {"radio", "checkbox"} or "checked" in e.attributes
            asked.append(Asked(name, kind, value, (), ticked))
        elif e.tag in {"select", "textarea"}:
            text = e.text.removeprefix("\n") if e.tag == "textarea" else ""
            asked.append(Asked(name, e.tag, text))
    files = form.attributes.get("enctype") == "multipart/form-data"
    return Form(form.attributes.get("action", ""), tuple(asked), tuple(buttons), files)


def a_field(name: str, hint: Any) -> Asked:  # noqa: ANN401 - a type in any of its forms
    """The field that a page would show for a value of this type."""
    inner = [a for a in get_args(hint) if isinstance(a, type) and a is not type(None)]
    kind = hint if isinstance(hint, type) else inner[0] if inner else str
    if issubclass(kind, StrEnum):
        return Asked(name, "select", "", tuple(kind))
    kinds: Mapping[type, str] = {
        date: "date",
        int: "number",
        float: "number",
        bool: "checkbox",
        File: "file",
        UUID: "select",
    }
    return Asked(name, kinds.get(kind, "text"), "on" if kind is bool else "")


def lost(form: Form, html: str, sent: Sent, wrong: str | None = None) -> Iterator[str]:
    """What somebody wrote or chose that the form does not hold when it comes back; `wrong` need not be a possible choice."""
    here = urlsplit(form.action).path
    back = [f for f in forms(html) if urlsplit(f.action).path == here or f.questions == form.questions]
    if not back:
        yield "the form itself"
        return
    # A page may hold several forms to one address, as for each room of a set of choices: one of them is this one.
    missing = [
        [
            asked.name
            for asked in form.fields
            if asked.is_written and asked.name in sent and not _holds(one, asked, sent[asked.name][-1], wrong)
        ]
        for one in back
    ]
    yield from sorted(missing, key=len)[0]  # noqa: FURB192 - the types of min and len do not go together


def _holds(back: Form, asked: Asked, typed: str, wrong: str | None) -> bool:
    wrote = {text.replace("\r\n", "\n").strip() for text in arrived(typed)}
    if "" in wrote or "\0" in typed or (asked.name == wrong and asked.kind in {"select", "radio"}):
        return True
    return any(
        b.value.strip() in wrote and b.chosen for b in back.fields if b.name == asked.name and b.is_written
    )


def raw(text: str) -> bytes:
    """The text as it is sent; half characters stand for bytes that are no letters."""
    return text.encode("utf-8", "surrogateescape")


def arrived(text: str) -> set[str]:
    """The text as it is read: bytes that are no letters become signs of replacement, or letters of a part's own coding."""
    return {raw(text).decode("utf-8", "replace"), raw(text).decode("latin-1") if "\udcff" in text else text}


@dataclass
class Kept:
    """The database of the program, as it was, and as often as wanted again."""

    program: Program
    before: sqlite3.Connection = field(init=False)

    def __post_init__(self) -> None:
        database = self.program.cast.store.engine.url.database
        assert database is not None
        self.file = Path(database)
        self.before = sqlite3.connect(":memory:")
        self.watch = sqlite3.connect(self.file)
        self.take()

    def take(self) -> None:
        """What is there now is what is put back from now on."""
        self.watch.backup(self.before)
        self.rows, self.version = self._rows(), self._version()

    def put_back(self) -> None:
        """As it was; nothing is done when nobody wrote."""
        if self._version() == self.version:
            return
        with closing(sqlite3.connect(self.file)) as now:
            self.before.backup(now)
        self.version = self._version()

    def grown(self) -> set[str]:
        """The tables that hold other rows than before."""
        if self._version() == self.version:
            return set()
        now = self._rows()
        return {name for name in now if now[name] != self.rows[name]} - MAY_GROW

    def _version(self) -> int:
        """SQLite's own number of what others have committed."""
        return int(self.watch.execute("PRAGMA data_version").fetchone()[0])

    def _rows(self) -> Mapping[str, list[object]]:
        names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%fts%'"
        return {
            name: self.watch.execute(f'SELECT * FROM "{name}"').fetchall()
            for (name,) in self.watch.execute(names).fetchall()
        }
