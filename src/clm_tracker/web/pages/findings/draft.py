"""Which questions does logging a finding put, and what do the answers say?"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field

from clm_tracker.commands.evidence import LARGEST
from clm_tracker.db.units import Reading
from clm_tracker.domain.cases import Finding, said_severity
from clm_tracker.domain.deadlines import Unit, parse_window
from clm_tracker.domain.findings import LONGEST
from clm_tracker.domain.reporters import Reporter
from clm_tracker.domain.rules import FORUM, ROUND, Rules, Windows
from clm_tracker.domain.words import Dimension, Severity, Track
from clm_tracker.kernel import speech
from clm_tracker.kernel.refusals import FieldError
from clm_tracker.languages import name_of
from clm_tracker.queries import terms, themes
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.access import MOST_FILES
from clm_tracker.web.components import FieldKind, Option
from clm_tracker.web.forms import LINE, Day, File, Line, Note, Story, Typed
from clm_tracker.web.pages import labels
from clm_tracker.web.pages.acts.answers import Answers
from clm_tracker.web.pages.acts.questions import FILES
from clm_tracker.web.pages.findings import photos, reporter, where
from clm_tracker.web.pages.findings.where import Place
from clm_tracker.web.words import _

STEPS = 6
TAG = re.compile("[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*")
_TOLD = frozenset({"title", "description", "affected"})
_MINTED = 7  # the version of identifiers that `db.mint` makes
# The names that the law uses for these answers, as the form calls them.
_CALLED = {"theme_id": "theme", "site_id": "site", "area_id": "site", "round_id": "round"}


def minted(given: object) -> UUID | None:
    """Under which identifier a form begins its draft, minted when it was drawn; None for what is none of ours."""
    try:
        found = given if isinstance(given, UUID) else UUID(str(given))
    except ValueError:
        return None
    return found if found.version == _MINTED else None


class Answered(Answers):
    """A draft as somebody wrote it so far. `go` is the button: next, back, here (keep, stay), auto (kept while typing)."""

    title: Annotated[Line, Field(max_length=LONGEST["title"])] = ""
    description: Story = ""
    severity: Severity | None = None
    theme: UUID | None = None
    dimension: Dimension | None = None
    site: Annotated[Place | None, BeforeValidator(where.place)] = None
    observed_on: Day | None = None
    affected: Annotated[Note, Field(max_length=LONGEST["affected"])] = ""
    language: Annotated[str, Field(pattern=f"^{TAG.pattern}$")] = "en"
    recurrence_of: Line = ""
    reporter_name: reporter.Name = ""
    reporter_phone: reporter.Phone = ""
    reporter_note: reporter.HowTo = ""
    file: tuple[File, ...] = ()
    caption: Line = ""
    begun: Annotated[UUID | None, BeforeValidator(minted)] = None
    take_off: UUID | None = None
    keep: Line = ""
    go: Line = ""

    @property
    def reporter(self) -> Reporter:
        """Who told of it, which is no part of what the finding says (R41)."""
        return Reporter(name=self.reporter_name, phone=self.reporter_phone, note=self.reporter_note)

    @property
    def saying(self) -> dict[str, Any]:
        """What the finding says, by the names of its fields."""
        at = self.site or Place()
        return {
            "title": self.title,
            "description": self.description,
            "severity": self.severity,
            "theme_id": self.theme,
            "dimension": self.dimension,
            "site_id": at.site,
            "area_id": at.area,
            "observed_on": self.observed_on,
            "affected": self.affected,
            "language": self.language,
            "recurrence_of": self.recurrence_of or None,
        }

    @property
    def changes(self) -> dict[str, Any]:
        """What it says instead of what it said. A severity, once said, is not taken back, and brings its track (R6)."""
        says = self.saying
        if self.severity is None:
            del says["severity"]
        else:
            says["track"] = Track.SYSTEMIC if self.severity is Severity.SYSTEMIC else Track.INDIVIDUAL
        return says

    @property
    def said(self) -> dict[str, Any]:
        """What it says, without the questions that are not answered; a place is a site or an area, never both."""
        says = {name: value for name, value in self.changes.items() if value not in (None, "")}
        if self.site is not None:
            says |= {"site_id": self.site.site, "area_id": self.site.area}
        return says

    @property
    def says_something(self) -> bool:
        """Whether there is anything to keep; the language alone is nothing."""
        return self.said_in_words or bool(self.recurrence_of or self.file or self.reporter.says_something)

    @property
    def said_in_words(self) -> bool:
        """Whether the finding itself says anything yet."""
        return any(v for name, v in self.saying.items() if name not in {"language", "recurrence_of"})


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together."""

    id: str
    title: str
    fields: tuple[c.Field, ...]


