"""How does a programme come to know its areas and sites?"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, or_, select

from clm_tracker.commands import set_up
from clm_tracker.db import changes
from clm_tracker.db.base import table_of
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import AreaRow, DutyBearerRow, FindingRow, SiteRow, path_below
from clm_tracker.db.units import Writing
from clm_tracker.domain import names
from clm_tracker.domain.places import Beside, Called
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import FindingStatus, said
from clm_tracker.kernel import cldr
from clm_tracker.kernel.refusals import NotNow, each, invalid
from clm_tracker.kernel.sayings import saying
from clm_tracker.kernel.speech import _

_AREAS: Final = table_of(AreaRow)
_MANY: Final = 1_000  # in one statement


def add_area(
    unit: Writing,
    *,
    name: str,
    level: str,
    parent_id: UUID | None = None,
    code: str | None = None,
    names: Mapping[str, str] | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
) -> UUID:
    """Add an area below another, or at the top; `names` by language, degrees in WGS 84."""
    unit.require(Act.SET_UP)
    _place, parent, level, called = each(
        lambda: _check_degrees(latitude, longitude),
        lambda: set_up.taking(unit, parent_id, "parent_id") if parent_id else None,
        lambda: set_up.named("level", level),
        lambda: set_up.called(name, names),
    )
    area_id = new_id()
    row = AreaRow(
        id=area_id,
        programme_id=unit.programme_id,
        parent_id=parent_id,
        level=level,
        code=code,
        path=path_below(parent.path if parent else None, area_id),
        latitude=latitude,
        longitude=longitude,
        **called,
    )
    _check_told_apart(unit, row)
    unit.session.add(row)
    after = {"name": row.name, "level": row.level, "parent_id": parent_id, "code": code}
    set_up.put(unit, "area", area_id, saying("added the area {name}", name=row.name), after=after)
    return area_id


def add_site(
    unit: Writing,
    *,
    name: str,
    area_id: UUID,
    kind: str = "",
    level: str = "",
    code: str | None = None,
    names: Mapping[str, str] | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
) -> UUID:
    """Add a facility or service point; `names` by language, degrees in WGS 84."""
    unit.require(Act.SET_UP)
    _place, _area, called = each(
        lambda: _check_degrees(latitude, longitude),
        lambda: set_up.taking(unit, area_id),
        lambda: set_up.called(name, names),
    )
    row = SiteRow(
        id=new_id(),
        programme_id=unit.programme_id,
        area_id=area_id,
        kind=kind,
        level=level,
        latitude=latitude,
        longitude=longitude,
        code=code,
        **called,
    )
    unit.session.add(row)
    after = {"name": row.name, "area_id": area_id, "kind": kind, "level": level, "code": code}
    set_up.put(unit, "site", row.id, saying("added the site {name}", name=row.name), after=after)
    return row.id


def move_site(unit: Writing, site_id: UUID, *, area_id: UUID) -> None:
    """The site belongs to another area from now on, with its posts; findings already logged stay where they were."""
    unit.require(Act.SET_UP)
    site = set_up.own(unit, SiteRow, site_id, "site")
    area = set_up.taking(unit, area_id)
    set_up.change(
        unit,
        site,
        "site",
        saying("moved the site {site} to {area}", site=site.name, area=area.name),
        {"area_id": area_id},
    )
    bring_posts(unit, Act.SET_UP, {site_id: area_id})


def bring_posts(unit: Writing, act: Act, moved: Mapping[UUID, UUID | None]) -> None:
    """The posts of sites that now lie in these areas lie there too (R29): stages look for a site's own posts in its area."""
    of_sites = (
        select(DutyBearerRow, SiteRow.id, SiteRow.name)
        .join(SiteRow, SiteRow.id == DutyBearerRow.site_id)
        .where(DutyBearerRow.programme_id == unit.programme_id)
    )
    lines, ids = [], list(moved)
    for start in range(0, len(ids), _MANY):
        some = SiteRow.id.in_(ids[start : start + _MANY])
        for post, site_id, site in unit.session.execute(of_sites.where(some)).all():
            before, after = {"area_id": post.area_id}, {"area_id": moved[site_id]}
            if before != after:
                name = names.of_post(post.title, post.institution)
                what = saying("moved the duty bearer {post} with its site {site}", post=name, site=site)
                lines.append(changes.SetUp("duty_bearer", post.id, what, before, after))
                post.area_id, post.version = moved[site_id], post.version + 1
    changes.record_many(unit, act, lines)


