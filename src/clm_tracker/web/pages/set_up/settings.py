"""What has the programme settled for itself, and how is it changed without writing over somebody else? (R5, R18, R25, R43)"""

from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from starlette.responses import Response

from clm_tracker import languages
from clm_tracker.commands import programmes as commands
from clm_tracker.db.units import Reading, Writing
from clm_tracker.domain.policy import Act
from clm_tracker.domain.words import Severity
from clm_tracker.kernel.refusals import NotFound
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import Router, may
from clm_tracker.web.desk import AtDesk, Desk
from clm_tracker.web.forms import NotValid, Valid, read
from clm_tracker.web.pages import labels
from clm_tracker.web.pages.answering import FRESH, Back, carry_out, conflict, shown
from clm_tracker.web.pages.set_up import marks, naming
from clm_tracker.web.pages.set_up import settings_form as form
from clm_tracker.web.pages.set_up.frame import Part, PartsPage, crumbs
from clm_tracker.web.pages.set_up.naming import language
from clm_tracker.web.words import _

router = Router(include_in_schema=False)
SETTINGS = "/settings"
G = TypeVar("G", bound=marks.Seen)
Shown = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the programme is: settled when it began, since every date rests on it."""

    country: str
    timezone: str

    @classmethod
    def of(cls, look: Reading) -> "_Place":
        """The country in the reader's words, and the zone."""
        return cls(naming.country(look.programme.country), look.programme.timezone)


@router.get(SETTINGS, access=may(Act.SET_UP))
def settings(desk: AtDesk) -> Response:
    """Every setting of the programme."""
    return _show(desk)


@router.post(SETTINGS + "/general", access=may(Act.SET_UP))
def change_general(
    desk: AtDesk, sent: Annotated[Valid[form.General] | NotValid[form.General], read(form.General)]
) -> Response:
    """Name, prefix, languages and weekend."""
    return _change(desk, "general", sent)


@router.post(SETTINGS + "/windows/{severity}", access=may(Act.SET_UP))
def change_windows(
    desk: AtDesk,
    severity: str,
    sent: Annotated[Valid[form.WindowsOf] | NotValid[form.WindowsOf], read(form.WindowsOf)],
) -> Response:
    """The windows of one severity."""
    if severity not in set(Severity):
        raise NotFound
    return _change(desk, severity, sent)


@router.post(SETTINGS + "/own", access=may(Act.SET_UP))
def change_own(
    desk: AtDesk, sent: Annotated[Valid[form.OwnWindows] | NotValid[form.OwnWindows], read(form.OwnWindows)]
) -> Response:
    """The windows of what the community side owes."""
    return _change(desk, "own", sent)


@router.post(SETTINGS + "/limits", access=may(Act.SET_UP))
def change_limits(
    desk: AtDesk, sent: Annotated[Valid[form.Limits] | NotValid[form.Limits], read(form.Limits)]
) -> Response:
    """Reminders, extensions, pauses and the second pair of eyes."""
    return _change(desk, "limits", sent)


@router.post(SETTINGS + "/safety", access=may(Act.SET_UP))
def change_safety(
    desk: AtDesk, sent: Annotated[Valid[form.Safety] | NotValid[form.Safety], read(form.Safety)]
) -> Response:
    """Safety mode."""
    return _change(desk, "safety", sent)


def _change(desk: Desk, part: str, sent: Valid[G] | NotValid[G]) -> Response:
    def run(unit: Writing, given: G) -> bool:
        unit.require(Act.SET_UP)
        marks.unchanged(given, _fields(part, form.values(part, unit)))
        return commands.change_settings(unit, form.changes(part, given, unit.rules))

    said = (
        _("The windows are changed, for what is opened from now on.")
        if part == "own" or part in set(Severity)
        else _("The settings are changed. They hold for everything from now on.")
    )
    return carry_out(
        desk,
        sent,
        run,
        lambda back: _show(desk, back, part),
        to=SETTINGS,
        said=lambda changed: said if changed else _("Nothing was different, so nothing was changed."),
    )


