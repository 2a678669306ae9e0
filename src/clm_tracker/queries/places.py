"""Which areas and sites are there: below an area, by name in any script, or near where somebody stands?"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, or_, select, true

from clm_tracker.db import tables
from clm_tracker.db.units import Reading
from clm_tracker.domain import names
from clm_tracker.domain.places import upwards
from clm_tracker.kernel.refusals import NotFound, invalid
from clm_tracker.kernel.speech import _
from clm_tracker.queries import paging

_A, _S = tables.AreaRow, tables.SiteRow
MOST_FOUND = 50
KM_PER_DEGREE = 111.32
LONGEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaRow:
    """One area. `names` are its names by language; `within` those of the areas around it, nearest first."""

    id: UUID
    parent_id: UUID | None
    level: str
    code: str | None
    name: str
    names: Mapping[str, str]
    within: tuple[str, ...]
    children: int
    latitude: float | None
    longitude: float | None
    closed_on: date | None

    @property
    def said(self) -> str:
        """Its name in the language of the moment."""
        return names.said(self.name, self.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRow:
    """One site. `km` is how far it is, where the list was asked for by position."""

    id: UUID
    name: str
    names: Mapping[str, str]
    kind: str
    level: str
    code: str | None
    area_id: UUID | None
    within: tuple[str, ...]
    latitude: float | None
    longitude: float | None
    closed_on: date | None
    km: float | None = None

    @property
    def said(self) -> str:
        """Its name in the language of the moment."""
        return names.said(self.name, self.names)


@dataclass(frozen=True, slots=True)
class SitesPage:
    """One page of sites by name; `next` is the cursor of the page after it."""

    items: tuple[SiteRow, ...]
    next: str | None


def areas(look: Reading, *, parent: UUID | None = None, closed: bool = False) -> tuple[AreaRow, ...]:
    """The areas directly below this one (None: at the top), by name; those that closed when asked for.

    Raises NotFound for an unknown one.
    """
    if parent is not None and parent not in look.rules.areas:
        raise NotFound("area")
    where = _A.parent_id.is_(None) if parent is None else _A.parent_id == parent
    return _areas(look, where, limit=None, q="", closed=closed)


def area(look: Reading, id: UUID) -> AreaRow:
    """One area. Raises NotFound."""
    found = _areas(look, _A.id == id, limit=1, q="", closed=True)
    if not found:
        raise NotFound("area")
    return found[0]


def find_areas(look: Reading, q: str, *, closed: bool = False, limit: int = 20) -> tuple[AreaRow, ...]:
    """Areas whose name, in any language, or code holds this text, names that begin with it first; `closed` ones too."""
    limit = min(paging.checked(limit), MOST_FOUND)
    return _areas(look, _named(_A, q), limit=limit, q=q, closed=closed) if q.strip() else ()


def sites(
    look: Reading,
    *,
    area: UUID | None = None,
    q: str = "",
    within: bool = True,
    closed: bool = False,
    after: str | None = None,
    limit: int = 50,
) -> SitesPage:
    """Sites by name, in an area with everything inside it (or not, without `within`); those that closed when asked for.

    With `q` those whose name, in any language, or code holds this text.
    """
    limit = paging.checked(limit)
    key = paging.place("sites", after, (str, UUID))
    query = select(_S).where(_S.programme_id == look.programme_id)
    if not closed:
        query = query.where(_is_open(look))
    if area is not None:
        query = query.where(_S.area_id.in_(_inside(look, area)) if within else _S.area_id == area)
    if q.strip():
        query = query.where(_named(_S, q))
    if key is not None:
        query = query.where(paging.after((_S.name, _S.id), key, descending=False))
    rows = look.session.scalars(query.order_by(_S.name, _S.id).limit(limit + 1)).all()
    kept = rows[:limit]
    more = paging.cursor("sites", (kept[-1].name, kept[-1].id)) if len(rows) > limit else None
    return SitesPage(tuple(_site(look, s) for s in kept), more)


def site(look: Reading, id: UUID) -> SiteRow:
    """One site. Raises NotFound."""
    row = look.session.scalar(select(_S).where(_S.programme_id == look.programme_id, _S.id == id))
    if row is None:
        raise NotFound("site")
    return _site(look, row)


def some_sites(look: Reading, ids: Sequence[UUID]) -> tuple[SiteRow, ...]:
    """These sites in this order, without those that closed."""
    query = select(_S).where(_S.programme_id == look.programme_id, _S.id.in_(ids), _is_open(look))
    found = {s.id: _site(look, s) for s in look.session.scalars(query)}
    return tuple(found[one] for one in ids if one in found)


def find_sites(look: Reading, q: str, *, area: UUID | None = None, limit: int = 20) -> tuple[SiteRow, ...]:
    """Open sites whose name, in any language, or code holds this text, as somebody types it."""
    if not q.strip():
        return ()
    query = (
        select(_S)
        .where(_S.programme_id == look.programme_id, _is_open(look), _named(_S, q))
        .order_by(_begins(_S, q), _S.name, _S.id)
        .limit(min(paging.checked(limit), MOST_FOUND))
    )
    if area is not None:
        query = query.where(_S.area_id.in_(_inside(look, area)))
    return tuple(_site(look, s) for s in look.session.scalars(query))


def nearest(look: Reading, latitude: float, longitude: float, *, limit: int = 10) -> tuple[SiteRow, ...]:
    """The open sites nearest to a position in degrees (WGS 84), nearest first. Raises Invalid for no position."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise invalid(
            "latitude", _("A position has a latitude from -90 to 90 and a longitude from -180 to 180.")
        )
    # Flat enough over the distances that matter: a degree of longitude shrinks with the latitude.
    shrunk = math.cos(math.radians(latitude))
    east = func.abs(_S.longitude - longitude)
    across = case((east > 180, 360 - east), else_=east) * shrunk
    north = _S.latitude - latitude
    squared = north * north + across * across
    rows = look.session.execute(
        select(_S, squared.label("squared"))
        .where(_S.programme_id == look.programme_id, _is_open(look))
        .where(_S.latitude.is_not(None), _S.longitude.is_not(None))
        .order_by("squared", _S.id)
        .limit(min(paging.checked(limit), MOST_FOUND))
    )
    return tuple(_site(look, s, km=round(math.sqrt(sq or 0.0) * KM_PER_DEGREE, 1)) for s, sq in rows)


