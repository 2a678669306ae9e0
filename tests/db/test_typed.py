"""Does every event and every row survive the ledger? (R37)"""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta, timezone
from json import dumps, loads
from typing import Any, get_type_hints
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clm_tracker.db import typed
from clm_tracker.domain.cases import ROWS, Change
from clm_tracker.domain.events import KINDS, Event
from clm_tracker.domain.ladders import Stage, shipped
from clm_tracker.domain.words import Side
from clm_tracker.kernel.sayings import Saying, saying
from tests.domain.world import NOW, the

st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)))
st.register_type_strategy(
    Saying, st.builds(saying, st.text(), days=st.integers(), on=st.dates(), who=st.text())
)


def events() -> st.SearchStrategy[Event]:
    """Any event with any facts."""
    return st.one_of([st.builds(cls, **_facts(cls)) for cls in KINDS.values()])


def _facts(cls: type) -> dict[str, st.SearchStrategy[Any]]:
    hints = get_type_hints(cls)
    return {f.name: st.from_type(hints[f.name]) for f in fields(cls)}


@given(event=events())
def test_every_event_comes_back(event: Event) -> None:
    kept = loads(dumps(typed.dump_event(event)))
    assert typed.load_event(event.kind, kept) == event


@given(data=st.data(), name=st.sampled_from(sorted(ROWS)))
def test_every_row_comes_back(data: st.DataObject, name: str) -> None:
    values = {n: data.draw(of) for n, of in _facts(ROWS[name]).items()}
    change = Change(name, the("row"), {"version": 1}, values)
    assert typed.load_change(loads(dumps(typed.dump_change(change)))) == change


def test_ladders_come_back() -> None:
    for _, stages in shipped().values():
        hint = tuple[Stage, ...]
        assert typed.decoder(hint)(loads(dumps(typed.encoder(hint)(stages)))) == stages


def test_a_moment_is_kept_in_utc() -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=7)))
    assert typed.encoder(datetime)(at) == "2026-03-02T02:00:00+00:00"
    assert typed.plain({"at": at, "day": date(2026, 3, 2), "side": Side.COMMUNITY, "ids": {the("a")}}) == {
        "at": "2026-03-02T02:00:00+00:00",
        "day": "2026-03-02",
        "side": "community",
        "ids": [str(the("a"))],
    }
    with pytest.raises(ValueError, match="time zone"):
        typed.encoder(datetime)(NOW.replace(tzinfo=None))


def test_old_lines_stay_readable() -> None:
    """A field that came later takes its default; one that went is left out; one that is needed is missed."""

    @dataclass(frozen=True)
    class Now:
        kept: str
        came: int = 7

    decode = typed.decoder(Now)
    assert decode({"kept": "x", "went": 1}) == Now("x", 7)
    with pytest.raises(ValueError, match="Now needs kept"):
        decode({"came": 1})
    line = {"row": "finding", "id": str(the("f")), "before": {}, "after": {"title": "T", "mood": "sad"}}
    assert typed.load_change(line).after == {"title": "T"}


@pytest.mark.parametrize("hint", [complex, dict[str, int], int | str, bytes])
def test_what_has_no_json_is_refused_when_the_program_starts(hint: object) -> None:
    with pytest.raises(TypeError, match="has no JSON form"):
        typed.encoder(hint)
    with pytest.raises(TypeError, match="has no JSON form"):
        typed.decoder(hint)


def test_identifiers_come_back_as_identifiers() -> None:
    assert typed.decoder(frozenset[UUID])([str(the("a"))]) == frozenset({the("a")})
