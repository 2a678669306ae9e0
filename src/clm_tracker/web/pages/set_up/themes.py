"""Which themes does the programme monitor, and how does the list change while old findings keep their meaning?"""

from collections.abc import Iterable
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from clm_tracker.commands import themes as commands
from clm_tracker.db.units import Reading, Writing
from clm_tracker.domain.policy import Act
from clm_tracker.kernel.refusals import NotFound, invalid
from clm_tracker.queries import at_places
from clm_tracker.queries import themes as questions
from clm_tracker.queries.themes import Theme
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import Day, Line, NotValid, Valid, read
from clm_tracker.web.glossary import glossary
from clm_tracker.web.pages.answering import FRESH, Back, carry_out, conflict
from clm_tracker.web.pages.set_up import marks, naming
from clm_tracker.web.pages.set_up.frame import Part, PartsPage, crumbs
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
THEMES = "/themes"
ONE = "/themes/{theme_id}"


class NewTheme(naming.Named):
    """A theme's code and names, and from when it is used."""

    code: Line
    valid_from: Day | None = None


class Renamed(marks.Seen, naming.Named):
    """A theme's names."""


class Replaced(marks.Seen, naming.Named):
    """The names of the next version, and from when it is used."""

    on: Day


class Retired(BaseModel):
    """From when a theme is not used any more, and which one takes its place."""

    on: Day
    replaced_by: UUID | None = None


@router.get(THEMES, access=may(Act.SET_UP))
def themes(desk: AtDesk) -> Response:
    """The themes in use, and those that are over."""
    return _show(desk)


@router.post(THEMES, access=may(Act.SET_UP))
def add(desk: AtDesk, sent: Annotated[Valid[NewTheme] | NotValid[NewTheme], read(NewTheme)]) -> Response:
    """Add a theme."""
    return carry_out(
        desk,
        sent,
        lambda unit, given: commands.add(
            unit, code=given.code, name=given.name, names=given.names, valid_from=given.valid_from
        ),
        lambda back: _show(desk, back),
        to=THEMES,
        said=_("The theme is added."),
    )


@router.get(ONE, access=may(Act.SET_UP))
def theme(desk: AtDesk, theme_id: UUID) -> Response:
    """One theme with its versions."""
    return _show_one(desk, theme_id)


@router.post(ONE, access=may(Act.SET_UP))
def rename(
    desk: AtDesk, theme_id: UUID, sent: Annotated[Valid[Renamed] | NotValid[Renamed], read(Renamed)]
) -> Response:
    """Put its names right."""

    def run(unit: Writing, given: Renamed) -> None:
        _as_seen(unit, theme_id, given)
        commands.rename(unit, theme_id, name=given.name, names=given.names)

    return carry_out(
        desk,
        sent,
        run,
        lambda back: _show_one(desk, theme_id, back, "names"),
        to=f"{THEMES}/{theme_id}",
        said=_("The names are changed."),
    )


@router.post(ONE + "/replace", access=may(Act.SET_UP))
def replace(
    desk: AtDesk, theme_id: UUID, sent: Annotated[Valid[Replaced] | NotValid[Replaced], read(Replaced)]
) -> Response:
    """Let the next version take its place."""

    def run(unit: Writing, given: Replaced) -> UUID:
        _as_seen(unit, theme_id, given)
        return commands.replace(unit, theme_id, name=given.name, names=given.names, on=given.on)

    return carry_out(
        desk,
        sent,
        run,
        lambda back: _show_one(desk, theme_id, back, "replace"),
        to=lambda made: f"{THEMES}/{made}",
        said=_("The next version is there. Findings logged before keep the old one."),
    )


@router.post(ONE + "/retire", access=may(Act.SET_UP))
def retire(
    desk: AtDesk, theme_id: UUID, sent: Annotated[Valid[Retired] | NotValid[Retired], read(Retired)]
) -> Response:
    """Use it no more, with another one in its place or none."""

    def run(unit: Writing, given: Retired) -> None:
        if given.on < unit.today:
            raise invalid("on", _("Choose today or a later day: what is logged already keeps its theme."))
        commands.retire(unit, theme_id, on=given.on, replaced_by=given.replaced_by)

    return carry_out(
        desk,
        sent,
        run,
        lambda back: _show_one(desk, theme_id, back, "retire"),
        to=f"{THEMES}/{theme_id}",
        said=_("The theme is retired. Its findings stay as they are."),
    )


