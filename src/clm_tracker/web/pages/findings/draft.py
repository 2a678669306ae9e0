"""Which questions does logging a finding put, and what do the answers say?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field

from clm_tracker.db.units import Reading
from clm_tracker.domain.cases import Finding
from clm_tracker.domain.places import upwards
from clm_tracker.domain.words import Dimension, Severity, Track
from clm_tracker.kernel.refusals import FieldError, NotFound
from clm_tracker.queries import places, themes
from clm_tracker.queries.places import SiteRow
from clm_tracker.web import components as c
from clm_tracker.web.components import FieldKind, Option
from clm_tracker.web.forms import Day, File, Line, Note, Story, Typed
from clm_tracker.web.pages import labels
from clm_tracker.web.pages.acts.answers import Answers
from clm_tracker.web.pages.acts.questions import FILES
from clm_tracker.web.words import _

NO_SITE = "area"
OFFERED, FOUND = 6, 10
# The names that the law uses for these answers, as the form calls them.
_CALLED = {"theme_id": "theme", "site_id": "site", "area_id": "area", "round_id": "round"}


def _or_area(given: object) -> object:
    return None if given == NO_SITE else given


class Answered(Answers):
    """A draft as somebody wrote it: a title and a severity at least."""

    title: Annotated[Line, Field(min_length=1, max_length=200)]
    description: Story = ""
    severity: Severity
    theme: UUID | None = None
    dimension: Dimension | None = None
    site: Annotated[UUID | None, BeforeValidator(_or_area)] = None
    area: UUID | None = None
    observed_on: Day | None = None
    affected: Note = ""
    language: Annotated[str, Field(pattern="^(en|km)$")] = "en"
    recurrence_of: Line = ""
    file: File | None = None
    keep: Line = ""

    @property
    def saying(self) -> dict[str, Any]:
        """What the finding says, by the names of its fields."""
        return {
            "title": self.title,
            "description": self.description,
            "severity": self.severity,
            "theme_id": self.theme,
            "dimension": self.dimension,
            "site_id": self.site,
            "area_id": None if self.site else self.area,
            "observed_on": self.observed_on,
            "affected": self.affected,
            "language": self.language,
        }

    @property
    def track(self) -> Track:
        """The track that the severity brings (R6)."""
        return Track.SYSTEMIC if self.severity is Severity.SYSTEMIC else Track.INDIVIDUAL


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together."""

    id: str
    title: str
    fields: tuple[c.Field, ...]


def written(f: Finding) -> dict[str, str]:
    """What the fields of the form hold for a finding that is there already."""
    return {
        "title": f.title,
        "description": f.description,
        "severity": str(f.severity),
        "theme": str(f.theme_id or ""),
        "dimension": str(f.dimension or ""),
        "site": str(f.site_id) if f.site_id else NO_SITE if f.area_id else "",
        "area": str(f.area_id or "") if not f.site_id else "",
        "observed_on": f.observed_on.isoformat() if f.observed_on else "",
        "affected": f.affected,
        "language": f.language,
    }


def renamed(errors: Sequence[FieldError]) -> tuple[FieldError, ...]:
    """The law's errors under the names of the form's fields."""
    return tuple(FieldError(_CALLED.get(e.field, e.field), e.message) for e in errors)


def groups(look: Reading, typed: Typed, errors: Sequence[FieldError], *, is_open: bool) -> tuple[Group, ...]:
    """The questions, with what was typed; of an open finding only those that may still change."""
    asked: list[tuple[str, str, tuple[c.Field, ...]]] = []
    if not is_open:
        asked.append(("where", _("Where was it seen?"), (_area(look),)))
    asked.append(("what", _("What was seen?"), _what(look, is_open=is_open)))
    if not is_open:
        day = c.Field(
            "observed_on",
            _("On which day?"),
            FieldKind.DATE,
            look.today.isoformat(),
            most=look.today.isoformat(),
        )
        asked.append(("when", _("When?"), (day,)))
    asked.append(("whom", _("Who is affected?"), (_affected(),)))
    if not is_open:
        asked.append(("severity-group", _("How serious is it?"), (_severity(),)))
        asked.append(("photo", _("What shows it?"), (_photo(),)))
    return tuple(Group(id, title, c.answered(fields, typed, errors)) for id, title, fields in asked)


