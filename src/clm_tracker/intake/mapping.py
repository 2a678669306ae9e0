"""Which column is which field: how does a mapping file say it, and what is wrong with one?"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from clm_tracker.intake import values
from clm_tracker.intake.files import Reading
from clm_tracker.intake.records import Import
from clm_tracker.kernel.refusals import FieldError, Invalid, Refusal

_NAME = "names."  # `names.km`: the name in Khmer
FIELDS: Mapping[Import, tuple[str, ...]] = {
    Import.AREAS: ("source_id", "level", "code", "parent", "lat", "long", _NAME),
    Import.SITES: ("source_id", "code", "kind", "level", "area", "lat", "long", "closed", _NAME),
    Import.DUTY_BEARERS: (
        *("source_id", "title", "institution", "level", "area", "site", "superior"),
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
    Import.AREAS: ("source_id", "level", _NAME),
    Import.SITES: ("source_id", _NAME),
    Import.DUTY_BEARERS: ("source_id", "title"),
    Import.FINDINGS: ("source_id", "title"),
}
_TABLES = ("columns", "constants", "values", "patterns")
_KEYS = {
    *(
        "kind",
        "source",
        "zone",
        "date_formats",
        "swap",
        "bounds",
        "skip",
        "parents",
        "duty_bearer",
        "new_themes",
    ),
    *("encoding", "delimiter", "sheet", *_TABLES),
}
_PLACE = re.compile(r"\{([^{}]+)\}")
ANY, AS_IT_IS = "*", "{value}"


@dataclass(frozen=True, slots=True)
class Cell:
    """Where the text of one field comes from: a template of columns, then a table of values, then a pattern to fit."""

    template: str
    separate: tuple[
        str, ...
    ] = ()  # instead of the template: columns whose texts are joined, empty ones left out
    values: Mapping[str, str] | None = None
    pattern: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns this reads."""
        return self.separate or tuple(_PLACE.findall(self.template))

    def text(self, row: Mapping[str, str]) -> str:
        """The field's text in this row. Raises BadValueError."""
        if self.separate:
            found = ", ".join(filter(None, (values.printable(row.get(c, "")) for c in self.separate)))
        else:
            found = values.printable(_PLACE.sub(lambda place: row.get(place[1], "").strip(), self.template))
        if self.values is not None:
            found = self._translated(found, self.values)
        if self.pattern is not None and found and not re.fullmatch(self.pattern, found):
            raise values.BadValueError(f"This does not look as the mapping says it should: {self.pattern}.")
        return found

    @staticmethod
    def _translated(found: str, known: Mapping[str, str]) -> str:
        if found in known:
            return known[found]
        if not found:
            return ""
        if ANY in known:
            return known[ANY].replace(AS_IT_IS, found)
        listed = ", ".join(sorted(key for key in known if key)[:20])
        raise values.BadValueError(f"The mapping's table of values does not hold this, but {listed}.")


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
    dates: values.Dates = values.Dates()
    swap: bool = False
    bounds: Bounds | None = None
    skip: Mapping[str, frozenset[str]] = field(default_factory=dict)
    reading: Reading = Reading()

    def columns(self) -> frozenset[str]:
        """Every column the file must have."""
        cells = (*self.cells.values(), *(p.cell for p in self.parents), *self.duty_bearer.values())
        return frozenset(self.skip).union(*(cell.columns for cell in cells))

    def in_zone(self, zone: ZoneInfo) -> Self:
        """The same, reading local times in this zone where the mapping states none."""
        return self if self.dates.zone else replace(self, dates=replace(self.dates, zone=zone))


def shipped() -> tuple[str, ...]:
    """The names of the mappings that come with the program."""
    return tuple(sorted(name.removesuffix(".toml") for name in _shipped_files()))