def _as_seen(unit: Writing, theme_id: UUID, given: marks.Seen) -> None:
    """Raises Stale when its names are others by now than whoever acts saw."""
    unit.require(Act.SET_UP)
    marks.unchanged(given, _as_it_is(unit, _one(questions.themes(unit, retired=True), theme_id)))


def _show(desk: Desk, back: Back = FRESH) -> Response:
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        known = questions.themes(look, retired=True)
        found = at_places.by_theme(look)
        tags = naming.others(look.programme.languages, {})
    names = {t.id: t.said for t in known}
    using = [t for t in known if t.current or (t.valid_to is None or t.valid_to >= voice.today)]
    over = [t for t in known if t not in using]

    def line(t: Theme) -> c.Line:
        all_, open_ = found.get(t.id, (0, 0))
        return c.Line(
            (c.link(t.said, f"{THEMES}/{t.id}"),),
            (
                c.plain(t.code),
                c.plain(words.number(t.version)),
                _days(t, voice),
                c.plain(names.get(t.replaced_by, "–") if t.replaced_by else "–"),
                _counted(open_, t, status="open"),
                _counted(all_, t),
            ),
        )

    heads = (
        _("Theme"),
        _("Code"),
        _("Version"),
        _("Used"),
        _("Replaced by"),
        _("Open findings"),
        _("All findings"),
    )
    form = c.Form(
        THEMES,
        c.Button(_("Add the theme"), c.Look.MAIN),
        (
            *naming.name_fields("add", _("Name"), tags),
            c.Field(
                "code", _("Code"), hint=_("A short word that stays, such as care."), longest=40, scope="add"
            ),
            c.Field("valid_from", _("Used from"), c.FieldKind.DATE, required=False, scope="add"),
        ),
        once=desk.once(),
    )
    act = c.Act("add", _("Add a theme"), back.on(form), open=back.typed is not None)
    parts = [
        Part(
            "using",
            _("In use"),
            table=c.Table(_("Themes in use"), heads, tuple(map(line, using))) if using else None,
            acts=(act,),
            empty=None if using else c.Empty(_("No theme is in use.")),
            explain=glossary().theme,
        )
    ]
    if over:
        parts.append(
            Part(
                "over",
                _("No longer used"),
                c.plain(_("Their findings keep them, and mean what they meant.")),
                table=c.Table(_("Themes no longer used"), heads, tuple(map(line, over))),
            )
        )
    says = _(
        "What is monitored. A list changes between rounds; a theme is never rewritten under its findings."
    )
    return desk.show(
        PartsPage(
            crumbs(),
            _("Themes"),
            None,
            tuple(parts),
            purpose=c.plain(says),
        ),
        status=back.status,
    )


def _counted(n: int, t: Theme, **query: str) -> c.Words:
    if not n:
        return c.plain("–")
    return (c.link(words.number(n), f"/findings?{urlencode({'theme': t.id, **query})}"),)


def _days(t: Theme, voice: Voice) -> c.Words:
    first, last = t.valid_from, t.valid_to
    if first and last:
        return c.words(_("{first} to {last}"), first=voice.long(first), last=voice.long(last))
    if last:
        return c.words(_("until {day}"), day=voice.long(last))
    return c.words(_("from {day}"), day=voice.long(first)) if first else c.plain(_("from the start"))


def _one(known: Iterable[Theme], theme_id: UUID) -> Theme:
    one = next((t for t in known if t.id == theme_id), None)
    if one is None:
        raise NotFound("theme")
    return one


def _as_it_is(look: Reading, one: Theme) -> tuple[c.Field, ...]:
    tags = naming.others(look.programme.languages, one.names)
    return naming.name_fields("names", _("Name"), tags, value=one.name, names=one.names)