def change_area(
    unit: Writing,
    area_id: UUID,
    *,
    name: str,
    level: str,
    code: str | None = None,
    names: Mapping[str, str] | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
) -> None:
    """Say anew what the area is called, at which level, under which code and where; what is below it stays below."""
    unit.require(Act.SET_UP)
    area = set_up.own(unit, AreaRow, area_id, "area")
    _place, level, called = each(
        lambda: _check_position(latitude, longitude),
        lambda: set_up.named("level", level),
        lambda: set_up.called(name, names),
    )
    values = {
        **called,
        "level": level,
        "code": code,
        "latitude": latitude,
        "longitude": longitude,
    }
    _check_told_apart(unit, area, values)
    set_up.change(unit, area, "area", saying("changed the area {name}", name=values["name"]), values)


def change_site(
    unit: Writing,
    site_id: UUID,
    *,
    name: str,
    kind: str = "",
    level: str = "",
    code: str | None = None,
    names: Mapping[str, str] | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
) -> None:
    """Say anew what the site is called, what it is, under which code and where; `move_site` gives it another area."""
    unit.require(Act.SET_UP)
    site = set_up.own(unit, SiteRow, site_id, "site")
    _place, called = each(lambda: _check_position(latitude, longitude), lambda: set_up.called(name, names))
    values = {
        **called,
        "kind": kind.strip(),
        "level": level.strip(),
        "code": code,
        "latitude": latitude,
        "longitude": longitude,
    }
    set_up.change(unit, site, "site", saying("changed the site {name}", name=values["name"]), values)


def reopen_site(unit: Writing, site_id: UUID) -> None:
    """The site gives service after all: the day of its closing is taken back."""
    unit.require(Act.SET_UP)
    site = set_up.own(unit, SiteRow, site_id, "site")
    if site.closed_on is None:
        raise NotNow("not_closed", _("The site {name} is not closed.").format(name=site.name))
    _check_around(unit, site.area_id)
    set_up.change(
        unit, site, "site", saying("opened the site {name} again", name=site.name), {"closed_on": None}
    )


def close_site(unit: Writing, site_id: UUID, *, on: date) -> None:
    """The site gives no service from that day on; its findings stay."""
    unit.require(Act.SET_UP)
    site = set_up.own(unit, SiteRow, site_id, "site")
    if on > unit.today:
        _check_around(unit, site.area_id)
    what = saying("closed the site {site} from {day}", site=site.name, day=on)
    set_up.change(unit, site, "site", what, {"closed_on": on})


def close_area(unit: Writing, area_id: UUID, *, on: date) -> None:
    """The area is no more from that day on, today or before; nothing may hang on it (R29, decision 0018)."""
    unit.require(Act.SET_UP)
    area = set_up.own(unit, AreaRow, area_id, "area")
    if on > unit.today:
        raise invalid(
            "on", _("Choose today or an earlier day: until an area is closed, new things may come into it.")
        )
    # Whoever opens a finding in it keeps it (`Writing.keep_area`): wait, so that the finding is counted.
    unit.session.refresh(area, with_for_update=True)
    if holds := _holds(unit, area_id):
        raise NotNow(
            "in_use",
            _("{area} itself still holds {things}. Move, close or finish these first.").format(
                area=area.name, things=cldr.listed(holds)
            ),
        )
    what = saying("closed the area {area} from {day}", area=area.name, day=on)
    set_up.change(unit, area, "area", what, {"closed_on": on})