def sites(look: Reading, typed: Typed, errors: Sequence[FieldError]) -> c.Field:
    """The places to choose from: the one chosen, those that were searched for, and the whole area."""
    chosen, find = str(typed.get("site", "")), str(typed.get("find", "")).strip()
    found: list[SiteRow] = []
    if chosen and chosen != NO_SITE:
        try:
            found.append(places.site(look, UUID(chosen)))
        except (ValueError, NotFound):
            chosen = ""
    more = (
        places.find_sites(look, find[:100], limit=FOUND)
        if find
        else (() if found else places.sites(look, limit=OFFERED).items)
    )
    found += [s for s in more if all(s.id != known.id for known in found)]
    options = [_site(s) for s in found]
    options.append(
        Option(
            NO_SITE,
            _("A whole area, not one place"),
            _("When it is the same in many places. Choose it below."),
        )
    )
    none = find and len(options) == 1
    field = c.Field(
        "site",
        _("Nothing is called “{find}”").format(find=find) if none else _("Facility or service point"),
        FieldKind.RADIO,
        options=tuple(options),
    )
    return c.answered((field,), {"site": chosen}, errors)[0]


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


def _site(s: SiteRow) -> Option:
    also = s.names.get("km")
    return Option(str(s.id), s.name, ", ".join(s.within[:2]) or None, also if also != s.name else None, "km")


def _area(look: Reading) -> c.Field:
    areas = look.rules.areas

    def order(area_id: UUID) -> tuple[str, ...]:
        return tuple(reversed([areas[a].name for a in upwards(area_id, areas)]))

    options = [
        Option(str(a), "– " * (len(upwards(a, areas)) - 1) + areas[a].name) for a in sorted(areas, key=order)
    ]
    return c.Field(
        "area",
        _("Area, when it is not about one place"),
        FieldKind.SELECT,
        required=False,
        options=(Option("", _("None")), *options[:400]),
    )


def _what(look: Reading, *, is_open: bool) -> tuple[c.Field, ...]:
    title = c.Field(
        "title",
        _("In a few words"),
        hint=_("What is wrong, not who did it: “No viral load results for three months”."),
        longest=200,
    )
    description = c.Field(
        "description",
        _("What exactly, how often, how it is known"),
        FieldKind.TEXTAREA,
        hint=_("Write what happened, never to whom. No names of people who use the service."),
        required=False,
        rows=6,
        longest=20_000,
    )
    language = c.Field(
        "language",
        _("Written in"),
        FieldKind.SELECT,
        "en",
        options=tuple(Option(tag, name) for tag, name in labels.LANGUAGES.items()),
    )
    dimension = c.Field(
        "dimension",
        _("What kind of problem is it?"),
        FieldKind.RADIO,
        options=labels.options(labels.DIMENSION, hints=labels.DIMENSION_EXAMPLES),
    )
    if is_open:
        return title, description, language, dimension
    found = tuple(Option(str(t.id), t.name) for t in themes.themes(look))
    theme = c.Field(
        "theme",
        _("Thematic area"),
        FieldKind.SELECT,
        options=(Option("", _("Choose")), *found),
    )
    return title, description, language, theme, dimension


def _affected() -> c.Field:
    return c.Field(
        "affected",
        _("Who, and about how many"),
        hint=_("Groups, never names: “about 20 people on treatment”."),
        required=False,
        longest=1_000,
    )


def _severity() -> c.Field:
    return c.Field(
        "severity",
        _("How serious"),
        FieldKind.RADIO,
        hint=_("It decides how soon an answer is due."),
        options=labels.options(labels.SEVERITY, hints=labels.SEVERITY_EXAMPLES),
    )


def _photo() -> c.Field:
    return c.Field(
        "file",
        _("A photo or paper"),
        FieldKind.FILE,
        hint=_("No faces, no names. Place and camera are removed from pictures."),
        required=False,
        accept=FILES,
    )
