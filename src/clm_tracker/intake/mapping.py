"""Which column is which field, and what does a field's text become on its way?"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Self
from zoneinfo import ZoneInfo

from clm_tracker.intake import values
from clm_tracker.intake.files import PLAIN, Reading
from clm_tracker.intake.records import Import
from clm_tracker.kernel.refusals import FieldError, Invalid
from clm_tracker.kernel.speech import _

NAME = "names."  # `names.km`: the name in Khmer
TITLE, INSTITUTION = "titles.", "institutions."
FIELDS: Mapping[Import, tuple[str, ...]] = {
    Import.AREAS: ("source_id", "level", "code", "parent", "lat", "long", NAME),
    Import.SITES: ("source_id", "code", "kind", "level", "area", "lat", "long", "closed", NAME),
    Import.DUTY_BEARERS: (
        *("source_id", "title", TITLE, "institution", INSTITUTION, "level", "area", "site", "superior"),
        *("holder", "holder_email", "holder_phone"),
    ),
    Import.FINDINGS: (
        *(
            "source_id",
            "title",
            "description",
            "observed_on",
            "opened_at",
            "theme",
            "severity",
            "track",
            "dimension",
        ),
        *("area", "site", "duty_bearer", "due_at", "resolved_at", "resolution_note"),
    ),
}
REQUIRED: Mapping[Import, tuple[str, ...]] = {
    Import.AREAS: ("source_id", "level", NAME),
    Import.SITES: ("source_id", NAME),
    Import.DUTY_BEARERS: ("source_id", "title"),
    Import.FINDINGS: ("source_id", "title"),
}
PLACE = re.compile(r"\{([^{}]+)\}")
ANY, AS_IT_IS = "*", "{value}"


@dataclass(frozen=True, slots=True)
class Cell:
    """Where the text of one field comes from: columns, a template of columns, or a constant.

    Then a table of values, when there is one, and a pattern that the text should fit.
    """

    columns: tuple[
        str, ...
    ] = ()  # texts that are not empty are joined with a comma, unless there is a template
    template: str | None = None  # `{column}` stands for the column's text
    values: Mapping[str, str] | None = None
    pattern: str | None = None

    @classmethod
    def said(cls, text: str) -> Self:
        """A column, or a template when there are braces in it."""
        places = tuple(PLACE.findall(text))
        return cls(places, text) if places else cls((text,))

    @classmethod
    def constant(cls, text: str) -> Self:
        """The same text in every row."""
        return cls((), text)

    def text(self, row: Mapping[str, str]) -> str:
        """The field's text in this row. Raises BadValueError."""
        found = [values.printable(row.get(column, "")) for column in self.columns]
        if self.template is None:
            text = ", ".join(filter(None, found))
        else:
            text = PLACE.sub(lambda place: found[self.columns.index(place[1])], self.template).strip()
        if self.values is not None:
            text = _translated(text, self.values)
        if self.pattern is not None and text and not re.fullmatch(self.pattern, text):
            raise values.BadValueError(
                _("This does not look as the mapping says it should: {pattern}.").format(pattern=self.pattern)
            )
        return text


@dataclass(frozen=True, slots=True)
class Level:
    """One step of the chain of areas that a row's columns imply."""

    level: str
    cell: Cell
    language: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """A box of degrees that every point of a file should lie in."""

    south: float = -90
    west: float = -180
    north: float = 90
    east: float = 180

    def hold(self, lat: float, long: float) -> bool:
        """Whether the point lies inside."""
        return self.south <= lat <= self.north and self.west <= long <= self.east


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMapping:
    """One mapping, ready for use."""

    kind: Import
    source: str
    cells: Mapping[str, Cell]
    parents: tuple[Level, ...] = ()
    duty_bearer: Mapping[str, Cell] = field(default_factory=dict)
    new_themes: bool = False
    dates: values.Dates = values.ISO_ONLY
    swap: bool = False
    bounds: Bounds | None = None
    skip: Mapping[str, frozenset[str]] = field(default_factory=dict)
    reading: Reading = PLAIN
    unknown: tuple[
        str, ...
    ] = ()  # columns that are called as no field is, where columns say which field they are

    def columns(self) -> frozenset[str]:
        """Every column the file must have."""
        cells = (*self.cells.values(), *(p.cell for p in self.parents), *self.duty_bearer.values())
        return frozenset(self.skip).union(*(cell.columns for cell in cells))

    def in_zone(self, zone: ZoneInfo) -> Self:
        """The same, reading local times in this zone where the mapping states none."""
        return self if self.dates.zone else replace(self, dates=replace(self.dates, zone=zone))


def plain(kind: Import, columns: Iterable[str], source: str) -> FileMapping:
    """For a file whose columns are called as the fields are (`name` is the English name).

    Raises Refusal when a required field has no column.
    """
    cells: dict[str, Cell] = {}
    unknown = []
    for column in columns:
        wanted = f"{NAME}en" if column == "name" else column
        if is_field(kind, wanted):
            cells[wanted] = Cell((column,))
        elif column:
            unknown.append(column)
    if wrong := [error.message for error in missing(kind, cells)]:
        said = " ".join((*wrong, _("Name the columns so, or give a mapping.")))
        raise Invalid((FieldError("columns", said),), said)
    return FileMapping(kind=kind, source=source, cells=cells, unknown=tuple(unknown))


def columns_of(kind: Import) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What columns are called without a mapping: those that a file of this kind needs, and those it may have."""
    needed = tuple("name" if name == NAME else name for name in REQUIRED[kind])
    needed += ("area",) if kind is Import.SITES else ()  # which a mapping may take from other columns
    besides = tuple(f"{name}km" if name.endswith(".") else name for name in FIELDS[kind])
    return needed, tuple(name for name in besides if name not in needed)


def is_field(kind: Import, name: str) -> bool:
    """Whether a record of this kind has such a field."""
    if name in FIELDS[kind]:
        return not name.endswith(".")
    of, dot, language = name.partition(".")
    return of + dot in FIELDS[kind] and re.fullmatch(r"\w+", language) is not None


def missing(kind: Import, cells: Mapping[str, Cell]) -> Iterator[FieldError]:
    """What a mapping of this kind still lacks."""
    for name in REQUIRED[kind]:
        if name == NAME and not any(cell.startswith(NAME) for cell in cells):
            yield FieldError("columns.names", _("A name in at least one language is needed, as names.en."))
        elif name != NAME and name not in cells:
            yield FieldError(f"columns.{name}", _("The field {name} is needed.").format(name=name))
    if kind is Import.FINDINGS and not cells.keys() & {"observed_on", "opened_at"}:
        yield FieldError("columns.observed_on", _("One of observed_on and opened_at is needed."))


def _translated(found: str, known: Mapping[str, str]) -> str:
    if found in known:
        return known[found]
    if not found:
        return ""
    if ANY in known:
        return known[ANY].replace(AS_IT_IS, found)
    listed = ", ".join(sorted(key for key in known if key)[:20])
    raise values.BadValueError(
        _("The mapping's table of values does not hold this, but {listed}.").format(listed=listed)
    )
