"""How do typed values become plain JSON, and come back typed?

By their type hints, compiled once per type: moments are ISO 8601 in UTC, days ISO 8601, identifiers and words text.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints
from uuid import UUID

from clm_tracker.domain.cases import ROWS, Change
from clm_tracker.domain.events import KINDS, Event
from clm_tracker.kernel import sayings
from clm_tracker.kernel.clock import utc
from clm_tracker.kernel.sayings import Saying

Convert = Callable[[Any], Any]


def dump_event(event: Event) -> dict[str, Any]:
    """The facts of an event as the ledger keeps them."""
    facts: dict[str, Any] = encoder(cast("Any", type(event)))(event)
    return facts


def load_event(kind: str, facts: Mapping[str, Any]) -> Event:
    """The event of a ledger line. Raises KeyError for a kind that never existed."""
    event: Event = decoder(cast("Any", KINDS[kind]))(facts)
    return event


def dump_change(change: Change) -> dict[str, Any]:
    """One row's values before and after, as the ledger keeps them."""
    to = _row_converters(change.row, encoder)
    return {
        "row": change.row,
        "id": str(change.id),
        "before": {n: to[n](v) for n, v in change.before.items()},
        "after": {n: to[n](v) for n, v in change.after.items()},
    }


def load_change(kept: Mapping[str, Any]) -> Change:
    """A change of a case as it was made; a column that exists no more is left out."""
    to = _row_converters(kept["row"], decoder)
    return Change(
        kept["row"],
        UUID(kept["id"]),
        {n: to[n](v) for n, v in kept["before"].items() if n in to},
        {n: to[n](v) for n, v in kept["after"].items() if n in to},
    )


def plain(value: object) -> Any:  # noqa: ANN401 - JSON
    """Any value of this program as JSON, by what it is now: for records that nothing has to load back."""
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return str(value)
        case datetime():
            return utc(value).isoformat()
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case set() | frozenset():
            return sorted((plain(item) for item in value), key=str)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
        case _:
            return str(value)


@cache
def encoder(hint: Any) -> Convert:  # noqa: ANN401 - any type hint
    """The function from a value of this type to JSON. Raises TypeError for a type that has no JSON here."""
    if _is_text(hint):
        return lambda text: None if text is None else sayings.dump(text)
    inner, optional = _without_none(hint)
    if optional:
        encode = encoder(inner)
        return encode if encode is _same else lambda value: None if value is None else encode(value)
    if hint in _SINGLE:
        return _SINGLE[hint][0]
    if _is_word(hint):
        return str
    origin, of = get_origin(hint), get_args(hint)
    if is_dataclass(hint):
        pairs = tuple((f.name, encoder(to)) for f, to in _typed_fields(hint))
        return lambda value: {
            name: getattr(value, name) if encode is _same else encode(getattr(value, name))
            for name, encode in pairs
        }
    if origin is tuple and of[-1] is Ellipsis:
        encode = encoder(of[0])
        return list if encode is _same else lambda value: [encode(item) for item in value]
    if origin is tuple:
        each = tuple(encoder(to) for to in of)
        return lambda value: [to(item) for to, item in zip(each, value, strict=True)]
    if origin is frozenset:
        encode = encoder(of[0])
        return lambda value: sorted(encode(item) for item in value)
    raise TypeError(f"{hint} has no JSON form.")


@cache
def decoder(hint: Any) -> Convert:  # noqa: ANN401 - any type hint
    """The function from JSON to a value of this type. Raises TypeError for a type that has no JSON here."""
    if _is_text(hint):
        return lambda kept: None if kept is None else sayings.load(kept)
    inner, optional = _without_none(hint)
    if optional:
        decode = decoder(inner)
        return lambda kept: None if kept is None else decode(kept)
    if hint in _SINGLE:
        return _SINGLE[hint][1]
    if _is_word(hint):
        word: Convert = hint
        return word
    origin, of = get_origin(hint), get_args(hint)
    if is_dataclass(hint):
        return _dataclass_decoder(hint)
    if origin is tuple and of[-1] is Ellipsis:
        decode = decoder(of[0])
        return lambda kept: tuple(decode(item) for item in kept)
    if origin is tuple:
        each = tuple(decoder(to) for to in of)
        return lambda kept: tuple(to(item) for to, item in zip(each, kept, strict=True))
    if origin is frozenset:
        decode = decoder(of[0])
        return lambda kept: frozenset(decode(item) for item in kept)
    raise TypeError(f"{hint} has no JSON form.")


def _dataclass_decoder(cls: Any) -> Convert:  # noqa: ANN401 - any dataclass
    """Fields that came later take their default; fields that went are left out."""
    known = {f.name: decoder(to) for f, to in _typed_fields(cls)}
    needed = {f.name for f, _ in _typed_fields(cls) if f.default is MISSING and f.default_factory is MISSING}

    def decode(kept: Mapping[str, Any]) -> Any:  # noqa: ANN401 - an instance of cls
        values = {name: known[name](value) for name, value in kept.items() if name in known}
        if missing := needed - values.keys():
            raise ValueError(f"{cls.__name__} needs {', '.join(sorted(missing))}.")
        return cls(**values)

    return decode


def _typed_fields(cls: Any) -> list[tuple[Any, Any]]:  # noqa: ANN401 - any dataclass
    hints = get_type_hints(cls)
    return [(f, hints[f.name]) for f in fields(cls) if f.init]


@cache
def _row_converters(row: str, how: Callable[[Any], Convert]) -> dict[str, Convert]:
    return {f.name: how(to) for f, to in _typed_fields(ROWS[row])}


def _without_none(hint: Any) -> tuple[Any, bool]:  # noqa: ANN401 - any type hint
    if get_origin(hint) not in {Union, types.UnionType}:
        return hint, False
    inner = [of for of in get_args(hint) if of is not types.NoneType]
    if len(inner) != 1 or len(inner) == len(get_args(hint)):
        raise TypeError(f"{hint} has no JSON form.")
    return inner[0], True


def _is_text(hint: Any) -> bool:  # noqa: ANN401 - any type hint
    """What somebody wrote, or what the program says (`kernel/sayings.py`)."""
    return Saying in get_args(hint)


def _is_word(hint: Any) -> bool:  # noqa: ANN401 - any type hint
    return isinstance(hint, type) and issubclass(hint, StrEnum)


@lru_cache(maxsize=4_096)  # a sweep writes the same few moments very often
def _moment(at: datetime) -> str:
    return utc(at).isoformat()


def _same(value: Any) -> Any:  # noqa: ANN401 - what is JSON already
    return value


_SINGLE: dict[Any, tuple[Convert, Convert]] = {  # type: (to JSON, back)
    Any: (plain, _same),
    str: (_same, _same),
    Mapping[str, str]: (dict, dict),
    int: (_same, _same),
    float: (_same, _same),
    bool: (_same, _same),
    datetime: (_moment, lambda kept: datetime.fromisoformat(kept).astimezone(UTC)),
    date: (date.isoformat, date.fromisoformat),
    UUID: (str, UUID),
}
