"""Of which elements does a page consist, and inside of which others does each stand?

Two pages of the same places differ by what is written on them; whoever has judged one need not judge the other.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from tests.web.markup import VOID


@dataclass
class Places(HTMLParser):
    """Each element once: with its classes, its type and the names of its ARIA attributes, and so all that it stands in."""

    html: str
    all: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()
        self._inside: list[str] = []
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        of = sorted(name for name in told if name.startswith("aria-") or name in {"role", "lang", "disabled"})
        place = " ".join((tag, told.get("type", ""), *sorted(told.get("class", "").split()), *of))
        self.all.add(" > ".join((*self._inside, place)))
        if tag not in VOID:
            self._inside.append(place)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self._inside:
            self._inside.pop()