def _show_one(desk: Desk, theme_id: UUID, back: Back = FRESH, opened: str = "") -> Response:
    with desk.reading() as look:
        voice = Voice.of(look, desk.guest.language)
        known = questions.themes(look, retired=True)
        found = at_places.by_theme(look)
        languages = look.programme.languages
        one = _one(known, theme_id)
        now = _as_it_is(look, one)
    all_, open_ = found.get(one.id, (0, 0))
    at = f"/findings?{urlencode({'theme': one.id})}"
    after = next((t for t in known if t.id == one.replaced_by), None)
    facts = (
        c.Fact(_("Open findings"), words.number(open_), f"{at}&status=open" if open_ else None),
        c.Fact(_("All findings"), words.number(all_), at if all_ else None),
        c.Fact(_("Code"), one.code, in_words=True),
        c.Fact(_("Version"), words.number(one.version)),
        c.Fact(_("Used"), "".join(p.text for p in _days(one, voice)), in_words=True),
        *((c.Fact(_("Replaced by"), after.name, f"{THEMES}/{after.id}", in_words=True),) if after else ()),
        *naming.all_names(one.names),
    )
    others = [t for t in known if t.current and t.id != one.id]
    acts = _acts(desk, one, others, naming.others(languages, one.names), voice, back, opened)
    page = PartsPage(
        crumbs(c.Link(_("Themes"), THEMES)),
        one.name,
        None,
        (Part("theme", _("About this theme"), facts=facts, acts=acts),),
        conflict=conflict(marks.mark(now), now, back, now if opened == "replace" else ())
        if opened in {"names", "replace"}
        else None,
        says=c.plain(_("Version {n} of {code}.").format(n=one.version, code=one.code)),
        purpose=c.plain(
            _("One theme of what is monitored: where it is used, and what can be changed about it.")
        ),
    )
    return desk.show(page, status=back.status)


def _acts(
    desk: Desk, one: Theme, others: list[Theme], tags: tuple[str, ...], voice: Voice, back: Back, opened: str
) -> tuple[c.Act, ...]:
    at = f"{THEMES}/{one.id}"
    today = voice.today.isoformat()

    def act(key: str, label: str, action: str, submit: str, fields: tuple[c.Field, ...], about: str) -> c.Act:
        version = None if key == "retire" else marks.mark(names("names"))
        form = c.Form(action, c.Button(submit, c.Look.MAIN), fields, once=desk.once(), version=version)
        is_open = opened == key
        return c.Act(key, label, back.on(form) if is_open else form, about=about, open=is_open)

    def names(scope: str) -> tuple[c.Field, ...]:
        return naming.name_fields(scope, _("Name"), tags, value=one.name, names=one.names)

    made = (
        act(
            "names",
            _("Put the names right"),
            at,
            _("Keep the names"),
            names("names"),
            _(
                "For a slip of the pen. Where the meaning changes, make a new version: old findings keep theirs."
            ),
        ),
        act(
            "replace",
            _("Make a new version"),
            f"{at}/replace",
            _("Make the version"),
            (*names("replace"), c.Field("on", _("Used from"), c.FieldKind.DATE, today, scope="replace")),
            _("New findings get it from that day, and who works for this theme works for it too."),
        ),
        act(
            "retire",
            _("Use it no more"),
            f"{at}/retire",
            _("Retire the theme"),
            (
                c.Field("on", _("The first day without it"), c.FieldKind.DATE, today, scope="retire"),
                c.Field(
                    "replaced_by",
                    _("In its place"),
                    c.FieldKind.SELECT,
                    required=False,
                    options=(
                        c.Option("", _("No other theme")),
                        *(c.Option(str(t.id), t.said) for t in others),
                    ),
                    scope="retire",
                ),
            ),
            _("Findings keep it. Who works for it works for the one in its place too."),
        ),
    )
    # A form that was filled in before the theme was retired comes back with all that is in it.
    return tuple(panel for panel in made if one.valid_to is None or panel.id in {"names", opened})
