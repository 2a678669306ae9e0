"""Which shapes go in and out of the JSON interface? Strict on the way in, documented on the way out."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Self, TypeVar
from uuid import UUID

from fastapi import Path, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, model_validator

from clm_tracker.kernel.refusals import NotFound, Stale, Unseen
from clm_tracker.kernel.speech import _
from clm_tracker.queries import paging
from clm_tracker.queries.paging import LONGEST
from clm_tracker.web import forms
from clm_tracker.web.forms import Line, Note, Plain

T = TypeVar("T")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]")
_NUMBER = re.compile(r"-?\d{1,9}")
_REF = re.compile(r"[A-Za-z]{2,8}-\d{4}-\d{1,9}", re.ASCII)


def _text(given: object) -> object:
    if not isinstance(given, str):
        raise ValueError(_("Write this as text."))  # noqa: TRY004 - pydantic turns only ValueError into a refusal
    return given


def _moment(given: object) -> object:
    if not isinstance(given, str) or not _MOMENT.match(given):
        raise ValueError(_("Write a moment like 2026-03-31T09:00:00Z."))
    return given


def _with_zone(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(_("Write a moment with its zone, like 2026-03-31T09:00:00Z."))
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError(_("This moment is out of reach.")) from None


def _number(given: object) -> object:
    if isinstance(given, str) and not _NUMBER.fullmatch(given):
        raise ValueError(_("Write a whole number."))
    return given


def _yes_no(given: object) -> object:
    if given not in {"true", "false"}:
        raise ValueError(_("Write true or false."))
    return given


# JSON on the way in: nothing is taken for something else (`false` is no number, 20260331 is no day).
Id = Annotated[UUID, BeforeValidator(_text)]
Day = forms.Day
Moment = Annotated[datetime, BeforeValidator(_moment), Field(json_schema_extra={"format": "date-time"})]
Int = Annotated[int, Strict()]
Bool = Annotated[bool, Strict()]
Reason = Annotated[Note, Field(min_length=1)]
Degrees = Annotated[float, Strict(), Field(ge=-180, le=180)]
Names = Annotated[
    dict[
        Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,8})*$")],
        Line,
    ],
    Field(max_length=20, description="Names by language tag."),
]
# The query string on the way in.
QueryInt = Annotated[int, BeforeValidator(_number)]
QueryBool = Annotated[bool, BeforeValidator(_yes_no)]
Limit = Annotated[QueryInt, Query(ge=1, le=LONGEST, description="How many at most.")]
Cursor = Annotated[Annotated[Plain, Field(max_length=400)], Query(description="`next` of the page before.")]
Ref = Annotated[
    str, Path(description="A finding's reference, such as KH-2026-0042.", examples=["KH-2026-0042"])
]


class Sent(BaseModel):
    """A request's body: a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


def left_out() -> Any:  # noqa: ANN401 - stands for a value of any type, and is never used as one
    """The default of a field that may be left out but not be null; `model_fields_set` tells whether it was sent."""
    return None


class Changes(Sent):
    """What is to change, and nothing else: one field at least."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError(_("Say what is to change."))
        return self


class Nothing(Sent):
    """An act that asks for no answers: an empty object, or no body."""


ASK, ANSWER = "ask", "answer"


def told_by(field: str) -> Callable[[Any], str]:
    """Which of two bodies was sent: the one that answers has this field, the one that asks has not."""

    def which(given: Any) -> str:  # noqa: ANN401 - whatever was sent, or a body already read
        return ANSWER if (field in given if isinstance(given, dict) else hasattr(given, field)) else ASK

    return which


class Shown(BaseModel):
    """A part of an answer, read from a dataclass of the same names."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Page(Shown, Generic[T]):
    """One page of a list. `next` is the cursor of the page after it, null on the last."""

    items: list[T]
    next: str | None


def sliced(kind: str, rows: Sequence[T], after: str | None, limit: int) -> Page[Any]:
    """One page of a list that is whole in memory. Raises Invalid for a cursor of another list."""
    key = paging.place(kind, after, (int,))
    start = key[0] if key else 0
    if start < 0:
        raise paging.wrong_place()
    end = start + limit
    return Page[Any](
        items=list(rows[start:end]), next=paging.cursor(kind, (end,)) if end < len(rows) else None
    )


class ProblemField(Shown):
    """What is wrong with one field."""

    field: str
    message: str


class Problem(Shown):
    """Why not: `detail` is the sentence for people, `code` the word for programs."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[ProblemField]


_PROBLEM = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
_SAID = {
    401: "No token, or one that is not valid (any more).",
    403: "Not for this person to do; `detail` says why.",
    404: "There is no such thing, or it is not this person's to see.",
    409: "Not at this moment; `detail` says why.",
    412: "Changed since the version in `If-Match`.",
    413: "Too large.",
    422: "Something that was sent cannot be used; `errors` names the fields.",
    428: "Without `If-Match`, where it is needed.",
}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals of a door, for the document; 401 and 403 can come from every one, 422 too."""
    return {
        status: {"description": _SAID[status], **_PROBLEM} for status in sorted({401, 403, 422, *statuses})
    }


LOOKING = refusals()
ONE = refusals(404)
MAKING = refusals(409, 413)
ACTING = refusals(404, 409, 412, 413)
CHANGING = refusals(404, 409, 412, 413, 428)  # what asks for a version


def same_ref(text: str) -> str:
    """The reference in the path. Raises NotFound for what cannot be one."""
    if not _REF.fullmatch(text):
        raise NotFound("finding")
    return text


def etag(version: int) -> dict[str, str]:
    """The header that names a version."""
    return {"ETag": f'"{version}"'}


def wanted(if_match: str | None) -> int | None:
    """The version in `If-Match`; None for whichever. Raises Unseen without one, Stale for one that was never given out."""
    if if_match is None:
        raise Unseen(
            _("Say in If-Match which version you saw: the ETag that came with it, or * for whichever.")
        )
    if if_match.strip() == "*":
        return None
    match = re.fullmatch(r'"(\d{1,9})"', if_match.strip(), re.ASCII)
    if match is None:
        raise Stale(_("The version in If-Match was never given out. Look at it again before you go on."))
    return int(match[1])
