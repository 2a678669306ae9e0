"""What happened to this finding, newest first, in sentences?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, select

from clm_tracker.db import tables, visible
from clm_tracker.db.base import table_of
from clm_tracker.db.units import Reading
from clm_tracker.domain import letters
from clm_tracker.domain.cases import Case
from clm_tracker.domain.events import FindingOpened
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.kernel.speech import _
from clm_tracker.queries import paging, sentences

_L = tables.LedgerRow
SHOWN = (
    _L.seq,
    _L.at,
    _L.kind,
    _L.facts,
    _L.actor_name,
    _L.actor_role,
    _L.act,
    _L.obligation_id,
    _L.finding_id,
    _L.link_id,
)
# The lines of one finding, asked for with every page of one and put together once.
_KEPT = table_of(_L).c
MOST = "most"


def _newest_of(of: ColumnElement[UUID]) -> Select[*tuple[Any, ...]]:
    asked = select(*(_KEPT[column.key] for column in SHOWN)).where(_KEPT.finding_id == of)
    return asked.order_by(_KEPT.seq.desc()).limit(bindparam(MOST))


NEWEST = _newest_of(bindparam("of", type_=_KEPT.finding_id.type))
_OLDER = NEWEST.where(_KEPT.seq < bindparam("before"))
LATEST = select(func.max(_KEPT.seq).label("seq"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line. `sentence` is whole; in `pattern` the name of who did it (`subject`) is left out, to be set apart."""

    seq: int
    at: datetime
    kind: str
    act: str
    actor: str
    role: str
    engine: bool
    subject: str | None
    pattern: str
    sentence: str
    details: tuple[str, ...]
    stage: int | None
    obligation_id: UUID | None
    finding_id: UUID | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """A stretch of the record; `next` is the cursor of the older lines."""

    items: tuple[Entry, ...]
    next: str | None


def of(look: Reading, finding_id: UUID, *, before: str | None = None, limit: int = 50) -> Timeline:
    """The finding's lines, newest first, as far back as `before`. Raises NotFound where the actor may not look."""
    limit = paging.checked(limit)
    key = _place(before)
    seen = visible.visible(look).with_only_columns(tables.FindingRow.id)
    seen = seen.where(tables.FindingRow.id == finding_id)
    query = select(*SHOWN).where(_L.finding_id == finding_id, _L.finding_id.in_(seen))
    if key is not None:
        query = query.where(_L.seq < key)
    rows = look.session.execute(query.order_by(_L.seq.desc()).limit(limit + 1)).all()
    if not rows and look.session.scalar(seen) is None:
        raise NotFound("finding")
    return _stretch(look, rows, limit)


def of_case(look: Reading, case: Case, *, before: str | None = None, limit: int = 50) -> Timeline:
    """The same of a case that was loaded for this actor."""
    limit = paging.checked(limit)
    key = _place(before)
    given = {"of": case.finding.id, "most": limit + 1}
    if key is None:
        rows = look.session.execute(NEWEST, given).all()
    else:
        rows = look.session.execute(_OLDER, {**given, "before": key}).all()
    return _stretch(look, rows, limit)


def lines(of: ColumnElement[UUID], _sight: visible.Sight) -> Select[*tuple[Any, ...]]:
    """The question for the newest lines of a finding, as many as are given as `MOST`."""
    return select(_newest_of(of).subquery())


def newest(look: Reading, rows: Collection[Any], limit: int) -> Timeline:
    """The same of the answers to `lines`, one more than shown, which came in any order."""
    return _stretch(look, sorted(rows, key=lambda r: r.seq, reverse=True), limit)


def _place(before: str | None) -> int | None:
    key = paging.place("timeline", before, (int,))
    return None if key is None else int(key[0])


def _stretch(look: Reading, rows: Sequence[Any], limit: int) -> Timeline:
    kept = rows[:limit]
    more = paging.cursor("timeline", (kept[-1].seq,)) if len(rows) > limit else None
    return Timeline(tuple(entry(look, r) for r in kept), more)


