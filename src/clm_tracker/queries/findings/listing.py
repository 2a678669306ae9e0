"""Which findings are there, a page at a time? At most two statements and never an OFFSET, however many there are.

Stage, lateness and what is due next are computed from live obligations (R1).
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, select, union_all

from clm_tracker.db import search, tables
from clm_tracker.db.base import as_text
from clm_tracker.db.engine import KEPT
from clm_tracker.db.search import Sought, Terms
from clm_tracker.db.together import Together
from clm_tracker.db.units import Reading
from clm_tracker.db.visible import Sight
from clm_tracker.domain.words import Dimension, FindingStatus, Kind, Party, Severity, Track
from clm_tracker.kernel import grams
from clm_tracker.kernel.ids import parse_reference
from clm_tracker.kernel.refusals import Invalid, invalid
from clm_tracker.kernel.speech import _
from clm_tracker.queries import paging
from clm_tracker.queries.findings.orders import ORDERS, Order, Sort, all_late, late, led
from clm_tracker.queries.findings.rows import SHOWN, FindingRow, listed, owed
from clm_tracker.queries.findings.within import Within
from clm_tracker.queries.live import is_among, is_word, live
from clm_tracker.queries.paging import Count

LONGEST_SEARCH = 200
_F = tables.FindingRow
_OFTEN = Count(search.COMMON.often, more=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to; nothing given means everything visible. `kind` and `owed_by` are about what is owed now."""

    status: tuple[FindingStatus, ...] = ()
    severity: tuple[Severity, ...] = ()
    track: Track | None = None
    dimension: Dimension | None = None
    kind: Kind | None = None
    owed_by: Party | None = None
    logged_by: UUID | None = None
    theme: UUID | None = None
    area: UUID | None = None
    site: UUID | None = None
    duty_bearer: UUID | None = None
    stage: int | None = None
    overdue: bool | None = None
    round: UUID | None = None
    q: str = ""
    sort: Sort = Sort.NEWEST


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """One page of a list; `next` is the cursor of the page after it, and `also` what was asked for beside it."""

    items: tuple[FindingRow, ...]
    next: str | None
    count: Count
    also: Mapping[str, Sequence[Any]]


def page(
    look: Reading,
    filters: Filters,
    *,
    after: str | None = None,
    limit: int = 25,
    also: tuple[tuple[str, Select[*tuple[Any, ...]]], ...] = (),
    also_given: Mapping[str, object] | None = None,
) -> FindingsPage:
    """One page of the findings that this actor may see. Raises Invalid for a wrong cursor, limit or filter.

    What a page wants `also` is asked in the same statement, by name and with what it is given.
    """
    limit = paging.checked(limit)
    sought = _sought(look, filters.q)
    seen = replace(filters, q="") if sought else filters
    query, order = _asked(look, seen)
    place = paging.place(filters.sort, after, order.types)
    asked = given(look) | paging.given(place) | dict(also_given or {})
    asked |= sought.given if sought else {}
    put_together = _page if _comes_again(filters, sought) else _page.__wrapped__

    def ask(query: Select[Any], every: Select[Any] | Terms | None, *, kept: bool) -> dict[str, list[Any]]:
        goes_on = place is not None
        return put_together(query, every, filters.sort, limit, also, goes_on=goes_on, kept=kept).ask(
            look, asked
        )

    if sought is None:
        every = _to_count(look, seen)
        found = ask(query, every, kept=_is_steady(look, filters, sought))
        # Counted with the rows; where the list ends before this place, no row says it.
        counted = [row.of_all for row in found["shown"][:1]]
        total = paging.counted(counted[0]) if counted else paging.count(look.session, every, given(look))
    else:
        found = ask(query, sought.terms, kept=_is_steady(look, filters, sought))
        total = _counted_to(found["many"][0].n)
        if total.more and total is not _OFTEN:
            # Which way to read them is quick depends on how many there are: planned for what is looked for.
            found = ask(sought.all_of(query), None, kept=False)
    keys = [f"key_{n}" for n in range(len(order.columns))]
    rows = sorted(found["shown"], key=attrgetter(*keys), reverse=order.descending)
    shown = rows[:limit]
    return FindingsPage(
        listed(look, shown, found["owed"]),
        paging.cursor(filters.sort, [getattr(shown[-1], key) for key in keys]) if len(rows) > limit else None,
        total,
        {name: found[name] for name, _question in also},
    )