def written(f: Finding, repeats: str = "") -> dict[str, str]:
    """What the fields of the form hold for a finding that is there already; `repeats` is the reference it may repeat."""
    return {
        "title": f.title,
        "description": f.description,
        "severity": str(said_severity(f) or ""),
        "theme": str(f.theme_id or ""),
        "dimension": str(f.dimension or ""),
        "site": where.written(f),
        "observed_on": f.observed_on.isoformat() if f.observed_on else "",
        "affected": f.affected,
        "language": f.language,
        "recurrence_of": repeats,
    }


def renamed(errors: Sequence[FieldError]) -> tuple[FieldError, ...]:
    """The law's errors under the names of the form's fields."""
    return tuple(FieldError(_CALLED.get(e.field, e.field), e.message) for e in errors)


def first_unanswered(f: Finding) -> int:
    """At which step somebody goes on: the first that still lacks what the law asks for, or the last."""
    lacks = (
        not (f.site_id or f.area_id),
        not (f.title and f.theme_id and f.dimension),
        f.observed_on is None,
        False,
        not f.severity_is_said,
    )
    return next((n for n, lacking in enumerate(lacks, 1) if lacking), STEPS)


def step_of(field: str) -> int:
    """The step that asks for this field."""
    asked = {
        "site": 1,
        "observed_on": 3,
        "affected": 4,
        "severity": 5,
        **dict.fromkeys(reporter.NAMES, 4),
        "file": 6,
        "caption": 6,
    }
    return STEPS if photos.is_about(field) else asked.get(field, 2)


def groups(look: Reading, typed: Typed, errors: Sequence[FieldError], *, is_open: bool) -> tuple[Group, ...]:
    """The questions, with what was typed; of an open finding only those that may still change."""
    asked: list[tuple[str, str, tuple[c.Field, ...]]] = []
    theme_says = None
    if not is_open:
        typed, theme_says = _under_a_theme_of_today(look, typed)
        asked.append(("where", _("Where was it seen?"), ()))
    what = _what(look, str(typed.get("language", "")), theme_says, is_open=is_open)
    asked.append(("what", _("What was seen?"), what))
    if not is_open:
        today = look.today.isoformat()
        day = c.Field("observed_on", _("On which day?"), FieldKind.DATE, most=today)
        asked.append(("when", _("When?"), (day,)))
    asked.append(("whom", _("Who is affected?"), (_affected(),)))
    if not is_open:
        asked.append(("severity-group", _("How serious is it?"), (_severity(look.rules),)))
        asked.append(("photo", _("What shows it?"), _photos()))
    spoken = str(typed.get("language", ""))
    lang = spoken if TAG.fullmatch(spoken) and spoken != speech.language() else None
    return tuple(
        Group(id, title, c.answered([_told_in(lang, field) for field in fields], typed, errors))
        for id, title, fields in asked
    )


def theme_of(typed: Typed) -> UUID | None:
    """The theme that is chosen in the form; none for one that is nothing."""
    try:
        return UUID(str(typed.get("theme", "")))
    except ValueError:
        return None


def _under_a_theme_of_today(look: Reading, typed: Typed) -> tuple[Typed, str | None]:
    """A draft begun under a theme that is over goes on under the one in its place; and the sentence that says so."""
    chosen = theme_of(typed)
    was = next((theme for theme in look.rules.themes if theme.id == chosen), None)
    if was is None:
        return typed, None
    now = look.rules.theme_in_place_of(was.id, look.today)
    if now is None:
        says = _("“{old}” is no longer used; choose another one.").format(old=was.said)
        return {**typed, "theme": ""}, says
    if now is was:
        return typed, None
    says = _("“{old}” is no longer used; “{new}” stands in its place.").format(old=was.said, new=now.said)
    return {**typed, "theme": str(now.id)}, says


def _told_in(lang: str | None, field: c.Field) -> c.Field:
    """What somebody tells in a language of their own is asked for in it."""
    return replace(field, lang=lang) if lang and field.name in _TOLD else field


def says_the_same(f: Finding, typed: Typed) -> bool:
    """Whether everything that was typed is what the finding says already."""
    return all(typed.get(name, kept) == kept for name, kept in written(f).items() if name != "recurrence_of")


