"""What does a mapping file in TOML say, and what is wrong with one?"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

from clm_tracker.intake import values
from clm_tracker.intake.files import Reading
from clm_tracker.intake.mapping import Bounds, Cell, FileMapping, Level, is_field, missing
from clm_tracker.intake.records import Import
from clm_tracker.kernel import cldr
from clm_tracker.kernel.refusals import FieldError, Invalid, Refusal, invalid
from clm_tracker.kernel.speech import _

_LONGEST = 65_536  # characters: many times the longest that anybody wrote
_DEEPEST = 80  # dots in a line: the time to read a name grows with the square of its parts
_MOST_FORMATS = 20
_MOST_SAID = 20  # of a mapping's mistakes: nobody reads more at once
_POST = {"source_id", "title", "institution", "level"}
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


def shipped() -> tuple[str, ...]:
    """The names of the mappings that come with the program."""
    return tuple(sorted(name.removesuffix(".toml") for name in _shipped_files()))


def shipped_mapping(name: str) -> FileMapping | None:
    """One that comes with the program; None when there is none of that name."""
    text = _shipped_files().get(f"{name}.toml")
    return None if text is None else parse(text)


def load(name: str) -> FileMapping:
    """A shipped mapping by name, or one from a file. Raises Invalid, naming each key that is wrong."""
    if (known := shipped_mapping(name)) is not None:
        return known
    try:
        return parse(Path(name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        listed = ", ".join(shipped())
        raise Refusal(
            "no_mapping",
            _("There is no mapping {name}. Give a TOML file or one of {listed}.").format(
                name=name, listed=listed
            ),
        ) from None


def parse(text: str) -> FileMapping:
    """A mapping from TOML. Raises Invalid, naming each key that is wrong."""
    if len(text) > _LONGEST:
        raise invalid(
            "",
            _("The mapping is longer than {longest} characters.").format(longest=cldr.number(_LONGEST)),
        )
    if any(line.count(".") > _DEEPEST for line in text.splitlines()):
        raise invalid("", _("The mapping is nested too deeply."))
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(
            (FieldError("", str(error)),), _("The mapping is not TOML: {error}.").format(error=error)
        ) from None
    except RecursionError:
        raise invalid("", _("The mapping is nested too deeply.")) from None
    except ValueError:  # a number of thousands of digits, a day that is none
        raise invalid("", _("The mapping holds a number or a day that cannot be read.")) from None
    try:
        return _Reader(tree).mapping()
    except RecursionError:
        raise invalid("", _("The mapping is nested too deeply.")) from None


class _Reader:
    """Walks the TOML once and gathers everything that is wrong with it."""

    def __init__(self, tree: dict[str, object]) -> None:
        self.tree = tree
        self.errors: list[FieldError] = []

    def mapping(self) -> FileMapping:
        for key in sorted(self.tree.keys() - _KEYS):
            self.wrong(key, _("There is no such key."))
        kind = Import(self.one_of("kind", tuple(Import)))
        cells = self.cells("", self.tree, kind)
        self.errors += missing(kind, cells)
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
        if found.parents and (kind is Import.AREAS or "area" in cells):
            self.wrong(
                "parents", _("Areas have a parent column; elsewhere this stands in place of the field area.")
            )
        if found.duty_bearer and (kind is not Import.FINDINGS or "duty_bearer" in cells):
            self.wrong("duty_bearer", _("Only findings have this table, in place of the field duty_bearer."))
        if self.errors:
            errors = tuple(self.errors[:_MOST_SAID])
            said = "; ".join(f"{error.field}: {error.message}" for error in errors)
            raise Invalid(errors, _("The mapping needs another look. {said}").format(said=said))
        return found

    def wrong(self, key: str, message: str) -> None:
        self.errors.append(FieldError(key, message))

    def text(self, key: str) -> str:
        found = self.tree.get(key)
        if not isinstance(found, str) or not found.strip():
            self.wrong(key, _("This should be a text."))
            return ""
        return found.strip()

    def optional(self, key: str) -> str | None:
        return self.text(key) if key in self.tree else None

    def one_of(self, key: str, words: tuple[str, ...]) -> str:
        found = self.tree.get(key)
        if found not in words:
            self.wrong(key, _("This should be one of {words}.").format(words=", ".join(words)))
            return words[0]
        return str(found)

    def table(self, key: str, tree: Mapping[str, object] | None = None) -> Mapping[str, object]:
        found = (self.tree if tree is None else tree).get(key, {})
        if not isinstance(found, dict):
            self.wrong(key, _("This should be a table."))
            return {}
        return found

    def strings(self, key: str, found: object) -> list[str]:
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            self.wrong(key, _("This should be a list of texts."))
            return []
        return found

    def cells(self, at: str, tree: Mapping[str, object], kind: Import) -> dict[str, Cell]:
        said = {key: dict(_dotted(self.table(key, tree))) for key in ("columns", "constants", "patterns")}
        found = {name: self.column(f"{at}columns.{name}", text) for name, text in said["columns"].items()}
        for name, text in said["constants"].items():
            if name in found:
                self.wrong(f"{at}constants.{name}", _("This field has a column already."))
            found[name] = Cell.constant(str(text))
        for name in found:
            if not is_field(kind, name):
                where = "columns" if name in said["columns"] else "constants"
                self.wrong(f"{at}{where}.{name}", _("There is no such field in {kind}.").format(kind=kind))
        for name, table in self.table("values", tree).items():
            if name not in said["columns"]:
                self.wrong(f"{at}values.{name}", _("No column gives this field."))
            elif not isinstance(table, dict) or not all(isinstance(one, str) for one in table.values()):
                self.wrong(f"{at}values.{name}", _("This should be a table of texts."))
            else:
                found[name] = replace(found[name], values=table)
        for name, text in said["patterns"].items():
            if name not in said["columns"]:
                self.wrong(f"{at}patterns.{name}", _("No column gives this field."))
            else:
                found[name] = replace(found[name], pattern=self.pattern(f"{at}patterns.{name}", text))
        return found

    def column(self, key: str, said: object) -> Cell:
        if isinstance(said, list):
            return Cell(tuple(self.strings(key, said)))
        if isinstance(said, str) and said:
            return Cell.said(said)
        self.wrong(key, _("This should be a column, a list of columns or a template."))
        return Cell()

    def pattern(self, key: str, said: object) -> str | None:
        try:
            if values.takes_long(str(said)):
                self.wrong(key, _("This pattern could take too long: it repeats what repeats already."))
                return None
            return re.compile(str(said)).pattern
        except re.error as error:
            self.wrong(key, _("This is not a pattern: {error}.").format(error=error))
        except (RecursionError, OverflowError):
            self.wrong(key, _("This pattern cannot be read: it is nested too deeply or repeats too often."))
        return None

    def parents(self) -> Iterator[Level]:
        found = self.tree.get("parents", [])
        if not isinstance(found, list):
            self.wrong("parents", _("This should be written as [[parents]], one for each level."))
            return
        for number, step in enumerate(found, start=1):
            if not isinstance(step, dict) or not all(isinstance(said, str) for said in step.values()):
                self.wrong(f"parents.{number}", _("This should be a table of texts."))
                continue
            level, column, name = step.get("level"), step.get("column"), step.get("name")
            if (
                not level
                or bool(column) == bool(name)
                or step.keys() - {"level", "column", "name", "language"}
            ):
                self.wrong(f"parents.{number}", _("This needs a level, and either a column or a name."))
                continue
            cell = Cell((column,)) if column else Cell.constant(name or "")
            yield Level(level, cell, step.get("language", "en"))

    def duty_bearer(self) -> dict[str, Cell]:
        tree = self.table("duty_bearer")
        if not tree:
            return {}
        for key in tree.keys() - set(_TABLES):
            self.wrong(f"duty_bearer.{key}", _("There is no such key."))
        for key in {*self.table("columns", tree), *self.table("constants", tree)} - _POST:
            self.wrong(
                f"duty_bearer.{key}",
                _("Only {fields} can be said of an implied post.").format(fields=", ".join(sorted(_POST))),
            )
        cells = self.cells("duty_bearer.", tree, Import.DUTY_BEARERS)
        self.errors += (
            replace(e, field=f"duty_bearer.{e.field}") for e in missing(Import.DUTY_BEARERS, cells)
        )
        return cells

    def date_formats(self) -> tuple[str, ...]:
        found = self.strings("date_formats", self.tree.get("date_formats", []))
        if len(found) > _MOST_FORMATS:
            self.wrong("date_formats", _("Give at most {most}.").format(most=_MOST_FORMATS))
            return ()
        if bad := next((one for one in found if not values.is_date_format(one)), None):
            self.wrong("date_formats", _("{format} is no way to write a date.").format(format=bad))
            return ()
        for at, one in enumerate(found):
            for other in found[:at]:
                if values.clash(one, other):
                    self.wrong(
                        "date_formats",
                        _("{other} and {one} read the same text as different days. Keep one.").format(
                            other=other, one=one
                        ),
                    )
        return tuple(found)

    def zone(self) -> ZoneInfo | None:
        name = self.optional("zone")
        if not name:
            return None
        try:
            return ZoneInfo(name)
        except (ValueError, OSError, KeyError):
            self.wrong("zone", _("There is no time zone {name}.").format(name=name))
            return None

    def swap(self) -> bool:
        found = self.tree.get("swap", [])
        if found not in ([], ["lat", "long"]):
            self.wrong("swap", _('Only `swap = ["lat", "long"]` can be said.'))
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
            self.wrong("bounds", _("This should be [south, west, north, east] in degrees."))
            return None
        if not (-90 <= found[0] < found[2] <= 90 and -180 <= found[1] < found[3] <= 180):
            self.wrong("bounds", _("South should be less than north and west less than east."))
        return Bounds(*found)

    def delimiter(self) -> str | None:
        found = self.tree.get("delimiter")
        if found is None:
            return None
        if not isinstance(found, str) or len(found) != 1:
            self.wrong("delimiter", _("This should be one character."))
        return str(found)


def _shipped_files() -> dict[str, str]:
    folder = resources.files("clm_tracker.intake") / "mappings"
    return {
        file.name: file.read_text(encoding="utf-8")
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    }


def _dotted(tree: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """`[columns.names] km = …` and `"names.km" = …` are the same."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _dotted(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value