def _show(desk: Desk, back: Back = FRESH, opened: str = "") -> Response:
    with desk.reading() as look:
        parts = ("general", *(str(s) for s in Severity), "own", "limits", "safety")
        now: Shown = {part: form.values(part, look) for part in parts}
        settled = commands.has_findings(look)
        place = _Place.of(look)
    asked = {part: _asked(desk, part, _fields(part, now[part], settled=settled)) for part in parts}

    def act(part: str, label: str, about: str | None = None) -> c.Act:
        is_open = part == opened
        return c.Act(part, label, back.on(asked[part]) if is_open else asked[part], about=about, open=is_open)

    page = PartsPage(
        crumbs(),
        _("Settings"),
        None,
        (
            _general(place, now["general"], act("general", _("Change these"))),
            _windows(now, tuple(_act_of(s, act) for s in Severity)),
            Part(
                "own-windows",
                _("What the community side owes"),
                c.plain(_("The same clock runs for advocates, coordinator and committee.")),
                table=_table(_("Windows of the community side"), form.OWN, now["own"]),
                acts=(act("own", _("Change these windows")),),
            ),
            _limits(now["limits"], act("limits", _("Change reminders and limits"))),
            _safety(now["safety"], act("safety", _("Change safety mode"))),
        ),
        conflict=conflict(asked[opened].version, asked[opened].fields, back, says=_says) if opened else None,
        purpose=c.plain(
            _(
                "What the programme has settled for itself. Windows are for what is opened later: dates that were given stay. All else holds at once."
            )
        ),
    )
    return desk.show(page, status=back.status)


def _asked(desk: Desk, part: str, fields: tuple[c.Field, ...]) -> c.Form:
    to = f"{SETTINGS}/windows/{part}" if part in set(Severity) else f"{SETTINGS}/{part}"
    keep = c.Button(_("Keep these settings"), c.Look.MAIN)
    return c.Form(to, keep, fields, once=desk.once(), version=marks.mark(fields))


def _fields(part: str, now: dict[str, Any], *, settled: bool = False) -> tuple[c.Field, ...]:
    """The questions of a part, with what stands there; `settled`: findings rest on it."""
    match part:
        case "general":
            return _general_fields(now, settled)
        case "own":
            return _window_fields(part, form.OWN, now)
        case "limits":
            return _limit_fields(now)
        case "safety":
            return _safety_fields(now)
        case _:
            return _window_fields(part, form.STEPS, now)


def _label(name: str) -> str:
    """What a setting is called."""
    named = {
        "name": _("Name of the programme"),
        "prefix": _("Beginning of references"),
        "languages": _("Languages of the pages"),
        "weekend": _("Weekend"),
        "reminders": _("Reminders, working days before the due day"),
        "reply_days": _("Working days for a reply before a public stage"),
        "max_extensions": _("Extensions of an action at most"),
        "max_pauses": _("Pauses of an obligation at most"),
        "max_pause_days": _("Days that pauses may last in all"),
        "max_action_days": _("Days until an agreed date at most"),
        "reporter_days": _("Days after a finding's end until who reported it is deleted"),
        "reporter_most_days": _("Days until who reported it is deleted at the latest"),
        "fewest_told": _("Smallest count that people outside are told"),
        "four_eyes": _("A second person confirms a resolution"),
        "community_by_role": _("Duty bearers see the community side by role, not by name"),
        "safety_mode": _("Safety mode"),
    }
    if name.startswith("name_"):
        return naming.in_language(named["name"], name.removeprefix("name_"))
    return named.get(name) or (form.STEPS[name] if name in form.STEPS else form.OWN[name])


def _says(field: c.Field) -> str:
    """What stands in a question: a window in words, as the hint below it has it."""
    if field.name in form.STEPS or field.name in form.OWN:
        return form.window(field.value.strip().lower())
    return shown(field)


def _general(place: _Place, now: dict[str, Any], act: c.Act) -> Part:
    tongues = words.listed([language(tag) for tag in now["languages"]])
    facts = (
        *(
            c.Fact(_label(name), now[name], in_words=True, lang=name.partition("_")[2] or None)
            for name in now
            if name.startswith("name") and now[name]
        ),
        c.Fact(_label("prefix"), now["prefix"], in_words=True),
        c.Fact(_label("languages"), tongues, in_words=True),
        c.Fact(_("Country of the public holidays"), place.country, in_words=True),
        c.Fact(_("Time zone, at whose midnight a due day ends"), place.timezone, in_words=True),
        c.Fact(_label("weekend"), form.said("weekend", now["weekend"]), in_words=True),
    )
    return Part("programme", _("The programme"), facts=facts, acts=(act,))