def differences(theirs: Mapping[str, str], yours: Typed) -> tuple[c.Difference, ...]:
    """Where the record and what was typed differ, for texts that people can compare."""
    names = {
        "title": _("Title"),
        "description": _("What was seen"),
        "affected": _("Who is affected"),
        "observed_on": _("On which day"),
        "severity": _("How serious"),
    }
    found = []
    for name, label in names.items():
        mine = yours.get(name)
        if isinstance(mine, str) and mine != theirs.get(name, ""):
            found.append(c.Difference(label, _say(name, theirs.get(name, "")), _say(name, mine)))
    return tuple(found)


def _say(name: str, value: str) -> str:
    if name == "severity" and value in set(Severity):
        return labels.SEVERITY[Severity(value)]
    return value or "–"


def _what(look: Reading, spoken: str, theme_says: str | None, *, is_open: bool) -> tuple[c.Field, ...]:
    # The programme's languages; after them those in which words that could hurt are known, and the one it is in already.
    known = (tag for tag in (*terms.languages(look), spoken) if TAG.fullmatch(tag))
    written = (*look.programme.languages, *known)
    title = c.Field(
        "title",
        _("In a few words"),
        hint=_("What is wrong, not who did it: “No viral load results for three months”."),
        longest=LONGEST["title"],
    )
    description = c.Field(
        "description",
        _("What exactly, how often, how it is known"),
        FieldKind.TEXTAREA,
        hint=_("Write what happened, never to whom. No names of people who use the service."),
        required=False,
        rows=6,
        longest=LONGEST["description"],
    )
    language = c.Field(
        "language",
        _("Written in"),
        FieldKind.SELECT,
        "en",
        options=tuple(Option(tag, name_of(tag)) for tag in dict.fromkeys(written)),
    )
    dimension = c.Field(
        "dimension",
        _("What kind of problem is it?"),
        FieldKind.RADIO,
        options=labels.options(labels.DIMENSION, hints=labels.DIMENSION_EXAMPLES),
    )
    if is_open:
        return title, description, language, dimension
    found = tuple(Option(str(t.id), t.said) for t in themes.themes(look))
    theme = c.Field(
        "theme",
        _("Thematic area"),
        FieldKind.SELECT,
        hint=theme_says,
        options=(Option("", _("Choose")), *found),
    )
    return title, description, language, theme, dimension


def _affected() -> c.Field:
    return c.Field(
        "affected",
        _("Who, and about how many"),
        hint=_("Groups, never names: “about 20 people on treatment”."),
        required=False,
        longest=LONGEST["affected"],
    )


def _severity(rules: Rules) -> c.Field:
    return c.Field(
        "severity",
        _("How serious"),
        FieldKind.RADIO,
        hint=_("It decides how soon an answer is due."),
        options=tuple(
            Option(str(s), name, _windows(rules.windows[s]), also=labels.SEVERITY_EXAMPLES[s])
            for s, name in labels.SEVERITY.items()
        ),
    )


def _windows(of: Windows) -> str:
    """What a severity means here, by the programme's own rules (R5)."""
    sentence = _("To say it was received: {receive}. To agree what is done: {agree}. To put it right: {fix}.")
    return sentence.format(receive=_window(of.acknowledge), agree=_window(of.agree), fix=_window(of.fix))


def _window(text: str) -> str:
    if text == ROUND:
        return _("until the end of the next round")
    if text == FORUM:
        return _("until the next forum")
    window = parse_window(text)
    match window.unit:
        case Unit.WORKING_DAYS:
            return words.counted(window.amount, "{n} working day", "{n} working days")
        case Unit.DAYS:
            return words.counted(window.amount, "{n} day", "{n} days")
        case Unit.HOURS:
            return words.counted(window.amount, "{n} hour", "{n} hours")


def _photos() -> tuple[c.Field, ...]:
    return (
        c.Field(
            "file",
            _("Photos or papers"),
            FieldKind.FILE,
            hint=_(
                "Several at once if you like, up to {most} and {n} MB together. No faces, no names. Place, camera and author are removed; names in comments stay, and a digitally signed file stays as it is."
            ).format(most=MOST_FILES, n=LARGEST // 1024**2),
            required=False,
            accept=FILES,
            multiple=True,
        ),
        c.Field("caption", _("What they show"), hint=_("In a few words."), required=False, longest=LINE),
    )
