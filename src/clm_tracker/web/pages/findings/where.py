"""Where was it? The places to choose from, among thousands: found by name, by code, by position, or used before."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from clm_tracker.db.units import Reading
from clm_tracker.domain import names
from clm_tracker.domain.cases import Finding
from clm_tracker.domain.places import signs
from clm_tracker.kernel.refusals import FieldError, Invalid, NotFound
from clm_tracker.queries import at_places, places
from clm_tracker.queries.findings import recent_sites
from clm_tracker.queries.places import AreaRow, SiteRow
from clm_tracker.web import components as c
from clm_tracker.web import positions, words
from clm_tracker.web.components import FieldKind, Option
from clm_tracker.web.forms import Typed
from clm_tracker.web.pages import pick
from clm_tracker.web.words import _

AREA = "area:"
OFFERED, FOUND, AREAS_FOUND, NEAR = 6, 10, 5, 8
SHOWN = 2  # areas around a place that stand under its name


class Place(NamedTuple):
    """A site, or a whole area."""

    site: UUID | None = None
    area: UUID | None = None


def place(given: object) -> object:
    """What the form sends for a place: the identifier of a site, or "area:" and that of an area."""
    if isinstance(given, Place):
        return given
    if not isinstance(given, str):  # a file
        raise ValueError(_("Choose a place from the list."))  # noqa: TRY004 - a sentence for the form
    is_area = given.startswith(AREA)
    try:
        id_ = UUID(given.removeprefix(AREA))
    except ValueError:
        raise ValueError(_("Choose a place from the list.")) from None
    return Place(area=id_) if is_area else Place(site=id_)


def written(f: Finding) -> str:
    """A finding's place as the form has it."""
    return str(f.site_id) if f.site_id else f"{AREA}{f.area_id}" if f.area_id else ""


def chosen(typed: Typed) -> Place:
    """The place that is chosen in the form; none for one that is nothing."""
    try:
        found = place(str(typed.get("site", "")))
    except ValueError:
        return Place()
    return found if isinstance(found, Place) else Place()


def called() -> str:
    """What the question is called wherever it is spoken of, as on the form."""
    return _("Facility, service point or area")


def question(look: Reading, typed: Typed, errors: Sequence[FieldError]) -> c.Field:
    """The place that is chosen, and others: those nearby, those that were searched for, or those used before."""
    at = chosen(typed)
    kept = _kept(look, at)
    find = str(typed.get("find", "")).strip()[: places.LONGEST]
    wrong: tuple[FieldError, ...] = ()
    offered: tuple[SiteRow | AreaRow, ...] = ()
    spot = None if "latitude" in typed else positions.read(find)
    if spot or "latitude" in typed:
        label = _("Nearest to {position}").format(position=spot) if spot else _("Nearest to where you are")
        try:
            near = spot or _here(typed)
            offered = places.nearest(look, near.latitude, near.longitude, limit=NEAR)
            label = label if offered else _("No place on the list has a position")
        except Invalid as no:
            wrong = (FieldError("site", no.sentence),)
    elif find:
        offered = (
            *places.find_sites(look, find, limit=FOUND),
            *places.find_areas(look, find, limit=AREAS_FOUND),
        )
        label = _("Places called “{find}”") if offered else _("Nothing is called “{find}”")
        label = label.format(find=find)
    elif kept:
        label = _("The place")
    else:
        label, offered = _usual(look)
    rows = {_option(one).value: one for one in (*kept, *offered)}
    options = pick.cards(map(_option, rows.values()), lambda value: _signs(look, rows[value]))
    field = c.Field("site", label, FieldKind.RADIO, options=_counted(look, options, rows.values()))
    value = options[0].value if kept else ""
    return c.answered((field,), {"site": value}, (*errors, *wrong))[0]


def _counted(
    look: Reading, options: Iterable[Option], rows: Iterable[SiteRow | AreaRow]
) -> tuple[Option, ...]:
    """The same; a site is told with how many of its findings are open, as many as this person may see."""
    found = at_places.open_findings(look, [one.id for one in rows if isinstance(one, SiteRow)])
    of = {str(id): words.counted(n, "One open finding", "{n} open findings") for id, n in found.items()}
    return tuple(replace(o, note=of.get(o.value)) for o in options)


def _kept(look: Reading, at: Place) -> tuple[SiteRow | AreaRow, ...]:
    try:
        if at.site:
            return (places.site(look, at.site),)
        return (places.area(look, at.area),) if at.area else ()
    except NotFound:
        return ()


def _here(typed: Typed) -> positions.Position:
    """Where a phone says that it is. Raises Invalid for what is no number."""
    try:
        return positions.Position(float(str(typed["latitude"])), float(str(typed.get("longitude", ""))))
    except ValueError:
        raise Invalid((), _("This is no position.")) from None


def _usual(look: Reading) -> tuple[str, tuple[SiteRow, ...]]:
    """Where this person logged last; who is new sees sites of their own areas."""
    recent = places.some_sites(look, recent_sites(look, limit=OFFERED))
    if recent:
        return _("Where you logged last"), recent
    own = sorted({a for m in look.actor.memberships for a in m.areas if a in look.rules.areas})
    some = places.sites(look, area=own[0] if own else None, limit=OFFERED).items
    if not some and not look.rules.areas:
        return _("No place is known yet: a coordinator adds areas and sites under Set-up."), ()
    if not some:
        return _("Type a name to find a place"), ()
    return _("Some places; type a name to find others"), some


def _signs(look: Reading, of: SiteRow | AreaRow) -> tuple[str, ...]:
    """What tells a place from others of its name, besides what stands under it."""
    if isinstance(of, AreaRow):
        return signs(of.id, look.rules.areas)
    return pick.signs_of_site(look, of, told=SHOWN)


def _option(of: SiteRow | AreaRow) -> Option:
    return _area(of) if isinstance(of, AreaRow) else _site(of)


def _site(s: SiteRow) -> Option:
    tag, also = names.other(s.name, s.names)
    within = ", ".join(s.within[:SHOWN])
    if s.km is not None:
        away = _("{km} km away").format(km=words.number(s.km))
        within = _("{away}: {place}").format(away=away, place=within) if within else away
    return Option(str(s.id), s.said, within or None, also, tag)


def _area(a: AreaRow) -> Option:
    tag, also = names.other(a.name, a.names)
    within = ", ".join(a.within[:SHOWN])
    hint = _("The whole area, in {place}").format(place=within) if within else _("The whole area")
    return Option(f"{AREA}{a.id}", a.said, hint, also, tag)
