"""How does a ladder stand in a form, and how does it come back as stages, with each mistake at its stage and field?"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import create_model

from clm_tracker.domain import deadlines
from clm_tracker.domain import ladders as law
from clm_tracker.domain.ladders import Ladder, Mode, Stage, StageKind
from clm_tracker.domain.names import LONGEST
from clm_tracker.domain.rules import Rules
from clm_tracker.kernel.refusals import FieldError, Invalid
from clm_tracker.queries import wording
from clm_tracker.web import components as c
from clm_tracker.web.components import Field, FieldKind, Option
from clm_tracker.web.forms import Line, Note, Plain, Story, Typed
from clm_tracker.web.pages.acts.answers import Answers
from clm_tracker.web.pages.ladders import stairs
from clm_tracker.web.pages.set_up import naming
from clm_tracker.web.words import _, number

MOST = 12  # stages that the form takes: what a form may hold in all is bounded
NAMES = ("name", "kind", "wait", "unit", "to", "contacts", "tells", "tactics", "letter", "gate")
_TYPES: Mapping[str, Any] = {
    "name": (Line, ""),
    "kind": (Line, ""),
    "wait": (Line, ""),
    "unit": (Line, ""),
    "to": (Line, ""),
    "contacts": (Line, ""),
    "tells": (tuple[Plain, ...], ()),
    "tactics": (Note, ""),
    "letter": (Story, ""),
    "gate": (Line, ""),
}


class Named(Answers, naming.Named):
    """A ladder's own name; `do` is the button that was pressed."""

    name: Line = ""
    do: Line = "save"


# One question of each kind for every stage there may be.
Edited: type[Named] = create_model(
    "Edited",
    __base__=Named,
    **{f"{name}_{n}": of for n in range(1, MOST + 1) for name, of in _TYPES.items()},
)
# One stage as it stands in the form, by the names above; its name in Khmer is `name_km`, in the form `name_1_km`.
Draft = dict[str, str | tuple[str, ...]]
_IN_A_LANGUAGE = re.compile(r"name_([1-9][0-9]?)_([a-zA-Z-]{2,35})", re.ASCII)
_LAW = {"name": "name", "addresses": "to", "tells": "tells", "public": "gate"}


def of_ladder(ladder: Ladder) -> list[Draft]:
    """The stages as the form shows them."""
    return [_of_stage(s) for s in ladder.stages]


def of_form(typed: Typed) -> list[Draft]:
    """What was typed, stage by stage, as far as there are stages."""
    last = max((n for n in range(1, MOST + 1) if f"name_{n}" in typed or f"wait_{n}" in typed), default=0)
    drafts: list[Draft] = [
        {name: typed.get(f"{name}_{n}", () if name == "tells" else "") for name in NAMES}
        for n in range(1, last + 1)
    ]
    for field, value in typed.items():
        found = _IN_A_LANGUAGE.fullmatch(field)
        if found and int(found[1]) <= last:
            drafts[int(found[1]) - 1][f"name_{found[2]}"] = value
    return drafts


def moved(drafts: Sequence[Draft], do: str) -> tuple[list[Draft], int]:
    """The stages after one of the buttons (`add`, `up-2`, `down-2`, `remove-2`), and which one to look at then.

    Any other word changes nothing.
    """
    found = list(drafts)
    word, _dash, number = do.partition("-")
    at = int(number) - 1 if number.isascii() and number.isdecimal() and len(number) < 3 else -1
    if word == "add" and len(found) < MOST:
        gate = found[-1]["gate"] if found else str(c.Gate.OPEN)
        found.append({**_of_stage(_EMPTY), "gate": gate})
        return found, len(found)
    if not 0 <= at < len(found):
        return found, 0
    if word == "remove" and len(found) > 1:
        del found[at]
        return found, min(at + 1, len(found))
    to = {"up": at - 1, "down": at + 1}.get(word, -1)
    if 0 <= to < len(found):
        found[at], found[to] = found[to], found[at]
        return found, to + 1
    return found, at + 1


def stages(drafts: Sequence[Draft]) -> tuple[Stage, ...]:
    """The drafts as stages. Raises Invalid with every mistake under its field."""
    made, wrong = [], []
    for n, draft in enumerate(drafts, 1):
        stage = _stage(n, draft)
        if isinstance(stage, Stage):
            made.append(stage)
        else:
            wrong += stage
    if not wrong:
        wrong = [_renamed(error) for error in law.problems(made)]
    if wrong:
        raise Invalid(tuple(wrong), wrong[0].message if len(wrong) == 1 else Invalid(()).sentence)
    return tuple(made)


