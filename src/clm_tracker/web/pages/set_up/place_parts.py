"""What do the pages of areas and sites share: the way down the tree, questions, and tables?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from clm_tracker.db.units import Reading
from clm_tracker.domain.names import word
from clm_tracker.domain.places import upwards
from clm_tracker.queries import places as questions
from clm_tracker.queries.at_places import Held
from clm_tracker.queries.duty_bearers import PostRow
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.desk import Desk
from clm_tracker.web.pages.answering import Back, conflict
from clm_tracker.web.pages.set_up import marks, naming
from clm_tracker.web.words import _

PLACES = "/places"


def path_to(look: Reading, area_id: UUID | None) -> tuple[c.Link, ...]:
    """The way down the tree to this area, from the top."""
    areas = look.rules.areas
    above = [c.Link(areas[a].said, f"{PLACES}/{a}") for a in reversed(upwards(area_id, areas))]
    return (c.Link(_("Places"), PLACES), *above)


def counted(n: int, query: Mapping[str, object]) -> c.Words:
    """A number that leads to the findings behind it; a dash for none."""
    if not n:
        return c.plain("–")
    return (c.link(words.number(n), f"/findings?{urlencode(query)}"),)


def kind_of(s: questions.SiteRow) -> str:
    """The kind of a site as people say it."""
    return word(s.kind)


def site_fields(
    scope: str, tags: tuple[str, ...], was: questions.SiteRow | None = None
) -> tuple[c.Field, ...]:
    """The questions about a site."""
    kinds = _("Such as health centre, hospital, drop-in centre.")
    at = naming.position(was.latitude, was.longitude) if was else None
    return (
        *naming.name_fields(
            scope, _("Name"), tags, value=was.name if was else "", names=was.names if was else None
        ),
        c.Field("kind", _("Kind"), value=was.kind if was else "", hint=kinds, required=False, scope=scope),
        c.Field("level", _("Level"), value=was.level if was else "", required=False, scope=scope),
        c.Field("code", _("Code"), value=(was.code or "") if was else "", required=False, scope=scope),
        naming.position_field(scope, at),
    )


def area_fields(
    scope: str, tags: tuple[str, ...], hint: str, *, level: str = "", was: questions.AreaRow | None = None
) -> tuple[c.Field, ...]:
    """The questions about an area."""
    at = naming.position(was.latitude, was.longitude) if was else None
    return (
        *naming.name_fields(
            scope, _("Name"), tags, value=was.name if was else "", names=was.names if was else None
        ),
        c.Field("level", _("Level"), value=was.level if was else level, hint=hint, scope=scope),
        c.Field("code", _("Code"), value=(was.code or "") if was else "", required=False, scope=scope),
        naming.position_field(scope, at),
    )


def stands(here: questions.AreaRow | questions.SiteRow) -> tuple[c.Field, ...]:
    """What closing, opening and moving a place rest on: where it lies, and whether it is closed."""
    around = here.area_id if isinstance(here, questions.SiteRow) else here.parent_id
    lies = (c.Option(str(around), ", ".join(here.within)),) if around else ()
    closed = (c.Option(str(here.closed_on), words.dated(here.closed_on)),) if here.closed_on else ()
    return (
        c.Field("within", _("In"), c.FieldKind.SELECT, str(around or ""), options=lies),
        c.Field("closed_on", _("Closed"), c.FieldKind.SELECT, str(here.closed_on or ""), options=closed),
    )


@dataclass(frozen=True, slots=True)
class Acts:
    """The acts on the page of an area or a site; the one that came `back` is `opened`, with what was typed.

    `rests` is what an act rests on, by its key: "change" is filled from the record, the others only ask.
    """

    desk: Desk
    back: Back
    opened: str
    rests: Mapping[str, tuple[c.Field, ...]] = field(default_factory=dict)

    def act(
        self,
        key: str,
        label: str,
        action: str,
        submit: str,
        fields: tuple[c.Field, ...] = (),
        about: str | None = None,
    ) -> c.Act:
        """One of them."""
        button = c.Button(submit, c.Look.MAIN)
        form = c.Form(action, button, fields, once=self.desk.once(), version=self._version(key))
        is_open = self.opened == key
        return c.Act(key, label, self.back.on(form) if is_open else form, about=about, open=is_open)

    @property
    def conflict(self) -> c.Conflict | None:
        """What stands now, when it changed before the opened act was sent."""
        rests = self.rests.get(self.opened, ())
        stands = () if self.opened == "change" else rests
        return conflict(self._version(self.opened), rests, self.back, stands)

    def _version(self, key: str) -> str | None:
        return marks.mark(self.rests[key]) if key in self.rests else None

    def reopen(self, at: str) -> c.Act:
        """The day of a closing is taken back."""
        label = _("Take the closing back")
        return self.act("reopen", label, f"{at}/reopen", label)


def closing_field(label: str, day: date) -> c.Field:
    """From which day on a place is closed."""
    return c.Field("on", label, c.FieldKind.DATE, day.isoformat(), scope="close")


def post_table(caption: str, posts: tuple[PostRow, ...]) -> c.Table:
    """Posts by name, each with its level and who holds it."""
    lines = tuple(
        c.Line(
            (c.link(p.said, f"/duty-bearers/{p.id}"),),
            (c.plain(word(p.level)), c.plain(p.holder) if p.holder else (c.strong(_("vacant")),)),
        )
        for p in posts
    )
    return c.Table(caption, (_("Post"), _("Level"), _("Held by")), lines)


def level_of(a: questions.AreaRow) -> c.Words:
    """The level of an area, and since when it is closed."""
    if a.closed_on is None:
        return c.plain(word(a.level))
    return c.words(_("{level}, closed from {day}"), level=word(a.level), day=words.when(a.closed_on))


def area_table(
    caption: str, rows: tuple[questions.AreaRow, ...], told: Mapping[UUID, str], held: Mapping[UUID, Held]
) -> c.Table:
    """Areas, as they are `told` apart, with what they hold; each number leads to the list behind it."""
    heads = (
        _("Area"),
        _("Level"),
        _("Areas in it"),
        _("Sites"),
        _("Open findings"),
        _("Overdue"),
    )

    def line(a: questions.AreaRow) -> c.Line:
        of, query = held.get(a.id, Held()), {"area": a.id, "status": "open"}
        return c.Line(
            (c.link(told[a.id], f"{PLACES}/{a.id}"),),
            (
                level_of(a),
                c.plain(words.number(a.children) if a.children else "–"),
                c.plain(words.number(of.sites) if of.sites else "–"),
                counted(of.open, query),
                counted(of.overdue, {**query, "overdue": "yes"}),
            ),
        )

    return c.Table(caption, heads, tuple(line(a) for a in rows))


def site_table(caption: str, rows: tuple[questions.SiteRow, ...], *, where: bool = False) -> c.Table:
    """Sites by name; with `where` also the areas around each."""

    def line(s: questions.SiteRow) -> c.Line:
        around = (c.plain(", ".join(s.within)),) if where else ()
        state = c.words(_("closed from {day}"), day=words.when(s.closed_on)) if s.closed_on else c.plain("–")
        return c.Line(
            (c.link(s.said, f"/sites/{s.id}"),),
            (
                *around,
                c.plain(kind_of(s) or "–"),
                c.plain(word(s.level) or "–"),
                c.plain(s.code or "–"),
                state,
            ),
        )

    around = (_("In"),) if where else ()
    heads = (_("Site"), *around, _("Kind"), _("Level"), _("Code"), _("Closed"))
    return c.Table(caption, heads, tuple(line(s) for s in rows))
