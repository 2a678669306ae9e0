"""How is a post added or changed on one page, with a sentence for a loop of superiors and for a change in between? (R29)"""

from collections.abc import Collection
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from starlette.responses import Response

from clm_tracker.commands import duty_bearers as commands
from clm_tracker.db.units import Reading
from clm_tracker.domain.duty_bearers import Post as Known
from clm_tracker.domain.names import LONGEST
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import each
from clm_tracker.queries import duty_bearers, places, themes
from clm_tracker.queries.duty_bearers import PostDetail
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import LINE, Day, Line, NotValid, Plain, Seen, Typed, Valid, read, seen
from clm_tracker.web.pages import pick
from clm_tracker.web.pages.answering import FRESH, Back, carry_out, conflict
from clm_tracker.web.pages.duty_bearers.listing import LIST
from clm_tracker.web.pages.findings.filters import read_id
from clm_tracker.web.pages.set_up import frame, naming
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
NEW = f"{LIST}/new"
CHANGE = f"{LIST}/{{post_id}}/change"
# What the command calls otherwise than the form: each error stands at its question.
_CALLED = {"area_id": "area", "site_id": "site", "superior_id": "superior", "theme_ids": "themes"}


class Post(Seen, naming.InLanguages):
    """A post as it is typed: places and the superior by name, or chosen from a list."""

    title: Line = ""
    institution: Line = ""
    level: Line = ""
    area: Line = ""
    site: Line = ""
    superior: Line = ""
    themes: tuple[Plain, ...] = ()
    from_on: Day | None = None
    to_on: Day | None = None


@router.get(NEW, access=may(Act.SET_UP))
def new(desk: AtDesk) -> Response:
    """A form for a new post."""
    return _show(desk, None)


@router.post(NEW, access=may(Act.SET_UP))
def add(desk: AtDesk, sent: Annotated[Valid[Post] | NotValid[Post], read(Post)]) -> Response:
    """Add the post."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: commands.add(unit, **_values(unit, given, themes="themes")),
        lambda back: _show(desk, None, back),
        to=lambda made: f"{LIST}/{made}",
        said=_("The post is there. Appoint whoever holds it."),
    )


@router.get(CHANGE, access=may(Act.SET_UP))
def ask(desk: AtDesk, post_id: UUID) -> Response:
    """The post in a form."""
    return _show(desk, post_id)


@router.post(CHANGE, access=may(Act.SET_UP))
def change(
    desk: AtDesk, post_id: UUID, sent: Annotated[Valid[Post] | NotValid[Post], read(Post)]
) -> Response:
    """Change the post, unless somebody else did so in between."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: commands.change(
            unit,
            post_id,
            _values(unit, given, themes="theme_ids", was=unit.rules.posts.get(post_id)),
            version=seen(given.version),
        ),
        lambda back: _show(desk, post_id, back),
        to=f"{LIST}/{post_id}",
        said=_("The post is changed."),
    )


def _values(look: Reading, given: Post, *, themes: str, was: Known | None = None) -> dict[str, Any]:
    """What a command takes, from what was typed. Raises Invalid for a name that is none, or several."""
    known = _themes(look, given.themes)
    area, site, superior, chosen = each(
        lambda: pick.understood("area", given.area, pick.areas(look, closed=True)),
        lambda: pick.understood("site", given.site, _sites(look, given.site, was.site_id if was else None)),
        lambda: pick.understood(
            "superior", given.superior, _posts(look, given.superior, was.superior_id if was else None)
        ),
        lambda: [pick.understood("themes", one, known) for one in given.themes],
    )
    return {
        "title": given.title,
        "titles": given.by_language("title"),
        "institution": given.institution,
        "institutions": given.by_language("institution"),
        "level": given.level,
        "area_id": area,
        "site_id": site,
        "superior_id": superior,
        themes: frozenset(one for one in chosen if one is not None),
        "from_on": given.from_on,
        "to_on": given.to_on,
    }


def _show(desk: Desk, post_id: UUID | None, back: Back = FRESH) -> Response:
    with desk.reading() as look:
        was = duty_bearers.one(look, post_id) if post_id else None
        form = _form(desk, look, was, back.typed or {})
    if (found := pick.offered(desk, form)) is not None:
        return found
    back = replace(back, errors=tuple(replace(e, field=_CALLED.get(e.field, e.field)) for e in back.errors))
    crumbs = [c.Link(_("Duty bearers"), LIST)]
    if was:
        crumbs.append(c.Link(was.post.said, f"{LIST}/{was.post.id}"))
    page = frame.FormPage(
        frame.crumbs(*crumbs),
        _("Change the post") if was else _("Add a post"),
        (),
        None,
        back.on(form),
        c.Button(_("Back"), c.Look.PLAIN, href=f"{LIST}/{post_id}" if post_id else LIST),
        conflict(form.version, form.fields, back),
        purpose=c.plain(
            _("Findings are addressed to a post, never to a person. Who holds it is put down apart.")
        ),
    )
    return desk.show(page, status=back.status)