def _general_fields(now: dict[str, Any], settled: bool) -> tuple[c.Field, ...]:
    stays = _("This is settled since the first finding: what is there rests on it.")
    tags = dict.fromkeys((*now["languages"], *languages.shipped()))
    return (
        *naming.name_fields(
            "general",
            _label("name"),
            [name.removeprefix("name_") for name in now if name.startswith("name_")],
            value=now["name"],
            names={name.removeprefix("name_"): value for name, value in now.items()},
        ),
        c.Field(
            "prefix",
            _label("prefix"),
            value=now["prefix"],
            hint=stays if settled else _("2 to 8 letters. It is settled with the first finding."),
            longest=8,
            scope="general",
        ),
        c.Field(
            "languages",
            _label("languages"),
            c.FieldKind.CHECKBOX,
            hint=_("The first one is that of whoever has not chosen."),
            options=tuple(c.Option(tag, language(tag), chosen=tag in now["languages"]) for tag in tags),
            scope="general",
        ),
        c.Field(
            "weekend",
            _label("weekend"),
            c.FieldKind.CHECKBOX,
            hint=stays if settled else _("Days that never count. They are settled with the first finding."),
            options=tuple(c.Option(str(n), words.weekday(n), chosen=n in now["weekend"]) for n in range(7)),
            required=False,
            scope="general",
        ),
    )


def _windows(now: Shown, acts: tuple[c.Act, ...]) -> Part:
    lines = tuple(
        c.Line(
            c.plain(labels.SEVERITY[s]),
            tuple(c.plain(form.window(str(now[str(s)][step]))) for step in form.STEPS),
        )
        for s in Severity
    )
    heads = (_("Severity"), *(form.STEPS[step] for step in form.STEPS))
    return Part(
        "windows",
        _("Windows by severity"),
        c.plain(_("How long each step may take. What is owed already keeps its date.")),
        table=c.Table(_("Windows by severity"), heads, lines),
        acts=acts,
    )


def _act_of(s: Severity, act: Any) -> c.Act:  # noqa: ANN401 - the maker of acts above
    label = _("Windows of: {severity}").format(severity=labels.SEVERITY[s])
    about = _(
        "Write 10wd for working days, 30d for days, 48h for hours, round for the end of the next round, forum for the next forum."
    )
    made: c.Act = act(str(s), label, about)
    return made


def _window_fields(scope: str, named: Any, now: dict[str, Any]) -> tuple[c.Field, ...]:  # noqa: ANN401 - a table of labels
    return tuple(
        c.Field(
            name, named[name], value=str(now[name]), hint=form.window(str(now[name])), longest=20, scope=scope
        )
        for name in named
    )


def _table(caption: str, named: Any, now: dict[str, Any]) -> c.Table:  # noqa: ANN401 - a table of labels
    lines = tuple(c.Line(c.plain(named[name]), (c.plain(form.window(str(now[name]))),)) for name in named)
    return c.Table(caption, (_("What"), _("Window")), lines)


def _limits(now: dict[str, Any], act: c.Act) -> Part:
    facts = tuple(
        c.Fact(_label(name), form.said(name, value) or "–", in_words=True) for name, value in now.items()
    )
    return Part("limits-now", _("Reminders and limits"), facts=facts, acts=(act,))


def _limit_fields(now: dict[str, Any]) -> tuple[c.Field, ...]:
    hints = {
        "reminders": _("Up to five numbers, such as 7, 2."),
        "reply_days": _("At least 5: whoever is written about is told before."),
        "fewest_told": _(
            "At least 3. Of fewer it is only said that they are few, so that nobody is known by a number."
        ),
        "four_eyes": _("Whoever resolves a finding does not confirm it."),
        "community_by_role": _("In safety mode this is so anyway."),
    }
    return tuple(
        c.Field(
            name,
            _label(name),
            c.FieldKind.CHECKBOX
            if isinstance(value, bool)
            else c.FieldKind.TEXT
            if name == "reminders"
            else c.FieldKind.NUMBER,
            ("yes" if value else "") if isinstance(value, bool) else str(value),
            hint=hints.get(name),
            required=not isinstance(value, bool) and name != "reminders",
            least=None if isinstance(value, bool) or name == "reminders" else "0",
            scope="limits",
        )
        for name, value in now.items()
    )


def _safety(now: dict[str, Any], act: c.Act) -> Part:
    on = now["safety_mode"]
    does = _(
        "For places where people are punished for who they are. Letters, messages, calendars and links name references, stages and days, and nothing that a finding says. Exports leave out who is affected. Duty bearers see the community side by role alone, never by name. Pages before signing in do not name the programme. Whoever is signed in for the community side sees what they saw before."
    )
    return Part(
        "safety-now",
        _("Safety mode"),
        c.plain(does),
        facts=(c.Fact(_label("safety_mode"), _("on") if on else _("off"), in_words=True),),
        acts=(act,),
    )


def _safety_fields(now: dict[str, Any]) -> tuple[c.Field, ...]:
    return (
        c.Field(
            "safety_mode",
            _("Run in safety mode"),
            c.FieldKind.CHECKBOX,
            "yes" if now["safety_mode"] else "",
            required=False,
            scope="safety",
        ),
    )
