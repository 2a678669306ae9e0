"""How does a page answer a form: on to the next page with a sentence, or back with everything that was typed?"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from pydantic import BaseModel
from starlette.responses import Response

from clm_tracker.db.units import Writing
from clm_tracker.kernel.refusals import FieldError, Invalid, NotNow, Stale
from clm_tracker.web import components as c
from clm_tracker.web.desk import Desk
from clm_tracker.web.forms import NotValid, Typed, Valid

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
) -> Response:
    """Do `run` in one unit of work, then go `to` an address of ours and say so; `again` shows a form that was refused."""
    if isinstance(sent, NotValid):
        return again(Back(sent.typed, sent.errors, sent.sentence, 422))
    try:
        with desk.writing() as unit:
            made = run(unit, sent.data)
    except Invalid as no:
        return again(Back(sent.typed, no.errors, no.sentence, 422))
    except (NotNow, Stale) as no:
        return again(Back(sent.typed, (), no.sentence, 409))
    return desk.back_to(
        to if isinstance(to, str) else to(made), said=said if isinstance(said, str) else said(made)
    )
