"""Where does the next page of a list begin, and how many are there, without counting a million?"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, literal, select, tuple_
from sqlalchemy.orm import Session

from clm_tracker.db.base import as_text
from clm_tracker.kernel import cldr
from clm_tracker.kernel.clock import utc
from clm_tracker.kernel.refusals import Invalid, invalid
from clm_tracker.kernel.speech import _

MOST = 1_000
LONGEST = 200
# How a part of a cursor is read back; any other type is called with what was kept, as a word or a number is.
_READ: dict[type[Any], Callable[[Any], Any]] = {
    datetime: lambda kept: utc(datetime.fromisoformat(kept)),
    UUID: UUID,
}


@dataclass(frozen=True, slots=True)
class Count:
    """How many, up to `MOST`; `more` when there are more than that."""

    n: int
    more: bool = False

    def __str__(self) -> str:
        n = cldr.number(self.n)
        return _("more than {n}").format(n=n) if self.more else n


def counted(n: int) -> Count:
    """A count that was stopped at one more than `MOST`."""
    return Count(MOST, more=True) if n > MOST else Count(n)


def bounded(query: Any, *, ordered: bool = False) -> Select[int]:  # noqa: ANN401 - a select of any columns
    """The question how many rows a query has, which stops counting at one more than `MOST`.

    `ordered`: they are counted in the query's own order, where that is the quickest way to so many.
    """
    of = query if ordered else query.order_by(None)
    return select(func.count()).select_from(of.limit(as_text(MOST + 1)).subquery())


def count(session: Session, query: Any, given: Mapping[str, object] | None = None) -> Count:  # noqa: ANN401 - a select of any columns
    """How many rows a query, asked with what it is `given`, has, as far as it is counted."""
    return counted(session.scalar(bounded(query), given) or 0)


def cursor(kind: str, key: Sequence[object]) -> str:
    """The place after a row, opaque to whoever passes it on. `kind` names the list and its order."""
    plain = [part.isoformat() if isinstance(part, datetime) else _plain(part) for part in key]
    return base64.urlsafe_b64encode(json.dumps([kind, *plain]).encode()).decode().rstrip("=")


def _plain(part: object) -> object:
    return part if isinstance(part, int) else str(part)


def place(kind: str, text: str | None, types: Sequence[type[Any]]) -> tuple[Any, ...] | None:
    """The key in a cursor; None without one. Raises Invalid for anything that `cursor` did not make for this list."""
    if text is None:
        return None
    try:
        kept = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(kept, list) or kept[0] != kind or len(kept) != len(types) + 1:
            raise wrong_place()
        if any(isinstance(part, bool) or not isinstance(part, (str, int)) for part in kept):
            raise wrong_place()
        if not all(_keepable(part) for part in kept):
            raise wrong_place()
        return tuple(_READ.get(of, of)(part) for of, part in zip(types, kept[1:], strict=True))
    except (
        ValueError,
        TypeError,
        IndexError,
        binascii.Error,
        UnicodeDecodeError,
        OverflowError,
        RecursionError,
    ):
        raise wrong_place() from None


def _keepable(part: str | int) -> bool:
    """Whether a database can compare with it: a number of 64 bits, a text of whole characters without a zero."""
    if isinstance(part, int):
        return -(2**63) <= part < 2**63
    part.encode()  # UnicodeEncodeError is a ValueError, which `place` faces
    return "\0" not in part


def wrong_place() -> Invalid:
    """A cursor that leads nowhere."""
    return invalid("after", _("This place in the list is not known; start again from the first page."))


def after(columns: Sequence[Any], key: Sequence[Any], *, descending: bool) -> ColumnElement[bool]:
    """The condition for rows behind `key` in the order of these columns, all rising or all falling."""
    return _behind(
        columns,
        (literal(part, type_=column.type) for column, part in zip(columns, key, strict=True)),
        descending=descending,
    )


def after_given(columns: Sequence[Any], *, descending: bool, kept: bool) -> ColumnElement[bool]:
    """The same for a question that is put together once, and is `given` its key when it is asked.

    Where its plan is to be `kept` (`db.engine.KEPT`) no planner sees the key: it would take each place for another question.
    """
    key = (bindparam(f"after_{n}", type_=column.type) for n, column in enumerate(columns))
    unseen = (select(part).scalar_subquery() for part in key)
    return _behind(columns, unseen if kept else key, descending=descending)


def given(key: Sequence[Any] | None) -> dict[str, object]:
    """What `after_given` is asked with; nothing for the first page."""
    return {f"after_{n}": part for n, part in enumerate(key or ())}


def _behind(columns: Sequence[Any], key: Iterable[Any], *, descending: bool) -> ColumnElement[bool]:
    here, there = tuple_(*columns), tuple_(*key)
    return here < there if descending else here > there


def checked(limit: int) -> int:
    """A page's length. Raises Invalid outside 1 to 200."""
    if not 1 <= limit <= LONGEST:
        raise invalid("limit", _("A page has 1 to {most} rows.").format(most=LONGEST))
    return limit
