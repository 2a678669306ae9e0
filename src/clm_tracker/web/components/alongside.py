"""What stands beside the questions while somebody writes?"""

from dataclasses import dataclass

from clm_tracker.web.components.forms import Field
from clm_tracker.web.components.ladder import Rung
from clm_tracker.web.components.text import Words


@dataclass(frozen=True, slots=True)
class OpenHere:
    """What is said of a finding that is open already, and where it stands on its ladder."""

    said: Words
    rung: Rung


@dataclass(frozen=True, slots=True)
class Alongside:
    """Words with a better one, what is on record at this place already, and what this may repeat.

    Nothing of it stands in the way of an answer; without any of it only its place is there.
    """

    hints: tuple[Words, ...] = ()
    same: tuple[OpenHere, ...] = ()
    again: tuple[Words, ...] = ()
    repeats: Field | None = None