def questions(
    n: int, draft: Draft, rules: Rules, used: Sequence[str], tags: Sequence[str]
) -> tuple[tuple[Field, ...], tuple[Field, ...]]:
    """The questions about one stage: those always asked, and the rest."""
    choose = stairs.whoms(rules, *used)
    tells = draft["tells"] if isinstance(draft["tells"], tuple) else (draft["tells"],)
    contacts = Option(stairs.CONTACTS, _("named contacts"))

    def field(name: str, label: str, kind: FieldKind = FieldKind.TEXT, **more: Any) -> Field:
        return Field(f"{name}_{n}", label, kind, str(draft[name]), **more)

    first = (
        field("name", _("Name"), longest=LONGEST),
        field("wait", _("Wait"), FieldKind.NUMBER, least="0", most=str(deadlines.LONGEST)),
        field("unit", _("Counted in"), FieldKind.SELECT, options=_units()),
        field(
            "to",
            _("Addressed to"),
            FieldKind.SELECT,
            options=(*(Option(word, wording.upper(stairs.whom(word))) for word in choose), contacts),
        ),
        field(
            "gate",
            _("How it begins"),
            FieldKind.SELECT,
            options=tuple(Option(str(gate), said) for gate, said in stairs.GATE.items()),
        ),
    )
    rest = (
        *naming.name_fields("", _("Name"), tags, names=_names(draft), name=f"name_{n}")[1:],
        field(
            "kind",
            _("What it is"),
            FieldKind.SELECT,
            options=tuple(Option(str(kind), said) for kind, said in stairs.KINDS.items()),
        ),
        field(
            "contacts",
            _("Named contacts"),
            hint=_("Only when it is addressed to named contacts: names and offices."),
            required=False,
        ),
        Field(
            f"tells_{n}",
            _("Who else hears of it"),
            FieldKind.CHECKBOX,
            required=False,
            options=tuple(
                Option(word, wording.upper(stairs.whom(word)), chosen=word in tells)
                for word in dict.fromkeys((*choose, *(t for t in tells if t)))
            ),
        ),
        field("tactics", _("What is done at this stage"), FieldKind.TEXTAREA, required=False, rows=2),
        field(
            "letter",
            _("Letter"),
            FieldKind.TEXTAREA,
            required=False,
            rows=2,
            hint=_("The name of the letter, or its text."),
        ),
    )
    return first, rest


def _units() -> tuple[Option, ...]:
    return (
        Option(str(deadlines.Unit.WORKING_DAYS), _("working days")),
        Option(str(deadlines.Unit.DAYS), _("days")),
        Option(str(deadlines.Unit.HOURS), _("hours")),
    )


def _of_stage(s: Stage) -> Draft:
    window = deadlines.parse_window(s.wait)
    start, _colon, rest = s.addresses.partition(":")
    named = start == stairs.CONTACTS
    return {
        "name": s.name,
        **{f"name_{tag}": name for tag, name in s.names.items()},
        "kind": str(s.kind),
        "wait": str(window.amount),
        "unit": str(window.unit),
        "to": stairs.CONTACTS if named else s.addresses,
        "contacts": rest if named else "",
        "tells": s.tells,
        "tactics": s.tactics,
        "letter": s.letter,
        "gate": str(stairs.gate(s)),
    }


def _names(draft: Draft) -> dict[str, str]:
    """What the stage is called in other languages, as far as it is."""
    return {
        key.removeprefix("name_"): str(name)
        for key, name in draft.items()
        if key.startswith("name_") and name
    }


_EMPTY = Stage(number=1, name="", kind=StageKind.DIALOGUE, wait="10wd")


def _stage(n: int, draft: Draft) -> Stage | list[FieldError]:
    text = {name: value for name, value in draft.items() if isinstance(value, str)}
    tells = draft["tells"] if isinstance(draft["tells"], tuple) else (draft["tells"],)
    wrong = list(_unknown(n, text))
    if wrong:
        return wrong
    gate = c.Gate(text["gate"])
    return Stage(
        number=n,
        name=text["name"].strip(),
        names=_names(draft),
        kind=StageKind(text["kind"]),
        wait=f"{int(text['wait'])}{text['unit']}",
        addresses=f"{stairs.CONTACTS}:{text['contacts'].strip()}"
        if text["to"] == stairs.CONTACTS
        else text["to"],
        tells=tuple(dict.fromkeys(word for word in tells if word)),
        tactics=text["tactics"].strip(),
        letter=text["letter"].strip(),
        mode=Mode.AUTOMATIC if gate is c.Gate.OPEN else Mode.APPROVAL,
        public=gate is c.Gate.PUBLIC,
    )


def _unknown(n: int, text: Mapping[str, str]) -> Iterator[FieldError]:
    wait = text["wait"].strip()
    if not (wait.isascii() and wait.isdecimal() and len(wait) < 6 and int(wait) <= deadlines.LONGEST):
        said = _("Stage {n}: write how long it waits, as a whole number up to {most}.")
        yield FieldError(f"wait_{n}", said.format(n=n, most=number(deadlines.LONGEST)))
    if text["unit"] not in set(deadlines.Unit):
        yield FieldError(f"unit_{n}", _("Stage {n}: choose in what the wait is counted.").format(n=n))
    if text["kind"] not in set(StageKind):
        yield FieldError(f"kind_{n}", _("Stage {n}: choose what it is.").format(n=n))
    if text["gate"] not in set(c.Gate):
        yield FieldError(f"gate_{n}", _("Stage {n}: choose how it begins.").format(n=n))


def _renamed(error: FieldError) -> FieldError:
    """The law's errors under the names of the form's fields."""
    number, _dot, name = error.field.partition(".")
    return FieldError(f"{_LAW[name]}_{number}", error.message) if name in _LAW else error
