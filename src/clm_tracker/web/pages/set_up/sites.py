"""What is one site, what was found there, who answers for it, and how is it corrected, moved or closed?"""

import datetime as dt
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from clm_tracker.commands import places as commands
from clm_tracker.db.units import Reading, Writing
from clm_tracker.domain import places
from clm_tracker.domain.names import word
from clm_tracker.domain.policy import Act
from clm_tracker.queries import at_places
from clm_tracker.queries import places as questions
from clm_tracker.queries.at_places import Answering, AtSite
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import NotValid, Valid, read
from clm_tracker.web.pages import pick
from clm_tracker.web.pages.answering import FRESH, Back, carry_out, conflict
from clm_tracker.web.pages.set_up import marks, naming
from clm_tracker.web.pages.set_up.frame import Part, PartsPage, crumbs
from clm_tracker.web.pages.set_up.place_parts import (
    Acts,
    closing_field,
    kind_of,
    path_to,
    site_fields,
    stands,
)
from clm_tracker.web.pages.set_up.places import Closing, SiteForm
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
SITE = "/sites/{site_id}"


class Moving(marks.Seen):
    """Into which area a site goes."""

    area_id: UUID


@router.get(SITE, access=may(Act.SET_UP))
def site(desk: AtDesk, site_id: UUID) -> Response:
    """One site."""
    return _show(desk, site_id)


@router.post(SITE, access=may(Act.SET_UP))
def change(
    desk: AtDesk, site_id: UUID, sent: Annotated[Valid[SiteForm] | NotValid[SiteForm], read(SiteForm)]
) -> Response:
    """Put its names, kind, level, code or position right."""

    def run(unit: Writing, given: SiteForm) -> None:
        unit.require(Act.SET_UP)
        marks.unchanged(given, _as_it_is(unit, questions.site(unit, site_id)))
        commands.change_site(
            unit,
            site_id,
            name=given.name,
            names=given.names,
            kind=given.kind,
            level=given.level,
            code=given.code,
            **naming.degrees(given.position),
        )

    return carry_out(
        desk,
        sent,
        run,
        lambda back: _show(desk, site_id, back, "change"),
        to=f"/sites/{site_id}",
        said=_("The site is changed."),
    )


@router.post(SITE + "/close", access=may(Act.SET_UP))
def close(
    desk: AtDesk, site_id: UUID, sent: Annotated[Valid[Closing] | NotValid[Closing], read(Closing)]
) -> Response:
    """It gives no service from a day on."""

    def run(unit: Writing, given: Closing) -> None:
        _as_seen(unit, site_id, given)
        commands.close_site(unit, site_id, on=given.on)

    return carry_out(
        desk,
        sent,
        run,
        lambda back: _show(desk, site_id, back, "close"),
        to=f"/sites/{site_id}",
        said=_("The closing is noted. What was found there stays owed."),
    )


@router.post(SITE + "/reopen", access=may(Act.SET_UP))
def reopen(desk: AtDesk, site_id: UUID, sent: marks.Pressed) -> Response:
    """It gives service after all."""

    def run(unit: Writing, given: marks.Seen) -> None:
        _as_seen(unit, site_id, given)
        commands.reopen_site(unit, site_id)

    return carry_out(
        desk,
        sent,
        run,
        lambda back: _show(desk, site_id, back, "reopen"),
        to=f"/sites/{site_id}",
        said=_("The site is in service again."),
    )


@router.get(SITE + "/move", access=may(Act.SET_UP))
def ask_where(desk: AtDesk, site_id: UUID) -> Response:
    """Where should it go?"""
    return _ask_where(desk, site_id)


@router.post(SITE + "/move", access=may(Act.SET_UP))
def move(
    desk: AtDesk, site_id: UUID, sent: Annotated[Valid[Moving] | NotValid[Moving], read(Moving)]
) -> Response:
    """It belongs to another area from now on."""

    def run(unit: Writing, given: Moving) -> None:
        _as_seen(unit, site_id, given)
        commands.move_site(unit, site_id, area_id=given.area_id)

    return carry_out(
        desk,
        sent,
        run,
        lambda back: _ask_where(desk, site_id, back),
        to=f"/sites/{site_id}",
        said=_(
            "The site is moved, with its posts. Findings logged before stay in the area where they were made."
        ),
    )


def _as_seen(unit: Writing, site_id: UUID, given: marks.Seen) -> None:
    """Raises Stale when it lies elsewhere by now, or is closed otherwise, than whoever acts saw."""
    unit.require(Act.SET_UP)
    marks.unchanged(given, stands(questions.site(unit, site_id)))


def _as_it_is(look: Reading, s: questions.SiteRow) -> tuple[c.Field, ...]:
    return site_fields("change", naming.others(look.programme.languages, s.names), s)


def _show(desk: Desk, site_id: UUID, back: Back = FRESH, opened: str = "") -> Response:
    with desk.reading() as look:
        found = questions.site(look, site_id)
        record = at_places.at_site(look, site_id)
        posts = at_places.answering(look, site_id, found.area_id)
        trail = path_to(look, found.area_id)
        now = _as_it_is(look, found)
        today = look.today
    made = Acts(desk, back, opened, {"change": now, **dict.fromkeys(("close", "reopen"), stands(found))})
    changed = made.conflict
    page = PartsPage(
        crumbs(*trail),
        found.said,
        c.Problem(back.refused) if back.refused and opened == "reopen" and not changed else None,
        (_findings(found, record), _posts(found.id, posts), _itself(found, now, today, made)),
        conflict=changed,
        says=_says(found),
        purpose=c.plain(_("What was found at this site, and who answers for it.")),
    )
    return desk.show(page, status=back.status)


