"""How does a programme come to know its areas and sites?"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import select

from clm_tracker.commands import set_up
from clm_tracker.db.mint import new_id
from clm_tracker.db.tables import AreaRow, SiteRow, path_below
from clm_tracker.db.units import Writing
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import NotNow, invalid
from clm_tracker.kernel.sayings import saying
from clm_tracker.kernel.speech import _


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
    _check_degrees(latitude, longitude)
    parent = set_up.own(unit, AreaRow, parent_id, "area") if parent_id else None
    _check_alone(unit, set_up.named("name", name), parent_id)
    area_id = new_id()
    row = AreaRow(
        id=area_id,
        programme_id=unit.programme_id,
        parent_id=parent_id,
        level=set_up.named("level", level),
        code=code,
        name=set_up.named("name", name),
        names=dict(names or {}),
        path=path_below(parent.path if parent else None, area_id),
        latitude=latitude,
        longitude=longitude,
    )
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
    _check_degrees(latitude, longitude)
    set_up.own(unit, AreaRow, area_id, "area")
    row = SiteRow(
        id=new_id(),
        programme_id=unit.programme_id,
        area_id=area_id,
        name=set_up.named("name", name),
        names=dict(names or {}),
        kind=kind,
        level=level,
        latitude=latitude,
        longitude=longitude,
        code=code,
    )
    unit.session.add(row)
    after = {"name": row.name, "area_id": area_id, "kind": kind, "level": level, "code": code}
    set_up.put(unit, "site", row.id, saying("added the site {name}", name=row.name), after=after)
    return row.id


def move_site(unit: Writing, site_id: UUID, *, area_id: UUID) -> None:
    """The site belongs to another area from now on; findings already logged stay where they were."""
    unit.require(Act.SET_UP)
    site = set_up.own(unit, SiteRow, site_id, "site")
    area = set_up.own(unit, AreaRow, area_id, "area")
    set_up.change(
        unit,
        site,
        "site",
        saying("moved the site {site} to {area}", site=site.name, area=area.name),
        {"area_id": area_id},
    )


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
    _check_position(latitude, longitude)
    area = set_up.own(unit, AreaRow, area_id, "area")
    new = set_up.named("name", name)
    if new != area.name:  # a list that tells two of one name apart by their codes may have brought it
        _check_alone(unit, new, area.parent_id, but=area_id)
    values = {
        "name": new,
        "level": set_up.named("level", level),
        "code": code,
        "names": dict(names or {}),
        "latitude": latitude,
        "longitude": longitude,
    }
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
    _check_position(latitude, longitude)
    site = set_up.own(unit, SiteRow, site_id, "site")
    values = {
        "name": set_up.named("name", name),
        "kind": kind.strip(),
        "level": level.strip(),
        "code": code,
        "names": dict(names or {}),
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
    set_up.change(
        unit, site, "site", saying("opened the site {name} again", name=site.name), {"closed_on": None}
    )


def close_site(unit: Writing, site_id: UUID, *, on: date) -> None:
    """The site gives no service from that day on; its findings stay."""
    unit.require(Act.SET_UP)
    site = set_up.own(unit, SiteRow, site_id, "site")
    what = saying("closed the site {site} from {day}", site=site.name, day=on)
    set_up.change(unit, site, "site", what, {"closed_on": on})


def _check_alone(unit: Writing, name: str, parent_id: UUID | None, *, but: UUID | None = None) -> None:
    """Raises Invalid when another area beside it has this name, in whichever language: nobody could tell them apart."""
    beside = select(AreaRow.id, AreaRow.name, AreaRow.names).where(
        AreaRow.programme_id == unit.programme_id, AreaRow.parent_id == parent_id
    )
    asked = _plain(name)
    for row in unit.session.execute(beside):
        if row.id != but and asked in {_plain(one) for one in (row.name, *row.names.values())}:
            raise invalid(
                "name", _("There is an area of this name here already. Use that one, or write another name.")
            )


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _check_position(latitude: float | None, longitude: float | None) -> None:
    if latitude is None and longitude is not None:
        raise invalid("latitude", _("A position needs both: this, and the longitude."))
    if longitude is None and latitude is not None:
        raise invalid("longitude", _("A position needs both: this, and the latitude."))
    _check_degrees(latitude, longitude)


def _check_degrees(latitude: float | None, longitude: float | None) -> None:
    if latitude is not None and not -90 <= latitude <= 90:
        raise invalid("latitude", _("A latitude lies between -90 and 90 degrees."))
    if longitude is not None and not -180 <= longitude <= 180:
        raise invalid("longitude", _("A longitude lies between -180 and 180 degrees."))
