"""How does a page answer a form: on to the next page with a sentence, or back with everything that was typed?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import BaseModel
from starlette.responses import Response

from clm_tracker.db.units import Writing
from clm_tracker.kernel.refusals import FieldError, Invalid, NotNow, Stale
from clm_tracker.web import components as c
from clm_tracker.web import words
from clm_tracker.web.desk import Desk
from clm_tracker.web.forms import NotValid, Typed, Valid
from clm_tracker.web.pages import shown_once
from clm_tracker.web.words import _

M = TypeVar("M", bound=BaseModel)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Back:
    """A form that comes back: what was typed, what is wrong with it, the sentence above it, and the status.

    `counts`: the sentence says no more than how many answers are wrong.
    """

    typed: Typed | None = None
    errors: tuple[FieldError, ...] = ()
    refused: str | None = None
    status: int = 200
    counts: bool = False

    @classmethod
    def mistaken(cls, typed: Typed, no: NotValid[Any] | Invalid) -> "Back":
        """With answers that cannot be used."""
        return cls(typed, no.errors, no.sentence, 422, no.counts)

    @classmethod
    def late(cls, typed: Typed, no: NotNow | Stale) -> "Back":
        """After something else that makes it impossible, or another thing."""
        return cls(typed, (), no.sentence, 409)

    def on(self, form: c.Form) -> c.Form:
        """The form as it was typed, each error under its field. After a slip of the pen it rests on what it rested on before."""
        if self.typed is None:
            return form
        typed = _whole(form.fields, self.typed)
        came = c.came_back(form, typed, self.errors, self.refused, counts=self.counts)
        return replace(
            came,
            version=self._version() if self.status == 422 and form.version is not None else form.version,
            refused=None if _is_older(form.version, self) else came.refused,
        )

    def _version(self) -> str:
        """What was sent as the version; nothing, where that can be none."""
        wrong = any(e.field == "version" for e in self.errors)
        return "" if self.typed is None or wrong else str(self.typed.get("version") or "")


FRESH = Back()


def carry_out(
    desk: Desk,
    sent: Valid[M] | NotValid[M],
    run: Callable[[Writing, M], R],
    again: Callable[[Back], Response],
    *,
    to: str | Callable[[R], str],
    said: str | Callable[[R], str],
    word: Callable[[R], str | None] | None = None,
) -> Response:
    """Do `run` in one unit of work, then go `to` an address of ours and say so; `again` shows a form that was refused.

    `word`: the secret of what was made, if it has one, which the page there shows once.
    """
    if isinstance(sent, NotValid):
        return again(Back.mistaken(sent.typed, sent))
    try:
        with desk.writing() as unit:
            made = run(unit, sent.data)
    except Invalid as no:
        return again(Back.mistaken(sent.typed, no))
    except (NotNow, Stale) as no:
        return again(Back.late(sent.typed, no))
    there = to if isinstance(to, str) else to(made)
    answer = desk.back_to(there, said=said if isinstance(said, str) else said(made))
    secret = word(made) if word else None
    return shown_once.give(desk, answer, there, secret) if secret else answer


def _is_older(version: int | str | None, back: Back) -> bool:
    """Was what came back refused, and filled from another version than this one? One that says none is taken for older."""
    if back.typed is None or back.status != 409 or version is None:
        return False
    return str(back.typed.get("version") or "") != str(version)


def shown(field: c.Field) -> str:
    """What a filled field says to people."""
    if field.kind is c.FieldKind.CHECKBOX and not field.options:
        return _("yes") if field.value else _("no")
    if not field.options or field.kind is c.FieldKind.TEXT:
        return field.value or "–"
    return words.listed([o.label for o in field.options if o.chosen or o.value == field.value]) or "–"


def conflict(
    version: int | str | None,
    fields: Sequence[c.Field],
    back: Back,
    stands: Sequence[c.Field] = (),
    *,
    says: Callable[[c.Field], str] = shown,
) -> c.Conflict | None:
    """What the record says now, at this version, beside what was typed, when it changed in between.

    `fields` are filled from the record; those of an act on a thing only ask, and `stands` is what it rests on. `says`:
    what a filled field says to people, where that is another thing than what stands in it.
    """
    if back.typed is None or not _is_older(version, back):
        return None
    rows = () if stands else differences(fields, c.answered(fields, _whole(fields, back.typed)), says)
    lines = tuple(
        c.words(_("{question}: {answer}"), question=f.label, answer=c.strong(shown(f))) for f in stands
    )
    sentence = c.plain(back.refused or "")
    return c.Conflict(sentence, _("In the record now"), _("What you wrote"), rows, lines)


def _whole(fields: Sequence[c.Field], typed: Typed) -> Typed:
    """What was answered, also with no: a browser says nothing of a box that is not ticked."""
    return {**{f.name: () for f in fields if f.kind is c.FieldKind.CHECKBOX}, **typed}


def differences(
    now: Sequence[c.Field], mine: Sequence[c.Field], says: Callable[[c.Field], str] = shown
) -> tuple[c.Difference, ...]:
    """The questions whose answer in the record is another one than what was typed."""
    return tuple(
        c.Difference(theirs.label, says(theirs), says(yours), yours.id)
        for theirs, yours in zip(now, mine, strict=True)
        if says(theirs) != says(yours)
    )