def _says(s: questions.SiteRow) -> c.Words:
    if s.closed_on is not None:
        return c.words(
            _("Closed from {day}. What was found before stays owed."), day=c.strong(words.when(s.closed_on))
        )
    if not s.within:
        return c.plain(kind_of(s))
    places = ", ".join(s.within)
    return c.plain(_("{kind} in {places}").format(kind=kind_of(s), places=places) if s.kind else places)


def _findings(s: questions.SiteRow, n: AtSite) -> Part:
    def fact(label: str, many: int, **query: str) -> c.Fact:
        to = f"/findings?{urlencode({'site': s.id, **query})}"
        return c.Fact(label, words.number(many), to if many else None)

    facts = (
        fact(_("Open"), n.open, status="open"),
        fact(_("Overdue"), n.overdue, status="open", overdue="yes"),
        fact(_("Resolved"), n.resolved, status="resolved"),
        fact(_("Closed without a fix"), n.closed, status="closed"),
        fact(_("Opened again"), n.again),
    )
    return Part("findings", _("What was found here"), facts=facts)


def _posts(site: UUID, posts: tuple[Answering, ...]) -> Part:
    if not posts:
        nobody = c.Empty(
            _("No post answers for this site."),
            _("A finding here goes to the coordinator, who names one."),
            c.Button(_("Add a post for this site"), href=f"/duty-bearers/new?at={site}"),
        )
        return Part("posts", _("Who answers"), empty=nobody)
    lines = tuple(
        c.Line(
            (c.link(p.name, f"/duty-bearers/{p.id}"),),
            (c.plain(_("post of this site") if p.own else _("the nearest one upwards")),),
        )
        for p in posts
    )
    table = c.Table(_("Posts that answer for this site"), (_("Post"), _("Why")), lines)
    return Part("posts", _("Who answers"), table=table)


def _itself(s: questions.SiteRow, now: tuple[c.Field, ...], today: dt.date, made: Acts) -> Part:
    at = naming.position(s.latitude, s.longitude)
    facts = (
        c.Fact(_("Kind"), kind_of(s) or "–", in_words=True),
        c.Fact(_("Level"), word(s.level) or "–", in_words=True),
        c.Fact(_("Code"), s.code or "–", in_words=True),
        c.Fact(_("Position"), str(at or "–"), at.href if at else None, in_words=True),
        *naming.all_names(s.names),
    )

    here = f"/sites/{s.id}"
    acts = [
        made.act(
            "change",
            _("Change names, kind, code or position"),
            here,
            _("Keep the change"),
            now,
        ),
        made.act(
            "close",
            _("Close it from a day on"),
            f"{here}/close",
            _("Close the site"),
            (closing_field(_("The first day without service"), s.closed_on or today),),
            _("No new finding is logged there from that day. What is there stays owed, and its dates stay."),
        ),
    ]
    if s.closed_on is not None:
        acts.append(made.reopen(here))
    to = c.words(_("It belongs elsewhere? {link}"), link=c.link(_("Move it to another area"), f"{here}/move"))
    return Part("site", _("About this site"), to, facts=facts, acts=tuple(acts))


def _ask_where(desk: Desk, site_id: UUID, back: Back = FRESH) -> Response:
    q = desk.request.query_params.get("q", "").strip()[: questions.LONGEST]
    with desk.reading() as look:
        found = questions.site(look, site_id)
        offered = _offered(look, found, q, str((back.typed or {}).get("area_id", "")))
        trail = path_to(look, found.area_id)
        signs = {str(a.id): places.signs(a.id, look.rules.areas) for a in offered}
    options = pick.cards(
        (
            c.Option(str(a.id), a.said, ", ".join((word(a.level), *a.within)))
            for a in offered
            if a.id != found.area_id
        ),
        signs.__getitem__,
    )
    form = _move_form(desk, found, options)
    part = Part(
        "where",
        _("Areas called “{text}”").format(text=q) if q else _("Areas nearby"),
        c.plain(_("Another area is found by its name, in any language, or by its code.")),
        empty=None if options else c.Empty(_("No other area was found.")),
        acts=(c.Act("move", _("Choose the area"), back.on(form), open=True),) if options else (),
    )
    page = PartsPage(
        crumbs(*trail, c.Link(found.said, f"/sites/{site_id}")),
        _("Move {site}").format(site=found.said),
        None,
        (part,),
        conflict=conflict(form.version, form.fields, back, stands(found)),
        search=c.Search(f"/sites/{site_id}/move", _("Find an area"), q, _("Name in any language, or code")),
        purpose=c.plain(_("Findings that were logged stay in the area where they were made.")),
    )
    return desk.show(page, status=back.status)


def _offered(look: Reading, s: questions.SiteRow, q: str, chosen: str) -> tuple[questions.AreaRow, ...]:
    """Those of this name, or those nearby; what was chosen stays to choose from although the site lies elsewhere by now."""
    here = look.rules.areas.get(s.area_id) if s.area_id else None
    if q:
        near = questions.find_areas(look, q)
    else:
        near = questions.areas(look, parent=here.parent_id if here else None)
    own = (questions.area(look, id) for id in look.rules.areas if str(id) == chosen)
    return (*near, *(a for a in own if a not in near))


def _move_form(desk: Desk, s: questions.SiteRow, options: tuple[c.Option, ...]) -> c.Form:
    return c.Form(
        f"/sites/{s.id}/move",
        c.Button(_("Move it there"), c.Look.MAIN),
        (c.Field("area_id", _("The area it belongs to"), c.FieldKind.RADIO, options=options),),
        once=desk.once(),
        version=marks.mark(stands(s)),
    )