def reopen_area(unit: Writing, area_id: UUID) -> None:
    """The area takes findings, sites and posts again: the day of its closing is taken back."""
    unit.require(Act.SET_UP)
    area = set_up.own(unit, AreaRow, area_id, "area")
    if area.closed_on is None:
        raise NotNow("not_closed", _("The area {name} is not closed.").format(name=area.name))
    _check_around(unit, area.parent_id)
    set_up.change(
        unit, area, "area", saying("opened the area {name} again", name=area.name), {"closed_on": None}
    )


def _holds(unit: Writing, area_id: UUID) -> list[str]:
    """What hangs on an area, counted."""
    today = unit.today
    open_, sites, areas = unit.session.execute(
        select(
            select(func.count())
            .where(FindingRow.area_id == area_id, FindingRow.status == FindingStatus.OPEN)
            .scalar_subquery(),
            select(func.count())
            .where(SiteRow.area_id == area_id, or_(SiteRow.closed_on.is_(None), SiteRow.closed_on > today))
            .scalar_subquery(),
            select(func.count())
            .where(AreaRow.parent_id == area_id, AreaRow.closed_on.is_(None))
            .scalar_subquery(),
        )
    ).one()
    posts = sum(
        post.area_id == area_id and not post.ended_before(today) for post in unit.rules.posts.values()
    )
    counts = (
        (open_, cldr.counted(open_, "one open finding", "{n} open findings")),
        (areas, cldr.counted(areas, "one area", "{n} areas")),
        (sites, cldr.counted(sites, "one site in service", "{n} sites in service")),
        (posts, cldr.counted(posts, "one post", "{n} posts")),
    )
    return [said for n, said in counts if n]


def _check_around(unit: Writing, area_id: UUID | None) -> None:
    """Raises NotNow when what is around it is closed: it would be open in a closed area."""
    around = set_up.own(unit, AreaRow, area_id, "area") if area_id else None
    if around is not None and around.closed_on is not None:
        raise NotNow(
            "closed",
            _("{area} is closed since {day}; open it again first.").format(
                area=around.name, day=said(around.closed_on)
            ),
        )


def called(row: Mapping[str, Any]) -> Called:
    """What an area is told from others by, from its columns."""
    names = (row["name"], *row["names"].values())
    return Called.by(row["parent_id"], row["level"], names, row["code"])


def _check_told_apart(unit: Writing, area: AreaRow, values: Mapping[str, Any] | None = None) -> None:
    """Raises Invalid when the area, with these values, would be like another beside it."""
    row = {name: getattr(area, name) for name in ("parent_id", "level", "name", "names", "code")}
    near = select(_AREAS).where(
        _AREAS.c.programme_id == unit.programme_id, _AREAS.c.parent_id == area.parent_id
    )
    beside = Beside({one["id"]: called(dict(one)) for one in unit.session.execute(near).mappings()})
    row |= {name: value for name, value in (values or {}).items() if name in row}
    beside.put(area.id, called(row))
    if why := beside.why_not(area.id, row["name"]):
        raise invalid("name", why)


def _check_position(latitude: float | None, longitude: float | None) -> None:
    if latitude is None and longitude is not None:
        raise invalid("latitude", _("A position needs both: this, and the longitude."))
    if longitude is None and latitude is not None:
        raise invalid("longitude", _("A position needs both: this, and the latitude."))
    _check_degrees(latitude, longitude)


def _check_degrees(latitude: float | None, longitude: float | None) -> None:
    each(
        lambda: _within("latitude", latitude, 90, _("A latitude lies between -90 and 90 degrees.")),
        lambda: _within("longitude", longitude, 180, _("A longitude lies between -180 and 180 degrees.")),
    )


def _within(field: str, degrees: float | None, most: int, sentence: str) -> None:
    if degrees is not None and not -most <= degrees <= most:
        raise invalid(field, sentence)
