"""What did a command leave behind: which ledger lines, which notices, to whom? And in what words was it refused?"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from clm_tracker.db.tables import LedgerRow, NoticeRow
from clm_tracker.db.units import Writing
from clm_tracker.kernel import sayings
from clm_tracker.kernel.refusals import Refusal
from tests.cast import Cast


@dataclass(slots=True)
class Left:
    """`lines`: each line's kind, in order. `by`: who did it, as whom. `notices`: (kind, post, role or name)."""

    lines: list[str] = field(default_factory=list)
    facts: list[dict[str, object]] = field(default_factory=list)
    by: set[tuple[str, str]] = field(default_factory=set)
    notices: set[tuple[str, str]] = field(default_factory=set)


@contextmanager
def left_by(cast: Cast, now: datetime) -> Iterator[Left]:
    """Everything written by the units inside the block."""
    left = Left()
    with cast.reading("operator", now) as look:
        last = look.session.scalar(select(func.max(LedgerRow.seq))) or 0
    yield left
    names: dict[object, str] = {id: key for key, id in cast.posts.items()}
    names |= {id: name for name, id in cast.people.items()}
    with cast.reading("operator", now) as look:
        rows = look.session.scalars(
            select(LedgerRow).where(LedgerRow.seq > last).order_by(LedgerRow.seq)
        ).all()
        left.lines = [row.kind for row in rows]
        left.facts = [in_words(row.facts) for row in rows]
        left.by = {(row.actor_name, row.actor_role) for row in rows}
        units = {row.unit for row in rows}
        for notice in look.session.scalars(select(NoticeRow).where(NoticeRow.unit.in_(units))):
            to = notice.duty_bearer_id or notice.person_id
            left.notices.add((notice.kind, names[to] if to else str(notice.role)))


def refused(cast: Cast, now: datetime, name: str, do: Callable[[Writing], object]) -> Refusal:
    """The refusal that this person gets; fails when there is none, or when it left a trace."""
    with left_by(cast, now) as left, pytest.raises(Refusal) as no, cast.writing(name, now) as unit:
        do(unit)
    assert left == Left()
    return no.value


def sentence(cast: Cast, now: datetime, name: str, do: Callable[[Writing], object]) -> str:
    """The words of that refusal."""
    return refused(cast, now, name, do).sentence


def in_words(facts: Mapping[str, Any]) -> dict[str, object]:
    """Facts with what the program says in them said in English."""
    return {
        name: str(sayings.load(kept)) if isinstance(kept, dict) and "say" in kept else kept
        for name, kept in facts.items()
    }
