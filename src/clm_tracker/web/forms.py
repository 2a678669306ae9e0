"""What did somebody fill in, and what is wrong with it? A value that the handler must face, never an exception."""

import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Generic, TypeVar, get_args, get_origin

from fastapi import Depends
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError
from pydantic_core import ErrorDetails
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from clm_tracker.commands.evidence import Upload
from clm_tracker.kernel import cldr
from clm_tracker.kernel.refusals import FieldError, Invalid, Unseen
from clm_tracker.kernel.speech import N_, Labels, _
from clm_tracker.web import once, words

File = Upload  # under the name that a form gives it
M = TypeVar("M", bound=BaseModel)
V = TypeVar("V", int, str)
Typed = Mapping[str, str | tuple[str, ...]]
LINE, NOTE, STORY = 300, 4_000, 20_000
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LISTS = (list, tuple, set, frozenset)
_CHOICE = re.compile(r"'(?:[^'\\]|\\.)*'|\"[^\"]*\"|-?\d+")


def _no_zero(text: str) -> str:
    if "\0" in text:
        raise ValueError(_("Leave out the character with the number zero."))
    try:
        text.encode()
    except UnicodeEncodeError:  # JSON may hold half of a character; no database keeps it
        raise ValueError(_("This text holds half a character.")) from None
    return text


def _day(given: object) -> object:
    if not isinstance(given, str) or not DAY.fullmatch(given):
        raise ValueError(_("Write a day like 2026-03-31."))
    if given < "1900":  # a day of the year 1 has no midnight in UTC, east of Greenwich
        raise ValueError(_("This day is too long ago."))
    return given


NO_ZERO = r"^[^\x00]*$"
# PostgreSQL keeps no text with a zero character; said here, it is a sentence instead of a failure.
Plain = Annotated[str, AfterValidator(_no_zero), Field(json_schema_extra={"pattern": NO_ZERO})]
Line = Annotated[Plain, Field(max_length=LINE)]
Note = Annotated[Plain, Field(max_length=NOTE)]
Story = Annotated[Plain, Field(max_length=STORY)]
# Nothing is taken for something else: "0" is no day, though it could be a moment of 1970.
Day = Annotated[date, BeforeValidator(_day)]


@dataclass(frozen=True, slots=True)
class Valid(Generic[M]):
    """Everything was understood. `typed` is what stood in the fields."""

    data: M
    typed: Typed


@dataclass(frozen=True, slots=True)
class NotValid(Generic[M]):
    """Some answers need another look: what was typed, and each error by its field's name."""

    typed: Typed
    errors: tuple[FieldError, ...]

    @property
    def sentence(self) -> str:
        """What to say above the form."""
        return Invalid(self.errors).sentence if self.counts else self.errors[0].message

    @property
    def counts(self) -> bool:
        """Whether that says no more than how many answers need one."""
        return len(self.errors) != 1


def read(model: type[M]) -> Any:  # noqa: ANN401 - FastAPI's own type for a dependency says nothing
    """A dependency giving `Valid[model] | NotValid[model]` from a posted form.

    Space around an answer is dropped and an empty answer counts as none; one-time keys are not part of the answers.
    """
    return Depends(_reader(model))


def check(
    model: type[M], typed: Typed, files: Mapping[str, File | tuple[File, ...]]
) -> Valid[M] | NotValid[M]:
    """The answers as `model`, or what is wrong with them. An empty answer counts as none."""
    given: dict[str, Any] = {name: value for name, value in typed.items() if value not in {"", ()}}
    try:
        return Valid(model.model_validate({**given, **files}), typed)
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False, include_input=False)
        return NotValid(typed, tuple(FieldError(_place(e["loc"]), _on_a_page(e)) for e in errors))


class Seen(BaseModel):
    """What a form of a thing with versions carries unseen: the one that it was filled from (decision 0020)."""

    version: int | None = None


def seen(version: V | None) -> V:
    """The version of the thing that a form was filled from. Raises Unseen when it does not say: nothing is changed unseen."""
    if version is None:
        raise Unseen(
            _(
                "The form did not say which version it was filled from, so nothing was changed. Look at it again, then send it once more."
            )
        )
    return version


def problems(errors: Sequence[ErrorDetails | Mapping[str, Any]]) -> tuple[FieldError, ...]:
    """Pydantic's errors as sentences for people."""
    return tuple(FieldError(_place(error["loc"]), sentence(error)) for error in errors)


