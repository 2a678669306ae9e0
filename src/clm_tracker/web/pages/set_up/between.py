"""Did somebody change a thing after its form was opened, and what does each of the two say?"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from pydantic import BaseModel

from clm_tracker.kernel.refusals import Stale
from clm_tracker.web import components as c
from clm_tracker.web.forms import Line
from clm_tracker.web.pages.answering import Back, differences
from clm_tracker.web.pages.set_up.settings_form import kept
from clm_tracker.web.words import _


class Seen(BaseModel):
    """What such a form carries unseen: the mark of what stood in it when it was opened."""

    seen: Line = ""


def mark(fields: Sequence[c.Field]) -> str:
    """A mark of the answers. Of one fixed length, however many languages a name has; an empty answer is none."""
    return hashlib.sha256(kept({f.name: f.value for f in fields if f.value}).encode()).hexdigest()


def unchanged(seen: str, now: Sequence[c.Field]) -> None:
    """Raises Stale when the record is not what the form was opened with."""
    if seen != mark(now):
        raise Stale(_("Somebody changed this in the meantime. Look at it again, then decide."))


def conflict(now: Sequence[c.Field], back: Back) -> c.Conflict | None:
    """The record beside what was typed, when it changed in between."""
    if back.typed is None or back.status != 409 or back.typed.get("seen") == mark(now):
        return None
    rows = differences(now, c.answered(now, back.typed))
    return c.Conflict(c.plain(back.refused or ""), _("In the record now"), _("What you wrote"), rows)


def marked(form: c.Form, back: Back) -> c.Form:
    """The form with its mark, as it was typed. After a slip of the pen it still rests on what it was opened with."""
    old = back.typed.get("seen") if back.typed is not None and back.status == 422 else None
    seen = old if isinstance(old, str) else mark(form.fields)
    if conflict(form.fields, back):
        back = replace(back, refused=None)
    return replace(back.on(form), hidden=(("seen", seen),))
