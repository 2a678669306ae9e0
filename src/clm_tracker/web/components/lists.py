"""What do lists take: rows that are cards on a phone, cards of a desk, filters, views and pages?"""

from dataclasses import dataclass
from enum import StrEnum

from clm_tracker.web.components.forms import Button, Field, Form, Option
from clm_tracker.web.components.ladder import Rung
from clm_tracker.web.components.text import Link, Words
from clm_tracker.web.words import BigDay, When


@dataclass(frozen=True, slots=True)
class Card:
    """One thing owed, on a desk: its day and `why` it is that day, what it is, where it stands, and one-tap answers."""

    id: str
    due: BigDay
    count: str
    kind: str
    title: Link
    facts: Words = ()
    late: bool = False
    rung: Rung | None = None
    form: Form | None = None
    legend: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Cards that belong together, with how many there are in all as the way to all of them."""

    id: str
    title: str
    cards: tuple[Card, ...]
    count: Link
    more: Link | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One finding or obligation in a table. `why` leads to why it is due on its day; `pick` is the value of its tick box.

    A `late` one stands out, and its `count` says so in words.
    """

    title: Link
    ref: str
    facts: tuple[str, ...]
    who: str
    what: str
    due: When | None
    count: str | None
    rung: Rung | None
    why: str | None = None
    pick: str | None = None
    late: bool = False


class Sorted(StrEnum):
    """In which direction a column is sorted, in ARIA's words."""

    UP = "ascending"
    DOWN = "descending"


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column. With `href` it is the way to the list sorted by it; `sorted` when it is so now."""

    text: str
    href: str | None = None
    sorted: Sorted | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """A table on a laptop, a list of cards on a phone. With `form` the boxes belong to the form of this id."""

    caption: str
    rows: tuple[Row, ...]
    heads: tuple[Head, Head, Head, Head]
    form: str | None = None

    @property
    def picks(self) -> bool:
        """Whether rows can be ticked at all."""
        return any(r.pick for r in self.rows)


@dataclass(frozen=True, slots=True)
class Obligation:
    """One line of what is owed about a finding, running or over. `state` says which, in a word or two."""

    what: Words
    who: str
    due: When
    count: str
    state: str
    over: bool = False
    late: bool = False
    rung: Rung | None = None


@dataclass(frozen=True, slots=True)
class Obligations:
    caption: str
    rows: tuple[Obligation, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a plain table: its head and its cells, in the order of the columns; with an `id`, a link leads to it."""

    head: Words
    cells: tuple[Words, ...]
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Letters sent, holders of a post, places: a plain table with a caption.

    A `plain` one says what its cells are without their heads: on a phone they stand beside one another.
    """

    caption: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    plain: bool = False

    @property
    def numbers(self) -> tuple[bool, ...]:
        """For each column, whether it holds nothing but numbers: those stand under one another at the right."""
        columns = zip(*(line.cells for line in self.lines), strict=True)
        return (False, *(_are_numbers(cells) for cells in columns))


def _are_numbers(cells: tuple[Words, ...]) -> bool:
    said = ["".join(part.text for part in cell) for cell in cells]
    return any(text[:1].isdigit() for text in said) and all(
        text in {"", "–"} or text.replace(",", "").isdigit() for text in said
    )


@dataclass(frozen=True, slots=True)
class Pagination:
    """Where in a list one is. Cursors lead on or to the start; exports hold exactly what the list shows."""

    says: str
    next: Link | None = None
    first: Link | None = None
    exports: tuple[Link, ...] = ()
    exports_say: str | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """A filter with a handful of values, each with its count."""

    legend: str
    name: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """The rail of filters. They end up in the address, so a view can be shared; `keep` travels unseen."""

    action: str
    choices: tuple[Choices, ...]
    fields: tuple[Field, ...]
    clear: Link
    keep: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Search:
    action: str
    label: str
    value: str = ""
    placeholder: str = ""
    keep: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Views:
    """Saved views over a list. On a phone the first three are shown; `more` leads to all.

    With `live` there is a place for the count of each, which comes a moment later and is kept up.
    """

    label: str
    links: tuple[Link, ...]
    add: Link | None = None
    more: Link | None = None
    live: bool = False


@dataclass(frozen=True, slots=True)
class Bulk:
    """Acts on the rows that are ticked, or on `all` of the list; each leads to a preview first.

    It is a form of this `id`, to which the boxes of the rows belong; `keep` are the filters of the list.
    """

    label: str
    buttons: tuple[Button, ...]
    hint: str
    id: str
    action: str
    all: Option | None = None
    keep: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """A page, and in one sentence what it is for."""

    link: Link
    says: str


@dataclass(frozen=True, slots=True)
class Ways:
    """Pages that belong together."""

    title: str
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One thing that a new programme needs, and where it is done. `is_next` is the first one that is not done."""

    link: Link
    says: str
    done: bool = False
    is_next: bool = False


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """The way of a new programme to its first finding."""

    title: str
    says: str
    steps: tuple[FirstStep, ...]