def sentence(error: ErrorDetails | Mapping[str, Any]) -> str:
    """One error as a sentence for people."""
    kind, about = str(error["type"]), error.get("ctx") or {}
    if (
        kind == "too_long" and about.get("field_type") == "Value"
    ):  # a text, measured after it was looked through
        kind = "string_too_long"
    if kind in _SENTENCES:
        told = {_PLACES.get(name, name): _in_words(name, value) for name, value in about.items()}
        return _SENTENCES[kind].format(**told)
    for start, said in _BEGINNINGS.items():
        if kind.startswith(start):
            return said
    if kind == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")  # a sentence of ours
    return _("This is not written in the form that is expected.")


def _in_words(name: str, value: object) -> object:
    """A limit as the reader's language writes it, and choices as it lists them: Pydantic's are "'a', 'b' or 'c'"."""
    if name == "expected":
        return cldr.either([one.strip("'\"") for one in _CHOICE.findall(str(value))])
    return words.number(value) if isinstance(value, int | float) else value


def _on_a_page(error: ErrorDetails) -> str:
    """`sentence`, where choices stand below it by their names, and several are boxes that were ticked, not a list that was sent."""
    about = error.get("ctx") or {}
    if error["type"] in {"enum", "literal_error"}:
        return _("Choose one of these.")
    if error["type"] == "too_long" and about.get("field_type") != "Value":
        return _("Choose at most {n}.").format(n=words.number(about["max_length"]))
    return sentence(error)


def _reader(model: type[M]) -> Callable[[Request], Coroutine[Any, Any, Valid[M] | NotValid[M]]]:
    async def reader(request: Request) -> Valid[M] | NotValid[M]:
        form = await request.form()
        return check(model, _typed(model, form), _files(model, form))

    return reader


def _typed(model: type[BaseModel], form: FormData) -> dict[str, str | tuple[str, ...]]:
    typed: dict[str, str | tuple[str, ...]] = {}
    for name in form:
        if name == once.FIELD:
            continue
        values = tuple(_tidy(v) for v in form.getlist(name) if isinstance(v, str))
        if _takes_many(model, name):
            typed[name] = tuple(v for v in values if v)
        elif values:
            typed[name] = values[-1]
    return typed


def _files(model: type[BaseModel], form: FormData) -> dict[str, File | tuple[File, ...]]:
    found: dict[str, File | tuple[File, ...]] = {}
    for name in form:
        sent = tuple(
            File(v.filename, v.file.read())
            for v in form.getlist(name)
            if isinstance(v, UploadFile) and v.filename
        )
        if sent:
            found[name] = sent if _takes_many(model, name) else sent[-1]
    return found


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _takes_many(model: type[BaseModel], name: str) -> bool:
    field = model.model_fields.get(name)
    if field is None:
        return False
    hint = field.annotation
    return any(get_origin(part) in _LISTS for part in (hint, *get_args(hint)))


def _place(loc: Sequence[int | str]) -> str:
    # A sender's own key may hold anything, half characters too.
    return ".".join(str(step) for step in loc).encode("utf-8", "replace").decode()


_SENTENCES = Labels(
    {
        "missing": N_("This is needed."),
        "extra_forbidden": N_("There is no such field."),
        "string_too_short": N_("Write at least {min_length} characters."),
        "string_too_long": N_("Shorten this to at most {n} characters."),
        "string_type": N_("Write this as text."),
        "string_unicode": N_("This text holds half a character."),
        "greater_than_equal": N_("The least is {ge}."),
        "less_than_equal": N_("The most is {le}."),
        "greater_than": N_("Write more than {gt}."),
        "enum": N_("Choose {expected}."),
        "literal_error": N_("Choose {expected}."),
        "json_invalid": N_("What was sent is not JSON."),
        "model_attributes_type": N_("Send a JSON object."),
        "model_type": N_("Send a JSON object."),
        "dict_type": N_("Send a JSON object."),
        "too_short": N_("Send at least {min_length}."),
        "too_long": N_("Send at most {n}."),
    }
)
_PLACES = {"max_length": "n"}  # as the same sentences have it where the law says them
_BEGINNINGS = Labels(
    {
        "date_": N_("Write a day like 2026-03-31."),
        "datetime_": N_("Write a moment like 2026-03-31T09:00:00Z."),
        "timezone_": N_("Write a moment with its zone, like 2026-03-31T09:00:00Z."),
        "int_": N_("Write a whole number."),
        "float_": N_("Write a number."),
        "bool_": N_("Write yes or no: true or false."),
        "list_": N_("Send a list."),
        "tuple_": N_("Send a list."),
        "uuid_": N_("This is not an identifier."),
        "dataclass_": N_("Choose a file."),
    }
)


class Nothing(BaseModel):
    """What a form without questions asks."""


Pressed = Annotated[Valid[Nothing] | NotValid[Nothing], read(Nothing)]
PressedAsSeen = Annotated[Valid[Seen] | NotValid[Seen], read(Seen)]
