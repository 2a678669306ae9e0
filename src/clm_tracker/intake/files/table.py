"""What does a table look like, whatever file it came in?"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from clm_tracker.kernel.refusals import Refusal
from clm_tracker.kernel.speech import _


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it stands on, counted from 1 as a reader of the file counts, and its cells by column."""

    line: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """Why one row was not taken: its line, the field (empty: the row as a whole), a sentence, the text found."""

    line: int
    field: str
    reason: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A file as rows. Iterating reads the file again from its beginning; large text files are never held whole."""

    name: str
    columns: tuple[str, ...]
    open_rows: Callable[[], Iterator[Row | RefusedRow]]
    warnings: tuple[str, ...] = ()
    unit: str = "line"  # what a row's number counts: `line` of a text, `row` of a sheet, `item` of a list

    def __iter__(self) -> Iterator[Row | RefusedRow]:
        return self.open_rows()


def unreadable(name: str, why: str) -> Refusal:
    """The file as a whole cannot be read; `why` is a sentence that says what to do."""
    return Refusal("unreadable_file", f"{name}: {why}")


def header(name: str, cells: Sequence[str]) -> tuple[str, ...]:
    """The column names, without blanks around them; unnamed columns stay empty and cannot be mapped.

    Raises Refusal when no column has a name or two share one.
    """
    columns = tuple(cell.strip() for cell in cells)
    named = Counter(column for column in columns if column)
    if not named:
        raise unreadable(name, _("The first line should name the columns, and it names none."))
    twice = [column for column, count in named.items() if count > 1]
    if twice:
        raise unreadable(
            name,
            _("Two columns have the same name: {twice}. Rename one of them.").format(twice=", ".join(twice)),
        )
    return columns