def _areas(
    look: Reading, where: ColumnElement[bool], *, limit: int | None, q: str, closed: bool
) -> tuple[AreaRow, ...]:
    child = tables.AreaRow.__table__.alias("child")
    children = (
        select(func.count())
        .where(child.c.parent_id == _A.id, true() if closed else child.c.closed_on.is_(None))
        .correlate(_A)
        .scalar_subquery()
    )
    order = (_begins(_A, q), _A.name, _A.id) if q else (_A.name, _A.id)
    rows = look.session.execute(
        select(_A, children.label("children"))
        .where(_A.programme_id == look.programme_id, where, true() if closed else _A.closed_on.is_(None))
        .order_by(*order)
        .limit(limit)
    )
    return tuple(
        AreaRow(
            id=a.id,
            parent_id=a.parent_id,
            level=a.level,
            code=a.code,
            name=a.name,
            names=a.names,
            within=_within(look, a.parent_id),
            children=n,
            latitude=a.latitude,
            longitude=a.longitude,
            closed_on=a.closed_on,
        )
        for a, n in rows
    )


def _site(look: Reading, s: tables.SiteRow, km: float | None = None) -> SiteRow:
    return SiteRow(
        id=s.id,
        name=s.name,
        names=s.names,
        kind=s.kind,
        level=s.level,
        code=s.code,
        area_id=s.area_id,
        within=_within(look, s.area_id),
        latitude=s.latitude,
        longitude=s.longitude,
        closed_on=s.closed_on,
        km=km,
    )


def _within(look: Reading, area_id: UUID | None) -> tuple[str, ...]:
    return tuple(look.rules.areas[a].said for a in upwards(area_id, look.rules.areas))


def _inside(look: Reading, area: UUID) -> Any:  # noqa: ANN401 - a select of identifiers
    outer = look.rules.areas.get(area)
    if outer is None:
        raise invalid("area", _("There is no such area in this programme."))
    return select(_A.id).where(_A.programme_id == look.programme_id, _A.path.startswith(outer.path))


def _is_open(look: Reading) -> ColumnElement[bool]:
    today = look.rules.calendar.local_date(look.now)
    return or_(_S.closed_on.is_(None), _S.closed_on > today)


def _named(table: Any, q: str) -> ColumnElement[bool]:  # noqa: ANN401 - the table of areas or sites
    """Khmer has no capitals and no spaces between words: holding the text anywhere is the match in every script."""
    text = _asked(q)
    return or_(table.folded.contains(text, autoescape=True), func.lower(table.code) == text)


def _begins(table: Any, q: str) -> Any:  # noqa: ANN401 - the same table, an expression to order by
    """Places of which a name begins so come first."""
    text = _asked(q)
    begins = table.folded.startswith(text, autoescape=True)
    return case((begins, 0), (table.folded.contains(f"\n{text}", autoescape=True), 0), else_=1)


def _asked(q: str) -> str:
    if len(q) > LONGEST:
        raise invalid("q", _("Search for at most {longest} characters.").format(longest=LONGEST))
    return names.folded(q.replace("\0", " "))
