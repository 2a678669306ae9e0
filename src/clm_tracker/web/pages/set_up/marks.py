"""What does a form rest on that has no number of its versions, and is that still so? (decision 0020)"""

import hashlib
import json
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel

from clm_tracker.kernel.refusals import Stale
from clm_tracker.web import components as c
from clm_tracker.web.forms import Line, NotValid, Valid, read, seen
from clm_tracker.web.words import _


class Seen(BaseModel):
    """What such a form carries unseen: the mark of what stood there when it was opened."""

    version: Line | None = None


Pressed = Annotated[Valid[Seen] | NotValid[Seen], read(Seen)]


def mark(now: Sequence[c.Field]) -> str:
    """A mark of these answers, in whichever language they are asked. Of one length; an empty answer is none."""
    held = {f.name: f.value or [o.value for o in f.options if o.chosen] for f in now}
    said = json.dumps({name: value for name, value in held.items() if value}, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def unchanged(given: Seen, now: Sequence[c.Field]) -> None:
    """Raises Stale when the record is not what the form was opened with, Unseen when that is not said."""
    if seen(given.version) != mark(now):
        raise Stale(_("Somebody changed this in the meantime. Look at it again, then decide."))