@lru_cache(maxsize=128)
def _page(
    query: Select[Any],
    every: Select[Any] | Terms | None,
    sort: Sort,
    limit: int,
    also: tuple[tuple[str, Select[*tuple[Any, ...]]], ...],
    *,
    goes_on: bool,
    kept: bool,
) -> Together:
    """One page of a list, the first or one that goes on after a place, and one row more if there are others.

    With what is owed about each, and how many of `every` there are, or how `many` of `query` have these terms, where they
    are to be counted; put together once for one query.
    """
    order = ORDERS[sort]
    keys = [c.label(f"key_{n}") for n, c in enumerate(order.columns)]

    def read(query: Select[Any]) -> Select[Any]:
        if goes_on:
            query = query.where(paging.after_given(order.columns, descending=order.descending, kept=kept))
        query = query.with_only_columns(*SHOWN, *keys)
        query = query.outerjoin(tables.SiteRow, tables.SiteRow.id == _F.site_id)
        return query.order_by(*order.by).limit(as_text(limit + 1))

    beside = dict(also)
    if isinstance(every, Terms):
        ways, many = every.found(query, paging.MOST)
        shown = union_all(*(select(read(way).subquery()) for way in ways)).cte("shown")
        beside["many"] = select(many.label("n"))
    elif every is None:
        shown = read(query).cte("shown")
    else:
        of_all = paging.bounded(every, ordered=True).scalar_subquery().label("of_all")
        shown = read(query).add_columns(of_all).cte("shown")
    return Together.of(kept=kept, shown=select(shown), owed=owed(select(shown.c.id)), **beside)


def _comes_again(f: Filters, sought: Sought | None) -> bool:
    """Whether a question is worth keeping: without terms to give, what somebody looked for stands in it."""
    return sought is not None or not f.q.strip()


def _is_steady(look: Reading, f: Filters, sought: Sought | None) -> bool:
    """Whether one plan is quick whatever a list is asked with.

    By things it has an index in its order for, or by words alone; of what is looked for each finding is asked by itself.
    """
    plain = Sight.of(look).plain
    if sought is not None or not plain:
        return plain
    by_words = (f.theme, f.area, f.site, f.duty_bearer, f.round, f.logged_by) == (None,) * 6
    indexed = not _is_narrowed(replace(f, area=None, site=None, duty_bearer=None))
    return by_words or (f.overdue is not False and indexed)


def ordered(look: Reading, filters: Filters) -> Select[Any]:
    """Every finding of the list in its order, however many pages it has; it is asked with what is `given`."""
    query, order = _asked(look, filters)
    return query.order_by(*order.by)


def given(look: Reading) -> dict[str, object]:
    """What every question about a list is asked with; the question itself says nothing of this look, and is kept."""
    return {"now": look.now}


def refs(look: Reading, filters: Filters, most: int) -> tuple[str, ...]:
    """The references of the first findings of the list."""
    query = ordered(look, filters).with_only_columns(_F.ref).limit(most)
    return tuple(look.session.scalars(query, given(look)))


def counts(look: Reading, lists: Sequence[Filters]) -> tuple[Count | None, ...]:
    """How many findings each of these lists has, in one statement; None for a list that cannot be asked for any more."""
    asked: dict[int, tuple[Select[Any], Terms | None]] = {}
    given_with, kept, again = given(look), True, True
    names: dict[str, str] = {}  # of what is looked for, by which each is given
    for n, filters in enumerate(lists):
        with suppress(Invalid):
            sought = _sought(look, filters.q, names.setdefault(filters.q, f"sought_{len(names)}"))
            if sought is None:
                asked[n] = _to_count(look, filters), None
            else:
                asked[n] = _asked(look, replace(filters, q=""))[0], sought.terms
                given_with |= sought.given
            kept &= _is_steady(look, filters, sought)
            again &= _comes_again(filters, sought)
    if not asked:
        return (None,) * len(lists)
    put_together = _counted if again else _counted.__wrapped__
    row = look.ask(put_together(tuple(asked.values()), kept=kept), given_with)[0]
    found = {n: _counted_to(many) for n, many in zip(asked, row, strict=True)}
    return tuple(found.get(n) for n in range(len(lists)))


def _counted_to(many: int) -> Count:
    return _OFTEN if many < 0 else paging.counted(many)


@lru_cache(maxsize=128)
def _counted(asked: tuple[tuple[Select[Any], Terms | None], ...], *, kept: bool) -> Select[Any]:
    """How many each of these has, the terms looked for among them; put together once for the same lists."""
    many = (
        paging.bounded(query, ordered=True).scalar_subquery()
        if terms is None
        else terms.found(query, paging.MOST).many
        for query, terms in asked
    )
    return select(*(one.label(f"n_{n}") for n, one in enumerate(many))).execution_options(**{KEPT: kept})


_UNNARROWED = Filters()


def _asked(look: Reading, filters: Filters) -> tuple[Select[Any], Order]:
    """The findings of a list, and their order, which may choose one obligation of each."""
    return _read(look, filters, counted=False), ORDERS[filters.sort]


