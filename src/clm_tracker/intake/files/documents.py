"""How is a JSON list, a survey server's page of results or a GeoJSON collection read as a table?"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Never

from clm_tracker.intake.files import table
from clm_tracker.kernel.speech import _

_LISTS = ("items", "results", "value")  # our own pages, Kobo's, ODK's

# What `json` gives back when numbers are kept as they were written.
Tree = dict[str, "Tree"] | list["Tree"] | str | bool | None


def open_document(path: Path, name: str) -> table.Table:
    """Objects as rows, what is nested flattened with dots. Raises Refusal when there is no list of objects."""
    found = _parse(path, name)
    geographic = isinstance(found, dict) and found.get("type") == "FeatureCollection"
    if isinstance(found, dict):
        keys = ("features",) if geographic else _LISTS
        found = next((found[key] for key in keys if isinstance(found.get(key), list)), None)
    if not isinstance(found, list):
        raise table.unreadable(
            name, _("It should hold a list of objects, or one under “items”, “results” or “value”.")
        )
    if not found:
        raise table.unreadable(name, _("The list is empty."))
    rows = list(_items(found, geographic))
    columns = {column: None for row in rows if isinstance(row, table.Row) for column in row.values}
    return table.Table(name, tuple(columns), lambda: iter(rows), unit="item")


def _parse(path: Path, name: str) -> Tree:
    def once(pairs: list[tuple[str, Tree]]) -> dict[str, Tree]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = sorted(key for key, n in Counter(key for key, _value in pairs).items() if n > 1)
            raise table.unreadable(
                name, _("One object has the same name twice: {twice}.").format(twice=", ".join(twice))
            )
        return found

    def no_number(text: str) -> Never:
        raise table.unreadable(
            name, _("{text} is not a number. Leave the value out instead.").format(text=text)
        )

    try:
        found: Tree = json.loads(
            path.read_bytes(),
            object_pairs_hook=once,
            parse_constant=no_number,
            parse_float=str,
            parse_int=str,
        )
    except json.JSONDecodeError as error:
        raise table.unreadable(
            name,
            _("The JSON breaks off or is wrong at line {lineno}: {msg}.").format(
                lineno=error.lineno, msg=error.msg
            ),
        ) from None
    except UnicodeDecodeError:
        raise table.unreadable(name, _("JSON should be in UTF-8, and this is not.")) from None
    except RecursionError:
        raise table.unreadable(name, _("The JSON is nested too deeply.")) from None
    return found


def _items(found: list[Tree], geographic: bool) -> Iterator[table.Row | table.RefusedRow]:
    for number, item in enumerate(found, start=1):
        if not isinstance(item, dict):
            yield table.RefusedRow(number, "", _("This item is not an object."), str(item)[:200])
            continue
        values: dict[str, str] = {}
        if geographic:
            inner = item.get("properties")
            if "id" in item:
                values["id"] = _text(item["id"])
            _flatten("", inner if isinstance(inner, dict) else {}, values)
            values.update(_point(item.get("geometry")))
        else:
            _flatten("", item, values)
        yield table.Row(number, values)


def _flatten(prefix: str, tree: dict[str, Tree], into: dict[str, str]) -> None:
    for key, value in tree.items():
        if isinstance(value, dict):
            _flatten(f"{prefix}{key}.", value, into)
        else:
            into[prefix + key] = _text(value)


def _text(value: Tree) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            plain = [_text(one) for one in value if not isinstance(one, (dict, list))]
            return ", ".join(plain) if len(plain) == len(value) else json.dumps(value, ensure_ascii=False)
        case dict():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return value


def _point(geometry: Tree) -> dict[str, str]:
    """`lat` and `long` of a Point; both empty for other shapes, whose middle may lie outside them."""
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        match geometry.get("coordinates"):
            case [str(long), str(lat), *_]:
                return {"lat": lat, "long": long}
    return {"lat": "", "long": ""}