def load(name: str) -> FileMapping:
    """A shipped mapping by name, or one from a file. Raises Invalid, naming each key that is wrong."""
    files = _shipped_files()
    if f"{name}.toml" in files:
        return parse(files[f"{name}.toml"])
    try:
        return parse(Path(name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        listed = ", ".join(shipped())
        raise Refusal(
            "no_mapping", f"There is no mapping {name}. Give a TOML file or one of {listed}."
        ) from None


def plain(kind: Import, columns: Iterable[str], source: str) -> FileMapping:
    """For a file whose columns are called as the fields are (`name` is the English name).

    Raises Refusal when a required field has no column.
    """
    cells: dict[str, Cell] = {}
    for column in columns:
        wanted = f"{_NAME}en" if column == "name" else column
        if _is_field(kind, wanted):
            cells[wanted] = Cell(f"{{{column}}}")
    errors = tuple(_missing(kind, cells))
    if errors:
        raise Invalid(
            errors, " ".join(error.message for error in errors) + " Name the columns so, or give a mapping."
        )
    return FileMapping(kind=kind, source=source, cells=cells)


def parse(text: str) -> FileMapping:
    """A mapping from TOML. Raises Invalid, naming each key that is wrong."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid((FieldError("", str(error)),), f"The mapping is not TOML: {error}.") from None
    return _Reader(tree).mapping()


class _Reader:
    """Walks the TOML once and gathers everything that is wrong with it."""

    def __init__(self, tree: dict[str, object]) -> None:
        self.tree = tree
        self.errors: list[FieldError] = []

    def mapping(self) -> FileMapping:
        for key in sorted(self.tree.keys() - _KEYS):
            self.wrong(key, "There is no such key.")
        kind = Import(self.one_of("kind", tuple(Import)))
        cells = self.cells("", self.tree, partial(_is_field, kind))
        self.errors += _missing(kind, cells)
        found = FileMapping(
            kind=kind,
            source=self.text("source"),
            cells=cells,
            parents=tuple(self.parents()),
            duty_bearer=self.duty_bearer(),
            new_themes=self.tree.get("new_themes", False) is True,
            dates=values.Dates(self.date_formats(), self.zone()),
            swap=self.swap(),
            bounds=self.bounds(),
            skip={
                column: frozenset(self.strings(f"skip.{column}", v))
                for column, v in self.table("skip").items()
            },
            reading=Reading(self.optional("encoding"), self.delimiter(), self.optional("sheet")),
        )
        if self.errors:
            said = "; ".join(f"{error.field}: {error.message}" for error in self.errors)
            raise Invalid(tuple(self.errors), f"The mapping needs another look. {said}")
        return found

    def wrong(self, key: str, message: str) -> None:
        self.errors.append(FieldError(key, message))

    def text(self, key: str) -> str:
        found = self.tree.get(key)
        if not isinstance(found, str) or not found.strip():
            self.wrong(key, "This should be a text.")
            return ""
        return found.strip()

    def optional(self, key: str) -> str | None:
        return self.text(key) if key in self.tree else None

    def one_of(self, key: str, words: tuple[str, ...]) -> str:
        found = self.tree.get(key)
        if found not in words:
            self.wrong(key, f"This should be one of {', '.join(words)}.")
            return words[0]
        return str(found)

    def table(self, key: str, tree: Mapping[str, object] | None = None) -> Mapping[str, object]:
        found = (self.tree if tree is None else tree).get(key, {})
        if not isinstance(found, dict):
            self.wrong(key, "This should be a table.")
            return {}
        return found

    def strings(self, key: str, found: object) -> list[str]:
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            self.wrong(key, "This should be a list of texts.")
            return []
        return found

    def cells(self, at: str, tree: Mapping[str, object], is_field: "partial[bool]") -> dict[str, Cell]:
        columns, constants = (dict(_dotted(self.table(key, tree))) for key in ("columns", "constants"))
        tables, patterns = dict(self.table("values", tree)), dict(_dotted(self.table("patterns", tree)))
        found: dict[str, Cell] = {}
        for name, said in columns.items():
            if isinstance(said, list):
                found[name] = Cell("", tuple(self.strings(f"{at}columns.{name}", said)))
            elif isinstance(said, str) and said:
                found[name] = Cell(said if _PLACE.search(said) else f"{{{said}}}")
            else:
                self.wrong(f"{at}columns.{name}", "This should be a column, a list of columns or a template.")
        for name, said in constants.items():
            if name in columns:
                self.wrong(f"{at}constants.{name}", "This field has a column already.")
            found[name] = Cell("", (), {"": str(said)})
        for name in found:
            if not is_field(name):
                self.wrong(
                    f"{at}{'columns' if name in columns else 'constants'}.{name}", "There is no such field."
                )
        for key, said in (*tables.items(), *patterns.items()):
            if key not in columns:
                self.wrong(
                    f"{at}{'values' if key in tables else 'patterns'}.{key}", "No column gives this field."
                )
            elif key in tables:
                if not isinstance(said, dict) or not all(isinstance(one, str) for one in said.values()):
                    self.wrong(f"{at}values.{key}", "This should be a table of texts.")
                elif key in found:
                    found[key] = replace(found[key], values=said)
        for key, said in patterns.items():
            if key in found:
                found[key] = replace(found[key], pattern=self.pattern(f"{at}patterns.{key}", said))
        return found

    def pattern(self, key: str, said: object) -> str | None:
        try:
            return re.compile(str(said)).pattern
        except re.error as error:
            self.wrong(key, f"This is not a pattern: {error}.")
            return None

    def parents(self) -> Iterator[Level]:
        found = self.tree.get("parents", [])
        if not isinstance(found, list):
            self.wrong("parents", "This should be written as [[parents]], one for each level.")
            return
        for number, step in enumerate(found, start=1):
            level, column, name = step.get("level"), step.get("column"), step.get("name")
            if (
                not level
                or bool(column) == bool(name)
                or step.keys() - {"level", "column", "name", "language"}
            ):
                self.wrong(f"parents.{number}", "This needs a level, and either a column or a name.")
                continue
            cell = Cell(f"{{{column}}}") if column else Cell("", (), {"": name})
            yield Level(level, cell, step.get("language", "en"))

    def duty_bearer(self) -> dict[str, Cell]:
        tree = self.table("duty_bearer")
        if not tree:
            return {}
        for key in tree.keys() - set(_TABLES):
            self.wrong(f"duty_bearer.{key}", "There is no such key.")
        cells = self.cells("duty_bearer.", tree, partial(_is_field, Import.DUTY_BEARERS))
        self.errors += (
            replace(e, field=f"duty_bearer.{e.field}") for e in _missing(Import.DUTY_BEARERS, cells)
        )
        return cells

    def date_formats(self) -> tuple[str, ...]:
        found = self.strings("date_formats", self.tree.get("date_formats", []))
        for at, one in enumerate(found):
            for other in found[:at]:
                if values.clash(one, other):
                    self.wrong(
                        "date_formats", f"{other} and {one} read the same text as different days. Keep one."
                    )
        return tuple(found)

    def zone(self) -> ZoneInfo | None:
        name = self.optional("zone")
        if not name:
            return None
        try:
            return ZoneInfo(name)
        except (ValueError, OSError, KeyError):
            self.wrong("zone", f"There is no time zone {name}.")
            return None

    def swap(self) -> bool:
        found = self.tree.get("swap", [])
        if found not in ([], ["lat", "long"]):
            self.wrong("swap", 'Only `swap = ["lat", "long"]` can be said.')
        return bool(found)

    def bounds(self) -> Bounds | None:
        found = self.tree.get("bounds")
        if found is None:
            return None
        if (
            not isinstance(found, list)
            or len(found) != 4
            or not all(isinstance(n, (int, float)) for n in found)
        ):
            self.wrong("bounds", "This should be [south, west, north, east] in degrees.")
            return None
        if not (-90 <= found[0] < found[2] <= 90 and -180 <= found[1] < found[3] <= 180):
            self.wrong("bounds", "South should be less than north and west less than east.")
        return Bounds(*found)

    def delimiter(self) -> str | None:
        found = self.tree.get("delimiter")
        if found is None:
            return None
        if not isinstance(found, str) or len(found) != 1:
            self.wrong("delimiter", "This should be one character.")
        return str(found)


def _shipped_files() -> dict[str, str]:
    folder = resources.files("clm_tracker.intake") / "mappings"
    return {
        file.name: file.read_text(encoding="utf-8")
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    }


def _is_field(kind: Import, name: str) -> bool:
    return name in FIELDS[kind] or (_NAME in FIELDS[kind] and re.fullmatch(r"names\.\w+", name) is not None)


def _missing(kind: Import, cells: Mapping[str, Cell]) -> Iterator[FieldError]:
    for name in REQUIRED[kind]:
        if name == _NAME and not any(cell.startswith(_NAME) for cell in cells):
            yield FieldError("columns.names", "A name in at least one language is needed, as names.en.")
        elif name != _NAME and name not in cells:
            yield FieldError(f"columns.{name}", f"The field {name} is needed.")
    if kind is Import.FINDINGS and not cells.keys() & {"observed_on", "opened_at"}:
        yield FieldError("columns.observed_on", "One of observed_on and opened_at is needed.")


def _dotted(tree: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """`[columns.names] km = …` and `"names.km" = …` are the same."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _dotted(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value
