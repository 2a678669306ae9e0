"""How does a page answer a form: on to the next page with a sentence, or back with everything that was typed?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

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
    """A form that comes back: what was typed, what is wrong with it, the sentence above it, and the status."""

    typed: Typed | None = None
    errors: tuple[FieldError, ...] = ()
    refused: str | None = None
    status: int = 200

    def on(self, form: c.Form) -> c.Form:
        """The form as it was typed, each error under its field."""
        if self.typed is None:
            return form
        return replace(form, fields=c.answered(form.fields, self.typed, self.errors), refused=self.refused)


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
        return again(Back(sent.typed, sent.errors, sent.sentence, 422))
    try:
        with desk.writing() as unit:
            made = run(unit, sent.data)
    except Invalid as no:
        return again(Back(sent.typed, no.errors, no.sentence, 422))
    except (NotNow, Stale) as no:
        return again(Back(sent.typed, (), no.sentence, 409))
    there = to if isinstance(to, str) else to(made)
    answer = desk.back_to(there, said=said if isinstance(said, str) else said(made))
    secret = word(made) if word else None
    return shown_once.give(desk, answer, there, secret) if secret else answer


def conflict(form: c.Form, back: Back) -> c.Conflict | None:
    """What the record says now (`form`, filled from it) beside what was typed, when it changed in between."""
    if back.typed is None or back.status != 409:
        return None
    now = "" if form.version is None else str(form.version)
    if str(back.typed.get("version") or "") == now:  # a form that does not say what it saw saw another one
        return None
    mine = c.answered(form.fields, back.typed)
    rows = differences(form.fields, mine)
    return c.Conflict(c.plain(back.refused or ""), _("In the record now"), _("What you wrote"), rows)


def differences(now: Sequence[c.Field], mine: Sequence[c.Field]) -> tuple[c.Difference, ...]:
    """The questions whose answer in the record is another one than what was typed."""
    return tuple(
        c.Difference(theirs.label, shown(theirs), shown(yours))
        for theirs, yours in zip(now, mine, strict=True)
        if shown(theirs) != shown(yours)
    )


def shown(field: c.Field) -> str:
    """What a filled field says to people."""
    if not field.options or field.kind is c.FieldKind.TEXT:
        return field.value or "–"
    return words.listed([o.label for o in field.options if o.chosen or o.value == field.value]) or "–"
