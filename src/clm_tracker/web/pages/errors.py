"""What does a person see when the program says no, or breaks?"""

from dataclasses import dataclass
from typing import ClassVar

from clm_tracker.web.components import Button
from clm_tracker.web.render import Templated


@dataclass(frozen=True)
class RefusedPage(Templated):
    """One clear sentence, and a way on. `reference` is what to tell who looks after the program."""

    template: ClassVar[str] = "errors/refused.html"

    title: str
    sentence: str
    on: Button
    reference: str | None = None