def _form(desk: Desk, look: Reading, was: PostDetail | None, typed: Typed) -> c.Form:
    """The questions. What was chosen stays to choose from although it was closed meanwhile."""
    p = was.post if was else None
    area, above = (
        str(typed.get("area", p.area_id if p else "")),
        str(typed.get("superior", p.superior_id if p else "")),
    )
    spoken = look.programme.languages
    at = f"{LIST}/{p.id}/change" if p else NEW
    submit = _("Keep the change") if p else _("Add the post")
    begun = None if p else read_id(desk.request.query_params.get("at"))  # whose page led here
    own = p.site_id if p else begun
    site = (was.site if was else None) or (places.site(look, begun).said if begun else "")
    sites = _sites(look, desk.request.query_params.get("site", site), p.site_id if p else None)
    fields = (
        *naming.name_fields(
            "",
            _("Title"),
            naming.others(spoken, p.titles if p else {}),
            value=p.title if p else "",
            names=p.titles if p else None,
            name="title",
            hint=_("As on the door: Director."),
        ),
        *naming.name_fields(
            "",
            _("Institution"),
            naming.others(spoken, p.institutions if p else {}),
            value=p.institution if p else "",
            names=p.institutions if p else None,
            name="institution",
            required=False,
        ),
        c.Field("level", _("Level"), value=p.level if p else "", hint=_levels(look), longest=LONGEST),
        pick.field(
            "area",
            _("Area it answers for"),
            pick.areas(look, also=area),
            chosen=p.area_id if p else None,
            none=_("Whole programme"),
            how=_("Its name, or a part of it that only this area has. Left empty: the whole programme."),
            finds=True,
        ),
        c.Field(
            "site",
            _("Site, when it answers for one only"),
            value=next((one.label for one in sites if own and one.id == own), site),
            hint=_("The name of the site, or a part of it that only this one has. A site brings its area."),
            required=False,
            options=tuple(c.Option(one.label, one.label) for one in sites),
            finds=True,
            longest=LINE,
        ),
        pick.field(
            "superior",
            _("Post above it"),
            [one for one in _posts(look, above, p.superior_id if p else None) if p is None or one.id != p.id],
            chosen=p.superior_id if p else None,
            none=_("None: it is the highest"),
            how=_("Its name, or a part of it that only this post has. Left empty: it is the highest."),
            finds=True,
        ),
        c.Field(
            "themes",
            _("Themes"),
            c.FieldKind.CHECKBOX,
            hint=_("None ticked: all of them. A post for a theme comes first in routing."),
            required=False,
            options=tuple(
                c.Option(str(one.id), one.name, chosen=p is not None and one.id in p.themes)
                for one in _themes(look, [str(t) for t in p.themes] if p else ())
            ),
        ),
        _day("from_on", _("Exists from"), p.from_on.isoformat() if p and p.from_on else ""),
        _day("to_on", _("Exists until"), p.to_on.isoformat() if p and p.to_on else ""),
    )
    return c.Form(
        at, c.Button(submit, c.Look.MAIN), fields, once=desk.once(), version=p.version if p else None
    )


def _day(name: str, label: str, value: str) -> c.Field:
    return c.Field(name, label, c.FieldKind.DATE, value, required=False)


def _levels(look: Reading) -> str:
    """The words that ladders look for, and those that posts have: a stage finds nobody at a level that is written otherwise."""
    known = {post.level for post in look.rules.posts.values()}
    asked = {level for key in look.rules.current.values() for level in look.rules.ladders[key].levels}
    said = [_("How high it stands; ladders address a level by this word.")]
    if asked:
        said.append(_("They look for: {levels}.").format(levels=words.listed(sorted(asked))))
    if others := sorted(known - asked):
        said.append(_("Also in use: {levels}.").format(levels=words.listed(others)))
    return " ".join(said)


def _posts(look: Reading, also: str, keeps: UUID | None) -> tuple[pick.Choice, ...]:
    """The posts there are today, the one that is chosen and the one that a post has, each with its place."""
    today = look.today
    stays = (also, str(keeps))
    return pick.posts(
        look, [p for p in look.rules.posts.values() if p.exists_on(today) or str(p.id) in stays]
    )


def _themes(look: Reading, also: Collection[str]) -> tuple[pick.Choice, ...]:
    known = themes.themes(look, retired=True)
    return tuple(pick.Choice(t.id, t.said) for t in known if t.current or str(t.id) in also)


def _sites(look: Reading, typed: str, keeps: UUID | None) -> tuple[pick.Choice, ...]:
    """The sites whose name holds what was typed, and a closed one that a post has; what stands in brackets tells where they are."""
    asked = typed.rpartition(" (")[0] or typed
    found = {s.id: s for s in places.find_sites(look, asked[: places.LONGEST])}
    if keeps and keeps not in found and (own := places.site(look, keeps)).closed_on is not None:
        found[keeps] = own
    return pick.told_apart(
        (pick.Choice(s.id, s.said, s.within[0] if s.within else "") for s in found.values()),
        lambda id: pick.signs_of_site(look, found[id], told=1),
    )