def entry(
    look: Reading,
    r: Any,  # noqa: ANN401 - a row of SHOWN
    *,
    with_way: bool = True,
    facts: Mapping[str, Any] | None = None,
) -> Entry:
    """A ledger line in words; `with_way`: and by which way in it came; `facts`: more of them than the line has."""
    rules = look.rules
    who = look.called(r.actor_name, r.actor_role)
    today = rules.calendar.local_date(look.now)
    words = sentences.said(r.kind, facts or r.facts, who, rules, today, roles=r.actor_role)
    return Entry(
        seq=r.seq,
        at=r.at,
        kind=r.kind,
        act=r.act,
        actor=who,
        role=r.actor_role,
        engine=sentences.is_engine(r.actor_role),
        subject=words.subject,
        pattern=words.pattern,
        sentence=words.sentence,
        details=(*words.details, _("By the link in a letter, without an account."))
        if r.link_id and with_way
        else words.details,
        stage=r.facts.get("stage") if r.kind == "stage_entered" else None,
        obligation_id=r.obligation_id,
        finding_id=r.finding_id,
    )


def many(look: Reading, finding_ids: Collection[UUID], *, limit: int) -> dict[UUID, list[Any]]:
    """The newest lines of what the two sides did about each of these findings, newest first; for `chronology`.

    The caller asks for whoever may see them.
    """
    if not finding_ids:
        return {}
    place = func.row_number().over(partition_by=_L.finding_id, order_by=_L.seq.desc()).label("place")
    of_sides = (_L.finding_id.in_(finding_ids), _L.kind.in_(letters.CHRONOLOGY))
    newest = select(*SHOWN, place).where(*of_sides).subquery()
    last = select(newest).where(newest.c.place <= limit * 10).order_by(newest.c.seq.desc())
    found: dict[UUID, list[Any]] = {}
    for row in look.session.execute(last):
        found.setdefault(row.finding_id, []).append(row)
    return found


def chronology(look: Reading, rows: Sequence[Any], until: datetime, *, limit: int) -> tuple[Entry, ...]:
    """What the two sides did about a finding, of the rows of `many`, since it was opened, oldest first: the last of it."""
    told = [
        r
        for r in reversed(rows)
        if r.at <= until and letters.in_chronology(r.kind, r.facts.get("obligation"))
    ]
    # What was changed in a draft is its author's own.
    opened = next((n for n, r in enumerate(told) if r.kind == FindingOpened.kind), 0)
    return tuple(entry(look, r, with_way=False) for r in told[opened:][-limit:])


def latest(look: Reading) -> int:
    """The number of the newest line of all: what a form carries to know what came after it was opened."""
    return look.session.scalar(LATEST) or 0


def since(look: Reading, finding_id: UUID, seq: int, *, limit: int = 5) -> tuple[Entry, ...]:
    """What people did to a finding that the actor may see after this line, oldest first: the last few of it."""
    rows = look.session.execute(
        visible.visible(look)
        .with_only_columns(*SHOWN)
        .select_from(tables.FindingRow)
        .join(_L, _L.finding_id == tables.FindingRow.id)
        .where(tables.FindingRow.id == finding_id, _L.seq > seq)
        .order_by(_L.seq.desc())
        .limit(limit * 5)
    )
    said = [entry(look, r) for r in rows]
    return tuple(reversed([e for e in said if e.subject is not None][:limit]))


def rows_of(look: Reading, finding_id: UUID, ids: Collection[UUID]) -> list[Any]:
    """The lines, oldest first, of a finding that the actor may see, that changed one of these rows or are about one."""
    wanted = {str(id) for id in ids}
    rows = look.session.execute(
        visible.visible(look)
        .with_only_columns(*SHOWN, _L.changes)
        .select_from(tables.FindingRow)
        .join(_L, _L.finding_id == tables.FindingRow.id)
        .where(tables.FindingRow.id == finding_id)
        .order_by(_L.seq)
    )
    return [r for r in rows if r.obligation_id in ids or any(change["id"] in wanted for change in r.changes)]
