"""How does each photo of a draft say what it shows, and how is it taken off again?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from clm_tracker.db.units import Reading
from clm_tracker.domain.cases import Case, Evidence
from clm_tracker.domain.evidence import words_of
from clm_tracker.kernel.refusals import FieldError, Invalid
from clm_tracker.queries.findings.detail import of_case
from clm_tracker.web import components as c
from clm_tracker.web.forms import LINE, Line, Typed, problems
from clm_tracker.web.pages.findings import shown
from clm_tracker.web.pages.voice import Voice
from clm_tracker.web.words import _

_SAYS, _WAS = "says-", "was-"
_LINE: TypeAdapter[str] = TypeAdapter(Line)
Errors = Sequence[FieldError]


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote that a photo shows, instead of what the form said before."""

    id: UUID
    caption: str


def is_about(field: str) -> bool:
    """Whether this field of the form says what a photo shows."""
    return field.startswith(_SAYS)


def said(typed: Typed) -> tuple[Said, ...]:
    """Where somebody changed what stood in the form. Raises Invalid for what is too long or no text."""
    found, wrong = [], []
    for name, text in _fields(typed):
        if text == typed.get(f"{_WAS}{name}"):
            continue
        try:
            found.append(Said(UUID(name.removeprefix(_SAYS)), _LINE.validate_python(text)))
        except ValidationError as no:
            errors = problems(no.errors(include_url=False, include_input=False))
            wrong += [FieldError(name, e.message) for e in errors]
        except ValueError:
            continue  # no photo of ours
    if wrong:
        raise Invalid(tuple(wrong))
    return tuple(found)


def of(look: Reading, case: Case, voice: Voice, typed: Typed, errors: Errors = ()) -> tuple[c.Photo, ...]:
    """The photos of a draft, with what was typed about each."""
    if not case.pieces:
        return ()
    people = of_case(look, case).people
    return tuple(_photo(e, people, voice, typed, errors) for e in case.pieces)


def _photo(e: Evidence, people: Mapping[UUID, str], voice: Voice, typed: Typed, errors: Errors) -> c.Photo:
    says = words_of(e)
    asked = c.Field(f"{_SAYS}{e.id}", _("What it shows"), value=says, required=False, longest=LINE)
    return c.Photo(
        shown.piece(e, people, voice),
        c.answered((asked,), typed, errors)[0],
        says,
        c.Button(_("Take it off"), name="take_off", value=str(e.id)),
    )


def _fields(typed: Typed) -> Iterator[tuple[str, str]]:
    return ((name, text) for name, text in typed.items() if is_about(name) and isinstance(text, str))