def _to_count(look: Reading, filters: Filters) -> Select[Any]:
    """The same findings, whichever way they are counted soonest."""
    return _read(look, filters, counted=True)


def _read(look: Reading, filters: Filters, *, counted: bool) -> Select[Any]:
    within = None if filters.area is None else Within.of(look, filters.area)
    asked = filters.q.strip()  # of the findings themselves, which what is counted by itself does not read
    query = _narrowed(Sight.of(look), replace(filters, q=""), within, counted=counted and not asked)
    return query.where(matches(look, filters.q)) if asked else query


@lru_cache(maxsize=256)
def _narrowed(sight: Sight, f: Filters, within: Within | None, *, counted: bool) -> Select[Any]:
    """The findings of a list without what is looked for in it; put together once for who sees alike."""
    # What is late is few among all that is owed: read from there, nobody looks for it finding by finding.
    from_late = f.overdue is True and (counted or f.sort is Sort.DUE)
    if from_late and counted and sight.whole and within is None and not _is_narrowed(f):
        # Whoever sees the whole programme sees the finding of everything that is late in it.
        return all_late(sight.programme_id)
    query = sight.visible().where(
        *_conditions(sight.programme_id, replace(f, overdue=None) if from_late else f)
    )
    if within is not None:
        query = query.where(within.condition)
    if from_late:
        query = led(query, Sort.DUE, late)
        query = query.order_by(*ORDERS[Sort.DUE].by) if counted else query
    elif ORDERS[f.sort].by_obligation:
        query = query.where(_owing(sight.programme_id)) if counted else led(query, f.sort, live)
    return query.with_only_columns(_F.id) if counted else query


def _is_narrowed(f: Filters) -> bool:
    """Whether a list is narrowed to anything but what is late."""
    return replace(f, q="", sort=Sort.NEWEST, overdue=None) != _UNNARROWED


def _conditions(of: UUID, f: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    # The words of the law stand in the statement as text, so that it is planned for them and its plan can be kept.
    for words, said in ((_F.status, f.status), (_F.severity, f.severity)):
        if said:
            conditions.append(is_among(words, said))
    for word, said_once in ((_F.track, f.track), (_F.dimension, f.dimension)):
        if said_once is not None:
            conditions.append(is_word(word, said_once))
    for column, value in (
        (_F.theme_id, f.theme),
        (_F.site_id, f.site),
        (_F.duty_bearer_id, f.duty_bearer),
        (_F.round_id, f.round),
        (_F.logged_by, f.logged_by),
    ):
        if value is not None:
            conditions.append(column == value)
    # What a list asks of the obligations that are live.
    o = tables.ObligationRow
    conditions += [
        _owing(of, is_word(column, word))
        for column, word in ((o.kind, f.kind), (o.owed_by, f.owed_by))
        if word is not None
    ]
    if f.stage is not None:
        conditions.append(_at_stage(of, f.stage))
    if f.overdue is not None:
        has_late = _owing(of, late(o))
        conditions.append(has_late if f.overdue else ~has_late)
    return conditions


def _at_stage(of: UUID, stage: int) -> ColumnElement[bool]:
    if not 0 <= stage <= 99:
        raise invalid("stage", _("A stage is a number from 0 to 99."))
    reached, asked = tables.ObligationRow.stage, as_text(stage)
    above = _owing(of, reached > asked)
    return and_(_owing(of, reached == asked), ~above) if stage else ~above


def _owing(of: UUID, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Something like this is owed about the finding. `NOT IN` took minutes where `NOT EXISTS` takes milliseconds."""
    o = tables.ObligationRow
    return exists().where(o.finding_id == _F.id, o.programme_id == of, live(o), *conditions).correlate(_F)


def matches(look: Reading, q: str) -> ColumnElement[bool]:
    """Is the finding of this reference, or has every word in its title or description or as the name of its place or post?"""
    sought = _sought(look, q)
    if sought is not None:
        return _F.id.in_(sought.ids())
    ref = parse_reference(q)
    return false() if ref is None else _F.ref == ref  # signs alone, which no finding is found by


def _sought(look: Reading, q: str, name: str = "term") -> Sought | None:
    """What is looked for by its terms, given by this name; None where there are none, or it is a reference."""
    if len(q) > LONGEST_SEARCH:
        raise invalid(
            "q", _("Search for at most {longest_search} characters.").format(longest_search=LONGEST_SEARCH)
        )
    asked = grams.asked(q) if parse_reference(q) is None else ()
    if not asked:
        return None
    return Sought.of(look.dialect, zip(asked, look.known_names.having(asked), strict=True), name)
