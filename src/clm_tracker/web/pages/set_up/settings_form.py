"""How are a programme's settings asked for, and read?"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from clm_tracker.db.units import Reading
from clm_tracker.domain import deadlines
from clm_tracker.domain.rules import FORUM, LEAST_FEWEST_TOLD, ROUND, Rules
from clm_tracker.domain.words import Severity
from clm_tracker.web import words
from clm_tracker.web.forms import Line
from clm_tracker.web.pages.set_up import marks, naming
from clm_tracker.web.words import N_, Labels, _

STEPS: Mapping[str, str] = Labels(
    {
        "acknowledge": N_("To say that it was received"),
        "agree": N_("To agree what will be done"),
        "fix": N_("To put it right"),
        "verify": N_("To check whether it is put right"),
    }
)
OWN: Mapping[str, str] = Labels(
    {
        "route": N_("To name a duty bearer where routing finds none"),
        "decide": N_("To decide about a stage that needs approval"),
        "tell_community": N_("To tell the community what came of it"),
        "sustain": N_("To check whether it is still put right"),
        "review": N_("To look again, once the last stage is reached"),
    }
)


def _window(typed: str) -> str:
    tidy = typed.strip().lower()
    if tidy in {ROUND, FORUM}:
        return tidy
    try:
        return str(deadlines.parse_window(tidy))
    except ValueError:
        raise ValueError(_("Write 10wd (working days), 30d (days), 48h (hours), round or forum.")) from None


def _plain_window(typed: str) -> str:
    found = _window(typed)
    if found == FORUM:
        raise ValueError(_("Write 10wd (working days), 30d (days), 48h (hours) or round."))
    return found


Window = Annotated[Line, AfterValidator(_window)]


class General(marks.Seen, naming.Named):
    """What the programme is called, and how its pages and references look."""

    prefix: Line
    languages: Annotated[tuple[Line, ...], Field(min_length=1, max_length=20)]
    weekend: tuple[Annotated[int, Field(ge=0, le=6)], ...] = ()


class WindowsOf(marks.Seen):
    """The windows of one severity."""

    acknowledge: Window
    agree: Window
    fix: Window
    verify: Window


class OwnWindows(marks.Seen):
    """The windows of what the community side owes."""

    route: Window
    decide: Window
    tell_community: Window
    sustain: Window
    review: Window


def _days(typed: str) -> str:
    parts = [part for part in typed.replace(",", " ").split() if part]
    if len(parts) > 5 or not all(part.isascii() and part.isdecimal() and len(part) < 4 for part in parts):
        raise ValueError(_("Write up to five numbers of working days, such as 7, 2."))
    return typed


Small = Annotated[int, Field(ge=0, le=99)]


class Limits(marks.Seen):
    """Reminders, and how often more time and pauses are given."""

    reminders: Annotated[Line, AfterValidator(_days)] = ""
    reply_days: Annotated[int, Field(ge=5, le=99)]
    max_extensions: Small
    max_pauses: Small
    max_pause_days: Annotated[int, Field(ge=0, le=366)]
    max_action_days: Annotated[int, Field(ge=1, le=3650)]
    reporter_days: Annotated[int, Field(ge=1, le=365)]
    reporter_most_days: Annotated[int, Field(ge=30, le=365)]
    fewest_told: Annotated[int, Field(ge=LEAST_FEWEST_TOLD, le=99)]
    four_eyes: bool = False
    community_by_role: bool = False


class Safety(marks.Seen):
    """Whether the programme runs in safety mode."""

    safety_mode: bool = False


def values(part: str, look: Reading) -> dict[str, Any]:
    """What stands in a part's fields now, by name."""
    programme, rules = look.programme, look.rules
    match part:
        case "general":
            return {
                "name": programme.name,
                **{
                    f"name_{tag}": programme.names.get(tag, "")
                    for tag in naming.others(programme.languages, programme.names)
                },
                "prefix": programme.prefix,
                "languages": list(programme.languages),
                "weekend": sorted(programme.weekend),
            }
        case "own":
            return {name: getattr(rules, name) for name in OWN}
        case "limits":
            return {
                "reminders": ", ".join(map(str, rules.reminders)),
                **{
                    name: getattr(rules, name)
                    for name in Limits.model_fields
                    if name not in {"version", "reminders"}
                },
            }
        case "safety":
            return {"safety_mode": programme.safety_mode}
        case _:
            return asdict(rules.windows[Severity(part)])


def changes(part: str, given: marks.Seen, rules: Rules) -> dict[str, Any]:
    """What `commands.programmes.change_settings` takes, from what was typed."""
    typed = {name: getattr(given, name) for name in type(given).model_fields if name != "version"}
    if isinstance(given, General):
        typed["names"] = given.names
    if part == "limits":
        days = str(typed["reminders"]).replace(",", " ").split()
        typed["reminders"] = sorted({int(day) for day in days}, reverse=True)
    if part in set(Severity):
        return {"windows": {str(s): asdict(w) for s, w in rules.windows.items()} | {part: typed}}
    return typed


def said(name: str, value: object) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, (list, tuple)):
        if name == "weekend":
            return words.listed([words.weekday(int(one)) for one in value if str(one) in "0123456"]) or "–"
        return words.listed([str(one) for one in value]) or "–"
    return window(str(value)) if name in STEPS or name in OWN else str(value)


def window(text: str) -> str:
    """A window as people say it: "10 working days", "the end of the next round"."""
    if text == ROUND:
        return _("the end of the next round")
    if text == FORUM:
        return _("the next forum")
    try:
        found = deadlines.parse_window(text)
    except ValueError:
        return text
    match found.unit:
        case deadlines.Unit.WORKING_DAYS:
            return words.counted(found.amount, "{n} working day", "{n} working days")
        case deadlines.Unit.DAYS:
            return words.counted(found.amount, "{n} day", "{n} days")
        case deadlines.Unit.HOURS:
            return words.counted(found.amount, "{n} hour", "{n} hours")
